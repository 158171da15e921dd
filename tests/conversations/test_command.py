"""bot/conversations/command.py: staff delete and export a conversation from the command line, and the audit trail says who did."""
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from bot.conversations.audit import entries, name_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def trail(tmp_path):
    """Where the accesses are noted."""
    return tmp_path / "trail" / "audit.jsonl"


@pytest.fixture
def command(url, trail):
    """A function that runs the command on this test's database."""

    def run(*arguments, database=url, audit=trail):
        environment = {**os.environ, "CONVERSATION_STORE": database, "AUDIT_TRAIL": str(audit), "LOGNAME": "somebody-else", "BY": "Nora Quill"}
        return subprocess.run([sys.executable, "-m", "bot.conversations.command", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    return run


def test_export_prints_what_was_said(clinic, command, trail):
    """As JSON; the trail says who and when, and no word of it."""
    clinic.turn("ann", "marmalade")
    done = command("export", "ann")
    assert [part["who"] for part in json.loads(done.stdout)] == ["patient", "assistant", "assistant"]
    (entry,) = entries(trail)
    assert (entry["what"], entry["by"], entry["conversation"]) == ("export", "Nora Quill", name_of("ann"))
    assert entry["account"] == pwd.getpwuid(os.getuid()).pw_name, "a variable may not change who it was"
    assert "marmalade" not in trail.read_text() and '"ann"' not in trail.read_text()


def test_delete_removes_it(clinic, command, trail):
    """And only it."""
    for sender in ("ann", "ben"):
        clinic.turn(sender, "one")
    assert command("delete", "ann").stdout == "Deleted.\n"
    assert clinic.texts("ann") == [] and clinic.texts("ben") == ["one"]
    assert [entry["what"] for entry in entries(trail)] == ["delete"]


@pytest.mark.parametrize("what", ["export", "delete"])
def test_without_a_trail_there_is_no_access(clinic, command, tmp_path, what):
    """Nothing is shown and nothing is deleted."""
    clinic.turn("ann", "one")
    done = command(what, "ann", audit=tmp_path)
    assert done.returncode == 1 and done.stdout == "" and "so it is refused" in done.stderr
    assert clinic.texts("ann") == ["one"]


def test_an_unknown_conversation_is_one_sentence(clinic, command):
    """With a status that says so."""
    clinic.turn("ann", "one")
    done = command("delete", "ben")
    assert done.returncode == 1 and done.stderr == "conversations: there is none with the id 'ben'\n"


def test_a_database_that_is_away_is_one_sentence(command, tmp_path):
    """No traceback."""
    (tmp_path / "folder.db").mkdir()
    done = command("export", "ann", database=f"sqlite:///{tmp_path / 'folder.db'}")
    assert done.returncode == 1 and "the database does not answer" in done.stderr and "Traceback" not in done.stderr
