"""How long ago it was done, in patients' words."""
import pytest

from bot.language.time_since import hours_since


@pytest.mark.parametrize(
    "text, hours",
    [
        ("an hour ago", 1),
        ("they did it an hour ago", 1),
        ("half an hour ago", 0.5),
        ("an hour and a half ago", 1.5),
        ("2.5 hours ago", 2.5),
        ("a couple of hours ago", 2),
        ("a few hours ago", 3),
        ("twenty minutes ago", 1 / 3),
        ("about 2 hrs since", 2),
        ("two hours after the injection", 2),
        ("its been two hours", 2),
        ("only an hour since the needle", 1),
        ("went in an hour ago", 1),
        ("leg went dead, they did it an hour ago", 1),
        ("leg went dead they did it an hour ago", 1),
        ("two days ago", 48),
        ("three weeks ago", 504),
        ("yesterday", 24),
        ("had it on monday", 24),
        ("last night", 24),
        ("an hour ago, no, yesterday", 24),
        ("its been two days, numb since an hour ago", 48),
        ("it was at 10 and its noon", 2),
        ("done at 9.30 and its 11 now", 1.5),
        ("at ten and its now one", 3),
        ("at 10 and its 1pm", 3),
        ("at 4 and its 6pm", 2),
        ("at 9am and its 9pm now", 12),
        ("at 10 and its 11pm", 13),
        ("at 11pm and its 1am", 2),
        ("at 9 and its 9 now", 12),
        ("still in recovery", 0.5),
        ("just had it", 0.5),
        ("just got home", 0.5),
        ("they did it just now", 0.5),
        ("in the car home", 0.5),
    ],
)
def test_time_is_read(text, hours):
    """A time in patients' words is read in hours; of several the longest counts."""
    assert hours_since(text) == pytest.approx(hours)


@pytest.mark.parametrize(
    "text",
    [
        "my leg is numb",
        "my leg went numb an hour ago",
        "my leg gave way just now",
        "my leg just got numb",
        "my leg has just come over all weak",
        "it started ten minutes ago",
        "numb for about two hours",
        "its an hour drive",
        "at 10 tomorrow",
        "for two hours a day",
        "",
    ],
)
def test_no_time_is_read_where_none_is_told(text):
    """How long a complaint has lasted, and other times, do not tell when it was done."""
    assert hours_since(text) is None
