"""A whole leaflet with a passage marked: every word, in order, and the mark where the passage is."""
import pytest

from bot.channels.web.leaflet_page import groups, lines_of, span_from
from bot.leaflets.blocks import Block
from bot.leaflets.leaflet import Leaflet

LEAFLET = Leaflet("x.md", (
    Block("heading", "Title", 1), Block("paragraph", "One. Two."), Block("heading", "Deep", 4), Block("bullet", "first"), Block("bullet", "second", 1),
    Block("paragraph", "One. Two."), Block("heading", "Next", 2),
))  # fmt: skip


def text_of(line):
    return "".join(piece for piece, _ in line.pieces)


def marked(lines):
    return [piece for line in lines for piece, is_marked in line.pieces if is_marked]


@pytest.mark.parametrize("span", [None, (0, 5), (9, 40)])
def test_every_word_is_shown_in_order(span):
    """Whatever is marked."""
    assert [text_of(line) for line in lines_of(LEAFLET, span)] == [block.text for block in LEAFLET.blocks]


def test_a_passage_is_marked_where_it_stands():
    """The second of two equal sentences, not the first."""
    start = LEAFLET.text.rindex("Two.")
    lines = lines_of(LEAFLET, (start, start + 4))
    assert marked(lines) == ["Two."] and lines[5].is_marked and not lines[1].is_marked


def test_a_passage_over_several_lines_is_marked_in_each():
    """Bullets with their marks in between."""
    start, end = LEAFLET.text.index("- first"), LEAFLET.text.index("second") + len("second")
    assert marked(lines_of(LEAFLET, (start, end))) == ["first", "second"]


def test_headings_step_down_one_at_a_time():
    """A step that the author left out is closed."""
    assert [line.level for line in lines_of(LEAFLET, None) if line.kind == "heading"] == [1, 2, 2]


def test_bullets_stand_together():
    """One list, not one for each."""
    assert [kind for kind, _ in groups(lines_of(LEAFLET, None))] == ["heading", "paragraph", "heading", "bullet", "paragraph", "heading"]


@pytest.mark.parametrize(
    ("asked", "span"),
    [("3-8", (3, 8)), ("", None), ("8-3", None), ("3-", None), ("a-b", None), ("3-8000", None), ("-3-8", None), ("3-8-9", None), ("²-³", None), ("0-" + "9" * 5000, None)],
)
def test_only_a_passage_of_the_leaflet_is_taken(asked, span):
    """Numbers in order and within the text; anything else marks nothing."""
    assert span_from(asked, 100) == span
