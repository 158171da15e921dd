"""Writes a run as JUnit XML, which build servers read: a suite for each script, a case for each story."""
import re
from pathlib import Path
from xml.etree import ElementTree

from bot.staff.stories import in_words
from bot.staff.stories.record import Run, Told

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_junit(run: Run, file: Path) -> None:
    """All stories of `run`; a failed one carries the whole conversation in words."""
    root = ElementTree.Element("testsuites", name="stories", time=f"{run.seconds}", tests=str(len(run.stories)), failures=str(len(run.failed)))
    for script in dict.fromkeys(story.file for story in run.stories):
        stories = [story for story in run.stories if story.file == script]
        failures = sum(not story.passed for story in stories)
        suite = ElementTree.SubElement(root, "testsuite", name=script, timestamp=run.made, tests=str(len(stories)), failures=str(failures), errors="0")
        for story in stories:
            _add_case(suite, story)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _add_case(suite: ElementTree.Element, story: Told) -> None:
    seconds = sum(turn.seconds for turn in story.turns)
    case = ElementTree.SubElement(suite, "testcase", classname=Path(story.file).stem, name=_clean(story.name), time=f"{seconds:.3f}", file=story.file, line=str(story.line))
    if not story.passed:
        first = next(problem for turn in story.turns for problem in turn.problems)
        failure = ElementTree.SubElement(case, "failure", message=_clean(first), type="story")
        failure.text = _clean("\n".join(in_words.failure(story)))


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
