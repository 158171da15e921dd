"""A stored conversation becomes a script that can be read and played; nothing is overwritten, and nothing personal is told."""
import json
import sqlite3
import sys

import pytest
import yaml

from bot.conversations.audit import entries, name_of
from bot.staff.stories import from_conversation
from bot.staff.stories.from_conversation import NoStory, events_of, latest, script_of, write_story
from bot.staff.stories.reader import read_scripts
from tests.staff.tea_room_stories import heard, known, quote_of

TURNS = [
    ("hello", heard("smalltalk", own=["hello"])),
    ("what does [name] pay for tea: with milk", heard(quotes=[quote_of("tea", "north"), quote_of("milk", "north")])),
    ("I burnt myself", heard("escalate", quotes=[quote_of("scalds", "north")], topics=[], level="ae", flags=["scald"], first="advice")),
    ("and cake", heard(quotes=[quote_of("cake", "south")], level="ae", first="reminder")),
    ("dogs", heard("not_covered", own=["nothing"], level="ae", first="reminder")),
    ("hm", heard("clarify", topics=["tea", "cake"], level="ae", first="reminder")),
    ("a person", heard("handoff", own=["999"], level="ae", first="reminder")),
]


def events(turns=TURNS):
    """What a tracker holds of these turns."""
    for number, (said, came) in enumerate(turns):
        yield {"event": "user", "text": said, "timestamp": 1_760_000_000.0 + number, "metadata": {"leaflet": "north", "channel": "web"}}
        yield {"event": "bot", "text": came.texts[0] if came.texts else "", "data": {"custom": None}, "timestamp": 1.0}
        yield {"event": "bot", "text": None, "data": {"custom": came.custom}, "timestamp": 1.0}


@pytest.fixture(params=["a row for each event", "a row for each turn"])
def store(request, tmp_path):
    """A database as Rasa's SQL store or our own keeps it, with one conversation."""
    with sqlite3.connect(tmp_path / "conversations.db") as database:
        if request.param == "a row for each event":
            database.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, timestamp REAL, intent_name TEXT, action_name TEXT, data TEXT)")
            rows = [("ann", event["event"], event["timestamp"], json.dumps(event)) for event in events()]
            database.executemany("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)", rows)
        else:
            database.execute("CREATE TABLE turns (conversation TEXT, number INTEGER, message TEXT, taken REAL, slots TEXT, events TEXT)")
            for number, turn in enumerate(TURNS):
                database.execute("INSERT INTO turns VALUES (?, ?, NULL, ?, '{}', ?)", ("ann", number, 1_760_000_000.0 + number, json.dumps(list(events([turn])))))
    database.close()
    return f"sqlite:///{tmp_path / 'conversations.db'}"


def test_a_conversation_becomes_a_script_that_can_be_read(store, tmp_path):
    """Every turn with what came, in the words of scripts, and no mistake in it."""
    file = write_story(store, "ann", tmp_path)
    reading = read_scripts([file], known())
    assert reading.mistakes == []
    (story,) = reading.stories
    assert (story.leaflet, story.channel, [step.said for step in story.steps]) == ("north", "web", [said for said, _ in TURNS])
    expected = [step["expect"] for step in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"][0]["steps"]]
    assert expected == [
        {"small talk": True},
        {"quotes": ["tea", "milk"], "from": "north"},
        {"escalates": "ae", "sign": "scald"},
        {"still warns": "ae", "quotes": "cake", "from": "south"},
        {"still warns": "ae", "says not covered": True},
        {"still warns": "ae", "asks which": ["tea", "cake"]},
        {"still warns": "ae", "hands over": True},
    ]


def test_the_script_says_that_it_must_be_checked(store, tmp_path):
    """What came is not what is right."""
    assert "not what is right" in write_story(store, "ann", tmp_path).read_text(encoding="utf-8").splitlines()[0]


def test_a_script_is_never_overwritten(store, tmp_path):
    """A second one gets a name of its own."""
    assert write_story(store, "ann", tmp_path) != write_story(store, "ann", tmp_path)


def test_a_message_without_a_reply_is_kept():
    """What came is then for whoever reads the script to write."""
    alone = [event for event in events(TURNS[:2]) if event["event"] == "user" or event["data"]["custom"] is None]
    assert script_of(alone)["stories"][0]["steps"] == [{"patient": said} for said, _ in TURNS[:2]]


def test_the_list_tells_no_words(store):
    """Id, time and number of messages."""
    assert latest(store) == [("ann", 1_760_000_006.0, 7)]


def test_an_unknown_conversation_is_told(store, tmp_path):
    """And a store that is not there, and one without conversations."""
    with pytest.raises(NoStory, match="no conversation 'bob'"):
        events_of(store, "bob")
    with pytest.raises(NoStory, match="does not exist"):
        events_of(f"sqlite:///{tmp_path}/none.db", "ann")
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(NoStory, match="no conversations"):
        latest(f"sqlite:///{tmp_path / 'empty.db'}")


def test_the_stores_password_is_not_told():
    """An address may hold one."""
    with pytest.raises(NoStory) as told:
        latest("postgresql://nora:secret@127.0.0.1:1/none")
    assert "secret" not in str(told.value)


def test_whoever_reads_a_conversation_is_noted(store, tmp_path, monkeypatch, capsys):
    """The list without words, and the one that is written as a story; without a trail neither."""
    monkeypatch.setenv("AUDIT_TRAIL", str(tmp_path / "audit.jsonl"))
    monkeypatch.setattr(from_conversation, "SCRIPTS", tmp_path)
    monkeypatch.setattr(from_conversation, "ROOT", tmp_path)
    for arguments in ([], ["ann"]):
        monkeypatch.setattr(sys, "argv", ["make story", *arguments, "--store", store])
        from_conversation.main()
    assert [(entry["what"], entry["conversation"]) for entry in entries(tmp_path / "audit.jsonl")] == [("listed conversations", ""), ("read as a story", name_of("ann"))]
    capsys.readouterr()
    monkeypatch.setenv("AUDIT_TRAIL", str(tmp_path))
    with pytest.raises(SystemExit, match="so it is refused"):
        from_conversation.main()
    assert capsys.readouterr().out == ""
