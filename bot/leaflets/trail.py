"""The sign-off trail of a leaflet: who approved which passage of which version when. Append-only, one file for each leaflet.

Each signature holds the hash of the one before it, so a changed, inserted or removed line is noticed when the trail is read
(a hash chain, Haber & Stornetta 1991). Only a signature cut off at the end leaves no gap; version control shows that.
"""
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Mapping

from bot.leaflets.errors import MapError
from bot.yaml_file import YamlError, check_keys, read_yaml

What = Literal["approved", "withdrawn"]
KEYS = ("number", "what", "by", "role", "at", "version", "fingerprint", "map", "passages", "note", "previous", "hash")
BEGINNING = "none"


@dataclass(frozen=True)
class Signature:
    """One line of a trail. `map` is the hash of the answer map as signed, `fingerprint` that of the leaflet's words;
    `passages` names by topic the places with their checksums. `previous` is the hash of the signature before it."""

    number: int
    what: What
    by: str
    role: str
    at: str
    version: str
    fingerprint: str
    map: str
    passages: Mapping[str, str]
    note: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Trail:
    """All signatures of one leaflet, oldest first."""

    leaflet: str
    signatures: tuple[Signature, ...]

    @property
    def last(self) -> Signature:
        return self.signatures[-1]

    @property
    def withdrawn(self) -> bool:
        return self.last.what == "withdrawn"


def digest(entry: Mapping[str, Any]) -> str:
    """The hash of a signature: SHA-256 over everything in it but the hash itself, keys in alphabetical order."""
    signed = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def file_digest(file: Path) -> str:
    """SHA-256 over the text of `file`; the same however its lines end."""
    return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def read_trail(file: Path) -> Trail:
    """The trail in `file`. Raises MapError naming file and line for a mistake, or for a signature that does not fit the one before."""
    try:
        entry = check_keys(file, read_yaml(file), "trail", ["leaflet", "signatures"])
        if not isinstance(entry["signatures"], list) or not entry["signatures"]:
            raise YamlError(file, entry.lines["signatures"], "'signatures' should be a list with at least one signature")
        return Trail(str(entry["leaflet"]), tuple(_signatures(file, entry["signatures"])))
    except YamlError as error:
        raise MapError(error.file, error.line, error.reason) from error


def _signatures(file: Path, entries: list) -> list[Signature]:
    found: list[Signature] = []
    for number, entry in enumerate(entries, 1):
        check_keys(file, entry, "signature", KEYS)
        if entry["what"] not in ("approved", "withdrawn"):
            raise YamlError(file, entry.lines["what"], f"'what' has the value '{entry['what']}'; expected approved or withdrawn")
        previous = found[-1].hash if found else BEGINNING
        if entry["number"] != number or entry["previous"] != previous:
            raise YamlError(file, entry.line, f"signature {entry['number']} does not follow the one before it; the trail was changed by hand")
        if digest(dict(entry)) != entry["hash"]:
            raise YamlError(file, entry.line, f"signature {number} is not as it was signed; the trail was changed by hand")
        found.append(Signature(**entry))
    return found
