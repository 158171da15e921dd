"""What ships: every mapped topic is found and verbatim, every topic has its intent and examples, the samples are samples."""
import re
from functools import lru_cache
from pathlib import Path

import pytest

from bot.catalogue import DATA, read_regions, read_topics
from bot.leaflets.answer_map import AnswerMap, read_answer_map
from bot.leaflets.leaflet import short_hash
from bot.leaflets.library import Library, load_library
from bot.yaml_file import read_yaml

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "leaflets"
CONTRACT = read_yaml(ROOT / "tests/contract_ids.yml")
REAL_IDS, SAMPLE_IDS = ({short: pair[number] for short, pair in CONTRACT["leaflets"].items()} for number in (0, 1))
SAMPLES = sorted((DATA / "leaflets").glob("*.md"))
# Ofcom's numbers for use in TV and radio drama, without spaces
DRAMA = re.compile(
    r"01632960\d{3}|0(113|114|115|116|117|118|121|131|141|151|161)4960\d{3}|02079460\d{3}|01914980\d{3}|02896496\d{3}|02920180\d{3}"
    r"|07700900\d{3}|08081570\d{3}|09098790\d{3}|03069990\d{3}"
)


@lru_cache(maxsize=2)
def library(folder: Path) -> Library:
    return load_library(folder, DATA / "answers", read_topics(), read_regions().by_id)


@lru_cache(maxsize=1)
def examples() -> dict[str, list[str]]:
    """The lines of examples by intent, over all files of data/nlu/."""
    found: dict[str, list[str]] = {}
    for entry in (entry for file in (DATA / "nlu").glob("*.yml") for entry in read_yaml(file)["nlu"]):
        found.setdefault(entry["intent"], []).extend(line for line in entry["examples"].splitlines() if line.startswith("- "))
    return found


def both_sets(test):
    """Run `test` on the samples, and on the real leaflets where their folder stands beside the repository."""
    absent = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real leaflets are not here: {REAL}")
    sets = [pytest.param(DATA / "leaflets", SAMPLE_IDS, id="samples"), pytest.param(REAL, REAL_IDS, id="real", marks=absent)]
    return pytest.mark.parametrize(("folder", "ids"), sets)(test)


@lru_cache(maxsize=1)
def maps() -> list[AnswerMap]:
    return [read_answer_map(file, read_topics(), read_regions().by_id) for file in sorted((DATA / "answers").glob("*.yml"))]


def phone_numbers(text: str) -> list[str]:
    """Everything in `text` that could be dialled: seven digits and more, with spaces, dashes or brackets between."""
    found = re.findall(r"(?<![\w-])\(?\+?\d[\d() -]{5,}\d(?![\w-])", text)
    digits = [re.sub(r"\D", "", number) for number in found]
    return [number for number in digits if len(number) >= 7]


# -- leaflets and maps -----------------------------------------------------------------------------------------------


@both_sets
def test_all_leaflets_are_active_without_problems(folder, ids):
    """Each of the five leaflets is recognised, and there is nothing that staff would have to be told."""
    found = library(folder)
    assert (sorted(found.active), found.problems) == (sorted(ids.values()), [])


@both_sets
def test_each_leaflet_speaks_on_what_the_contract_lists(folder, ids):
    """Every topic that the contract lists for a leaflet can be quoted from it, and no other."""
    for short, id_ in ids.items():
        listed = {topic for topic, leaflets in CONTRACT["topics"].items() if short in leaflets}
        assert set(library(folder).active[id_].passages) == listed, id_


@both_sets
def test_every_passage_is_verbatim(folder, ids):
    """Every passage of every mapped topic stands in the canonical text at its offsets, with its checksum."""
    for active in library(folder).active.values():
        for topic in active.map.topics:
            for passage in active.proved(topic):
                assert passage.text and active.text[passage.start : passage.end] == passage.text, (active.id, topic)
                assert short_hash(passage.text) == passage.check, (active.id, topic)


@both_sets
def test_leaflets_are_recognised_under_any_name(folder, ids, tmp_path):
    """Copies of all five under other names are the same five leaflets."""
    for number, file in enumerate(sorted(file for file in folder.iterdir() if file.suffix in (".md", ".txt"))):
        (tmp_path / f"scan{9 - number}{file.suffix}").write_bytes(file.read_bytes())
    assert sorted(library(tmp_path).active) == sorted(ids.values())


def test_every_map_is_approved():
    """No shipped map is a mere proposal."""
    assert [answer_map.file for answer_map in maps() if not answer_map.approved_by] == []


def test_there_is_one_map_for_each_leaflet():
    """The maps are those of the ten leaflets, each in a file of its leaflet's name."""
    assert sorted(answer_map.about.id for answer_map in maps()) == sorted([*REAL_IDS.values(), *SAMPLE_IDS.values()])
    assert all(Path(answer_map.file).stem == answer_map.about.id for answer_map in maps())


