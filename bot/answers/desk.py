"""The answer desk: loads topics, leaflets and wording once, and gives a Reply to any turn."""
import logging
from dataclasses import replace
from functools import lru_cache
from typing import Callable

from rapidfuzz import fuzz

from bot.answers.alarm import alarm_ended, with_alarm
from bot.answers.composer import Composer
from bot.answers.live import LiveDesk, Shelf
from bot.answers.reply import Choice, Reply
from bot.answers.site import read_site
from bot.answers.turn import Turn
from bot.catalogue import read_regions, read_topics
from bot.leaflets.folders import leaflets_folder
from bot.leaflets.library import Library
from bot.safety.advice import AdviceBook, read_advice_book
from bot.safety.signs import read_sign_book

logger = logging.getLogger(__name__)

TALK = {
    "greet": "greeting",
    "goodbye": "goodbye",
    "thank": "thanks",
    "bot_challenge": "what_am_i",
    "affirm": "acknowledged",
    "deny": "acknowledged",
    "inform_time": "acknowledged",
    "help_underway": "acknowledged",
    "retract_report": "acknowledged",
}
_NAMED_WELL_ENOUGH = 70  # rapidfuzz's token-set ratio between what the patient says and a leaflet's title or publisher


class Desk:
    """What the custom actions call; each method takes a Turn and returns the Reply."""

    def __init__(self, composer: Composer, advice: AdviceBook) -> None:
        self.composer, self._advice = composer, advice

    def reply(self, turn: Turn, ask: "Callable[[Desk, Turn], Reply]") -> Reply:
        """What `ask` answers, with everything the verdict adds: advice first, reminder, the end of an alarm, the introduction."""
        verdict = turn.verdict
        if verdict.ended in ("help_under_way", "taken_back"):
            return alarm_ended(self.composer.begin(turn, "smalltalk"), verdict, self._advice)
        reply = self._picked(turn) if turn.chosen and not verdict.raised else ask(self, turn)
        if verdict.ended:
            alarm_ended(reply, verdict, self._advice)
        if turn.is_first:
            introduction = self.composer.say("introduction", turn)
            reply.add("notice", introduction) if verdict.raised else reply.put_first("notice", introduction)
        return with_alarm(reply, verdict, self._advice)

    def _picked(self, turn: Turn) -> Reply:
        """Answer a choice: its topic, or the open question once more for the part of the body or the leaflet picked."""
        if turn.chosen.topic:
            return self.composer.answer(replace(turn, questions=(turn.chosen.topic,), candidates=(turn.chosen.topic, *turn.candidates)))
        return self.set_region(turn) if turn.chosen.region else self.set_leaflet(turn)

    def broken(self, turn: Turn) -> Reply:
        """What is said when a part failed: the advice of the turn all the same, the contact and the emergency line."""
        return with_alarm(self.composer.talk(turn, "broken", kind="handoff"), turn.verdict, self._advice)

    def answer(self, turn: Turn) -> Reply:
        """Answer what is asked; beside a reported sign, answer only what was surely asked and add what to look out for."""
        if turn.verdict.raised:
            return self._beside_advice(turn)
        if turn.questions:
            return self.composer.answer(turn)
        return self._carry_on(turn) if turn.intent == "continue_subject" else self.composer.not_covered(turn)

    def _carry_on(self, turn: Turn) -> Reply:
        """A message that leans on the turn before: offer what it may mean, nearest to that turn first."""
        before = turn.previous or {}
        thought_of = [*turn.offer, *before.get("candidates", ()), *turn.candidates]
        return self.composer.clarify(replace(turn, offer=tuple(topic for topic in thought_of if topic not in before.get("topics", ()))))

    def _beside_advice(self, turn: Turn) -> Reply:
        reply = self.composer.answer(turn) if turn.questions else self.composer.begin(turn, "escalate")
        reply.kind = "escalate"
        shown = {quote.topic for quote in reply.quotes}
        if self._advice.look_out_topic not in shown:
            self.composer.add_companion(reply, self._advice.look_out_topic, turn)
        return reply

    def offer_choices(self, turn: Turn) -> Reply:
        return self.composer.clarify(turn)

    def talk(self, turn: Turn) -> Reply:
        return self.composer.talk(turn, TALK[turn.intent])

    def hand_over(self, turn: Turn) -> Reply:
        return self.composer.talk(turn, "person", kind="handoff")

    def offer_others(self, turn: Turn) -> Reply:
        return self.composer.offer_others(turn)

    def repeat(self, turn: Turn) -> Reply:
        """The reply of the turn before, word for word; its quotes are proved again, else it is composed anew."""
        if not turn.previous:
            return self.composer.talk(turn, "nothing_to_repeat")
        before = Reply.from_custom(turn.previous)
        before.parts = [part for part in before.parts if part.role != "reminder"]  # a level in force brings its own again
        active = self.composer.library.active
        if all(q.leaflet in active and active[q.leaflet].text[q.start : q.end] == q.text for q in before.quotes):
            return before
        return self._answer_again(turn) or self.composer.not_covered(turn)

    def set_region(self, turn: Turn) -> Reply:
        """Take the part of the body from the message and answer the question of the turn before for it."""
        region = self.composer.regions.by_id[turn.region] if turn.region else None
        if region is None:
            return self._ask(turn, self.composer.regions.asks, [Choice(r.title, region=r.id) for r in self.composer.regions.by_id.values()])
        return self._answer_again(turn) or self._noted(turn, "region_chosen", region.title)

    def set_leaflet(self, turn: Turn) -> Reply:
        """Take the leaflet the patient names and answer the question of the turn before from it."""
        active = self.composer.library.active
        if turn.leaflet in active:
            return self._answer_again(turn) or self._noted(turn, "leaflet_chosen", active[turn.leaflet].about.title)
        choices = [Choice(leaflet.about.title, leaflet=leaflet.id) for leaflet in active.values()]
        return self._ask(turn, self.composer.say("which_leaflet", turn), choices)

    def leaflet_named_in(self, text: str) -> str | None:
        """The one active leaflet whose title or publisher `text` names; None where none or several do."""
        scored = {
            leaflet.id: max(fuzz.token_set_ratio(text.lower(), name.lower()) for name in (leaflet.about.title, leaflet.about.publisher) if name)
            for leaflet in self.composer.library.active.values()
        }
        best = [id_ for id_, score in scored.items() if score >= _NAMED_WELL_ENOUGH and score == max(scored.values())]
        return best[0] if len(best) == 1 else None

    def _answer_again(self, turn: Turn) -> Reply | None:
        """The previous turn's questions, answered with what the patient has now told of themselves."""
        topics = tuple((turn.previous or {}).get("topics", ()))
        if not topics or (turn.previous or {}).get("kind") not in ("answer", "escalate"):
            return None
        again = Turn("ask_leaflet", topics, topics, leaflet=turn.leaflet, region=turn.region, verdict=turn.verdict, previous=turn.previous)
        return self.composer.answer(again)

    def _noted(self, turn: Turn, wording: str, title: str) -> Reply:
        reply = self.composer.begin(turn, "smalltalk")
        reply.add("own", self.composer.say(wording, turn, title=title))
        return reply

    def _ask(self, turn: Turn, question: str, choices: list[Choice]) -> Reply:
        reply = self.composer.begin(turn, "clarify")
        reply.add("choices", question)
        reply.choices = choices
        return reply


_shared_advice: list[AdviceBook] = []


def share_advice(advice: AdviceBook) -> None:
    """Have the desk of this process take `advice`, where another part has read the signs already: reading them takes seconds."""
    _shared_advice[:] = [advice]


@lru_cache(maxsize=1)
def _live_desk() -> LiveDesk:
    """What keeps the one desk of this process up to date. Raises for broken data files."""
    topics, regions, site = read_topics(), read_regions(), read_site()
    advice = _shared_advice[0] if _shared_advice else read_advice_book(read_sign_book(), site.emergency, site.urgent)

    def desk_with(library: Library) -> Desk:
        return Desk(Composer(topics, regions, library, site, alarm=lambda problem: logger.error("Leaflets: %s", problem)), advice)

    return LiveDesk(Shelf(leaflets_folder(), topics, regions.by_id), desk_with)


def open_desk() -> Desk:
    """The desk of this process, with the leaflets as they stand now. Problems with leaflets go to the log, for staff."""
    return _live_desk().desk


def close_desk() -> None:
    """Let go of the desk; the next `open_desk` reads everything anew."""
    if _live_desk.cache_info().currsize:
        _live_desk().close()
        _live_desk.cache_clear()
