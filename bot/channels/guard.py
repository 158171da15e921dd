"""The channel guard: every message passes it on its way in, every reply on its way out, and nobody is left without one.

In: clean, screen for warning signs (in memory, unmasked), mask, then hand on to Rasa with the verdict beside it.
Out: no later than the deadline, with exactly one `custom` object; where Rasa has none, the advice, the contact and the
emergency line.
"""
import asyncio
import hashlib
import logging
import os
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.answers.alarm import alarm_ended, with_alarm
from bot.answers.desk import share_advice
from bot.answers.reply import Reply
from bot.answers.site import Site, read_site
from bot.catalogue import DATA, Regions, read_regions
from bot.channels.alarms import AlarmStore
from bot.channels.engine import Engine, Late
from bot.channels.limits import Limit, session_limit
from bot.channels.meter import Meter
from bot.conversations.tracker_store import opened_store
from bot.language.cleaning import MAX_CHARACTERS, clean
from bot.language.english import is_english
from bot.language.masking import mask
from bot.safety.advice import AdviceBook, read_advice_book
from bot.safety.in_force import InForce
from bot.safety.verdict import IN_FORCE, SAFETY, Verdict
from bot.safety.watch import Watch, open_watch

logger = logging.getLogger(__name__)

CHANNELS = ("web", "phone")
Handler = Callable[[UserMessage], Awaitable[Any]]
Messages = list[dict[str, Any]]
Recall = Callable[[str, str], Awaitable[Optional[Messages]]]

_SCREENED_AT_MOST = 4 * MAX_CHARACTERS  # of a message that is too long to be taken, its beginning is still screened
_REPEATABLE = 1_000  # replies kept in memory; older ones are read from the store
_SCREEN_SECONDS = 2.0  # it needs some hundredths; the longest message that is screened, half a second
_LEAST_SECONDS = 0.5  # what a turn is given after a screen that took long
_LONGEST_ID = 100


