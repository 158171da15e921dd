"""Three voice platforms, as far as a call needs one: each calls the running assistant in its own way and checks every document.

`Heard` is what a caller gets of a document, the same for all three, so that one script holds for all.
"""
import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from lxml import etree
from twilio.request_validator import RequestValidator

SCHEMAS = Path(__file__).parent / "schemas"
_TWIML = etree.RelaxNG(etree.parse(str(SCHEMAS / "twiml-voice.rng")))
_VOICEXML = etree.RelaxNG(etree.parse(str(SCHEMAS / "voicexml-2.1.rng")))
_NAMESPACE = {"v": "http://www.w3.org/2001/vxml"}


@dataclass
class Heard:
    """`said`: every sentence with whether it can be talked over; `document`: as it came."""

    document: bytes
    said: list[tuple[str, bool]]
    next: str
    transfer: Optional[str] = None
    keys: str = ""
    rate: str = "medium"
    messages: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(sentence for sentence, _ in self.said)


class FrontEnd:
    """One call. `do` plays what the caller does and returns what is heard; `again` sends the last request once more."""

    def __init__(self, house, line: str = "", call: Optional[str] = None) -> None:
        self.house, self.line, self.call = house, line, call or f"CA{uuid.uuid4().hex}"
        self._last: tuple[str, dict[str, Any]] = ("", {})

    def again(self) -> Heard:
        return self._send(*self._last)

    def _sent(self, where: str, fields: dict[str, Any]) -> Heard:
        self._last = (where, fields)
        return self._send(where, fields)

    def _send(self, where: str, fields: dict[str, Any]) -> Heard:
        raise NotImplementedError


