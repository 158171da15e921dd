"""The proof that a quotation is the leaflet's very words."""
from dataclasses import replace

import pytest

from bot.leaflets.leaflet import Leaflet, short_hash
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.leaflets.passage import ProofError, find_passage, prove
from tests.little_library import place

TEXT = "Welcome.\n\n# Tea\n\nTea is hot. It is free. Milk costs more.\n\nPlease bring:\n\n- a cup\n- a saucer. Not a plate\n\nThank you.\n"


def leaflet(text: str = TEXT) -> Leaflet:
    return Leaflet("little.md", tuple(blocks_from_markdown(text)[0]))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (1, 1, "Tea is hot."),
        (2, 3, "It is free. Milk costs more."),
        (5, 5, "a cup"),
        (4, 6, "Please bring:\n\n- a cup\n- a saucer."),
        (5, 7, "- a cup\n- a saucer. Not a plate"),
        (7, 8, "Not a plate\n\nThank you."),
    ],
)
def test_passage_is_the_words_at_its_place(first, last, words):
    """A passage runs from its first to its last sentence; of several lines, the first bullet's mark comes along."""
    passage = find_passage(leaflet(), "north", "tea", place(leaflet(), 1, first, last))
    assert passage.text == words == leaflet().text[passage.start : passage.end]
    assert (passage.topic, passage.leaflet, passage.section) == ("tea", "north", "Tea")


def test_passage_above_the_first_heading_is_found():
    """Section 0 has no heading, and its sentences can be quoted as well."""
    assert find_passage(leaflet(), "north", "tea", place(leaflet(), 0, 1, 1)).text == "Welcome."


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (TEXT.replace("Tea is hot.", "Tea is cold."), "checksum"),
        (TEXT.replace("Tea is hot.", "Tea is hot!"), "checksum"),
        (TEXT.replace("# Tea", "# Coffee"), "heading"),
        (TEXT.replace("# Tea", "# Cups\n\nCups are blue.\n\n# Tea"), "heading"),
        (TEXT.replace("# Tea\n\n", ""), "heading"),
        ("Welcome.\n\n# Tea\n\n- tea\n", "has only 1 sentences, the map names 2"),
    ],
    ids=["another word", "another mark", "another heading", "heading before it", "heading gone", "sentences gone"],
)
def test_changed_leaflet_is_not_quoted(changed, told):
    """Where words, punctuation, heading or place have changed, there is no passage, and staff are told why."""
    with pytest.raises(ProofError, match=told):
        find_passage(leaflet(changed), "north", "tea", place(leaflet(), 1, 1, 2))


def test_change_elsewhere_does_no_harm():
    """A change in another sentence moves the passage, which is still found word for word."""
    changed = leaflet(TEXT.replace("Welcome.", "A very warm welcome."))
    assert find_passage(changed, "north", "tea", place(leaflet(), 1, 2, 2)).text == "It is free."


@pytest.mark.parametrize("shift", [-1, 1])
def test_passage_shifted_by_one_character_is_not_proved(shift):
    """Offsets that point one character beside the words are no proof."""
    passage = find_passage(leaflet(), "north", "tea", place(leaflet(), 1, 2, 2))
    with pytest.raises(ProofError, match="no longer"):
        prove(replace(passage, start=passage.start + shift, end=passage.end + shift), leaflet().text)


def test_other_words_at_their_own_offsets_are_not_proved():
    """Words that do stand in the leaflet, but are not the approved ones, fail on the checksum."""
    passage = find_passage(leaflet(), "north", "tea", place(leaflet(), 1, 2, 2))
    text = leaflet().text
    with pytest.raises(ProofError, match="checksum"):
        prove(replace(passage, text=text[:8], start=0, end=8), text)


def test_checksum_alone_is_not_enough():
    """The approved words with the approved checksum are not proved against a text that lacks them."""
    passage = find_passage(leaflet(), "north", "tea", place(leaflet(), 1, 2, 2))
    assert short_hash(passage.text) == passage.check
    with pytest.raises(ProofError, match="no longer"):
        prove(passage, leaflet().text.replace("free", "dear"))
