"""One leaflet in canonical form: its text, its sections and sentences, and where each stands."""
import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bot.leaflets.blocks import Block, canonical_text
from bot.leaflets.import_report import ImportReport
from bot.leaflets.sentences import sentence_spans


@dataclass(frozen=True)
class Sentence:
    """A sentence (or a whole bullet without full stop); offsets count characters of the leaflet's canonical text.

    `line_start` is where its block's line begins, mark included; `opens_block` says that no sentence stands before it there.
    """

    start: int
    end: int
    block: int
    line_start: int
    opens_block: bool


@dataclass(frozen=True)
class Section:
    """A heading and the sentences under it; number 0 is what stands above the first heading."""

    number: int
    heading: str
    start: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class About:
    """What is known of a leaflet beside its text. Dates as printed: year-month or year-month-day; None where unknown.

    Leaflets of one `subject` (a kind of operation or test) may speak for each other; leaflets of different ones never do.
    """

    id: str
    title: str
    publisher: str = ""
    version: str = ""
    issued: str | None = None
    review_due: str | None = None
    regions: tuple[str, ...] = ()
    contact: str | None = None
    reuse: str = ""
    subject: str = ""

    def review_overdue(self, today: date) -> bool:
        """True from the first day of the month (or the very day) after the review was due."""
        if not self.review_due:
            return False
        due = self.review_due if len(self.review_due) == 10 else f"{self.review_due}-31"
        return today.isoformat() > due


@dataclass(frozen=True)
class Leaflet:
    """A leaflet as read: canonical text with its sections. `front` holds the file's own front matter, if any."""

    file: str
    blocks: tuple[Block, ...]
    front: dict[str, Any] = field(default_factory=dict)
    report: ImportReport = field(default_factory=ImportReport)

    @cached_property
    def text(self) -> str:
        return canonical_text(self.blocks)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(_sections(self.blocks, self.text))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the words in order: the same however a copy is wrapped, indented or named."""
        return hashlib.sha256(" ".join(words_of(self.text)).encode()).hexdigest()

    @cached_property
    def sentence_hashes(self) -> tuple[str, ...]:
        """A short hash of every sentence, in order, by which a changed copy is still recognised."""
        return tuple(short_hash(self.text[s.start : s.end], 6) for section in self.sections for s in section.sentences)

    @property
    def first_heading(self) -> str:
        return next((block.text for block in self.blocks if block.kind == "heading"), self.file)


def words_of(text: str) -> list[str]:
    """The words and numbers of `text` in lower case, without punctuation and marks."""
    return re.findall(r"[^\W_]+", text.lower())


def short_hash(text: str, length: int = 8) -> str:
    """The first `length` hexadecimal digits of SHA-256 of `text` as it stands."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _sections(blocks: tuple[Block, ...], text: str) -> list[Section]:
    sections: list[Section] = []
    heading, start, sentences, offset = "", 0, [], 0
    for index, block in enumerate(blocks):
        line_start = text.index(block.line, offset)
        if block.kind == "heading":
            sections.append(Section(len(sections), heading, start, tuple(sentences)))
            heading, start, sentences = block.text, line_start, []
        else:
            base = line_start + block.mark_width
            spans = enumerate(sentence_spans(block.text))
            sentences += [Sentence(base + a, base + b, index, line_start, number == 0) for number, (a, b) in spans]
        offset = line_start + len(block.line)
    sections.append(Section(len(sections), heading, start, tuple(sentences)))
    return sections
