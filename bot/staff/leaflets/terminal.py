"""The review in the terminal, for whoever has no browser: the same steps as the page, by letters and numbers."""
import re
import textwrap
from typing import Callable

from bot.leaflets.import_report import ImportReport
from bot.leaflets.leaflet import Leaflet
from bot.staff.leaflets.review import CAUTIONS, Review, ReviewError
from bot.staff.leaflets.windows import lines_of
from bot.staff.map_writer import Chosen

_STEPS = (
    "Enter or 1 to 3: take that proposal | n: the leaflet does not say | r: refuse the first proposal | s: select sentences, like 4:2-3, 5:1\n"
    "  c: how cautious it is | a: it agrees with another leaflet | l: show the leaflet | k: keep for later | b: back | q: stop here (everything is kept)"
)


class Stopped(Exception):
    """The reviewer stopped; what was decided is kept."""


class TerminalReview:
    """Asks topic by topic. `ask` and `tell` are functions for tests' sake."""

    def __init__(self, review: Review, ask: Callable[[str], str] = input, tell: Callable[[str], None] = print) -> None:
        self._review, self._ask_line, self._tell = review, ask, tell

    def go_through(self) -> tuple[str, str] | None:
        """The whole review; returns the reviewer's name and role once they approve, None where they stop before."""
        try:
            self._describe()
            self._confirm_silence()
            self._decide_all()
            self._listen()
            return self._sign()
        except (Stopped, EOFError):
            self._tell("\nStopped. What you decided is kept; the same command goes on from here.")
            return None

    def _ask(self, question: str) -> str:
        answer = self._ask_line(question).strip()
        if answer.lower() == "q":
            raise Stopped
        return answer

    def _confirm_silence(self) -> None:
        review = self._review
        nearest = review.nearest_where_nothing_is_likely()
        if not nearest:
            return
        self._tell("\nNothing likely was found on these topics. The nearest words stand below each; where they do answer it, say n.")
        for topic, words in nearest.items():
            self._tell(f"  - {review.topics[topic].title}\n      {textwrap.shorten(words, 120, placeholder=' …')}")
        if self._ask("Does the leaflet really say nothing on all of these? y / n (go through them one by one): ").lower() == "y":
            review.silent_where_nothing_is_likely()

    def _decide_all(self) -> None:
        topics = self._review.open_topics
        at = 0
        while at < len(topics):
            step = self._decide(topics[at], f"Topic {at + 1} of {len(topics)}")
            at = max(at - 1, 0) if step == "back" else at + 1

    def _decide(self, topic: str, progress: str) -> str:
        self._show(topic, progress)
        while True:
            answer = self._ask("> ")
            try:
                done = self._step(topic, answer)
            except ReviewError as error:
                self._tell(f"  {error}.")
                continue
            if done:
                return done
            self._show(topic, progress)

    def _step(self, topic: str, answer: str) -> str:
        """Take one step; returns "on" or "back" where the next topic is due, else an empty text."""
        review, letter = self._review, answer.lower()
        if letter in ("", "1", "2", "3"):
            review.accept(topic, int(letter or 1))
        elif letter == "n":
            review.silent(topic)
        elif letter == "r":
            review.refuse(topic)
            return ""
        elif letter == "s":
            review.choose(topic, read_places(self._ask("  Which sentences? section:first-last, with commas between: ")))
        elif letter == "c":
            self._tell("\n".join(f"    {text}" for text in CAUTIONS.values()))
            review.rate(topic, _number(self._ask("  How cautious? ")))
            return ""
        elif letter == "a":
            self._agree(topic)
            return ""
        elif letter == "l":
            self._tell(numbered(review.leaflet))
            return ""
        elif letter == "b":
            return "back"
        elif letter != "k":
            raise ReviewError(f"'{answer}' is none of the steps")
        return "on"

    def _agree(self, topic: str) -> None:
        speaking = self._review.speaking_on(topic)
        for number, leaflet in enumerate(speaking, 1):
            self._tell(f"    {number}: the same as \"{leaflet.about.title}\"")
        number = _number(self._ask("    0: something of its own. Which? "))
        if not 0 <= number <= len(speaking):
            raise ReviewError(f"there is no {number} in this list")
        self._review.agree(topic, speaking[number - 1].id if number else None)

    def _show(self, topic: str, progress: str) -> None:
        review, decision = self._review, self._review.decisions[topic]
        self._tell(f"\n{progress}: {review.topics[topic].title}\n  ({review.topics[topic].asks})")
        if decision.note:
            self._tell(f"  {decision.note}")
        if not decision.likely:
            self._tell("  The leaflet may not say anything on this. The nearest words are:")
        for number, passages in enumerate(decision.offered, 1):
            where = ", ".join(f"{chosen.section}:{chosen.first}-{chosen.last}" for chosen in passages)
            self._tell(f"  {number}  [{where}]")
            for words in review.words(topic, passages):
                self._tell(textwrap.indent(words, "      | "))
        for leaflet in review.speaking_on(topic):
            self._tell(f"  \"{leaflet.about.title}\" says: " + " / ".join(passage.text.replace("\n", " ") for passage in leaflet.passages[topic]))
        self._tell(f"  Caution {decision.caution}.\n  {_STEPS}")

    def _describe(self) -> None:
        """First of all, since the subject decides with which leaflets this one is compared."""
        self._tell("\nAbout the leaflet:")
        for key, question in self._facts():
            self._tell(f"  {question}: {self._known(key) or '(empty)'}")
        if self._ask("Enter: all of this is right | c: change it. ").lower() == "c":
            self._tell("Enter keeps what stands in brackets, a single hyphen empties it.")
            for key, question in self._facts():
                self._ask_fact(key, question)

    def _facts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("id", "Short name"), ("title", "Title"), ("publisher", "Publisher"), ("version", "Version"), ("issued", "Issued (2027-03 or 2027-03-01)"),
            ("review_due", "Review due"), ("regions", f"Parts of the body, of {', '.join(self._review.regions)}"), ("contact", "Contact printed in it"),
            ("subject", "Subject, like knee (leaflets on another subject never answer for this one)"), ("reuse", "Terms of re-use"),
        )  # fmt: skip

    def _known(self, key: str) -> str:
        known = getattr(self._review.about, key) or ""
        return ", ".join(known) if isinstance(known, tuple) else known

    def _ask_fact(self, key: str, question: str) -> None:
        while True:
            known = self._known(key)
            answer = self._ask(f"  {question} [{known}]: ")
            try:
                self._review.describe(**{key: known if answer == "" else "" if answer == "-" else answer})
                return
            except ReviewError as error:
                self._tell(f"  {error}.")

    def _listen(self) -> None:
        """Go through the symptoms that the safety screen does not hear."""
        signs = self._review.help_signs()
        if signs:
            self._tell("\nSymptoms for which the leaflet tells patients to get help, and whether the safety screen hears them:")
        for sign in signs:
            self._tell(f"  {'heard    ' if sign.fires else 'NOT heard'}  {sign.text}")
        for sign in signs:
            if not sign.fires and sign.key not in self._review.no_symptoms and self._ask(f"  Is \"{sign.text}\" a symptom? y / n: ").lower() == "n":
                self._review.no_symptom(sign.key)

    def _sign(self) -> tuple[str, str] | None:
        review = self._review
        for found in review.disagreements():
            self._tell(f"  Another leaflet says something else on \"{review.topics[found.topic].title}\": \"{found.title}\" (caution {found.caution}): {found.words}")
        hindrances = review.hindrances()
        if hindrances:
            self._tell("\nIt can't be approved yet:")
            self._tell("\n".join(f"  - {reason}" for reason in hindrances))
            return None
        silent = sum(decision.status == "silent" for decision in review.decisions.values())
        self._tell(f"\n{len(review.accepted)} topics have a passage, on {silent} the leaflet does not say anything. Patients read it from the moment you approve.")
        if review.on_this_subject:
            self._tell(f"Where it is silent, these answer: {', '.join(leaflet.about.title for leaflet in review.on_this_subject)}. If they are about another operation, stop here (q) and name the subject.")
        if self._ask("Approve? Type yes: ").lower() != "yes":
            raise Stopped
        return self._ask("Your name: "), self._ask("Your role: ")


