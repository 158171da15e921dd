"""Throw made-up input at everything that reads: files of staff, masking, REST, the telephone, the chat page: `make fuzz`.

    .venv/bin/python -m tests.fuzz [--seconds 20] [--only phone]

Each target gets the time of SECONDS. Hypothesis makes the input up and shrinks what fails; schemathesis does the same from the
OpenAPI descriptions. A failure prints the smallest input found; exit status 1. Writes results/fuzz.md.
"""
import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Iterator

from bot.light_tensorflow import without_tensorflow

without_tensorflow()

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from tests.fuzz_parts import Target, calls, files  # noqa: E402
from tests.fuzz_parts.words import TEXT  # noqa: E402
from tests.phone_house import PhoneHouse  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
_EACH = 25  # examples between two looks at the clock
_DESCRIPTIONS = {"docs/rest-api.yml": "", "docs/telephone-api.yml": "/webhooks/phone"}
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def mask_and_clean(text: str) -> None:
    """Cleaning and masking take any text, and what they give is clean and has nothing personal left that they know."""
    from bot.language.cleaning import clean
    from bot.language.masking import mask, personal_parts

    masked = mask(clean(text))
    assert isinstance(masked, str) and clean(masked) == masked
    parts = personal_parts(clean(text))
    assert all(0 <= start < end <= len(clean(text)) for start, end, _ in parts) and all(before[1] <= after[0] for before, after in zip(parts, parts[1:]))


def targets(folder: Path, house: PhoneHouse) -> Iterator[Target]:
    """Everything that is tried."""
    yield Target("masking", TEXT, mask_and_clean)
    yield from files.targets(folder)
    yield from calls.targets(house)


def tried(target: Target, number: int) -> None:
    """One round. Raises what the trial raises, on the smallest input found."""

    @seed(number)
    @settings(max_examples=_EACH, deadline=None, database=None, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
    @given(target.inputs)
    def once(value) -> None:
        target.trial(value)

    once()


def fuzzed(target: Target, seconds: float) -> tuple[int, str]:
    """How many rounds there were, and what was found."""
    until, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        rounds += 1
        try:
            tried(target, rounds)
        except Exception:  # whatever it is, it is a finding
            return rounds, traceback.format_exc(limit=-4)
    return rounds, ""


def against_descriptions(house: PhoneHouse, seconds: float) -> Iterator[tuple[str, str]]:
    """What schemathesis finds in the answers of each described address; it has an environment of its own."""
    made = subprocess.run(["scripts/tool-environment", "schemathesis"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    program = ROOT / made.stdout.strip() / "bin" / "st"
    for description, base in _DESCRIPTIONS.items():
        command = [program, "run", ROOT / description, "--url", f"http://127.0.0.1:{house.port}{base}", "-H", f"Authorization:{house.bearer['Authorization']}",
                   "--checks", _CHECKS, "--max-time", str(max(1, round(seconds))), "--max-examples", "1000", "--phases", "examples,coverage,fuzzing", "--warnings", "off"]  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="schemathesis-") as notes:
            done = subprocess.run(command, cwd=notes, capture_output=True, text=True)  # it leaves notes where it runs
        yield description, "" if done.returncode == 0 else done.stdout + done.stderr


def fuzz(seconds: float, only: str) -> int:
    """All targets, each for `seconds`; how many failed."""
    lines, failed = ["# Made-up input", "", "| target | examples | found |", "| --- | ---: | --- |"], 0

    def told(name: str, examples: str, found: str) -> None:
        nonlocal failed
        failed += bool(found)
        lines.append(f"| {name} | {examples} | {'something' if found else 'nothing'} |")
        print(f"{name}: {examples} examples, {'FAILED' if found else 'nothing found'}", flush=True)
        if found:
            print(found, flush=True)

    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        (Path(folder) / "var").mkdir()
        house = PhoneHouse(Path(folder) / "var", SESSION_LIMIT="1000000")
        try:
            house.wait_until_ready()
            for target in targets(Path(folder), house):
                if only in target.name:
                    rounds, found = fuzzed(target, seconds)
                    told(target.name, f"up to {rounds * _EACH}", found)
            for description, found in against_descriptions(house, seconds):
                if only in description:
                    told(f"schemathesis, {description}", "as many as there was time for", found)
            assert house.process.poll() is None and "starting it again" not in house.output, "the assistant ended"
        finally:
            house.close()
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "fuzz.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return failed


def main() -> int:
    """Command line of `make fuzz`; SECONDS is the time for each target."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS") or 20))
    parser.add_argument("--only", default="", help="a part of a target's name")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # the readers' libraries remark on each broken file
    failed = fuzz(options.seconds, options.only)
    print(f"{failed} targets failed." if failed else "Nothing was found.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
