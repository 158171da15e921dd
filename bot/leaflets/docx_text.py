"""The text of a Word document's paragraphs, element by element: what is printed, without what is deleted or hidden."""
from typing import Any, Iterator

from docx.oxml.ns import qn

from bot.leaflets.signs import sign

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
# The fallback repeats a text box for old programs; a text box's paragraphs are read as paragraphs of their own.
_LEFT_OUT = {_FALLBACK, qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:pPr"), qn("w:rPr"), qn("w:rt")}
_TEXT = {qn("w:t"), _FORMULA_TEXT}
_SIGNS = {qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def paragraphs_of(root: Any) -> Iterator[Any]:
    """All paragraphs in reading order, those in tables and text boxes too; a text box comes behind its paragraph."""
    return (element for element in root.iter(qn("w:p")) if not is_in(element, _FALLBACK))


def is_in(element: Any, *names: str) -> bool:
    """True if an element called one of `names` ('w:tc' or a full name) stands round `element`."""
    tags = {name if name.startswith("{") else qn(name) for name in names}
    return any(ancestor.tag in tags for ancestor in element.iterancestors())


def runs_of(element: Any) -> Iterator[Any]:
    """The runs of a paragraph without those of a text box in it."""
    for child in element:
        if child.tag == qn("w:r"):
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from runs_of(child)


def text_of(element: Any) -> str:
    """The printed text of a paragraph or a run; a newline stands for a line break the author made."""
    return "".join(_pieces(element, ""))


def _pieces(element: Any, font: str) -> Iterator[str]:
    if element.tag == qn("w:r"):
        if _is_hidden(element):
            return
        font = _font(element)
    for child in element:
        if child.tag in _TEXT:
            yield "".join(sign(letter, font) for letter in child.text or "")
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == qn("w:sym"):
            yield sign(chr(int(child.get(qn("w:char")), 16)), child.get(qn("w:font"), ""))
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _pieces(child, font)


def _is_hidden(run: Any) -> bool:
    return has_property(run, "w:vanish")


def has_property(run: Any, name: str) -> bool:
    """True if the run itself, not its style, has this property switched on."""
    found = run.find(f"{qn('w:rPr')}/{qn(name)}")
    return found is not None and found.get(qn("w:val")) not in ("0", "false")


def _font(run: Any) -> str:
    fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    return fonts.get(qn("w:ascii"), "") if fonts is not None else ""
