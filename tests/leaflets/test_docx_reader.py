"""Word documents to blocks. Each test builds its own little document; all wording is invented."""
import io
import zipfile

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from bot.leaflets.blocks import Block
from bot.leaflets.docx_reader import blocks_from_docx
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport

BODY = "The nurse will show you the way to the blue room."


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read(document: Document) -> tuple[list[Block], ImportReport]:
    report = ImportReport()
    return blocks_from_docx(saved(document), Furniture(), report), report


def texts(document: Document) -> list[str]:
    return [block.text for block in read(document)[0]]


def test_heading_styles_are_headings():
    """A title is a heading of level 1, a heading style gives its own level."""
    document = docx.Document()
    document.add_heading("Your visit", 0)
    document.add_heading("Before you come", 2)
    document.add_paragraph(BODY)
    assert [(block.kind, block.level) for block in read(document)[0]] == [("heading", 1), ("heading", 2), ("paragraph", 0)]


def test_style_based_on_a_heading_is_a_heading():
    """The hospital's own style that builds on a heading style is a heading too."""
    document = docx.Document()
    style = document.styles.add_style("House question", 1)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("When can I go?", style=style)
    document.add_paragraph(BODY)
    assert read(document)[0][0] == Block("heading", "When can I go?", 3)


def test_bold_line_is_a_heading():
    """A short bold line without full stop above other text is a heading."""
    document = docx.Document()
    document.add_paragraph(BODY)
    document.add_paragraph().add_run("What to bring").bold = True
    document.add_paragraph(BODY)
    assert read(document)[0][1] == Block("heading", "What to bring", 2)


@pytest.mark.parametrize("text", ["Do not wear rings.", "Please tell us at once if you have:", "Write to desk@blue.example"])
def test_other_bold_line_is_a_paragraph(text):
    """A bold sentence, a bold lead-in to a list and a bold address stay paragraphs, so that they can be quoted."""
    document = docx.Document()
    document.add_paragraph(BODY)
    document.add_paragraph().add_run(text).bold = True
    document.add_paragraph(BODY)
    assert read(document)[0][1] == Block("paragraph", text)


def test_half_bold_line_is_a_paragraph():
    """A line that begins in bold and goes on in plain type is a paragraph."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("Food").bold = True
    paragraph.add_run(" is sold in the hall")
    document.add_paragraph(BODY)
    assert read(document)[0][0] == Block("paragraph", "Food is sold in the hall")


def test_list_styles_are_bullets_with_depth():
    """Bullet and number styles are bullets; the style's number gives the depth."""
    document = docx.Document()
    document.add_paragraph("clothes", style="List Bullet")
    document.add_paragraph("a gown", style="List Bullet 2")
    document.add_paragraph("ring the bell", style="List Number")
    assert [(block.kind, block.level) for block in read(document)[0]] == [("bullet", 0), ("bullet", 1), ("bullet", 0)]


def test_numbering_by_hand_is_a_bullet_with_its_level():
    """A paragraph that is numbered without a list style is a bullet at the depth of its numbering."""
    document = docx.Document()
    properties = document.add_paragraph("slippers")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>'))
    assert read(document)[0] == [Block("bullet", "slippers", 2)]


def test_numbering_taken_off_by_hand_is_a_paragraph():
    """A paragraph in a list style whose numbering was switched off is a paragraph."""
    document = docx.Document()
    properties = document.add_paragraph("Tea is free.", style="List Bullet")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="0"/></w:numPr>'))
    assert read(document)[0] == [Block("paragraph", "Tea is free.")]


def test_typed_glyphs_are_bullets():
    """Lines typed with a dot in front, in one paragraph or in several, are bullets without the dot."""
    document = docx.Document()
    document.add_paragraph("Bring:\n• a book\n• your glasses")
    document.add_paragraph("• a pen")
    assert read(document)[0] == [
        Block("paragraph", "Bring:"), Block("bullet", "a book"), Block("bullet", "your glasses"), Block("bullet", "a pen")
    ]  # fmt: skip


def test_line_break_in_a_paragraph_is_a_space():
    """A single line break is a space, an empty line parts paragraphs."""
    document = docx.Document()
    document.add_paragraph("Hill Road 7\nNorthtown\n\nRing us at noon.")
    assert texts(document) == ["Hill Road 7 Northtown", "Ring us at noon."]


def test_runs_are_joined_as_they_stand():
    """Words split over several runs gain no space; a tab and a non-breaking space become one."""
    document = docx.Document()
    paragraph = document.add_paragraph("Take the li")
    paragraph.add_run("ft").italic = True
    paragraph.add_run("\tto floor\u00a02.")
    assert texts(document) == ["Take the lift to floor 2."]


