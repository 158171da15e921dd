"""What was shown is kept, for its own conversation alone, until it is ended or runs out."""
import asyncio
import time

import pytest

from bot.channels.web.store import ShownTurn, StoreDown, TurnStore
from bot.conversations.clock import Clock

CUSTOM = {"kind": "answer", "parts": [{"role": "own", "text": "Tëxt 🦴"}]}


def turn(message_id="m1", asked="can I drive"):
    return ShownTurn(message_id, asked, CUSTOM, time.time())


@pytest.fixture
def open_store(tmp_path):
    """A function that opens the same database again, as a restart does."""
    return lambda seconds=3600: TurnStore(f"sqlite:///{tmp_path / 'web.db'}", seconds)


def run(*coroutines):
    """All of them, one after another; the last one's result."""

    async def each():
        return [await coroutine for coroutine in coroutines][-1]

    return asyncio.run(each())


def test_turns_survive_a_restart_in_order(open_store):
    """Two turns, as they were."""
    first, second = turn(), turn("m2", "and <b>eat</b>")
    store = open_store()
    run(store.add("a", first), store.add("a", second))
    assert run(open_store().turns("a")) == [first, second]


def test_a_conversation_sees_only_its_own_turns(open_store):
    """Another conversation's message id gives nothing."""
    store = open_store()
    run(store.add("a", turn()))
    assert run(store.turns("b")) == [] and run(store.turn("b", "m1")) is None and run(store.rate("b", "m1", "yes")) is None


def test_an_ended_conversation_is_gone_and_stays_closed(open_store):
    """Its turns are deleted, its tokens are worth nothing any more."""
    store = open_store()
    run(store.add("a", turn()), store.end("a"))
    assert run(store.turns("a")) == [] and not run(store.is_open("a", time.time() - 1))


def test_a_turn_that_ends_after_its_conversation_is_not_kept(open_store):
    """Deleted in one tab while another waited for an answer."""
    store = open_store()
    run(store.add("a", turn()), store.end("a"), store.add("a", turn("m2")))
    assert run(store.turns("a")) == [] and not run(store.is_open("a", time.time() - 1))


def test_a_conversation_that_never_began_can_be_ended(open_store):
    """Before the first question."""
    store = open_store()
    run(store.end("a"))
    assert not run(store.is_open("a", time.time() - 1))


def test_nothing_of_an_ended_conversation_is_in_the_file(open_store, tmp_path):
    """Neither the words nor the id."""
    store = open_store()
    run(store.add("conversation-id-in-full", turn(asked="zebedee quillfeather")), store.end("conversation-id-in-full"))
    assert not [file for file in tmp_path.iterdir() if b"conversation-id-in-full" in file.read_bytes()]
    assert not [file for file in tmp_path.iterdir() if b"quillfeather" in file.read_bytes()]


def test_what_has_run_out_is_deleted_with_the_next_turn(open_store):
    """Nobody has to tidy up."""
    run(open_store().add("a", turn()))
    short = open_store(-1)
    run(short.add("b", turn("m2")))
    assert run(open_store().turns("a")) == []


@pytest.mark.parametrize("jump", [400 * 24 * 3600, -2 * 24 * 3600])
def test_a_clock_that_jumps_deletes_nothing(tmp_path, jump):
    """What was shown today is not a year old because the clock says so."""
    jumped = [0.0]
    store = TurnStore(f"sqlite:///{tmp_path / 'web.db'}", 3600, Clock(lambda: time.time() + jumped[0]))
    run(store.add("a", turn()))
    jumped[0] = jump
    assert [shown.message_id for shown in run(store.add("b", turn("m2")), store.turns("a"))] == ["m1"]


def test_a_token_older_than_the_session_may_last_is_not_taken(open_store):
    """Where nothing was asked yet, its own age counts."""
    store = open_store(3600)
    assert run(store.is_open("new", time.time())) and not run(store.is_open("new", time.time() - 3700))


def test_a_turn_is_rated_once(open_store):
    """The second rating changes nothing."""
    store = open_store()
    run(store.add("a", turn()))
    assert run(store.rate("a", "m1", "no")).rating == "no" and run(store.rate("a", "m1", "yes")) is None
    assert run(store.turns("a"))[0].rating == "no"


def test_a_message_is_kept_once(open_store):
    """A double click is one turn."""
    store = open_store()
    run(store.add("a", turn()))
    run(store.add("a", turn()))
    assert len(run(store.turns("a"))) == 1


def test_a_broken_database_is_told_and_recovers(open_store, tmp_path):
    """A folder where the file should be, then the file again."""
    (tmp_path / "web.db").mkdir()
    store = open_store()
    with pytest.raises(StoreDown):
        run(store.turns("a"))
    (tmp_path / "web.db").rmdir()
    assert run(store.turns("a")) == []
