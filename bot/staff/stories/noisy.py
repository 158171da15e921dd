"""`make stories-noisy`: plays the stories again with the patient's words worsened, and says which broke.

Kinds of noise: typing errors, mis-hearings, capitals, no punctuation, and two questions joined into one message.
"""
import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.staff.stories import command  # isort: skip; first of ours: it keeps TensorFlow out
from bot.answers.desk import leaflets_folder
from bot.language.noise import misheard, with_typing_errors
from bot.serve import Refusal
from bot.staff.stories.expectations import Escalates, Expectation, Quotes, Sign
from bot.staff.stories.known import Known, read_known
from bot.staff.stories.record import Told
from bot.staff.stories.script import Step, Story
from bot.yaml_file import YamlError

_SEED = 7


def without_punctuation(said: str) -> str:
    return " ".join(re.sub(r"[^\w\s']", " ", said).split())


NOISES: dict[str, Callable[[str], str]] = {
    "typing errors": lambda said: with_typing_errors(said, _SEED),
    "mis-hearings": lambda said: misheard(said, _SEED),
    "capitals": str.upper,
    "no punctuation": without_punctuation,
}
JOINED = "two questions joined"


def worsened(story: Story, worsen: Callable[[str], str]) -> Story:
    """The story with each of the patient's messages worsened; keys pressed and choices by title stay as they are."""
    steps = [replace(step, said=worsen(step.said)) if step.how == "patient" else step for step in story.steps]
    return replace(story, steps=tuple(steps))


def joined(stories: list[Story]) -> list[Story]:
    """Of every two neighbouring stories that open with a plain question, one that asks both at once and expects both answers."""
    openings = [(story, opening) for story in stories if (opening := _plain_question(story))]
    pairs = [(a, b) for a, b in pairwise(openings) if a[0].file == b[0].file and a[0].leaflet == b[0].leaflet and a[1].topic != b[1].topic]
    return [_join(a[0], b[0], (a[1], b[1])) for a, b in pairs]


def _plain_question(story: Story) -> Quotes | None:
    quotes = [expectation for expectation in story.steps[0].expected if isinstance(expectation, Quotes)]
    alarms = [expectation for expectation in story.steps[0].expected if isinstance(expectation, (Escalates, Sign))]
    return quotes[0] if len(quotes) == 1 and not alarms and story.steps[0].how == "patient" else None


def _join(first: Story, second: Story, expected: tuple[Expectation, ...]) -> Story:
    said = f"{first.steps[0].said} and {second.steps[0].said}"
    return replace(first, name=f"{first.name}, and {second.name}", steps=(Step(said, first.steps[0].line, "patient", expected),))


@dataclass(frozen=True)
class Outcome:
    """How one kind of noise was taken."""

    noise: str
    told: list[Told]

    @property
    def broken(self) -> list[Told]:
        return [story for story in self.told if not story.passed]

    @property
    def missed(self) -> list[Told]:
        """Stories in which a warning sign was not heard, or heard as less urgent."""
        return [story for story in self.told if any(_is_missed(turn) for turn in story.turns)]


def _is_missed(turn) -> bool:
    return bool(turn.problems) and any(problem.startswith(("expected the advice", "expected the warning sign")) for problem in turn.problems)


def noisy_stories(stories: list[Story]) -> dict[str, list[Story]]:
    """The stories to play for each kind of noise."""
    return {**{noise: [worsened(story, worsen) for story in stories] for noise, worsen in NOISES.items()}, JOINED: joined(stories)}


def tell(outcomes: list[Outcome]) -> None:
    """Which broke, then a table."""
    for outcome in outcomes:
        if outcome.broken:
            print(f"\nBroken by {outcome.noise}:")
        for story in outcome.broken:
            turn = next(turn for turn in story.turns if turn.problems)
            print(f"  {story.about}: {story.name} ({story.file}, line {turn.line})\n    said: {turn.said}\n    {turn.problems[0]}")
    print(f"\n{'noise':<22}{'stories':>8}{'held':>8}{'share':>8}{'alarms missed':>16}")
    for outcome in outcomes:
        held = len(outcome.told) - len(outcome.broken)
        share = f"{100 * held / len(outcome.told):.0f} %" if outcome.told else "-"
        print(f"{outcome.noise:<22}{len(outcome.told):>8}{held:>8}{share:>8}{len(outcome.missed):>16}")


def _play(stories: list[Story], known: Known, against: str | None, at_once: int) -> list[Outcome]:
    outcomes = []
    with command.assistant(against, at_once) as playing:
        print(f"Playing {len(stories)} stories as they are.", flush=True)
        sound = [story for story, told in zip(stories, playing.play(stories, known)) if told.passed]
        if len(sound) < len(stories):
            print(f"{len(stories) - len(sound)} fail without any noise and are left out; 'make stories' tells why.", flush=True)
        for noise, noisy in noisy_stories(sound).items():
            print(f"Playing {len(noisy)} stories with {noise}.", flush=True)
            outcomes.append(Outcome(noise, list(playing.play(noisy, known))))
    return outcomes


def main() -> None:
    """Command line. Exit status 1 if a warning sign was missed, 2 if nothing could be played; other breaks only are told."""
    parser = argparse.ArgumentParser(prog="make stories-noisy", description="Plays the stories with worsened words.")
    command.add_arguments(parser)
    arguments = parser.parse_args()
    try:
        known = read_known(leaflets_folder())
        stories = command.read_or_refuse(arguments.file or [command.SCRIPTS], known, arguments.channel)
        outcomes = _play(stories, known, arguments.against, arguments.at_once)
    except (Refusal, YamlError) as refusal:
        print(f"stories-noisy: {refusal}", file=sys.stderr)
        sys.exit(2)
    tell(outcomes)
    sys.exit(1 if any(outcome.missed for outcome in outcomes) else 0)


if __name__ == "__main__":
    main()
