"""What strangers can send to the running assistant: REST, the three ways to call, the chat page. Never a stack trace, never silence."""
import html
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Iterator

import jsonschema
from hypothesis import strategies as st
from lxml import etree

from tests.descriptions import described
from tests.front_ends import SCHEMAS, Twiml, fetch
from tests.fuzz_parts import Target
from tests.fuzz_parts.words import JSON, SENDABLE, TEXT
from tests.phone_house import LINES, PhoneHouse

_TWIML = etree.RelaxNG(etree.parse(str(SCHEMAS / "twiml-voice.rng")))
_VOICEXML = etree.RelaxNG(etree.parse(str(SCHEMAS / "voicexml-2.1.rng")))
_LEAKS = (b"Traceback", b"site-packages", b"Internal Server Error")

_MESSAGE = {"sender": JSON, "message": JSON | TEXT | st.text(max_size=3000), "metadata": JSON | st.fixed_dictionaries({}, optional={key: JSON for key in ("leaflet", "region", "channel", "message_id", "safety")})}
_BODIES = st.fixed_dictionaries({}, optional=_MESSAGE)
_SPOKEN = {
    "call": TEXT, "event": st.sampled_from(["start", "silence", "no_match", "transfer_failed", "hang_up", "x"]) | JSON, "utterance": TEXT | JSON, "keys": TEXT | st.sampled_from("0123456789*#"),
    "confidence": st.floats(0, 1) | JSON, "alternatives": st.lists(st.fixed_dictionaries({"text": TEXT}, optional={"confidence": st.floats(0, 1) | JSON}), max_size=3) | JSON,
    "line": st.sampled_from([*LINES, "none"]) | JSON, "dialled": TEXT, "leaflet": TEXT, "region": TEXT, "request": TEXT, "from": TEXT,
}  # fmt: skip
_FORM_NAMES = {
    "twiml": ["CallSid", "SpeechResult", "Digits", "Confidence", "CallStatus", "DialCallStatus", "From", "To", "Language"],
    "vxml": ["call", "step", "line", "dialled", "utterances", "confidences", "keys", "happened", "leaflet", "region"],
    "web": ["message", "choice", "rating", "message_id", "leaflet", "region", "token"],
}
_QUERY_NAMES = ["step", "line", "transferred", "leaflet", "region", "quote", "call"]


def targets(house: PhoneHouse) -> Iterator[Target]:
    """Every address that takes something."""
    yield Target("REST, made-up JSON", (_BODIES | JSON).map(_as_json), lambda body: rest_call(house, body))
    yield Target("REST, any bytes", st.binary(max_size=300), lambda body: rest_call(house, body))
    yield Target("phone, JSON API", (st.fixed_dictionaries({}, optional=_SPOKEN) | st.fixed_dictionaries({"call": TEXT, "utterance": TEXT}) | JSON).map(_as_json), lambda body: voice_call(house, body))
    yield Target("phone, TwiML", st.tuples(_form("twiml"), _query()), lambda sent: twiml_call(house, *sent))
    yield Target("phone, VoiceXML", st.tuples(_form("vxml"), _query()), lambda sent: voicexml_call(house, *sent))
    yield Target("chat page, a form", st.tuples(st.sampled_from(["/chat", "/chat/start", "/chat/end", "/chat/save"]), _form("web"), st.booleans()), lambda sent: chat_call(house, *sent))
    yield Target("chat page, any bytes", st.tuples(st.sampled_from(["/chat", "/chat/start", "/chat/end", "/chat/save"]), st.binary(max_size=300)), lambda sent: raw_chat_call(house, *sent))
    yield Target("pages, any address", st.tuples(st.sampled_from(["/", "/leaflets/", "/leaflets/sample-nerve-root-injection", "/assets/", "/webhooks/", "/health/"]), TEXT, _query()), lambda sent: page_call(house, *sent))


def rest_call(house: PhoneHouse, body: bytes) -> None:
    """REST answers any body: 200 with one custom object and something to read, or a 4xx with an error."""
    status, answer = _sent(house, "/webhooks/rest/webhook", body, house.bearer)
    if status == 200:
        messages = json.loads(answer)
        jsonschema.validate(messages, described("rest-api.yml", "Turn"))
        assert sum("custom" in message for message in messages) == 1 and any(message.get("text") for message in messages), messages
    else:
        assert json.loads(answer)["error"]


