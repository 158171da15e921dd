"""Read a leaflet file of any supported kind into its canonical form.

The kind is told by the content first and the name second, so a PDF called `.txt` is still read as a PDF.
"""
from pathlib import Path
from typing import Any, Callable

from bot.leaflets.blocks import Block
from bot.leaflets.errors import LeafletError
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport, odd_wording
from bot.leaflets.leaflet import Leaflet
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.leaflets.plain_text import blocks_from_text

MAX_BYTES = 20 * 1024 * 1024
SUFFIXES = (".txt", ".md", ".pdf", ".docx", ".html", ".htm")

Blocks = tuple[list[Block], dict[str, Any]]


def read_leaflet(file: Path, furniture: Furniture | None = None) -> Leaflet:
    """The leaflet in `file`. Raises LeafletError, which names the file and says what is wrong with it."""
    report = ImportReport()
    data = _bytes_of(file)
    try:
        blocks, front = _reader_for(file, data)(data, furniture or Furniture.from_file(), report)
    except ValueError as error:
        raise LeafletError(file, str(error)) from error
    if not any(block.kind != "heading" for block in blocks):
        raise LeafletError(file, "holds no readable text")
    report.odd.extend(odd_wording("\n".join(block.text for block in blocks)))
    return Leaflet(file.name, tuple(blocks), front, report)


def _bytes_of(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise LeafletError(file, f"is {size // 2**20} MB; a leaflet may have {MAX_BYTES // 2**20} MB at most")
        data = file.read_bytes()
    except OSError as error:
        raise LeafletError(file, f"can't be opened: {error.strerror}") from error
    if not data.strip():
        raise LeafletError(file, "is empty")
    return data


def _reader_for(file: Path, data: bytes) -> Callable[[bytes, Furniture, ImportReport], Blocks]:
    suffix = file.suffix.lower()
    if data.startswith(b"%PDF-"):
        return _read_pdf
    if data.startswith(b"PK\x03\x04"):
        return _read_docx
    if suffix in (".html", ".htm") or data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return _read_html
    if suffix == ".md":
        return _read_markdown
    if suffix == ".txt":
        return _read_text
    raise LeafletError(file, f"is of a kind that can't be read; expected one of {', '.join(SUFFIXES)}")


def _read_text(data: bytes, furniture: Furniture, report: ImportReport) -> Blocks:
    return blocks_from_text(_decoded(data, report), furniture, report), {}


def _read_markdown(data: bytes, furniture: Furniture, report: ImportReport) -> Blocks:
    return blocks_from_markdown(_decoded(data, report))


def _read_pdf(data: bytes, furniture: Furniture, report: ImportReport) -> Blocks:
    from bot.leaflets.pdf_reader import blocks_from_pdf  # here, since only an import of a PDF should pay for pdfplumber

    return blocks_from_pdf(data, furniture, report), {}


def _read_docx(data: bytes, furniture: Furniture, report: ImportReport) -> Blocks:
    from bot.leaflets.docx_reader import blocks_from_docx

    return blocks_from_docx(data, furniture, report), {}


def _read_html(data: bytes, furniture: Furniture, report: ImportReport) -> Blocks:
    from bot.leaflets.html_reader import blocks_from_html

    return blocks_from_html(data, furniture, report), {}


def _decoded(data: bytes, report: ImportReport) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if b"\x00" in data:
        raise ValueError("is a binary file, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        if sum(character < " " and character not in "\t\r\n\f" for character in text) > len(text) / 100:
            raise ValueError("is a binary file, not text") from None
        report.odd.append("the file is not UTF-8; it was read as Windows-1252, check its quotation marks and accents")
        return text
