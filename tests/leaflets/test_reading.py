"""Reading a leaflet file of any kind: what is read, and what staff are told where it can't be."""
import io
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from bot.leaflets.errors import LeafletError
from bot.leaflets.furniture import Furniture
from bot.leaflets.reading import MAX_BYTES, read_leaflet

TEXT = "Your visit\n\nThe nurse will show you the way to the blue room. It’s a short walk – £0.\n"


@pytest.fixture
def file(tmp_path: Path):
    """Writes a file with this name and content and gives its path."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def pdf_bytes(text: str) -> bytes:
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("Helvetica", size=11)
    if text:
        sheet.multi_cell(0, 6, text)
    else:
        sheet.rect(20, 20, 50, 50, style="F")
    return bytes(sheet.output())


def encrypted_bytes() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes("Tea is free."))))
    writer.encrypt("secret", algorithm="AES-256")
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def reason(path: Path) -> str:
    with pytest.raises(LeafletError) as caught:
        read_leaflet(path, Furniture())
    assert caught.value.file == str(path)
    return caught.value.reason


def test_empty_file_is_refused(file):
    """A file without content is refused as empty."""
    assert reason(file("a.txt", b" \n")) == "is empty"


def test_missing_file_is_refused(tmp_path):
    """A file that is not there is refused, and the message says so."""
    assert "can't be opened" in reason(tmp_path / "a.txt")


def test_file_without_text_is_refused(file):
    """A file that holds a heading and nothing else is refused."""
    assert reason(file("a.html", b"<html><h1>Tea</h1></html>")) == "holds no readable text"


def test_too_large_file_is_refused(file):
    """A file over the limit is refused before it is read."""
    assert "is 21 MB" in reason(file("a.pdf", b"%PDF-" + b"x" * (MAX_BYTES + 2**20)))


def test_encrypted_pdf_is_refused(file):
    """A PDF with a password is refused, and the message asks for a copy without."""
    assert "password" in reason(file("a.pdf", encrypted_bytes()))


def test_image_only_pdf_is_refused(file):
    """A PDF that holds only pictures is refused, and the message names text recognition."""
    assert "OCR" in reason(file("a.pdf", pdf_bytes("")))


def test_binary_file_called_txt_is_refused(file):
    """A binary file is not read as text because of its name."""
    assert "binary" in reason(file("a.txt", bytes(range(256)) * 4))


def test_unknown_suffix_is_refused(file):
    """A kind of file that can't be read is refused, and the message lists the kinds that can."""
    assert ".docx" in reason(file("a.odt", b"plain words"))


def test_zip_that_is_no_document_is_refused(file):
    """A zip file of another kind is refused even if it is called .docx."""
    assert reason(file("a.docx", b"PK\x03\x04 nothing"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_its_encoding(file, encoding):
    """Text in UTF-8, UTF-16 and Windows-1252 is read with its quotation marks, dashes and pound signs."""
    leaflet = read_leaflet(file("a.txt", TEXT.encode(encoding)), Furniture())
    assert leaflet.text == "# Your visit\n\nThe nurse will show you the way to the blue room. It’s a short walk – £0.\n"


def test_windows_text_is_reported(file):
    """Text that had to be read as Windows-1252 is reported, so that somebody looks at it."""
    assert "Windows-1252" in read_leaflet(file("a.txt", TEXT.encode("cp1252")), Furniture()).report.odd[0]


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a.PDF", "leaflet"])
def test_pdf_is_read_whatever_its_name(file, name):
    """A PDF is known by its content, not by its name."""
    assert "Tea is free." in read_leaflet(file(name, pdf_bytes("Tea is free.")), Furniture()).text


def test_word_document_is_read(file):
    """A Word document is read by its own reader."""
    document = docx.Document()
    document.add_heading("Your visit", 1)
    document.add_paragraph("Tea is free.")
    data = io.BytesIO()
    document.save(data)
    assert read_leaflet(file("a.docx", data.getvalue()), Furniture()).text == "# Your visit\n\nTea is free.\n"


def test_web_page_called_txt_is_read_as_web_page(file):
    """A web page saved under another name is known by its first words."""
    leaflet = read_leaflet(file("a.txt", b"<!DOCTYPE html><p>Tea is free.</p>"), Furniture())
    assert leaflet.text == "Tea is free.\n"


def test_same_words_have_one_fingerprint_in_every_kind_of_file(file):
    """The same leaflet as text, web page and PDF has the same fingerprint, so that its answer map is found."""
    words = "The nurse will show you the way to the blue room. Tea is free."
    copies = [("a.txt", words.encode()), ("a.html", f"<html><p>{words}</p>".encode()), ("a.pdf", pdf_bytes(words))]
    assert len({read_leaflet(file(name, data), Furniture()).fingerprint for name, data in copies}) == 1
