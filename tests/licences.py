"""The licences named in a CycloneDX file, as a table: `python -m tests.licences results/sbom.json`."""
import json
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

NOT_STATED = "not stated"


def licence_of(component: dict[str, Any]) -> str:
    """What a component says of its licence; else what the installed package says; 'not stated' where neither says anything."""
    named = []
    for entry in component.get("licenses", ()):
        licence = entry.get("license", {})
        named.append(entry.get("expression") or licence.get("id") or licence.get("name") or "")
    stated = {name.removeprefix("License :: OSI Approved :: ").splitlines()[0] for name in named if name.strip()}
    return "; ".join(sorted(stated)) or _of_package(component["name"])


def _of_package(name: str) -> str:
    """The bill leaves out what is no licence's exact name: the package's own words, or the title of its licence file."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return NOT_STATED
    if package.metadata.get("License"):
        return package.metadata["License"].splitlines()[0]
    files = [file for file in package.files or () if "dist-info" in str(file) and file.name.upper().startswith("LICEN")]
    lines = [line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return lines[0] if lines else NOT_STATED


def table(bill: dict[str, Any]) -> str:
    """One row for each package, by name."""
    rows = [f"| {part['name']} | {part.get('version', '')} | {licence_of(part)} |" for part in sorted(bill["components"], key=lambda part: part["name"].lower())]
    return "\n".join(["# Licences", "", "| package | version | licence |", "| --- | --- | --- |", *rows, ""])


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), end="")
