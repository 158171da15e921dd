"""The phrase language of the warning-sign files."""
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.phrases import PhraseError, any_of, compiled, normalised
from bot.safety.signs import read_sign_book
from tests.safety.expressions import as_expression

LISTS = {"limb": ["leg", "left arm"], "side": ["left", "{limb} side"]}


def found(pattern: str, message: str) -> bool:
    return compiled(pattern, LISTS).stands_in(normalised(message).text)


@pytest.mark.parametrize(
    "pattern, message",
    [
        ("leg numb", "Leg numb"),
        ("leg (has gone|is) numb", "my leg is numb"),
        ("leg (has gone|is) numb", "my leg has gone numb"),
        ("(so|very)? weak", "weak"),
        ("(so|very)? weak", "so weak"),
        ("really? weak", "I am weak"),
        ("swell*", "swelling"),
        ("swell*", "swell"),
        ("cannot ... wee", "cannot wee"),
        ("cannot ... wee", "cannot for the life wee"),
        ("cannot ... wee", "cannot for my own life wee"),
        ("{limb} numb", "left arm numb"),
        ("{side} numb", "leg side numb"),
        ("#38-43", "38"),
        ("#38-43 degrees", "it is 39.5 degrees"),
        ("#38-43", "40,2"),
        ("cant wee", "can't wee"),
        ("can't wee", "cant wee"),
        ("can't wee", "can’t wee"),
        ("hot , numb", "hot, numb"),
        ("A&E", "off to a&e now"),
        ("high 20s", "in the high 20s"),
        ("sky-high", "sky high"),
        ("a|b", "b"),
        ("really ? weak", "and then weak now"),
    ],
)
def test_pattern_matches(pattern, message):
    """A pattern matches what its words stand for."""
    assert found(pattern, message)


@pytest.mark.parametrize(
    "pattern, message",
    [
        ("leg numb", "leg is numb"),
        ("leg", "legs"),
        ("leg", "bootleg"),
        ("swell*", "groundswell"),
        ("cannot ... wee", "cannot for all of my life wee"),
        ("cannot ... wee", "I cannot. A wee cup"),
        ("cannot ... wee", "I cannot, a wee cup"),
        ("cannot ... wee", "I cannot? wee"),
        ("#38-43", "37.9"),
        ("#38-43", "44"),
        ("#38-43", "380"),
        ("{limb} numb", "arm numb"),
    ],
)
def test_pattern_does_not_match(pattern, message):
    """A pattern matches whole words in a row, and its gap ends with the clause."""
    assert not found(pattern, message)


@pytest.mark.parametrize(
    "pattern, reason",
    [
        ("(leg numb", "not closed"),
        ("leg) numb", "bracket too many"),
        ("{arm} numb", "word list 'arm'"),
        ("#43-38", "no range of numbers"),
        ("#38", "no range of numbers"),
        ("leg $ numb", "does not know"),
        ("leg {limb numb", "does not know"),
        ("leg - numb", "nothing that can stand"),
    ],
)
def test_pattern_that_cannot_be_read_is_refused(pattern, reason):
    """A pattern that can't be read is refused with its own words and the reason."""
    with pytest.raises(PhraseError, match=re.escape(reason)):
        compiled(pattern, LISTS)


def test_list_that_names_itself_is_refused():
    """A word list can't be made of itself."""
    with pytest.raises(PhraseError, match="'limb'"):
        compiled("{limb}", {"limb": ["big {limb}"]})


def test_any_of_matches_where_one_pattern_does():
    """Joined patterns match where any of them does, whatever alternatives each has."""
    joined = any_of(["a|b c", "d"], {})
    assert [bool(joined.stands_in(f" {text} ")) for text in ("a", "b c", "d", "b")] == [True, True, True, False]


def test_every_match_is_found():
    """All places of a pattern are found, in order."""
    text = normalised("numb leg and numb arm")
    assert [text.span(*place) for place in compiled("numb", {}).places(text.text)] == [(0, 4), (13, 17)]


