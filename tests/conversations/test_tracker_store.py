"""bot/conversations/tracker_store.py: a turn reads the last turns and appends one; a database that is away loses nothing."""
import asyncio
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, TrackerStore, check_if_tracker_store_async
from rasa.shared.core.events import ActionExecuted, ConversationPaused, SessionStarted, UserUttered
from rasa.utils.endpoints import EndpointConfig, read_endpoint_config

from bot.conversations import tracker_store
from bot.conversations.tracker_store import ConversationStore, StoreUnavailable, conversation_store
from bot.yaml_file import read_yaml
from tests.conversations.conftest import DOMAIN, Clinic, texts


@contextmanager
def away(file):
    """A folder where the database was."""
    kept = [(other, other.rename(other.with_name(f"kept-{other.name}"))) for other in file.parent.glob(f"{file.name}*")]
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        for other, moved in kept:
            moved.rename(other)


def test_rasa_makes_it_from_our_endpoints_file(tmp_path, monkeypatch):
    """The name in endpoints.yml is found; otherwise Rasa would quietly keep conversations in memory."""
    monkeypatch.setenv("CONVERSATION_STORE", f"sqlite:///{tmp_path / 'c.db'}")
    store = TrackerStore.create(read_endpoint_config("endpoints.yml", "tracker_store"), DOMAIN)
    assert isinstance(store, ConversationStore) and check_if_tracker_store_async(store)
    assert (asyncio.run(store.keys())) == [] and (tmp_path / "c.db").exists()


def test_the_address_of_the_endpoints_file_is_used(url, tmp_path, monkeypatch):
    """`url` says where."""
    monkeypatch.delenv("CONVERSATION_STORE", raising=False)
    store = TrackerStore.create(EndpointConfig(url, type="bot.conversations.tracker_store.ConversationStore"), DOMAIN)
    assert asyncio.run(store.keys()) == [] and (tmp_path / "conversations.db").exists()


def test_an_unknown_conversation_is_none(clinic):
    """Rasa then begins one."""
    assert asyncio.run(clinic.store.retrieve("nobody")) is None


def test_a_turn_sees_the_turns_before(clinic, url):
    """Also after a restart, in the order they were taken."""
    clinic.turn("ann", "one")
    clinic.turn("ann", "two")
    before, _ = Clinic(url).turn("ann", "three")
    assert texts(before) == ["two"] and clinic.texts("ann") == ["one", "two", "three"]


def test_a_long_conversation_reads_only_its_last_turns(clinic):
    """The turn before, and that the assistant was listening; whatever came earlier."""
    for number in range(9):
        before, _ = clinic.turn("ann", f"turn {number}")
    assert texts(before) == ["turn 7"]
    assert before[0].action_name == "action_listen" and isinstance(before[1], UserUttered)


def test_policies_look_back_no_further_than_is_read():
    """A turn before gives two states, the one at hand the third."""
    for policy in read_yaml("config.yml")["policies"]:
        assert policy.get("max_history", 0) <= 2 * tracker_store.TURNS_READ + 1


def test_everything_is_kept_in_order(clinic):
    """The whole conversation can be read, each turn once."""
    for number in range(9):
        clinic.turn("ann", f"turn {number}")
    assert clinic.texts("ann") == [f"turn {number}" for number in range(9)]


def test_slots_set_long_ago_are_known(clinic):
    """A slot outlives the turns that are read."""
    clinic.turn("ann", "one", region="left")
    for number in range(6):
        clinic.turn("ann", f"turn {number}")
    _, slots = clinic.turn("ann", "last")
    assert slots["region"] == "left"


def test_a_slot_changed_later_has_its_last_value(clinic):
    """Not the one before the turns that are read."""
    clinic.turn("ann", "one", region="left")
    for number in range(3):
        clinic.turn("ann", f"turn {number}")
    clinic.turn("ann", "change", region="right")
    assert clinic.turn("ann", "last")[1]["region"] == "right"


def test_the_last_custom_is_read_however_long_ago(clinic):
    """The actions lean on the last reply, even if several turns since then had none."""
    clinic.turn("ann", "one")
    for number in range(5):
        clinic.turn("ann", f"failed {number}", with_custom=False)
    before, _ = clinic.turn("ann", "last")
    assert [event.data["custom"]["to"] for event in before if event.type_name == "bot" and event.data.get("custom")] == ["one"]


def test_a_pause_is_not_forgotten(clinic):
    """What was paused turns ago is still paused."""

    async def paused():
        tracker = await clinic.store.retrieve("ann")
        tracker.update(ConversationPaused())
        await clinic.store.save(tracker)
        for _ in range(5):
            tracker = await clinic.store.retrieve("ann")
            tracker.update(ActionExecuted("action_listen"))
            await clinic.store.save(tracker)
        return (await clinic.store.retrieve("ann")).is_paused()

    clinic.turn("ann", "one")
    assert asyncio.run(paused())


def test_a_new_session_begins_afresh(clinic):
    """As with Rasa's own store, the next turn sees only what came after the session's start; the whole has both."""

    async def next_day():
        tracker = await clinic.store.retrieve("ann")
        tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN)
        await clinic.store.save(tracker)

    clinic.turn("ann", "yesterday")
    asyncio.run(next_day())
    assert texts(clinic.turn("ann", "today")[0]) == []
    assert clinic.texts("ann") == ["yesterday", "today"]


