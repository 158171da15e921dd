"""The screen for warning signs: which a message reports now, how urgent they are together, and what that rests on.

Two opinions: the clinicians' patterns with their cues, and a trained model. Either raises a sign; neither is asked to
clear one alone. How the thresholds were chosen, some of them in view of the blind messages' totals, is in docs/adr/0005.
"""
import logging
from dataclasses import dataclass
from typing import Sequence

from bot.language.clauses import clauses
from bot.language.cleaning import plain
from bot.language.english import is_english
from bot.language.spelling import Speller
from bot.language.time_since import hours_since
from bot.language.vectors import Span
from bot.safety.context import ContextRules, sentence
from bot.safety.endings import Endings
from bot.safety.patterns import Named, PatternIndex, named_signs
from bot.safety.phrases import Normalised, normalised
from bot.safety.second_opinion import LONG, Opinion, SecondOpinion
from bot.safety.signs import Sign, SignBook
from bot.safety.verdict import LEVELS, Ending, Hit, higher

logger = logging.getLogger(__name__)

BY_MODEL = "second opinion"  # the cause of a hit that no pattern saw
_SHORT = 7  # words


@dataclass(frozen=True)
class Thresholds:
    """How sure the model must be: `alone` where no pattern matched (`alone_mild` for signs of the lowest level, `alone_short` for a few words), `cancelled` where a cue took the pattern's sign back or,
    without any pattern, speaks of another time; `part` for a part of the message alone; `doubt` below which even a matching pattern is taken for something else (`hinted` in a sentence that may ask, deny or remember); `level` (a share of the whole) and `level_least` for the urgency of an unsure sign;
    `beside` (`beside_short` in a few words) for a more urgent sign than the patterns saw."""

    alone: float = 0.15
    alone_mild: float = 0.25
    alone_short: float = 0.40
    alone_short_mild: float = 0.55
    part: float = 0.95
    cancelled: float = 0.55
    doubt: float = 0.01
    hinted: float = 0.03
    level: float = 0.10
    level_least: float = 0.05
    beside: float = 0.20
    beside_short: float = 0.50
    ending: float = 0.60


@dataclass(frozen=True)
class Screening:
    """What one message reports. `flags` in order of urgency; `expected` topics explain complaints that are no sign (yet);
    `ends_in_words`: the clinicians' words say that it ends an alarm, not the model alone."""

    flags: tuple[str, ...] = ()
    level: str = "none"
    hits: tuple[Hit, ...] = ()
    expected: tuple[str, ...] = ()
    ask_time: bool = False
    hours: float | None = None
    ending: Ending | None = None
    ends_in_words: bool = False


