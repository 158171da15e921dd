"""What is only read: whole leaflets, the demonstration page, script and style sheets."""
from typing import Mapping

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.web.assets import Asset
from bot.channels.web.leaflets import Leaflets
from bot.channels.web.pages import Pages
from bot.channels.web.responses import Responder


class Reading:
    """A method for each address."""

    def __init__(self, pages: Pages, leaflets: Leaflets, assets: Mapping[str, Asset], send: Responder) -> None:
        self._pages, self._leaflets, self._assets, self._send = pages, leaflets, assets, send

    async def leaflet(self, request: Request, leaflet: str) -> HTTPResponse:
        """`GET /leaflets/<id>?quote=<start>-<end>#quote`: a whole leaflet, the passage marked."""
        active = (await self._leaflets.wait()).active.get(leaflet)
        if active is None:
            return self._send.page(request, self._pages.message(self._pages.wording.say("no_leaflet")), 404)
        return self._send.page(request, self._pages.leaflet(active, request.args.get("quote", "")))

    async def demo(self, request: Request) -> HTTPResponse:
        """`GET /demo`: a made-up hospital's page with the chat on it."""
        active = (await self._leaflets.wait()).active
        first = next(iter(active.values()), None)
        asked = active.get(request.args.get("leaflet", ""), first)
        return self._send.page(request, self._pages.demo(asked.id if asked else "", asked.about.title if asked else ""))

    async def asset(self, request: Request, name: str) -> HTTPResponse:
        """`GET /assets/<name>`: what may be kept for ever."""
        for asset in self._assets.values():
            if request.path == asset.address:
                return self._send.asset(request, asset, for_ever=True)
        return response.text("", 404)

    async def script(self, request: Request) -> HTTPResponse:
        """`GET /chat.js` and `/chat.css`: under the addresses that hospitals' pages know."""
        return self._send.asset(request, self._assets[request.path.lstrip("/")], for_ever=False)
