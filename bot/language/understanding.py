"""What a message asks: one or more topics, small talk, something outside the leaflets, or not sure."""
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Collection, Sequence

from bot.catalogue import Regions
from bot.language.classifier import Classifier
from bot.language.clauses import clauses
from bot.language.cleaning import plain
from bot.language.leaning import FollowUps, Subject, bare, is_correction_alone, joined, names_something_new, reading, says_what_was_meant
from bot.language.regions import named_region
from bot.language.several import SeveralQuestions, parted
from bot.language.spelling import Speller
from bot.language.vectors import Encoder, Span

OUT_OF_SCOPE = "out_of_scope"
_CORRECTION = "not_what_i_asked"
_TAKEN_BACK = "retract_report"
_COURTESIES = ("greet", "thank")
_REMEMBERED = 64  # texts
_CANDIDATES = 5
Ranking = Sequence[tuple[str, float]]  # intents with their scores, best first
_CARRIES_ON = "continue_subject"
_MAY_LEAN = ("ask_leaflet", "unsure", OUT_OF_SCOPE, _CARRIES_ON)

# Thresholds on calibrated scores; measured by leaving one group of writers out in turn (docs/adr/0004).
SURE = 0.30       # best topic at least this likely: it is answered
BEHIND_COURTESY = 0.25  # what stands behind a greeting ("hi, I'd like to speak to somebody") counts more, if it is this likely
LIKELY = 0.08     # offered as a choice where none is sure
FOLLOWED = 0.6    # what a message that leans on the turn before is taken for must be this likely: a wrong quote misleads more than a question back
CLEAR = 0.9       # a question this likely by itself leans on nothing
FOLLOWED_THING = 0.9  # and surer still where it names another thing ("and my tablets?"): else it is asked back
BESIDE_REPORT = 0.6  # a question beside a reported sign: the advice stands anyway, so only a sure one is quoted after it


@dataclass(frozen=True)
class Understanding:
    """`intent` is the coarse one the dialogue rules see; `questions` the topics to answer, in the order asked;
    `candidates` the topics thought of, best first; `offer` those likely enough to be offered as choices.
    `apart` says that the questions stand apart from a sign that the message reports. `question` is the message as it was
    read: one that leans on the turn before is read on after that turn's question."""

    intent: str
    questions: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    named_region: str | None = None
    asks_dose: bool = False
    apart: bool = False
    question: str = ""
    ranking: tuple[tuple[str, float], ...] = field(default=(), compare=False)

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form, without the ranking."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in self.__dict__.items() if key != "ranking"}


_DOSE = re.compile(r"\b(how (many|much)|what dose|dosage|dose of|double (the|my)|extra|more than|take (two|three|2|3|another))\b.*\b(take|tablets?|pills?|mg|milligrams?|paracetamol|ibuprofen|gabapentin|pregabalin|morphine|codeine|tramadol|amitriptyline|naproxen|diazepam|co-?codamol)\b|\b(can|should|may) i (take|have) (two|three|2|3|another|extra|double)\b", re.I)


