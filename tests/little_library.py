"""Little leaflets about a tea room, written inside a test as Markdown, and a composer with wording that names itself."""
from datetime import date
from pathlib import Path
from typing import Any

from bot.answers.composer import Composer
from bot.answers.site import WORDINGS, Site
from bot.catalogue import Region, Regions, Topic
from bot.leaflets.answer_map import AnswerMap, Place, TopicEntry
from bot.leaflets.leaflet import About, Leaflet, short_hash
from bot.leaflets.library import ActiveLeaflet, Library
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.leaflets.passage import find_passage, span_of
from bot.staff.map_writer import Chosen, ChosenTopic, write_map

TOPICS = {
    "tea": Topic("tea", "drinks", "What tea costs", "the price of tea", ("scalds",)),
    "milk": Topic("milk", "drinks", "Milk", "whether there is milk"),
    "cake": Topic("cake", "food", "Cake", "which cakes there are"),
    "scalds": Topic("scalds", "care", "Hot water", "what to do after a scald"),
    "dogs": Topic("dogs", "care", "Dogs", "whether dogs may come in"),
}
REGIONS = Regions("Which room?", {"front": Region("front", "Front room", ("front",)), "back": Region("back", "Back room", ("back",))})
WORDING = {
    **{name: f"<{name}>" for name in WORDINGS},
    "not_covered": "<not_covered> ask {contact_as_whom}",
    "person": "<person> phone {contact}",
    "their_leaflet_silent": "<their_leaflet_silent> {title}",
    "leaflet_chosen": "<leaflet_chosen> {title}",
    "region_chosen": "<region_chosen> {title}",
    "source": 'From "{title}"{section}{publisher}{version}{issued}.',
    "review_overdue": "<review_overdue> {date}",
    "broken": "<broken> phone {contact} or {emergency}",
}
SITE = Site("999", "111", "the number on your letter", {"north": "Nora on 01632 960001"}, WORDING)

NORTH = "# Tea\n\nTea costs one pound. It comes with milk.\n\n# Care\n\nHold scalds under cold water.\n"
SOUTH = "# Tea\n\nTea is free on Sundays.\n\n# Cake\n\nThere is plum cake.\n"


def place(leaflet: Leaflet, section: int, first: int, last: int) -> Place:
    """The place of these sentences, with the hashes that an answer map would hold."""
    found = leaflet.sections[section]
    start, end = span_of(found.sentences[first - 1 : last])
    return Place(section, short_hash(found.heading, 4), first, last, short_hash(leaflet.text[start:end]))


def little_leaflet(id_: str, markdown: str, topics: dict[str, tuple], **about: Any) -> ActiveLeaflet:
    """A leaflet in use. `topics`: (section, first, last sentence, what it says, how cautious) by topic id."""
    leaflet = Leaflet(f"{id_}.md", tuple(blocks_from_markdown(markdown)[0]))
    entries = {topic: TopicEntry(topic, says, caution, (place(leaflet, *where),)) for topic, (*where, says, caution) in topics.items()}
    described = About(id_, **{"title": f"The {id_} tea room", **about})
    answer_map = AnswerMap(f"{id_}.yml", described, leaflet.fingerprint, frozenset(leaflet.sentence_hashes), "a test", "2026-01-01", entries)
    passages = {topic: tuple(find_passage(leaflet, id_, topic, found) for found in entry.places) for topic, entry in entries.items()}
    return ActiveLeaflet(leaflet, answer_map, passages)


def little_library(*leaflets: ActiveLeaflet) -> Library:
    return Library({leaflet.id: leaflet for leaflet in leaflets})


def north(**about: Any) -> ActiveLeaflet:
    """Speaks on tea, milk and scalds."""
    topics = {"tea": (1, 1, 1, "one_pound", 2), "milk": (1, 2, 2, "with_milk", 0), "scalds": (2, 1, 1, "cold_water", 0)}
    return little_leaflet("north", NORTH, topics, **about)


def south(**about: Any) -> ActiveLeaflet:
    """Speaks on tea (otherwise than the north, and less cautiously) and on cake."""
    return little_leaflet("south", SOUTH, {"tea": (1, 1, 1, "free", 1), "cake": (2, 1, 1, "plum", 0)}, **about)


def composer(*leaflets: ActiveLeaflet, today: date = date(2026, 1, 1), alarm=lambda problem: None) -> Composer:
    """A composer over these leaflets alone."""
    return Composer(TOPICS, REGIONS, little_library(*leaflets), SITE, alarm, lambda: today)


def write_little_map(file: Path, leaflet: Leaflet, id_: str, topics: dict[str, ChosenTopic], approved: bool = True) -> None:
    """An answer map as the map writer writes it."""
    who = {"by": "a test", "date": "2026-01-01"} if approved else None
    write_map(file, leaflet, About(id_, f"The {id_} tea room"), topics, who)


def chosen(section: int, first: int, last: int, says: str = "something") -> ChosenTopic:
    return ChosenTopic(says, 0, (Chosen(section, first, last),))
