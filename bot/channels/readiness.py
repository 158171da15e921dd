"""Whether the assistant can answer patients now, and the warming up that makes its first answers as quick as the later ones."""
import ctypes
import datetime
import gc
import logging
import time
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot.channels.guard import Guard
from bot.conversations.tracker_store import conversation_store
from bot.local_actions import SCHEME, local_actions

logger = logging.getLogger(__name__)

_WARMING = "hello, can I ask a question about my leaflet"


class Readiness:
    """Ready once the model, the leaflets and the screen have been used once. A database that is away makes it not unready:
    turns are answered and kept meanwhile, and all machines would be taken out at once; `/metrics` tells of it."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._missing = {"model": True, "leaflets": True, "screen": True}
        self._leaflets: list[Any] = []

    def missing(self) -> list[str]:
        """What is not ready yet; empty where everything is."""
        return [name for name, is_missing in self._missing.items() if is_missing]

    def overdue(self) -> dict[str, float]:
        """1 for each leaflet past its review date, 0 for the others; empty where the leaflets are in an action server."""
        today = datetime.date.today()
        return {leaflet.id: float(leaflet.about.review_overdue(today)) for leaflet in self._leaflets}

    def warm_up(self, agent: Any) -> None:
        """Use each part once. What fails is told and stays missing; the guard answers all the same."""
        began = time.monotonic()
        for name, work in (("leaflets", self._use_leaflets), ("model", self._use_model), ("screen", self._use_screen)):
            try:
                work(agent)
                self._missing[name] = False
            except Exception as error:  # whatever is broken, the server stays up and says so
                logger.error("Warming up: %s failed with %s", name, error.__class__.__name__)
        _give_back_memory()
        self._guard.meter.ready.set(not self.missing())
        logger.info("Warmed up in %.1f s", time.monotonic() - began)

    def _use_leaflets(self, agent: Any) -> None:
        address = getattr(agent.action_endpoint, "url", None) or ""
        if address.startswith(SCHEME):
            from bot.answers.desk import open_desk

            local_actions(address)
            self._leaflets = list(open_desk().composer.library.active.values())

    def _use_screen(self, _: Any) -> None:
        self._guard.reports_sign(_WARMING)

    @staticmethod
    def _use_model(agent: Any) -> None:
        if not agent.is_ready():
            raise RuntimeError("there is no model")
        agent.processor._parse_message_with_graph(UserMessage(_WARMING), _no_tracker(), True)
        store = conversation_store(agent)
        if store:
            store.connect()


def _give_back_memory() -> None:
    """Reading all the files has used far more than is kept; what is left is looked through by no later collection."""
    gc.collect()
    gc.freeze()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):  # glibc
        libc.malloc_trim(0)


def _no_tracker() -> Any:
    from rasa.shared.core.trackers import DialogueStateTracker

    return DialogueStateTracker.from_events("warming", [])
