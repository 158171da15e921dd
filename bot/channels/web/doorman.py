"""Who is at the door: finds the session of a request, and turns away what is forged or comes from a foreign page."""
import secrets
from dataclasses import dataclass
from typing import Any, Literal, Mapping

from bot.channels.web.chat import Chat
from bot.channels.web.protection import comes_from, comes_from_us
from bot.channels.web.sessions import BadToken, OldToken, Session, Signer, new_session
from bot.channels.web.settings import WebSettings

COOKIE = "leaflet_chat"
Place = Literal["page", "element"]


class Refused(Exception):
    """Not sent by a page of ours, or with a token that is none: nothing is done and nothing is told."""


class Expired(Exception):
    """A session of ours that has ended or run out; the patient may begin a new one. `place`: where the chat is shown."""

    def __init__(self, place: Place) -> None:
        self.place = place


@dataclass(frozen=True)
class Caller:
    """A session and where its chat is shown: on our own page, or as an element of a hospital's."""

    session: Session
    place: Place

    @property
    def embedded(self) -> bool:
        return self.place == "element"


class Doorman:
    """Reads and writes the tokens of requests."""

    def __init__(self, signer: Signer, settings: WebSettings, chat: Chat) -> None:
        self._signer, self._settings, self._chat = signer, settings, chat

    async def visitor(self, cookie: str, leaflet: str, region: str) -> Caller:
        """The session of a page that is opened: the cookie's if it still holds, else a new one. A link may name leaflet and region."""
        try:
            session = self._signer.read("cookie", cookie)
        except (BadToken, OldToken):
            return Caller(new_session(leaflet, region), "page")
        return Caller(await self._continued(session, leaflet, region), "page")

    async def element(self, headers: Mapping[str, str], token: str, leaflet: str, region: str) -> Caller:
        """The session of a chat that a hospital's page opens. Raises Refused for a page that may not hold it."""
        if not (comes_from(headers, self._settings.origins) or comes_from_us(headers, self._settings.public_url)):
            raise Refused()
        try:
            session = self._signer.read("element", token)
        except (BadToken, OldToken):
            return Caller(new_session(leaflet, region), "element")
        return Caller(await self._continued(session, leaflet, region), "element")

    async def _continued(self, session: Session, leaflet: str, region: str) -> Session:
        if not await self._chat.is_open(session):
            return new_session(leaflet, region)
        return Session(session.conversation, leaflet or session.leaflet, region or session.region, session.issued)

    async def sender(self, headers: Mapping[str, str], cookie: str, token: str) -> Caller:
        """The session of a post. Raises Refused, or Expired for a session that has ended."""
        caller = self._element(headers, token) or self._page(headers, cookie, token)
        if not await self._chat.is_open(caller.session):
            raise Expired(caller.place)
        return caller

    def _element(self, headers: Mapping[str, str], token: str) -> Any:
        try:
            session = self._signer.read("element", token)
        except BadToken:
            return None
        except OldToken:
            raise Expired("element") from None
        if not (comes_from(headers, self._settings.origins) or comes_from_us(headers, self._settings.public_url)):
            raise Refused()
        return Caller(session, "element")

    def _page(self, headers: Mapping[str, str], cookie: str, token: str) -> Caller:
        if not comes_from_us(headers, self._settings.public_url):
            raise Refused()
        try:
            form = self._signer.read("form", token)
        except BadToken:
            raise Refused() from None
        except OldToken:
            raise Expired("page") from None
        try:
            kept = self._signer.read("cookie", cookie)
        except (BadToken, OldToken):
            raise Expired("page") from None
        if form.conversation != kept.conversation:
            # the page stood open in one tab while another tab ended the conversation and began a new one
            raise Expired("page")
        return Caller(kept, "page")

    def cookie(self, caller: Caller) -> str:
        """A fresh token for the browser's cookie."""
        return self._signer.token("cookie", caller.session)

    def form_token(self, caller: Caller) -> str:
        """A fresh token for the chat's form, of the kind that belongs where it is shown."""
        return self._signer.token("element" if caller.embedded else "form", caller.session)


def new_message_id() -> str:
    """An id for the message that will be typed next."""
    return secrets.token_urlsafe(12)
