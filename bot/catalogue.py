"""The topics and body parts the product knows, read from the files staff keep. Knows data, no room (docs/adr/0002)."""
from dataclasses import dataclass
from pathlib import Path

from bot.yaml_file import YamlError, check_keys, read_yaml

DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True)
class Topic:
    """A topic id with its group, the words it is offered by, and the topics always added to its answer."""

    id: str
    group: str
    title: str
    asks: str
    add: tuple[str, ...] = ()


@dataclass(frozen=True)
class Region:
    """A part of the body that leaflets tell apart, with the words patients use for it."""

    id: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Regions:
    """All regions by id, in the order they are offered, and the question that asks for one."""

    asks: str
    by_id: dict[str, Region]


def read_topics(file: Path = DATA / "topics.yml") -> dict[str, Topic]:
    """All topics by id, in file order. Raises YamlError naming file, line and key for any mistake."""
    topics: dict[str, Topic] = {}
    groups = read_yaml(file)
    for group in check_keys(file, groups, "topics", [], list(groups or ())):
        for id_, entry in check_keys(file, groups[group], group, [], list(groups[group] or ())).items():
            check_keys(file, entry, id_, ["title", "asks"], ["with"])
            if id_ in topics:
                raise YamlError(file, groups[group].lines[id_], f"topic '{id_}' stands in two groups, {topics[id_].group} and {group}")
            topics[id_] = Topic(id_, group, entry["title"], entry["asks"], tuple(entry.get("with") or ()))
    for topic in topics.values():
        for other in topic.add:
            if other not in topics:
                raise YamlError(file, groups[topic.group].lines[topic.id], f"'with' of '{topic.id}' names the unknown topic '{other}'")
    return topics


def read_regions(file: Path = DATA / "regions.yml") -> Regions:
    """The parts of the body of this subject. Raises YamlError for any mistake."""
    entry = check_keys(file, read_yaml(file), "regions", ["asks", "regions"])
    regions = entry["regions"]
    by_id = {}
    for id_ in check_keys(file, regions, "regions", [], list(regions or ())):
        check_keys(file, regions[id_], id_, ["title", "words"])
        by_id[id_] = Region(id_, regions[id_]["title"], tuple(str(word) for word in regions[id_]["words"]))
    return Regions(entry["asks"], by_id)
