"""Reviews in progress, kept after every step: a browser closed by mistake loses nothing. Drafts are never quoted."""
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

from bot.leaflets.folders import DRAFTS
from bot.staff.leaflets.review import Decision, Review
from bot.staff.map_writer import Chosen


def draft_file(answers: Path, fingerprint: str) -> Path:
    """Where the review of the leaflet with these words is kept."""
    return answers / DRAFTS / f"{fingerprint[:16]}.json"


def save_draft(answers: Path, review: Review) -> None:
    """Keep what has been decided so far."""
    file = draft_file(answers, review.leaflet.fingerprint)
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "file": review.leaflet.file,
        "fingerprint": review.leaflet.fingerprint,
        "about": asdict(review.about),
        "no_symptoms": sorted(review.no_symptoms),
        "decisions": {topic: asdict(decision) for topic, decision in review.decisions.items()},
    }
    write_whole(file, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def take_up_draft(answers: Path, review: Review) -> bool:
    """Put an earlier review of the same words into `review`; False where there is none that can be read."""
    try:
        kept = json.loads(draft_file(answers, review.leaflet.fingerprint).read_text(encoding="utf-8"))
        if kept["fingerprint"] != review.leaflet.fingerprint:
            return False
        decisions = {topic: _decision(entry) for topic, entry in kept["decisions"].items() if topic in review.topics}
        about = replace(review.about, **{**kept["about"], "regions": tuple(kept["about"]["regions"])})
    except (OSError, ValueError, KeyError, TypeError):
        return False
    review.about, review.no_symptoms = about, set(kept["no_symptoms"])
    review.decisions.update(decisions)
    return True


def _decision(entry: dict) -> Decision:
    passages = tuple(Chosen(**chosen) for chosen in entry["passages"])
    offered = tuple(tuple(Chosen(**chosen) for chosen in group) for group in entry["offered"])
    return Decision(**{**entry, "passages": passages, "offered": offered})


def write_whole(file: Path, text: str) -> None:
    """Write `text` in one step: whoever reads `file` meanwhile sees the old or the new text, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)
