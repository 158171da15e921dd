"""bot/staff/conversations.py: staff delete and export a conversation from the command line, and the audit trail says who did."""
import asyncio
import json
import os
import pwd
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.channels.alarms import AlarmStore
from bot.channels.phone.call import Call
from bot.channels.phone.store import CallStore
from bot.channels.web.store import ShownTurn, TurnStore
from bot.conversations.audit import entries, name_of
from bot.conversations.database import Database, Entry
from bot.safety.in_force import InForce

ROOT = Path(__file__).resolve().parents[2]


class Hospital:
    """The databases of a running assistant, and the command on them."""

    def __init__(self, var):
        self.var, self.trail = var, var / "audit.jsonl"
        self.database = Database(self.address("conversations"))

    def address(self, name):
        return f"sqlite:///{self.var / name}.db"

    def said(self, conversation, text):
        """A turn, as it is stored, shown, called and in force."""
        events = [{"event": "user", "timestamp": 1.0, "text": text}, {"event": "bot", "timestamp": 2.0, "text": "answer"}]
        self.database.append([Entry(conversation, 0, 1, "{}", json.dumps(events))])
        AlarmStore(self.address("alarms")).write(conversation, InForce("ae", ("scald",)))
        asyncio.run(TurnStore(self.address("web"), 3600).add(conversation, ShownTurn(f"m-{conversation}", text, {"kind": "answer"}, time.time())))
        asyncio.run(CallStore(self.address("calls")).write(Call(conversation)))

    def rows(self):
        """How many rows each table has."""
        counted = {}
        for name, table in (("conversations", "turns"), ("web", "web_turns"), ("alarms", "alarms"), ("calls", "calls")):
            with sqlite3.connect(self.var / f"{name}.db") as connection:
                counted[table] = connection.execute(f"select count(*) from {table}").fetchone()[0]
        return counted

    def command(self, *arguments, **settings):
        left_out = ("CONVERSATION_STORE", "ALARM_STORE", "WEB_STORE", "CALL_STORE", "AUDIT_TRAIL")
        environment = {**{key: value for key, value in os.environ.items() if key not in left_out}, "VAR": str(self.var), "LOGNAME": "somebody-else", "BY": "Nora Quill", **settings}
        return subprocess.run([sys.executable, "-m", "bot.staff.conversations", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def hospital(tmp_path):
    return Hospital(tmp_path)


def test_export_prints_what_was_said(hospital):
    """As JSON; the trail says who and when, and no word of it."""
    hospital.said("ann", "marmalade")
    done = hospital.command("export", "ann")
    assert [(part["who"], part["text"]) for part in json.loads(done.stdout)] == [("patient", "marmalade"), ("assistant", "answer")]
    (entry,) = entries(hospital.trail)
    assert (entry["what"], entry["by"], entry["conversation"]) == ("export", "Nora Quill", name_of("ann"))
    assert entry["account"] == pwd.getpwuid(os.getuid()).pw_name, "a variable may not change who it was"
    assert "marmalade" not in hospital.trail.read_text() and '"ann"' not in hospital.trail.read_text()


def test_delete_removes_it_from_every_store(hospital):
    """And only it; no file holds a word of it any more."""
    hospital.said("ann", "marmalade")
    hospital.said("ben", "toast")
    assert hospital.command("delete", "ann").stdout == "Deleted.\n"
    assert hospital.rows() == {"turns": 1, "web_turns": 1, "alarms": 1, "calls": 1}
    assert hospital.database.ids() == ["ben"]
    assert not any(b"marmalade" in file.read_bytes() for file in hospital.var.iterdir())
    assert [entry["what"] for entry in entries(hospital.trail)] == ["delete"]


def test_stores_that_were_never_used_are_not_made(hospital):
    """A hospital without the telephone has no calls."""
    hospital.database.append([Entry("ann", 0, 1, "{}", "[]")])
    assert hospital.command("delete", "ann").stdout == "Deleted.\n"
    assert not any((hospital.var / f"{name}.db").exists() for name in ("web", "calls", "alarms"))


def test_what_could_not_be_deleted_everywhere_is_told(hospital, tmp_path):
    """And can be tried again."""
    hospital.said("ann", "marmalade")
    (tmp_path / "folder.db").mkdir()
    done = hospital.command("delete", "ann", WEB_STORE=f"sqlite:///{tmp_path / 'folder.db'}")
    assert done.returncode == 1 and "not deleted" in done.stderr and "Traceback" not in done.stderr
    assert hospital.command("delete", "ann").stdout == "Deleted.\n"


@pytest.mark.parametrize("what", ["export", "delete"])
def test_without_a_trail_there_is_no_access(hospital, what):
    """Nothing is shown and nothing is deleted."""
    hospital.said("ann", "marmalade")
    done = hospital.command(what, "ann", AUDIT_TRAIL=str(hospital.var))
    assert done.returncode == 1 and done.stdout == "" and "so it is refused" in done.stderr
    assert hospital.rows() == {"turns": 1, "web_turns": 1, "alarms": 1, "calls": 1}


def test_an_unknown_conversation_is_one_sentence(hospital):
    """With a status that says so."""
    hospital.said("ann", "one")
    done = hospital.command("delete", "ben")
    assert done.returncode == 1 and done.stderr == "conversations: there is none with the id 'ben'\n"


def test_a_database_that_is_away_is_one_sentence(hospital, tmp_path):
    """No traceback."""
    (tmp_path / "folder.db").mkdir()
    done = hospital.command("export", "ann", CONVERSATION_STORE=f"sqlite:///{tmp_path / 'folder.db'}")
    assert done.returncode == 1 and "the database does not answer" in done.stderr and "Traceback" not in done.stderr
