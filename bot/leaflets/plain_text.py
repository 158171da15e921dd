"""Plain text, mostly pasted from a PDF or a web page, to blocks.

The words stay; what the layout did to them is undone: lines broken at the page's width, bullets as glyphs or as a mere
leading space, headings without a mark, sentences cut by a page break, a call-out box printed across such a cut.
"""
import re

from bot.leaflets.blocks import Block, one_space
from bot.leaflets.fragments import (
    DASH,
    GLYPH,
    Fragment,
    begins_inside_sentence,
    bullet_depths,
    joined_across_breaks,
    joined_lines,
    reads_like_heading,
    with_callouts_after_their_sentence,
)
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport

_WRAP_WIDTH = 110  # lines broken by a page's layout are shorter than this; lines of an unwrapped file mostly are not


def blocks_from_text(text: str, furniture: Furniture, report: ImportReport) -> list[Block]:
    """The blocks of a plain-text leaflet; `report` receives what was left out, joined or moved."""
    lines = furniture.without(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), report)
    fragments = _without_leading_menu(joined_across_breaks(_fragments(lines), report), report)
    fragments = with_callouts_after_their_sentence(fragments, report)
    return _blocks(fragments, report)


def _fragments(lines: list[str]) -> list[Fragment]:
    bullet_of = _bullet_style(lines)
    wrapped = _is_wrapped(lines)
    fragments: list[Fragment] = []
    current: Fragment | None = None
    for line in lines:
        page_start = line.startswith("\f") or (not bullet_of.by_space and re.match(r" \S", line) is not None)
        line = line.lstrip("\f")
        words = one_space(line)
        if not words:
            current = None
            continue
        mark = bullet_of.mark(line)
        if mark is not None:
            current = Fragment(True, mark, page_start)
            words = one_space(bullet_of.stripped(line))
            fragments.append(current)
        elif current is None or page_start or _starts_apart(words) or not (wrapped or _continues(current, words)):
            current = Fragment(False, 0, page_start)
            fragments.append(current)
        current.lines.append(words)
    return fragments


def _continues(fragment: Fragment, words: str) -> bool:
    return not fragment.ended and begins_inside_sentence(words)


def _starts_apart(words: str) -> bool:
    """A web address and a copyright line are never the next line of the sentence above."""
    return bool(re.match(r"https?:|©", words))


class _BulletStyle:
    """How this file marks a bullet: a glyph, a dash, or nothing but a leading space."""

    def __init__(self, by_space: bool, pattern: re.Pattern | None) -> None:
        self.by_space, self.pattern = by_space, pattern

    def mark(self, line: str) -> int | None:
        """The indent of the bullet that `line` begins, or None where it begins none."""
        if self.by_space:
            return 0 if re.match(r" {1,3}\S", line) else None
        found = self.pattern.match(line) if self.pattern else None
        return len(found.group(1).expandtabs()) if found else None

    def stripped(self, line: str) -> str:
        return line if self.by_space else self.pattern.sub("", line, count=1)


def _bullet_style(lines: list[str]) -> _BulletStyle:
    if any(GLYPH.match(line) for line in lines):
        return _BulletStyle(False, GLYPH)
    if sum(bool(DASH.match(line)) for line in lines) >= 2:
        return _BulletStyle(False, DASH)
    indented = sum(bool(re.match(r" {1,3}\S", line)) for line in lines)
    return _BulletStyle(indented >= 3, None)


def _is_wrapped(lines: list[str]) -> bool:
    lengths = sorted(len(line) for line in lines if line.strip())
    return bool(lengths) and lengths[int(len(lengths) * 0.9) - 1] < _WRAP_WIDTH


def _without_leading_menu(fragments: list[Fragment], report: ImportReport) -> list[Fragment]:
    """A list of one- to three-word bullets above everything else is a web page's menu."""
    count = 0
    while count < len(fragments) and fragments[count].bullet and len(fragments[count].text.split()) <= 3:
        count += 1
    if count == len(fragments):
        return fragments
    report.furniture.extend(fragment.text for fragment in fragments[:count])
    return fragments[count:]


def _blocks(fragments: list[Fragment], report: ImportReport) -> list[Block]:
    depth_of = bullet_depths(fragments)
    blocks: list[Block] = []
    for number, fragment in enumerate(fragments):
        text = joined_lines(fragment.lines, " ".join(f.text for f in fragments), report)
        if fragment.bullet:
            blocks.append(Block("bullet", text, depth_of[fragment.indent]))
        elif reads_like_heading(fragment.lines, text, number + 1 < len(fragments)):
            is_title = not blocks and not text.endswith("?")
            blocks.append(Block("heading", text, 1 if is_title else 2))
        else:
            blocks.append(Block("paragraph", text))
    return blocks