def test_maps_of_the_real_leaflets_hold_no_line_of_them():
    """A map names passages by number and hash: of a real leaflet, it has title and publisher and no other line."""
    if not REAL.is_dir():
        pytest.skip(f"the real leaflets are not here: {REAL}")
    for active in library(REAL).active.values():
        text = Path(active.map.file).read_text()
        names = (active.about.title, active.about.publisher)
        lines = [block.text for block in active.leaflet.blocks if len(block.text) > 20 and block.text not in names]
        assert [line for line in lines if line in text] == []


def test_overdue_leaflet_is_known_as_such():
    """The leaflet that was due for review in September 2023 is known to be."""
    about = next(answer_map.about for answer_map in maps() if answer_map.about.id == REAL_IDS["sth"])
    assert about.review_due is not None and about.review_due.startswith("2023-09")


# -- samples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_sample_leaflet_says_that_it_is_one(file):
    """A sample says so in its name, its publisher's name, and in words that a patient reads near the top."""
    active = library(DATA / "leaflets").active[file.stem]
    first = next(block.text for block in active.leaflet.blocks if block.kind == "paragraph")
    assert file.stem.startswith("sample-") and "Sample" in active.about.publisher.split()
    assert first.startswith("Sample leaflet.") and "not medical advice" in first


@pytest.mark.parametrize("file", [*SAMPLES, *sorted((DATA / "answers").glob("sample-*.yml")), DATA / "site.yml"], ids=lambda file: file.name)
def test_phone_numbers_are_for_drama(file):
    """No number we made up can be anybody's: all come from the ranges that Ofcom keeps for drama."""
    text = file.read_text()
    if file.parent.name == "answers":
        text = text[: text.index("fingerprint:")]
    assert [number for number in phone_numbers(re.sub(r"\d{4}-\d{2}-\d{2}", "", text)) if not DRAMA.fullmatch(number)] == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("phone 0114 496 0123.", ["01144960123"]),
        ("(01632) 960-001", ["01632960001"]),
        ("+44 114 496 0123", ["441144960123"]),
        ("call 999 or 111", []),
        ("in 2 to 3 weeks, 10 to 15 minutes", []),
    ],
)
def test_phone_numbers_are_found_however_they_are_written(text, numbers):
    """The search for numbers sees spaces, brackets, dashes and a country code."""
    assert phone_numbers(text) == numbers


# -- topics and signs ------------------------------------------------------------------------------------------------


def test_topic_ids_are_the_contracts():
    """The topics are those of the contract, no more and no less."""
    assert sorted(read_topics()) == sorted(CONTRACT["topics"])


def test_sign_ids_are_the_contracts():
    """The signs with a lowest level are those of the contract."""
    assert sorted(read_yaml(DATA / "red_flags/floor.yml")["least"]) == sorted(CONTRACT["signs"])


def test_every_sign_has_its_file():
    """Each sign of floor.yml has a file of its name in signs/, and each file there belongs to one."""
    signs = {file.stem: read_yaml(file)["id"] for file in (DATA / "red_flags/signs").glob("*.yml")}
    assert signs == {sign: sign for sign in CONTRACT["signs"]}


def test_every_topic_has_an_intent():
    """Each topic is an intent of domain.yml, listed once."""
    intents = read_yaml(ROOT / "domain.yml")["intents"]
    assert {topic: intents.count(topic) for topic in CONTRACT["topics"]} == dict.fromkeys(CONTRACT["topics"], 1)


def test_every_topic_has_sixty_examples():
    """Each topic has at least sixty different examples."""
    few = {topic: count for topic in CONTRACT["topics"] if (count := len(set(examples().get(topic, [])))) < 60}
    assert few == {}


def test_examples_stand_in_the_file_of_their_topics_group():
    """Topics of one group share a file named after it."""
    topics = read_topics()
    for group in {topic.group for topic in topics.values()}:
        intents = {entry.get("intent") for entry in read_yaml(DATA / "nlu" / f"{group}.yml")["nlu"]}
        assert {id_ for id_, topic in topics.items() if topic.group == group} <= intents, group


def test_every_topic_has_a_title_of_its_own():
    """A title is a short phrase that tells its topic from every other."""
    titles = [topic.title for topic in read_topics().values()]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not 3 <= len(title) <= 45 or title != title.strip()] == []


def test_outside_the_leaflets_there_are_four_hundred_examples():
    """At least four hundred messages teach what no leaflet answers."""
    assert len(set(examples()["out_of_scope"])) >= 400


def test_no_rule_is_meant_for_the_start_of_a_conversation():
    """The conversation store reads only the last turns: to such a rule, every turn would look like the first."""
    for file in sorted((DATA / "rules").glob("*.yml")):
        assert [rule["rule"] for rule in read_yaml(file)["rules"] if "conversation_start" in rule] == [], file.name
