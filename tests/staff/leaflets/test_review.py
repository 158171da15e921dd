"""The review: each step of a reviewer, what hinders approval, and what an approval writes."""
import json
from datetime import datetime, timezone

import pytest

from bot.catalogue import Topic
from bot.leaflets.leaflet import About
from bot.leaflets.library import load_library
from bot.leaflets.reading import read_leaflet
from bot.leaflets.trail import read_trail
from bot.staff.leaflets.drafts import save_draft, take_up_draft
from bot.staff.leaflets.help_signs import HelpSign
from bot.staff.leaflets.review import Decision, Review, ReviewError
from bot.staff.leaflets.signing import Signer
from bot.staff.leaflets.terminal import TerminalReview, read_places
from bot.staff.leaflets.windows import lines_of
from bot.staff.map_writer import Chosen
from tests.little_library import north

TEXT = "# Tea\n\nTea costs \"two\" pounds. It comes with milk.\n\n# Help\n\nRing the bell if you have:\n\n- a scald\n- a sticky floor\n"
TOPICS = {id_: Topic(id_, "all", id_.capitalize(), f"about {id_}") for id_ in ("tea", "milk", "help", "dogs")}


def listen(leaflet, passages):
    """A screen that hears scalds only."""
    lines = [line for line in lines_of(leaflet) if line.bullet and any(chosen.section == line.section and chosen.first <= line.number <= chosen.last for chosen in passages)]
    return [HelpSign(line.section, line.number, line.text, ("scald",) if "scald" in line.text else ()) for line in lines]


@pytest.fixture
def review(tmp_path, monkeypatch):
    monkeypatch.setenv("ANSWERS", str(tmp_path / "answers"))
    (tmp_path / "leaflets").mkdir()
    source = tmp_path / "new tea.md"
    source.write_text(TEXT)
    decisions = {
        "tea": Decision(offered=((Chosen(1, 1, 1),), (Chosen(1, 1, 2),)), likely=True),
        "milk": Decision(offered=((Chosen(1, 2, 2),),), likely=True),
        "help": Decision(offered=((Chosen(2, 1, 3),),), likely=True),
        "dogs": Decision(offered=((Chosen(1, 1, 1),),), unlikely=True),
    }
    return Review(read_leaflet(source), TOPICS, About("tea-room", "The tea room"), ["front", "back"], [north()], "help", listen, decisions, taken_ids={"north"})


@pytest.fixture
def decided(review):
    """A review that nothing hinders."""
    for topic in ("tea", "milk", "help"):
        review.accept(topic)
    review.silent("dogs")
    review.no_symptom(next(sign.key for sign in review.help_signs() if not sign.fires))
    return review


def approve(review, tmp_path, by="Nina Ward", role="nurse"):
    moment = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
    return Signer(tmp_path / "leaflets", lambda: moment).approve(review, tmp_path / "new tea.md", by, role)


def load(tmp_path):
    return load_library(tmp_path / "leaflets", tmp_path / "answers", TOPICS, ["front", "back"])


def test_an_accepted_proposal_is_what_will_be_quoted(review):
    """The second proposal, to the letter."""
    review.accept("tea", 2)
    assert review.words("tea") == ['Tea costs "two" pounds. It comes with milk.']


def test_a_refused_proposal_makes_room_for_the_next(review):
    """The topic stays open."""
    review.refuse("tea")
    assert review.decisions["tea"].offered == ((Chosen(1, 1, 2),),)
    assert "tea" in review.open_topics


