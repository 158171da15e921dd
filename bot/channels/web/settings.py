"""What is set for the web chat in the environment; every setting has a default."""
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping
from urllib.parse import urlsplit

from bot.catalogue import DATA

LEAST_HOURS = 20.0  # a patient who asks in the morning may come back the same evening


class SettingError(Exception):
    """A setting has a value that can't be used: names the setting, the value and what was expected."""


@dataclass(frozen=True)
class WebSettings:
    """`origins`: pages of other hosts that may hold the chat. `proxies`: how many of our own proxies pass requests on."""

    var: Path
    store: str
    secret: str = ""
    origins: tuple[str, ...] = ()
    hours: float = 24.0
    proxies: int = 0
    public_url: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "WebSettings":
        """Raises SettingError."""
        var = Path(environ.get("VAR") or DATA.parent / "var")
        return cls(
            var,
            environ.get("WEB_STORE") or f"sqlite:///{var / 'web.db'}",
            environ.get("WEB_SECRET", "").strip(),
            tuple(_origin(given) for given in environ.get("WEB_ORIGINS", "").split()),
            _hours(environ.get("WEB_HOURS", "").strip() or "24"),
            _proxies(environ.get("WEB_PROXIES", "").strip() or "0"),
            environ.get("PUBLIC_URL", "").strip(),
        )

    @property
    def secure(self) -> bool:
        """True where patients come by https, so that cookies must not travel without."""
        return self.public_url.startswith("https://")


def _origin(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query or "@" in parts.netloc:
        raise SettingError(f"WEB_ORIGINS holds '{given}'; expected addresses like https://www.hospital.example, with spaces between")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _hours(given: str) -> float:
    try:
        hours = float(given)
    except ValueError:
        hours = 0.0
    if not LEAST_HOURS <= hours <= 24 * 366:
        raise SettingError(f"WEB_HOURS has the value '{given}'; expected a number of hours, {LEAST_HOURS:g} or more")
    return hours


def _proxies(given: str) -> int:
    if not (given.isascii() and given.isdigit()) or int(given) > 9:
        raise SettingError(f"WEB_PROXIES has the value '{given}'; expected how many proxies stand before the server, 0 to 9")
    return int(given)
