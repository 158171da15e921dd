"""Telephone numbers in our own sentences as links that a phone can dial; everything else stays text."""
import re
from typing import Collection

import phonenumbers
from markupsafe import Markup, escape

REGION = "GB"  # how a number without country code is read
_DIALLED = re.compile(r"[^\d+]")


def with_phone_links(text: str, short_numbers: Collection[str] = ()) -> Markup:
    """`text` escaped, each telephone number in it a `tel:` link. `short_numbers`: those that are no full numbers (999)."""
    result, at = Markup(), 0
    for start, end in _spans(text, short_numbers):
        if start < at:
            continue
        number = text[start:end]
        result += escape(text[at:start]) + Markup('<a href="tel:{}">{}</a>').format(_DIALLED.sub("", number), number)
        at = end
    return result + escape(text[at:])


def _spans(text: str, short_numbers: Collection[str]) -> list[tuple[int, int]]:
    spans = [(match.start, match.end) for match in phonenumbers.PhoneNumberMatcher(text, REGION)]
    for number in short_numbers:
        spans += [found.span() for found in re.finditer(rf"(?<![\w.-]){re.escape(number)}(?![\w-])", text)]
    return sorted(spans, key=lambda span: (span[0], -span[1]))
