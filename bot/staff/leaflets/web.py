"""The review page's server: on this machine only, under an address that holds a secret, for one review.

Sanic is what Rasa itself runs on, so it is here already. The secret in the address keeps other programs and web pages out;
the check of the host name keeps out pages that point a name of their own at this machine.
"""
import asyncio
import secrets
import socket
from typing import Callable
from urllib.parse import quote

from sanic import Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, html, redirect, text

from bot.leaflets.errors import MapError
from bot.staff.leaflets.opening import Opened
from bot.staff.leaflets.pages import FACTS, TEMPLATES, Pages, runs
from bot.staff.leaflets.review import ReviewError
from bot.staff.leaflets.signing import Signer

_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
}  # fmt: skip
_HOSTS = ("127.0.0.1", "localhost")


class ReviewServer:
    """Serves one review until it is approved. `address` is what the reviewer opens."""

    def __init__(self, opened: Opened, signer: Signer) -> None:
        self._opened, self._review, self._signer = opened, opened.review, signer
        self.root = f"/{secrets.token_urlsafe(16)}"
        self._pages = Pages(opened, self.root)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}{self.root}/"
        self.app = self._app()

    def run(self) -> None:
        """Serve until the review is approved, or Ctrl-C."""
        self.app.run(sock=self._socket, access_log=False, motd=False)

    def _app(self) -> Sanic:
        app = Sanic(f"leaflet-review-{secrets.token_hex(4)}", configure_logging=False)
        app.config.update({"GRACEFUL_SHUTDOWN_TIMEOUT": 1.0, "KEEP_ALIVE": False})  # a browser that stays open must not hold the end up
        routes: list[tuple[str, str, Callable]] = [
            ("GET", "/", self._overview), ("GET", "/topic/<topic:str>", self._topic), ("POST", "/topic/<topic:str>", self._decide), ("POST", "/rest", self._rest),
            ("POST", "/about", self._about), ("POST", "/symptom", self._symptom), ("POST", "/approve", self._approve),
        ]  # fmt: skip
        for method, path, handler in routes:
            app.add_route(handler, self.root + path, methods=[method], name=f"{method}{path}".replace("/", "_").translate(str.maketrans("", "", "<:>")))
        for name, kind in (("style.css", "text/css"), ("select.js", "text/javascript")):
            app.static(f"{self.root}/{name}", str(TEMPLATES / name), content_type=kind, name=name.split(".")[0])
        app.register_middleware(_from_this_machine, "request")
        app.register_middleware(_with_safe_headers, "response")
        app.error_handler.add(ReviewError, lambda request, error: html(self._pages.overview(_sentence(error)), status=400))
        app.error_handler.add(NotFound, lambda request, error: text("There is no such page.", status=404))
        return app

    async def _overview(self, request: Request) -> HTTPResponse:
        return html(self._pages.overview())

    async def _topic(self, request: Request, topic: str) -> HTTPResponse:
        return html(self._pages.topic(topic))

    async def _decide(self, request: Request, topic: str) -> HTTPResponse:
        """Take the step of the button; what stands in the two lists is kept with it."""
        step = request.form.get("step", "")
        try:
            self._rate(request, topic)
            if step.startswith("accept-"):
                self._review.accept(topic, int(step.removeprefix("accept-")))
            elif step == "choose":
                self._review.choose(topic, runs(request.form.getlist("sentence", [])))
            elif step in ("refuse", "silent", "reopen"):
                getattr(self._review, step)(topic)
            elif step != "rate":
                raise ReviewError("that button is not known; go back and try again")
        except (ReviewError, ValueError) as error:
            return html(self._pages.topic(topic, _sentence(error)), status=400)
        if step in ("refuse", "reopen", "rate"):
            return redirect(f"{self.root}/topic/{quote(topic)}", status=303)
        return self._onwards(topic)

    def _rate(self, request: Request, topic: str) -> None:
        if request.form.get("caution") is not None:
            self._review.rate(topic, int(request.form.get("caution")))
        agrees = request.form.get("agrees")
        if agrees:
            self._review.agree(topic, agrees)
        elif self._review.speaking_on(topic):
            self._review.agree(topic, None)

    def _onwards(self, topic: str) -> HTTPResponse:
        """To the next topic that is not decided, else to the first page."""
        names = list(self._review.decisions)
        at = names.index(topic)
        following = [name for name in names[at + 1 :] + names[:at] if name in self._review.open_topics]
        return redirect(f"{self.root}/topic/{quote(following[0])}" if following else f"{self.root}/", status=303)

    async def _rest(self, request: Request) -> HTTPResponse:
        self._review.silent_where_nothing_is_likely()
        return redirect(f"{self.root}/", status=303)

    async def _about(self, request: Request) -> HTTPResponse:
        self._review.describe(**{key: request.form.get(key, "") for key, _, _ in FACTS})
        return redirect(f"{self.root}/", status=303)

    async def _symptom(self, request: Request) -> HTTPResponse:
        self._review.no_symptom(request.form.get("key", ""), request.form.get("none") == "1")
        return redirect(f"{self.root}/#signs", status=303)

    async def _approve(self, request: Request) -> HTTPResponse:
        by, role = request.form.get("by", ""), request.form.get("role", "")
        try:
            file = self._signer.approve(self._review, self._opened.source, by, role)
        except MapError as error:
            raise ReviewError(f"not approved: {error}") from error
        print(f"Approved by {by}, {role}. The answer map is {file}; a running assistant takes it over within 5 seconds.", flush=True)
        request.app.add_task(_stop_soon(request.app))
        return html(self._pages.done(by, role, file))


async def _stop_soon(app: Sanic) -> None:
    await asyncio.sleep(2)  # until the last page and its style have been fetched
    app.stop()


async def _from_this_machine(request: Request) -> HTTPResponse | None:
    if (request.host or "").split(":")[0] not in _HOSTS:
        return text("This page is for this machine only.", status=403)
    return None


async def _with_safe_headers(request: Request, response: HTTPResponse) -> None:
    response.headers.update(_SAFE)


def _sentence(error: Exception) -> str:
    words = str(error)
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
