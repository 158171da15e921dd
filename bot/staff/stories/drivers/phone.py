"""Plays a story over the telephone's JSON voice API: rings up, speaks or presses keys, and listens to the end of each answer."""
import time
import uuid
from typing import Any, Optional

import httpx

from bot.staff.stories.drivers.line import Line
from bot.staff.stories.heard import Heard, Span, unanswered
from bot.staff.stories.script import Step, Story

_HEARD_WELL = 0.9  # the recogniser's confidence
_GOES_ON = ("more", "after_advice")  # the sentences after which the rest of an answer can be heard with a key
_MORE = "1"
_YOUR_LEAFLET = "from_your_leaflet"
_LONGEST = 20  # parts of one answer
_NAMES_A_PERSON = {"transfer", "no_transfer", "give_up"}


class PhoneConversation:
    """One call."""

    over = "the telephone"

    def __init__(self, line: Line, story: Story) -> None:
        self._client, self._call = line.client(), f"story-{uuid.uuid4().hex}"
        self._given = {key: value for key, value in (("leaflet", story.leaflet), ("region", story.region)) if value}
        self._level, self._flags, self._rung = "none", [], False

    def take(self, step: Step) -> Heard:
        began = time.monotonic()
        try:
            if not self._rung:
                self._send(event="start")
                self._rung = True
            said = {"patient": {"utterance": step.said, "confidence": _HEARD_WELL}, "presses": {"keys": step.said}, "stays silent": {"event": "silence"}}
            return self._listened(self._send(**said[step.how]), began)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            return unanswered(f"the telephone did not answer ({error.__class__.__name__}: {error})", time.monotonic() - began)

    def _send(self, **told: Any) -> dict[str, Any]:
        response = self._client.post("/webhooks/phone/call", json={"call": self._call, "request": uuid.uuid4().hex, **self._given, **told})
        if response.status_code != 200:
            raise ValueError(f"error {response.status_code}: {response.text[:200]}")
        return response.json()

    def _listened(self, spoken: dict[str, Any], began: float) -> Heard:
        """The whole answer: as long as there is more of it, the caller asks for it."""
        seconds, custom, segments = time.monotonic() - began, spoken.get("custom"), list(spoken["say"])
        for _ in range(_LONGEST):
            if not (spoken["say"] and spoken["say"][-1]["name"] in _GOES_ON and spoken.get("listen") and _MORE in spoken["listen"]["keys"]):
                break
            spoken = self._send(keys=_MORE)
            segments += spoken["say"]
        custom = custom or self._own_words(segments)
        self._level, self._flags = custom.get("escalation", "none"), custom.get("red_flags", [])
        read, names = tuple(filter(None, map(_span, segments))), {segment["name"] for segment in segments}
        texts, roles = tuple(segment["text"] for segment in segments), tuple(map(_role, segments))
        return Heard(texts, custom, seconds, read=read, your_leaflet=_YOUR_LEAFLET in names, roles=roles)

    def _own_words(self, segments: list[dict[str, Any]]) -> dict[str, Any]:
        """What the telephone says itself, without asking the assistant, in the form of a turn."""
        kind = "handoff" if _NAMES_A_PERSON & {segment["name"] for segment in segments} else "smalltalk"
        return {"kind": kind, "topics": [], "candidates": [], "escalation": self._level, "red_flags": self._flags, "quotes": [], "parts": []}


def _span(segment: dict[str, Any]) -> Optional[Span]:
    return (segment["leaflet"], segment["start"], segment["end"]) if segment["source"] == "quote" else None


def _role(segment: dict[str, Any]) -> str:
    return "quote" if segment["source"] == "quote" else segment["name"] if segment["name"] in ("advice", "reminder", "notice") else "own"
