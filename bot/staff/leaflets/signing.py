"""Approve and withdraw: write the answer map and its signature, so that the running assistant takes the change over.

The order matters: leaflet, signature, map. In between, and if the machine stops there, map and signature do not fit and the
leaflet is not quoted.
"""
import hashlib
import json
import os
import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Sequence

from bot.leaflets.errors import LeafletError
from bot.leaflets.folders import EARLIER, SIGNED, answer_folders, own_answers
from bot.leaflets.reading import SUFFIXES, read_leaflet
from bot.leaflets.trail import BEGINNING, KEYS, Trail, digest, read_trail
from bot.staff.leaflets.drafts import draft_file, write_whole
from bot.staff.leaflets.review import Review, ReviewError
from bot.staff.map_writer import Chosen, map_text


class Signer:
    """Signs for the leaflets in one folder. `now` is a function for tests' sake."""

    def __init__(self, leaflets: Path, now=lambda: datetime.now(timezone.utc)) -> None:
        self.leaflets, self.answers, self._now = leaflets, own_answers(leaflets), now

    def approve(self, review: Review, source: Path, by: str, role: str) -> Path:
        """Approve the reviewed leaflet in the file `source`; returns its answer map. Raises ReviewError where it can't be approved."""
        by, role = _line(by), _line(role)
        hindrances = [*review.hindrances(), *([] if by else ["your name is missing"]), *([] if role else ["your role is missing, nurse for instance"])]
        if hindrances:
            raise ReviewError("not approved: " + "; ".join(hindrances))
        moment = self._now()
        id_ = review.about.id
        text = map_text(review.leaflet, review.about, review.chosen_topics(), {"by": f"{by}, {role}", "date": moment.date().isoformat()})
        no_symptoms = "marked as no symptom: " + "; ".join(sorted(review.no_symptoms)) if review.no_symptoms else ""
        self.trail_of(id_)  # a trail that can't be trusted is found before anything is written
        self._put_leaflet(review, source, moment)
        self._sign(id_, "approved", by, role, moment, review.about.version, review.leaflet.fingerprint, text, _passages(review), no_symptoms)
        file = self.answers / f"{id_}.yml"
        self._keep_earlier_map(file, moment)
        write_whole(file, text)
        draft_file(self.answers, review.leaflet.fingerprint).unlink(missing_ok=True)
        return file

    def withdraw(self, id_: str, by: str, role: str, why: str) -> Path:
        """Stop quoting a leaflet at once; returns its trail. Raises ReviewError without name and role."""
        by, role = _line(by), _line(role)
        if not by or not role:
            raise ReviewError("not withdrawn: your name and your role are needed")
        trail = self.trail_of(id_)
        before = trail.last if trail else None
        return self._sign(id_, "withdrawn", by, role, self._now(), before.version if before else "", before.fingerprint if before else "", "", {}, _line(why))

    def trail_of(self, id_: str) -> Trail | None:
        """The leaflet's trail so far; one that ships is carried on in this hospital's own folder. Raises MapError if it can't be trusted."""
        for folder in dict.fromkeys([self.answers, *answer_folders(self.leaflets)]):
            file = folder / SIGNED / f"{id_}.yml"
            if file.exists():
                return read_trail(file)
        return None

    def _sign(self, id_: str, what: str, by: str, role: str, moment: datetime, version: str, fingerprint: str, text: str, passages: dict[str, str], note: str) -> Path:
        trail = self.trail_of(id_)
        entry: dict[str, Any] = {
            "number": len(trail.signatures) + 1 if trail else 1, "what": what, "by": by, "role": role, "at": moment.strftime("%Y-%m-%d %H:%M:%S UTC"),
            "version": version, "fingerprint": fingerprint, "map": hashlib.sha256(text.encode()).hexdigest() if text else "", "passages": passages,
            "note": note, "previous": trail.last.hash if trail else BEGINNING,
        }  # fmt: skip
        entry["hash"] = digest(entry)
        file = self.answers / SIGNED / f"{id_}.yml"
        earlier = [vars(signature) for signature in trail.signatures] if trail else []
        so_far = file.read_text(encoding="utf-8") if file.exists() else f"leaflet: {id_}\nsignatures:\n" + "".join(map(_entry_text, earlier))
        write_whole(file, so_far + _entry_text(entry))
        read_trail(file)
        return file

    def _put_leaflet(self, review: Review, source: Path, moment: datetime) -> None:
        """Put the leaflet's file where the assistant reads it; the version before goes to the folder of earlier ones."""
        known = self._same_words(review.leaflet.fingerprint)
        if known:
            return
        target = self.leaflets / f"{review.about.id}{source.suffix.lower()}"
        for suffix in SUFFIXES:
            earlier = self.leaflets / f"{review.about.id}{suffix}"
            if earlier.exists():
                self._put_aside(earlier, self.leaflets / EARLIER, moment)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copyfile(source, beside)
        os.replace(beside, target)

    def _same_words(self, fingerprint: str) -> Path | None:
        for file in sorted(path for path in self.leaflets.iterdir() if path.suffix.lower() in SUFFIXES):
            try:
                if read_leaflet(file).fingerprint == fingerprint:
                    return file
            except LeafletError:
                continue
        return None

    def _keep_earlier_map(self, file: Path, moment: datetime) -> None:
        if file.exists():
            self._put_aside(file, self.answers / EARLIER, moment, copy=True)

    @staticmethod
    def _put_aside(file: Path, folder: Path, moment: datetime, copy: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f"{file.stem}-until-{moment.strftime('%Y-%m-%d-%H%M%S')}{file.suffix}"
        shutil.copyfile(file, aside) if copy else os.replace(file, aside)


def _passages(review: Review) -> dict[str, str]:
    """By topic, the places that are signed, each with how it was chosen."""
    def place(chosen: Chosen) -> str:
        return f"section {chosen.section}, sentences {chosen.first}-{chosen.last}"

    return {topic: "; ".join(map(place, decision.passages)) + f" ({decision.origin})" for topic, decision in review.accepted.items()}


def _entry_text(entry: dict[str, Any]) -> str:
    """One signature as YAML, a key a line; every value as JSON, which YAML reads the same."""
    def value(key: str) -> str:
        if key == "passages" and entry[key]:
            return "".join(f"\n      {topic}: {json.dumps(places, ensure_ascii=False)}" for topic, places in entry[key].items())
        return " " + json.dumps(entry[key], ensure_ascii=False)

    lines = [f"{key}:{value(key)}" for key in KEYS]
    return "  - " + "\n    ".join(lines) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def signatures_of(id_: str, folders: Sequence[Path]) -> Trail | None:
    """The trail of a leaflet in the first folder that has one. Raises MapError if it can't be trusted."""
    file = next((folder / SIGNED / f"{id_}.yml" for folder in folders if (folder / SIGNED / f"{id_}.yml").exists()), None)
    return read_trail(file) if file else None
