"""A run as plain data: what was played, against what, and how it went. Written to run.json and read again for comparing."""
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.staff.stories.heard import Heard
from bot.staff.stories.script import Step, Story


class RecordError(Exception):
    """A file that is no record of a run; one sentence says why."""


@dataclass(frozen=True)
class Turned:
    """One turn: what the patient did, what was expected in words, what came, and what was wrong with it."""

    said: str
    how: str
    line: int
    expected: list[str]
    texts: list[str]
    custom: dict[str, Any]
    problems: list[str]
    seconds: float
    tested: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    @classmethod
    def from_step(cls, step: Step, heard: Heard, problems: list[str]) -> "Turned":
        words = [expectation.in_words() for expectation in step.expected]
        tested = sorted({name for expectation in step.expected for name in expectation.tests()})
        return cls(step.said, step.how, step.line, words, list(heard.texts), heard.custom, problems, round(heard.seconds, 3), tested, list(heard.roles))


@dataclass(frozen=True)
class Told:
    """One story as it went."""

    name: str
    about: str
    file: str
    line: int
    channel: str | None
    leaflet: str | None
    region: str | None
    over: str
    turns: list[Turned]

    @property
    def passed(self) -> bool:
        return not any(turn.problems for turn in self.turns)

    @classmethod
    def from_story(cls, story: Story, turns: list[Turned], over: str) -> "Told":
        return cls(story.name, story.about, story.file, story.line, story.channel, story.leaflet, story.region, over, turns)


@dataclass(frozen=True)
class Run:
    """All stories of one run, and what they were played against."""

    made: str
    seconds: float
    assistant: dict[str, str]
    leaflets: list[dict[str, str]]
    stories: list[Told] = field(default_factory=list)
    coverage: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> list[Told]:
        return [story for story in self.stories if not story.passed]

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


def read_run(file: Path) -> Run:
    """The run that `write` wrote; `file` may be the folder it is in. Raises RecordError."""
    file = file / "run.json" if file.is_dir() else file
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        stories = [Told(**{**story, "turns": [Turned(**turn) for turn in story["turns"]]}) for story in data.pop("stories")]
        return Run(stories=stories, **data)
    except OSError as error:
        raise RecordError(f"{file}: can't be read ({error.__class__.__name__}); play the stories first") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{file}: is no record of a story run ({error.__class__.__name__})") from error
