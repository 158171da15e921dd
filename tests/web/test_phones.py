"""Telephone numbers can be dialled; all other text stays text."""
import pytest

from bot.channels.web.phones import with_phone_links

SHORT = ("999", "111", "116 123")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Call 999 now.", 'Call <a href="tel:999">999</a> now.'),
        ("Phone 0114 496 0123.", 'Phone <a href="tel:01144960123">0114 496 0123</a>.'),
        ("Samaritans on 116 123, or 111", 'Samaritans on <a href="tel:116123">116 123</a>, or <a href="tel:111">111</a>'),
        ("room 1999 and 111-222", "room 1999 and 111-222"),
        ("<b>999</b>", '&lt;b&gt;<a href="tel:999">999</a>&lt;/b&gt;'),
        ("no number", "no number"),
        ("", ""),
    ],
)
def test_numbers_become_links(text, made):
    """Short numbers, full numbers, and what only looks like one."""
    assert str(with_phone_links(text, SHORT)) == made
