"""The channel guard: every message passes it on its way in, every reply on its way out, and nobody is left without one.

Cleans the message, hands it to Rasa with what the caller is allowed to say about it, waits no longer than the deadline,
and sees to it that the turn ends with exactly one `custom` object.
"""
import logging
import os
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.answers.reply import Reply
from bot.answers.site import Site, read_site
from bot.catalogue import Regions, read_regions
from bot.channels.engine import Engine, Late
from bot.language.cleaning import MAX_CHARACTERS, clean

logger = logging.getLogger(__name__)

CHANNELS = ("web", "phone")


@dataclass(frozen=True)
class Incoming:
    """A message as a channel received it."""

    sender: str
    text: Any
    metadata: dict[str, Any]


class Guard:
    """Turns an incoming message into the list of messages to send back: texts, then one with `custom`."""

    def __init__(self, site: Site, regions: Regions, deadline: float) -> None:
        self._site, self._regions, self._deadline = site, regions, deadline
        self._engine = Engine()

    async def answer(self, incoming: Incoming, handler: Callable[[UserMessage], Awaitable[Any]], input_channel: str) -> list[dict[str, Any]]:
        """The messages of this turn, in order. Never raises, never empty, never later than the deadline."""
        metadata = self._allowed(incoming.metadata)
        text = clean(incoming.text) if isinstance(incoming.text, str) else ""
        refusal = self._refusal(incoming.text, text)
        if refusal:
            return self._own_words(incoming.sender, refusal, metadata)
        collector = CollectingOutputChannel()
        message = UserMessage(text, collector, incoming.sender, input_channel=input_channel, metadata=metadata)
        try:
            await self._engine.run(handler(message), self._deadline)
        except Late:
            logger.error("A turn was not finished within %.1f s", self._deadline)
        except Exception as error:  # whatever breaks in Rasa, the patient gets an answer; only the kind of error is logged
            logger.error("A turn failed with %s", error.__class__.__name__)
        return self._completed(collector.messages, incoming.sender, metadata)

    def _allowed(self, metadata: Any) -> dict[str, Any]:
        """What a caller may say beside the message; anything else is ignored."""
        given = metadata if isinstance(metadata, dict) else {}
        allowed: dict[str, Any] = {}
        if isinstance(given.get("leaflet"), str) and len(given["leaflet"]) <= 100:
            allowed["leaflet"] = given["leaflet"]
        if given.get("region") in self._regions.by_id:
            allowed["region"] = given["region"]
        if given.get("channel") in CHANNELS:
            allowed["channel"] = given["channel"]
        if isinstance(given.get("message_id"), str) and len(given["message_id"]) <= 100:
            allowed["message_id"] = given["message_id"]
        return allowed

    def _refusal(self, raw: Any, text: str) -> Optional[str]:
        """The wording that tells why a message can't be taken; None for one that can."""
        if isinstance(raw, str) and len(raw) > MAX_CHARACTERS:
            return "too_long"
        return None if text else "empty"

    def _completed(self, messages: list[dict[str, Any]], sender: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        if sum("custom" in message for message in messages) == 1:
            return messages
        return self._own_words(sender, "broken", metadata)

    def _own_words(self, sender: str, wording: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        reply = Reply("handoff", leaflet=metadata.get("leaflet"), region=metadata.get("region"))
        reply.add("own", self._site.say(wording, metadata.get("leaflet")))
        texts = [{"recipient_id": sender, "text": text} for text in reply.texts]
        return [*texts, {"recipient_id": sender, "custom": reply.as_custom()}]


def make_guard() -> Guard:
    """The guard with the hospital's settings. TURN_DEADLINE gives the seconds a turn may take, 4 by default."""
    return Guard(read_site(), read_regions(), float(os.environ.get("TURN_DEADLINE") or 4.0))
