"""The audit trail: only added to, by several at once, and what was changed in it is noticed."""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.conversations.audit import AuditError, audit_file, entries, name_of, note

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environ(tmp_path):
    """Settings with a trail of the test's own."""
    return {"AUDIT_TRAIL": str(tmp_path / "new" / "audit.jsonl"), "BY": "Nora Quill"}


def test_accesses_are_kept_in_order(environ):
    """Each names what, which conversation, who and when."""
    note("export", "ann", environ)
    note("delete", "ann", environ)
    found = entries(audit_file(environ))
    assert [(entry["what"], entry["conversation"], entry["by"]) for entry in found] == [("export", name_of("ann"), "Nora Quill"), ("delete", name_of("ann"), "Nora Quill")]
    assert all(entry["account"] and entry["at"].endswith("UTC") for entry in found)


def test_it_is_in_the_usual_folder(tmp_path):
    """Where nothing else is set."""
    assert audit_file({"VAR": str(tmp_path)}) == tmp_path / "audit.jsonl"


def test_nobody_else_may_read_it(environ):
    """It tells who works here."""
    note("export", "ann", environ)
    assert audit_file(environ).stat().st_mode & 0o077 == 0


def test_several_at_once_lose_nothing(environ):
    """Each line follows the one before it."""
    with ThreadPoolExecutor(8) as staff:
        list(staff.map(lambda number: note("export", str(number), environ), range(40)))
    assert {entry["conversation"] for entry in entries(audit_file(environ))} == {name_of(str(number)) for number in range(40)}


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace("export", "delete"), *lines[1:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [*lines[:2], "not a line of ours"],
    ],
    ids=["changed", "one left out", "the first left out", "one doubled", "no JSON"],
)
def test_a_change_by_hand_is_noticed(environ, change):
    """The line that does not follow is named."""
    for number in range(3):
        note("export", str(number), environ)
    file = audit_file(environ)
    file.write_text("\n".join(change(file.read_text().splitlines())) + "\n")
    with pytest.raises(AuditError, match=rf"{file}:\d: this line does not follow"):
        entries(file)


def test_a_trail_that_can_not_be_written_is_an_error(tmp_path):
    """It names the file and the setting, and that nothing was done."""
    with pytest.raises(AuditError, match="can't be noted .* refused; AUDIT_TRAIL names another file"):
        note("export", "ann", {"AUDIT_TRAIL": str(tmp_path)})


def listed(environ, *arguments):
    return subprocess.run([sys.executable, "-m", "bot.conversations.audit", *arguments], cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60)


def test_accesses_are_listed(environ):
    """All, or those of one conversation, whose id is not shown."""
    note("export", "ann", environ)
    note("delete", "ben", environ)
    done = listed(environ, "ben")
    assert "(Nora Quill)  delete" in done.stdout and "export" not in done.stdout and "2 accesses, none changed" in done.stdout
    assert len(listed(environ).stdout.splitlines()) == 3 and "ann" not in listed(environ).stdout


def test_a_changed_trail_is_told_in_one_sentence(environ):
    """With a status that says so."""
    note("export", "ann", environ)
    audit_file(environ).write_text(json.dumps({"previous": "x"}) + "\n")
    done = listed(environ)
    assert done.returncode == 1 and done.stderr.startswith("audit: ") and "Traceback" not in done.stderr
