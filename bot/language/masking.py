"""Mask what could identify somebody before a message is stored, logged or sent on; the rest of the message stays readable.

Telephone numbers are found by `phonenumbers` (Google's libphonenumber), NHS numbers by their check digit, the rest by patterns
(`bot/language/personal/`). Why no larger masking library: docs/adr/0006.
"""
from bot.language.personal import Span
from bot.language.personal.births import births
from bot.language.personal.names import names
from bot.language.personal.numbers import REGION, is_nhs_number, numbers
from bot.language.personal.places import places

__all__ = ["REGION", "is_nhs_number", "mask", "personal_parts"]

_LOOKS = (places, births, numbers, names)


def mask(text: str) -> str:
    """`text` with names, numbers, addresses and dates of birth replaced by what they were, in square brackets."""
    result, at = [], 0
    for start, end, what in personal_parts(text):
        result += [text[at:start], f"[{what}]"]
        at = end
    return "".join(result) + text[at:]


def personal_parts(text: str) -> list[Span]:
    """What could identify somebody: start, end and what it is, from left to right. Where two overlap, the one that begins first
    names both, and reaches to the end of the later one."""
    parts: list[Span] = []
    for start, end, what in sorted((span for look in _LOOKS for span in look(text)), key=lambda span: (span[0], -span[1])):
        if parts and start < parts[-1][1]:
            parts[-1] = (parts[-1][0], max(parts[-1][1], end), parts[-1][2])
        else:
            parts.append((start, end, what))
    return parts
