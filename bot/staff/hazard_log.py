"""Write the hazard log from its data: `make hazard-log` makes docs/safety/hazard-log.md of docs/safety/hazards.yml.

The form follows DCB0129: hazard, causes, harm, controls with their evidence, initial and residual risk.
"""
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from bot.yaml_file import YamlError, check_keys, read_yaml

ROOT = Path(__file__).resolve().parents[2]
DATA_FILE = ROOT / "docs" / "safety" / "hazards.yml"
LOG_FILE = ROOT / "docs" / "safety" / "hazard-log.md"

_RISK = ("severity", "likelihood", "rating")
_RESIDUAL = (*_RISK, "accepted_by", "date")
_TO_BE_ASSESSED = "to be assessed by the Clinical Safety Officer"
_HEAD = """# Hazard log

This file is written by `make hazard-log` from `docs/safety/hazards.yml`; change that file, not this one.
The form follows DCB0129.
Severity, likelihood and rating are clinical judgement: the Clinical Safety Officer fills them in, in `hazards.yml`.
The evidence of a control is the code that does it and the tests that fail when it does not; for a measurement, the command that measures.
"""


@dataclass(frozen=True)
class Control:
    """What keeps a hazard from happening, with the files that do it and the tests that would notice."""

    does: str
    code: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Hazard:
    """One row of the log; the two risks hold what the Clinical Safety Officer has filled in so far."""

    id: str
    title: str
    causes: tuple[str, ...]
    harm: str
    controls: tuple[Control, ...]
    initial_risk: Mapping[str, Any]
    residual_risk: Mapping[str, Any]


def read_hazards(file: Path = DATA_FILE) -> list[Hazard]:
    """All hazards in file order. Raises YamlError naming file, line and key for any mistake."""
    entries = check_keys(file, read_yaml(file), "hazards", [], list(read_yaml(file) or ()))
    return [_hazard(file, id_, entries[id_]) for id_ in entries]


def _hazard(file: Path, id_: str, entry: Any) -> Hazard:
    check_keys(file, entry, id_, ["hazard", "causes", "harm", "controls", "initial_risk", "residual_risk"])
    initial = check_keys(file, entry["initial_risk"], "initial_risk", _RISK)
    residual = check_keys(file, entry["residual_risk"], "residual_risk", _RESIDUAL)
    controls = tuple(_control(file, id_, control) for control in _listed(file, entry, "controls"))
    return Hazard(id_, str(entry["hazard"]), tuple(map(str, _listed(file, entry, "causes"))), str(entry["harm"]), controls, initial, residual)


def _control(file: Path, id_: str, entry: Any) -> Control:
    check_keys(file, entry, f"control of {id_}", ["does", "code"], ["tests"])
    return Control(str(entry["does"]), tuple(_listed(file, entry, "code")), tuple(entry.get("tests") or ()))


def _listed(file: Path, entry: Any, key: str) -> list[Any]:
    if not isinstance(entry[key], list) or not entry[key]:
        raise YamlError(file, entry.lines[key], f"'{key}' should be a list with at least one entry")
    return entry[key]


def log_text(hazards: Sequence[Hazard]) -> str:
    """The hazard log as Markdown: an overview, then one section for each hazard."""
    untested = sum(not control.tests for hazard in hazards for control in hazard.controls)
    count = sum(len(hazard.controls) for hazard in hazards)
    overview = ["| hazard | controls | initial risk | residual risk |", "| --- | --- | --- | --- |"]
    overview += [f"| {h.id} {h.title} | {len(h.controls)} | {_TO_BE_ASSESSED if _open(h.initial_risk) else h.initial_risk['rating']} | {_shown(h.residual_risk['rating'])} |" for h in hazards]
    told = f"{len(hazards)} hazards, {count} controls, {untested} of them without an automatic test of their own."
    return "\n".join([_HEAD, told, "", *overview, "", *(line for hazard in hazards for line in _section(hazard))]).rstrip() + "\n"


def _section(hazard: Hazard) -> list[str]:
    initial = [_TO_BE_ASSESSED] * 3 if _open(hazard.initial_risk) else [_shown(hazard.initial_risk[key]) for key in _RISK]
    residual = [_shown(hazard.residual_risk[key]) for key in _RESIDUAL]
    return [
        f"## {hazard.id}: {hazard.title}", "",
        "Causes:", "", *(f"- {cause}" for cause in hazard.causes), "",
        f"Harm: {hazard.harm}", "",
        "| control | code | tests |", "| --- | --- | --- |", *(_row(control) for control in hazard.controls), "",
        "| risk | severity | likelihood | rating | accepted by | date |", "| --- | --- | --- | --- | --- | --- |",
        f"| initial | {' | '.join(initial)} | – | – |",
        f"| residual | {' | '.join(residual)} |", "",
    ]  # fmt: skip


def _row(control: Control) -> str:
    code, tests = (", ".join(f"`{path}`" for path in paths) for paths in (control.code, control.tests))
    return f"| {control.does} | {code} | {tests or 'none of its own yet'} |"


def _open(risk: Mapping[str, Any]) -> bool:
    return all(risk[key] is None for key in _RISK)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def main() -> None:
    """Command line of `make hazard-log`."""
    try:
        LOG_FILE.write_text(log_text(read_hazards()), encoding="utf-8")
    except YamlError as error:
        sys.exit(f"hazard-log: {error}")
    print(f"Written: {LOG_FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
