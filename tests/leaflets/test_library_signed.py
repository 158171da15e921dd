"""Signatures decide what is quoted: withdrawn stops, a map changed after signing stops, the hospital's own maps outrank what ships."""
import pytest

from bot.leaflets.library import load_library
from bot.leaflets.reading import read_leaflet
from bot.leaflets.trail import file_digest
from bot.staff.leaflets.signing import Signer
from tests.little_library import chosen, write_little_map

TEA = "# Tea\n\nTea costs one pound. It comes with milk. It is hot.\n"
NEWER = "# Tea\n\nTea costs two pounds. It comes with milk. It is hot.\n"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """One leaflet with an approved map in the hospital's own folder."""
    monkeypatch.setenv("ANSWERS", str(tmp_path / "own"))
    for name in ("leaflets", "own", "shipped"):
        (tmp_path / name).mkdir()
    (tmp_path / "leaflets/north.md").write_text(TEA)
    write_little_map(tmp_path / "own/north.yml", read_leaflet(tmp_path / "leaflets/north.md"), "north", {"tea": chosen(1, 1, 1)})
    return tmp_path


def load(house):
    return load_library(house / "leaflets", [house / "own", house / "shipped"], ["tea", "milk"], [])


def sign(house, map_hash=None):
    """Sign the map as it stands, or another hash."""
    signer = Signer(house / "leaflets")
    text = (house / "own/north.yml").read_text()
    signer._sign("north", "approved", "Nina Ward", "nurse", signer._now(), "1", "", map_hash or text, {}, "")


def test_a_signed_map_is_quoted(house):
    """The map is as it was signed."""
    sign(house)
    assert (list(load(house).active), load(house).problems) == (["north"], [])


def test_a_map_changed_after_it_was_signed_is_not_quoted(house):
    """One changed letter is enough; staff are told which file."""
    sign(house)
    (house / "own/north.yml").write_text((house / "own/north.yml").read_text().replace("The north", "The North"))
    library = load(house)
    assert list(library.active) == []
    assert "changed after it was signed" in library.problems[0]


def test_a_withdrawn_leaflet_is_not_quoted_and_says_who_withdrew_it(house):
    """The last signature counts."""
    sign(house)
    Signer(house / "leaflets").withdraw("north", "Sam Lee", "radiographer", "dose was wrong")
    library = load(house)
    assert (list(library.active), library.withdrawn) == ([], {"north"})
    assert "withdrawn by Sam Lee" in library.problems[0]


def test_a_leaflet_that_only_ships_can_be_withdrawn_too(house):
    """The hospital's own signature stops a map that it never wrote."""
    (house / "own/north.yml").rename(house / "shipped/north.yml")
    assert list(load(house).active) == ["north"]
    Signer(house / "leaflets").withdraw("north", "Sam Lee", "radiographer", "")
    assert list(load(house).active) == []


def test_a_trail_changed_by_hand_stops_the_leaflet(house):
    """Better no quote than one nobody can answer for."""
    sign(house)
    trail = house / "own/signed/north.yml"
    trail.write_text(trail.read_text().replace("Nina Ward", "Nobody"))
    library = load(house)
    assert list(library.active) == []
    assert "can't be trusted" in library.problems[0]


def test_the_hospital_s_own_map_outranks_the_one_that_ships(house):
    """The same leaflet in both folders: the first folder's map is used."""
    write_little_map(house / "shipped/north.yml", read_leaflet(house / "leaflets/north.md"), "north", {"milk": chosen(1, 2, 2)})
    assert load(house).topics == {"tea"}


def test_a_broken_own_map_is_not_replaced_by_the_one_that_ships(house):
    """The hospital changed it for a reason: nothing is quoted until it is mended."""
    write_little_map(house / "shipped/north.yml", read_leaflet(house / "leaflets/north.md"), "north", {"milk": chosen(1, 2, 2)})
    (house / "own/north.yml").write_text("leaflet: north\ntitle: [")
    library = load(house)
    assert list(library.active) == []
    assert library.broken == {str(house / "own/north.yml")}


def test_the_very_words_outrank_an_older_copy(house):
    """Beside an older version that shares most sentences, the file with the map's own words is used, whatever it is called."""
    (house / "leaflets/a-older.md").write_text(NEWER)
    library = load(house)
    assert library.active["north"].leaflet.file == "north.md"


def test_a_file_s_hash_is_what_the_map_knows_itself_by(house):
    """So that signature and map speak of the same thing."""
    assert load(house).active["north"].map.digest == file_digest(house / "own/north.yml")
