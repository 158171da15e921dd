"""The secret with which sessions are signed: given by WEB_SECRET, else made once and kept in a file that only we can read."""
import os
import secrets
from pathlib import Path

from bot.channels.web.settings import SettingError

_LEAST = 32


def read_secret(given: str, folder: Path) -> str:
    """`given` if it is long enough, else what the file `web.secret` in `folder` holds. Raises SettingError.

    Several workers may start at once: the file is made whole beside its place and linked there, so that the first one wins
    and nobody reads half a secret.
    """
    if given:
        if len(given) < _LEAST:
            raise SettingError(f"WEB_SECRET has {len(given)} characters; expected at least {_LEAST}, made by chance")
        return given
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "web.secret"
    if not file.exists():
        _make(file)
    secret = file.read_text(encoding="ascii").strip()
    if len(secret) < _LEAST:
        raise SettingError(f"'{file}' holds no secret; remove the file, and a new one is made (conversations begin anew)")
    return secret


def _make(file: Path) -> None:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another worker was first
    finally:
        draft.unlink()