def test_conversations_do_not_mix(clinic):
    """Each sees its own."""
    for number in range(3):
        for sender in ("ann", "ben"):
            clinic.turn(sender, f"{sender} {number}")
    assert clinic.texts("ann") == ["ann 0", "ann 1", "ann 2"] and clinic.texts("ben") == ["ben 0", "ben 1", "ben 2"]


def test_two_workers_with_the_same_conversation_lose_no_turn(clinic, url):
    """Where a lock ran out, both turns are kept."""

    async def both():
        other = Clinic(url).store
        trackers = [(store, await store.retrieve("ann")) for store in (clinic.store, other)]
        for number, (store, tracker) in enumerate(trackers):
            tracker.update_with_events([ActionExecuted(f"utter_{number}")], DOMAIN)
            await store.save(tracker)
        whole = await clinic.store.retrieve_full_tracker("ann")
        return [event.action_name for event in whole.events if isinstance(event, ActionExecuted)][-2:]

    clinic.turn("ann", "one")
    assert asyncio.run(both()) == ["utter_0", "utter_1"]


def test_delete_removes_everything(clinic, tmp_path):
    """No word of it is left in any file, and nobody else's is touched."""
    for sender in ("ann", "ben"):
        clinic.turn(sender, f"{sender} asks of driving")
    asyncio.run(clinic.store.delete("ann"))
    assert clinic.texts("ann") == [] and clinic.texts("ben") == ["ben asks of driving"]
    assert list(asyncio.run(clinic.store.keys())) == ["ben"]
    assert not any(b"ann asks" in file.read_bytes() for file in tmp_path.glob("conversations.db*"))


def test_after_a_delete_the_conversation_begins_anew(clinic):
    """The same id starts with an empty tracker."""
    clinic.turn("ann", "one", region="left")
    asyncio.run(clinic.store.delete("ann"))
    before, slots = clinic.turn("ann", "two")
    assert before == [] and slots["region"] is None


def test_export_tells_who_said_what(clinic):
    """Texts of both, and the assistant's data, in order."""
    clinic.turn("ann", "one")
    said = asyncio.run(clinic.store.export("ann"))
    assert [(part["who"], part.get("text") or part["custom"]["to"]) for part in said] == [("patient", "one"), ("assistant", "answer to one"), ("assistant", "one")]
    assert all(abs(part["time"] - time.time()) < 60 for part in said)
    assert asyncio.run(clinic.store.export("nobody")) == []


def test_a_database_that_is_away_loses_no_turn(clinic, tmp_path):
    """The conversation goes on from memory, and everything is written once the database is back."""
    clinic.turn("ann", "one", region="left")
    with away(tmp_path / "conversations.db"):
        before, slots = clinic.turn("ann", "two")
        assert texts(before) == ["one"] and slots["region"] == "left"
        assert texts(clinic.turn("ann", "three")[0]) == ["two"]
        assert clinic.turn("ben", "new")[0] == []
    assert clinic.store._queue.drain(5)
    assert clinic.texts("ann") == ["one", "two", "three"] and clinic.texts("ben") == ["new"]


def test_a_hanging_database_holds_no_turn_for_long(clinic, monkeypatch):
    """The turn goes on after its patience; it is told as not stored yet."""
    clinic.turn("ann", "one")
    monkeypatch.setattr(tracker_store, "_PATIENCE", 0.1)
    for name in ("recent", "append"):
        monkeypatch.setattr(clinic.store.database, name, lambda *_: time.sleep(2))
    began = time.monotonic()
    before, _ = clinic.turn("ann", "two")
    assert texts(before) == ["one"] and time.monotonic() - began < 1


def test_delete_says_when_it_can_not(clinic, tmp_path, monkeypatch):
    """The caller hears it; the conversation goes as soon as the database is back."""
    clinic.turn("ann", "one")
    monkeypatch.setattr(tracker_store, "_PATIENCE", 0.1)
    with away(tmp_path / "conversations.db"), pytest.raises(StoreUnavailable):
        asyncio.run(clinic.store.delete("ann"))
    assert clinic.store._queue.drain(5) and clinic.texts("ann") == []


def test_the_store_is_found_behind_rasa_s_agent(clinic):
    """Rasa wraps it."""
    assert conversation_store(SimpleNamespace(tracker_store=FailSafeTrackerStore(clinic.store))) is clinic.store
    assert conversation_store(SimpleNamespace(tracker_store=FailSafeTrackerStore(InMemoryTrackerStore(DOMAIN)))) is None


def test_the_reply_to_a_message_is_found_again(clinic, url):
    """By its id, on any worker, as it was sent; another conversation's message of the same id is another."""
    clinic.turn("ann", "one", message_id="m-1")
    clinic.turn("ann", "two", message_id="m-2")
    store = Clinic(url).store
    assert asyncio.run(store.reply_to("ann", "m-1")) == [{"recipient_id": "ann", "text": "answer to one"}, {"recipient_id": "ann", "custom": {"kind": "answer", "to": "one"}}]
    assert asyncio.run(store.reply_to("ann", "m-3")) is None and asyncio.run(store.reply_to("ben", "m-1")) is None


def test_a_message_that_two_workers_took_is_stored_once(clinic, url):
    """The first of the two turns stands."""
    clinic.turn("ann", "one", message_id="m-1")
    other = Clinic(url)
    clinic.turn("ann", "two", message_id="m-2")
    other.turn("ann", "two", message_id="m-2")
    assert other.texts("ann") == ["one", "two"]