class Screen:
    """Screens single messages; deterministic, keeps nothing. `second` may be missing: the patterns work alone."""

    def __init__(
        self, book: SignBook, rules: ContextRules, endings: Endings, second: SecondOpinion | None = None,
        speller: Speller | None = None, thresholds: Thresholds = Thresholds(),
    ) -> None:  # fmt: skip
        self._book, self._rules, self._endings, self._second, self._speller, self._limits = book, rules, endings, second, speller, thresholds
        self._patterns = PatternIndex(book)

    def screen(self, message: str) -> Screening:
        """What `message` (cleaned, not masked) reports."""
        text = normalised(message)
        hours = hours_since(plain(message).replace("'", ""))
        opinion = next(iter(self._asked(plain(message))), None)
        named = self._named(message, text)
        hits = self._hits(text, named, opinion, message)
        hits, expected, ask_time = self._without_expected(hits, text, hours)
        flags = tuple(dict.fromkeys(hit.sign for hit in hits))
        level = self._level(flags, hits, named)
        in_words = self._endings.ending(text.text)
        return Screening(flags, level, tuple(hits), expected, ask_time, hours, in_words or self._ending_heard(text, opinion), in_words is not None)

    def _parts(self, message: str) -> list[Opinion]:
        """The model's opinion on each part of the message, where it has several."""
        text = plain(message)
        spans = clauses(text)
        return self._asked(text, spans) if len(spans) > 1 else []

    def _asked(self, text: str, spans: Sequence[Span] | None = None) -> list[Opinion]:
        """The model's opinion on `text`, or on each of the parts of it that `spans` name; none where there is no model or it fails:
        it must not silence the patterns."""
        if self._second is None:
            return []
        try:
            return self._second.opinions(text, [(0, len(text))] if spans is None else spans)
        except Exception as error:
            logger.error("The second opinion failed with %s; the patterns decide alone", error.__class__.__name__)
            return []

    def _named(self, message: str, text: Normalised) -> list[Named]:
        """Signs named in the message as typed, or once its spelling is repaired; both count, since either may be the slip."""
        named = named_signs(text, self._patterns, self._rules)
        repaired = self._speller.repaired(plain(message)) if self._speller else message
        if repaired == plain(message):
            return named
        # places in the repaired text are not places in the message: the whole message is named as the place instead
        seen = {entry.sign for entry in named}
        return named + [
            Named(entry.sign, entry.pattern, 0, len(text.text), entry.cancelled)
            for entry in named_signs(normalised(repaired), self._patterns, self._rules)
            if entry.sign not in seen
        ]

    def _hits(self, text: Normalised, named: Sequence[Named], opinion: Opinion | None, message: str) -> list[Hit]:
        if opinion is None:
            return [self._pattern_hit(entry, text, 1.0) for entry in named if entry.cancelled is None]
        standing = [entry for entry in named if entry.cancelled is None]
        parts = self._parts(message) if standing else []  # most messages name no sign: then the whole is enough, unless it is long
        danger = opinion.danger
        surest_part = max([danger, *(part.danger for part in parts)])
        meant = [entry for entry in standing if surest_part >= self._limits.doubt or entry.pattern.asked_too]
        hits = [self._pattern_hit(entry, text, danger) for entry in meant if not self._hardly_meant(entry, text, message, danger)]
        if hits:
            return hits + self._more_urgent(hits, [opinion, *parts], message)
        cancelled = [entry for entry in named if entry.cancelled is not None]
        if cancelled:
            return [self._pattern_hit(entry, text, danger) for entry in cancelled] if danger >= self._limits.cancelled else []
        if danger >= self._alone(opinion, message) and (danger >= self._limits.cancelled or self._may_stand_alone(message, text)):
            return self._model_hits(opinion, len(message))
        # a few words torn out of a short message ("I get chilly") mean less than the whole; in a long one a report may be buried
        buried = (parts or self._parts(message)) if len(message.split()) >= LONG else ()
        surest = max(buried, key=lambda part: part.danger, default=None)
        return self._model_hits(surest, len(message)) if surest and surest.danger >= self._limits.part else []

    def _hardly_meant(self, entry: Named, text: Normalised, message: str, danger: float) -> bool:
        """Do words of its sentence leave it open whether a named sign is there now, and does the model think that it hardly is,
        neither from that sentence nor from the whole message?"""
        if entry.pattern.asked_too or danger >= self._limits.hinted or not self._rules.leave_it_open(text.text, entry.start, entry.end):
            return False
        around = sentence(text.text, entry.start, entry.end)
        if around == (0, len(text.text)):
            return True
        own = self._asked(plain(message[slice(*text.span(*around))]))
        return bool(own) and own[0].danger < self._limits.hinted

    def _may_stand_alone(self, message: str, text: Normalised) -> bool:
        """Is `message` in the language that the model has learnt, and about here and now?"""
        return not self._rules.speaks_of_another_time(text.text) and is_english(message)

    def _alone(self, opinion: Opinion, message: str) -> float:
        """How sure the model must be of `message` without any pattern; surer for signs of the lowest level, whose miss harms
        least, and for a few words ("it's my neck"), which leave much open."""
        likeliest = max(opinion.signs, key=lambda sign: opinion.signs[sign])
        is_mild = self._book.signs[likeliest].least == LEVELS[1]
        if _is_short(message):
            return self._limits.alone_short_mild if is_mild else self._limits.alone_short
        return self._limits.alone_mild if is_mild else self._limits.alone

    def _more_urgent(self, hits: Sequence[Hit], opinions: Sequence[Opinion], message: str) -> list[Hit]:
        """Signs the model is sure of that ask for more than the patterns' signs do: the patterns may have seen only half."""
        level = self._book.level_of([hit.sign for hit in hits])
        surest = {sign: max(opinion.signs[sign] for opinion in opinions) for sign in opinions[0].signs}
        return [
            Hit(sign, BY_MODEL, round(score, 3), 0, len(message))
            for sign, score in sorted(surest.items())
            if score >= (self._limits.beside_short if _is_short(message) else self._limits.beside) and higher(level, self._book.signs[sign].least) != level
        ]

    def _pattern_hit(self, entry: Named, text: Normalised, score: float) -> Hit:
        start, end = text.span(entry.start, entry.end)
        return Hit(entry.sign, f"pattern {entry.sign}: {entry.pattern.words}", round(score, 3), start, end)

    def _model_hits(self, opinion: Opinion, length: int) -> list[Hit]:
        """The likeliest sign, and with it every other that is likely enough to count for the urgency."""
        ordered = sorted(opinion.signs, key=lambda sign: -opinion.signs[sign])
        likely = [sign for sign in ordered if opinion.signs[sign] >= max(self._limits.level * opinion.danger, self._limits.level_least)]
        return [Hit(sign, BY_MODEL, round(opinion.signs[sign], 3), 0, length) for sign in likely or ordered[:1]]

    def _without_expected(self, hits: list[Hit], text: Normalised, hours: float | None) -> tuple[list[Hit], tuple[str, ...], bool]:
        """Take out what is expected so soon after; ask for the time where only it could tell."""
        flagged = {hit.sign for hit in hits}
        if len(flagged) != 1:
            return hits, (), False
        sign = self._book.signs[flagged.pop()]
        if not _may_be_expected(sign, text):
            return hits, (), False
        if hours is None:
            return hits, (), True
        if hours <= sign.expected.hours:
            return [], (sign.expected.topic,), False
        return hits, (), False

    def _level(self, flags: Sequence[str], hits: Sequence[Hit], named: Sequence[Named]) -> str:
        if not flags:
            return "none"
        raised = [entry.pattern.level for entry in named if entry.sign in flags and entry.cancelled is None and entry.pattern.level]
        level = self._book.level_of(flags)
        for extra in raised:
            level = higher(level, extra)
        return level

    def _ending_heard(self, text: Normalised, opinion: Opinion | None) -> Ending | None:
        """How the message ends an alarm by what the model hears. Words that only sound like an end ("the ambulance isn't coming")
        outrank it: the alarm stays."""
        if opinion is None or self._endings.keeps_standing(text.text):
            return None
        if opinion.endings["help_underway"] >= self._limits.ending:
            return "help_under_way"
        return "taken_back" if opinion.endings["retract_report"] >= self._limits.ending else None

    def expected_hours(self, sign: str) -> float | None:
        """For how many hours a complaint of this sign may be expected; None where it never is."""
        expected = self._book.signs[sign].expected
        return expected.hours if expected else None

    def expected_topic(self, sign: str) -> str | None:
        """The topic that explains an expected complaint of this sign."""
        expected = self._book.signs[sign].expected
        return expected.topic if expected else None

    def level_of(self, flags: Sequence[str], extra: str = "none") -> str:
        """How urgent `flags` are together."""
        return self._book.level_of(flags, extra)


def _is_short(message: str) -> bool:
    return len(message.split()) < _SHORT


def _may_be_expected(sign: Sign, text: Normalised) -> bool:
    rule = sign.expected
    if rule is None or any(pattern.stands_in(text.text) for pattern in rule.unless):
        return False
    return any(pattern.stands_in(text.text) for pattern in rule.patterns)