def read_places(text: str) -> list[Chosen]:
    """`4:2-3, 5:1` as passages. Raises ReviewError for anything else."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        place = re.fullmatch(r"(\d+):(\d+)(?:-(\d+))?", part)
        if not place:
            raise ReviewError(f"'{part}' is no place; expected section:first-last, like 4:2-3")
        found.append(Chosen(int(place[1]), int(place[2]), int(place[3] or place[2])))
    return found


def numbered(leaflet: Leaflet) -> str:
    """The leaflet with section and sentence numbers."""
    shown, section = [], None
    for line in lines_of(leaflet):
        if line.section != section:
            section = line.section
            shown.append(f"\n  {section}  {line.heading}")
        shown.append(textwrap.fill(line.text, 110, initial_indent=f"  {section}:{line.number:<3} ", subsequent_indent="        "))
    return "\n".join(shown)


def reading_report(report: ImportReport) -> str:
    """What was repaired and what looks odd, in plain words."""
    named = (
        ("Left out, since the page's layout put it there", report.furniture), ("Joined", report.joined),
        ("Moved", report.moved), ("Looks odd; kept as printed, please compare with the paper", report.odd),
    )  # fmt: skip
    lines = [f"{title}:\n" + "\n".join(f"  - {textwrap.shorten(line, 160)}" for line in found) for title, found in named if found]
    return "\n".join(lines) or "Nothing had to be repaired, and nothing looks odd."


def _number(text: str) -> int:
    if not text.isdigit():
        raise ReviewError(f"'{text}' is no number")
    return int(text)
