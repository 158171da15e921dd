"""Measure understanding and safety on the blind messages: `make measure`. Every figure says on how many messages.

Writes results/measure.md and prints it. Nothing here is a test: the bars are written beside the figures.
"""
import json
import sys
from collections import Counter
from pathlib import Path

import yaml

import tests.conftest  # noqa: F401  (keeps TensorFlow out)
from bot.language.fitting import train_classifier
from bot.language.noise import misheard, with_typing_errors
from bot.language.vectors import load_encoder
from bot.safety.in_force import InForce
from bot.safety.verdict import LEVELS
from tests.blind_sets import FOLDER, TrainingNeighbours, accepted, masked, rows
from tests.rehearsal import Rehearsal, use_leaflets

SEED = 2026
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


class Report:
    """Lines of a Markdown table, printed as they come."""

    def __init__(self) -> None:
        self.lines = ["| what | messages | measured | bar |", "| --- | --- | --- | --- |"]
        print("\n".join(self.lines), flush=True)

    def add(self, what: str, count: int, right: float, bar: str) -> None:
        """One figure; `right` is how many were right, or met the condition."""
        self.say(f"| {what} | {count} | {100 * right / max(count, 1):.1f} % | {bar} |")

    def say(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)


def measure_topics(report: Report, house: Rehearsal, neighbours: TrainingNeighbours) -> None:
    """Single questions, typed and heard."""
    for name, bar in (("topics", "85 / 92 %"), ("voice", "88 %")):
        messages = rows(name)
        apart = neighbours.apart(messages)
        report.say(f"| {name}: left out, nearer than 0.95 to a training message | {len(messages)} | {len(messages) - len(apart)} left out | |")
        agreed = sum(row["topic"] == row["second_reader"] for row in messages)
        report.add(f"{name}: second reader agrees with the writer", len(messages), agreed, "")
        found = [(accepted(row), house.understander.understand(row["message"])) for row in apart]
        report.add(f"{name}: top topic right", len(apart), sum(u.candidates[0] in ok for ok, u in found), bar)
        report.add(f"{name}: top topic right and answered", len(apart), sum(bool(ok & set(u.questions)) for ok, u in found), bar)
        report.add(f"{name}: right topic among the first three", len(apart), sum(bool(ok & set(u.candidates[:3])) for ok, u in found), "98 %")
        report.add(f"{name}: answered with a wrong topic only", len(apart), sum(bool(u.questions) and not ok & set(u.questions) for ok, u in found), "under 5 %")
        raised = sum(house.watch.look(row["message"], InForce())[0].raised for row in messages)
        report.add(f"{name}: not escalated", len(messages), len(messages) - raised, "98 %")


def measure_others(report: Report, house: Rehearsal) -> None:
    """Two questions, messages outside the leaflets, small talk."""
    pairs = rows("two_questions")
    report.add("two questions: both answered", len(pairs), sum({r["first"], r["second"]} <= set(house.understander.understand(r["message"]).questions) for r in pairs), "92 %")
    for nearness, bar in (("near", "85 / 88 %"), ("far", "85 / 95 %")):
        messages = [row for row in rows("outside") if row["nearness"] == nearness]
        silent = sum(house.understander.understand(row["message"]).intent != "ask_leaflet" for row in messages)
        report.add(f"outside the leaflets, {nearness}: not answered as if covered", len(messages), silent, bar)
    talk = rows("talk")
    report.add("small talk and corrections: intent right", len(talk), sum(house.understander.understand(r["message"]).intent == r["label"] for r in talk), "")


def measure_safety(report: Report, house: Rehearsal) -> None:
    """Warning signs: reported, not reported, minimal pairs, and under noise."""
    positives, negatives, pairs = rows("danger_positives"), rows("danger_negatives"), rows("danger_pairs")
    levels = [_level(house, row["message"]) for row in positives]
    report.add("signs reported: escalated at all", len(positives), sum(level != "none" for level in levels), "99 %")
    report.add("signs reported: at least the safe level", len(positives), sum(_enough(level, row["least"]) for level, row in zip(levels, positives)), "98 %")
    for style in ("plain", "voice", "buried"):
        some = [(level, row) for level, row in zip(levels, positives) if row["style"] == style]
        report.add(f"signs reported, {style}: at least the safe level", len(some), sum(_enough(level, row["least"]) for level, row in some), "")
    emergencies = [level for level, row in zip(levels, positives) if row["least"] == "999"]
    report.add("signs of level 999: sent to 999", len(emergencies), emergencies.count("999"), "98 %")
    report.add("no sign reported: not escalated", len(negatives), sum(_level(house, row["message"]) == "none" for row in negatives), "95 %")
    kinds = Counter(row["kind"] for row in negatives)
    for kind in sorted(kinds):
        some = [row for row in negatives if row["kind"] == kind]
        report.add(f"no sign reported, {kind}: not escalated", len(some), sum(_level(house, row["message"]) == "none" for row in some), "")
    right = sum(_level(house, row["fires"]) != "none" and _level(house, row["does_not"]) == "none" for row in pairs)
    report.add("minimal pairs: both right", len(pairs), right, "95 %")
    unreadable = {(int(row["number"]), row["noise"]) for row in rows("danger_unreadable")}  # by position in the positives' file
    for name, kind, noisy in (("typing errors, one letter in 15", "typing", with_typing_errors), ("15 % of words mis-heard", "misheard", misheard)):
        readable = [row for number, row in enumerate(positives) if (number, kind) not in unreadable]
        enough = sum(_enough(_level(house, noisy(row["message"], SEED)), row["least"]) for row in readable)
        report.say(f"| signs reported with {name}: left out, a reader no longer finds the sign | {len(positives)} | {len(positives) - len(readable)} left out | |")
        report.add(f"signs reported with {name}: at least the safe level", len(readable), enough, "at most 3 points lost")


