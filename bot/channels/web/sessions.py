"""Sessions: made and signed by the server, so that nobody can make up, join or guess a conversation.

A session is a conversation id of 256 bits from the system's random numbers, with the leaflet and the part of the body that
the link named. It travels only in signed tokens, of three kinds that can't stand in for each other:

    cookie   kept by the browser for the chat's own page, out of scripts' reach (HttpOnly)
    form     in the page's form; worth nothing without the cookie of the same session
    element  held by the chat on a hospital's own page, where no cookie of ours may go
"""
import secrets
from dataclasses import dataclass
from typing import Literal

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

Kind = Literal["cookie", "form", "element"]
_LONGEST = 1000  # no token of ours is longer; a longer one is not even looked at


class BadToken(Exception):
    """A token that we did not make, was altered, or is of another kind."""


class OldToken(Exception):
    """A token of ours that has run out."""


@dataclass(frozen=True)
class Session:
    """One conversation in the browser. `issued` is when the token was signed, in seconds since 1970."""

    conversation: str
    leaflet: str = ""
    region: str = ""
    issued: float = 0.0


def new_session(leaflet: str = "", region: str = "") -> Session:
    """A session nobody can guess."""
    return Session(f"web-{secrets.token_urlsafe(32)}", leaflet, region)


class Signer:
    """Makes tokens and reads them. `seconds`: how long a token lasts; each answer brings a fresh one."""

    def __init__(self, secret: str, seconds: float) -> None:
        self._seconds = seconds
        self._serializers = {kind: URLSafeTimedSerializer(secret, salt=f"leaflet-chat-{kind}") for kind in ("cookie", "form", "element")}

    def token(self, kind: Kind, session: Session) -> str:
        return str(self._serializers[kind].dumps([session.conversation, session.leaflet, session.region]))

    def read(self, kind: Kind, token: str) -> Session:
        """The session of `token`. Raises BadToken or OldToken."""
        if not token or len(token) > _LONGEST:
            raise BadToken()
        try:
            (conversation, leaflet, region), issued = self._serializers[kind].loads(token, max_age=self._seconds, return_timestamp=True)
        except SignatureExpired as error:
            raise OldToken() from error
        except BadSignature as error:
            raise BadToken() from error
        return Session(conversation, leaflet, region, issued.timestamp())
