"""`make story CONVERSATION=id`: writes a script from a stored conversation, whose messages were masked before they were stored.

What is written down is what came, not what is right: whoever keeps the script reads it through first.
"""
import argparse
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Iterator

import yaml

from bot.conversations.audit import AuditError, note
from bot.conversations.where import conversations
from bot.inputs import ROOT
from bot.staff.stored import Stored, Unreadable, shown

SCRIPTS = ROOT / "tests" / "stories"
_NOTE = """\
# Written from a conversation of {when}. It says what the assistant did, not what is right:
# check every 'expect', change what is wrong, give the story a name, and look for anything personal that is left.
"""


class NoStory(Exception):
    """No script can be written; one sentence says why."""


def events_of(store: str, conversation: str) -> list[dict[str, Any]]:
    """The events of a conversation, oldest first. `store` is an SQLAlchemy address. Raises NoStory."""
    try:
        events = Stored(store).conversation(conversation)
    except Unreadable as error:
        raise NoStory(str(error)) from error
    if not events:
        raise NoStory(f"there is no conversation '{conversation}' in {shown(store)}; 'make story' alone lists the latest ones")
    return events


def latest(store: str, most: int = 15) -> list[tuple[str, float, int]]:
    """The latest conversations: id, time of the last message, number of messages. No words. Raises NoStory."""
    try:
        return Stored(store).latest(most)
    except Unreadable as error:
        raise NoStory(str(error)) from error


def script_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    """A script with one story: the patient's messages, and under each what came."""
    steps = list(_steps(events))
    if not steps:
        raise NoStory("the patient says nothing in this conversation")
    metadata = [event.get("metadata") or {} for event in events if event.get("event") == "user"]
    given = {key: next((some[key] for some in metadata if some.get(key)), None) for key in ("leaflet", "region", "channel")}
    return {"about": "To be named", **{key: value for key, value in given.items() if value}, "stories": [{"name": "to be named", "steps": steps}]}


def _steps(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A step for each message; one that no reply is kept of expects nothing yet."""
    step: dict[str, Any] = {}
    for event in events:
        custom = event.get("event") == "bot" and (event.get("data") or {}).get("custom")
        if event.get("event") == "user" and event.get("text"):
            if step:
                yield step
            step = {"patient": event["text"]}
        elif custom and step and "expect" not in step:
            step["expect"] = expected_of(custom)
    if step:
        yield step


def expected_of(custom: dict[str, Any]) -> dict[str, Any]:
    """The words of a script for what came in one turn."""
    kind, topics, level = custom.get("kind"), custom.get("topics") or [], custom.get("escalation", "none")
    expect: dict[str, Any] = {}
    if kind == "escalate":
        expect = {"escalates": level, "sign": _one_or_all(custom.get("red_flags") or [])}
    elif level != "none":
        expect = {"still warns": level}
    if kind in ("answer", "escalate") and topics:
        expect["quotes"] = _one_or_all(topics)
    leaflets = list(dict.fromkeys(quote["leaflet"] for quote in custom.get("quotes", ()) if quote["topic"] in topics))
    if "quotes" in expect and len(leaflets) == 1:
        expect["from"] = leaflets[0]
    if kind == "clarify":
        expect["asks which"] = _one_or_all(topics) if topics else _what_is_asked(custom)
    words = {"not_covered": "says not covered", "handoff": "hands over", "smalltalk": "small talk"}
    if kind in words:
        expect[words[kind]] = "yes"
    return expect


def _what_is_asked(custom: dict[str, Any]) -> str:
    choices = custom.get("choices") or [{}]
    return "part" if "region" in choices[0] else "leaflet" if "leaflet" in choices[0] else "question"


def _one_or_all(names: list[str]) -> Any:
    return names[0] if len(names) == 1 else list(names)


class _Readable(yaml.SafeDumper):
    """Lists set in under their key, as people write them."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def script_text(script: dict[str, Any], when: str) -> str:
    body = yaml.dump(script, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=1000)
    # the only quotation marks left are those that words need
    return _NOTE.format(when=when) + re.sub(r"'(yes)'", r"\1", body)


def write_story(store: str, conversation: str, folder: Path) -> Path:
    """Write the script and return its file. Raises NoStory; never overwrites."""
    events = events_of(store, conversation)
    when = datetime.fromtimestamp(events[0].get("timestamp") or 0)
    number = 1
    while (file := folder / f"conversation_{when:%Y_%m_%d}_{number}.yml").exists():
        number += 1
    file.write_text(script_text(script_of(events), f"{when:%d.%m.%Y}"), encoding="utf-8")
    return file


def main() -> None:
    """Command line: the conversation's id, or nothing for a list of the latest."""
    parser = argparse.ArgumentParser(prog="make story", description="Writes a script from a stored conversation.")
    parser.add_argument("conversation", nargs="?", help="the conversation's id; the latest ones are listed if none is named")
    parser.add_argument("--store", default=conversations(), help="the database of conversations, as an SQLAlchemy address")
    arguments = parser.parse_args()
    try:
        if arguments.conversation is None:
            note("listed conversations")
            for id_, last, messages in latest(arguments.store):
                print(f"{datetime.fromtimestamp(last):%d.%m.%Y %H:%M}  {messages:>3} messages  {id_}")
            print("Write one as a story with: make story CONVERSATION=id")
            return
        note("read as a story", arguments.conversation)
        file = write_story(arguments.store, arguments.conversation, SCRIPTS)
    except (NoStory, AuditError) as error:
        sys.exit(f"story: {error}")
    print(f"Written: {file.relative_to(ROOT)}\nIt says what the assistant did. Read it, change what is not right, and name it before you keep it.")


if __name__ == "__main__":
    main()