def fetch(url: str, data: Optional[bytes], headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body, whatever the status."""
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=12) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Twiml(FrontEnd):
    """Twilio, with signed requests."""

    name = "twiml"

    def do(self, event: str, value: Any = None) -> Optional[Heard]:
        fields: dict[str, str] = {"CallSid": self.call, "AccountSid": "AC0", "From": "anonymous", "To": "+441140000000", "CallStatus": "in-progress"}
        if event == "start":
            return self._sent("twiml" + (f"?line={self.line}" if self.line else ""), fields)
        if event == "hangs_up":
            return self._sent("twiml/status", {**fields, "CallStatus": "completed"})
        if event == "transfer_fails":
            return self._sent(self._dial, {**fields, "DialCallStatus": "no-answer"})
        if event == "says":
            texts, confidences = _readings(value)
            fields |= {"SpeechResult": texts[0], **({"Confidence": str(confidences[0])} if confidences[0] is not None else {})}
        elif event == "presses":
            fields["Digits"] = str(value)
        return self._sent(self._action, fields)

    def _send(self, where: str, fields: dict[str, Any]) -> Optional[Heard]:
        status, body = self.post(where, fields, self.signature(where, fields))
        assert status in (200, 204), (status, body)
        return self._read(body) if body else None

    def signature(self, where: str, fields: dict[str, str]) -> str:
        """As the provider signs: over the public address and all fields."""
        return RequestValidator(self.house.auth_token).compute_signature(f"{self.house.public_url}/webhooks/phone/{where}", fields)

    def post(self, where: str, fields: dict[str, str], signature: str) -> tuple[int, bytes]:
        return fetch(f"{self.house.url}/{where}", urllib.parse.urlencode(fields).encode(), {"X-Twilio-Signature": signature})

    def _read(self, body: bytes) -> Heard:
        root = etree.fromstring(body)
        assert _TWIML.validate(root.getroottree()), _TWIML.error_log
        gather, dial = root.find("Gather"), root.find("Dial")
        inside = set(gather.iter("s")) if gather is not None else set()
        said = [("".join(sentence.itertext()), sentence in inside) for sentence in root.iter("s")]
        if gather is not None:
            self._action = gather.get("action")
        if dial is not None:
            self._dial = dial.get("action")
        then = "listen" if gather is not None else "transfer" if dial is not None else "end"
        assert then != "end" or root.find("Hangup") is not None
        rates = {each.get("rate") for each in root.iter("prosody")} or {"medium"}
        messages = [each.text for each in root.iter("Sms")]
        return Heard(body, said, then, dial.text if dial is not None else None, rate=rates.pop(), messages=messages)


class VoiceXml(FrontEnd):
    """A voice platform of the hospital's own, with the token as password."""

    name = "vxml"

    def do(self, event: str, value: Any = None) -> Optional[Heard]:
        if event == "start":
            self._variables: dict[str, str] = {}
            return self._sent("vxml?" + urllib.parse.urlencode({"line": self.line} if self.line else {}), {})
        fields = dict(self._variables)
        if event == "says":
            texts, confidences = _readings(value)
            # a VoiceXML recogniser always gives a confidence; 1 is what a sure one sends
            fields |= {"utterances": "\n".join(texts), "confidences": "\n".join(str(1 if each is None else each) for each in confidences)}
        elif event == "presses":
            fields["keys"] = str(value)
        else:
            fields["happened"] = {"silence": "silence", "no_match": "no_match", "hangs_up": "hang_up", "transfer_fails": "transfer_failed"}[event]
        return self._sent("vxml", fields)

    def _send(self, where: str, fields: dict[str, Any]) -> Heard:
        data = urllib.parse.urlencode(fields).encode() if fields else None
        status, body = fetch(f"{self.house.url}/{where}", data, self.house.basic)
        assert status == 200, (status, body)
        return self._read(body)

    def _read(self, body: bytes) -> Heard:
        root = etree.fromstring(body)
        assert _VOICEXML.validate(root.getroottree()), _VOICEXML.error_log
        self._variables = {each.get("name"): each.get("expr").strip("'") for each in root.findall("v:var", _NAMESPACE)}
        form = root.find("v:form", _NAMESPACE)
        said = [
            ("".join(sentence.itertext()), prompt.get("bargein") == "true")
            for prompt in form.iterfind(".//v:prompt", _NAMESPACE)
            for sentence in prompt.iterfind(".//v:s", _NAMESPACE)
        ]
        transfer, field_ = form.find("v:transfer", _NAMESPACE), form.find("v:field", _NAMESPACE)
        then = "listen" if field_ is not None else "transfer" if transfer is not None else "end"
        assert then != "listen" or (field_.find("v:noinput", _NAMESPACE) is not None and field_.find("v:nomatch", _NAMESPACE) is not None)
        rates = {each.get("rate") for each in form.iter(f"{{{_NAMESPACE['v']}}}prosody")} or {"medium"}
        return Heard(body, said, then, transfer.get("dest").removeprefix("tel:") if transfer is not None else None, rate=rates.pop())


class Json(FrontEnd):
    """Any other front-end, over the JSON voice API."""

    name = "json"
    _requests = 0

    def do(self, event: str, value: Any = None) -> Heard:
        names = {"start": "start", "silence": "silence", "no_match": "no_match", "hangs_up": "hang_up", "transfer_fails": "transfer_failed"}
        if event == "says":
            texts, confidences = _readings(value)
            told: dict[str, Any] = {"utterance": texts[0], "alternatives": [{"text": text, "confidence": each} for text, each in zip(texts[1:], confidences[1:])]}
            told |= {"confidence": confidences[0]} if confidences[0] is not None else {}
        else:
            told = {"keys": str(value)} if event == "presses" else {"event": names[event]}
        self._requests += 1
        return self._sent("call", {"call": self.call, "request": str(self._requests), **({"line": self.line} if self.line else {}), **told})

    def _send(self, where: str, fields: dict[str, Any]) -> Heard:
        status, body = fetch(f"{self.house.url}/{where}", json.dumps(fields).encode(), self.house.bearer)
        assert status == 200, (status, body)
        answer = json.loads(body)
        assert etree.fromstring(answer["ssml"].encode()) is not None
        assert " ".join(segment["text"] for segment in answer["say"]) == answer["text"]
        said = [(segment["text"], segment["interruptible"]) for segment in answer["say"]]
        keys = "".join(answer["listen"]["keys"]) if answer["listen"] else ""
        return Heard(body, said, answer["next"], answer["transfer"], keys, answer["rate"], answer["text_message"])


FRONT_ENDS = (Twiml, VoiceXml, Json)


def _readings(value: Any) -> tuple[list[str], list[Optional[float]]]:
    """Texts and confidences of a script's `says`: a text, or a list of [text, confidence]."""
    if isinstance(value, str):
        return [value], [None]
    return [each[0] for each in value], [each[1] for each in value]
