"""PDFs to blocks. Each test draws its own little PDF; all wording is invented."""
import io
from typing import Callable

import pytest
from fpdf import FPDF
from fpdf.enums import Align
from pypdf import PdfReader, PdfWriter

from bot.leaflets.blocks import Block, canonical_text
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport
from bot.leaflets.pdf_reader import blocks_from_pdf

BODY = "The nurse will show you the way to the blue room. You can sit down there until your name is called out."
DOT = "•"


class Sheet(FPDF):
    """A PDF with a body type of 11 points and shorthands for what leaflets hold."""

    def __init__(self, header: str = "", footer: str = "") -> None:
        super().__init__(format=(148, 210))
        self.running = (header, footer)
        self.core_fonts_encoding = "windows-1252"
        self.add_page()

    def header(self) -> None:
        if self.running[0]:
            self.set_font("Helvetica", size=8)
            self.cell(0, 5, self.running[0], new_x="LMARGIN", new_y="NEXT")
            self.ln(6)

    def footer(self) -> None:
        if self.running[1]:
            self.set_y(-15)
            self.set_font("Helvetica", size=8)
            self.cell(0, 5, self.running[1].format(page=self.page_no()), align=Align.C)

    def text_block(self, text: str, bold: bool = False, size: float = 11, gap: float = 4, align: str = "L", indent: float = 0) -> None:
        """`text` wrapped at the margin, with a gap below."""
        self.set_font("Helvetica", "B" if bold else "", size)
        self.set_x(self.l_margin + indent)
        self.multi_cell(0, size / 2, text, new_x="LMARGIN", new_y="NEXT", align=align)
        self.ln(gap)

    def bullet(self, text: str, mark: str = DOT, indent: float = 0) -> None:
        """`text` with a mark in front, its second line hanging below its first word."""
        self.set_font("Helvetica", size=11)
        self.set_x(self.l_margin + indent)
        self.cell(5, 5.5, mark)
        self.multi_cell(0, 5.5, text, new_x="LMARGIN", new_y="NEXT", align="L")

    def lines(self, lines: list[str], x: float, y: float) -> None:
        """Lines at a given place, one below the other."""
        self.set_font("Helvetica", size=11)
        for number, line in enumerate(lines):
            self.text(x, y + 5.5 * number, line)


def read(sheet: FPDF, furniture: Furniture | None = None) -> tuple[list[Block], ImportReport]:
    report = ImportReport()
    return blocks_from_pdf(bytes(sheet.output()), furniture or Furniture(), report), report


def texts(sheet: FPDF) -> list[str]:
    return [block.text for block in read(sheet)[0]]


def words(blocks: list[Block]) -> list[str]:
    return " ".join(block.text for block in blocks).split()


def test_lines_of_a_paragraph_are_one_block():
    """Lines broken at the page's width are one paragraph with single spaces."""
    sheet = Sheet()
    sheet.text_block(BODY)
    assert read(sheet)[0] == [Block("paragraph", BODY)]


def test_gap_parts_paragraphs():
    """A gap wider than the distance of lines begins a new paragraph."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.text_block("Tea and water are free of charge.")
    assert texts(sheet) == [BODY, "Tea and water are free of charge."]


def test_short_last_line_parts_paragraphs_without_a_gap():
    """A line that ends early and ends a sentence ends its paragraph, even where the layout leaves no gap."""
    sheet = Sheet()
    sheet.text_block(BODY + " Thank you.", gap=0)
    sheet.text_block("Lockers are behind the desk, and the porter keeps the keys for all of them in a drawer.", gap=0)
    assert len(texts(sheet)) == 2


def test_larger_type_is_a_heading():
    """A short line in larger type is a heading; the largest, at the top, is the title."""
    sheet = Sheet()
    sheet.text_block("Your day in the blue room", size=18)
    sheet.text_block("Where to go", size=14)
    sheet.text_block(BODY)
    assert [(block.kind, block.level) for block in read(sheet)[0]] == [("heading", 1), ("heading", 2), ("paragraph", 0)]


def test_bold_line_is_a_heading():
    """A short bold line in the body's size is a heading."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.text_block("What should I bring", bold=True)
    sheet.text_block(BODY)
    assert [block.kind for block in read(sheet)[0]] == ["paragraph", "heading", "paragraph"]


