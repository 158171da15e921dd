"""Web pages to blocks. Each test writes its own little page; all wording is invented."""
import re

import pytest

from bot.leaflets.blocks import Block, canonical_text
from bot.leaflets.furniture import Furniture
from bot.leaflets.html_reader import blocks_from_html
from bot.leaflets.import_report import ImportReport


def read(page: str | bytes, furniture: Furniture | None = None) -> tuple[list[Block], ImportReport]:
    report = ImportReport()
    data = page if isinstance(page, bytes) else f"<!doctype html><meta charset=utf-8><body>{page}</body>".encode()
    return blocks_from_html(data, furniture or Furniture(), report), report


def texts(page: str | bytes) -> list[str]:
    return [block.text for block in read(page)[0]]


def test_headings_and_paragraphs():
    """Heading elements give headings of their level, paragraphs give paragraphs."""
    assert read("<h1>Your visit</h1><h3>Tea</h3><p>Tea is free.</p>")[0] == [
        Block("heading", "Your visit", 1), Block("heading", "Tea", 3), Block("paragraph", "Tea is free.")
    ]  # fmt: skip


def test_nested_lists_have_depth():
    """Items of a list inside a list are one level deeper, and the list goes on behind them."""
    page = "<ul><li>clothes<ol><li>a gown<li>slippers</ol><li>a book</ul>"
    assert canonical_text(read(page)[0]) == "- clothes\n  - a gown\n  - slippers\n- a book\n"


def test_paragraph_in_an_item_is_part_of_the_list():
    """Paragraphs inside a list item are bullets of that list."""
    assert [block.kind for block in read("<ul><li><p>One.</p><p>Two.</p></ul>")[0]] == ["bullet", "bullet"]


def test_table_cells_are_blocks():
    """Each cell of a table is a paragraph of its own, row by row."""
    page = "<table><tr><th>Sign<th>Help<tr><td>Hot skin<td>Ring us.</table>"
    assert texts(page) == ["Sign", "Help", "Hot skin", "Ring us."]


def test_loose_text_in_a_division_is_kept():
    """Text that stands in a division without a paragraph is kept, in front of and behind inner blocks."""
    assert texts("<div>Come in. <div><p>Sit down.</p></div> Wait.</div>") == ["Come in.", "Sit down.", "Wait."]


def test_line_break_is_a_space():
    """A line break inside a paragraph is a space; two of them part paragraphs."""
    assert texts("<p>Hill Road 7<br>Northtown<br><br>Ring us.</p>") == ["Hill Road 7 Northtown", "Ring us."]


def test_typed_bullets_are_bullets():
    """Lines typed with a dot in front are bullets without the dot."""
    page = "<p>Bring:<br>• a book<br>• a pen</p>"
    assert read(page)[0] == [Block("paragraph", "Bring:"), Block("bullet", "a book"), Block("bullet", "a pen")]


def test_inline_elements_add_no_space():
    """Emphasis, links and raised letters neither add nor take a space."""
    assert texts("<p>On the 3<sup>rd</sup> of <b>M</b>ay, <a href=x>ring</a>!</p>") == ["On the 3rd of May, ring!"]


def test_non_breaking_space_and_entities():
    """A non-breaking space is a space, entities are the letters they stand for, soft hyphens are gone."""
    assert texts("<p>At&nbsp;9 &amp; 10&#8217;s the ta&shy;ble</p>") == ["At 9 & 10’s the table"]


@pytest.mark.parametrize("element", ["nav", "header", "footer", "aside", "form", 'div role="navigation"'])
def test_furniture_is_left_out_and_listed(element):
    """Menus, page headers and footers, sidebars and forms are left out, and their words stand in the report."""
    blocks, report = read(f"<p>Tea is free.</p><{element}><p>About us</p><p>Sitemap</p></{element.split()[0]}>")
    assert ([block.text for block in blocks], report.furniture) == (["Tea is free."], ["About us", "Sitemap"])


@pytest.mark.parametrize("element", ["script", "style", "template"])
def test_what_nobody_sees_is_left_out(element):
    """Scripts, styles and comments are no text."""
    blocks, report = read(f"<{element}>x = 1</{element}><!-- note --><p>Tea is free.</p>")
    assert ([block.text for block in blocks], report.furniture) == (["Tea is free."], [])


def test_header_of_an_article_is_kept():
    """The header and the footer of the article itself hold its title and its date: they are text."""
    page = "<main><article><header><h1>Tea</h1></header><p>It is free.</p><footer>Seen in May.</footer></article></main>"
    assert texts(page) == ["Tea", "It is free.", "Seen in May."]


def test_page_wrapped_in_a_form_is_kept():
    """A form that holds the whole page, as some sites have it, is not left out."""
    assert texts("<form><h1>Tea</h1><p>It is free.</p></form>") == ["Tea", "It is free."]


def test_menu_above_everything_is_left_out_and_listed():
    """A list of short items above everything else is a menu."""
    blocks, report = read("<ul><li>Home<li>About us</ul><h1>Tea</h1><p>It is free.</p>")
    assert (len(blocks), report.furniture) == (2, ["Home", "About us"])


def test_lines_staff_have_listed_are_left_out():
    """A block that matches the hospital's list of furniture is left out and stands in the report."""
    furniture = Furniture((re.compile("print this .*", re.I),))
    blocks, report = read("<p>Print this sheet</p><p>Tea is free.</p>", furniture)
    assert (len(blocks), report.furniture) == (1, ["Print this sheet"])


def test_unclosed_elements_are_read():
    """Elements that the author forgot to close part blocks all the same."""
    assert texts("<p>One<p>Two<ul><li>Three<li>Four") == ["One", "Two", "Three", "Four"]


@pytest.mark.parametrize(
    "data",
    [
        '<html><meta charset="utf-8"><p>Café – £5</p>'.encode(),
        '<html><meta charset="iso-8859-1"><p>Café – £5</p>'.encode("cp1252"),
        '<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>Café – £5</p>'.encode("cp1252"),
        "<html><p>Café – £5</p>".encode("utf-8-sig"),
        "<html><p>Café – £5</p>".encode("utf-16"),
        "<html><p>Café – £5</p>".encode(),
        "<html><p>Café – £5</p>".encode("cp1252"),
    ],
)
def test_encoding_is_found(data):
    """A page is read by its byte order mark, by the encoding it names, and without both as UTF-8 or Windows-1252."""
    assert texts(data) == ["Café – £5"]


def test_wrongly_named_encoding_is_reported():
    """A page that is not in the encoding it names is read as Windows-1252, and the report says so."""
    blocks, report = read('<html><meta charset="utf-8"><p>Café</p>'.encode("cp1252"))
    assert (blocks[0].text, len(report.odd)) == ("Café", 1)


def test_binary_file_is_refused():
    """A file with zero bytes is no web page."""
    with pytest.raises(ValueError, match="binary"):
        read(b"<html>\x00\x01\x02")
