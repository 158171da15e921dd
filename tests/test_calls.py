"""Scripted calls (tests/calls/) against the running assistant: each through TwiML with signed requests, VoiceXML and the JSON voice API."""
from pathlib import Path

import pytest
import yaml

from tests.approved import Approved
from tests.front_ends import FRONT_ENDS
from tests.phone_house import LINES, PhoneHouse

pytestmark = pytest.mark.server

FOLDER = Path(__file__).parent / "calls"
DOES = ("start", "says", "presses", "silence", "no_match", "transfer_fails", "hangs_up", "again", "says_much")
EXPECTS = ("hears", "not_hears", "quotes", "next", "transfer", "heard_out", "twice", "as", "same_as", "rate")
CALLS = [call for file in sorted(FOLDER.glob("*.yml")) for call in yaml.safe_load(file.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The assistant with a public address, a secret shared with the provider, and two lines."""
    house = PhoneHouse(tmp_path_factory.mktemp("var"))
    try:
        house.wait_until_ready()
        yield house
        assert house.interrupt() == 0
    finally:
        house.close()


@pytest.fixture(scope="module")
def approved(house):
    """What may be said."""
    return Approved(None, house.phone_book)


def cases():
    """Every script through every front-end that can play it."""
    for call in CALLS:
        for front_end in FRONT_ENDS:
            if front_end.name in call.get("only", [each.name for each in FRONT_ENDS]):
                yield pytest.param(call, front_end, id=f"{front_end.name}: {call['call']}")


def test_the_scripts_are_readable_and_enough():
    """At least 40, each with its own name, with nothing in them that would be passed over."""
    assert len({call["call"] for call in CALLS}) == len(CALLS) >= 40
    for call in CALLS:
        assert set(call) <= {"call", "line", "only", "turns"}, call["call"]
        for turn in call["turns"]:
            assert len(set(turn) & set(DOES)) == 1 and set(turn) <= {*DOES, *EXPECTS}, (call["call"], turn)


@pytest.mark.parametrize("call, front_end", cases())
def test_call(call, front_end, house, approved):
    """Every turn as scripted, every document valid, every sentence a leaflet's or approved."""
    line, kept = front_end(house, call.get("line", LINES[0])), {}
    for turn in call["turns"]:
        does = next(key for key in DOES if key in turn)
        heard = play(line, does, turn[does])
        where = f"{call['call']}: {turn}"
        if heard is not None:
            check(turn, heard, kept, where)
            unknown = [sentence for sentence, _ in heard.said if approved.source_of(sentence) is None]
            assert not unknown, f"{where}: nobody approved {unknown}"
            if "quotes" in turn:
                sources = [approved.source_of(sentence) for sentence, _ in heard.said]
                assert ("leaflet" in sources) == turn["quotes"], f"{where}: {heard.text}"


def play(line, does, value):
    """One thing that the caller does."""
    if does == "again":
        return line.again()
    if does == "says_much":
        return line.do("says", f"{value} " * (10_000 // len(value)))
    return line.do(does, value)


def check(turn, heard, kept, where):
    """What is heard against what was expected."""
    for words in turn.get("hears", ()):
        assert words in heard.text, f"{where}: '{words}' was not said, but: {heard.text}"
    for words in turn.get("not_hears", ()):
        assert words not in heard.text, f"{where}: '{words}' was said: {heard.text}"
    for words in turn.get("heard_out", ()):
        assert any(words in sentence for sentence, interruptible in heard.said if not interruptible), f"{where}: '{words}' could be talked over or was not said: {heard.said}"
    for words in turn.get("twice", ()):
        assert heard.text.count(words) == 2, f"{where}: '{words}' was said {heard.text.count(words)} times"
    for name in ("next", "transfer", "rate"):
        assert name not in turn or getattr(heard, name) == turn[name], f"{where}: {name} was {getattr(heard, name)}: {heard.text}"
    if "same_as" in turn:
        assert heard.text == kept[turn["same_as"]].text and (("again" not in turn) or heard.document == kept[turn["same_as"]].document), where
    if "as" in turn:
        kept[turn["as"]] = heard
