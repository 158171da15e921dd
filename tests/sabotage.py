"""Does a test notice? `make sabotage` puts faults into a copy of the project, one at a time, and runs the tests that should.

Each fault replaces an exact piece of one file. Where that piece is gone, the fault must be written anew: it is reported as
an error, never skipped. The working tree itself is not touched.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_LIMIT = 300  # seconds for the tests of one fault


@dataclass(frozen=True)
class Fault:
    """What is done wrong, where, and which tests should turn red. `old` is None where the whole file is emptied."""

    name: str
    file: str
    old: str | None
    new: str
    tests: tuple[str, ...]


GUARD = ("tests/channels/test_never_silent.py",)
MESSAGES = ("tests/channels/test_messages.py",)
SIGNS = ("tests/channels/test_what_counts.py",)
BOOK = ("tests/safety/test_signs.py",)
COMPOSER = ("tests/answers/test_composer.py",)
PASSAGE = ("tests/leaflets/test_passage.py",)
LIBRARY = ("tests/leaflets/test_library.py",)
SELECTION = ("tests/answers/test_selection.py",)
DESK = ("tests/answers/test_desk.py",)
ACTIONS = ("tests/test_actions.py",)
MAPS = ("tests/test_passages_fit.py",)

FAULTS = [
    Fault(
        "a quote shifted by one character",
        "bot/answers/composer.py",
        "passage.text, passage.start, passage.end,",
        "passage.text, passage.start + 1, passage.end + 1,",
        COMPOSER,
    ),
    Fault("a checksum ignored", "bot/leaflets/passage.py", "if short_hash(passage.text) != passage.check:", "if False:", PASSAGE),
    Fault("the wrong leaflet", "bot/answers/selection.py", "if candidate.id == leaflet]", "if candidate.id != leaflet]", SELECTION),
    Fault(
        "a topic swapped in a map",
        "data/answers/sample-nerve-root-injection.yml",
        'says: not_that_day_nor_with_weak_leg\n    caution: 2\n    passages:\n      - {section: 24, heading: "ca33", sentences: "2-3", check: "0c834855"}',
        'says: not_that_day_nor_with_weak_leg\n    caution: 2\n    passages:\n      - {section: 2, heading: "0be0", sentences: "1-2", check: "ed571044"}',
        MAPS,
    ),
    Fault(
        "the action server dead, and nobody completes the turn",
        "bot/channels/guard.py",
        'return self._own_words(sender, "broken", metadata, verdict)\n',
        "return messages\n",
        GUARD,
    ),
    Fault(
        "the action server hanging, and no deadline",
        "bot/channels/engine.py",
        "return await asyncio.wait_for(asyncio.wrap_future(future), deadline)",
        "return await asyncio.wrap_future(future)",
        GUARD,
    ),
    Fault("`custom` missing", "actions/turn.py", "    dispatcher.utter_message(json_message=reply.as_custom())\n", "", ACTIONS),
    Fault("a map quoted that nobody approved", "bot/leaflets/library.py", "elif answer_map.approved_by is None:", "elif False:", LIBRARY),
    Fault("personal data unmasked", "bot/channels/guard.py", "UserMessage(mask(text),", "UserMessage(text,", MESSAGES),
    Fault("a slash obeyed", "bot/language/cleaning.py", 'return text.lstrip("/\\\\ ").strip()', "return text", MESSAGES),
    Fault("the screen off", "bot/channels/guard.py", "self._watch.look(text, ", 'self._watch.look("", ', SIGNS),
    Fault("one sign's file emptied", "data/red_flags/signs/bladder_bowel.yml", None, "", BOOK),
    Fault("a level below the floor", "data/red_flags/signs/bladder_bowel.yml", "\nleast: ae\n", "\nleast: gp\n", BOOK),
    Fault("negation turned round", "bot/safety/screen.py", "standing = [entry for entry in named if entry.cancelled is None]", "standing = [entry for entry in named if entry.cancelled is not None]", ("tests/safety/test_screen.py",)),
    Fault("an access that nobody notes", "bot/staff/conversations.py", "        note(options.what, options.id)\n", "", ("tests/staff/test_conversations.py",)),
    Fault("a clock that jumps trusted", "bot/conversations/clock.py", "return abs(self.moved) > _JUMP", "return False", ("tests/conversations/test_retention.py",)),
    Fault("advice after the quote", "bot/answers/alarm.py", 'reply.put_first("advice", ', 'reply.add("advice", ', DESK),
]


class Stale(Exception):
    """The piece that a fault replaces is not there exactly once."""


def copied(folder: Path) -> None:
    """A copy of the working tree, tracked and new files, in `folder`; what was trained is shared."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file() and not name.startswith("tests/blind/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(source.read_bytes())
    (folder / "models").symlink_to(ROOT / "models")


