"""The canonical text that blocks are written out to: offsets of everything else count its characters."""
import pytest

from bot.leaflets.blocks import Block, canonical_text, one_space


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (Block("heading", "Tea", 1), "# Tea"),
        (Block("heading", "Milk", 3), "### Milk"),
        (Block("paragraph", "Tea is hot."), "Tea is hot."),
        (Block("bullet", "a cup"), "- a cup"),
        (Block("bullet", "a saucer", 2), "    - a saucer"),
    ],
)
def test_each_kind_of_block_has_its_mark(block, line):
    """A heading begins with its level in #, a bullet with its depth and a dash, a paragraph with its words."""
    assert block.line == line


@pytest.mark.parametrize("block", [Block("heading", "Tea", 2), Block("paragraph", "Tea"), Block("bullet", "Tea", 1)])
def test_mark_width_leads_to_the_words(block):
    """Behind `mark_width` characters of the line stand the printed words."""
    assert block.line[block.mark_width :] == "Tea"


def test_blank_line_stands_between_blocks():
    """Headings and paragraphs stand one a line with a blank line between, and the text ends with a line's end."""
    blocks = [Block("heading", "Tea", 1), Block("paragraph", "It is hot."), Block("paragraph", "It is free.")]
    assert canonical_text(blocks) == "# Tea\n\nIt is hot.\n\nIt is free.\n"


def test_bullets_of_one_list_stand_together():
    """No blank line stands between bullets, one stands before and behind the list."""
    blocks = [Block("paragraph", "Bring:"), Block("bullet", "a cup"), Block("bullet", "a saucer", 1), Block("paragraph", "Thank you.")]
    assert canonical_text(blocks) == "Bring:\n\n- a cup\n  - a saucer\n\nThank you.\n"


def test_no_blocks_are_no_text():
    """Without blocks the text is empty, without even a line's end."""
    assert canonical_text([]) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  hot \t tea\n now ", "hot tea now"),
        ("one\u00a0pound", "one pound"),
        ("one\u2009or\u202ftwo\u3000cups", "one or two cups"),
        ("\ufefftea\u200b", "tea"),
        (" \n", ""),
    ],
)
def test_white_space_becomes_one_space(text, words):
    """Every run of white space, non-breaking, thin and invisible ones too, becomes one space; the ends are bare."""
    assert one_space(text) == words
