"""Stories are played step by step, in order, and told as they went; noise, records, reports and comparison."""
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bot.staff.stories import in_words
from bot.staff.stories.compare import changes, the_last_two
from bot.staff.stories.coverage import coverage_of
from bot.staff.stories.coverage import in_words as in_coverage_words
from bot.staff.stories.expectations import read_expectations
from bot.staff.stories.heard import Heard
from bot.staff.stories.junit import write_junit
from bot.staff.stories.noisy import JOINED, Outcome, noisy_stories
from bot.staff.stories.page import write_page
from bot.staff.stories.player import play, play_all
from bot.staff.stories.record import RecordError, Run, read_run
from bot.staff.stories.script import Step, Story
from tests.staff.tea_room_stories import heard, known, quote_of

TEA = heard(quotes=[quote_of("tea", "north")])
ALARM = heard("escalate", level="ae", flags=["scald"], first="advice")


def step(said, line=1, **expect):
    expectations, mistakes = read_expectations({key.replace("_", " "): value for key, value in expect.items()}, known())
    assert mistakes == []
    return Step(said, line, "patient", tuple(expectations))


def story(*steps, name="asks", **given):
    return Story(name, "Tea", "tests/tea.yml", 3, steps, **given)


class Answering:
    """A conversation that answers by what is said."""

    over = "a stand-in"

    def __init__(self, answers):
        self._answers, self.said = answers, []

    def take(self, step):
        self.said.append(step.said)
        return self._answers.get(step.said, heard("not_covered", own=["nothing on that"]))


PRICE = story(step("what does tea cost", 5, quotes="tea"), name="asks the price")
SCALD = story(step("I burnt myself", 9, escalates="ae", sign="scald"), name="is <b>burnt</b>", channel="web")
ANSWERS = {"what does tea cost": TEA, "I burnt myself": ALARM}


def run_of(stories, answers=ANSWERS):
    told = list(play_all(stories, lambda _: Answering(answers), known(), 2))
    leaflets = [{"id": "north", "title": "The north tea room", "publisher": "", "version": "1", "issued": "2025-01", "review_due": "", "overdue": "", "approved_by": "a test", "approved_on": "2026-01-01", "fingerprint": "aa"}]
    return Run("2026-01-02T10:30:00+00:00", 1.2, {"address": "here", "model": "aa"}, leaflets, told, coverage_of(told, known()))


def test_every_step_is_played_even_after_one_went_wrong():
    """One run shows all that is wrong."""
    conversation = Answering({})
    told = play(story(step("what does tea cost", quotes="tea"), step("bye", says_not_covered="yes")), lambda _: conversation, known())
    assert conversation.said == ["what does tea cost", "bye"]
    assert [bool(turn.problems) for turn in told.turns] == [True, False]
    assert not told.passed


def test_stories_are_told_in_their_order_however_they_are_played():
    """Several at once, one order."""
    stories = [story(step("what does tea cost", quotes="tea"), name=f"number {number}") for number in range(20)]
    assert [told.name for told in play_all(stories, lambda _: Answering(ANSWERS), known(), 8)] == [one.name for one in stories]


def test_an_assistant_that_does_not_answer_fails_the_story_in_words():
    """The step's own expectations are not told on top of it."""
    told = play(PRICE, lambda _: Answering({"what does tea cost": Heard((), wrong="the assistant did not answer")}), known())
    assert told.turns[0].problems == ["the assistant did not answer"]


def test_a_failure_is_told_with_what_was_said_expected_and_came():
    """Staff can read it without opening anything else."""
    told = play(PRICE, lambda _: Answering({}), known())
    text = "\n".join(in_words.failure(told))
    for words in ("asks the price", "tests/tea.yml, line 3", "says: what does tea cost", "expected: quotes 'What tea costs'", "WRONG (line 5)", "| nothing on that"):
        assert words in text


# ---- Coverage -----------------------------------------------------------------------------------