def broken(text: str, fault: Fault) -> str:
    """`text` with the fault in it. Raises Stale."""
    if fault.old is None:
        return fault.new
    if text.count(fault.old) != 1:
        raise Stale(f"{fault.file} has {text.count(fault.old)} times what this fault replaces; write the fault anew in tests/sabotage.py")
    return text.replace(fault.old, fault.new)


def red_tests(folder: Path, tests: tuple[str, ...], first_alone: bool) -> list[str]:
    """The tests that fail in `folder`, by name; a file that can't even be imported counts as one."""
    command = [sys.executable, "-m", "pytest", "--no-header", "-p", "no:randomly", "-rfE", "--tb=no", *(["-x"] if first_alone else []), *tests]
    environment = {key: value for key, value in os.environ.items() if key not in ("LEAFLETS", "PYTHONPATH")}
    try:
        ran = subprocess.run(command, cwd=folder, env={**environment, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, timeout=_LIMIT)
    except subprocess.TimeoutExpired:
        return [f"(not finished within {_LIMIT} seconds)"]
    if ran.returncode == 0:
        return []
    named = re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", ran.stdout, re.M)
    return named or [f"(pytest ended with status {ran.returncode}: {(ran.stdout + ran.stderr).strip()[-300:]})"]


def tried(folder: Path, fault: Fault) -> list[str]:
    """The tests that notice the fault; the copy is whole again afterwards. Raises Stale."""
    file = folder / fault.file
    before = file.read_text(encoding="utf-8")
    file.write_text(broken(before, fault), encoding="utf-8")
    try:
        return red_tests(folder, fault.tests, first_alone=True)
    finally:
        file.write_text(before, encoding="utf-8")


def main() -> None:
    """Command line of `make sabotage`: exit status 1 if a fault went unnoticed."""
    began, unnoticed = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="sabotage-") as name:
        folder = Path(name)
        copied(folder)
        tests = tuple(dict.fromkeys(test for fault in FAULTS for test in fault.tests))
        print("First the tests as they are, without any fault: all should be green.", flush=True)
        red = red_tests(folder, tests, first_alone=False)
        if red:
            sys.exit(f"sabotage: these are red without any fault, so they prove nothing: {', '.join(red)}")
        for number, fault in enumerate(FAULTS, 1):
            print(f"{number} of {len(FAULTS)}: {fault.name} … ", end="", flush=True)
            try:
                red = tried(folder, fault)
            except Stale as error:
                red, problem = [], str(error)
            else:
                problem = "NO TEST NOTICED"
            print(f"noticed by {red[0]}" if red else problem, flush=True)
            unnoticed += [] if red else [fault.name]
    print(f"{len(FAULTS) - len(unnoticed)} of {len(FAULTS)} faults noticed, in {time.monotonic() - began:.0f} seconds.", flush=True)
    if unnoticed:
        sys.exit(f"sabotage: not noticed: {'; '.join(unnoticed)}")


if __name__ == "__main__":
    main()