def test_heading_of_two_lines_is_one_block():
    """A heading that wraps stays one heading."""
    sheet = Sheet()
    question = "What should I do with my rings and my purse in the blue room?"
    sheet.text_block(question, bold=True)
    sheet.text_block(BODY)
    assert read(sheet)[0][0] == Block("heading", question, 1)


def test_bold_sentence_is_no_heading():
    """A sentence set in bold for emphasis stays a paragraph, so that it can be quoted."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.text_block("Do not wear rings.", bold=True)
    sheet.text_block(BODY)
    assert read(sheet)[0][1] == Block("paragraph", "Do not wear rings.")


def test_bold_words_inside_a_sentence_change_nothing():
    """Bold words in the middle of a line neither split the paragraph nor gain or lose a space."""
    sheet = Sheet()
    sheet.set_font("Helvetica", size=11)
    sheet.multi_cell(0, 5.5, "Please **never** bring food, not even **fruit**, into the blue room.", markdown=True)
    assert texts(sheet) == ["Please never bring food, not even fruit, into the blue room."]


def test_headings_are_told_by_wording_where_all_is_set_alike():
    """In a leaflet set in one single type a question on a line of its own is a heading."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.text_block("When can I go home?")
    sheet.text_block(BODY)
    assert [block.kind for block in read(sheet)[0]] == ["paragraph", "heading", "paragraph"]


def test_glyph_begins_a_bullet():
    """A line with a dot in front is a bullet without the dot, its hanging second line included."""
    sheet = Sheet()
    sheet.text_block("Please bring:", gap=1)
    sheet.bullet("your glasses, your hearing aid and whatever else you need to see and hear us well")
    sheet.bullet("a book")
    assert canonical_text(read(sheet)[0]) == (
        "Please bring:\n\n"
        "- your glasses, your hearing aid and whatever else you need to see and hear us well\n"
        "- a book\n"
    )


def test_bullets_set_in_further_are_deeper():
    """A bullet further to the right is one level deeper."""
    sheet = Sheet()
    sheet.bullet("clothes")
    sheet.bullet("a gown", mark="-", indent=6)
    sheet.bullet("slippers", mark="-", indent=6)
    sheet.bullet("a towel")
    assert [block.level for block in read(sheet)[0]] == [0, 1, 1, 0]


def test_indent_alone_makes_bullets_behind_a_colon():
    """Short lines set in below a colon are bullets even without a mark."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.text_block("Tell us if you have:", gap=1)
    for item in ("a cold", "a rash", "sore eyes"):
        sheet.text_block(item, gap=0, indent=10)
    assert [block.kind for block in read(sheet)[0]] == ["paragraph", "paragraph", "bullet", "bullet", "bullet"]


def test_numbered_items_keep_their_numbers():
    """Lines numbered from 1 are bullets, and the printed numbers stay."""
    sheet = Sheet()
    sheet.bullet("Ring the bell.", mark="1.")
    sheet.bullet("Take a seat.", mark="2.")
    assert read(sheet)[0] == [Block("bullet", "1. Ring the bell."), Block("bullet", "2. Take a seat.")]


def test_cross_before_a_bullet_stays():
    """A cross says "don't": it is wording and stays in the bullet."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.set_font("ZapfDingbats", size=11)
    sheet.cell(6, 5.5, "8")  # this font draws a cross for an 8
    sheet.set_font("Helvetica", size=11)
    sheet.cell(0, 5.5, "Wear rings")
    assert read(sheet)[0][1] == Block("bullet", "\u2718 Wear rings")


def test_running_header_and_footer_are_left_out_and_listed():
    """What repeats at the top and bottom of the pages is left out and stands in the report."""
    sheet = Sheet(header="Hilltop Clinic", footer="Sheet {page} of the blue room leaflet")
    rooms = [f"The {colour} room is on your left." for colour in ("red", "green", "white")]
    sheet.text_block(rooms[0])
    for room in rooms[1:]:
        sheet.add_page()
        sheet.text_block(room)
    blocks, report = read(sheet)
    assert [block.text for block in blocks] == rooms
    assert report.furniture[0] == "Hilltop Clinic"
    assert "Sheet 3 of the blue room leaflet" in report.furniture


