"""What a patient hears, and what is kept, when the machine fails under the running assistant."""
import json
import os
import resource
import shutil
import sqlite3
import time
import urllib.request
import uuid
from pathlib import Path

import pytest

from tests.house import ROOT, House

pytestmark = pytest.mark.server

SAMPLES = ROOT / "data" / "leaflets"
LEAFLET = "sample-nerve-root-injection"
QUESTION, SIGN = "can I drive afterwards", "I can't wee"


@pytest.fixture
def start(tmp_path):
    """A function that starts the assistant; what is left of it is ended after the test."""
    houses = []

    def started(**settings):
        (tmp_path / "var").mkdir(exist_ok=True)
        houses.append(House(tmp_path / "var", **settings))
        houses[-1].wait_until_ready()
        return houses[-1]

    yield started
    for house in houses:
        house.close()


def say(house, text, sender, leaflet=LEAFLET):
    """The `custom` of the turn, and all that the patient reads; it must come within five seconds."""
    began = time.monotonic()
    body = json.dumps({"sender": sender, "message": text, "metadata": {"leaflet": leaflet}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        messages = json.loads(answer.read())
    assert time.monotonic() - began < 5
    return messages[-1]["custom"], " ".join(message.get("text", "") for message in messages)


def fill_disk(house, is_full):
    """No process of the assistant can make a file longer, as when the disk is full; or can again."""
    for process in house.family():
        _, most = process.rlimit(resource.RLIMIT_FSIZE)
        process.rlimit(resource.RLIMIT_FSIZE, (0 if is_full else most, most))


_CLOCK = '''
import os, time

real, file = time.time, os.environ["CLOCK_FILE"]


def shifted():
    with open(file) as offset:
        return real() + float(offset.read())


time.time = shifted
'''


@pytest.fixture
def shifted_clock(tmp_path):
    """Settings under which the assistant's clock is set by a file, and a function that sets it; Python reads `sitecustomize` first."""
    (tmp_path / "clock").mkdir()
    file = tmp_path / "clock" / "offset"
    file.write_text("0")
    (tmp_path / "clock" / "sitecustomize.py").write_text(_CLOCK)
    return {"PYTHONPATH": str(tmp_path / "clock"), "CLOCK_FILE": str(file)}, lambda seconds: file.write_text(str(seconds))


def stored(house, conversation):
    """What patients said in `conversation`, as it is in the database."""
    with sqlite3.connect(f"file:{house.var / 'conversations.db'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT events FROM turns WHERE conversation = ? ORDER BY number", (conversation,)).fetchall()
    return [event["text"] for (events,) in rows for event in json.loads(events) if event["event"] == "user" and event.get("text")]


def test_a_full_disk_silences_nobody_and_loses_nothing(start):
    """Questions are answered, signs get their advice and stay in force, and all of it is written once there is room."""
    house, patient = start(), f"patient-{uuid.uuid4()}"
    say(house, QUESTION, patient)
    fill_disk(house, True)
    assert say(house, QUESTION, patient)[0]["topics"] == ["driving"]
    custom, text = say(house, SIGN, patient)
    assert custom["escalation"] == "ae" and "A&E" in text
    assert say(house, "what are the risks", patient)[0]["escalation"] == "ae"
    fill_disk(house, False)
    assert say(house, "how long does it take", patient)[0]["escalation"] == "ae"
    house.wait_until("all turns written", lambda: len(stored(house, patient)) >= 5, 20)
    assert house.interrupt() == 0
    assert "bladder_bowel" in say(start(), "will it hurt", patient)[0]["red_flags"]


def test_a_leaflet_that_goes_bad_is_quoted_from_the_copy_read_before(start, tmp_path):
    """A slip while saving silences nothing, and the other leaflets are not touched."""
    folder = tmp_path / "leaflets"
    shutil.copytree(SAMPLES, folder)
    house = start(LEAFLETS=str(folder))
    [file] = [file for file in folder.iterdir() if LEAFLET in file.name]
    before, other = (say(house, QUESTION, str(uuid.uuid4()), leaflet)[0] for leaflet in (LEAFLET, None))
    file.write_bytes(os.urandom(5000))
    time.sleep(4)
    assert say(house, QUESTION, str(uuid.uuid4()))[0]["quotes"] == before["quotes"] != []
    assert say(house, QUESTION, str(uuid.uuid4()), None)[0]["quotes"] == other["quotes"]


def test_a_model_that_was_tampered_with_is_not_loaded(start):
    """The running assistant goes on with what it has read; a file that is not as it was trained is never read again."""
    [file] = list((ROOT / "models" / "safety").glob("*.classifier"))[:1]
    kept = Path(f"{file}.kept")
    house = start()
    shutil.copy2(file, kept)
    try:
        file.write_bytes(b"\0" * 100)
        assert say(house, SIGN, str(uuid.uuid4()))[0]["escalation"] == "ae"
        from bot import inputs

        assert file in inputs.changed_files() and not inputs.is_trained()
    finally:
        os.replace(kept, file)


@pytest.mark.parametrize("jump", [400 * 24 * 3600, -2 * 24 * 3600], ids=["a year ahead", "two days back"])
def test_a_clock_that_jumps_changes_no_answer_and_deletes_nothing(start, shifted_clock, jump):
    """Questions are answered, what is in force stays in force, and no conversation becomes too old."""
    settings, set_clock = shifted_clock
    house, patient, other = start(**settings), f"patient-{uuid.uuid4()}", f"patient-{uuid.uuid4()}"
    say(house, QUESTION, other)
    assert say(house, SIGN, patient)[0]["escalation"] == "ae"
    set_clock(jump)
    custom, text = say(house, QUESTION, patient)
    assert custom["escalation"] == "ae" and custom["topics"] == ["driving"] and "A&E" in text
    house.wait_until("written", lambda: len(stored(house, patient)) == 2, 10)
    assert len(stored(house, other)) == 1
    with sqlite3.connect(house.var / "conversations.db") as database:
        [last] = database.execute("select changed from conversations where id = ?", (patient,)).fetchone()
    assert abs(last - time.time() - jump) < 60, "the clock was not set at all"