def test_selected_sentences_replace_a_proposal(review):
    """And are marked as the reviewer's own choice."""
    review.choose("tea", [Chosen(1, 2, 2), Chosen(2, 1, 1)])
    assert review.words("tea") == ["It comes with milk.", "Ring the bell if you have:"]
    assert review.decisions["tea"].origin == "selected by the reviewer"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (lambda r: r.accept("tea", 3), "no proposal 3"),
        (lambda r: r.accept("beer"), "no topic"),
        (lambda r: r.choose("tea", []), "no sentence"),
        (lambda r: r.choose("tea", [Chosen(1, 2, 9)]), "2 sentences"),
        (lambda r: r.choose("tea", [Chosen(1, 1, 1)] * 2), "twice"),
        (lambda r: r.rate("tea", 4), "degree of caution"),
        (lambda r: r.agree("milk", "south"), "no active leaflet"),
        (lambda r: r.describe(id="Tea Room"), "small letters"),
        (lambda r: r.describe(id="north"), "another leaflet"),
        (lambda r: r.describe(review_due="next year"), "no date"),
        (lambda r: r.describe(regions="front, cellar"), "cellar"),
        (lambda r: r.describe(colour="red"), "unknown"),
        (lambda r: r.no_symptom("2.9 nothing"), "no part of the passage"),
    ],
)
def test_a_step_that_can_t_be_taken_says_why(review, step, why):
    """And changes nothing."""
    before = dict(review.decisions), review.about
    with pytest.raises(ReviewError, match=why):
        step(review)
    assert (review.decisions, review.about) == before


def test_only_topics_without_anything_near_are_silenced_together(review):
    """One step for what is surely not there."""
    assert review.nearest_where_nothing_is_likely() == {"dogs": 'Tea costs "two" pounds.'}
    assert review.silent_where_nothing_is_likely() == 1
    assert review.open_topics == ["tea", "milk", "help"]


def test_a_difference_from_another_leaflet_is_listed_until_the_reviewer_says_that_they_agree(review):
    """With the numbers that only one of them names."""
    review.accept("milk")
    assert [(found.topic, found.other) for found in review.disagreements()] == [("milk", "north")]
    review.agree("milk", "north")
    assert review.disagreements() == []
    assert review.chosen_topics()["milk"].says == "with_milk"


def test_a_leaflet_on_another_subject_is_no_disagreement_and_no_stand_in(review):
    """What is said on a knee is compared with nothing that is said on a bowel; the subject may be named at any time."""
    review.accept("milk")
    assert [leaflet.id for leaflet in review.speaking_on("milk")] == ["north"]
    review.describe(subject="cake")
    assert review.disagreements() == [] == review.speaking_on("milk") == review.on_this_subject
    with pytest.raises(ReviewError, match="no active leaflet"):
        review.agree("milk", "north")


def test_the_terminal_tells_which_leaflets_answer_where_this_one_is_silent(decided):
    """Before the approval, so that a subject that was forgotten is noticed."""
    answers, told = iter(["", "yes", "Nina Ward", "nurse"]), []
    TerminalReview(decided, lambda question: next(answers), told.append).go_through()
    assert any("these answer: The north tea room" in line for line in told)


def test_an_open_topic_hinders_approval(decided, tmp_path):
    """Nothing is written."""
    decided.reopen("tea")
    with pytest.raises(ReviewError, match="1 topics are not decided: Tea"):
        approve(decided, tmp_path)
    assert not (tmp_path / "answers").exists()


def test_a_symptom_that_the_screen_does_not_hear_hinders_approval(decided, tmp_path):
    """Until somebody answers for its being none; that is kept with the signature."""
    key = next(sign.key for sign in decided.help_signs() if not sign.fires)
    decided.no_symptom(key, False)
    with pytest.raises(ReviewError, match="does not hear \"a sticky floor\""):
        approve(decided, tmp_path)
    decided.no_symptom(key)
    approve(decided, tmp_path)
    assert "a sticky floor" in read_trail(tmp_path / "answers/signed/tea-room.yml").last.note


@pytest.mark.parametrize(("by", "role"), [("", "nurse"), ("Nina", " ")])
def test_nobody_approves_without_name_and_role(decided, tmp_path, by, role):
    """Somebody answers for what patients read."""
    with pytest.raises(ReviewError, match="missing"):
        approve(decided, tmp_path, by, role)


def test_nothing_is_quoted_before_approval_and_the_very_words_after(decided, tmp_path):
    """The draft alone, and even the file in the folder, changes nothing for patients."""
    save_draft(tmp_path / "answers", decided)
    (tmp_path / "leaflets/new.md").write_text(TEXT)
    assert load(tmp_path).active == {}
    approve(decided, tmp_path)
    library = load(tmp_path)
    assert library.problems == []
    assert library.active["tea-room"].proved("tea")[0].text == 'Tea costs "two" pounds.'
    assert library.active["tea-room"].map.approved_by == "Nina Ward, nurse"


