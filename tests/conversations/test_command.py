"""bot/conversations/command.py: staff delete and export a conversation from the command line, and the log says who did."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def command(url):
    """A function that runs the command on this test's database."""

    def run(*arguments, database=url):
        environment = {**os.environ, "CONVERSATION_STORE": database, "LOGNAME": "nurse"}
        return subprocess.run([sys.executable, "-m", "bot.conversations.command", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    return run


def test_export_prints_what_was_said(clinic, command):
    """As JSON, with a line in the log."""
    clinic.turn("ann", "one")
    done = command("export", "ann")
    assert [part["who"] for part in json.loads(done.stdout)] == ["patient", "assistant", "assistant"]
    assert "export of a conversation by nurse" in done.stderr and "one" not in done.stderr


def test_delete_removes_it(clinic, command):
    """And only it."""
    for sender in ("ann", "ben"):
        clinic.turn(sender, "one")
    assert command("delete", "ann").stdout == "Deleted.\n"
    assert clinic.texts("ann") == [] and clinic.texts("ben") == ["one"]


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
