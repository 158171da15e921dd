"""Plain text to canonical text: each test shows one trouble of pasted leaflets on a small invented text."""
import re

import pytest

from bot.leaflets.blocks import canonical_text
from bot.leaflets.furniture import Furniture
from bot.leaflets.import_report import ImportReport
from bot.leaflets.plain_text import blocks_from_text


def canonical(text: str, *furniture: str, report: ImportReport | None = None) -> str:
    patterns = tuple(re.compile(pattern, re.I) for pattern in furniture)
    return canonical_text(blocks_from_text(text, Furniture(patterns), report or ImportReport()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "The tea room is open every day from nine \nuntil five, and on Sundays\nuntil noon.\n",
            "The tea room is open every day from nine until five, and on Sundays until noon.\n",
            id="lines broken at the page's width",
        ),
        pytest.param(
            "The tea room is open all day.\n\nDogs may come in with you.\n",
            "The tea room is open all day.\n\nDogs may come in with you.\n",
            id="blank line between paragraphs",
        ),
        pytest.param(
            "The tea room is open from nine\n\nuntil five in the afternoon.\n",
            "The tea room is open from nine until five in the afternoon.\n",
            id="blank line inside a sentence",
        ),
        pytest.param(
            "You can sit down in the\n\nGarden Room until your tea comes.\n",
            "You can sit down in the Garden Room until your tea comes.\n",
            id="blank line behind a small word that can't end a sentence",
        ),
        pytest.param(
            "Please bring:\n\n• a cup\n• a saucer that is not\n  chipped\n",
            "Please bring:\n\n- a cup\n- a saucer that is not chipped\n",
            id="bullets as glyphs, the second wrapped",
        ),
        pytest.param(
            "Please bring:\n\n  • a cup\n      ◦ a blue one\n  • a saucer\n",
            "Please bring:\n\n- a cup\n  - a blue one\n- a saucer\n",
            id="bullets below bullets by their indent",
        ),
        pytest.param(
            "Please bring:\n- a cup\n- a saucer\n",
            "Please bring:\n\n- a cup\n- a saucer\n",
            id="bullets as dashes",
        ),
        pytest.param(
            "Please do this:\n Wash the cup. \n Dry the cup. \n Put it back where \nit was. \n",
            "Please do this:\n\n- Wash the cup.\n- Dry the cup.\n- Put it back where it was.\n",
            id="bullets with nothing but a leading space",
        ),
        pytest.param(
            "The kettle is on the left. It is very h-\not and it may stay ho-\nt for an hour. The cups are in the cup-\nboard.\n\nThe cupboard is blue.\n",
            "The kettle is on the left. It is very hot and it may stay hot for an hour. The cups are in the cupboard.\n\nThe cupboard is blue.\n",
            id="words broken at the end of a line",
        ),
        pytest.param(
            "We sell self-\nmade cake.\n",
            "We sell self-made cake.\n",
            id="hyphen of the author's at the end of a line",
        ),
        pytest.param(
            "The tea room is closed for 30-\n45 minutes at noon.\n",
            "The tea room is closed for 30-45 minutes at noon.\n",
            id="range broken behind its dash",
        ),
        pytest.param(
            "The price list stands at www.tea.example/prices/\nhot-tea\n",
            "The price list stands at www.tea.example/prices/hot-tea\n",
            id="web address broken behind its slash",
        ),
        pytest.param(
            "The tea room at the station\n\nNOTE: Hot water scalds.\nLet the tea stand first.\n\nis open every day from nine.\n\nDogs may come in.\n",
            "The tea room at the station is open every day from nine.\n\nNOTE: Hot water scalds. Let the tea stand first.\n\nDogs may come in.\n",
            id="box in the middle of a sentence stands behind it",
        ),
        pytest.param(
            "The tea room at the station\n\nNOTE: Hot water scalds.\nLet the tea stand first.\n\nis open from nine. Dogs may come in.\n",
            "The tea room at the station is open from nine.\n\nNOTE: Hot water scalds. Let the tea stand first.\n\nDogs may come in.\n",
            id="box stands behind its sentence, not behind the paragraph",
        ),
        pytest.param(
            "What does tea cost?\n\nTea costs one pound.\n\nHow to find us\n\nWe are at the station.\n",
            "## What does tea cost?\n\nTea costs one pound.\n\n## How to find us\n\nWe are at the station.\n",
            id="headings without a mark",
        ),
        pytest.param(
            "Tea for Travellers\n\nTea costs one pound.\n",
            "# Tea for Travellers\n\nTea costs one pound.\n",
            id="title above everything",
        ),
        pytest.param(
            "Tea costs one pound.\n\nThe Tea Room\n",
            "Tea costs one pound.\n\nThe Tea Room\n",
            id="short line with nothing below it is no heading",
        ),
        pytest.param(
            "• Home\n• Menu\n• About us\n\nThe tea room is open all day.\n",
            "The tea room is open all day.\n",
            id="menu of a web page above everything",
        ),
        pytest.param(
            "Tea costs one pound.\nSource: https://tea.example\n© The tea room\n",
            "Tea costs one pound. Source: https://tea.example\n\n© The tea room\n",
            id="copyright line stands apart",
        ),
        pytest.param(
            "The tea room is open from nine\r\nuntil five.\r\n\r\nDogs may come in.\r\n",
            "The tea room is open from nine until five.\n\nDogs may come in.\n",
            id="line ends of Windows",
        ),
        pytest.param(
            "The tea room is open.\n\fDogs may come in.\n",
            "The tea room is open.\n\nDogs may come in.\n",
            id="form feed begins a page",
        ),
        pytest.param(
            "Use 3-3 spoons of of tea.\n",
            "Use 3-3 spoons of of tea.\n",
            id="odd wording is kept",
        ),
    ],
)
def test_layout_is_undone_and_words_are_kept(text, expected):
    """What a layout did to the lines is undone; the words stay as they are."""
    assert canonical(text) == expected


