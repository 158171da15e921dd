"""The licences named in a CycloneDX file, as a table: `python -m tests.licences results/sbom.json`."""
import json
import sys
from pathlib import Path
from typing import Any


def licence_of(component: dict[str, Any]) -> str:
    """What a component says of its licence; 'not stated' where it says nothing."""
    named = []
    for entry in component.get("licenses", ()):
        licence = entry.get("license", {})
        named.append(entry.get("expression") or licence.get("id") or licence.get("name") or "")
    return "; ".join(sorted({name.removeprefix("License :: OSI Approved :: ").splitlines()[0] for name in named if name.strip()})) or "not stated"


def table(bill: dict[str, Any]) -> str:
    """One row for each package, by name."""
    rows = [f"| {part['name']} | {part.get('version', '')} | {licence_of(part)} |" for part in sorted(bill["components"], key=lambda part: part["name"].lower())]
    return "\n".join(["# Licences", "", "| package | version | licence |", "| --- | --- | --- |", *rows, ""])


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), end="")
