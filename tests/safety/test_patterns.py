"""The first opinion: signs named by the patterns, and the index that rules most patterns out."""
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.patterns import PatternIndex, named_signs
from bot.safety.phrases import normalised
from tests.safety.shipped import shipped_book
from tests.safety.small_world import small_book, small_rules

BOOK = shipped_book()
INDEX = PatternIndex(BOOK)
WORDS = sorted({word for sign in BOOK.signs.values() for message in sign.fires for word in message.split()})


def test_every_place_is_named(tmp_path):
    """A message names a sign once for each place where one of its patterns matches."""
    text = normalised("leg is numb. my foot is numb. I feel hot")
    named = named_signs(text, PatternIndex(small_book(tmp_path)), small_rules(tmp_path))
    assert [(entry.sign, text.text[entry.start : entry.end].strip()) for entry in named] == [
        ("hot", "feel hot"),
        ("leg", "leg is numb"),
        ("leg", "foot is numb"),
    ]


def test_cue_is_kept_with_the_place_it_cancels(tmp_path):
    """A cue cancels the place that it reaches and no other."""
    named = named_signs(normalised("can my leg go numb? my foot is numb"), PatternIndex(small_book(tmp_path)), small_rules(tmp_path))
    assert [entry.cancelled and entry.cancelled.words for entry in named] == ["can", None]


@settings(deadline=None)  # a pattern is compiled when first needed
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_index_never_rules_out_a_match(message):
    """Every shipped pattern that matches a message is among those the index lets through."""
    text = normalised(message).text
    matching = {pattern.words for sign in BOOK.signs.values() for pattern in sign.patterns if pattern.expression.stands_in(text)}
    assert matching <= {pattern.words for _, pattern in INDEX.possible(text)}


def test_index_rules_most_patterns_out():
    """A question without a sign's words leaves few patterns to try."""
    assert len(INDEX.possible(normalised("where do I park").text)) < sum(len(sign.patterns) for sign in BOOK.signs.values()) / 10
