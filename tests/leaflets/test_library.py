"""The library: which files are matched with which map, what may be quoted, and what staff are told of the rest."""
from pathlib import Path

import pytest

from bot.leaflets.library import Library, load_library
from bot.leaflets.passage import ProofError
from bot.leaflets.reading import read_leaflet
from bot.staff.map_writer import ChosenTopic
from tests.little_library import chosen, write_little_map

TEA = "# Tea\n\nTea costs one pound. It comes with milk.\n\n# Care\n\nThe water is hot. Hold scalds under cold water.\n"
CAKE = "# Cake\n\nThere is plum cake. There is no cream. It is baked on Mondays.\n"
TOPICS = {"tea": chosen(1, 1, 1), "milk": chosen(1, 2, 2), "scalds": chosen(2, 2, 2)}


def house(folder: Path, **leaflets: str) -> None:
    """Folders for leaflets and maps; each of `leaflets` is written as a Markdown file."""
    (folder / "leaflets").mkdir()
    (folder / "maps").mkdir()
    for name, text in leaflets.items():
        (folder / "leaflets" / f"{name}.md").write_text(text)


def map_for(folder: Path, name: str, topics: dict[str, ChosenTopic], approved: bool = True, file: str = "") -> None:
    """A map for the leaflet file `name`, whose id is the same."""
    leaflet = read_leaflet(folder / "leaflets" / f"{name}.md")
    write_little_map(folder / "maps" / f"{file or name}.yml", leaflet, name, topics, approved)


def load(folder: Path) -> Library:
    return load_library(folder / "leaflets", folder / "maps", ["tea", "milk", "cake", "scalds"], [])


def test_leaflet_with_an_approved_map_is_quoted(tmp_path):
    """A leaflet with its map is active, and each mapped topic has its exact words."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    library = load(tmp_path)
    assert library.problems == []
    assert [library.active["north"].proved(topic)[0].text for topic in TOPICS] == [
        "Tea costs one pound.", "It comes with milk.", "Hold scalds under cold water.",
    ]  # fmt: skip


def test_topics_of_all_active_leaflets_are_known(tmp_path):
    """The library knows which topics any active leaflet speaks on, and which leaflets speak on one."""
    house(tmp_path, north=TEA, south=CAKE)
    map_for(tmp_path, "north", TOPICS)
    map_for(tmp_path, "south", {"cake": chosen(1, 1, 1), "milk": chosen(1, 2, 2)})
    library = load(tmp_path)
    assert library.topics == {"tea", "milk", "scalds", "cake"}
    assert [[leaflet.id for leaflet in library.speaking_on(topic)] for topic in ("milk", "cake", "beer")] == [["north", "south"], ["south"], []]


def test_copy_under_another_name_and_layout_is_recognised(tmp_path):
    """A copy as wrapped plain text under another name is known by its words."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets/north.md").unlink()
    (tmp_path / "leaflets/scan 7 (copy).txt").write_text(
        "Tea\n\nTea costs one\npound. It comes with\nmilk.\n\nCare\n\nThe water is hot. Hold scalds\nunder cold water.\n"
    )
    library = load(tmp_path)
    assert library.problems == []
    assert library.active["north"].proved("scalds")[0].text == "Hold scalds under cold water."


def test_copy_with_other_punctuation_is_recognised_but_not_quoted(tmp_path):
    """A copy with the same words, but other punctuation in each sentence, is known by its words; no passage passes its proof."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets/north.md").write_text(TEA.replace(".", "!"))
    library = load(tmp_path)
    assert (list(library.active), library.topics, len(library.problems)) == (["north"], set(), 3)


def test_other_leaflet_under_the_known_name_is_not_taken_for_it(tmp_path):
    """Other words in a file of the known name are another leaflet, which is not quoted."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets/north.md").write_text(CAKE)
    library = load(tmp_path)
    assert library.active == {}
    assert library.problems == ["north.md: no answer map belongs to this leaflet, so it is not quoted to patients"]


