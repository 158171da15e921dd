"""The answer desk: loads topics, leaflets and wording once, and gives a Reply to any turn."""
import logging
import os
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from bot.answers.composer import Composer
from bot.answers.reply import Choice, Reply
from bot.answers.site import read_site
from bot.answers.turn import Turn
from bot.catalogue import DATA, read_regions, read_topics
from bot.leaflets.library import load_library

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

    def __init__(self, composer: Composer) -> None:
        self.composer = composer

    def answer(self, turn: Turn) -> Reply:
        """Answer what is asked; a message that leans on the turn before is answered on its topics."""
        return self.composer.answer(turn) if turn.questions else self.composer.not_covered(turn)

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


def leaflets_folder() -> Path:
    """Where the leaflets are read from: the directory named by LEAFLETS, else the sample leaflets."""
    return Path(os.environ.get("LEAFLETS") or DATA / "leaflets")


@lru_cache(maxsize=1)
def open_desk() -> Desk:
    """The one desk of this process. Problems with leaflets go to the log, for staff. Raises for broken data files."""
    topics, regions = read_topics(), read_regions()
    library = load_library(leaflets_folder(), DATA / "answers", topics, regions.by_id)
    for problem in library.problems:
        logger.warning("Leaflets: %s", problem)
    return Desk(Composer(topics, regions, library, read_site(), alarm=lambda problem: logger.error("Leaflets: %s", problem)))