def test_table_is_read_cell_by_cell():
    """A table's cells are read row by row, where the table stands."""
    document = docx.Document()
    document.add_paragraph("Look out for:")
    table = document.add_table(2, 2)
    for number, text in enumerate(("Hot skin", "Ring the ward.", "Sickness", "Drink water.")):
        table.cell(number // 2, number % 2).text = text
    document.add_paragraph(BODY)
    assert texts(document) == ["Look out for:", "Hot skin", "Ring the ward.", "Sickness", "Drink water.", BODY]


def test_merged_cells_are_read_once():
    """The text of merged cells is not repeated."""
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "Tea is free."
    assert texts(document) == ["Tea is free."]


TEXT_BOX = (
    '<w:r {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml">'
    "<mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><w:txbxContent>{inside}</w:txbxContent></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def test_text_box_comes_once_and_behind_its_paragraph():
    """A text box is read behind the paragraph it hangs on, and its copy for old programs is not read."""
    document = docx.Document()
    paragraph = document.add_paragraph("You can ")
    box = TEXT_BOX.format(ns=nsdecls("w"), inside="<w:p><w:r><w:t>Tell us if you are lost.</w:t></w:r></w:p>")
    paragraph._p.append(parse_xml(box))
    paragraph.add_run("take the lift.")
    assert texts(document) == ["You can take the lift.", "Tell us if you are lost."]


def test_headers_and_footers_are_listed_as_furniture():
    """Page headers and footers are left out and stand in the report."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Hilltop Clinic"
    document.sections[0].footer.paragraphs[0].text = "Leaflet 12"
    document.add_paragraph(BODY)
    blocks, report = read(document)
    assert (blocks, sorted(report.furniture)) == ([Block("paragraph", BODY)], ["Hilltop Clinic", "Leaflet 12"])


def test_table_of_contents_is_listed_as_furniture():
    """The entries of a table of contents only repeat the headings: they are left out and listed."""
    document = docx.Document()
    style = document.styles.add_style("toc 1", 1)
    document.add_paragraph("Before you come\t2", style=style)
    document.add_paragraph(BODY)
    blocks, report = read(document)
    assert (len(blocks), report.furniture) == (1, ["Before you come 2"])


def test_deleted_text_is_left_out_and_reported():
    """Text deleted with tracked changes is not read, inserted text is, and the report says so."""
    document = docx.Document()
    paragraph = document.add_paragraph("Come at ")
    for change, tag, text in (("del", "delText", "nine."), ("ins", "t", "ten.")):
        run = f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"
        paragraph._p.append(parse_xml(f'<w:{change} {nsdecls("w")} w:id="1" w:author="x">{run}</w:{change}>'))
    blocks, report = read(document)
    assert blocks == [Block("paragraph", "Come at ten.")]
    assert "tracked changes" in report.odd[0]


def test_hidden_text_is_left_out_and_reported():
    """Hidden text, which is not printed, is left out, and the report says so."""
    document = docx.Document()
    paragraph = document.add_paragraph("Tea is free.")
    paragraph.add_run(" Ask Bob.").font.hidden = True
    blocks, report = read(document)
    assert (blocks, len(report.odd)) == ([Block("paragraph", "Tea is free.")], 1)


def test_sign_of_a_symbol_font_is_its_printed_sign():
    """A sign inserted from a symbol font, which carries meaning, is read as what is printed."""
    document = docx.Document()
    paragraph = document.add_paragraph("Ring us if you have 38")
    run = paragraph.add_run()
    run._r.append(parse_xml(f'<w:sym {nsdecls("w")} w:font="Symbol" w:char="F0B0"/>'))
    paragraph.add_run("C or more.")
    assert texts(document) == ["Ring us if you have 38°C or more."]


def test_link_text_is_kept():
    """The words of a link stay where they are."""
    document = docx.Document()
    paragraph = document.add_paragraph("Look at ")
    paragraph._p.append(parse_xml(f'<w:hyperlink {nsdecls("w")}><w:r><w:t>blue.example</w:t></w:r></w:hyperlink>'))
    paragraph.add_run(" first.")
    assert texts(document) == ["Look at blue.example first."]


def test_content_control_is_read():
    """Paragraphs inside a content control are read in their place."""
    document = docx.Document()
    document.add_paragraph("First.")
    body = document.element.body
    body.insert(1, parse_xml(f'<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:r><w:t>Second.</w:t></w:r></w:p></w:sdtContent></w:sdt>'))
    assert body.find(qn("w:sdt")) is not None
    assert texts(document) == ["First.", "Second."]


def zipped(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped("holiday.txt", "sun"), "no Word document"),
        (zipped("word/document.xml", "sun"), "damaged"),
        (saved(docx.Document())[:2000], "damaged"),
    ],
)
def test_unreadable_document_is_refused_in_one_sentence(data, reason):
    """A zip file that is no Word document, or a damaged one, is refused, and the message says why."""
    with pytest.raises(ValueError, match=reason):
        blocks_from_docx(data, Furniture(), ImportReport())