def test_coverage_tells_what_was_tried_and_what_not():
    """Topics and signs by expectations that held, passages by being shown, sentences by being within some passage."""
    coverage = run_of([PRICE, SCALD]).coverage
    assert (coverage["topics"]["tea"], coverage["signs"]["scald"], coverage["kinds"]["escalate"]) == (1, 1, 1)
    assert coverage["topics_untried"] == ["milk", "cake", "scalds", "dogs"] and coverage["signs_untried"] == ["choking"]
    assert coverage["topics_silent"] == ["dogs"]
    assert coverage["topics_on_one_leaflet"] == {"milk": "north", "cake": "south", "scalds": "north"}
    assert coverage["channels"] == {"rest": 1, "web": 1, "phone": 0}
    assert (coverage["passages"]["total"], coverage["passages"]["shown"]) == (5, 1)
    assert {leaflet["leaflet"]: (leaflet["total"], leaflet["reached"]) for leaflet in coverage["sentences"]} == {"north": (3, 3), "south": (2, 2)}


def test_what_failed_does_not_count_as_tried():
    """A broken answer proves nothing."""
    assert run_of([PRICE], answers={}).coverage["topics"]["tea"] == 0


def test_the_terminal_names_what_was_not_tried_only_where_it_is_little():
    """Somebody who plays one script of her own is not told of fifty topics that it has nothing to do with."""
    coverage = run_of([PRICE]).coverage
    assert "not: milk, cake, scalds, dogs" in "\n".join(in_coverage_words(coverage))
    coverage["topics_untried"] *= 3
    told = "\n".join(in_coverage_words(coverage))
    assert "the report names the others" in told and "milk" not in told


@pytest.mark.parametrize(
    ("stories", "answers", "told"),
    [([PRICE], ANSWERS, "The story passed (1 turn in"), ([PRICE], {}, "The story FAILED"), ([PRICE, SCALD], ANSWERS, "All 2 stories passed"), ([PRICE, SCALD], {}, "2 of 2 stories FAILED")],
)
def test_the_last_line_tells_how_it_ended(stories, answers, told):
    """In words that fit one story as well as many."""
    assert in_words.summary(run_of(stories, answers=answers)).startswith(told)


# ---- Records, JUnit, page -----------------------------------------------------------------------


def test_a_record_is_read_as_it_was_written(tmp_path):
    """Also by the folder it stands in."""
    run = run_of([PRICE, SCALD])
    run.write(tmp_path / "run.json")
    assert read_run(tmp_path) == read_run(tmp_path / "run.json") == run


@pytest.mark.parametrize("text", ["", "[]", '{"stories": 1}', '{"stories": [], "other": 1}'])
def test_a_file_that_is_no_record_is_told(tmp_path, text):
    """One sentence, no traceback."""
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RecordError, match="no record of a story run"):
        read_run(tmp_path)


def test_junit_names_each_story_and_carries_the_failure_in_words(tmp_path):
    """A build server shows what a nurse would read."""
    write_junit(run_of([PRICE, SCALD, story(step("rubbish\x00", 7, small_talk="yes"), name="rubbish")]), tmp_path / "junit.xml")
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert set(cases) == {"asks the price", "is <b>burnt</b>", "rubbish"}
    failure = cases["rubbish"].find("failure")
    assert "expected small talk" in failure.get("message") and "says: rubbish" in failure.text