def test_line_of_an_unwrapped_file_is_a_paragraph():
    """Where lines are as long as their paragraphs, each line is a paragraph of its own."""
    line = "The tea room at the station is open every day of the week from nine in the morning until five in the afternoon. "
    assert canonical(f"{line * 2}\n{line * 2}\n") == f"{(line * 2).strip()}\n\n{(line * 2).strip()}\n"


def test_no_word_is_added_dropped_or_changed():
    """All words of a text with every trouble stand in the canonical text, in order."""
    text = "The Tea Room\n\nPlease bring:\n• a cup\n• a saucer\n\nTea costs one\n\npound. It is hot.\n\nDogs may come in.\n"
    assert re.findall(r"\w+", canonical(text)) == re.findall(r"\w+", text)


def test_joined_sentence_is_reported():
    """A join across a blank line is listed, so that a person can check it."""
    report = ImportReport()
    canonical("The tea room is open from nine\n\nuntil five.\n", report=report)
    assert report.joined == ["'…The tea room is open from nine' with 'until five.…'"]


def test_moved_box_is_reported():
    """A box that was put behind its sentence is listed by its first words."""
    report = ImportReport()
    canonical("The tea room at the station\n\nNOTE: Hot water scalds.\nLet it stand.\n\nis open from nine.\n", report=report)
    assert len(report.moved) == 1 and "NOTE: Hot water scalds." in report.moved[0]


def test_menu_left_out_is_reported():
    """Each entry of a menu that was left out is listed."""
    report = ImportReport()
    canonical("• Home\n• About us\n\nThe tea room is open all day.\n", report=report)
    assert report.furniture == ["Home", "About us"]


def test_furniture_leaves_the_sentence_around_it_whole():
    """A furniture line in the middle of a sentence goes, and the sentence is joined."""
    text = "The tea room is open from nine\n\nSidebar Block 1\n\nuntil five.\n"
    assert canonical(text, r"sidebar block \d+") == "The tea room is open from nine until five.\n"
