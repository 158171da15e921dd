"""Word documents (.docx) to blocks, by their styles and list numbering; what no style says, the wording has to tell."""
import io
import re
import zipfile
from typing import Any, Iterator

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.leaflets.blocks import Block, Kind, one_space
from bot.leaflets.docx_text import has_property, is_in, paragraphs_of, runs_of, text_of
from bot.leaflets.fragments import reads_like_bold_heading
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport
from bot.leaflets.typed_text import typed_blocks, with_dashes_as_bullets, without_furniture

_MAX_UNPACKED = 200 * 1024 * 1024
_LIST_STYLE = re.compile(r"list (?:bullet|number)(?: (\d))?$", re.I)


def blocks_from_docx(data: bytes, furniture: Furniture, report: ImportReport) -> list[Block]:
    """The blocks of a Word document. Raises ValueError if `data` is another kind of file or damaged."""
    document = _opened(data)
    for part in _parts(document, "header", "footer"):
        report.furniture.extend(text for p in paragraphs_of(part) if (text := one_space(text_of(p))))
    report.furniture[:] = dict.fromkeys(report.furniture)
    blocks: list[Block] = []
    for element in paragraphs_of(document.element.body):
        blocks += _blocks_of(Paragraph(element, document), blocks, report)
    for part in _parts(document, "footnotes", "endnotes"):
        for note in part:
            is_text = note.get(qn("w:type")) is None  # the others are the ruled lines that part notes from text
            blocks += [b for p in paragraphs_of(note) if is_text for b in typed_blocks(text_of(p), "paragraph", 0)]
    report.odd.extend(_what_is_odd(document))
    return without_furniture(with_dashes_as_bullets(blocks), furniture, report)


def _opened(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise ValueError("is a zip file but no Word document; save it as .docx, .pdf or .txt")
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError("is damaged and can't be read as a Word document; save or fetch it again") from error
    if unpacked > _MAX_UNPACKED:
        raise ValueError(f"unpacks to {unpacked // 2**20} MB, far more than a leaflet has")
    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx breaks with errors of many kinds if a part is missing or damaged
        raise ValueError("is damaged and can't be read as a Word document; save or fetch it again") from error


def _parts(document: Document, *kinds: str) -> Iterator[Any]:
    """The roots of the document's parts of these kinds, headers for instance."""
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] in kinds:
            yield parse_xml(relation.target_part.blob)


def _blocks_of(paragraph: Paragraph, before: list[Block], report: ImportReport) -> list[Block]:
    text = text_of(paragraph._p)
    styles = list(_chain(paragraph.style))
    if any(re.match(r"toc\b", style.name or "", re.I) for style in styles):
        report.furniture.append(one_space(text))
        return []
    return typed_blocks(text, *_kind_of(paragraph, text, styles, before))


def _kind_of(paragraph: Paragraph, text: str, styles: list[Any], before: list[Block]) -> tuple[Kind, int]:
    level = _heading_level(paragraph, styles)
    if level:
        return "heading", level
    depth = _list_depth(paragraph, styles)
    if depth is not None:
        return "bullet", depth
    if _is_bold_heading(paragraph, text, styles):
        return "heading", 1 if not before and not text.rstrip().endswith("?") else 2
    return "paragraph", 0


def _chain(style: Any) -> Iterator[Any]:
    """A style and those it is based on."""
    while style is not None:
        yield style
        style = style.base_style


def _heading_level(paragraph: Paragraph, styles: list[Any]) -> int:
    """The level of a heading, 0 for a paragraph that is none."""
    for element in (paragraph._p, *(style.element for style in styles)):
        outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None:
            value = _number(outline)
            return min(value + 1, 6) if value < 9 else 0
    for name in (style.name or "" for style in styles):
        found = re.fullmatch(r"heading (\d)", name, re.I)
        if found:
            return min(int(found.group(1)), 6)
        if name.lower() in ("title", "subtitle"):
            return 1 if name.lower() == "title" else 2
    return 0


def _list_depth(paragraph: Paragraph, styles: list[Any]) -> int | None:
    """The depth of a bullet or a numbered item, None for a paragraph in no list."""
    named = next((found for style in styles if (found := _LIST_STYLE.match(style.name or ""))), None)
    depth = int(named.group(1) or 1) - 1 if named else None
    for element in (paragraph._p, *(style.element for style in styles)):
        numbering = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbering is None:
            continue
        number, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
        if number is not None and number.get(qn("w:val")) == "0":
            return None  # taken out of its style's list by hand
        return max(_number(level), depth or 0)
    return depth


def _number(element: Any) -> int:
    """The number an element holds, 0 if it is not there or holds none."""
    value = element.get(qn("w:val"), "") if element is not None else ""
    return int(value) if value.isdecimal() else 0


def _is_bold_heading(paragraph: Paragraph, text: str, styles: list[Any]) -> bool:
    """A short line in bold that stands alone; inside a table or a text box it would cut the section round it."""
    if "\n" in text.strip() or is_in(paragraph._p, "w:tc", "w:txbxContent") or not reads_like_bold_heading(one_space(text)):
        return False
    runs = [Run(run, paragraph) for run in runs_of(paragraph._p) if one_space(text_of(run))]
    following = paragraph._p.getnext()
    something_follows = following is not None and following.tag != qn("w:sectPr")
    return something_follows and all(_is_bold(run, styles) for run in runs)


def _is_bold(run: Run, styles: list[Any]) -> bool:
    if run.bold is not None:
        return run.bold
    known = [style.font.bold for style in (*_chain(run.style), *styles) if style.font.bold is not None]
    return bool(known) and known[0]


def _what_is_odd(document: Document) -> Iterator[str]:
    """What a person should look at, since the printed page and the words read here may differ."""
    body = document.element.body
    if next(body.iter(qn("w:del"), qn("w:moveFrom")), None) is not None:
        yield "the document has tracked changes; it was read as if all of them were accepted"
    for run in runs_of(body):
        if has_property(run, "w:strike"):
            yield f"'{one_space(text_of(run))}' is struck through; it was kept"
        if has_property(run, "w:vanish"):
            yield f"'{''.join(run.itertext())}' is hidden text, which is not printed; it was left out"
    if next(body.iter(qn("w:altChunk")), None) is not None or next(_parts(document, "diagramData", "chart"), None) is not None:
        yield "the document holds a diagram, a chart or another document; the words in it were not read"