def test_first_line_that_comes_back_is_kept():
    """A paragraph's first line is no running header, even if it stands at the top of two pages."""
    sheet = Sheet()
    sheet.text_block(f"Please knock before you open the door of the blue room, and wait. {BODY}")
    sheet.add_page()
    sheet.text_block(f"Please knock before you open the door of the blue room, and wait. Then come in. {BODY} {BODY}")
    assert read(sheet)[1].furniture == []


def test_page_number_is_left_out_of_a_single_page():
    """A number at the foot that is the page's own number is left out."""
    sheet = Sheet(footer="- {page} -")
    sheet.text_block(BODY)
    assert read(sheet)[1].furniture == ["- 1 -"]


def test_numbers_that_do_not_count_pages_are_kept():
    """Lines that repeat but for a number which does not rise with the page are no footer."""
    sheet = Sheet()
    for step in (3, 9):
        sheet.text_block(f"Step {step}", bold=True)
        sheet.text_block(BODY)
        sheet.add_page()
    sheet.text_block(BODY)
    assert {"Step 3", "Step 9"} <= set(texts(sheet))


def test_lines_staff_have_listed_are_left_out():
    """A line that matches the hospital's list of furniture is left out and stands in the report."""
    import re

    sheet = Sheet()
    sheet.text_block("Printed in the cellar")
    sheet.text_block(BODY)
    blocks, report = read(sheet, Furniture((re.compile("printed in the .*", re.I),)))
    assert ([block.text for block in blocks], report.furniture) == ([BODY], ["Printed in the cellar"])


def test_sentence_across_pages_is_joined():
    """A sentence that a page break cuts in two is one paragraph, and the report says so."""
    sheet = Sheet()
    sheet.text_block("Please leave your coat and your bag in the locker and give the key to")
    sheet.add_page()
    sheet.text_block("the porter at the desk. He is there all day.")
    blocks, report = read(sheet)
    assert [block.text for block in blocks] == [
        "Please leave your coat and your bag in the locker and give the key to the porter at the desk. He is there all day."
    ]
    assert len(report.joined) == 1


def test_bullet_across_pages_is_joined():
    """A bullet that goes on behind a page break stays one bullet."""
    sheet = Sheet()
    sheet.bullet("a list of all the tablets that you take in the morning, at noon and")
    sheet.add_page()
    sheet.text_block("in the evening", indent=5)
    sheet.text_block(BODY)
    assert read(sheet)[0][0] == Block("bullet", "a list of all the tablets that you take in the morning, at noon and in the evening")


def test_word_broken_at_a_line_end_is_joined():
    """A word that the layout broke is whole again, as it is printed elsewhere."""
    sheet = Sheet()
    sheet.lines(["The porter has your key. Please ask the por-", "ter for it."], 15, 20)
    assert texts(sheet) == ["The porter has your key. Please ask the porter for it."]


def test_hyphen_of_the_author_stays():
    """A compound that is printed with its hyphen elsewhere keeps it at a line's end."""
    sheet = Sheet()
    sheet.lines(["Take a lift-key. You can hand in the lift-", "key at the desk."], 15, 20)
    assert texts(sheet) == ["Take a lift-key. You can hand in the lift-key at the desk."]


def test_range_broken_at_a_line_end_has_no_space():
    """A range of numbers broken behind its dash is joined without a space."""
    sheet = Sheet()
    sheet.lines(["Your stay in the blue room takes between 20-", "30 minutes."], 15, 20)
    assert texts(sheet) == ["Your stay in the blue room takes between 20-30 minutes."]


def test_raised_letters_stay_with_their_number():
    """The raised letters of a date belong to the number they follow."""
    sheet = Sheet()
    sheet.set_font("Helvetica", size=11)
    sheet.write(5.5, "The room opened on the 25")
    sheet.char_vpos = "SUP"
    sheet.write(5.5, "th")
    sheet.char_vpos = "LINE"
    sheet.write(5.5, " of May.")
    assert texts(sheet) == ["The room opened on the 25th of May."]


