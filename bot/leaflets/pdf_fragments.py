"""Lines of a PDF to fragments: where a paragraph, a bullet or a heading begins."""
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Sequence

from bot.leaflets.fragments import Fragment, begins_inside_sentence, has_ended
from bot.leaflets.pdf_bullets import Bullet, bullets_of
from bot.leaflets.pdf_frames import Frame
from bot.leaflets.pdf_layout import Region
from bot.leaflets.pdf_page import Line

_LOOSE = 1.2  # times the usual distance of lines: from here on the gap is meant to part paragraphs


@dataclass
class PdfFragment(Fragment):
    """A fragment that knows its type, its place, its first and last line; `level` is set where it is a heading."""

    size: float = 0.0
    bold: bool = False
    frame: Frame = ()
    first: Line | None = None
    last: Line | None = None
    region: Region | None = None
    place: Bullet | None = None
    level: int = 0

    @property
    def depth_x(self) -> float:
        """How far its bullet's words stand from the column's left edge; marks of a list may be set right-aligned."""
        return self.place.text_x - self.region.left if self.place else 0.0


def body_type(regions: Sequence[Region]) -> tuple[float, bool]:
    """Size and boldness of most letters."""
    letters: Counter = Counter()
    for region in regions:
        for line in region.lines:
            letters[line.size, line.bold] += len(line.text)
    return letters.most_common(1)[0][0]


def fragments_of(regions: Sequence[Region]) -> list[PdfFragment]:
    """The fragments in reading order; every region begins a new one."""
    size, _ = body_type(regions)
    bullets, distance = bullets_of(regions, size), _usual_distances(regions, size)
    hanging = _bullets_hang(regions, bullets)
    fragments: list[PdfFragment] = []
    for region in regions:
        before: Line | None = None
        for line in region.lines:
            bullet = bullets.get(id(line))
            if before is None or bullet or _begins_anew(fragments[-1], line, distance[line.size], hanging, size):
                fragments.append(_new_fragment(line, bullet, region, page_start=before is None))
            fragments[-1].lines.append(bullet.text if bullet else line.text)
            fragments[-1].last = before = line
            fragments[-1].bold &= line.bold
    return fragments


def _new_fragment(line: Line, bullet: Bullet | None, region: Region, page_start: bool) -> PdfFragment:
    return PdfFragment(bullet is not None, 0, page_start, [], line.size, line.bold, line.frame, line, line, region, bullet)


def _usual_distances(regions: Sequence[Region], body_size: float) -> dict[float, float]:
    """For each size of type how far apart lines of one paragraph stand; the body's proportion where there are few."""
    found: dict[float, list[float]] = defaultdict(list)
    for region in regions:
        for a, b in pairwise(region.lines):
            if a.size == b.size and 0 < b.base - a.base < 2 * a.size:
                found[a.size].append(b.base - a.base)
    small = {size: sorted(distances)[len(distances) // 5] for size, distances in found.items() if len(distances) > 3}
    proportion = small.get(body_size, 1.25 * body_size) / body_size
    sizes = {line.size for region in regions for line in region.lines}
    return {size: small.get(size, proportion * size) for size in sizes}


def _bullets_hang(regions: Sequence[Region], bullets: dict[int, Bullet]) -> bool:
    """True if the second lines of bullets stand below their words, not below their marks."""
    hanging = 0
    for region in regions:
        for first, second in pairwise(region.lines):
            bullet = bullets.get(id(first))
            if bullet and id(second) not in bullets and bullet.text_x > bullet.mark_x + 3:
                hanging += (abs(second.x0 - bullet.text_x) < 3) - (abs(second.x0 - bullet.mark_x) < 3)
    return hanging > 0


def _begins_anew(fragment: PdfFragment, line: Line, distance: float, hanging: bool, body_size: float) -> bool:
    before = fragment.last
    if line.base - before.base > _LOOSE * distance or line.text.startswith("©"):
        return True
    ended, room = has_ended(before.text), fragment.region.had_room(before, line)
    other_size = abs(line.size - before.size) / before.size
    if other_size > 0.25 or (other_size > 0.08 and (ended or room)):
        return True
    if line.bold != before.bold and (ended or room and line.text[0].isupper()):
        return True
    if fragment.place is not None and fragment.place.hangs_at(line.x0):
        return False
    if room and (ended or (line.bold and line.size < 1.1 * body_size and line.text[0].isupper())):
        return True  # what is set in bold as a heading is broken early for no other reason
    if fragment.bullet:
        return _leaves_bullet(fragment, line, room, hanging)
    return ended and line.x0 > before.x0 + 6


def _leaves_bullet(fragment: PdfFragment, line: Line, room: bool, hanging: bool) -> bool:
    """True for a line that steps out to the left, unless it clearly goes on with the bullet's sentence."""
    if line.x0 > fragment.place.text_x - 3 or (begins_inside_sentence(line.text) and not fragment.ended):
        return False
    return hanging or room or line.x0 < fragment.place.mark_x - 3
