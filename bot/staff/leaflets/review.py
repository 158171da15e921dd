"""The state of a review: what is proposed for each topic and what the reviewer has decided. Knows no page and no terminal."""
import re
from dataclasses import dataclass, field, replace
from typing import Callable, Collection, Literal, Mapping, Sequence

from bot.catalogue import Topic
from bot.leaflets.leaflet import About, Leaflet
from bot.leaflets.library import ActiveLeaflet
from bot.staff.leaflets.disagreements import Disagreement, disagreements
from bot.staff.leaflets.help_signs import HelpSign, gaps
from bot.staff.leaflets.proposer import Proposal
from bot.staff.leaflets.windows import words_at
from bot.staff.map_writer import Chosen, ChosenTopic

Status = Literal["open", "accepted", "silent"]
CAUTIONS = {
    0: "0: plain information, nothing to be careful about",
    1: "1: some care is advised",
    2: "2: something is to be avoided, or limited in time",
    3: "3: the injection or operation must not go on, or real harm is possible",
}
_DATE = r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?"
_OWN_WORD = "as_this_leaflet"


class ReviewError(ValueError):
    """A step that can't be taken; says why and what is expected, in words for the reviewer."""


@dataclass(frozen=True)
class Decision:
    """What stands for one topic. `offered` are passages to choose from, best first; `passages` those decided on.

    `origin` says where an accepted passage comes from: the proposal, the reviewer's own selection, or the version before.
    """

    status: Status = "open"
    offered: tuple[tuple[Chosen, ...], ...] = ()
    passages: tuple[Chosen, ...] = ()
    says: str = ""
    caution: int = 1
    likely: bool = False
    unlikely: bool = False
    origin: str = ""
    note: str = ""


