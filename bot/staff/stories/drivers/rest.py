"""Plays a story over REST. Speaks for web and phone too where the story only names them in its metadata."""
import time
import uuid
from typing import Any

import httpx

from bot.staff.stories.drivers.line import Line
from bot.staff.stories.heard import Heard, unanswered
from bot.staff.stories.script import Step, Story


class RestConversation:
    """One conversation over `POST /webhooks/rest/webhook`."""

    over = "REST"

    def __init__(self, line: Line, story: Story) -> None:
        self._client, self._sender = line.client(), f"story-{uuid.uuid4().hex}"
        given = {"leaflet": story.leaflet, "region": story.region, "channel": story.channel}
        self._metadata = {key: value for key, value in given.items() if value in ("web", "phone") or (value and key != "channel")}

    def take(self, step: Step) -> Heard:
        body = {"sender": self._sender, "message": step.said, "metadata": self._metadata}
        began = time.monotonic()
        try:
            response = self._client.post("/webhooks/rest/webhook", json=body)
            seconds = time.monotonic() - began
            if response.status_code != 200:
                return unanswered(f"the assistant answered with the error {response.status_code}: {response.text[:200]}", seconds)
            return _heard(response.json(), seconds)
        except (httpx.HTTPError, ValueError) as error:
            return unanswered(f"the assistant did not answer ({error.__class__.__name__})", time.monotonic() - began)


def _heard(messages: Any, seconds: float) -> Heard:
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        return unanswered("the assistant's answer has not the form of a list of messages", seconds)
    texts = tuple(message["text"] for message in messages if isinstance(message.get("text"), str))
    customs = [message["custom"] for message in messages if "custom" in message]
    if len(customs) != 1 or not isinstance(customs[0], dict):
        return Heard(texts, {}, seconds, f"the turn carries {len(customs)} 'custom' objects; it should carry one")
    return Heard(texts, customs[0], seconds)
