"""What nobody should send to the telephone's addresses: refused or answered, never a stack trace, never a dead line; and what must last."""
import json
import socket
import sqlite3
import threading
import time
import urllib.parse
import uuid
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from tests.descriptions import described
from tests.front_ends import Json, Twiml, VoiceXml, fetch
from tests.phone_house import LINES, PhoneHouse

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[1]
QUESTION, SIGN = "can I drive afterwards", "I can't wee"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The assistant, started once for all tests."""
    house = PhoneHouse(tmp_path_factory.mktemp("var"))
    try:
        house.wait_until_ready()
        yield house
        assert house.interrupt() == 0
    finally:
        house.close()


def post(house, body, headers=None):
    """Status and decoded answer of the JSON voice API; `body` may be bytes that are no JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, answer = fetch(f"{house.url}/call", data, house.bearer if headers is None else headers)
    return status, json.loads(answer)


# --- who may call -----------------------------------------------------------------------------------------------------------


def test_a_forged_signature_is_refused(house):
    """Whoever does not know the provider's secret gets 403."""
    assert Twiml(house).post("twiml", {"CallSid": "CA1"}, "forged=")[0] == 403


def test_no_signature_is_refused(house):
    """As is whoever sends none."""
    assert fetch(f"{house.url}/twiml", b"CallSid=CA1", {})[0] == 403


def test_a_signature_for_other_fields_is_refused(house):
    """A signed request can't be changed on its way."""
    line = Twiml(house)
    signature = line.signature("twiml", {"CallSid": "CA1", "SpeechResult": "one"})
    assert line.post("twiml", {"CallSid": "CA1", "SpeechResult": "two"}, signature)[0] == 403


def test_a_signature_for_another_address_is_refused(house):
    """Nor sent elsewhere."""
    line, fields = Twiml(house), {"CallSid": "CA1", "CallStatus": "completed"}
    assert line.post("twiml/status", fields, line.signature("twiml", fields))[0] == 403


def test_a_field_given_twice_is_covered_by_the_signature(house):
    """Both values are signed."""
    line = Twiml(house)
    signature = line.signature("twiml", {"CallSid": "CA1"})
    status, _ = fetch(f"{house.url}/twiml", b"CallSid=CA1&CallSid=CA2", {"X-Twilio-Signature": signature})
    assert status == 403


def test_a_field_without_a_value_is_signed_too(house):
    """The provider sends those it knows nothing for."""
    line, fields = Twiml(house, LINES[0]), {"CallSid": f"CA{uuid.uuid4().hex}", "FromCity": "", "SpeechResult": ""}
    assert line.post("twiml", fields, line.signature("twiml", fields))[0] == 200
    assert line.post("twiml", {**fields, "Digits": ""}, line.signature("twiml", {**fields, "Digits": "1"}))[0] == 403


@pytest.mark.parametrize("path", ["call", "vxml"])
def test_without_the_token_nothing_is_answered(house, path):
    """A public address is set, so callers on this machine need it too."""
    assert fetch(f"{house.url}/{path}", b"{}", {"Content-Type": "application/json"})[0] == 401


# --- what is sent -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"no JSON", b"[1]", b"\xff\xfe", b"[" * 100_000, {}, {"call": "c"}, {"call": "", "event": "start"}, {"call": 5, "event": "start"}, {"call": "c", "event": "explode"},
     {"call": "c", "event": "start", "keys": "1"}, {"call": "c", "utterance": "x", "confidence": 7}, {"call": "c", "utterance": "x", "confidence": "high"},
     {"call": "c", "utterance": "x", "alternatives": "y"}, {"call": "c", "utterance": "x", "alternatives": [{"txt": "y"}]}, {"call": "c", "event": "start", "from": "+441"}],
    ids=lambda body: str(body)[:40],
)  # fmt: skip
def test_what_is_no_request_is_a_400(house, body):
    """One sentence says what was expected, and nothing of what was sent comes back."""
    status, answer = post(house, body)
    assert status == 400 and set(answer) == {"error"} and "explode" not in answer["error"]


