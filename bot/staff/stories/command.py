"""`make stories`: read the scripts, play them, tell in words how it went, write the reports to results/stories/."""
import argparse
import os
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Iterator

from bot.light_tensorflow import without_tensorflow

without_tensorflow()  # before anything imports spaCy

from bot.answers.desk import leaflets_folder  # noqa: E402
from bot.inputs import ROOT  # noqa: E402
from bot.serve import Refusal  # noqa: E402
from bot.staff.stories import coverage, house, in_words  # noqa: E402
from bot.staff.stories.drivers import open_conversation  # noqa: E402
from bot.staff.stories.drivers.line import Line, connected  # noqa: E402
from bot.staff.stories.junit import write_junit  # noqa: E402
from bot.staff.stories.known import Known, read_known  # noqa: E402
from bot.staff.stories.page import write_page  # noqa: E402
from bot.staff.stories.player import play_all  # noqa: E402
from bot.staff.stories.reader import read_scripts  # noqa: E402
from bot.staff.stories.record import Run, Told  # noqa: E402
from bot.staff.stories.script import CHANNELS, Story  # noqa: E402
from bot.yaml_file import YamlError  # noqa: E402

SCRIPTS = ROOT / "tests" / "stories"
RESULTS = ROOT / "results" / "stories"


def read_or_refuse(files: list[Path], known: Known, channel: str | None) -> list[Story]:
    """The stories to play. Raises Refusal with all mistakes of all scripts."""
    reading = read_scripts(files, known)
    if reading.mistakes:
        listed = "\n".join(f"  {mistake}" for mistake in reading.mistakes)
        raise Refusal(f"{len(reading.mistakes)} mistake(s) in the scripts; nothing was played:\n{listed}")
    stories = [story for story in reading.stories if channel is None or (story.channel or "rest") == channel]
    if not stories:
        raise Refusal(f"no story is for the channel '{channel}'")
    return stories


@dataclass(frozen=True)
class Assistant:
    """A running assistant to play against. `model` is its fingerprint, where it is known."""

    line: Line
    address: str
    model: str
    at_once: int

    def play(self, stories: list[Story], known: Known) -> Iterator[Told]:
        """The stories as they went, in their order."""
        return play_all(stories, lambda story: open_conversation(story, self.line), known, self.at_once)


@contextmanager
def assistant(against: str | None, at_once: int) -> Iterator[Assistant]:
    """The assistant at the address named, or one started for the while. Raises Refusal."""
    with ExitStack() as stack:
        url, var = against, None
        if url is None:
            url, var = stack.enter_context(house.started(leaflets_folder().resolve()))
        line = stack.enter_context(connected(url, os.environ.get("REST_TOKEN", ""), var))
        yield Assistant(line, against or "started for this run", "not told by the server" if against else house.model_in_use(), at_once)


def play_and_tell(stories: list[Story], known: Known, playing: Assistant) -> Run:
    """Play everything, with a line for each story."""
    began, told = time.monotonic(), []
    print("Playing one story." if len(stories) == 1 else f"Playing {len(stories)} stories, up to {playing.at_once} at once.", flush=True)
    for number, story in enumerate(playing.play(stories, known), 1):
        print(in_words.one_line(number, len(stories), story), flush=True)
        told.append(story)
    return _run(told, known, playing, time.monotonic() - began)


def _run(told: list[Told], known: Known, playing: Assistant, seconds: float) -> Run:
    leaflets = [
        {"id": active.id, "title": active.about.title, "version": active.about.version, "issued": active.about.issued or "", "review_due": active.about.review_due or "",
         "publisher": active.about.publisher, "fingerprint": active.leaflet.fingerprint[:16], "overdue": "yes" if active.review_overdue(date.today()) else "", "approved_by": active.map.approved_by or "", "approved_on": active.map.approved_on or ""}
        for active in known.library.active.values()
    ]  # fmt: skip
    return Run(datetime.now().astimezone().isoformat(timespec="seconds"), round(seconds, 1), {"address": playing.address, "model": playing.model}, leaflets, told, coverage.coverage_of(told, known))


def write_results(run: Run, known: Known, results: Path) -> None:
    """report.html, junit.xml and run.json; a copy of the record is kept for comparing."""
    (results / "runs").mkdir(parents=True, exist_ok=True)
    run.write(results / "run.json")
    run.write(results / "runs" / f"{run.made[:19].replace(':', '.')}.json")
    write_junit(run, results / "junit.xml")
    write_page(run, known, results / "report.html")


def tell(run: Run, results: Path) -> None:
    """Failures in full, what was tried, then one line."""
    for story in run.failed:
        print("\n" + "\n".join(in_words.failure(story)), flush=True)
    print("\nWhat was tried:\n" + "\n".join(coverage.in_words(run.coverage)))
    print(f"\n{in_words.summary(run)}\nThe report to read and sign: {results / 'report.html'}", flush=True)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command that plays stories can be told."""
    parser.add_argument("--file", type=Path, action="append", help="a script or a folder of scripts; tests/stories/ if none is named")
    parser.add_argument("--channel", choices=CHANNELS, help="only the stories for this channel")
    parser.add_argument("--against", metavar="URL", help="an assistant that runs already; if none is named, one is started")
    parser.add_argument("--at-once", type=int, choices=range(1, 33), metavar="N", default=6, help="how many conversations at a time (6)")


def main() -> None:
    """Command line. Exit status 1 if a story failed, 2 if nothing could be played."""
    parser = argparse.ArgumentParser(prog="make stories", description="Plays scripted stories against the running assistant.")
    add_arguments(parser)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder for the reports (results/stories)")
    arguments = parser.parse_args()
    try:
        known = read_known(leaflets_folder())
        stories = read_or_refuse(arguments.file or [SCRIPTS], known, arguments.channel)
        with assistant(arguments.against, arguments.at_once) as playing:
            run = play_and_tell(stories, known, playing)
        write_results(run, known, arguments.results)
        tell(run, arguments.results)
    except (Refusal, YamlError) as refusal:
        print(f"stories: {refusal}", file=sys.stderr)
        sys.exit(2)
    sys.exit(1 if run.failed else 0)


if __name__ == "__main__":
    main()
