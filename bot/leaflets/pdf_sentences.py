"""Sentences of a PDF that a page, a column or a box cut in two, made whole again."""
from collections import defaultdict
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Iterable, Sequence

from bot.leaflets.fragments import (
    begins_inside_sentence,
    has_ended,
    is_continuation,
    join,
    split_after_sentence,
    with_callouts_after_their_sentence,
)
from bot.leaflets.import_report import ImportReport
from bot.leaflets.pdf_fragments import PdfFragment

_Anchor = tuple[int, list[PdfFragment]]  # how many lines of its host stand before a box, and what the box holds


def sentences_joined(fragments: Sequence[PdfFragment], report: ImportReport) -> list[PdfFragment]:
    """The fragments with cut sentences joined; a box that stood in a cut comes directly behind its sentence."""
    fragments = _without_mere_tints(fragments)
    running = [fragment for fragment in fragments if not fragment.frame]
    following = {id(fragment): after for fragment, after in pairwise([*running, None])}
    flow: list[PdfFragment] = []
    anchors: dict[int | None, list[_Anchor]] = defaultdict(list)
    for is_box, run in groupby(fragments, key=lambda fragment: bool(fragment.frame)):
        host = flow[-1] if flow else None
        if is_box:
            anchors[id(host) if host else None].append((len(host.lines) if host else 0, _joined_in_boxes(run, report)))
            continue
        for fragment in run:
            if flow and _goes_on(flow[-1], fragment, following[id(fragment)]):
                join(flow[-1], fragment, report)
                flow[-1].last, flow[-1].region = fragment.last, fragment.region
            else:
                flow.append(fragment)
    return _callouts_moved(_with_boxes(flow, anchors, report), report)


def _without_mere_tints(fragments: Sequence[PdfFragment]) -> list[PdfFragment]:
    """A tinted heading, or one tinted line inside a sentence, is running text; a box holds something whole."""
    result: list[PdfFragment] = []
    for (_, frame), run in groupby(fragments, key=lambda fragment: (fragment.first.page, fragment.frame)):
        held = list(run)
        whole = len(held) > 1 or (held[0].ended and not begins_inside_sentence(held[0].lines[0]))
        if len(frame) == 2 and (not whole or all(fragment.level for fragment in held)):
            held = [replace(fragment, frame=()) for fragment in held]
        result += held
    return result


def _goes_on(before: PdfFragment, fragment: PdfFragment, after: PdfFragment | None) -> bool:
    """True if `fragment` is the rest of the sentence that `before` breaks off; `after` is what follows it."""
    full = _was_full(before, fragment)
    if before.level != fragment.level or fragment.bullet or abs(before.size - fragment.size) > 0.08 * before.size:
        return False
    if before.level:
        return full and fragment.page_start and before.first.page == fragment.first.page and not before.ended
    if is_continuation(before, fragment) and (fragment.page_start or full):
        return True
    if not fragment.page_start or not full:
        return False
    if before.ended and before.bullet:
        return before.place.hangs_at(fragment.first.x0)
    if before.ended:
        # A paragraph's last line hardly ever ends at the very margin, unless it is stretched to it in mid-paragraph.
        flush = before.region.is_justified and before.last.x1 > before.region.right - 1
        return flush or (before.text[-1] in ":;" and begins_inside_sentence(fragment.lines[0]))
    # The line before the break is full, so its sentence goes on in capitals here, unless this is a box without a frame.
    return not (fragment.ended and after is not None and not after.bullet and begins_inside_sentence(after.lines[0]))


def _joined_in_boxes(boxed: Iterable[PdfFragment], report: ImportReport) -> list[PdfFragment]:
    """What boxes hold, cut sentences joined, also from one page's box into the next one's; a table's cell stands alone."""
    result: list[PdfFragment] = []
    for fragment in boxed:
        if result and _is_same_frame(result[-1], fragment) and _goes_on(result[-1], fragment, None):
            join(result[-1], fragment, report)
            result[-1].last, result[-1].region = fragment.last, fragment.region
        else:
            result.append(fragment)
    return result


def _is_same_frame(before: PdfFragment, fragment: PdfFragment) -> bool:
    if before.first.page == fragment.first.page:
        return before.frame == fragment.frame
    return len(before.frame) == len(fragment.frame) == 2


def _with_boxes(
    flow: Sequence[PdfFragment], anchors: dict[int | None, list[_Anchor]], report: ImportReport
) -> list[PdfFragment]:
    result = [fragment for _, box in anchors.get(None, []) for fragment in box]
    for number, host in enumerate(flow):
        section_ends = number + 1 == len(flow) or flow[number + 1].level > 0
        result += _parted(host, anchors.get(id(host), []), section_ends, report)
    return result


def _parted(
    host: PdfFragment, boxes: Sequence[_Anchor], section_ends: bool, report: ImportReport
) -> list[PdfFragment]:
    """`host` with its boxes, cut where the sentence ends in which a box stands; a bullet is never cut."""
    result: list[PdfFragment] = []
    rest, total = list(host.lines), len(host.lines)
    for index, box in boxes:
        head, rest = (rest, []) if host.bullet else _cut_behind_sentence(rest, index - (total - len(rest)))
        if index < total and not has_ended(host.lines[index - 1]):
            report.moved.append(f"the box '{box[0].text[:40]}…' behind the sentence it stood in")
        if head:
            result.append(replace(host, lines=head))
        # A heading inside a box must not take what follows the box into its section.
        result += box if section_ends and not rest else [replace(fragment, level=0) for fragment in box]
    return [*result, replace(host, lines=rest)] if rest else result


def _cut_behind_sentence(lines: list[str], index: int) -> tuple[list[str], list[str]]:
    if index <= 0 or index >= len(lines) or has_ended(lines[index - 1]):
        return lines[: max(index, 0)], lines[max(index, 0) :]
    head, rest = split_after_sentence(lines[index:])
    return lines[:index] + head, rest


def _callouts_moved(fragments: Sequence[PdfFragment], report: ImportReport) -> list[PdfFragment]:
    """Boxes without a frame around them moved likewise."""
    result: list[PdfFragment] = []
    for is_text, group in groupby(fragments, key=lambda fragment: not fragment.frame and not fragment.level):
        run = list(group)
        result += with_callouts_after_their_sentence(run, report, _was_full) if is_text else run
    return result


def _was_full(before: PdfFragment, fragment: PdfFragment) -> bool:
    """True if the last line of `before` broke because the first word of `fragment` did not fit."""
    return not before.region.had_room(before.last, fragment.first)