def test_matches_are_found_from_a_place_on():
    """A search can begin and end inside the text."""
    text = normalised("numb leg and numb arm").text
    assert len(list(compiled("numb", {}).places(text, 5))) == 1
    assert len(list(compiled("numb", {}).places(text, 0, 10))) == 1


def test_removed_takes_matches_out():
    """What a pattern matches can be taken out of a text."""
    assert compiled("(hi|hello)", {}).removed(" hi there hello ") == " there "


def test_span_points_into_the_message():
    """A match in normalised text leads back to its characters in the message, apostrophes and all."""
    message = "Hello!  I CAN’T   wee, sorry"
    text = normalised(message)
    start, end = text.span(*next(compiled("cant wee", {}).places(text.text)))
    assert message[start:end].strip() == "CAN’T   wee"


@given(st.text(max_size=40))
def test_places_lie_in_the_message(message):
    """Whatever is typed, normalised text keeps a place inside the message for each character."""
    text = normalised(message)
    assert len(text.text) == len(text.places)
    assert all(0 <= place < max(len(message), 1) for place in text.places)


_WORDS = st.sampled_from(["leg", "arm", "numb", "num*", "is", "my", "a&b", "#1-3", "{limb}", "{side}", "...", ","])


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sequences = st.lists(parts, min_size=1, max_size=3).map(" ".join)
    brackets = st.lists(sequences, min_size=1, max_size=3).map(lambda branches: f"({'|'.join(branches)})")
    return sequences | brackets | brackets.map(lambda bracket: bracket + "?")


_PATTERNS = st.lists(st.recursive(_WORDS, _joined, max_leaves=8), min_size=1, max_size=3).map(" ".join)
_TEXTS = st.lists(st.sampled_from(["leg", "left", "arm", "numb", "number", "is", "my", "a", "&", "b", "2", "3.5", "side", ",", "."]), max_size=10).map(
    lambda words: "".join(f" {word}" for word in words) + " "
)


@given(_PATTERNS, _TEXTS, st.integers(0, 20), st.integers(0, 60))
def test_matcher_finds_what_the_regular_expression_finds(pattern, text, low, high):
    """Every pattern stands for a regular expression, and finds just the same places of it, between any two characters."""
    expression = as_expression(pattern, LISTS)
    try:
        phrase = compiled(pattern, LISTS)
    except PhraseError:  # a pattern of which every word may be left out
        assert expression.search(" ")
        return
    assert list(phrase.places(text, low, high)) == [match.span() for match in expression.finditer(text, low, high)]
    assert phrase.stands_in(text) == bool(expression.search(text))
    assert phrase.removed(text) == expression.sub("", text)


def test_shipped_patterns_find_what_their_regular_expressions_find():
    """So do the longest of the signs' own patterns, on the examples of all signs."""
    book = read_sign_book()
    patterns = sorted((pattern for sign in book.signs.values() for pattern in sign.patterns), key=lambda pattern: -len(pattern.words))[:60]
    texts = [normalised(message).text for sign in book.signs.values() for message in (*sign.fires, *sign.near_misses)]
    for pattern in patterns:
        expression = as_expression(pattern.words, book.lists)
        assert [list(pattern.expression.places(text)) for text in texts] == [[match.span() for match in expression.finditer(text)] for text in texts]


def test_pattern_that_may_be_empty_is_refused():
    """A pattern of which every word may be left out would match any message."""
    with pytest.raises(PhraseError, match="any message"):
        compiled("(so)? ... (very)?", {})


def test_words_rule_a_pattern_out():
    """A message without the words that a pattern needs is not looked through at all."""
    phrase = compiled("my (leg|foot) is numb", {})
    assert phrase.needs == {"leg", "foot"} or phrase.needs == {"numb"}
    assert not phrase.stands_in(" the arm is cold ")
