"""What was said in a conversation, for the patient who asks for it."""
from typing import Any, Iterable, Mapping


def transcript(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was said, oldest first: `time` (seconds since 1970), `who` (`patient` or `assistant`), and `text`; of an assistant's
    message that channels render `custom` instead. `events` are stored events."""
    return [said for event in events if (said := _said(event))]


def _said(event: Mapping[str, Any]) -> dict[str, Any]:
    if event["event"] == "user":
        return {"time": event["timestamp"], "who": "patient", "text": event["text"]}
    if event["event"] == "bot":
        return {"time": event["timestamp"], "who": "assistant", **sent(event)}
    return {}


def sent(event: Mapping[str, Any]) -> dict[str, Any]:
    """The message of a stored bot event: its `custom` object or its `text`."""
    custom = (event.get("data") or {}).get("custom")
    return {"custom": custom} if custom else {"text": event.get("text")}
