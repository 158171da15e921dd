"""`make story CONVERSATION=id`: writes a script from a stored conversation, whose messages were masked before they were stored.

What is written down is what came, not what is right: whoever keeps the script reads it through first.
"""
import argparse
import json
import re
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Iterator

import yaml
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.inputs import ROOT

SCRIPTS = ROOT / "tests" / "stories"
_NOTE = """\
# Written from a conversation of {when}. It says what the assistant did, not what is right:
# check every 'expect', change what is wrong, give the story a name, and look for anything personal that is left.
"""


class NoStory(Exception):
    """No script can be written; one sentence says why."""


@dataclass(frozen=True)
class _Form:
    """How a store keeps conversations: the query for one, the query for a list, and how a row becomes events."""

    one: str
    many: str
    events: Callable[[str], list[dict[str, Any]]]


_FORMS = {
    # by the table that tells them apart: our own store has a row for each turn, Rasa's SQL store one for each event
    "turns": _Form(
        "SELECT events FROM turns WHERE conversation = :id ORDER BY number",
        "SELECT conversation, MAX(taken), COUNT(*) FROM turns GROUP BY conversation ORDER BY 2 DESC LIMIT :most",
        json.loads,
    ),
    "events": _Form(
        "SELECT data FROM events WHERE sender_id = :id ORDER BY id",
        "SELECT sender_id, MAX(timestamp), SUM(CASE WHEN type_name = 'user' THEN 1 ELSE 0 END) FROM events GROUP BY sender_id ORDER BY 2 DESC LIMIT :most",
        lambda row: [json.loads(row)],
    ),
}


def events_of(store: str, conversation: str) -> list[dict[str, Any]]:
    """The events of a conversation, oldest first. `store` is an SQLAlchemy address. Raises NoStory."""
    form, rows = _asked(store, "one", id=conversation)
    if not rows:
        raise NoStory(f"there is no conversation '{conversation}' in {_shown(store)}; 'make story' alone lists the latest ones")
    return [event for row in rows for event in form.events(row[0])]


def latest(store: str, most: int = 15) -> list[tuple[str, float, int]]:
    """The latest conversations: id, time of the last message, number of messages. No words. Raises NoStory."""
    return [tuple(row) for row in _asked(store, "many", most=most)[1]]


def _asked(store: str, query: str, **values: Any) -> tuple[_Form, list[Any]]:
    if store.startswith("sqlite:///") and not Path(store.removeprefix("sqlite:///")).exists():
        raise NoStory(f"there are no conversations yet: {_shown(store)} does not exist")
    try:
        engine = create_engine(store)
        with engine.connect() as connection:
            found = next((form for table, form in _FORMS.items() if inspect(connection).has_table(table)), None)
            if found is None:
                raise NoStory(f"there are no conversations in {_shown(store)}")
            return found, list(connection.execute(text(getattr(found, query)), values))
    except (SQLAlchemyError, ImportError) as error:
        raise NoStory(f"the conversations in {_shown(store)} can't be read ({error.__class__.__name__})") from error


def _shown(store: str) -> str:
    """The store's address without name and password."""
    return store.split("://", 1)[-1].split("@")[-1]


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
    parser.add_argument("--store", default=f"sqlite:///{ROOT / 'var' / 'conversations.db'}", help="the database of conversations, as an SQLAlchemy address")
    arguments = parser.parse_args()
    try:
        if arguments.conversation is None:
            for id_, last, messages in latest(arguments.store):
                print(f"{datetime.fromtimestamp(last):%d.%m.%Y %H:%M}  {messages:>3} messages  {id_}")
            print("Write one as a story with: make story CONVERSATION=id")
            return
        file = write_story(arguments.store, arguments.conversation, SCRIPTS)
    except NoStory as error:
        sys.exit(f"story: {error}")
    print(f"Written: {file.relative_to(ROOT)}\nIt says what the assistant did. Read it, change what is not right, and name it before you keep it.")


if __name__ == "__main__":
    main()
