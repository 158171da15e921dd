"""Dates as a patient reads them."""
import pytest

from bot.answers.dates import in_words


@pytest.mark.parametrize(
    ("date", "words"),
    [("2023-09", "September 2023"), ("2025-03-01", "1 March 2025"), ("2024-12-31", "31 December 2024"), ("2020-01", "January 2020")],
)
def test_date_is_said_in_words(date, words):
    """A month is said with its year, a day without leading nought."""
    assert in_words(date) == words
