"""The strict reader of the warning-sign files, and the rules for levels."""
import re

import pytest

from bot.catalogue import read_topics
from bot.safety.signs import FOLDER, read_sign_book
from bot.yaml_file import YamlError, read_yaml
from tests.safety.shipped import shipped_book, shipped_rules
from tests.safety.small_world import FLOOR, HOT, LEG, small_book, write, write_signs


def test_complete_files_are_read(tmp_path):
    """Files without a mistake give every sign with its patterns, examples and level."""
    book = small_book(tmp_path)
    assert list(book.signs) == ["hot", "leg", "sore"]
    assert book.signs["leg"].fires == ("my leg is numb",)
    assert book.signs["leg"].expected.hours == 5


@pytest.mark.parametrize("key", ["id", "least", "title", "source", "patterns", "fires", "near_misses"])
def test_missing_key_is_refused(tmp_path, key):
    """A sign without one of its keys is refused by file and key."""
    with pytest.raises(YamlError, match=rf"leg\.yml.*'{key}'"):
        read_sign_book(write_signs(tmp_path, **{key: None}))


@pytest.mark.parametrize(
    "changed, reason",
    [
        ({"patern": ["x"]}, "unknown key 'patern'"),
        ({"id": "foot"}, "'id' is 'foot'; expected 'leg'"),
        ({"least": "gp"}, "'least' of 'leg' is gp, below the floor ae"),
        ({"least": "soon"}, "'least' has the value 'soon'"),
        ({"least": "none"}, "'least' has the value 'none'"),
        ({"least": 999}, "'least' has the value 999"),
        ({"patterns": []}, "'patterns' of 'leg' should be a list"),
        ({"patterns": "leg numb"}, "'patterns' of 'leg' should be a list"),
        ({"fires": []}, "'fires' of 'leg' should be a list"),
        ({"near_misses": "can my leg go numb"}, "'near_misses' of 'leg' should be a list"),
        ({"fires": [False]}, "'fires' holds False"),
        ({"patterns": ["{limbs} numb"]}, "the word list 'limbs'"),
        ({"patterns": ["(leg numb"]}, "not closed"),
        ({"patterns": [{"words": "leg numb", "level": "soon"}]}, "'level' has the value 'soon'"),
        ({"patterns": [{"words": "(leg numb", "level": "999"}]}, "not closed"),
        ({"patterns": [{"words": "leg numb"}]}, "lacks the key 'level'"),
        ({"patterns": [{"words": "leg numb", "asked_too": "perhaps"}]}, "'asked_too' has the value 'perhaps'"),
        ({"patterns": [{"words": "leg numb", "levle": "999"}]}, "unknown key 'levle'"),
        ({"expected": {"topic": "numb_leg", "hours": 5, "patterns": []}}, "lacks the key 'unless'"),
        ({"expected": {**LEG["expected"], "unless": ["leg)"]}}, "bracket too many"),
    ],
)
def test_mistake_in_a_sign_is_refused(tmp_path, changed, reason):
    """A mistake in a sign's file is refused with the file, the line and what was expected."""
    with pytest.raises(YamlError, match=rf"leg\.yml:\d+: .*{re.escape(reason)}"):
        read_sign_book(write_signs(tmp_path, **changed))


def test_key_given_twice_is_refused(tmp_path):
    """A sign with two ids is refused with both lines."""
    write_signs(tmp_path)
    file = tmp_path / "signs" / "leg.yml"
    file.write_text(file.read_text(encoding="utf-8") + "id: leg\n", encoding="utf-8")
    with pytest.raises(YamlError, match=r"leg\.yml:\d+: 'id' stands here a second time \(first in line 1\)"):
        read_sign_book(tmp_path)


def test_sign_copied_under_another_name_is_refused(tmp_path):
    """A second file with the id of another sign is refused."""
    write(write_signs(tmp_path) / "signs" / "warm.yml", HOT)
    with pytest.raises(YamlError, match=r"warm\.yml:1: 'id' is 'hot'"):
        read_sign_book(tmp_path)


def test_missing_sign_file_is_refused(tmp_path):
    """A sign of the floor without a file is refused."""
    (write_signs(tmp_path) / "signs" / "hot.yml").unlink()
    with pytest.raises(YamlError, match="no file for hot"):
        read_sign_book(tmp_path)