def voice_call(house: PhoneHouse, body: bytes) -> None:
    """The JSON voice API answers as its description says, or says what was expected."""
    status, answer = _sent(house, "/webhooks/phone/call", body, house.bearer)
    assert status in (200, 400), status
    answer = json.loads(answer)
    jsonschema.validate(answer, described("telephone-api.yml", "Answer" if status == 200 else "Error"))
    assert status != 200 or answer["next"] == "end" or answer["text"], "a line on which nothing is said"


def twiml_call(house: PhoneHouse, form: dict[str, str], query: str) -> None:
    """A signed request gets a valid document that says something."""
    line, where = Twiml(house), f"twiml{query}"
    status, answer = _sent(house, f"/webhooks/phone/{where}", urllib.parse.urlencode(form).encode(), {"X-Twilio-Signature": line.signature(where, form)})
    assert status == 200, (status, answer[:200])
    _check_document(answer, _TWIML)


def voicexml_call(house: PhoneHouse, form: dict[str, str], query: str) -> None:
    """Any fields get a valid document that says something."""
    status, answer = _sent(house, f"/webhooks/phone/vxml{query}", urllib.parse.urlencode(form).encode(), house.basic)
    assert status == 200, (status, answer[:200])
    _check_document(answer, _VOICEXML)


def chat_call(house: PhoneHouse, path: str, form: dict[str, str], wants_data: bool) -> None:
    """A form of our own page, with whatever in its fields, is answered with a page or data."""
    headers = {"Accept": "application/json"} if wants_data else {}
    cookie, token = _session(house)
    fields = {**form, "token": token} if "token" not in form else form
    status, answer = _sent(house, path, urllib.parse.urlencode(fields).encode(), {**headers, "Cookie": cookie})
    assert status in (200, 303, 403, 410, 413, 429), status
    assert status == 303 or answer.strip()


def raw_chat_call(house: PhoneHouse, path: str, body: bytes) -> None:
    """Bytes that are no form are refused with a page."""
    status, answer = _sent(house, path, body, {})
    assert 400 <= status < 500 or path == "/chat/start" and status == 200, status
    assert answer.strip()


def page_call(house: PhoneHouse, path: str, rest: str, query: str) -> None:
    """Whatever address is asked for, there is a page or none."""
    status, _ = _sent(house, path + urllib.parse.quote(rest.encode("utf-8", "replace"), safe="") + query, None, {})
    assert status in (200, 301, 302, 303, 400, 401, 404, 405), status


def _sent(house: PhoneHouse, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
    status, answer = fetch(f"http://127.0.0.1:{house.port}{path}", body, headers)
    assert status < 500, f"status {status}: {answer[:300]!r}"
    assert not any(leak in answer for leak in _LEAKS), answer[:300]
    return status, answer


def _session(house: PhoneHouse) -> tuple[str, str]:
    """The cookie and the form's token of a new visitor."""
    with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/", timeout=12) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or [""]
        token = re.search(r'name="token" value="([^"]*)"', answer.read().decode())
    assert token, "the page has no form"
    return cookies[-1].split(";")[0], html.unescape(token[1])


def _check_document(answer: bytes, schema: etree.RelaxNG) -> None:
    root = etree.fromstring(answer)
    assert schema.validate(root.getroottree()), schema.error_log
    assert "".join(root.itertext()).strip() or root.find("Hangup") is not None or b"exit" in answer, "a line on which nothing is said"


def _form(kind: str):
    return st.dictionaries(st.sampled_from(_FORM_NAMES[kind]), SENDABLE | st.sampled_from(["start", "7", "yes", "no", "completed", "hang_up", "no-answer"]), max_size=6)


def _query():
    fields = st.dictionaries(st.sampled_from(_QUERY_NAMES), SENDABLE | st.sampled_from(["1", *LINES]), max_size=3)
    return fields.map(lambda given: f"?{urllib.parse.urlencode(given)}" if given else "")


def _as_json(value: Any) -> bytes:
    return json.dumps(value).encode()