def test_changed_leaflet_is_quoted_where_it_is_unchanged(tmp_path):
    """A leaflet with one changed sentence is recognised; the topic of that sentence is not quoted, and staff are told which."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets/north.md").write_text(TEA.replace("one pound", "two pounds"))
    library = load(tmp_path)
    assert set(library.active["north"].passages) == {"milk", "scalds"}
    assert len(library.problems) == 1
    assert "north.md: 'tea' is not quoted" in library.problems[0] and "checksum" in library.problems[0]


def test_topic_is_not_half_quoted(tmp_path):
    """A topic with two passages of which one has changed is not quoted at all: the other half may be the exception."""
    house(tmp_path, north=TEA)
    both = ChosenTopic("price_with_milk", 0, (*chosen(1, 1, 1).passages, *chosen(1, 2, 2).passages))
    map_for(tmp_path, "north", {"tea": both, "scalds": chosen(2, 2, 2)})
    (tmp_path / "leaflets/north.md").write_text(TEA.replace("with milk", "without milk"))
    assert set(load(tmp_path).active["north"].passages) == {"scalds"}


def test_leaflet_with_an_unapproved_map_is_never_quoted(tmp_path):
    """A map that nobody approved makes nothing active, and staff are told that approval is what lacks."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS, approved=False)
    library = load(tmp_path)
    assert library.active == {}
    assert len(library.problems) == 1 and "is not approved" in library.problems[0]


@pytest.mark.parametrize("name,content", [("a.txt", b""), ("a.txt", bytes(range(256))), ("a.pdf", b"%PDF-1.4 nothing"), ("a.docx", b"PK\x03\x04")])
def test_broken_file_does_not_stop_the_others(tmp_path, name, content):
    """A file that can't be read is reported by name; the leaflet behind it is still active."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets" / name).write_bytes(content)
    library = load(tmp_path)
    assert list(library.active) == ["north"]
    assert len(library.problems) == 1 and name in library.problems[0]


def test_broken_map_does_not_stop_the_others(tmp_path):
    """A map with a mistake is reported with its line; the other leaflet is still active."""
    house(tmp_path, north=TEA, south=CAKE)
    map_for(tmp_path, "north", TOPICS)
    map_for(tmp_path, "south", {"cake": chosen(1, 1, 1)})
    broken = tmp_path / "maps/north.yml"
    broken.write_text(broken.read_text().replace("  milk:", "  beer:"))
    library = load(tmp_path)
    assert list(library.active) == ["south"]
    assert any("unknown topic 'beer'" in problem and f"{broken}:" in problem for problem in library.problems)


def test_second_copy_is_reported_and_left_out(tmp_path):
    """Of two copies of one leaflet the first by name is used; staff are told of the second."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets/second.md").write_text(TEA)
    library = load(tmp_path)
    assert library.active["north"].leaflet.file == "north.md"
    assert library.problems == ["second.md: a second copy of 'north'; only the first is used"]


def test_exact_map_wins_over_a_similar_one(tmp_path):
    """Where two editions share most sentences, each is matched with the map made for its very words."""
    newer = TEA.replace("one pound", "two pounds")
    house(tmp_path, newer=newer, older=TEA)
    map_for(tmp_path, "newer", TOPICS, file="b")
    map_for(tmp_path, "older", TOPICS, file="a")
    library = load(tmp_path)
    assert library.problems == []
    assert library.active["newer"].proved("tea")[0].text == "Tea costs two pounds."


def test_other_files_in_the_folder_are_passed_over(tmp_path):
    """A picture, a note or a folder beside the leaflets is no problem."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    (tmp_path / "leaflets/logo.png").write_bytes(b"\x89PNG")
    (tmp_path / "leaflets/old.md").mkdir()
    library = load(tmp_path)
    assert (list(library.active), library.problems) == (["north"], [])


def test_passage_is_proved_again_before_it_is_shown(tmp_path):
    """A text that changed in memory after loading is not quoted."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    active = load(tmp_path).active["north"]
    active.leaflet.__dict__["text"] = active.leaflet.text.replace("one pound", "two pounds")
    with pytest.raises(ProofError):
        active.proved("tea")


def test_silent_topic_has_no_passages(tmp_path):
    """A topic that the leaflet's map does not name has no passages."""
    house(tmp_path, north=TEA)
    map_for(tmp_path, "north", TOPICS)
    assert load(tmp_path).active["north"].proved("cake") == ()
