"""The review pages as HTML, from the state of a review. Pages only show; every step is a method of Review."""
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.staff.leaflets.disagreements import words_on
from bot.staff.leaflets.opening import Opened
from bot.staff.leaflets.review import CAUTIONS, Review, ReviewError
from bot.staff.leaflets.windows import lines_of
from bot.staff.map_writer import Chosen

TEMPLATES = Path(__file__).with_name("templates")
FACTS = (
    ("title", "Title", "As patients read it beside each quote"),
    ("id", "Short name", "Small letters, digits and hyphens; stays the same for every version"),
    ("publisher", "Publisher", ""),
    ("version", "Version", "As printed"),
    ("issued", "Issued", "Like 2027-03 or 2027-03-15"),
    ("review_due", "Review due", "Like 2029-03; after that patients read a notice with each quote"),
    ("regions", "Parts of the body", ""),
    ("contact", "Contact printed in it", "What patients are told to phone is set in data/site.yml"),
    ("subject", "Subject", "The operation or test, like knee; leaflets on another subject never answer for this one"),
    ("reuse", "Terms of re-use", "Who owns the text, and how it may be used"),
)


def environment() -> Environment:
    """Jinja2 with escaping on: a leaflet's words are never taken for HTML."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class Pages:
    """Renders the pages of one review; `root` is the path they live under."""

    def __init__(self, opened: Opened, root: str) -> None:
        self._opened, self._root, self._jinja = opened, root, environment()

    def overview(self, error: str = "") -> str:
        """The first page: what was repaired and changed, the facts, all topics, symptoms, disagreements, approval."""
        review = self._opened.review
        report = review.leaflet.report
        named = (
            ("Left out, since the page's layout put it there", report.furniture), ("Joined", report.joined), ("Moved", report.moved),
            ("Looks odd; kept as printed, please compare with the paper", report.odd),
        )  # fmt: skip
        return self._page(
            "overview.html", error, repaired=[(title, lines) for title, lines in named if lines], unlikely=review.nearest_where_nothing_is_likely(), signs=review.help_signs(),
            carried=list(self._opened.carried.values()), disagreements=review.disagreements(), hindrances=review.hindrances(),
            facts=[(key, label, hint or f"Some of: {', '.join(review.regions)}" if key == "regions" else hint) for key, label, hint in FACTS],
            values={key: _shown(getattr(review.about, key)) for key, _, _ in FACTS},
        )  # fmt: skip

    def topic(self, topic: str, error: str = "") -> str:
        """The page of one topic. Raises ReviewError for an unknown one."""
        review, names = self._opened.review, list(self._opened.review.decisions)
        if topic not in names:
            raise ReviewError(f"'{topic}' is no topic")
        at, decision = names.index(topic), review.decisions[topic]
        return self._page(
            "topic.html", error, topic=review.topics[topic], decision=decision, number=at + 1, previous=names[at - 1] if at else None,
            next=names[at + 1] if at + 1 < len(names) else None, cautions=CAUTIONS, sections=_sections(review), words_on=words_on,
            speaking=review.speaking_on(topic), marked=_marked(decision.passages or (decision.offered or ((),))[0]),
        )  # fmt: skip

    def done(self, by: str, role: str, file: Path) -> str:
        """The last page, after the approval."""
        return self._page("done.html", "", by=by, role=role, file=file)

    def _page(self, template: str, error: str, **values: Any) -> str:
        return self._jinja.get_template(template).render(root=self._root, review=self._opened.review, opened=self._opened, error=error, inline_style="", **values)


def runs(places: list[str]) -> list[Chosen]:
    """Ticked sentences (`section:number`) as passages: neighbours are one passage. Raises ReviewError for anything else."""
    try:
        ticked = sorted({tuple(map(int, place.split(":"))) for place in places})
        found: list[Chosen] = []
        for section, number in ticked:
            if found and found[-1].section == section and found[-1].last == number - 1:
                found[-1] = Chosen(section, found[-1].first, number)
            else:
                found.append(Chosen(section, number, number))
    except ValueError as error:
        raise ReviewError("a selected sentence has no place in the leaflet") from error
    return found


def _sections(review: Review) -> list[dict[str, Any]]:
    lines = lines_of(review.leaflet)
    return [
        {"number": section.number, "heading": section.heading, "lines": [line for line in lines if line.section == section.number]}
        for section in review.leaflet.sections
        if section.heading or section.sentences
    ]


def _marked(passages: tuple[Chosen, ...]) -> set[tuple[int, int]]:
    return {(chosen.section, number) for chosen in passages for number in range(chosen.first, chosen.last + 1)}


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else value or ""