class Understander:
    """Understands single messages. Everything it knows comes from training data and the files staff keep."""

    def __init__(
        self, classifier: Classifier, speller: Speller, encoder: Encoder, topics: Collection[str], regions: Regions, follow_ups: FollowUps | None = None,
        several: SeveralQuestions | None = None,
    ) -> None:  # fmt: skip
        self._classifier, self._speller, self._encoder, self._follow_ups, self._several = classifier, speller, encoder, follow_ups, several
        self._topics, self._regions = frozenset(topics), regions
        self._ranking = lru_cache(maxsize=_REMEMBERED)(self._ranked)  # the same words are looked at whole, in part and after the turn before

    def understand(self, message: str, reported: Sequence[tuple[int, int]] = (), subject: Subject | None = None) -> Understanding:
        """What `message` (cleaned) asks. `reported`: where it reports a warning sign; that part asks nothing.
        `subject`: what the conversation was about before."""
        if reported:
            return self._beside_a_report(message, reported)
        text, ranking = self._read(self._speller.repaired(plain(message)))
        understood = self._alone(text, ranking)
        return self._read_on(understood, text, subject) if subject and self._may_lean(understood, text) else understood

    def _read(self, text: str) -> tuple[str, Ranking]:
        """`text` with its ranking; without the words it opens with where that asks something clear: "and can I drive then" only
        begins as if it leant on the turn before."""
        ranking, in_full = self._ranking(text), bare(text)
        if in_full != text and not self._is_clear(ranking):
            without = self._ranking(in_full)
            if self._is_clear(without):
                return in_full, without
        return text, ranking

    def _is_clear(self, ranking: Ranking) -> bool:
        return ranking[0][0] in self._topics and ranking[0][1] >= CLEAR

    def _alone(self, text: str, ranking: Ranking) -> Understanding:
        best, score = ranking[0]
        topics = [(label, value) for label, value in ranking if label in self._topics]
        questions = self._questions(text, ranking, topics)
        intent = self._intent(best, score, questions, topics)
        return Understanding(
            intent=intent,
            questions=tuple(questions) if intent == "ask_leaflet" else (),
            candidates=_best_first([*questions, *(label for label, _ in topics[:_CANDIDATES])], topics),
            offer=tuple(label for label, value in topics[:3] if value >= LIKELY),
            named_region=named_region(text, self._regions),
            asks_dose=bool(_DOSE.search(text)),
            question=text,
            ranking=tuple(ranking[:8]),
        )

    def _may_lean(self, understood: Understanding, text: str) -> bool:
        """Could the message lean on the turn before? Small talk can't, several clear questions need not."""
        if self._follow_ups is None or len(understood.questions) > 1:
            return False
        if understood.questions and self._is_clear(understood.ranking):
            return False
        if understood.intent == _CORRECTION:
            return not is_correction_alone(text)
        if understood.intent == _TAKEN_BACK:  # "no sorry, I meant before" takes nothing back but the question
            return says_what_was_meant(text)
        return understood.intent in _MAY_LEAN

    def _read_on(self, understood: Understanding, text: str, subject: Subject) -> Understanding:
        """The message in view of what went before: a new question, the old one again, or one made from both."""
        whole = joined(subject, text)
        followed = self._follow_ups.ranking(reading(text, subject, lambda said: dict(self._ranking(said))))
        topics = [(label, score) for label, score in followed if label in self._topics]
        best, score = followed[0]
        if best not in self._topics:
            if understood.questions:
                return understood  # it was clear enough by itself
            return replace(understood, intent=best, questions=(), candidates=tuple(label for label, _ in topics[:_CANDIDATES]))
        keeps = FOLLOWED_THING if names_something_new(text) else FOLLOWED
        is_sure = score >= (keeps if best in subject.topics else SURE)
        return replace(
            understood,
            intent="ask_leaflet" if is_sure else "unsure",
            questions=(best,) if is_sure else (),
            candidates=tuple(label for label, _ in topics[:_CANDIDATES]),
            offer=tuple(label for label, value in topics[:3] if value >= LIKELY / 8),  # a question back with one choice is none
            question=whole if best in subject.topics else text,
        )

    def _beside_a_report(self, message: str, reported: Sequence[tuple[int, int]]) -> Understanding:
        """Only parts that stand clear of the report and surely ask something are taken as questions."""
        whole = self.understand(message)
        placed = [span for span in reported if span[1] - span[0] < len(message)]  # the model names the whole message, and no place in it
        found = []
        for start, end in clauses(message):
            touched = any(first < end and last > start for first, last in placed)
            label, value = self._ranking(self._speller.repaired(plain(message[start:end])))[0]
            if not touched and label in self._topics and value >= BESIDE_REPORT and label not in found:
                found.append(label)
        candidates = tuple(dict.fromkeys([*found, *whole.candidates]))[:_CANDIDATES]
        return replace(whole, questions=tuple(found), candidates=candidates, apart=bool(found))

    def _ranked(self, text: str) -> Ranking:
        first, second, *rest = self._classifier.ranking(text, self._encoder)
        is_courtesy = first[0] in _COURTESIES and second[0] not in _COURTESIES and second[1] >= BEHIND_COURTESY
        return (second, first, *rest) if is_courtesy else (first, second, *rest)

    def _scores_of_parts(self, text: str, spans: Sequence[Span]) -> list[dict[str, float]]:
        return self._classifier.scores_of_parts(text, spans, self._encoder)

    def _intent(self, best: str, score: float, questions: list[str], topics: Ranking) -> str:
        if questions and (best in self._topics or len(questions) > 1):
            return "ask_leaflet"
        if best in self._topics:
            return "ask_leaflet" if topics[0][1] >= SURE else "unsure"
        is_split = best == OUT_OF_SCOPE and sum(value for _, value in topics) > score  # "tablets": one topic or another, but which?
        if (score < SURE or is_split) and topics[0][1] >= LIKELY:
            return "unsure"
        return best

    def _questions(self, text: str, ranking: Ranking, topics: Ranking) -> list[str]:
        """The topics asked, in order: those of its parts where it asks several things, else that of the whole."""
        whole = [topics[0][0]] if topics[0][1] >= SURE else []
        parts = parted(text, dict(ranking), self._scores_of_parts) if self._several else None
        found = self._several.asked(parts, self._topics) if parts else []
        return found if len(found) > 1 or not whole else whole


def _best_first(labels: Sequence[str], ranking: Ranking) -> tuple[str, ...]:
    """The first few of `labels`, each once, in the order of `ranking`."""
    order = {label: place for place, (label, _) in enumerate(ranking)}
    return tuple(sorted(list(dict.fromkeys(labels))[:_CANDIDATES], key=lambda label: order[label]))
