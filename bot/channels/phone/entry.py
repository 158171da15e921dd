"""Who may speak for a caller: the front-end that knows the token, or the provider that signs its requests.

PUBLIC_URL: the address under which the provider calls, which its signature covers. TWILIO_AUTH_TOKEN: the secret it signs
with. PHONE_TRIAL: 1 takes unsigned requests too, from this machine only, for trying things out.
"""
import base64
import binascii
import os
from dataclasses import dataclass, field
from typing import Mapping, Sequence

from twilio.request_validator import RequestValidator

from bot.channels.access import Access


class _Fields(dict):
    """Form fields, each with all its values, as the validator of signatures asks for them."""

    def getall(self, name: str) -> list[str]:
        return self[name]


@dataclass(frozen=True)
class Entry:
    """Checks who calls. Holds secrets, so it never shows itself."""

    access: Access
    public_url: str = ""
    auth_token: str = field(default="", repr=False)
    trial: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Entry":
        return cls(
            Access.from_environment(environ),
            environ.get("PUBLIC_URL", "").strip().rstrip("/"),
            environ.get("TWILIO_AUTH_TOKEN", "").strip(),
            environ.get("PHONE_TRIAL", "").strip() == "1",
        )

    def knows_token(self, address: str, headers: Mapping[str, str]) -> bool:
        """May a front-end with these headers ask? As for REST; many voice platforms can only send name and password, so the token may be the password."""
        return self.access.allows(address, headers) or self.access.allows(address, {**headers, "authorization": f"Bearer {_password(headers)}"})

    def is_signed(self, address: str, headers: Mapping[str, str], path_and_query: str, form: Mapping[str, Sequence[str]]) -> bool:
        """Did the provider itself send this request, to this very address and with these very fields?"""
        if self.trial and self.access.allows(address, headers):
            return True
        if not self.auth_token or not self.public_url:
            return False
        fields = _Fields({name: list(values) for name, values in form.items()})
        return RequestValidator(self.auth_token).validate(self.public_url + path_and_query, fields, headers.get("x-twilio-signature", ""))


def _password(headers: Mapping[str, str]) -> str:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
