"""Measure the proposed passages: `python -m tests.measure_proposals`. Needs the real leaflets beside the repository.

For each of the five real leaflets, held out are: its own map, its words, and map and words of the sample leaflet on the same
facts. They play no part in the weights, in the calibration, or among the approved passages that a sentence is compared with.
What stays are the other four pairs, the topics with their descriptions, and the trained topic model (which has read no leaflet).

Then, with the weights that ship, two leaflets on other operations, which played no part in any choice. Their passages were named
before they were first measured.
"""
import sys
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import tests.conftest  # noqa: F401  (keeps TensorFlow out)
from bot.catalogue import DATA, read_regions, read_topics
from bot.leaflets.leaflet import About
from bot.leaflets.library import ActiveLeaflet, load_library
from bot.leaflets.reading import read_leaflet
from bot.staff.leaflets.learning import learnt, rows_of
from bot.staff.leaflets.proposer import Proposer
from bot.staff.leaflets.windows import lines_of
from bot.staff.map_writer import Chosen, ChosenTopic, write_map
from bot.yaml_file import read_yaml
from tests.staff.leaflets.new_subjects import bowel_pdf, knee_docx, passages_of

REAL = Path(__file__).resolve().parents[2] / "shared" / "leaflets"
PAIRS = read_yaml(Path(__file__).with_name("contract_ids.yml"))["leaflets"]


def leaflets() -> dict[str, ActiveLeaflet]:
    """The ten leaflets with their approved maps, by id."""
    found: dict[str, ActiveLeaflet] = {}
    for folder in (DATA / "leaflets", REAL):
        found.update(load_library(folder, DATA / "answers", read_topics(), read_regions().by_id).active)
    return found


def leaflets_on_other_subjects(topics) -> list[ActiveLeaflet]:
    """A knee and a bowel leaflet with the passages on those topics that are there."""
    with TemporaryDirectory() as folder:
        for make, name in ((knee_docx, "knee"), (bowel_pdf, "bowel")):
            leaflet = read_leaflet(make(Path(folder) / f"{name}{'.docx' if name == 'knee' else '.pdf'}"))
            named = {topic: ChosenTopic("", 0, tuple(places)) for topic, places in passages_of(name).items() if topic in topics}
            write_map(Path(folder) / f"{name}.yml", leaflet, About(name, name), named, {"by": "its writers", "date": "2026-01-01"})
        return list(load_library(Path(folder), Path(folder), topics, read_regions().by_id).active.values())


def sentences(chosen) -> set[tuple[int, int]]:
    return {(chosen.section, number) for number in range(chosen.first, chosen.last + 1)}


def is_right(proposed: Chosen, leaflet: ActiveLeaflet, topic: str) -> bool:
    """At least half of the proposed sentences are in the approved passages, and at least half of one approved passage is proposed."""
    mine = sentences(proposed)
    approved = [sentences(place) for place in leaflet.map.topics[topic].places]
    inside = len(mine & set().union(*approved)) / len(mine)
    return inside >= 0.5 and any(len(mine & place) / len(place) >= 0.5 for place in approved)


def is_same(proposed: Chosen, leaflet: ActiveLeaflet, topic: str) -> bool:
    """Sentence for sentence an approved passage: nothing is left to change."""
    return any(sentences(proposed) == sentences(place) for place in leaflet.map.topics[topic].places)


def touches(proposed: Chosen, leaflet: ActiveLeaflet, topic: str) -> bool:
    """Some proposed sentence is in an approved passage."""
    return any(sentences(proposed) & sentences(place) for place in leaflet.map.topics[topic].places)


def main() -> None:
    if not REAL.is_dir():
        sys.exit(f"measure_proposals: the real leaflets are not here: {REAL}")
    topics, all_ = read_topics(), leaflets()
    pair_of = {id_: set(pair) for pair in PAIRS.values() for id_ in pair}
    total, by_topic = Counter(), defaultdict(Counter)
    print("| leaflet | topics it speaks on | right first | among three | the very passage first | the very passage among three | right place first | right place among three | silence kept | falsely says something | taken for silent where it speaks | mean length |")
    print("|" + " --- |" * 12, flush=True)
    for real in (pair[0] for pair in PAIRS.values()):
        known = [leaflet for id_, leaflet in all_.items() if id_ not in pair_of[real]]
        rows = [rows_of(leaflet, [other for other in known if other.id not in pair_of[leaflet.id]], topics) for leaflet in known]
        count = measured(all_[real], Proposer(topics, known, learnt(rows)), by_topic)
        print(row(real, count), flush=True)
        total.update(count)
    print(row("all five", total))
    fresh, known = Counter(), list(all_.values())
    for leaflet in leaflets_on_other_subjects(topics):
        count = measured(leaflet, Proposer(topics, known), defaultdict(Counter))
        print(row(leaflet.id, count), flush=True)
        fresh.update(count)
    print(row("both on other operations", fresh))
    print("\n| topic | leaflets that speak | right first | among three | right place first | right place among three |\n| --- | --- | --- | --- | --- | --- |")
    for topic in topics:
        count = by_topic[topic]
        print(f"| `{topic}` | {int(count['speaks'])} | {int(count['first'])} | {int(count['three'])} | {int(count['touches'])} | {int(count['touches three'])} |")


def measured(leaflet: ActiveLeaflet, proposer: Proposer, by_topic: dict[str, Counter]) -> Counter:
    """Counts for one leaflet, over all topics."""
    count: Counter = Counter()
    for topic, proposal in proposer.propose(leaflet.leaflet).items():
        if topic not in leaflet.passages:
            count["silent"] += 1
            count["false"] += proposal.says_something
            continue
        found = {
            "speaks": 1,
            "first": is_right(proposal.passages[0], leaflet, topic),
            "three": any(is_right(passage, leaflet, topic) for passage in proposal.passages),
            "same": is_same(proposal.passages[0], leaflet, topic),
            "same three": any(is_same(passage, leaflet, topic) for passage in proposal.passages),
            "touches": touches(proposal.passages[0], leaflet, topic),
            "touches three": any(touches(passage, leaflet, topic) for passage in proposal.passages),
            "missed": proposal.says_nothing,
            "length": proposal.passages[0].last - proposal.passages[0].first + 1,
        }
        count.update(found)
        by_topic[topic].update(found)
    count["lines"] = len(lines_of(leaflet.leaflet))
    return count


def row(name: str, count: Counter) -> str:
    def share(key: str, of: str) -> str:
        return f"{count[key]} ({100 * count[key] / max(count[of], 1):.1f} %)"

    kept = f"{count['silent'] - count['false']} of {count['silent']}"
    cells = [name, str(count["speaks"]), share("first", "speaks"), share("three", "speaks"), share("same", "speaks"), share("same three", "speaks"), share("touches", "speaks"), share("touches three", "speaks"), kept, share("false", "silent"), share("missed", "speaks"), f"{count['length'] / max(count['speaks'], 1):.1f}"]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
