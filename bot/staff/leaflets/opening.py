"""Open a review: read the file, find the version before, propose or carry over, take up a draft."""
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Callable

from bot.answers.site import read_site
from bot.catalogue import read_regions, read_topics
from bot.leaflets.answer_map import AnswerMap, read_answer_map
from bot.leaflets.errors import LeafletError, MapError
from bot.leaflets.folders import EARLIER, answer_folders, own_answers
from bot.leaflets.leaflet import Leaflet
from bot.leaflets.library import Library, load_library, matching_map
from bot.leaflets.reading import SUFFIXES, read_leaflet
from bot.safety.advice import read_advice_book
from bot.safety.signs import read_sign_book
from bot.safety.watch import open_watch
from bot.staff.leaflets.carry_over import Carried, carried_over, decisions_for
from bot.staff.leaflets.comparison import Comparison, compared, stories_touched
from bot.staff.leaflets.drafts import save_draft, take_up_draft
from bot.staff.leaflets.facts import about_from
from bot.staff.leaflets.help_signs import help_signs
from bot.staff.leaflets.proposer import Proposer
from bot.staff.leaflets.review import Review, ReviewError, first_decisions

STORIES = Path(__file__).resolve().parents[3] / "tests" / "stories"


@dataclass
class Opened:
    """A review ready to be shown, with the file it is about and the map of the version before, if there is one."""

    review: Review
    source: Path
    library: Library
    before: AnswerMap | None
    resumed: bool
    comparison: Comparison | None = None
    carried: dict[str, Carried] = field(default_factory=dict)
    stories: list[str] = field(default_factory=list)


def open_review(source: Path, leaflets: Path, replaces: str = "", tell: Callable[[str], None] = print) -> Opened:
    """Read `source` and prepare its review beside the leaflets in the folder `leaflets`.

    `replaces` is the id of the leaflet whose new version this is, where its words alone do not tell.
    Raises LeafletError for a file that can't be read, YamlError for a mistake in the data files, ReviewError for an unknown `replaces`.
    """
    leaflet = read_leaflet(source)
    topics, regions, folders = read_topics(), read_regions(), answer_folders(leaflets)
    library = load_library(leaflets, folders, topics, regions.by_id)
    maps = known_maps(folders, topics, regions.by_id)
    before = _version_before(leaflet, maps, replaces)
    others = [active for active in library.active.values() if before is None or active.id != before.about.id]
    tell("Looking for the passages on each topic; this takes about half a minute.")
    screen = open_watch().screen
    review = Review(
        leaflet, topics, about_from(leaflet, before.about if before else None), regions.by_id, others, _help_topic(),
        partial(help_signs, screen=screen), first_decisions(Proposer(topics, others).propose(leaflet), others),
        taken_ids={known.about.id for known in maps} - ({before.about.id} if before else set()),
    )  # fmt: skip
    opened = Opened(review, source, library, before, False)
    if before:
        review.decisions = decisions_for(before, leaflet, review.decisions)
        opened.carried = carried_over(before, leaflet)
        opened.comparison = compared(_text_before(before, leaflets) or before, leaflet)
        opened.stories = stories_touched(opened.carried.values(), before.about.id, STORIES)
    answers = own_answers(leaflets)
    opened.resumed = take_up_draft(answers, review)
    review.changed = partial(save_draft, answers)
    return opened


def _text_before(before: AnswerMap, leaflets: Path) -> Leaflet | None:
    """The leaflet that `before` was approved for, if its file is still there."""
    for file in (file for folder in (leaflets, leaflets / EARLIER) for file in sorted(folder.glob("*"))):
        if file.is_file() and file.suffix.lower() in SUFFIXES:
            try:
                leaflet = read_leaflet(file)
            except LeafletError:
                continue
            if leaflet.fingerprint == before.fingerprint:
                return leaflet
    return None


def known_maps(folders, topics, regions) -> list[AnswerMap]:
    """Every map that can be read, approved or not; of one leaflet only the first folder's."""
    found: dict[str, AnswerMap] = {}
    for file in (file for folder in folders for file in sorted(folder.glob("*.yml"))):
        try:
            answer_map = read_answer_map(file, topics, regions)
        except MapError:
            continue
        found.setdefault(answer_map.about.id, answer_map)
    return list(found.values())


def _version_before(leaflet: Leaflet, maps: list[AnswerMap], replaces: str) -> AnswerMap | None:
    if not replaces:
        return matching_map(leaflet, maps)
    named = next((known for known in maps if known.about.id == replaces), None)
    if named is None:
        raise ReviewError(f"REPLACES names '{replaces}', but no leaflet has that short name; there are {', '.join(known.about.id for known in maps)}")
    return named


def _help_topic() -> str:
    """The topic of what to look out for, as the advice file names it."""
    site = read_site()
    return read_advice_book(read_sign_book(), site.emergency, site.urgent).look_out_topic