@dataclass
class Review:
    """One leaflet under review. Every change goes through a method; `changed` is called after each, to keep the draft.

    `help_topic` is the topic of the leaflet's own "when to get help"; `listen` gives the symptoms in its passage with the
    signs they fire; `no_symptoms` holds those parts that the reviewer has marked as no symptom.
    """

    leaflet: Leaflet
    topics: Mapping[str, Topic]
    about: About
    regions: Collection[str]
    others: Sequence[ActiveLeaflet]
    help_topic: str
    listen: Callable[[Leaflet, Sequence[Chosen]], list[HelpSign]]
    decisions: dict[str, Decision] = field(default_factory=dict)
    no_symptoms: set[str] = field(default_factory=set)
    taken_ids: Collection[str] = ()
    changed: Callable[["Review"], None] = lambda review: None

    # -- decisions ---------------------------------------------------------------------------------------------------

    def accept(self, topic: str, number: int = 1) -> None:
        """Take the offered passage `number` (from 1)."""
        decision = self._decision(topic)
        if not 1 <= number <= len(decision.offered):
            raise ReviewError(f"there is no proposal {number} for '{self.topics[topic].title}'; there are {len(decision.offered)}")
        self._decide(topic, status="accepted", passages=decision.offered[number - 1], origin=decision.origin or "proposal")

    def choose(self, topic: str, passages: Sequence[Chosen]) -> None:
        """Take passages that the reviewer selected. Raises ReviewError for one that does not exist or stands there twice."""
        self._decision(topic)
        if not passages:
            raise ReviewError("no sentence is selected; select at least one, or say that the leaflet does not say")
        for chosen in passages:
            try:
                words_at(self.leaflet, chosen)
            except IndexError as error:
                raise ReviewError(str(error)) from error
        if len(set(passages)) < len(passages):
            raise ReviewError("the same passage is selected twice")
        self._decide(topic, status="accepted", passages=tuple(passages), origin="selected by the reviewer")

    def refuse(self, topic: str) -> None:
        """Drop the first proposal; the next one moves up, and the topic stays open."""
        self._decide(topic, status="open", offered=self._decision(topic).offered[1:], passages=(), origin="")

    def silent(self, topic: str) -> None:
        """The leaflet does not say anything on the topic."""
        self._decision(topic)
        self._decide(topic, status="silent", passages=())

    def reopen(self, topic: str) -> None:
        """Take a decision back."""
        self._decide(topic, status="open", passages=())

    def silent_where_nothing_is_likely(self) -> int:
        """Confirm "does not say" for every open topic on which nothing likely was found; returns how many."""
        found = list(self.nearest_where_nothing_is_likely())
        for topic in found:
            self._decide(topic, keep=topic == found[-1], status="silent", passages=())
        return len(found)

    def rate(self, topic: str, caution: int) -> None:
        """How cautious the leaflet is on the topic, 0 to 3."""
        if caution not in CAUTIONS:
            raise ReviewError(f"'{caution}' is no degree of caution; expected 0, 1, 2 or 3")
        self._decide(topic, caution=caution)

    def agree(self, topic: str, other: str | None) -> None:
        """Say that the leaflet says the same on the topic as the active leaflet `other`; with None, that it says something of its own."""
        speaking = {leaflet.id: leaflet for leaflet in self.speaking_on(topic)}
        if other is not None and other not in speaking:
            raise ReviewError(f"'{other}' is no active leaflet that speaks on '{self.topics[topic].title}'")
        self._decide(topic, says=speaking[other].says(topic) if other else self._own_word(topic))

    def describe(self, **facts: str) -> None:
        """Set what is known of the leaflet beside its text. Raises ReviewError for a value that can't be used."""
        unknown = set(facts) - {"id", "title", "publisher", "version", "issued", "review_due", "regions", "contact", "reuse", "subject"}
        if unknown:
            raise ReviewError(f"unknown: {', '.join(sorted(unknown))}")
        values = {key: value.strip() for key, value in facts.items()}
        about = dict(values)
        if "regions" in values:
            about["regions"] = tuple(re.findall(r"[\w-]+", values["regions"]))
        for key in ("issued", "review_due", "contact"):
            if key in values:
                about[key] = values[key] or None
        described = replace(self.about, **about)
        problems = self._problems_of(described)
        if problems:
            raise ReviewError("; ".join(problems))
        self.about = described
        self.changed(self)

    def no_symptom(self, key: str, is_none: bool = True) -> None:
        """Mark a part of the help passage as no symptom, or take the mark back."""
        if key not in {sign.key for sign in self.help_signs()}:
            raise ReviewError(f"'{key}' is no part of the passage on when to get help")
        (self.no_symptoms.add if is_none else self.no_symptoms.discard)(key)
        self.changed(self)

    def _decision(self, topic: str) -> Decision:
        if topic not in self.decisions:
            raise ReviewError(f"'{topic}' is no topic")
        return self.decisions[topic]

    def _decide(self, topic: str, keep: bool = True, **changes: object) -> None:
        self.decisions[topic] = replace(self._decision(topic), **changes)
        if keep:
            self.changed(self)

    def _own_word(self, topic: str) -> str:
        return f"{_OWN_WORD}_{re.sub(r'[^a-z0-9]+', '_', self.about.id)}"

    # -- what stands -------------------------------------------------------------------------------------------------

    @property
    def open_topics(self) -> list[str]:
        return [topic for topic, decision in self.decisions.items() if decision.status == "open"]

    def nearest_where_nothing_is_likely(self) -> dict[str, str]:
        """Every open topic on which nothing likely was found, with the nearest words: a reader sees at a glance where they answer it after all."""
        unlikely = {topic: self.decisions[topic] for topic in self.open_topics if self.decisions[topic].unlikely}
        return {topic: " … ".join(self.words(topic, decision.offered[0])) if decision.offered else "" for topic, decision in unlikely.items()}

    @property
    def accepted(self) -> dict[str, Decision]:
        return {topic: decision for topic, decision in self.decisions.items() if decision.status == "accepted"}

    @property
    def on_this_subject(self) -> list[ActiveLeaflet]:
        """The other active leaflets on the same operation: they answer where this one is silent, and may disagree with it."""
        return [leaflet for leaflet in self.others if leaflet.about.subject == self.about.subject]

    def speaking_on(self, topic: str) -> list[ActiveLeaflet]:
        """The other active leaflets on the same operation that say something on the topic."""
        return [leaflet for leaflet in self.on_this_subject if topic in leaflet.passages]

    def words(self, topic: str, passages: Sequence[Chosen] | None = None) -> list[str]:
        """The exact words of the passages decided on, or of others."""
        return [words_at(self.leaflet, chosen) for chosen in (self._decision(topic).passages if passages is None else passages)]

    def disagreements(self) -> list[Disagreement]:
        """Every accepted topic on which an active leaflet says something else."""
        words = {topic: "\n".join(self.words(topic)) for topic in self.accepted}
        return list(disagreements(words, {topic: decision.says or self._own_word(topic) for topic, decision in self.accepted.items()}, self.on_this_subject))

    def help_signs(self) -> list[HelpSign]:
        """The symptoms in the leaflet's own passage on when to get help, with the signs they fire."""
        passages = self.decisions[self.help_topic].passages if self.help_topic in self.accepted else ()
        return self.listen(self.leaflet, passages) if passages else []

    def hindrances(self) -> list[str]:
        """Why the leaflet can't be approved yet, in sentences; empty where it can."""
        found = self._problems_of(self.about)
        if self.open_topics:
            titles = [self.topics[topic].title for topic in self.open_topics]
            found.append(f"{len(titles)} topics are not decided: {', '.join(titles[:5])}{' …' if len(titles) > 5 else ''}")
        if not self.accepted and not self.open_topics:
            found.append("no topic has a passage, so there is nothing to quote")
        for sign in gaps(self.help_signs(), self.no_symptoms):
            found.append(f"the safety screen does not hear \"{sign.text}\", for which the leaflet tells patients to get help; mark it if it is no symptom, else tell the clinical safety officer")
        return found

    def _problems_of(self, about: About) -> list[str]:
        found = []
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", about.id):
            found.append(f"the short name '{about.id}' should have small letters, digits and hyphens only")
        if about.id in self.taken_ids:
            found.append(f"the short name '{about.id}' belongs to another leaflet; choose another, or start again with REPLACES={about.id} if this is its new version")
        if not about.title.strip():
            found.append("the leaflet has no title")
        for name, value in (("issued", about.issued), ("review due", about.review_due)):
            if value and not re.fullmatch(_DATE, value):
                found.append(f"'{value}' ({name}) is no date; expected year-month, like 2027-03, or year-month-day")
        for region in about.regions:
            if region not in self.regions:
                found.append(f"'{region}' is no part of the body that data/regions.yml knows; expected some of {', '.join(self.regions)}")
        return found

    def chosen_topics(self) -> dict[str, ChosenTopic]:
        """What goes into the answer map."""
        return {topic: ChosenTopic(decision.says or self._own_word(topic), decision.caution, decision.passages) for topic, decision in self.accepted.items()}


def first_decisions(proposals: Mapping[str, Proposal], others: Sequence[ActiveLeaflet]) -> dict[str, Decision]:
    """An open decision for every topic. Where other leaflets speak on it, the most cautious of them sets the first rating."""
    found = {}
    for topic, proposal in proposals.items():
        cautions = [leaflet.caution(topic) for leaflet in others if topic in leaflet.passages]
        found[topic] = Decision(offered=tuple((chosen,) for chosen in proposal.passages), caution=max(cautions, default=1), likely=proposal.says_something, unlikely=proposal.says_nothing)
    return found
