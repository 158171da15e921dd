"""Writes a run as one self-contained HTML page that a clinician can read, print and sign."""
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.answers.dates import in_words as date_in_words
from bot.safety.verdict import LEVELS
from bot.staff.stories.expectations import KIND_WORDS, LEVEL_WORDS
from bot.staff.stories.in_words import result
from bot.staff.stories.known import Known
from bot.staff.stories.record import Run, Told, Turned

_TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class Piece:
    """One thing the patient gets, with the role that decides how it looks; a quotation's source stands apart."""

    role: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Chapter:
    """The stories of one script."""

    number: int
    about: str
    file: str
    stories: list[Told]

    @property
    def failed(self) -> int:
        return sum(not story.passed for story in self.stories)


@dataclass(frozen=True)
class SignRow:
    """How one warning sign was taken: the lowest level that is safe, the levels that came, and in which stories."""

    title: str
    least: str
    came: tuple[str, ...]
    stories: tuple[int, ...]
    safe: bool


def write_page(run: Run, known: Known, file: Path) -> None:
    """The report of `run`. Every word from scripts, leaflets and replies is escaped."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(day=_day, moment=_moment, month=lambda text: date_in_words(text) if text else "not told")
    environment.globals.update(pieces=pieces, id_of=id, how=_how, result=result, level_words=LEVEL_WORDS, kind_words=KIND_WORDS)
    page = environment.get_template(_TEMPLATE).render(
        run=run, chapters=_chapters(run), coverage=run.coverage, signs=_signs(run, known), ways=Counter(story.over for story in run.stories),
        number_of={id(story): number for number, story in enumerate(run.stories, 1)},
        topic_titles={topic.id: topic.title for topic in known.topics.values()},
        turns=sum(len(story.turns) for story in run.stories),
    )  # fmt: skip
    file.write_text(page, encoding="utf-8")


def _chapters(run: Run) -> list[Chapter]:
    files = dict.fromkeys(story.file for story in run.stories)
    grouped = [(file, [story for story in run.stories if story.file == file]) for file in files]
    return [Chapter(number, stories[0].about, file, stories) for number, (file, stories) in enumerate(grouped, 1)]


def _signs(run: Run, known: Known) -> list[SignRow]:
    """A row for each sign, the most urgent first."""
    rows = []
    for sign in sorted(known.signs.signs.values(), key=lambda sign: -LEVELS.index(sign.least)):
        tried = [(number, turn) for number, story in enumerate(run.stories, 1) for turn in story.turns if f"sign:{sign.id}" in turn.tested]
        came = tuple(dict.fromkeys(turn.custom.get("escalation", "none") for _, turn in tried))
        safe = bool(tried) and all(not turn.problems for _, turn in tried)
        rows.append(SignRow(sign.title, sign.least, came, tuple(number for number, _ in tried), safe))
    return rows


def pieces(turn: Turned) -> list[Piece]:
    """The texts of a turn as the patient gets them, each with the role it has in the reply."""
    roles = {part.get("text"): part.get("role", "own") for part in turn.custom.get("parts", ())}
    sources = [quote.get("source", "") for quote in turn.custom.get("quotes", ())]
    told = turn.roles or [roles.get(text) for text in turn.texts]
    return [_piece(text, role, sources, turn.custom) for text, role in zip(turn.texts, told)]


def _piece(text: str, role: str | None, sources: list[str], custom: dict[str, Any]) -> Piece:
    if role is None:
        role = "choices" if custom.get("choices") else "own"
    if role == "quote":
        source = next((source for source in sources if source and text.endswith(source)), "")
        return Piece(role, text.removesuffix(source).strip(), source)
    return Piece(role, text)


def _how(turn: Turned) -> str:
    if turn.how == "stays silent":
        return "(stays silent)"
    return f"(presses {turn.said})" if turn.how == "presses" else turn.said


def _day(text: str) -> str:
    return date_in_words(text[:10])


def _moment(text: str) -> str:
    return f"{_day(text)}, {datetime.fromisoformat(text):%H:%M}"