def two_columns(sheet: Sheet, top: float = 30) -> None:
    left = ["Before the day of your visit", "we will send you a letter.", "Read it well, and then keep", "it in a safe place, since the"]
    right = ["letter is your ticket for the", "car park. On the day itself", "come to the side door and", "ring the bell there twice."]
    sheet.lines(left, 15, top)
    sheet.lines(right, 80, top + 2)


COLUMNS = (
    "Before the day of your visit we will send you a letter. Read it well, and then keep it in a safe place, since the "
    "letter is your ticket for the car park. On the day itself come to the side door and ring the bell there twice."
)


def test_columns_are_read_one_after_the_other():
    """Two columns are read column by column, and the sentence between them is whole."""
    sheet = Sheet()
    two_columns(sheet)
    assert texts(sheet) == [COLUMNS]


def test_title_across_two_columns_comes_first():
    """A line across both columns is read before them."""
    sheet = Sheet()
    sheet.text_block("Your visit to the blue room on the hill", size=18)
    two_columns(sheet, top=40)
    assert texts(sheet) == ["Your visit to the blue room on the hill", COLUMNS]


def test_labels_with_values_beside_them_are_read_row_by_row():
    """A short label and its value on one line are no columns."""
    sheet = Sheet()
    sheet.text_block(BODY)
    for day, hours in (("Monday", "from nine to five"), ("Tuesday", "from nine to one"), ("Friday", "closed")):
        sheet.set_font("Helvetica", size=11)
        sheet.cell(40, 5.5, day)
        sheet.cell(0, 5.5, hours, new_x="LMARGIN", new_y="NEXT")
    assert "Monday from nine to five" in texts(sheet)[1]


def test_table_is_read_cell_by_cell():
    """A ruled table is read row by row, and each cell is a block of its own."""
    sheet = Sheet()
    sheet.text_block(BODY)
    with sheet.table() as table:
        for row in (("Sign", "What to do"), ("Hot skin that does not cool down by itself", "Ring the ward at once, at night too")):
            table.row(row)
    assert texts(sheet)[1:] == ["Sign", "What to do", "Hot skin that does not cool down by itself", "Ring the ward at once, at night too"]


def boxed(sheet: Sheet, text: str) -> None:
    sheet.set_font("Helvetica", size=11)
    sheet.multi_cell(0, 6, text, border=1, new_x="LMARGIN", new_y="NEXT", align="L")


def test_box_in_a_sentence_comes_behind_it():
    """A framed box that stands in the middle of a sentence comes behind that sentence, and the report says so."""
    sheet = Sheet()
    sheet.text_block("Please be with us ten minutes early. You will then have time to", gap=2)
    boxed(sheet, "Tell us if you can't climb stairs. We will find another way for you.")
    sheet.ln(2)
    sheet.text_block("change your clothes. The visit takes half an hour.")
    blocks, report = read(sheet)
    assert [block.text for block in blocks] == [
        "Please be with us ten minutes early. You will then have time to change your clothes.",
        "Tell us if you can't climb stairs. We will find another way for you.",
        "The visit takes half an hour.",
    ]
    assert len(report.moved) == 1


def test_box_at_a_page_break_comes_behind_the_cut_sentence():
    """A framed box at the top of a page does not part the sentence that runs on below it."""
    sheet = Sheet()
    sheet.text_block("You will be asked to wait in the small room next door, and then you can")
    sheet.add_page()
    boxed(sheet, "Tell us if you can't climb stairs. We will find another way for you.")
    sheet.ln(2)
    sheet.text_block("go home.")
    assert texts(sheet)[0].endswith("and then you can go home.")


def test_box_between_paragraphs_stays_where_it_is():
    """A framed box between two whole paragraphs is not moved."""
    sheet = Sheet()
    sheet.text_block(BODY)
    boxed(sheet, "Tell us if you can't climb stairs. We will find another way for you.")
    sheet.ln(3)
    sheet.text_block("Tea is free.")
    blocks, report = read(sheet)
    assert [block.text for block in blocks][1:] == ["Tell us if you can't climb stairs. We will find another way for you.", "Tea is free."]
    assert report.moved == []


