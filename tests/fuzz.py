"""Throw made-up input at the leaflet readers, at masking and screening, and at REST, for a bounded time: `make fuzz`.

    .venv/bin/python -m tests.fuzz [--seconds 120]

Hypothesis makes the input up and shrinks what fails. A failure prints the smallest input found; exit status 1.
"""
import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Callable

from bot.light_tensorflow import without_tensorflow

without_tensorflow()

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from tests.house import House  # noqa: E402

_EACH = 40  # examples between two looks at the clock

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.lists(st.sampled_from("can I drive my legs numb wee 999 help [name] /restart {\"a\":1} \u202e \x00 é 🦴 not no n't".split(" ")), max_size=30).map(" ".join)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "sender": ANY_JSON,
        "message": ANY_JSON | WORDS | st.text(max_size=3000),
        "metadata": ANY_JSON | st.fixed_dictionaries({}, optional={key: ANY_JSON for key in ("leaflet", "region", "channel", "message_id", "safety")}),
    },
)


def read_file(folder: Path, suffix: str, content: bytes) -> None:
    """A leaflet file of any content is read or refused with a LeafletError."""
    from bot.leaflets.errors import LeafletError
    from bot.leaflets.reading import read_leaflet

    file = folder / f"leaflet{suffix}"
    file.write_bytes(content)
    with contextlib.suppress(LeafletError):
        read_leaflet(file)


def mask_and_clean(text: str) -> None:
    """Cleaning and masking take any text, give text, and give the same again for their own result."""
    from bot.language.cleaning import clean
    from bot.language.masking import mask

    masked = mask(clean(text))
    assert isinstance(masked, str) and clean(masked) == masked


def rest_call(house: House, body: bytes) -> None:
    """REST answers any body: 200 with one custom object and something to read, or a 4xx with an error."""
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            messages = json.load(response)
    except urllib.error.HTTPError as error:
        assert 400 <= error.code < 500, f"status {error.code}"
        assert "error" in json.load(error) or error.code in (400, 413)
        return
    assert sum("custom" in message for message in messages) == 1, messages
    assert any(message.get("text") for message in messages), messages


def targets(folder: Path, house: House) -> list[tuple[str, Any, Callable[[Any], None]]]:
    """What is tried: its name, how its input is made up, and the trial."""
    samples = [file.read_bytes() for file in sorted((Path(__file__).resolve().parents[1] / "data/leaflets").glob("*.md"))]
    pieces = st.lists(st.binary(max_size=60) | st.sampled_from(samples).flatmap(lambda text: st.integers(0, max(len(text) - 200, 0)).map(lambda at: text[at : at + 200])), max_size=8)
    files = pieces.map(b"".join)
    return [
        *((f"reading {suffix}", files, lambda content, suffix=suffix: read_file(folder, suffix, content)) for suffix in (".txt", ".md", ".html")),
        ("reading .pdf", files.map(lambda content: b"%PDF-1.4\n" + content), lambda content: read_file(folder, ".pdf", content)),
        ("reading .docx", files.map(lambda content: b"PK\x03\x04" + content), lambda content: read_file(folder, ".docx", content)),
        ("masking", st.text(max_size=400) | WORDS, mask_and_clean),
        ("REST, made-up JSON", (BODIES | ANY_JSON).map(lambda body: json.dumps(body).encode()), lambda body: rest_call(house, body)),
        ("REST, any bytes", st.binary(max_size=300), lambda body: rest_call(house, body)),
    ]


def tried(strategy: Any, trial: Callable[[Any], None], number: int) -> None:
    """One round. Raises what the trial raises, on the smallest input found."""

    @seed(number)
    @settings(max_examples=_EACH, deadline=None, database=None, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
    @given(strategy)
    def once(value: Any) -> None:
        trial(value)

    once()


def fuzz(seconds: float) -> int:
    """Rounds of all targets until the time is over; how many failed."""
    rounds, failed = 0, set()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        (Path(folder) / "var").mkdir()
        house = House(Path(folder) / "var", SESSION_LIMIT="1000000")
        try:
            house.wait_until_ready()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                rounds += 1
                for name, strategy, trial in targets(Path(folder), house):
                    if name in failed or time.monotonic() > until:
                        continue
                    try:
                        tried(strategy, trial, rounds)
                    except Exception:  # whatever it is, it is a finding
                        failed.add(name)
                        print(f"FAILED: {name}\n{traceback.format_exc(limit=-4)}", flush=True)
            assert house.process.poll() is None, "the assistant ended"
        finally:
            house.close()
    print(f"{rounds} rounds of {_EACH} examples for each of {len(targets(Path(), house))} targets in {seconds:g} s; {len(failed)} failed.", flush=True)
    return len(failed)


def main() -> int:
    """Command line of `make fuzz`; SECONDS is its time."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS") or 120))
    return 1 if fuzz(parser.parse_args().seconds) else 0


if __name__ == "__main__":
    sys.exit(main())
