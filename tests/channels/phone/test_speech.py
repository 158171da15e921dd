"""Marks say how words are spoken and never change them."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import ear
from bot.channels.phone.speech import aloud, as_data, from_data, marked, seconds, words

ABBREVIATIONS = {"A&E": "A and E", "GP": "", "MRI": "", "ml": "millilitres", "e.g.": "for example"}


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Call 999 now.", "Call nine nine nine now."),
        ("or 111.", "or one one one."),
        ("on 0114 496 0123 today", "on zero one one four, four nine six, zero one two three today"),
        ("about 10-15 minutes", "about 10 to 15 minutes"),
        ("2.5–3ml", "2.5 to 3 millilitres"),
        ("Go to A&E.", "Go to A and E."),
        ("Ask your GP.", "Ask your G P."),
        ("open 8am to 4.30pm", "open 8 a m to 4 30 p m"),
        ("write to a.b@ward.example", "write to a dot b at ward dot example"),
        ("in 1999 and on page 9991", "in 1999 and on page 9991"),
        ("GPX and MRIs", "GPX and MRIs"),
    ],
)
def test_what_is_heard(text, heard):
    """Numbers digit by digit, ranges with "to", abbreviations as staff say; words in words are left alone."""
    assert aloud(marked(text, ABBREVIATIONS)) == heard


@given(st.text(alphabet="09 1-–.&AEGPml+()@x/<>\"'\n", max_size=60))
def test_marks_keep_every_word(text):
    """Whatever stands there."""
    marks = marked(text, ABBREVIATIONS)
    assert words(marks) == text and from_data(as_data(marks)) == marks


def test_a_telephone_number_takes_as_long_as_its_digits():
    """The length of a part is counted as it is spoken."""
    assert seconds(marked("0114 496 0123", {})) == 11 / 2.5


@given(st.text(alphabet="ab. -\n•🙂w", max_size=80))
def test_pieces_and_what_is_left_out_make_up_the_text(text):
    """Nothing is lost that is no white space, bullet or picture."""
    at = 0
    for sentence in ear.sentences_for_the_ear(text):
        for piece in sentence:
            assert piece.start >= at and ear.may_be_left_out(text[at : piece.start]), text
            at = piece.end
    assert ear.may_be_left_out(text[at:])


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See www.example.org/a-b. Then rest.", ["www.example.org/a-b"]),
        ("(https://example.org/x?y=1)", ["https://example.org/x?y=1"]),
        ("at example.org/leaflets, or phone", ["example.org/leaflets"]),
        ("and/or 1/2 e.g. this", []),
    ],
)
def test_web_addresses_are_found(text, addresses):
    """Whole, without the full stop or bracket after them."""
    assert [text[piece.start : piece.end] for sentence in ear.sentences_for_the_ear(text) for piece in sentence if piece.is_address] == addresses


def test_words_may_not_be_left_out():
    """The proof would notice."""
    assert not ear.may_be_left_out(" not ") and not ear.may_be_left_out("- a") and ear.may_be_left_out("\n- ")


def test_a_sentence_that_leads_on_is_not_the_last_of_a_part():
    """What it leads to comes with it."""
    units = ["one", "two", "If so:", "three", "four"]
    assert ear.parts_for_the_ear(units, lambda _: 1, lambda unit: unit.endswith(":"), 3) == [["one", "two"], ["If so:", "three", "four"]]
