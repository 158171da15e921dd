"""`make stories` from end to end: the shipped scripts are in order, and stories are played against a running assistant."""
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.catalogue import DATA
from bot.staff.stories.known import read_known
from bot.staff.stories.proof import KINDS
from bot.staff.stories.reader import read_scripts
from tests.house import ROOT, House

SCRIPTS = ROOT / "tests" / "stories"
GOOD = """\
about: Driving
leaflet: sample-nerve-root-injection
stories:
  - name: asks
    steps:
      - patient: can I drive afterwards
        expect:
          quotes: driving
          from: sample-nerve-root-injection
  - name: reports a sign
    channel: phone
    steps:
      - patient: I can't wee
        expect:
          escalates: ae
          sign: bladder_bowel
      - patient: the ambulance is here now
        expect:
          escalation: none
"""


@pytest.fixture(scope="module")
def shipped():
    """The shipped scripts, read with the sample leaflets."""
    known = read_known(DATA / "leaflets")
    return known, read_scripts([SCRIPTS], known)


def test_the_shipped_scripts_have_no_mistake(shipped):
    """Every word, topic, sign and leaflet in them is known."""
    assert shipped[1].mistakes == []


def test_the_shipped_scripts_expect_every_topic_sign_and_kind_on_every_channel(shipped):
    """At least a hundred stories; at least one for each."""
    known, reading = shipped
    tested = Counter(name for story in reading.stories for step in story.steps for expectation in step.expected for name in expectation.tests())
    wanted = {*(f"topic:{topic}" for topic in known.topics), *(f"sign:{sign}" for sign in known.signs.signs), *(f"kind:{kind}" for kind in KINDS)}
    assert wanted - set(tested) == set()
    assert len(reading.stories) >= 100 and {story.channel for story in reading.stories} == {None, "web", "phone"}


def test_no_message_of_the_blind_sets_is_used(shipped):
    """What understanding is measured with stays unseen."""
    blind = "\n".join(file.read_text(encoding="utf-8").lower() for file in (ROOT / "tests" / "blind").iterdir())
    said = {step.said for story in shipped[1].stories for step in story.steps if len(step.said.split()) > 4}
    assert [words for words in said if words.lower() in blind] == []


# ---- Against a running assistant ----------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The assistant, started once."""
    house = House(tmp_path_factory.mktemp("var"))
    try:
        house.wait_until_ready()
        yield house
        house.interrupt()
    finally:
        house.close()


@pytest.fixture
def play(house, tmp_path):
    """A function that plays a script, as `make stories` does; gives status, what was printed, and the folder of results."""

    def played(text: str, *options: str, against: str | None = None) -> tuple[int, str, Path]:
        script = tmp_path / "script.yml"
        script.write_text(text, encoding="utf-8")
        url = against or f"http://127.0.0.1:{house.port}"
        command = [sys.executable, "-m", "bot.staff.stories.command", "--file", str(script), "--against", url, "--results", str(tmp_path / "results"), *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "LEAFLETS": ""})
        return done.returncode, done.stdout + done.stderr, tmp_path / "results"

    return played


@pytest.mark.server
def test_stories_pass_and_three_reports_are_written(play):
    """HTML, JUnit XML and the record, all telling the same."""
    status, told, results = play(GOOD)
    assert (status, "All 2 stories passed" in told) == (0, True), told
    run = json.loads((results / "run.json").read_text(encoding="utf-8"))
    assert [turn["problems"] for story in run["stories"] for turn in story["turns"]] == [[], [], []]
    assert ElementTree.parse(results / "junit.xml").getroot().get("failures") == "0"
    assert "All 2 stories passed" in (results / "report.html").read_text(encoding="utf-8")
    assert len(list((results / "runs").glob("*.json"))) == 1


@pytest.mark.server
def test_a_wrong_expectation_fails_and_is_told_in_words(play):
    """The status is 1, and the patient's words, the expectation and the answer are printed."""
    status, told, results = play(GOOD.replace("quotes: driving", "quotes: will_it_hurt"))
    assert status == 1
    for words in ("Patient says: can I drive afterwards", "expected the leaflet's words on 'Whether it hurts'", "Driving afterwards", "1 of 2 stories FAILED"):
        assert words in told
    assert ElementTree.parse(results / "junit.xml").getroot().get("failures") == "1"


@pytest.mark.server
def test_only_the_stories_of_a_channel_are_played(play):
    """The others are left out."""
    assert "The story passed" in play(GOOD, "--channel", "phone")[1]


@pytest.mark.server
def test_mistakes_in_scripts_are_told_before_anything_is_played(play):
    """Status 2, all mistakes, no report."""
    status, told, results = play(GOOD.replace("quotes: driving", "quotes: drivng").replace("escalates: ae", "escalate: ae"))
    assert status == 2 and "2 mistake(s)" in told and "line 8" in told and "Did you mean 'driving'?" in told and "Did you mean 'escalates'?" in told
    assert not results.exists()


@pytest.mark.server
def test_an_assistant_that_is_not_there_is_told_in_a_sentence(play):
    """No traceback."""
    status, told, _ = play(GOOD, against="http://127.0.0.1:9")
    assert status == 2 and "no assistant answers at http://127.0.0.1:9" in told and "Traceback" not in told
