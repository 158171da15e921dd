"""The keypad menu: groups of topics, then topics, nine keys at most at each level. A full alternative to speaking."""
from typing import Collection, Mapping

from bot.catalogue import Topic
from bot.channels.phone.book import PhoneBook
from bot.channels.phone.script import Script
from bot.channels.phone.spoken import Segment

MAIN = "menu"
_KEYS = 9

Level = tuple[tuple[Segment, ...], dict[str, str]]  # what is said, and what each key then stands for


class Menu:
    """`covered` are the topics that a leaflet in use says something on; no other is offered."""

    def __init__(self, book: PhoneBook, script: Script, topics: Mapping[str, Topic], covered: Collection[str]) -> None:
        self._book, self._script = book, script
        self.titles = {topic.id: topic.title for topic in topics.values()}
        self._groups: dict[str, list[Topic]] = {}
        for topic in topics.values():
            if topic.id in covered:
                self._groups.setdefault(topic.group, []).append(topic)

    def main(self) -> Level:
        """The groups."""
        entries = [(self._book.menu[group], f"group:{group}:0") for group in self._groups]
        said, keys = self._items(entries[:_KEYS])
        return (self._script.own("menu"), *said), keys

    def group(self, name: str, page: int) -> Level:
        """The topics of a group; where they are more than nine, the ninth key leads on to the next page and at the end to the first."""
        topics = self._groups[name]
        entries = [(topic.title, f"ask:{topic.title}") for topic in topics]
        heading = self._script.own("menu_group", title=self._book.menu[name])
        if len(entries) <= _KEYS:
            said, keys = self._items(entries)
            return (heading, *said), keys
        a_page = _KEYS - 1
        pages = -(-len(entries) // a_page)
        said, keys = self._items(entries[page * a_page : (page + 1) * a_page])
        return (heading, *said, self._script.own("menu_more")), {**keys, str(_KEYS): f"group:{name}:{(page + 1) % pages}"}

    def leaflets(self, titles: Mapping[str, str]) -> Level:
        """The leaflets in use, by title."""
        return self._items([(title, f"leaflet:{leaflet}") for leaflet, title in titles.items()][:_KEYS])

    def _items(self, entries: list[tuple[str, str]]) -> Level:
        said = tuple(self._script.own("menu_item", title=title, number=number) for number, (title, _) in zip(self._book.numbers, entries))
        return said, {str(number): action for number, (_, action) in enumerate(entries, 1)}
