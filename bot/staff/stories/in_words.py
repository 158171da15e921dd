"""Tells a run in words, for the terminal."""
import textwrap
from typing import Iterator

from bot.staff.stories.record import Run, Told, Turned

_WIDTH = 110


def one_line(number: int, total: int, story: Told) -> str:
    """Progress: a line for each story."""
    return f"{number:>4} of {total}  {'pass' if story.passed else 'FAIL'}  {story.about}: {story.name}"


def failure(story: Told) -> Iterator[str]:
    """A failed story with all that was said, expected and came."""
    yield f"FAILED: {story.about}: {story.name}"
    yield f"  in {story.file}, line {story.line}" + f", played over {story.over}"
    for turn in story.turns:
        yield from _turn(turn)


def _turn(turn: Turned) -> Iterator[str]:
    yield f"  Patient {_how(turn)}"
    if turn.expected:
        yield f"    expected: {'; '.join(turn.expected)}"
    if not turn.problems:
        yield "    came: as expected" if turn.expected else "    (nothing expected here)"
        return
    for problem in turn.problems:
        yield from _wrapped(f"WRONG (line {turn.line}): {problem}", "    ")
    yield "    The patient got:"
    for text in turn.texts:
        for line in text.splitlines():
            yield from _wrapped(line, "      | ")


def _how(turn: Turned) -> str:
    if turn.how == "stays silent":
        return "stays silent."
    return f"presses {turn.said}" if turn.how == "presses" else f"says: {turn.said}"


def _wrapped(text: str, margin: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=margin, subsequent_indent=margin) or [margin.rstrip()]


def summary(run: Run) -> str:
    """The last line."""
    turns = sum(len(story.turns) for story in run.stories)
    return f"{result(run).replace('failed', 'FAILED')} ({turns} {'turn' if turns == 1 else 'turns'} in {run.seconds:.0f} s)."


def result(run: Run) -> str:
    """How the run ended, in a few words."""
    total, failed = len(run.stories), len(run.failed)
    if total == 1:
        return "The story failed" if failed else "The story passed"
    return f"{failed} of {total} stories failed" if failed else f"All {total} stories passed"