def test_tinted_heading_is_a_heading():
    """A heading on a coloured band is a heading, not a box."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.set_font("Helvetica", "B", 11)
    sheet.set_fill_color(200, 220, 255)
    sheet.cell(0, 8, "Going home", fill=True, new_x="LMARGIN", new_y="NEXT")
    sheet.text_block(BODY)
    assert read(sheet)[0][1].kind == "heading"


def test_box_beside_the_text_does_not_mix_with_it():
    """A framed box at the side is read as a whole, never line by line with the text next to it."""
    sheet = Sheet()
    sheet.lines(["The blue room lies on the second floor", "of the old house. A lift will take you up", "there in a minute."], 15, 30)
    sheet.rect(100, 24, 35, 18)
    sheet.lines(["Ring us if you", "are lost."], 102, 31)
    assert texts(sheet) == [
        "The blue room lies on the second floor of the old house.",
        "Ring us if you are lost.",
        "A lift will take you up there in a minute.",
    ]


def test_text_on_its_side_is_kept():
    """Words set up the margin are not lost; they come last."""
    sheet = Sheet()
    sheet.text_block(BODY)
    with sheet.rotation(90, 8, 150):
        sheet.text(8, 150, "Ask for large print")
    assert texts(sheet) == [BODY, "Ask for large print"]


def test_letters_printed_twice_are_read_once():
    """Letters printed twice, a hair apart, to look bold are no doubled words."""
    sheet = Sheet()
    for x in (15, 15.1):
        sheet.lines(["Please ring the bell twice."], x, 30)
    assert texts(sheet) == ["Please ring the bell twice."]


def test_spaces_made_by_gaps_part_words():
    """Words are parted by the gaps between letters where the file holds no spaces."""
    sheet = Sheet()
    sheet.set_font("Helvetica", size=11)
    x = 15.0
    for word in ["Take", "the", "lift", "to", "the", "top", "floor."]:
        sheet.text(x, 30, word)
        x += sheet.get_string_width(word + " ")
    assert texts(sheet) == ["Take the lift to the top floor."]


@pytest.mark.parametrize("align", ["L", "J", "C"])
def test_no_word_is_lost_or_changed(align):
    """However the text is aligned, exactly the printed words come out, in their order."""
    sheet = Sheet()
    printed = " ".join([BODY, "Is it far? No; it's a short walk (about 5 minutes) from gate 2/3."] * 6)
    sheet.text_block(printed, align=align)
    assert words(read(sheet)[0]) == printed.split()


def test_page_without_text_is_reported():
    """A page that holds only pictures among pages of text is named in the report."""
    sheet = Sheet()
    sheet.text_block(BODY)
    sheet.add_page()
    sheet.rect(20, 20, 50, 50)
    assert "page 2" in read(sheet)[1].odd[0]


def encrypted() -> bytes:
    sheet = Sheet()
    sheet.text_block(BODY)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(bytes(sheet.output()))))
    writer.encrypt("secret", algorithm="AES-256")
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def picture_only() -> bytes:
    sheet = Sheet()
    sheet.rect(20, 20, 50, 50, style="F")
    return bytes(sheet.output())


def cut_off() -> bytes:
    sheet = Sheet()
    sheet.text_block(BODY)
    return bytes(sheet.output())[:-300]


def damaged_inside() -> bytes:
    sheet = Sheet()
    sheet.text_block(BODY)
    data = bytearray(sheet.output())
    data[data.index(b"stream") + 60] ^= 255
    return bytes(data)


def scrambled() -> bytes:
    return b"%PDF-1.7\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"


@pytest.mark.parametrize(
    ("make", "reason"),
    [(encrypted, "encrypted"), (picture_only, "OCR"), (cut_off, "cut off"), (damaged_inside, "damaged"), (scrambled, "damaged")],
)
def test_unreadable_pdf_is_refused_in_one_sentence(make: Callable[[], bytes], reason: str):
    """A PDF that can't be read is refused, and the message says what is wrong with it."""
    with pytest.raises(ValueError, match=reason):
        blocks_from_pdf(make(), Furniture(), ImportReport())
