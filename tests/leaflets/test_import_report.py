"""Odd wording: reported, never changed."""
import pytest

from bot.leaflets.import_report import odd_wording


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a small volume (3-3mls) of tea", "'3-3mls)': a range from a number to the same number"),
        ("5 – 5 cups", "'5 – 5': a range from a number to the same number"),
        ("Wash the the cup.", "'the the': a word standing twice"),
        ("it costs \ufffd5", "'\ufffd': a character that could not be decoded"),
    ],
)
def test_odd_wording_is_found(text, found):
    """A slip of the author's is quoted with the reason why it looks like one."""
    assert odd_wording(text) == [found]


@pytest.mark.parametrize("text", ["3-30 cups", "3-4 cups", "Wash the cup. The cup is blue.", "Whom to phone\nPhone the tea room.", "Cups: 5\n- 5 plates", "a cup of tea"])
def test_ordinary_wording_is_not(text):
    """Ordinary ranges and words are not reported."""
    assert odd_wording(text) == []
