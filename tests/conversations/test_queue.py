"""bot/conversations/queue.py: written in order, each once, whatever the database does meanwhile."""
import threading

import pytest
from sqlalchemy.exc import DataError, OperationalError

from bot.conversations import queue
from bot.conversations.database import Database, Entry
from bot.conversations.queue import Deletion, WriteQueue


@pytest.fixture
def database(url):
    """An empty one."""
    return Database(url)


@pytest.fixture
def writing(database, monkeypatch):
    """A queue that tries again at once."""
    monkeypatch.setattr(queue, "_AGAIN_AFTER", 0.02)
    return WriteQueue(database)


def entry(conversation, number, after=None):
    """The turn `number` of `conversation`."""
    return Entry(conversation, number - 1 if after is None else after, 3, "{}", f'["{conversation} {number}"]')


def failing(database, monkeypatch, errors):
    """Let `append` raise each of `errors` in turn, then work."""
    append, left = database.append, list(errors)

    def append_or_fail(entries):
        if left:
            raise left.pop(0)
        append(entries)

    monkeypatch.setattr(database, "append", append_or_fail)


def down():
    """What a database says that has gone away."""
    return OperationalError("INSERT", {}, Exception("gone"))


def stored(database, conversation):
    """The events of a conversation, as text."""
    whole = database.whole(conversation)
    return [events for _, events in whole.rows] if whole else []


def test_turns_are_written_in_order(database, writing):
    """Of every conversation."""
    done = [writing.submit(entry(name, number)) for number in range(1, 101) for name in ("ann", "ben")]
    done[-1].result(5)
    assert stored(database, "ann") == [f'["ann {number}"]' for number in range(1, 101)]
    assert len(stored(database, "ben")) == 100


def test_what_could_not_be_written_is_tried_again(database, writing, monkeypatch):
    """In order, each once."""
    failing(database, monkeypatch, [down(), down()])
    done = [writing.submit(entry("ann", number)) for number in (1, 2)]
    assert [each.result(5) for each in done] == [None, None]
    assert stored(database, "ann") == ['["ann 1"]', '["ann 2"]']


def test_a_turn_whose_success_was_not_heard_of_is_not_doubled(database, writing, monkeypatch):
    """The answer of the database was lost, the turn was not."""
    append = database.append
    first = [True]

    def written_but_unheard(entries):
        append(entries)
        if first:
            first.pop()
            raise down()

    monkeypatch.setattr(database, "append", written_but_unheard)
    for number in (1, 2, 3):
        writing.submit(entry("ann", number)).result(5)
    assert stored(database, "ann") == ['["ann 1"]', '["ann 2"]', '["ann 3"]']


def test_one_turn_that_can_not_be_written_holds_up_nobody(database, writing, monkeypatch):
    """It is given up and told; the others are written."""
    append, hold = database.append, threading.Event()

    def picky(entries):
        hold.wait(5)
        if any("bad" in each.conversation for each in entries):
            raise DataError("INSERT", {}, Exception("no such character"))
        append(entries)

    monkeypatch.setattr(database, "append", picky)
    done = {name: writing.submit(entry(name, 1)) for name in ("ann", "bad", "ben")}
    hold.set()
    assert done["ann"].result(5) is None and done["ben"].result(5) is None
    with pytest.raises(DataError):
        done["bad"].result(5)


def test_what_waits_is_remembered(database, writing, monkeypatch):
    """A conversation that is not written yet is read from memory, and from the database again afterwards."""
    hold = threading.Event()
    append = database.append
    monkeypatch.setattr(database, "append", lambda entries: (hold.wait(5), append(entries)))
    done = writing.submit(entry("ann", 5), known=(("{}", '["ann 4"]'),))
    waiting = writing.remembered("ann", unwritten_only=True)
    hold.set()
    done.result(5)
    assert waiting.turns == 5 and [events for _, events in waiting.rows] == ['["ann 4"]', '["ann 5"]']
    assert writing.remembered("ann", unwritten_only=True) is None
    assert writing.remembered("ann", unwritten_only=False) == waiting


def test_memory_has_an_end(database, writing, monkeypatch):
    """Only the conversations of late are remembered."""
    monkeypatch.setattr(queue, "_REMEMBERED", 3)
    for number in range(6):
        writing.submit(entry(f"patient {number}", 1)).result(5)
    known = [number for number in range(6) if writing.remembered(f"patient {number}", unwritten_only=False)]
    assert known == [3, 4, 5]


def test_the_queue_has_an_end(database, writing, monkeypatch, caplog):
    """A database that is away for days fills no memory: the oldest turn is given up and told."""
    monkeypatch.setattr(queue, "_WAITING_AT_MOST", 2)
    monkeypatch.setattr(queue, "_AGAIN_AFTER", 0.5)
    failing(database, monkeypatch, [down()] * 3)
    done = [writing.submit(entry(f"patient {number}", 1)) for number in range(3)]
    with pytest.raises(OverflowError):
        done[0].result(5)
    assert done[2].result(5) is None and stored(database, "patient 0") == [] and "is given up" in caplog.text


def test_a_deletion_comes_after_the_turns_before_it(database, writing):
    """And before the turns after it."""
    for job in (entry("ann", 1), entry("ann", 2), Deletion("ann"), entry("ann", 1)):
        done = writing.submit(job)
    done.result(5)
    assert len(stored(database, "ann")) == 1


def test_the_log_tells_the_failure_once_and_the_recovery(database, writing, monkeypatch, caplog):
    """Not a line for each try, and no word of any patient."""
    failing(database, monkeypatch, [down()] * 4)
    writing.submit(entry("ann", 1)).result(5)
    assert caplog.text.count("can't be written") == 1 and "can be written again" in caplog.text and "ann 1" not in caplog.text