@pytest.mark.parametrize("front_end", [Json, VoiceXml, Twiml])
def test_an_unknown_call_is_answered(house, front_end):
    """A call that was never started, or was forgotten, gets its answer."""
    line = front_end(house, LINES[0])
    line._action, line._variables = f"twiml?step=7&line={LINES[0]}", {"call": "call-" + "0" * 40, "step": "7", "line": LINES[0]}
    heard = line.do("says", QUESTION)
    assert heard.next == "listen" and "drive" in heard.text


def test_a_signed_request_without_any_field_is_answered(house):
    """No call id, no words: a greeting, and no dead line."""
    line = Twiml(house)
    status, body = line.post("twiml", {}, line.signature("twiml", {}))
    assert status == 200 and etree.fromstring(body).find("Gather") is not None


@pytest.mark.parametrize("front_end", [Json, VoiceXml, Twiml])
@pytest.mark.parametrize(
    "words",
    ["x" * 10_000, "can I drive " * 900, "<Say>&amp;</Say>]]>", "\x00\x01\x02", "/restart", "🙂🙃", "'; DROP TABLE calls;--", "{contact}", "a\ud800b", "\u202edrive"],
    ids=["one word of 10 kB", "10 kB of words", "markup", "control characters", "a command", "pictures", "SQL", "a brace", "half a character", "turned round"],
)
def test_whatever_is_said_is_answered(house, front_end, words):
    """A valid document that says something."""
    if "\ud800" in words and front_end is not Json:
        pytest.skip("can't be sent in a form")
    line = front_end(house, LINES[0])
    line.do("start")
    heard = line.do("says", words)
    assert heard.said and heard.next == "listen"


@pytest.mark.parametrize("keys", ["A", "", "##", "-1", "١", "9" * 5000])
def test_keys_outside_the_menu_are_answered(house, keys):
    """They do nothing, and the caller is told so."""
    line = Json(house, LINES[0])
    line.do("start")
    heard = line.do("presses", keys)
    assert heard.said and heard.next == "listen"


@pytest.mark.parametrize("name", ["+44 114 496 0123", "07700 900123", "sip:+447700900123@example.org", "anonymous", "Unknown", "withheld", "0"])
def test_a_call_id_that_names_a_person_or_nobody_is_not_used(house, name):
    """Two callers under one such id hear nothing of each other, and each gets an id to go on with."""
    first = post(house, {"call": name, "utterance": SIGN})[1]
    second = post(house, {"call": name, "utterance": QUESTION})[1]
    assert first["call"] != second["call"] and first["custom"]["escalation"] == "ae" and second["custom"]["escalation"] == "none"
    assert post(house, {"call": first["call"], "utterance": QUESTION})[1]["custom"]["escalation"] == "ae"


# --- what lasts -------------------------------------------------------------------------------------------------------------


def test_nothing_of_a_caller_is_kept(house):
    """Neither the call's id nor the caller's number nor a word stands in any file of the assistant, except the masked conversation."""
    line = Twiml(house, LINES[0])
    fields = {"CallSid": line.call, "From": "+447700900123", "To": "+441140000001", "SpeechResult": "quizzical wombat", "Confidence": "0.9"}
    where = f"twiml?step=1&line={LINES[0]}"
    assert line.post(where, fields, line.signature(where, fields))[0] == 200
    for file in house.var.rglob("*"):
        if file.is_file() and "conversations" not in file.name:
            content = file.read_bytes()
            assert line.call.encode() not in content and b"7700900123" not in content and b"wombat" not in content, file.name
    for file in house.var.glob("conversations.db*"):
        assert line.call.encode() not in file.read_bytes() and b"7700900123" not in file.read_bytes()


