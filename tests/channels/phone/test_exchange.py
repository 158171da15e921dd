"""Calls between turns, and what is said when something fails."""
import asyncio
import time

import pytest

from bot.answers.site import read_site
from bot.channels.phone.book import read_phone_book
from bot.channels.phone.call import Call
from bot.channels.phone.dialogue import Dialogue, Event
from bot.channels.phone.exchange import Exchange, Notes, Request
from bot.channels.phone.hearing import Hearing, Hypothesis
from bot.channels.phone.menu import Menu
from bot.channels.phone.script import Script
from bot.channels.phone.store import CallStore
from bot.conversations.clock import Clock
from bot.language.understanding import OUT_OF_SCOPE, Understanding

ADVICE = {"level": "ae", "title": "Go to A&E now", "lines": ["Go now."]}
ALARM = {"kind": "escalate", "escalation": "ae", "red_flags": ["x"], "advice": [ADVICE], "parts": [{"role": "advice", "text": "Go to A&E now.\nGo now."}], "given": {"leaflet": None}}


class FakeGuard:
    """Answers with `custom`, or fails as told."""

    def __init__(self, custom=None, fails=None, hangs=0.0):
        self.custom, self.fails, self.hangs, self.asked = custom, fails, hangs, []

    def reports_sign(self, text):
        return "wee" in text

    async def answer(self, incoming, handler, channel):
        self.asked.append(incoming)
        await asyncio.sleep(self.hangs)
        if self.fails:
            raise self.fails
        return [{"custom": self.custom}]


def exchange(guard, url, **settings):
    """A real exchange round a fake guard."""
    book = read_phone_book(read_site())
    book.settings.update(settings)
    script = Script(book, {})
    understand = lambda text: Understanding(OUT_OF_SCOPE, ranking=((OUT_OF_SCOPE, 0.9),))  # noqa: E731
    return Exchange(Dialogue(book, script, Menu(book, script, {}, ()), Hearing(book, guard.reports_sign, understand)), book, guard, CallStore(url), "secret")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'calls.db'}"


def play(switchboard, *events):
    """What is said after each event of one call."""
    written = []

    async def deleted(call):
        written.append(("deleted", call))

    async def all_of_them():
        notes = Notes(lambda call, custom: written.append((call, custom)), deleted)
        return [await switchboard.answer(Request("call 1", event), None, notes) for event in events]

    return asyncio.run(all_of_them()), written


def says(text):
    return Event("speech", (Hypothesis(text),))


def test_a_call_survives_a_restart(url):
    """What was said last is said again by another process."""
    first, _ = play(exchange(FakeGuard(ALARM), url), says("I can't wee"))
    second, _ = play(exchange(FakeGuard(ALARM), url), Event("keys", keys="*"))
    assert second[0].text == first[0].text and "Go now." in first[0].text


@pytest.mark.parametrize("guard", [FakeGuard(fails=RuntimeError("x")), FakeGuard({"kind": "no custom"}), FakeGuard(hangs=5)], ids=["fails", "answers nonsense", "hangs"])
def test_whatever_fails_the_contact_is_said(url, guard):
    """In time, and the line stays open."""
    began = time.monotonic()
    spoken, _ = play(exchange(guard, url, answer_seconds=0.3), says("hello"))
    assert time.monotonic() - began < 2 and "Please phone" in spoken[0].text and "999" in spoken[0].text and spoken[0].next == "listen"


def test_a_failure_after_an_alarm_says_the_advice_again(url):
    """What is in force is in the call."""
    guard = FakeGuard(ALARM)
    switchboard = exchange(guard, url, answer_seconds=0.5)
    play(switchboard, says("I can't wee"))
    guard.hangs = 5
    spoken, _ = play(switchboard, says("hello"))
    assert "Go now." in spoken[0].text


def test_a_database_that_can_not_be_opened_silences_nobody(tmp_path):
    """Calls go on from memory."""
    spoken, _ = play(exchange(FakeGuard(ALARM), f"sqlite:///{tmp_path}"), Event("start"), says("I can't wee"), Event("keys", keys="*"))
    assert spoken[2].text == spoken[1].text and "Go now." in spoken[1].text


def test_a_hang_up_ends_state_and_conversation(url):
    """Nothing is left."""
    switchboard = exchange(FakeGuard(ALARM), url)
    spoken, written = play(switchboard, says("I can't wee"), Event("hang_up"), Event("keys", keys="*"))
    assert written == [("deleted", spoken[0].call)] and "haven't told you anything" in spoken[2].text


def test_what_the_guard_says_itself_is_written_to_the_conversation(url):
    """What Rasa says is there already."""
    own = {**ALARM, "given": {}}
    spoken, written = play(exchange(FakeGuard(own), url), says("I can't wee"))
    assert written == [(spoken[0].call, own)]


def test_an_old_call_is_swept_away(url, monkeypatch):
    """State that a front-end never ended does not stay."""
    play(exchange(FakeGuard(ALARM), url), says("I can't wee"))
    later = time.time() + 7 * 3600
    monkeypatch.setattr("bot.channels.phone.store.time.time", lambda: later)
    store = CallStore(url)
    asyncio.run(store.read("another call"))
    spoken, _ = play(exchange(FakeGuard(ALARM), url), Event("keys", keys="*"))
    assert "haven't told you anything" in spoken[0].text


def test_a_clock_that_jumps_sweeps_no_call_away(url, monkeypatch):
    """A call of this minute is not seven hours old because the clock says so."""
    call, jumped = Call("call-1", turn=3), [0.0]
    store, now = CallStore(url, Clock(lambda: time.time() + jumped[0])), time.time
    asyncio.run(store.write(call))
    jumped[0] = 7 * 3600.0
    store._swept = -7 * 3600.0  # it is time to sweep
    monkeypatch.setattr("bot.channels.phone.store.time.time", lambda: now() + 7 * 3600)
    asyncio.run(store.read("another call"))
    assert asyncio.run(CallStore(url, store._clock).read("call-1")) == call


def test_a_call_is_written_and_read_the_same(url):
    """Every field of it."""
    call = Call("call-1", turn=3, line="x", given="a", misses=2, held={"kind": "answer"}, doubted=True, keys={"1": "more"})
    store = CallStore(url)
    asyncio.run(store.write(call))
    assert asyncio.run(CallStore(url).read("call-1")) == call


def test_call_ids_are_hashed_with_the_site_s_secret(url):
    """The same id gives the same name here and another one elsewhere."""
    here, elsewhere = exchange(FakeGuard(), url), exchange(FakeGuard(), url)
    elsewhere._secret = "another"
    assert here.name_of("CA1") == here.name_of("CA1") != elsewhere.name_of("CA1") and "CA1" not in here.name_of("CA1")
    assert here.name_of(here.name_of("CA1")) == here.name_of("CA1")
