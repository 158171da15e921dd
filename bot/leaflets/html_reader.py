"""Web pages to blocks, by their elements; menus, page headers and the like are left out and listed."""
import codecs
import re
from typing import Iterator

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString, PageElement, Tag

from bot.leaflets.blocks import Block, Kind, one_space
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport
from bot.leaflets.typed_text import typed_blocks, with_dashes_as_bullets, without_furniture

_UNSEEN = {"head", "script", "style", "template", "svg", "iframe", "object", "audio", "video", "canvas", "select", "textarea"}
_FURNITURE = {"nav", "header", "footer", "aside", "form", "noscript"}
_FURNITURE_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu",
    "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_Piece = tuple[str, Kind, int]  # text with a newline for each line break, and what it is


def blocks_from_html(data: bytes, furniture: Furniture, report: ImportReport) -> list[Block]:
    """The blocks of a web page. Raises ValueError if `data` is no text."""
    soup = BeautifulSoup(_decoded(data, report), "lxml")
    _take_out_furniture(soup, report)
    blocks = [block for piece in _pieces(soup) for block in typed_blocks(*piece)]
    blocks = without_furniture(with_dashes_as_bullets(blocks), furniture, report)
    return _without_leading_menu(blocks, report)


def _decoded(data: bytes, report: ImportReport) -> str:
    """The page as text: by its byte order mark, by what it declares, as UTF-8, at last as Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data:
        raise ValueError("is a binary file, not a web page")
    for encoding in (EncodingDetector.find_declared_encoding(data, is_html=True), "utf-8"):
        try:
            return data.decode(_as_browsers_read(encoding))
        except (UnicodeDecodeError, LookupError):
            continue
    report.odd.append("the file names no encoding that fits; it was read as Windows-1252, check quotation marks and accents")
    return data.decode("cp1252", errors="replace")


def _as_browsers_read(encoding: str | None) -> str:
    """Browsers take a page that calls itself Latin-1 for Windows-1252, and one readable so far can't be UTF-16."""
    name = (encoding or "utf-8").lower()
    if name in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"):
        return "cp1252"
    return "utf-8" if name.startswith("utf-16") else name


def _take_out_furniture(soup: BeautifulSoup, report: ImportReport) -> None:
    for tag in soup.find_all(_UNSEEN):
        tag.decompose()
    words = len(soup.get_text(" ").split())
    for tag in [tag for tag in soup.find_all(True) if _is_furniture(tag)]:
        if tag.decomposed or (tag.name == "form" and len(tag.get_text(" ").split()) > words / 2):
            continue  # some sites wrap the whole page in one form
        lines = (one_space(text) for text, _, _ in _pieces(tag))
        report.furniture.extend(line for line in lines if line)
        tag.decompose()


def _is_furniture(tag: Tag) -> bool:
    """True for what belongs to the site; an article's own header and footer hold its title and its dates."""
    if tag.get("role") in _FURNITURE_ROLES:
        return True
    if tag.name in ("header", "footer"):
        return tag.find_parent(["article", "main"]) is None
    return tag.name in _FURNITURE


def _pieces(root: Tag) -> Iterator[_Piece]:
    """The texts between the beginnings and ends of block elements."""
    text, kind, level = "", "paragraph", 0
    for sign, inner_kind, inner_level in [*_walk(root, "paragraph", 0), (None, "paragraph", 0)]:
        if sign is not None:
            text, kind, level = text + sign, inner_kind, inner_level
        else:
            if one_space(text):
                yield text, kind, level
            text = ""


def _walk(node: PageElement, kind: Kind, level: int) -> Iterator[tuple[str | None, Kind, int]]:
    """Bits of text in order, each with what it is part of; None where a block element begins or ends."""
    if type(node) is NavigableString:  # comments and the like are classes derived from it
        in_pre = node.find_parent("pre") is not None
        yield (str(node) if in_pre else re.sub(r"\s+", " ", node)), kind, level
    if not isinstance(node, Tag):
        return
    if node.name == "br":
        yield "\n", kind, level
        return
    is_block = node.name in _BLOCKS
    kind, level = _kind_inside(node, kind, level)
    if is_block:
        yield None, kind, level
    for child in node.children:
        yield from _walk(child, kind, level)
    if is_block:
        yield None, kind, level


def _kind_inside(tag: Tag, kind: Kind, level: int) -> tuple[Kind, int]:
    """What text directly inside `tag` is; `kind` and `level` are what it is outside."""
    if re.fullmatch(r"h[1-6]", tag.name):
        return "heading", int(tag.name[1])
    if tag.name == "li":
        return "bullet", max(len(tag.find_parents(["ul", "ol", "menu"])) - 1, 0)
    if tag.name in ("td", "th", "dt", "dd", "caption", "body"):
        return "paragraph", 0
    return kind, level


def _without_leading_menu(blocks: list[Block], report: ImportReport) -> list[Block]:
    """A list of one- to three-word bullets above everything else is a menu that is not marked as one."""
    count = next((n for n, block in enumerate(blocks) if block.kind != "bullet" or len(block.text.split()) > 3), 0)
    report.furniture.extend(block.text for block in blocks[:count])
    return blocks[count:]
