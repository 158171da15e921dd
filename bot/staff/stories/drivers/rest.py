"""Plays a story over REST. Speaks for web and phone too where the story only names them in its metadata."""
import time
import uuid
from typing import Any

import httpx

from bot.staff.stories.heard import Heard
from bot.staff.stories.script import Step, Story

_PATIENCE = 30.0


class RestConversation:
    """One conversation over `POST /webhooks/rest/webhook`."""

    def __init__(self, client: httpx.Client, story: Story, channel: str | None) -> None:
        self._client, self._sender = client, f"story-{uuid.uuid4().hex}"
        given = {"leaflet": story.leaflet, "region": story.region, "channel": channel}
        self._metadata = {key: value for key, value in given.items() if value}

    def take(self, step: Step) -> Heard:
        """What comes when the patient does what `step` says. A failure of the line is a Heard that tells it, not an error."""
        body = {"sender": self._sender, "message": step.said, "metadata": self._metadata}
        began = time.monotonic()
        try:
            response = self._client.post("/webhooks/rest/webhook", json=body, timeout=_PATIENCE)
        except httpx.HTTPError as error:
            return Heard((), seconds=time.monotonic() - began, wrong=f"the assistant did not answer ({error.__class__.__name__})")
        seconds = time.monotonic() - began
        if response.status_code != 200:
            return Heard((), seconds=seconds, wrong=f"the assistant answered with the error {response.status_code}: {response.text[:200]}")
        return _heard(response.json(), seconds)


def _heard(messages: Any, seconds: float) -> Heard:
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        return Heard((), seconds=seconds, wrong="the assistant's answer has not the form of a list of messages")
    texts = tuple(message["text"] for message in messages if isinstance(message.get("text"), str))
    customs = [message["custom"] for message in messages if "custom" in message]
    wrong = "" if len(customs) == 1 and isinstance(customs[0], dict) else f"the turn carries {len(customs)} 'custom' objects; it should carry one"
    return Heard(texts, customs[0] if not wrong else {}, seconds, wrong)
