"""bot/conversations/retention.py: conversations are kept as long as the hospital says and no longer."""
import time

import pytest

from bot.conversations.clock import Clock
from bot.conversations.database import SECONDS_A_DAY, Database, Entry
from bot.conversations.retention import Retention, RetentionError, retention_days


@pytest.fixture
def database(url):
    """A database with one conversation, just spoken to."""
    database = Database(url)
    database.append([Entry("ann", 0, 3, "{}", '[{"event": "restart"}]')])
    return database


def test_thirty_days_unless_set():
    """RETENTION_DAYS says otherwise; half days count."""
    assert retention_days({}) == 30 and retention_days({"RETENTION_DAYS": "0.5"}) == 0.5


@pytest.mark.parametrize("wrong", ["0", "-1", "a month", "inf", "nan"])
def test_what_is_no_number_of_days_is_refused(wrong):
    """By name, with what was expected."""
    with pytest.raises(RetentionError, match="RETENTION_DAYS has the value .*; expected a number of days above 0"):
        retention_days({"RETENTION_DAYS": wrong})


def test_what_is_young_stays_and_what_is_old_goes(database):
    """Counted from the last turn."""
    later = time.time() + 30 * SECONDS_A_DAY
    assert database.delete_older_than(30, later - 60) == 0 and database.ids() == ["ann"]
    assert database.delete_older_than(30, later + 60) == 1 and database.ids() == []
    assert database.whole("ann") is None


def test_it_looks_at_the_start(url, database):
    """Whatever was old when the assistant was started is gone soon."""
    time.sleep(0.02)
    retention = Retention(database, 0.01 / SECONDS_A_DAY)
    retention.start()
    until = time.monotonic() + 5
    while database.ids() and time.monotonic() < until:
        time.sleep(0.01)
    retention.stop()
    assert database.ids() == []


def test_a_database_that_is_away_is_told_and_forgiven(tmp_path, caplog):
    """The next hour will do."""
    (tmp_path / "folder.db").mkdir()
    Retention(Database(f"sqlite:///{tmp_path / 'folder.db'}"), 30).once()
    assert "can't be deleted now" in caplog.text


@pytest.mark.parametrize("jump", [400 * SECONDS_A_DAY, -2 * SECONDS_A_DAY])
def test_a_clock_that_jumps_deletes_nothing(database, caplog, jump):
    """Conversations of today are not a year old because the clock says so; staff are told."""
    jumped = [0.0]
    retention = Retention(database, 30, Clock(lambda: time.time() + jumped[0]))
    jumped[0] = jump
    retention.once()
    assert database.ids() == ["ann"] and "The clock has jumped" in caplog.text