def test_the_signature_says_who_approved_which_passage_when(decided, tmp_path):
    """With the leaflet's fingerprint and the map's hash."""
    file = approve(decided, tmp_path)
    signed = read_trail(tmp_path / "answers/signed/tea-room.yml").last
    assert (signed.by, signed.role, signed.at) == ("Nina Ward", "nurse", "2026-03-04 05:06:07 UTC")
    assert signed.fingerprint == decided.leaflet.fingerprint
    assert dict(signed.passages) == {"tea": "section 1, sentences 1-1 (proposal)", "milk": "section 1, sentences 2-2 (proposal)", "help": "section 2, sentences 1-3 (proposal)"}
    assert file.exists() and not list((tmp_path / "answers/drafts").glob("*")) if (tmp_path / "answers/drafts").exists() else True


def test_a_new_version_puts_the_earlier_file_and_map_aside(decided, tmp_path):
    """Nothing is lost, and only the new one is read."""
    approve(decided, tmp_path)
    (tmp_path / "leaflets/tea-room.md").rename(tmp_path / "leaflets/under another name.md")
    (tmp_path / "new tea.md").write_text(TEXT.replace("two", "three"))
    newer = Review(**{**vars(decided), "leaflet": read_leaflet(tmp_path / "new tea.md")})
    approve(newer, tmp_path)
    assert [file.name for file in (tmp_path / "leaflets").glob("*.md")] == ["tea-room.md"]
    assert len(list((tmp_path / "leaflets/earlier").glob("*.md"))) == len(list((tmp_path / "answers/earlier").glob("*.yml"))) == 1
    assert load(tmp_path).active["tea-room"].proved("tea")[0].text == 'Tea costs "three" pounds.'
    assert len(read_trail(tmp_path / "answers/signed/tea-room.yml").signatures) == 2


def test_a_review_goes_on_where_it_was_left(review, tmp_path):
    """For the same words; a draft of other words, or a damaged one, is not taken up."""
    review.accept("tea", 2)
    review.describe(version="7")
    save_draft(tmp_path / "answers", review)
    fresh = Review(**{**vars(review), "decisions": {topic: Decision() for topic in TOPICS}, "about": About("x", "X")})
    assert take_up_draft(tmp_path / "answers", fresh)
    assert (fresh.decisions["tea"], fresh.about.version) == (review.decisions["tea"], "7")
    draft = next((tmp_path / "answers/drafts").glob("*.json"))
    draft.write_text(json.dumps({"fingerprint": "other"}))
    assert not take_up_draft(tmp_path / "answers", fresh)
    draft.write_text("{")
    assert not take_up_draft(tmp_path / "answers", fresh)


def test_the_terminal_takes_the_same_steps_as_the_page(review):
    """A whole review by keys: silence, acceptance, selection, an error, the facts, a symptom, name and role."""
    answers = iter(["c", *[""] * 8, "tea", "", "y", "9", "", "s", "1:2", "", "n", "yes", "Nina Ward", "nurse"])
    told = []
    signed = TerminalReview(review, lambda question: next(answers), told.append).go_through()
    assert signed == ("Nina Ward", "nurse") and review.about.subject == "tea"
    assert review.hindrances() == []
    assert any("'9' is none of the steps" in line for line in told)
    assert any("Dogs" in line and 'Tea costs "two" pounds.' in line for line in told), "the nearest words are shown before silence is confirmed"
    assert review.decisions["milk"].passages == (Chosen(1, 2, 2),)


def test_the_terminal_stops_without_losing_anything(review):
    """What was decided stays decided."""
    answers = iter(["", "n", "", "q"])
    assert TerminalReview(review, lambda question: next(answers), lambda line: None).go_through() is None
    assert list(review.accepted) == ["tea"]


@pytest.mark.parametrize("text", ["4", "4:x", "a:1", "1:2-", "1:2;3"])
def test_a_place_that_is_none_is_refused(text):
    """With what was expected."""
    with pytest.raises(ReviewError, match="expected section:first-last"):
        read_places(text)
