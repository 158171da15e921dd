"""bot/serve.py: what keeps the assistant from starting is told in one sentence, and nothing is left running."""
import signal
import socket
import time
from pathlib import Path

import pytest

from bot.serve import ROOT, LeafletCheck, Refusal, Settings
from tests.house import House


@pytest.fixture
def start(tmp_path):
    """A function that starts the assistant with settings; what is left of it is ended after the test."""
    houses = []

    def started(**settings):
        var = tmp_path / f"var{len(houses)}"
        var.mkdir()
        houses.append(House(var, **settings))
        return houses[-1]

    yield started
    for house in houses:
        house.close()


@pytest.fixture
def refused(start):
    """A function that starts the assistant with wrong settings and returns what it says on standard error."""

    def told(**settings):
        house = start(**settings)
        assert house.process.wait(60) != 0, "it should not end with status 0"
        assert house.family() == [], "something was left running"
        return house.errors

    return told


@pytest.fixture
def taken_port():
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def one_sentence(told):
    """True for one line that is no traceback."""
    return told.startswith("serve: ") and told.count("\n") == 1 and "Traceback" not in told


def test_a_missing_leaflets_folder_is_one_sentence(refused):
    """LEAFLETS that names no folder is refused by name."""
    told = refused(LEAFLETS="/no/such/folder")
    assert one_sentence(told) and "/no/such/folder" in told


def test_a_file_as_leaflets_folder_is_one_sentence(refused):
    """LEAFLETS that names a file is refused by name."""
    told = refused(LEAFLETS=__file__)
    assert one_sentence(told) and Path(__file__).name in told


@pytest.mark.parametrize("name", ["PORT", "ACTION_PORT"])
def test_a_busy_port_is_one_sentence(refused, taken_port, name):
    """Says which port, and which setting chooses another."""
    told = refused(**{name: str(taken_port)})
    assert one_sentence(told) and str(taken_port) in told and f"{name}=" in told


@pytest.mark.parametrize("bad", ["http", "0", "65536", "-1", "5005.5", "²"])
def test_a_bad_port_is_refused(bad):
    """What is no port number is refused with what was expected."""
    with pytest.raises(Refusal, match=f"PORT has the value '{bad}'; expected a port number"):
        Settings.from_environment({"PORT": bad})


def test_a_bad_port_is_one_sentence(refused):
    """Told as a sentence, not as a traceback."""
    assert one_sentence(refused(PORT="http"))


def test_one_port_for_both_is_refused():
    """Rasa and action server each need their own."""
    with pytest.raises(Refusal, match="each needs a port of its own"):
        Settings.from_environment({"PORT": "5300", "ACTION_PORT": "5300"})


@pytest.mark.parametrize(("name", "value"), [("WEB_HOURS", "3"), ("WEB_ORIGINS", "*"), ("WEB_PROXIES", "many")])
def test_a_wrong_setting_of_the_web_chat_is_one_sentence(refused, name, value):
    """By name, before anything is started."""
    told = refused(**{name: value})
    assert one_sentence(told) and name in told and value in told


def test_a_folder_without_leaflets_is_one_sentence(refused, tmp_path):
    """An empty folder can't be quoted from."""
    told = refused(LEAFLETS=str(tmp_path))
    assert one_sentence(told) and "can be quoted" in told


def test_a_folder_without_usable_leaflet_is_one_sentence(refused, tmp_path):
    """A text without an approved map is named, and then refused."""
    (tmp_path / "unknown.txt").write_text("A leaflet\n\nNobody has approved any map for these words.\n", encoding="utf-8")
    told = refused(LEAFLETS=str(tmp_path))
    assert one_sentence(told) and "can be quoted" in told


def test_a_broken_leaflet_is_named(start, tmp_path):
    """Staff read which file is not used and why."""
    (tmp_path / "unknown.txt").write_text("A leaflet\n\nNobody has approved any map for these words.\n", encoding="utf-8")
    house = start(LEAFLETS=str(tmp_path))
    house.process.wait(60)
    assert "Attention: " in house.output and "unknown.txt" in house.output


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_in_the_middle_of_starting_leaves_nothing(start, how):
    """Ctrl-C, a terminal closed and a service manager's stop each end all of it, also before it is ready."""
    house = start()
    house.wait_until("on its way", lambda: "Leaflets: " in house.output and len(house.family()) > 1, 60)
    house.interrupt(how)
    assert house.family() == []


def test_an_impatient_second_interrupt_leaves_nothing(start):
    """Ctrl-C pressed twice ends it as orderly as once."""
    house = start()
    house.wait_until("on its way", lambda: "Leaflets: " in house.output and len(house.family()) > 1, 60)
    house.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    if house.process.poll() is None:
        house.process.send_signal(signal.SIGINT)
    house.process.wait(30)
    assert house.family() == []


def test_the_check_of_the_leaflets_may_be_asked_twice():
    """Before a training and after it."""
    check = LeafletCheck(ROOT / "data" / "leaflets")
    check.result()
    check.result()
