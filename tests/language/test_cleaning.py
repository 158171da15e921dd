"""Messages made safe to read."""
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.cleaning import clean, plain


@pytest.mark.parametrize(
    "message, cleaned",
    [
        ("  can I\t drive \n tomorrow ", "can I drive tomorrow"),
        ("can I\x00 dri\x1bve", "can I drive"),
        ("\u202ecan I drive\u202c", "can I drive"),
        ("\u2066can\u2069 I\u200b drive\ufeff", "can I drive"),
        ("can\u00a0I\u2003drive", "can I drive"),
        ("can I dri\u00advve", "can I drivve"),
        ("can I drive \U000e0041", "can I drive"),
        ("/restart", "restart"),
        (" / /ask_leaflet{}", "ask_leaflet{}"),
        ("\\restart", "restart"),
        ("\u200b/restart", "restart"),
        ("／restart", "restart"),
        ("C5/6", "C5/6"),
        ("ﬁne", "fine"),
        ("cafe\u0301", "café"),
        ("", ""),
        ("///", ""),
        ("👍", "👍"),
    ],
)
def test_message_is_cleaned(message, cleaned):
    """Control and invisible characters, spare spaces and leading slashes go; the words stay."""
    assert clean(message) == cleaned


@given(st.text(max_size=60))
def test_cleaned_message_is_one_clean_line(message):
    """Whatever came, a clean message has no control or format character, no leading slash, no double space, and stays as it is."""
    cleaned = clean(message)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for character in cleaned)
    assert not cleaned.startswith(("/", "\\", " ")) and "  " not in cleaned
    assert clean(cleaned) == cleaned


def test_plain_straightens_quotation_marks():
    """Curly quotation marks and dashes become those of a keyboard, letters lower case."""
    assert plain("I CAN’T – “wee”…") == "i can't - \"wee\"..."
