"""What those who run the assistant rely on: health, metrics, limits, and that it ends and comes back as a whole."""
import json
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
import uuid

import pytest

from tests.house import House

pytestmark = pytest.mark.server

LEAFLET = "sample-nerve-root-injection"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The assistant as `make serve` starts it, with small limits."""
    house = House(tmp_path_factory.mktemp("var"), SESSION_LIMIT="6", ADDRESS_LIMIT="30")
    try:
        house.wait_until_ready()
        yield house
        assert house.interrupt() == 0 and house.family() == []
    finally:
        house.close()


@pytest.fixture
def start(tmp_path):
    """A function that starts the assistant; what is left of it is ended after the test."""
    houses = []

    def started(name="var", **settings):
        (tmp_path / name).mkdir(exist_ok=True)
        houses.append(House(tmp_path / name, **settings))
        houses[-1].wait_until_ready()
        return houses[-1]

    yield started
    for house in houses:
        house.close()


def get(house, path, **headers):
    """Status, headers and text of a page."""
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})
    return opened(request)


def post(house, body, **headers):
    """Status, headers and text of a REST call."""
    named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return opened(urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", data, named))


def opened(request):
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def say(house, text, sender=None, **metadata):
    """The turn's messages."""
    body = {"sender": sender or f"patient-{uuid.uuid4()}", "message": text, "metadata": {"leaflet": LEAFLET, **metadata}}
    status, _, answer = post(house, body)
    assert status == 200, answer
    return json.loads(answer)


def custom(messages):
    return messages[-1]["custom"]


def figure(house, name):
    """The value of one line of `/metrics`, 0 where it is not there."""
    lines = [line for line in get(house, "/metrics")[2].splitlines() if line.startswith(name + " ")]
    return float(lines[0].split()[-1]) if lines else 0.0


def test_it_is_live_and_ready(house):
    """Once `make serve` says so."""
    assert get(house, "/health/live")[0] == 200
    assert json.loads(get(house, "/health/ready")[2]) == {"status": "ready"}


def test_health_needs_no_secret_behind_a_proxy(house):
    """A balancer has none."""
    assert get(house, "/health/ready", X_Forwarded_For="192.0.2.1")[0] == 200


def test_turns_are_counted(house):
    """By channel and kind, with topics and levels."""
    names = ('leaflet_turns_total{channel="web",kind="answer"}', 'leaflet_topics_total{topic="driving"}', 'leaflet_escalations_total{level="ae"}', 'leaflet_turn_seconds_count{channel="web"}')
    before = [figure(house, name) for name in names]
    say(house, "can I drive afterwards", channel="web")
    say(house, "I can't wee", channel="web")
    assert [figure(house, name) - known for name, known in zip(names, before)] == [1, 1, 1, 2]


def test_metrics_hold_no_word_of_a_patient(house):
    """Nor an id of a conversation."""
    say(house, "can I drive my tractor afterwards", sender="mrs-quillfeather")
    text = get(house, "/metrics")[2]
    assert "tractor" not in text and "quillfeather" not in text


def test_metrics_are_not_for_strangers(house):
    """A call that a proxy forwarded needs the token."""
    assert get(house, "/metrics", X_Forwarded_For="192.0.2.1")[0] == 401


def test_the_log_has_a_line_for_each_turn_and_no_word(house):
    """What, how long, and for whom by a name that leads nowhere."""
    say(house, "can I drive my combine harvester afterwards", sender="mrs-quillfeather")
    log = "".join(file.read_text() for file in house.var.glob("*.log"))
    assert "answer, level none, topics driving" in log and "harvester" not in log and "quillfeather" not in log


@pytest.mark.parametrize("path", ["/health/live", "/webhooks/rest/"])
def test_every_answer_has_its_security_headers(house, path):
    """Whatever the page."""
    headers = get(house, path)[1]
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_no_other_site_may_read_the_answers(house):
    """No page of somebody else's gets permission from a browser."""
    assert "Access-Control-Allow-Origin" not in get(house, "/health/live", Origin="https://example.org")[1]


def test_a_body_that_is_far_too_large_is_refused(house):
    """Before it is read to its end, with whom to phone."""
    try:
        status, _, text = post(house, json.dumps({"sender": "a", "message": "x" * 2_000_000}).encode())
    except (urllib.error.URLError, ConnectionError):
        return  # the server closed the connection while we were still sending
    assert status == 413 and "999" in text


def test_a_conversation_that_is_too_quick_is_told_so(house):
    """With whom to phone; but a warning sign is never refused."""
    sender = f"patient-{uuid.uuid4()}"
    kinds = [custom(say(house, "can I drive afterwards", sender)) for _ in range(8)]
    assert kinds[0]["kind"] == "answer" and kinds[-1]["kind"] == "handoff"
    assert custom(say(house, "I can't wee", sender))["escalation"] == "ae"


def test_an_address_that_is_too_quick_is_refused(house):
    """It hears whom to phone, and when to come back; the token of REST makes no difference."""
    answers = [post(house, {"sender": "a", "message": "hello"}, X_Forwarded_For="192.0.2.99") for _ in range(34)]
    status, headers, text = answers[-1]
    assert status == 429 and headers["Retry-After"] and "999" in text
    assert post(house, {"sender": "b", "message": "hello"}, X_Forwarded_For="192.0.2.98")[0] == 401


def test_a_killed_rasa_comes_back(start):
    """Nobody has to be called; the conversation goes on where it was."""
    house = start()
    sender = f"patient-{uuid.uuid4()}"
    assert custom(say(house, "I can't wee", sender))["escalation"] == "ae"
    first = say(house, "can I drive afterwards", sender, message_id="m-1")
    for process in house.running("bot.run_rasa"):
        process.kill()
    house.wait_until("told", lambda: "starting it again" in house.output, 10)
    house.wait_until("back", lambda: _ready(house), 120)
    assert say(house, "can I drive afterwards", sender, message_id="m-1") == first, "the repeated message was a new turn"
    assert custom(say(house, "how long does it take", sender))["escalation"] == "ae"


def _ready(house):
    try:
        return get(house, "/health/ready")[0] == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def test_killing_make_serve_leaves_nothing(start):
    """Not even by force: what it started ends with it."""
    house = start()
    house.process.send_signal(signal.SIGKILL)
    house.process.wait(10)
    house.wait_until("gone", lambda: house.family() == [], 15)


def test_stopping_under_load_cuts_no_answer_in_half(start):
    """Each call is answered whole or not taken, what was answered is stored; it ends in time, with status 0."""
    house, outcomes, stop = start(), [], threading.Event()

    def client(number):
        while not stop.is_set():
            try:
                messages = say(house, "can I drive afterwards", f"load-{number}-{uuid.uuid4()}")
                outcomes.append(custom(messages)["kind"])
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                outcomes.append("not taken")
                time.sleep(0.05)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    status = house.interrupt(signal.SIGTERM)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert status == 0 and house.family() == []
    assert outcomes.count("answer") > 3 and set(outcomes) <= {"answer", "not taken"}
    with sqlite3.connect(house.var / "conversations.db") as database:
        [turns] = database.execute("select count(*) from turns where conversation like 'load-%'").fetchone()
    assert turns >= outcomes.count("answer")


def test_an_address_that_is_not_the_usual_one_is_waited_for(start):
    """HOST may be any address of this machine."""
    house = start(HOST="127.0.0.2")
    request = urllib.request.Request(f"http://127.0.0.2:{house.port}/health/ready")
    assert opened(request)[0] == 200
