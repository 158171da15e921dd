"""What an author typed into a word processor or a web page to blocks: lines broken by hand, bullets typed as glyphs.

Here a line break is the author's, never the layout's: the readers mark it as a newline within a paragraph's text.
"""
import re
from itertools import pairwise
from typing import Iterable, Sequence

from bot.leaflets.blocks import Block, Kind, one_space
from bot.leaflets.fragments import DASH, GLYPH
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # hints where a word may be broken


def typed_blocks(text: str, kind: Kind, level: int) -> list[Block]:
    """The blocks of one paragraph: several where empty lines part it or where lines begin with a bullet's glyph."""
    text = text.translate(_INVISIBLE)
    if kind == "heading":
        return _blocks_of([text], kind, level)
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text):
        lines = part.strip().split("\n")
        if sum(bool(DASH.match(line)) for line in lines) > 1:
            blocks += _list_of(lines, DASH, kind, level)
        elif any(GLYPH.match(line) for line in lines):
            blocks += _list_of(lines, GLYPH, kind, level)
        else:
            blocks += _blocks_of([part], kind, level)
    return blocks


def _list_of(lines: Sequence[str], mark: re.Pattern, kind: Kind, level: int) -> list[Block]:
    """Bullets for the lines that begin with `mark`, each with the lines below it; what stands above stays as it is."""
    starts = [number for number, line in enumerate(lines) if mark.match(line)]
    items = [" ".join(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    return [
        *_blocks_of([" ".join(lines[: starts[0]])], kind, level),
        *_blocks_of([mark.sub("", item, count=1) for item in items], "bullet", level if kind == "bullet" else 0),
    ]


def _blocks_of(texts: Iterable[str], kind: Kind, level: int) -> list[Block]:
    return [Block(kind, words, level) for text in texts if (words := one_space(text))]


def with_dashes_as_bullets(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs that begin with a typed dash as bullets, if there are several of them."""
    if sum(block.kind == "paragraph" and bool(DASH.match(block.text)) for block in blocks) < 2:
        return list(blocks)
    return [
        Block("bullet", DASH.sub("", block.text)) if block.kind == "paragraph" and DASH.match(block.text) else block
        for block in blocks
    ]


def without_furniture(blocks: Iterable[Block], furniture: Furniture, report: ImportReport) -> list[Block]:
    """The blocks without those that staff have listed as furniture; each one left out is listed in `report`."""
    kept = []
    for block in blocks:
        if any(pattern.fullmatch(block.text) for pattern in furniture.patterns):
            report.furniture.append(block.text)
        else:
            kept.append(block)
    return kept