def test_emptied_sign_file_is_refused(tmp_path):
    """A sign's file without content is refused."""
    write(write_signs(tmp_path) / "signs" / "hot.yml", "")
    with pytest.raises(YamlError, match=r"hot\.yml"):
        read_sign_book(tmp_path)


@pytest.mark.parametrize(
    "floor, reason",
    [
        ({"least": {**FLOOR["least"], "leg": "soon"}, "pairs": []}, "'leg' has the value 'soon'"),
        ({"least": None, "pairs": []}, "'least' should be a list of keys"),
        ({"least": FLOOR["least"]}, "lacks the key 'pairs'"),
        ({**FLOOR, "pears": []}, "unknown key 'pears'"),
        ({**FLOOR, "pairs": [{"signs": ["hot", "soar"], "level": "999"}]}, "names 'soar'"),
        ({**FLOOR, "pairs": [{"signs": ["hot", "sore"], "level": "now"}]}, "'level' has the value 'now'"),
        ({**FLOOR, "pairs": [{"signs": ["hot", "sore"]}]}, "lacks the key 'level'"),
    ],
)
def test_mistake_in_the_floor_is_refused(tmp_path, floor, reason):
    """A mistake in the floor or the pairs is refused by file and key."""
    with pytest.raises(YamlError, match=rf"floor\.yml.*{re.escape(reason)}"):
        read_sign_book(write_signs(tmp_path, floor))


@pytest.mark.parametrize(
    "content, reason",
    [
        ({"limb": []}, "'limb' should be a list of words"),
        ({"limb": "leg"}, "'limb' should be a list of words"),
        ("limb: [leg, no]\n", "'limb' holds False"),
    ],
)
def test_mistake_in_a_word_list_is_refused(tmp_path, content, reason):
    """A word list that is none is refused, and so is a word that YAML reads as a truth value."""
    write(write_signs(tmp_path) / "words" / "body.yml", content)
    with pytest.raises(YamlError, match=rf"body\.yml:1: {re.escape(reason)}"):
        read_sign_book(tmp_path)


def test_word_list_in_two_files_is_refused(tmp_path):
    """Two word lists of one name are refused."""
    write(write_signs(tmp_path) / "words" / "more.yml", {"limb": ["hand"]})
    with pytest.raises(YamlError, match=r"more\.yml:1: the word list 'limb' stands in two files"):
        read_sign_book(tmp_path)


def test_sign_beyond_the_floor_is_read(tmp_path):
    """Staff can add a sign of their own."""
    write(write_signs(tmp_path) / "signs" / "itch.yml", {**HOT, "id": "itch"})
    assert "itch" in read_sign_book(tmp_path).signs


def test_level_above_the_floor_is_kept(tmp_path):
    """A sign may be more urgent than its floor."""
    assert read_sign_book(write_signs(tmp_path, least="999")).level_of(["leg"]) == "999"


@pytest.mark.parametrize(
    "flags, extra, level",
    [([], "none", "none"), (["hot"], "none", "gp"), (["hot", "leg"], "none", "ae"), (["hot", "sore"], "none", "999"), (["sore", "hot", "leg"], "none", "999"), (["hot"], "ae", "ae")],
)
def test_highest_level_wins(tmp_path, flags, extra, level):
    """Several signs have the level of the most urgent, and a pair raises it."""
    assert small_book(tmp_path).level_of(flags, extra) == level


def test_shipped_files_are_read():
    """The product's own files hold no mistake and every sign of the floor."""
    assert set(shipped_book().signs) >= set(read_yaml(FOLDER / "floor.yml")["least"])


def test_cues_name_only_signs_that_there_are():
    """A cue that is limited to a sign names one that exists."""
    named = {sign for cue in shipped_rules().cues for sign in cue.signs | cue.but_signs}
    assert named <= set(shipped_book().signs)


def test_expected_complaints_name_only_topics_that_there_are():
    """The topic that explains an expected complaint exists."""
    assert {sign.expected.topic for sign in shipped_book().signs.values() if sign.expected} <= set(read_topics())


def test_expected_complaints_are_read_with_what_to_look_out_for():
    """The topic that explains an expected complaint brings along the topic on what to look out for."""
    look_out, topics = read_yaml(FOLDER / "advice.yml")["look_out"], read_topics()
    explained = {sign.expected.topic for sign in shipped_book().signs.values() if sign.expected}
    assert explained and [topic for topic in explained if look_out not in topics[topic].add] == []
