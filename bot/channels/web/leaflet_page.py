"""A whole leaflet as a page: its blocks in order, with one passage marked. Every word as in the canonical text."""
from dataclasses import dataclass, field
from typing import Any, Optional, Sequence


@dataclass
class Line:
    """One heading, paragraph or bullet: `pieces` are its words in order, each with whether it belongs to the marked passage."""

    kind: str
    level: int
    pieces: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def is_marked(self) -> bool:
        return any(marked for _, marked in self.pieces)


def lines_of(leaflet: Any, span: Optional[tuple[int, int]]) -> list[Line]:
    """The lines of `leaflet` (blocks, canonical text) with the characters from `span[0]` up to `span[1]` marked."""
    lines, offset, outline = [], 0, []
    for block in leaflet.blocks:
        start = leaflet.text.index(block.line, offset) + block.mark_width
        offset = start + len(block.text)
        level = _depth(outline, block.level) if block.kind == "heading" else block.level
        lines.append(Line(block.kind, level, _pieces(block.text, start, span)))
    return lines


def _depth(outline: list[int], level: int) -> int:
    """How deep a heading stands, from 1, without the steps that its author left out: readers by ear move by these levels."""
    while outline and outline[-1] >= level:
        outline.pop()
    outline.append(level)
    return len(outline)


def _pieces(text: str, start: int, span: Optional[tuple[int, int]]) -> list[tuple[str, bool]]:
    if span is None:
        return [(text, False)]
    first, last = (min(max(at - start, 0), len(text)) for at in span)
    cut = [(text[:first], False), (text[first:last], True), (text[last:], False)]
    return [(piece, marked) for piece, marked in cut if piece]


def span_from(asked: str, length: int) -> Optional[tuple[int, int]]:
    """The passage named in the page's address, `start-end`; None where it names none."""
    start, _, end = asked.partition("-")
    if not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit()) or len(asked) > 20:
        return None
    span = int(start), int(end)
    return span if span[0] < span[1] <= length else None


def groups(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Neighbouring bullets together as one list, everything else alone."""
    made: list[tuple[str, list[Line]]] = []
    for line in lines:
        if line.kind == "bullet" and made and made[-1][0] == "bullet":
            made[-1][1].append(line)
        else:
            made.append((line.kind, [line]))
    return made
