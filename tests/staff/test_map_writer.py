"""The map writer: what it writes is what the reader reads, and what staff chose is what is quoted."""
from pathlib import Path

import pytest

from bot.leaflets.answer_map import AnswerMap, read_answer_map
from bot.leaflets.leaflet import About, Leaflet
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.leaflets.passage import find_passage
from bot.staff.map_writer import Chosen, ChosenTopic, map_text, write_map

TEXT = "# Tea\n\nTea costs one pound. It comes with milk.\n\n## Bring\n\n- a cup\n- a saucer\n"
ABOUT = About("north", 'Tea at "Nora\'s"', "The tea room: north", "2.0", "2021-09", "2023-09-01", ("front", "back"), "01632 960001", "free")
APPROVED = {"by": "Nora (manager)", "date": "2026-01-01"}


def leaflet(text: str = TEXT) -> Leaflet:
    return Leaflet("north.md", tuple(blocks_from_markdown(text)[0]))


def written(folder: Path, topics: dict[str, ChosenTopic], about: About = ABOUT, approved=APPROVED) -> AnswerMap:
    file = folder / "north.yml"
    write_map(file, leaflet(), about, topics, approved)
    return read_answer_map(file, ["tea", "cups"], ["front", "back"])


def one(section: int, first: int, last: int) -> ChosenTopic:
    return ChosenTopic("something", 1, (Chosen(section, first, last),))


def test_what_is_written_is_what_is_read(tmp_path):
    """Everything about the leaflet comes back, quotation marks and colons included."""
    answer_map = written(tmp_path, {"tea": one(1, 1, 1)})
    assert answer_map.about == ABOUT
    assert (answer_map.fingerprint, answer_map.sentence_hashes) == (leaflet().fingerprint, set(leaflet().sentence_hashes))
    assert (answer_map.approved_by, answer_map.approved_on) == ("Nora (manager)", "2026-01-01")


@pytest.mark.parametrize(
    "title",
    ["C:\\Tea\\new", 'a "cup\\"', "ends in \\", "{tea}: [milk] # no", "no", "line\u2028end\x85", "\ufeff\x7f\x00", "🫖", "null", "  ", "%tea", "- tea"],
)
def test_whatever_is_in_a_title_comes_back(tmp_path, title):
    """Backslashes, quotation marks, and signs that end a line in YAML but not in JSON."""
    about = About("north", title, title, title)
    read = written(tmp_path, {"tea": one(1, 1, 1)}, about, {"by": title, "date": "2026-01-01"})
    assert (read.about, read.approved_by) == (about, title)


def test_unknown_things_come_back_unknown(tmp_path):
    """What is not known of a leaflet is not made up on the way."""
    about = About("north", "Tea")
    assert written(tmp_path, {"tea": one(1, 1, 1)}, about).about == about


def test_proposal_is_not_approved(tmp_path):
    """A map written without approval reads as a proposal."""
    assert written(tmp_path, {"tea": one(1, 1, 1)}, approved=None).approved_by is None


@pytest.mark.parametrize(
    ("section", "first", "last", "words"),
    [(1, 1, 1, "Tea costs one pound."), (1, 1, 2, "Tea costs one pound. It comes with milk."), (2, 1, 2, "- a cup\n- a saucer"), (2, 2, 2, "a saucer")],
)
def test_what_was_chosen_is_what_is_quoted(tmp_path, section, first, last, words):
    """The place that is written leads back to the chosen words, and its checksum holds."""
    entry = written(tmp_path, {"tea": one(section, first, last)}).topics["tea"]
    assert [find_passage(leaflet(), "north", "tea", place).text for place in entry.places] == [words]
    assert (entry.says, entry.caution) == ("something", 1)


def test_several_topics_and_passages_keep_their_order(tmp_path):
    """Topics and passages stand in the map as they were chosen."""
    topics = {"cups": ChosenTopic("bring_cups", 0, (Chosen(2, 1, 1), Chosen(1, 2, 2))), "tea": one(1, 1, 1)}
    answer_map = written(tmp_path, topics)
    assert list(answer_map.topics) == ["cups", "tea"]
    assert [(place.section, place.first) for place in answer_map.topics["cups"].places] == [(2, 1), (1, 2)]


def test_map_holds_no_word_of_the_leaflet():
    """A map names passages by number and hash: neither sentence nor heading stands in it."""
    text = map_text(leaflet(), About("north", "A title"), {"tea": one(1, 1, 2), "cups": one(2, 1, 2)}, APPROVED)
    assert [word for word in ("pound", "milk", "saucer", "Bring") if word in text] == []


@pytest.mark.parametrize("place", [(1, 1, 3), (2, 3, 3), (3, 1, 1)])
def test_sentence_that_is_not_there_is_refused(place):
    """A section or sentence beyond the leaflet's last is refused while the map is written."""
    with pytest.raises(IndexError):
        map_text(leaflet(), ABOUT, {"tea": one(*place)}, APPROVED)