@pytest.fixture
def page(tmp_path):
    """The page of a run with one story that passes, one with an alarm, one that fails."""
    write_page(run_of([PRICE, SCALD, story(step("<script>x</script>", 7, small_talk="yes"), name="fails")]), known(), tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_stands_alone(page):
    """Nothing is fetched from anywhere."""
    assert not re.search(r"""(src|href)=["'][^#]""", page) and "@import" not in page and "url(" not in page


def test_the_page_escapes_what_comes_from_outside(page):
    """Patients' words and names of stories can't become markup."""
    assert "<script>x" not in page and "&lt;script&gt;x" in page and "is &lt;b&gt;burnt" in page


def test_the_page_shows_result_leaflets_model_and_date_and_can_be_signed(page):
    """What a Clinical Safety Officer needs before signing."""
    for words in ("1 of 3 stories failed", "The north tea room", "Model fingerprint", "2 January 2026, 10:30", "Tea costs one pound."):
        assert words in page
    for label in ("Name", "Role", "Date", "Signature"):
        assert re.search(rf'<label for="([\w-]+)">{label}</label><input id="\1"', page)


def test_the_page_shows_quotations_with_their_source(page):
    """As the patient sees them, each with its source line."""
    assert re.search(r'<blockquote class="piece quote">“Tea costs one pound.”<cite>From &#34;The north tea room&#34;.</cite></blockquote>', page)


# ---- Comparing ----------------------------------------------------------------------------------


def test_the_same_run_twice_shows_no_change():
    """Nothing changed means nothing is listed."""
    assert list(changes(run_of([PRICE, SCALD]), run_of([PRICE, SCALD]))) == []


def test_a_changed_answer_is_told_with_what_it_was_and_is():
    """Kind, topics, quotations, and whether the story fails now."""
    text = "\n".join(changes(run_of([PRICE, SCALD]), run_of([PRICE, SCALD], {"I burnt myself": ALARM})))
    assert "NOW FAILS" in text and "an answer from a leaflet before" in text and "no longer quoted from north: Tea costs one pound." in text
    assert "burnt" not in text


def test_stories_that_came_and_went_are_told():
    """And a changed model and leaflet."""
    after = replace(run_of([SCALD]), assistant={"address": "here", "model": "bb"}, leaflets=[])
    text = "\n".join(changes(run_of([PRICE]), after))
    assert "'asks the price' is no longer there" in text and "is new and passes" in text
    assert "aa before, bb now" in text and "north is no longer in use" in text


def test_changed_own_words_are_told():
    """Even where kind and quotations stay."""
    before, after = ({"x": heard("smalltalk", own=[words])} for words in ("Hello.", "Good day."))
    hello = story(step("x", small_talk="yes"))
    assert "no longer said: Hello." in "\n".join(changes(run_of([hello], before), run_of([hello], after)))


def test_the_last_two_runs_are_found(tmp_path):
    """Without two there is nothing to compare."""
    (tmp_path / "runs").mkdir()
    with pytest.raises(RecordError, match="two are needed"):
        the_last_two(tmp_path)
    for name in ("2026-01-03", "2026-01-01", "2026-01-02"):
        (tmp_path / "runs" / f"{name}.json").write_text(json.dumps({}))
    assert [file.stem for file in the_last_two(tmp_path)] == ["2026-01-02", "2026-01-03"]


# ---- Noise --------------------------------------------------------------------------------------


def test_each_noise_worsens_the_words_and_keeps_the_expectations():
    """The same each time; keys pressed stay."""
    played = story(step("What does tea cost, please?", quotes="tea"), Step("1", 2, "presses"))
    noisy = noisy_stories([played])
    assert noisy == noisy_stories([played])
    said = {noise: [step.said for step in stories[0].steps] for noise, stories in noisy.items() if stories}
    assert said["capitals"] == ["WHAT DOES TEA COST, PLEASE?", "1"]
    assert said["no punctuation"] == ["What does tea cost please", "1"]
    assert all(stories[0].steps[0].expected == played.steps[0].expected for stories in noisy.values() if stories)


def test_two_questions_of_one_script_are_joined_and_both_answers_expected():
    """Only plain questions, never an alarm."""
    cake = story(step("which cakes are there", quotes="cake"), name="cake")
    (both,) = noisy_stories([PRICE, cake, SCALD])[JOINED]
    assert both.steps[0].said == "what does tea cost and which cakes are there"
    assert [expectation.in_words() for expectation in both.steps[0].expected] == ["quotes 'What tea costs'", "quotes 'Cake'"]


def test_a_missed_alarm_is_counted_apart():
    """It is worse than an answer that went wrong."""
    outcome = Outcome("capitals", list(play_all([PRICE, SCALD], lambda _: Answering({}), known(), 1)))
    assert [told.name for told in outcome.broken] == ["asks the price", "is <b>burnt</b>"]
    assert [told.name for told in outcome.missed] == ["is <b>burnt</b>"]
