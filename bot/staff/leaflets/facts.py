"""What a leaflet prints about itself: version, dates, publisher. Suggestions for the reviewer, who may change each."""
import re
from dataclasses import replace

from bot.leaflets.leaflet import About, Leaflet

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATE = r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[ /.-]+)?(?P<month>\d{1,2}|[a-z]{3,9})[ /.,-]+(?P<year>\d{4})"
_ISSUED = re.compile(r"\b(?:issued?|issue date|date of issue|published|produced|publication date|date)\b[^\w]{0,4}(?:on |in |date)?[^\w]{0,3}" + _DATE, re.I)
_REVIEW = re.compile(r"\b(?:review|to be reviewed|next review|review due|due for review)\b(?: (?:date|due|by|in|on))*[^\w]{0,4}" + _DATE, re.I)
_VERSION = re.compile(r"\bversion\b[^\w]{0,3}(?:no\.?|number)?[^\w]{0,2}(\d[\w.]*)", re.I)
KEYS = ("title", "publisher", "version", "issued", "review_due", "contact", "reuse", "subject")


def about_from(leaflet: Leaflet, known: About | None = None) -> About:
    """What the file's own front matter says, else what it prints, else what is known of the version before."""
    front = {key: str(value) for key, value in leaflet.front.items() if key in KEYS and value is not None}
    about = known or About(slug(front.get("title") or leaflet.first_heading), front.get("title") or leaflet.first_heading)
    text = "\n".join(part for part in (leaflet.text, *leaflet.report.furniture))
    printed = {"version": _first(_VERSION, text), "issued": _date(_ISSUED, text), "review_due": _date(_REVIEW, text)}
    found = {key: value for key, value in {**printed, **front}.items() if value}
    if known:
        found = {"version": "", "issued": None, "review_due": None, **found}
    about = replace(about, **found)
    if isinstance(leaflet.front.get("regions"), list):
        about = replace(about, regions=tuple(map(str, leaflet.front["regions"])))
    return replace(about, id=str(leaflet.front["id"])) if leaflet.front.get("id") and not known else about


def slug(title: str) -> str:
    """`title` as an id: small letters and digits with hyphens between."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:60].strip("-") or "leaflet"


def _first(pattern: re.Pattern, text: str) -> str:
    found = pattern.search(text)
    return found[1].rstrip(".") if found else ""


def _date(pattern: re.Pattern, text: str) -> str:
    """The first date found, as year-month or year-month-day; empty where there is none."""
    for found in pattern.finditer(text):
        month = _month(found["month"])
        if month and 1990 <= int(found["year"]) <= 2100:
            day = f"-{int(found['day']):02d}" if found["day"] and 1 <= int(found["day"]) <= 31 else ""
            return f"{found['year']}-{month:02d}{day}"
    return ""


def _month(text: str) -> int:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else 0
    return next((number for number, name in enumerate(_MONTHS, 1) if text.lower().startswith(name)), 0)
