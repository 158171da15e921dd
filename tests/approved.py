"""Tells for any sentence said on the telephone where it comes from: a leaflet in use, word for word, or wording that staff keep."""
import re
import string
from pathlib import Path
from typing import Iterable, Optional

from bot.answers import desk as desk_module
from bot.answers.ear import WEB_ADDRESS
from bot.catalogue import DATA, read_regions
from bot.channels.phone.book import PhoneBook, read_phone_book
from bot.safety.signs import FOLDER, read_sign_book
from bot.yaml_file import read_yaml
from tests.rehearsal import use_leaflets


class Approved:
    """Everything that may be said over the leaflets in `folder` (the samples if None)."""

    def __init__(self, folder: Optional[Path] = None, phone_book: Path = DATA / "phone.yml") -> None:
        use_leaflets(folder)
        self.composer = desk_module.open_desk().composer
        self.book: PhoneBook = read_phone_book(self.composer.site, phone_book)
        self.leaflets = {leaflet.id: leaflet.text for leaflet in self.composer.library.active.values()}
        fields = self._fields()
        self._own = [_pattern(sentence, fields) for sentence in self._sentences(phone_book)]

    def source_of(self, sentence: str) -> Optional[str]:
        """`leaflet`, `own`, or None for what nobody approved."""
        if any(pattern.fullmatch(sentence) for pattern in self._own):
            return "own"
        return "leaflet" if any(sentence in text for text in self.leaflets.values()) and not WEB_ADDRESS.search(sentence) else None

    def _sentences(self, phone_book: Path) -> Iterable[str]:
        phone, site, advice = read_yaml(phone_book), read_yaml(DATA / "site.yml"), read_yaml(FOLDER / "advice.yml")
        yield from (line for text in [*phone["wording"].values(), *phone["instead"].values(), *site["wording"].values()] for line in text.split("\n") if line)
        for card in [*advice["levels"].values(), *advice["signs"].values()]:
            yield from [card["title"] + ".", *card["lines"]]
        yield from [*advice["reminder"].values(), *advice["reminder_signs"].values(), advice["ask_time"], *advice["ended"].values(), read_regions().asks]

    def _fields(self) -> dict[str, list[str]]:
        """What may stand for each {field}."""
        site, composer = self.composer.site, self.composer
        contacts = [site.contact_default, *site.contacts.values()]
        titles = [leaflet.about.title for leaflet in composer.library.active.values()] + [topic.title for topic in composer.topics.values()]
        titles += [*self.book.menu.values(), *(region.title for region in composer.regions.by_id.values())]
        signs = [sign.title for sign in read_sign_book().signs.values()]
        any_of = lambda each: "(?:" + "|".join(map(re.escape, sorted(set(each), key=len, reverse=True))) + ")"  # noqa: E731
        listed = f"{any_of(signs)}(?:(?:, | and ){any_of(signs)})*"
        return {
            "emergency": [re.escape(site.emergency)],
            "urgent": [re.escape(site.urgent)],
            "listeners": [re.escape(str(read_yaml(FOLDER / "advice.yml")["listeners"]))],
            "contact": list(map(re.escape, contacts)),
            "contact_as_whom": [*map(re.escape, contacts), *(f"your hospital team, on {re.escape(each)}" for each in contacts)],
            "title": [f"{any_of(titles)}(?:, {any_of(titles)})*"],
            "number": list(self.book.numbers),
            "signs": [listed],
            "date": [r"(?:\d{1,2} )?[A-Z][a-z]+ \d{4}"],
        }


def _pattern(sentence: str, fields: dict[str, list[str]]) -> re.Pattern:
    made = ""
    for text, field, _, _ in string.Formatter().parse(sentence):
        made += re.escape(text)
        if field is not None:
            made += f"(?:{'|'.join(fields.get(field, ['.{0,200}']))})"
    return re.compile(made)