class _WholeTexts(CollectingOutputChannel):
    """Collects a turn's messages. Rasa cuts texts at blank lines, and would cut a quotation of several paragraphs in two."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        await self._persist_message(self._message(recipient_id, text=text))


async def recalled_reply(sender: str, message_id: str) -> Optional[Messages]:
    """The reply to a message that has been answered before, by this worker or another, from the store they share."""
    store = opened_store()
    return await store.reply_to(sender, message_id) if store else None


@dataclass(frozen=True)
class Incoming:
    """A message as a channel received it; nothing of it is checked yet."""

    sender: str
    text: Any
    metadata: Any


class Guard:
    """Turns an incoming message into the list of messages to send back: texts, then one with `custom`."""

    def __init__(
        self, site: Site, regions: Regions, watch: Watch, advice: AdviceBook, alarms: AlarmStore, deadline: float,
        recall: Recall = recalled_reply, pace: Optional[Limit] = None,
    ) -> None:  # fmt: skip
        self._site, self._regions, self._watch, self._advice = site, regions, watch, advice
        self._alarms, self._deadline, self._recall = alarms, deadline, recall
        self._pace = pace or Limit(session_limit())
        # one screen after another: what is in force is read and written back without another message of the patient between
        self._screen, self._engine, self.meter = Engine("screen"), Engine("rasa-turns"), Meter()
        self._answered: OrderedDict[tuple[str, str], asyncio.Future[Messages]] = OrderedDict()

    async def answer(self, incoming: Incoming, handler: Handler, input_channel: str) -> Messages:
        """The messages of this turn, in order. Never raises, never empty, never much later than the deadline.

        A repeated message id of the same conversation gets the first reply again, and counts as no turn.
        """
        metadata = self._allowed(incoming.metadata)
        incoming = replace(incoming, sender=_conversation(incoming.sender))
        key = (incoming.sender, metadata.get("message_id", ""))
        if not key[1]:
            return await self._counted(incoming, metadata, handler, input_channel)
        if key in self._answered:
            return await asyncio.shield(self._answered[key])
        turn = asyncio.ensure_future(self._turn_once(incoming, metadata, handler, input_channel))
        self._answered[key] = turn
        if len(self._answered) > _REPEATABLE:
            self._answered.popitem(last=False)
        return await asyncio.shield(turn)

    async def _turn_once(self, incoming: Incoming, metadata: dict[str, Any], handler: Handler, input_channel: str) -> Messages:
        """The reply that another worker, or this one before it was started again, gave to the same message; else a new turn."""
        try:
            before = await self._recall(incoming.sender, metadata["message_id"])
        except Exception as error:  # then it is a new message
            logger.error("A reply could not be recalled (%s)", error.__class__.__name__)
            before = None
        return before or await self._counted(incoming, metadata, handler, input_channel)

    async def _counted(self, incoming: Incoming, metadata: dict[str, Any], handler: Handler, input_channel: str) -> Messages:
        began = time.perf_counter()
        with self.meter.running.track_inprogress():
            messages = await self._turn(incoming, metadata, handler, input_channel)
        self.meter.turn(incoming.sender, metadata.get("channel", input_channel), messages, time.perf_counter() - began)
        return messages

    def refusal(self, reason: str) -> str:
        """What a caller hears that is far too quick ("too_quick") or sends far too much ("too_long"): whom to phone."""
        return self._site.say(reason)

    def forget(self, conversation: str) -> None:
        """Let go of all that is kept here of `conversation`, the alarm in force included: the patient has ended and deleted it."""
        sender = _conversation(conversation)
        for key in [key for key in self._answered if key[0] == sender]:
            del self._answered[key]
        self._alarms.forget(sender)

    def reports_sign(self, text: str) -> bool:
        """Does `text` report a warning sign? For channels that must choose between readings of one message; counts as no turn."""
        return self._watch.look(clean(text)[:_SCREENED_AT_MOST], InForce())[0].raised

    async def _turn(self, incoming: Incoming, metadata: dict[str, Any], handler: Handler, input_channel: str) -> Messages:
        text, until = clean(incoming.text) if isinstance(incoming.text, str) else "", time.monotonic() + self._deadline
        try:
            verdict, in_force = await self._screen.work(self._look, text[:_SCREENED_AT_MOST], incoming.sender, deadline=_SCREEN_SECONDS)
        except Exception as error:  # an unscreened message is answered with whom to call, and goes no further
            logger.error("The screen failed with %s", error.__class__.__name__)
            self.meter.failed("screen")
            return self._own_words(incoming.sender, "broken", metadata, self._standing(incoming.sender))
        collector, cause = _WholeTexts(), "reply"
        try:
            refusal = self._refusal(incoming.sender, incoming.text, text, verdict)
            if refusal:
                self.meter.refusals.labels(refusal).inc()
                return self._own_words(incoming.sender, refusal, metadata, verdict)
            safety = {**verdict.as_data(), IN_FORCE: in_force.as_data()}
            message = UserMessage(mask(text), collector, incoming.sender, input_channel=input_channel, metadata={**metadata, SAFETY: safety})
            await self._engine.run(handler(message), max(until - time.monotonic(), _LEAST_SECONDS))
        except Late:
            logger.error("A turn was not finished within %.1f s", self._deadline)
            cause = "late"
        except Exception as error:  # whatever breaks in Rasa, the patient gets an answer; only the kind of error is logged
            logger.error("A turn failed with %s", error.__class__.__name__)
            cause = "error"
        return self._completed(list(collector.messages), incoming.sender, metadata, verdict, cause)

    def _look(self, text: str, sender: str) -> tuple[Verdict, InForce]:
        verdict, in_force = self._watch.look(text, self._alarms.reading(sender))
        self._alarms.write(sender, in_force)
        for hit in verdict.hits:
            logger.info("Escalation %s: sign %s by '%s', score %.3f, at %d-%d", verdict.level, hit.sign, hit.cause, hit.score, hit.start, hit.end)
        return verdict, in_force

    def _standing(self, sender: str) -> Verdict:
        """What was in force before a message that could not be screened."""
        before = self._alarms.read(sender)
        return Verdict(before.level, before.flags)

    def _allowed(self, metadata: Any) -> dict[str, Any]:
        """What a caller may say beside the message; anything else is ignored."""
        given = metadata if isinstance(metadata, dict) else {}
        allowed: dict[str, Any] = {key: given[key] for key in ("leaflet", "message_id") if _is_short_text(given.get(key))}
        if given.get("region") in list(self._regions.by_id):
            allowed["region"] = given["region"]
        if given.get("channel") in CHANNELS:
            allowed["channel"] = given["channel"]
        return allowed

    def _refusal(self, sender: str, raw: Any, text: str, verdict: Verdict) -> Optional[str]:
        """The wording that tells why a message can't be taken; None for one that can."""
        if isinstance(raw, str) and len(raw) > MAX_CHARACTERS:
            return "too_long"
        if not text:
            return "empty"
        if not self._pace.allows(sender) and not verdict.raised:
            return "too_quick"
        return None if verdict.raised or verdict.ended or is_english(text) else "not_english"

    def _completed(self, messages: Messages, sender: str, metadata: dict[str, Any], verdict: Verdict, cause: str) -> Messages:
        """The turn as Rasa made it, if it holds one `custom` that knows what is in force; else our own words, counted by `cause`."""
        customs = [message["custom"] for message in messages if "custom" in message]
        if len(customs) == 1 and isinstance(customs[0], dict) and customs[0].get("escalation") == verdict.level:
            return messages
        self.meter.failed(cause)
        return self._own_words(sender, "broken", metadata, verdict)

    def _own_words(self, sender: str, wording: str, metadata: dict[str, Any], verdict: Verdict) -> Messages:
        reply = Reply("handoff", leaflet=metadata.get("leaflet"), region=metadata.get("region"))
        reply.add("own", self._site.say(wording, metadata.get("leaflet")))
        if verdict.ended:
            alarm_ended(reply, verdict, self._advice)
        with_alarm(reply, verdict, self._advice)
        texts = [{"recipient_id": sender, "text": text} for text in reply.texts]
        return [*texts, {"recipient_id": sender, "custom": reply.as_custom()}]


def _conversation(sender: str) -> str:
    """The caller's id of the conversation; one that logs, databases or JSON could trip over gets a name made from it."""
    if sender.isprintable() and len(sender) <= _LONGEST_ID:
        return sender
    return f"conversation-{hashlib.sha256(sender.encode(errors='surrogatepass')).hexdigest()[:32]}"


def _is_short_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable()


@lru_cache(maxsize=1)
def open_guard() -> Guard:
    """The one guard of this process, with the hospital's settings: every channel hands its messages to it.

    TURN_DEADLINE: seconds a turn may take, 4 by default. ALARM_STORE: database for alarms in force, a local file by default.
    """
    site, watch = read_site(), open_watch()
    advice = read_advice_book(watch.book, site.emergency, site.urgent)
    share_advice(advice)
    alarms = AlarmStore(os.environ.get("ALARM_STORE") or f"sqlite:///{Path(DATA).parent / 'var' / 'alarms.db'}")
    return Guard(site, read_regions(), watch, advice, alarms, float(os.environ.get("TURN_DEADLINE") or 4.0))
