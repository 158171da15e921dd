"""A change of leaflets, maps or signatures is taken over while the assistant runs; a slip while saving silences nothing."""
import time

import pytest

from bot.answers.live import LiveDesk, Shelf
from bot.leaflets.reading import read_leaflet
from bot.staff.leaflets.signing import Signer
from tests.little_library import chosen, write_little_map

TEA = "# Tea\n\nTea costs one pound. It comes with milk. It is hot.\n"
CAKE = "# Cake\n\nThere is plum cake. There is no cream. It is baked on Mondays.\n"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A leaflet in use and a desk that looks often; the desk is simply the library."""
    monkeypatch.setenv("ANSWERS", str(tmp_path / "answers"))
    (tmp_path / "leaflets").mkdir()
    (tmp_path / "answers").mkdir()
    add(tmp_path, "north", TEA)
    live = LiveDesk(Shelf(tmp_path / "leaflets", ["tea", "cake"], []), lambda library: library, every=0.05)
    yield tmp_path, live
    live.close()


def add(folder, name, text, topic="tea"):
    (folder / "leaflets" / f"{name}.md").write_text(text)
    write_little_map(folder / "answers" / f"{name}.yml", read_leaflet(folder / "leaflets" / f"{name}.md"), name, {topic: chosen(1, 1, 1)})


def becomes(live, wanted, seconds=5.0):
    """The active leaflets become `wanted` within five seconds."""
    until = time.monotonic() + seconds
    while sorted(live.desk.active) != wanted:
        assert time.monotonic() < until, f"still {sorted(live.desk.active)}"
        time.sleep(0.02)


def stays(live, wanted, seconds=0.6):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert sorted(live.desk.active) == wanted
        time.sleep(0.02)


def test_an_approved_leaflet_is_taken_over(house):
    """A new file with its map is quoted without a new start."""
    folder, live = house
    assert sorted(live.desk.active) == ["north"]
    add(folder, "south", CAKE, "cake")
    becomes(live, ["north", "south"])


def test_a_withdrawn_leaflet_stops(house):
    """The signature alone is enough."""
    folder, live = house
    assert sorted(live.desk.active) == ["north"]
    Signer(folder / "leaflets").withdraw("north", "Sam Lee", "nurse", "")
    becomes(live, [])


@pytest.mark.parametrize("broken", ["answers/north.yml", "leaflets/north.md"])
def test_a_broken_file_keeps_the_approved_copy_and_tells_staff(house, caplog, broken):
    """Half a map or an empty leaflet: what was approved and read before is still quoted, and the log says so."""
    folder, live = house
    assert sorted(live.desk.active) == ["north"]
    (folder / broken).write_text("leaflet: north\ntitle: [" if broken.endswith("yml") else "")
    stays(live, ["north"])
    assert live.desk.active["north"].proved("tea")[0].text == "Tea costs one pound."
    assert "is still quoted" in caplog.text


def test_a_withdrawn_leaflet_stops_even_if_its_file_is_broken(house):
    """Withdrawn is stronger than kept."""
    folder, live = house
    assert sorted(live.desk.active) == ["north"]
    (folder / "leaflets/north.md").write_text("")
    Signer(folder / "leaflets").withdraw("north", "Sam Lee", "nurse", "")
    becomes(live, [])


def test_a_broken_file_does_not_hold_up_another_leaflet(house):
    """One hospital file in two states at once."""
    folder, live = house
    assert sorted(live.desk.active) == ["north"]
    (folder / "answers/north.yml").write_text("[")
    add(folder, "south", CAKE, "cake")
    becomes(live, ["north", "south"])


def test_a_removed_file_is_no_longer_quoted(house):
    """Taking the file away takes the leaflet away."""
    folder, live = house
    assert sorted(live.desk.active) == ["north"]
    (folder / "leaflets/north.md").unlink()
    becomes(live, [])


def test_a_desk_once_taken_does_not_change(house):
    """A turn goes on with the desk it began with."""
    folder, live = house
    desk = live.desk
    (folder / "leaflets/north.md").unlink()
    becomes(live, [])
    assert sorted(desk.active) == ["north"]


def test_a_desk_that_can_t_be_made_leaves_the_old_one(tmp_path, monkeypatch, caplog):
    """Whatever fails while a change is taken over, the old desk answers on."""
    monkeypatch.setenv("ANSWERS", str(tmp_path / "answers"))
    for name in ("leaflets", "answers"):
        (tmp_path / name).mkdir()
    add(tmp_path, "north", TEA)
    made = []

    def make(library):
        made.append(library)
        if len(made) > 1:
            raise RuntimeError("no desk")
        return library

    live = LiveDesk(Shelf(tmp_path / "leaflets", ["tea", "cake"], []), make, every=0.05)
    assert sorted(live.desk.active) == ["north"]
    add(tmp_path, "south", CAKE, "cake")
    stays(live, ["north"])
    live.close()
    assert len(made) > 1 and "can't be taken over" in caplog.text