def _level(house: Rehearsal, message: str) -> str:
    return house.watch.look(message, InForce())[0].level


def _enough(level: str, least: str) -> bool:
    return LEVELS.index(level) >= LEVELS.index(least)


def measure_conversations(report: Report, house: Rehearsal) -> None:
    """The blind scripted conversations, turn by turn, and the adjudicated border cases, on the real leaflets where they are at hand."""
    use_leaflets(SHARED / "leaflets" if (SHARED / "leaflets").is_dir() else None)
    for name in ("conversations", "conversations_two"):  # by two writers
        scripts = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
        played = [(script["name"], turn, custom) for script in scripts for turn, custom in _played(house, script["turns"])]
        report.add(f"{name}, {len(scripts)} scripts: turns as expected", len(played), sum(not mismatch(turn, custom) for _, turn, custom in played), "95 %")
    cases = yaml.safe_load((FOLDER / "adjudicated.yml").read_text(encoding="utf-8"))
    wrong = [case["say"] for case in cases if adjudicated_mismatch(case, house)]
    report.add("adjudicated border cases", len(cases), len(cases) - len(wrong), "all")
    for say in wrong:
        print(f"    not as decided: {say}", flush=True)


def _played(house: Rehearsal, turns: list[dict]) -> list[tuple[dict, dict]]:
    conversation = house.conversation()
    return [(turn, conversation.say(turn["say"])) for turn in turns]


def mismatch(turn: dict, custom: dict) -> str:
    """What is wrong with a scripted turn; empty where it is as expected."""
    if custom["kind"] not in turn["kind"]:
        return f"kind {custom['kind']}"
    if not set(turn.get("topics", ())) <= set(custom["topics"]):
        return f"topics {custom['topics']}"
    if turn.get("escalation", "none") != custom["escalation"]:
        return f"escalation {custom['escalation']}"
    return ""


def adjudicated_mismatch(case: dict, house: Rehearsal) -> str:
    """What is wrong with a border case; empty where it is as decided."""
    conversation = house.conversation()
    if case["because"].startswith("after a flag"):
        conversation.say("I can't wee")
    custom = conversation.say(case["say"])
    kinds = [case["kind"], *case.get("also_kind", [])]
    if case["kind"] == "handoff" and custom["kind"] not in kinds:
        return ""  # said by the guard, which is tested with the channel
    if custom["kind"] not in kinds:
        return f"kind {custom['kind']}"
    wanted = set(case.get("topics", ()))
    if wanted and not wanted & set(custom["topics"]) and not set(case.get("also_ok", ())) & set(custom["topics"]):
        return f"topics {custom['topics']}"
    if "escalation" in case and LEVELS.index(custom["escalation"]) != LEVELS.index(str(case["escalation"])):
        return f"escalation {custom['escalation']}"
    if not set(case.get("red_flags", ())) <= set(custom["red_flags"]):
        return f"red flags {custom['red_flags']}"
    return ""


def measure_masking(report: Report) -> None:
    """Personal data: what is hidden, and what is hidden that should stay readable."""
    for name in ("personal", "personal_two"):
        messages = [masked(row["message"]) for row in rows(name)]
        plain = [message for message in messages if not message.parts]
        report.add(f"{name}: parts masked whole", sum(message.parts for message in messages), sum(message.hidden for message in messages), "")
        report.add(f"{name}: nothing else masked, messages with nothing personal", len(plain), sum(not message.too_much for message in plain), "")
        report.add(f"{name}: nothing else masked, all messages", len(messages), sum(not message.too_much for message in messages), "")


def measure_benchmarks(report: Report) -> None:
    """The public ten-shot sets through the same classifier code."""
    for name, bar in (("banking77", "85 %"), ("clinc150", "91 %")):
        file = SHARED / "benchmarks" / f"{name}_10shot.json"
        if not file.exists():
            continue
        data, encoder = json.loads(file.read_text(encoding="utf-8")), load_encoder()
        texts, labels = zip(*data["train"])
        classifier = train_classifier(texts, labels, encoder)
        messages, wanted = zip(*data["test"])
        best = classifier.probabilities(messages, encoder.layered_matrix(messages)).argmax(axis=1)
        report.add(f"{name}, ten examples an intent", len(wanted), sum(classifier.labels[index] == label for index, label in zip(best, wanted)), bar)


def main() -> None:
    """Measure everything, or only the parts named on the command line (masking, topics, others, safety, conversations, benchmarks)."""
    wanted = sys.argv[1:] or ["masking", "topics", "others", "safety", "conversations", "benchmarks"]
    report = Report()
    if "masking" in wanted:
        measure_masking(report)
    house = Rehearsal() if set(wanted) - {"masking"} else None
    if "topics" in wanted:
        measure_topics(report, house, TrainingNeighbours(load_encoder()))
    if "others" in wanted:
        measure_others(report, house)
    if "safety" in wanted:
        measure_safety(report, house)
    if "conversations" in wanted:
        measure_conversations(report, house)
    if "benchmarks" in wanted:
        measure_benchmarks(report)
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "measure.md").write_text("\n".join(report.lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
