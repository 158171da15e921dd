"""bot/channels/alarms.py: a level in force outlives restarts and broken databases."""
import logging
import sqlite3
import time

import pytest

from bot.channels.alarms import AlarmStore
from bot.safety.in_force import InForce
from tests.channels.conftest import SIGN, custom_of

ALARM = InForce("999", ("stroke", "sepsis"), True)


@pytest.fixture
def open_store(database):
    """A function that opens the store on this test's database."""
    return lambda: AlarmStore(f"sqlite:///{database}")


def break_database(database):
    """Put a folder where the database was; returns what puts it back."""
    kept = database.rename(database.with_suffix(".kept")) if database.exists() else None
    database.mkdir()

    def mend():
        database.rmdir()
        if kept:
            kept.rename(database)

    return mend


def test_nothing_is_in_force_at_first(open_store):
    """An unknown conversation is calm."""
    assert open_store().read("patient") == InForce()


def test_an_alarm_survives_a_restart(open_store):
    """A new store on the same file knows level, signs and the open question."""
    open_store().write("patient", ALARM)
    assert open_store().read("patient") == ALARM


def test_an_alarm_that_ended_stays_ended_after_a_restart(open_store):
    """No reminder comes back from the dead."""
    open_store().write("patient", ALARM)
    open_store().write("patient", InForce())
    assert open_store().read("patient") == InForce()


def test_two_servers_on_one_database_see_each_other_s_alarms(open_store):
    """With several workers the next turn may reach another one."""
    one, other = open_store(), open_store()
    assert other.read("patient") == InForce()
    one.write("patient", ALARM)
    assert other.read("patient") == ALARM


def test_the_database_sets_to_work_before_anybody_waits_for_it(open_store, database):
    """What it found before it broke is known, though it was asked for only then."""
    one, other = open_store(), open_store()
    one.write("patient", ALARM)
    known = other.reading("patient")
    other._desk.submit(lambda: None).result(5)  # whatever was asked before is done
    break_database(database)
    assert known() == ALARM


def test_a_question_that_nobody_waited_for_holds_up_no_other(open_store):
    """A screen that fails asks, and does not wait; the alarm is known all the same."""
    one, other = open_store(), open_store()
    one.write("patient", ALARM)
    other.reading("patient")
    assert other.read("patient") == ALARM


def test_an_alarm_ended_by_another_server_is_ended_here(open_store):
    """What another worker ended is not reminded of."""
    one, other = open_store(), open_store()
    one.write("patient", ALARM)
    other.read("patient")
    one.write("patient", InForce())
    assert other.read("patient") == InForce()


def test_a_database_that_was_broken_at_start_does_not_lose_an_alarm(open_store, database):
    """Memory goes on."""
    break_database(database)
    store = open_store()
    store.write("patient", ALARM)
    assert store.read("patient") == ALARM


def test_a_database_that_breaks_later_does_not_lose_an_alarm(open_store, database):
    """What was known before it broke stays known."""
    store = open_store()
    store.write("patient", ALARM)
    break_database(database)
    assert store.read("patient") == ALARM


def test_an_alarm_of_a_bad_time_is_written_when_the_database_is_back(open_store, database):
    """The next change of anybody's alarm writes what could not be written."""
    store = open_store()
    mend = break_database(database)
    store.write("patient", ALARM)
    mend()
    store.write("patient", ALARM)
    assert open_store().read("patient") == ALARM


def test_a_failed_reading_is_not_taken_for_calm_for_ever(open_store, database):
    """A store that could not look at the first turn finds the old alarm at the next."""
    open_store().write("patient", ALARM)
    mend = break_database(database)
    store = open_store()
    store.read("patient")
    mend()
    assert store.read("patient") == ALARM


def test_a_database_that_was_emptied_does_not_end_an_alarm(open_store, database):
    """A missing row says nothing."""
    store = open_store()
    store.write("patient", ALARM)
    database.unlink()
    store.read("patient")
    assert store.read("patient") == ALARM


def test_a_locked_database_does_not_hold_up_the_turn(open_store, database):
    """A backup that locks the file costs each turn a second at most."""
    store = open_store()
    with sqlite3.connect(database) as locking:
        locking.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        store.write("patient", ALARM)
        assert store.read("patient") == ALARM
        assert time.monotonic() - began < 1.5


def test_staff_are_told_of_a_broken_database(open_store, database, caplog):
    """One line at error level, without any id of a patient."""
    store = open_store()
    break_database(database)
    with caplog.at_level(logging.ERROR, "bot.channels.alarms"):
        store.write("patient-17", ALARM)
    assert "Alarms can't be written" in caplog.text and "patient-17" not in caplog.text


def test_the_database_holds_no_id_of_a_conversation(open_store, database):
    """A telephone number used as id is not to be read there."""
    open_store().write("+447700900123", ALARM)
    assert b"7700900123" not in database.read_bytes()


def test_a_level_in_force_is_remembered_after_a_restart_of_the_guard(open_booth):
    """A patient who was sent to A&E is reminded after the restart."""
    before = open_booth()
    before.say(SIGN)
    custom = custom_of(open_booth("says_nothing").say("can I drive", before.sender))
    assert custom["escalation"] == "ae" and custom["parts"][0]["role"] == "reminder"


def test_a_level_in_force_is_remembered_while_the_database_is_broken(open_booth, database):
    """The guard goes on with what it knows."""
    booth = open_booth()
    booth.say(SIGN)
    break_database(database)
    assert custom_of(booth.say("can I drive"))["escalation"] == "ae"


def test_a_sign_gets_its_advice_with_a_broken_database(open_booth, database):
    """No database is needed to send somebody to A&E."""
    break_database(database)
    assert custom_of(open_booth("raises").say(SIGN))["escalation"] == "ae"


def test_a_forgotten_conversation_is_calm(open_store):
    """Here, after a restart, and in the file; nobody else's alarm goes with it."""
    store = open_store()
    store.write("patient", ALARM)
    store.write("other", ALARM)
    store.forget("patient")
    assert store.read("patient") == InForce() == open_store().read("patient")
    assert open_store().read("other") == ALARM


def test_a_conversation_that_is_ended_leaves_no_reply_behind(booth):
    """The guard lets go of its alarm and of the replies it keeps for repeated messages."""
    assert custom_of(booth.say(SIGN, message_id="m1"))["escalation"] == "ae"
    booth.guard.forget(booth.sender)
    assert custom_of(booth.say("hello", message_id="m1"))["escalation"] == "none"