def test_a_hang_up_deletes_the_call(house):
    """No row is left."""
    line = Json(house, LINES[0])
    line.do("start")
    name = post(house, {"call": line.call, "utterance": QUESTION})[1]["call"]
    line.do("hangs_up")
    with sqlite3.connect(house.var / "calls.db") as connection:
        assert connection.execute("select count(*) from calls where call = ?", (name,)).fetchone() == (0,)


def test_a_request_sent_twice_at_once_is_one_turn(house):
    """A front-end that loses patience gets the same document, and the call has gone on by one turn."""
    call, answers = uuid.uuid4().hex, []
    body = {"call": call, "request": "r1", "utterance": QUESTION, "line": LINES[0]}
    senders = [threading.Thread(target=lambda: answers.append(post(house, body)[1])) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(answers) == 3 and all({**answer, "custom": None} == {**answers[0], "custom": None} for answer in answers)
    assert post(house, {"call": call, "event": "silence"})[1]["turn"] == answers[0]["turn"] + 1


def test_a_call_goes_on_when_its_database_is_taken_away(house):
    """From memory; the advice in force is not forgotten."""
    line = Json(house, LINES[0])
    line.do("says", SIGN)
    (house.var / "calls.db").rename(house.var / "calls.gone")
    heard = line.do("says", QUESTION)
    assert "Remember: please go to A&E now" in heard.text


def test_a_call_is_answered_while_the_action_server_is_down(house):
    """In time, with whom to phone, and with the advice."""
    for process in house.running("bot.run_actions"):
        process.kill()
    began = time.monotonic()
    heard = Json(house, LINES[0]).do("says", SIGN)
    assert time.monotonic() - began < 10 and "Go to A&E now" in heard.text and heard.next == "listen"
    heard = Twiml(house, LINES[0])
    heard.do("start")
    assert "0114 496 0123" in heard.do("says", QUESTION).text
    house.wait_until("action server", lambda: is_open(house.action_port), 40)  # for the tests that come after


def is_open(port):
    """Does anybody listen there?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_form_of_a_url_is_no_way_in(house):
    """A line's name that is none changes nothing and is not written into the document unescaped."""
    line = Twiml(house, urllib.parse.quote('"><Dial>+44900</Dial>'))
    heard = line.do("start")
    assert heard.next == "listen" and heard.transfer is None


# --- the description of the API ---------------------------------------------------------------------------------------------


REQUESTS = [
    {"event": "start"},
    {"event": "start", "line": "staffed", "request": "r1"},
    {"event": "start", "dialled": "+441140000002"},
    {"utterance": QUESTION, "confidence": 0.9, "alternatives": [{"text": "can I dive", "confidence": 0.1}, {"text": "can"}]},
    {"utterance": QUESTION, "confidence": 0.1},
    {"utterance": SIGN, "leaflet": "sample-nerve-root-injection"},
    {"keys": "#"},
    {"keys": "0", "line": "staffed"},
    {"event": "silence"},
    {"event": "no_match"},
    {"event": "transfer_failed"},
    {"event": "hang_up"},
]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_the_description_of_the_api_is_true(house, request_):
    """Request and answer have the form that docs/telephone-api.yml says."""
    body = {"call": uuid.uuid4().hex, **request_}
    jsonschema.validate(body, described("telephone-api.yml", "Request"))
    status, answer = post(house, body)
    assert status == 200
    jsonschema.validate(answer, described("telephone-api.yml", "Answer"))


@pytest.mark.parametrize("body", [{}, {"call": "c"}, {"call": "c", "event": "explode"}, {"call": "c", "event": "start", "keys": "1"}, {"call": "c", "event": "start", "from": "+441"}], ids=str)
def test_what_the_description_refuses_is_refused(house, body):
    """Neither takes what the other does not."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, described("telephone-api.yml", "Request"))
    status, answer = post(house, body)
    jsonschema.validate(answer, described("telephone-api.yml", "Error"))
    assert status == 400
