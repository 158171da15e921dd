"""The web channel: the chat page at `/`, the chat for hospitals' own pages, whole leaflets. Served by Rasa's own web server."""
import logging
import os
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic_cors.core import SANIC_CORS_EVALUATED

from bot.answers.site import read_site
from bot.catalogue import DATA, read_regions, read_topics
from bot.channels.feedback import FeedbackBook
from bot.channels.guard import Guard, open_guard
from bot.channels.limits import Limit
from bot.channels.web.assets import read_assets
from bot.channels.web.chat import Chat
from bot.channels.web.doorman import Doorman
from bot.channels.web.handlers import Handlers
from bot.channels.web.leaflets import Leaflets
from bot.channels.web.pages import Pages
from bot.channels.web.reading import Reading
from bot.channels.web.responses import Responder
from bot.channels.web.sessions import Signer
from bot.channels.web.settings import WebSettings
from bot.channels.web.store import TurnStore
from bot.channels.web.wording import read_wording
from bot.rasa_repairs import apply_repairs
from bot.secret import given_or_kept_secret
from bot.yaml_file import read_yaml

apply_repairs()
logger = logging.getLogger(__name__)

# A message takes a patient some seconds to type; a whole ward may sit behind one address.
_SESSION_BURST, _SESSION_A_MINUTE = 10, 20
_ADDRESS_BURST, _ADDRESS_A_MINUTE = 60, 240


class _AtTheRoot(Blueprint):
    """A blueprint whose pages stand at `/`, not under `/webhooks/…`, where Rasa would put them."""

    def register(self, app: Any, options: Dict[str, Any]) -> None:
        super().register(app, {**options, "url_prefix": None})


class WebChannel(InputChannel):
    """The pages, the chat's posts and the assets."""

    @classmethod
    def name(cls) -> str:
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "WebChannel":
        """Raises SettingError or YamlError for a setting or a sentence that can't be used."""
        return cls(open_guard(), WebSettings.from_environment())

    def __init__(self, guard: Guard, settings: WebSettings) -> None:
        store = TurnStore(settings.store, settings.hours * 3600)
        feedback = FeedbackBook(os.environ.get("FEEDBACK_STORE") or f"sqlite:///{settings.var / 'feedback.db'}")
        chat = Chat(guard, store, feedback, Limit(_SESSION_BURST, _SESSION_A_MINUTE), Limit(_ADDRESS_BURST, _ADDRESS_A_MINUTE))
        doorman = Doorman(Signer(given_or_kept_secret("WEB_SECRET", settings.secret, settings.var / "web.secret"), settings.hours * 3600), settings, chat)
        site, assets, send, self._leaflets = read_site(), read_assets(), Responder(settings, doorman), Leaflets()
        listeners = str(read_yaml(DATA / "red_flags" / "advice.yml")["listeners"])
        pages = Pages(read_wording(site), read_topics(), assets, listeners, settings.hours)
        self._handlers = Handlers(chat, doorman, pages, send, settings, set(read_regions().by_id), self._leaflets)
        self._reading = Reading(pages, self._leaflets, assets, send)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        here, there, web = self._handlers, self._reading, _AtTheRoot("web", __name__)

        async def take(request: Request) -> HTTPResponse:
            return await here.take(request, on_new_message)

        for address, method, verb in (
            ("/", here.open_page, "GET"),
            ("/chat", take, "POST"),
            ("/chat/start", here.open_element, "POST"),
            ("/chat/end", here.end, "POST"),
            ("/chat/save", here.save, "POST"),
            ("/leaflets/<leaflet>", there.leaflet, "GET"),
            ("/demo", there.demo, "GET"),
            ("/assets/<name>", there.asset, "GET"),
            ("/chat.js", there.script, "GET"),
            ("/chat.css", there.script, "GET"),
        ):
            web.add_route(_never_silent(method, here), address, [verb], name=f"{method.__name__}-{address}")

        @web.middleware("request")
        async def keep_own_headers(request: Request) -> None:
            setattr(request.ctx, SANIC_CORS_EVALUATED, "1")  # who may read what is said in responses.py, not by Rasa's settings

        @web.listener("after_server_start")
        async def read_leaflets(_app: Any, _loop: Any) -> None:
            self._leaflets.begin()  # so that the first patient need not wait for them

        return web


def _never_silent(method: Callable[..., Awaitable[HTTPResponse]], handlers: Handlers) -> Callable[..., Awaitable[HTTPResponse]]:
    """`method`, as a function that Sanic may write on; whatever breaks in it, the patient reads whom to phone."""

    async def handle(request: Request, **in_address: str) -> HTTPResponse:
        try:
            return await method(request, **in_address)
        except Exception as error:
            logger.error("%s failed with %s", request.path.split("/")[1] or "/", error.__class__.__name__, exc_info=True)
            return handlers.broken(request)

    return handle
