"""Answer maps are read strictly: every mistake is an error that names the file and the line."""
from pathlib import Path

import pytest

from bot.leaflets.answer_map import AnswerMap, Place, read_answer_map
from bot.leaflets.errors import MapError

GOOD = """\
leaflet: north
title: "Tea in the north"
publisher: "The tea room"
version: "2"
issued: "2021-09"
review_due: 2023-09-01
regions: [front]
contact: null
fingerprint: abc
sentences: >-
  111111 222222
  333333
approved:
  by: "Nora"
  date: "2026-01-01"
topics:
  tea:
    says: one_pound
    caution: 2
    passages:
      - {section: 1, heading: "aaaa", sentences: "2-3", check: "0123abcd"}
      - {section: 4, heading: "bbbb", sentences: "1", check: "89abcdef"}
  milk:
    says: cold
    caution: 0
    passages:
      - {section: 1, heading: "aaaa", sentences: 4, check: "01234567"}
"""


def read(folder: Path, text: str) -> AnswerMap:
    file = folder / "north.yml"
    file.write_text(text)
    return read_answer_map(file, ["tea", "milk"], ["front", "back"])


def test_map_is_read(tmp_path):
    """Everything a map says about its leaflet arrives, dates as text."""
    answer_map = read(tmp_path, GOOD)
    about = answer_map.about
    assert (about.id, about.title, about.publisher, about.version) == ("north", "Tea in the north", "The tea room", "2")
    assert (about.issued, about.review_due, about.regions, about.contact) == ("2021-09", "2023-09-01", ("front",), None)
    assert (answer_map.fingerprint, answer_map.sentence_hashes) == ("abc", {"111111", "222222", "333333"})


def test_places_are_read(tmp_path):
    """A passage is a section with its heading's hash, first and last sentence, the checksum and the line it stands in."""
    topics = read(tmp_path, GOOD).topics
    assert topics["tea"].places == (Place(1, "aaaa", 2, 3, "0123abcd", 21), Place(4, "bbbb", 1, 1, "89abcdef", 22))
    assert topics["milk"].places == (Place(1, "aaaa", 4, 4, "01234567", 27),)
    assert (topics["tea"].says, topics["tea"].caution) == ("one_pound", 2)


def test_approval_is_read(tmp_path):
    """A map says who approved it and when."""
    answer_map = read(tmp_path, GOOD)
    assert (answer_map.approved_by, answer_map.approved_on) == ("Nora", "2026-01-01")


@pytest.mark.parametrize("proposal", ["", "approved: null\n"])
def test_map_without_approval_is_a_proposal(tmp_path, proposal):
    """Without `approved`, or with nothing in it, nobody has approved the map."""
    text = GOOD.replace('approved:\n  by: "Nora"\n  date: "2026-01-01"\n', proposal)
    assert read(tmp_path, text).approved_by is None


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("  milk:", "  beer:", 23, "unknown topic 'beer'"),
        ("  milk:", "  tea:", 23, "'tea' stands here a second time (first in line 17)"),
        ("title:", "titel:", 2, "unknown key 'titel'"),
        ("fingerprint: abc\n", "", 1, "lacks the key 'fingerprint'"),
        ("    says: cold\n", "", 24, "lacks the key 'says'"),
        ("    says: cold", "    says: cold\n    tells: cold", 25, "unknown key 'tells'"),
        ("caution: 2", "caution: 4", 19, "expected 0, 1, 2 or 3"),
        ("caution: 2", "caution: high", 19, "'high'"),
        ("regions: [front]", "regions: [cellar]", 7, "unknown region 'cellar'"),
        ('issued: "2021-09"', 'issued: "September 2021"', 5, "'September 2021'"),
        ('issued: "2021-09"', 'issued: "2021-13"', 5, "'2021-13'"),
        ("review_due: 2023-09-01", 'review_due: "2023-09-32"', 6, "'2023-09-32'"),
        ('sentences: "2-3"', 'sentences: "3-2"', 21, "'3-2'"),
        ('sentences: "2-3"', 'sentences: "0-2"', 21, "'0-2'"),
        ('sentences: "2-3"', 'sentences: "two"', 21, "'two'"),
        ("section: 4", "section: four", 22, "'four'"),
        ('check: "0123abcd"', 'check: "0123abc"', 21, "eight hexadecimal digits"),
        ('check: "0123abcd"', 'check: "0123ABCD"', 21, "eight hexadecimal digits"),
        (', check: "0123abcd"', "", 21, "lacks the key 'check'"),
        ('{section: 4, heading: "bbbb", sentences: "1"', '{section: 1, heading: "aaaa", sentences: "2-3"', 21, "the same passage twice"),
        ('  date: "2026-01-01"\n', "", 14, "lacks the key 'date'"),
        ('  by: "Nora"', '  who: "Nora"', 14, "unknown key 'who'"),
        ("topics:\n", "topics: [\n", None, "not valid YAML"),
    ],
)
def test_mistake_names_file_and_line(tmp_path, old, new, line, told):
    """A mistake is refused with the file, the line, what was found and what was expected."""
    assert old in GOOD
    with pytest.raises(MapError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert told in str(caught.value)
    where = f"{tmp_path / 'north.yml'}:{line}: " if line else f"{tmp_path / 'north.yml'}:"
    assert str(caught.value).startswith(where)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (GOOD[GOOD.index("    passages:\n      - {section: 1, heading: \"aaaa\", sentences: 4") :], "    passages: []\n"),
        (GOOD[GOOD.index("topics:") :], "topics: [tea, milk]\n"),
        (GOOD[GOOD.index("approved:") : GOOD.index("topics:")], "approved: yes\n"),
        (GOOD, ""),
        (GOOD, "- tea\n"),
    ],
    ids=["topic without passages", "topics as list", "approved without a name", "empty file", "file with a list"],
)
def test_wrong_shape_is_refused_with_the_files_name(tmp_path, old, new):
    """A file of another shape is refused as well, never half read."""
    assert old in GOOD
    with pytest.raises(MapError, match=r"north\.yml"):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_missing_file_is_refused(tmp_path):
    """A map that can't be opened is refused with its name."""
    with pytest.raises(MapError, match=r"none\.yml"):
        read_answer_map(tmp_path / "none.yml", [], [])
