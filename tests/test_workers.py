"""Several workers on one machine (`WORKERS=2`): one address, one conversation store, one turn at a time, figures added up."""
import sqlite3
import threading
import time
import urllib.error
import uuid

import pytest

from bot.serve import Refusal, Settings
from tests.house import House
from tests.test_operations import custom, figure, get, say

TURNS = ("can I drive afterwards", "will it hurt", "can I eat before it")


@pytest.mark.parametrize("bad", ["0", "65", "two", "-1", "1.5", "²"])
def test_a_number_of_workers_that_makes_no_sense_is_refused(bad):
    """Told with what was expected."""
    with pytest.raises(Refusal, match=f"WORKERS has the value '{bad}'; expected a number between 1 and 64"):
        Settings.from_environment({"WORKERS": bad})


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Two workers, as `make serve WORKERS=2` starts them."""
    house = House(tmp_path_factory.mktemp("var"), WORKERS="2", SESSION_LIMIT="1000")
    try:
        house.wait_until_ready()
        yield house
        assert house.interrupt() == 0 and house.family() == []
    finally:
        house.close()


def answered(house, text, sender, message_id):
    """The reply to a message, asked for again until somebody takes it, as a balancer does."""
    until = time.monotonic() + 30
    while True:
        try:
            return custom(say(house, text, sender, message_id=message_id))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < until, "nobody took the message"
            time.sleep(0.05)


def talked(house, conversations, disturb=lambda: None):
    """Conversations at the same time, each call on a connection of its own; kinds of all replies, by conversation."""
    kinds = {f"many-{uuid.uuid4()}": [] for _ in range(conversations)}

    def talk(sender):
        for number, text in enumerate(TURNS):
            kinds[sender].append(answered(house, text, sender, f"m-{number}")["kind"])

    threads = [threading.Thread(target=talk, args=(sender,)) for sender in kinds]
    for thread in threads:
        thread.start()
    disturb()
    for thread in threads:
        thread.join(120)
    return kinds


def stored(house, sender):
    """The numbers of the turns that the database has of a conversation."""
    with sqlite3.connect(house.var / "conversations.db") as database:
        return [number for number, in database.execute("select number from turns where conversation = ? order by number", (sender,))]


def turns_in_logs(house):
    """How many turns each worker has answered."""
    return [(house.var / f"rasa-{number}.log").read_text().count("Turn of ") + (house.var / f"bot.run_rasa-{number}.log").read_text().count("Turn of ") for number in (1, 2)]


@pytest.mark.server
def test_both_workers_answer_and_no_turn_is_lost_or_doubled(house):
    """Whichever takes a turn knows the ones before."""
    before = figure(house, 'leaflet_turns_total{channel="rest",kind="answer"}')
    kinds = talked(house, 20)
    assert all(found == ["answer"] * 3 for found in kinds.values()), kinds
    assert all(stored(house, sender) == [1, 2, 3] for sender in kinds)
    assert all(count > 0 for count in turns_in_logs(house)), "one worker had nothing to do"
    # whichever worker is asked, it tells of both
    assert [figure(house, 'leaflet_turns_total{channel="rest",kind="answer"}') - before for _ in range(6)] == [60.0] * 6
    assert figure(house, "leaflet_workers_ready") == 2


@pytest.mark.server
def test_an_alarm_is_known_to_both(house):
    """The reminder comes from whichever worker takes the next turn."""
    sender = f"patient-{uuid.uuid4()}"
    assert custom(say(house, "I can't wee", sender))["escalation"] == "ae"
    assert {custom(say(house, "can I drive afterwards", sender))["escalation"] for _ in range(8)} == {"ae"}


@pytest.mark.server
def test_turns_of_one_conversation_come_one_after_another(house):
    """Sent at once to both workers, each is answered and stored once."""
    sender = f"patient-{uuid.uuid4()}"
    threads = [threading.Thread(target=answered, args=(house, TURNS[number % 3], sender, f"m-{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert stored(house, sender) == list(range(1, 9))


@pytest.mark.server
def test_a_killed_worker_costs_no_turn(house):
    """The other one answers, and soon there are two again; what the dead one counted stays counted."""
    before = figure(house, "leaflet_turns_running")
    [first, *_] = house.running("bot.run_rasa")
    kinds = talked(house, 12, disturb=lambda: (time.sleep(0.2), first.kill()))
    assert all(found == ["answer"] * 3 for found in kinds.values()), kinds
    assert all(stored(house, sender) == [1, 2, 3] for sender in kinds)
    house.wait_until("noticed", lambda: "starting it again" in house.output, 10)
    house.wait_until("two again", lambda: figure(house, "leaflet_workers_ready") == 2, 120)
    assert figure(house, "leaflet_turns_running") == before == 0
    assert get(house, "/health/ready")[0] == 200
