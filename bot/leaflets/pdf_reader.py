"""PDF to blocks: pages to lines, lines to reading order, reading order to headings, paragraphs and bullets.

What a word processor knew is gone from a PDF; what is left is where each letter stands and in which type.
"""
import io
import re
import zlib
from typing import Any, Sequence

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, resolve1

from bot.leaflets.blocks import Block
from bot.leaflets.fragments import begins_inside_sentence, joined_lines, reads_like_bold_heading, reads_like_heading
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport
from bot.leaflets.pdf_bullets import lone_glyphs_joined
from bot.leaflets.pdf_fragments import PdfFragment, body_type, fragments_of
from bot.leaflets.pdf_layout import Region, regions_of
from bot.leaflets.pdf_page import PageLines, page_lines
from bot.leaflets.pdf_running import without_running_lines
from bot.leaflets.pdf_sentences import sentences_joined
from bot.leaflets.signs import UNKNOWN

_LARGE = 1.12  # times the size of the body's type


def blocks_from_pdf(data: bytes, furniture: Furniture, report: ImportReport) -> list[Block]:
    """The blocks of a PDF. Raises ValueError if it is encrypted, damaged, or holds pictures of text only."""
    pages = _pages(data)
    _check_readable(pages, report)
    regions = regions_of(without_running_lines(pages, report))
    lone_glyphs_joined(regions)
    regions = _without_furniture(regions, furniture, report)
    if not regions:
        return []
    fragments = fragments_of(regions)
    _mark_headings(fragments, body_type(regions))
    return _blocks(sentences_joined(fragments, report), report)


def _pages(data: bytes) -> list[PageLines]:
    if b"%%EOF" not in data[-2048:]:
        raise ValueError("is cut off: the end of the PDF is missing; fetch the file again")
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                _check_intact(page)
            pages = [page_lines(page) for page in pdf.pages]
    except Exception as error:  # pdfminer breaks with errors of any kind, anywhere, if a file is damaged
        if _is_locked(error):
            raise ValueError("is encrypted with a password; save a copy without one") from error
        raise ValueError("is damaged and can't be read as a PDF; export or fetch it again") from error
    if not pages:
        raise ValueError("is damaged: the PDF has no pages; export or fetch it again")
    return pages


def _check_intact(page: Any) -> None:
    """Raise zlib.error if a page's content is damaged: pdfminer would silently go on with the words before the damage."""
    for stream in map(resolve1, page.page_obj.contents):
        filters = stream.get_filters()
        if stream.rawdata is None or not filters or filters[0][0] not in LITERALS_FLATE_DECODE:
            continue
        packed = stream.rawdata
        if stream.decipher:
            packed = stream.decipher(stream.objid, stream.genno, packed, stream.attrs)
        zlib.decompress(packed)


def _is_locked(error: BaseException) -> bool:
    causes = [error, *error.args, error.__context__]
    return any(isinstance(cause, (PDFPasswordIncorrect, PDFEncryptionError)) for cause in causes)


def _check_readable(pages: Sequence[PageLines], report: ImportReport) -> None:
    empty = [page.number for page in pages if not page.lines]
    if len(empty) == len(pages):
        raise ValueError("holds pictures but no text; a scan has to go through text recognition (OCR) first")
    words = [word.text for page in pages for line in page.lines for word in line.words if len(word.text) > 1]
    if sum(UNKNOWN in word for word in words) > 0.05 * len(words):
        raise ValueError("does not say which letters its fonts draw; export it again with embedded fonts, or as text")
    report.odd.extend(f"page {number}: a page without text; if it is a scan, its words are missing here" for number in empty)


def _without_furniture(regions: Sequence[Region], furniture: Furniture, report: ImportReport) -> list[Region]:
    """The regions without lines that staff have listed as furniture, and without regions left empty by that."""
    for region in regions:
        for line in list(region.lines):
            if any(pattern.fullmatch(line.text) for pattern in furniture.patterns):
                report.furniture.append(line.text)
                region.lines.remove(line)
    return [region for region in regions if region.lines]


def _mark_headings(fragments: Sequence[PdfFragment], body: tuple[float, bool]) -> None:
    """Set the level of every heading: by type, or where the whole leaflet is set in one type, by wording."""
    followed = [(fragment, _next_running(fragments, number)) for number, fragment in enumerate(fragments[:-1])]
    headings = [fragment for fragment, after in followed if _is_set_as_heading(fragment, after, body)]
    levels = _levels(fragments, headings)
    for fragment in headings:
        fragment.level = levels[fragment.size, fragment.bold]
    if not headings:
        for number, (fragment, after) in enumerate(followed):
            apart = not fragment.bullet and not fragment.frame and not begins_inside_sentence(after.lines[0])
            if apart and reads_like_heading(fragment.lines, fragment.text, True):
                fragment.level = 1 if number == 0 and not fragment.text.endswith("?") else 2


def _next_running(fragments: Sequence[PdfFragment], number: int) -> PdfFragment:
    """The fragment after the one at `number`, boxes passed over where running text follows them."""
    return next((fragment for fragment in fragments[number + 1 :] if not fragment.frame), fragments[number + 1])


def _is_set_as_heading(fragment: PdfFragment, after: PdfFragment, body: tuple[float, bool]) -> bool:
    body_size, body_bold = body
    text, large = fragment.text, fragment.size > _LARGE * body_size
    bold = fragment.bold and not body_bold and fragment.size > 0.9 * body_size
    if fragment.bullet or not (large or bold) or re.search(r"[.!;,]$", text) or not re.search(r"[^\W\d_]", text):
        return False
    if large:
        return len(text.split()) <= 20 and len(fragment.lines) <= 6
    in_cell = len(fragment.frame) == 3
    return not in_cell and reads_like_bold_heading(text) and not begins_inside_sentence(after.lines[0])


def _levels(fragments: Sequence[PdfFragment], headings: Sequence[PdfFragment]) -> dict[tuple[float, bool], int]:
    """The level of each type used for headings; level 1 is kept for a title, which stands above all else and only once."""
    types = sorted({(fragment.size, fragment.bold) for fragment in headings}, reverse=True)
    if not types:
        return {}
    titles = [fragment for fragment in headings if (fragment.size, fragment.bold) == types[0]]
    top = 1 if fragments[: len(titles)] == titles and (len(types) > 1 or len(titles) == 1) else 2
    return {style: min(top + rank, 6) for rank, style in enumerate(types)}


def _blocks(fragments: Sequence[PdfFragment], report: ImportReport) -> list[Block]:
    whole = " ".join(fragment.text for fragment in fragments)
    blocks: list[Block] = []
    open_lists: list[float] = []
    for fragment in fragments:
        text = joined_lines(fragment.lines, whole, report)
        if fragment.bullet:
            blocks.append(Block("bullet", text, _depth(open_lists, fragment.depth_x)))
            continue
        if fragment.depth_x == 0:
            open_lists.clear()
        blocks.append(Block("heading", text, fragment.level) if fragment.level else Block("paragraph", text))
    return blocks


def _depth(open_lists: list[float], indent: float) -> int:
    """The depth of a bullet at `indent`; `open_lists` are the indents of the lists it may belong to."""
    while open_lists and indent < open_lists[-1] - 4:
        open_lists.pop()
    if not open_lists or indent > open_lists[-1] + 4:
        open_lists.append(indent)
    return len(open_lists) - 1
