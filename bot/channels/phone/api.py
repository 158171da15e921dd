"""The JSON voice API: what a front-end sends, checked, and the call's request made of it."""
from typing import Any, Optional

from bot.channels.phone.dialogue import Event
from bot.channels.phone.exchange import Request
from bot.channels.phone.hearing import AT_MOST, Hypothesis

EVENTS = ("start", "silence", "no_match", "transfer_failed", "hang_up")
_KEYS = ("call", "event", "utterance", "confidence", "alternatives", "keys", "request", "line", "dialled", "leaflet", "region")
_TEXTS = ("call", "event", "utterance", "keys", "request", "line", "dialled", "leaflet", "region")


class BadRequest(Exception):
    """A request that does not have the form the API expects; says what is wrong and never repeats what was sent."""


def read_request(body: Any) -> Request:
    """The request that `body` (decoded JSON) is. Raises BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest("expected a JSON object")
    for key in body:
        if key not in _KEYS:
            raise BadRequest(f"unknown key; allowed are: {', '.join(_KEYS)}")
    for key in _TEXTS:
        if body.get(key) is not None and not isinstance(body[key], str):
            raise BadRequest(f"'{key}' should be text")
    if not body.get("call"):
        raise BadRequest("'call' is missing: the front-end's own id of the call, never the caller's number")
    told = [key for key in ("event", "utterance", "keys") if body.get(key) is not None]
    if len(told) != 1:
        raise BadRequest("expected exactly one of 'event', 'utterance' and 'keys'")
    rest = {key: body.get(key) for key in ("line", "dialled", "leaflet", "region")}
    return Request(body["call"], _event(body, told[0]), body.get("request") or "", can_text=True, **rest)


def _event(body: dict[str, Any], told: str) -> Event:
    if told == "keys":
        return Event("keys", keys=body["keys"])
    if told == "utterance":
        return Event("speech", (Hypothesis(body["utterance"], _confidence(body.get("confidence"))), *_alternatives(body.get("alternatives"))))
    if body["event"] not in EVENTS:
        raise BadRequest(f"unknown event; expected one of: {', '.join(EVENTS)}")
    return Event(body["event"])


def _alternatives(given: Any) -> tuple[Hypothesis, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, dict) and isinstance(each.get("text"), str) for each in given):
        raise BadRequest("'alternatives' should be a list of objects with 'text' and, if known, 'confidence'")
    return tuple(Hypothesis(each["text"], _confidence(each.get("confidence"))) for each in given[:AT_MOST])


def _confidence(given: Any) -> Optional[float]:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 <= given <= 1:
        raise BadRequest("'confidence' should be a number from 0 to 1")
    return float(given)
