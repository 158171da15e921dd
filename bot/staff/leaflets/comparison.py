"""What was added, removed, changed and moved between two versions of a leaflet, and which topics and stories that touches."""
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Collection, Sequence

from rapidfuzz import fuzz

from bot.leaflets.answer_map import AnswerMap
from bot.leaflets.leaflet import Leaflet, short_hash
from bot.staff.leaflets.carry_over import Carried
from bot.staff.leaflets.windows import lines_of

_ALIKE = 60  # rapidfuzz's ratio from which a removed and an added sentence count as one that was changed


@dataclass(frozen=True)
class Comparison:
    """Sentences by what became of them; `changed` are pairs (before, now). `unknown` counts sentences that are gone and whose
    words are not known any more, because the file of the version before is not at hand."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()
    headings_added: tuple[str, ...] = ()
    headings_removed: tuple[str, ...] = ()
    unknown: int = 0

    @property
    def nothing(self) -> bool:
        return not any((self.added, self.removed, self.changed, self.moved, self.headings_added, self.headings_removed, self.unknown))


def compared(before: Leaflet | AnswerMap, now: Leaflet) -> Comparison:
    """Compare with the version before: its text where it is at hand, else its map, which knows the hashes of its sentences."""
    texts = [line.text for line in lines_of(now)]
    if isinstance(before, AnswerMap):
        added = [text for text in texts if short_hash(text, 6) not in before.sentence_hashes]
        gone = before.sentence_hashes - {short_hash(text, 6) for text in texts}
        return Comparison(added=tuple(added), unknown=len(gone))
    old_texts = [line.text for line in lines_of(before)]
    removed, added, moved = _differences(old_texts, texts)
    changed = _changed(removed, added)
    old_headings, headings = [s.heading for s in before.sections if s.heading], [s.heading for s in now.sections if s.heading]
    return Comparison(
        tuple(text for text in added if text not in {new for _, new in changed}),
        tuple(text for text in removed if text not in {old for old, _ in changed}),
        tuple(changed), tuple(moved),
        tuple(heading for heading in headings if heading not in old_headings), tuple(heading for heading in old_headings if heading not in headings),
    )  # fmt: skip


def _differences(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    removed, added = [], []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            removed += old[a:b]
            added += new[c:d]
    moved = [text for text in removed if text in added]
    return [text for text in removed if text not in moved], [text for text in added if text not in moved], moved


def _changed(removed: Sequence[str], added: Sequence[str]) -> list[tuple[str, str]]:
    """The most alike pairs of a removed and an added sentence, each sentence in one pair at most."""
    scored = sorted(((fuzz.ratio(old, new), a, b) for a, old in enumerate(removed) for b, new in enumerate(added)), key=lambda entry: (-entry[0], entry[1], entry[2]))
    used_old, used_new, pairs = set(), set(), []
    for score, a, b in scored:
        if score >= _ALIKE and a not in used_old and b not in used_new:
            used_old.add(a)
            used_new.add(b)
            pairs.append((a, b))
    return [(removed[a], added[b]) for a, b in sorted(pairs)]


def stories_touched(carried: Collection[Carried], leaflet_id: str, folder: Path) -> list[str]:
    """The scripted stories that name a topic whose passage is to be reviewed, or the leaflet itself; by file name."""
    topics = [entry.topic for entry in carried if entry.fate == "to review"]
    if not folder.is_dir() or not topics:
        return []
    named = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, [*topics, leaflet_id])) + r")(?![\w-])")
    files = (file for file in sorted(folder.rglob("*")) if file.suffix in (".yml", ".yaml", ".csv"))
    return [str(file.relative_to(folder)) for file in files if named.search(file.read_text(encoding="utf-8", errors="replace"))]
