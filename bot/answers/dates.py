"""Dates as a patient reads them."""

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def in_words(date: str) -> str:
    """`2023-09` as "September 2023", `2025-03-01` as "1 March 2025"."""
    year, month, *day = date.split("-")
    month_name = _MONTHS[int(month) - 1]
    return f"{int(day[0])} {month_name} {year}" if day else f"{month_name} {year}"
