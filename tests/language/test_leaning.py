"""Messages that lean on the turn before."""
import pytest

from bot.language.leaning import (
    Example,
    Reading,
    Subject,
    bare,
    is_correction_alone,
    names_something_new,
    read_follow_ups,
    says_what_was_meant,
    subject_before,
    train_follow_ups,
)
from bot.language.leaning import reading as read
from bot.yaml_file import YamlError

LABELS = ("drive", "eat", "none")
DRIVING = Subject("can i drive", ("drive",))


def score(text: str) -> dict[str, float]:
    """A stand-in for the classifier: it knows a topic by its word."""
    drive, eat, none = (0.9 if word in text else 0.02 for word in ("drive", "eat", "parking"))
    total = drive + eat + none
    return {"drive": drive / total, "eat": eat / total, "none": none / total}


def reading(text: str, subject: Subject = DRIVING) -> Reading:
    return read(text, subject, score)


@pytest.fixture(scope="module")
def follow_ups():
    leaning = [Example(DRIVING, words, "drive") for words in ("and the day after", "why", "how long for", "is that so")]
    leaning += [Example(Subject("may i eat", ("eat",)), words, "eat") for words in ("and the day after", "why", "for how long", "what about toast")]
    fresh = [Example(DRIVING, "what may i eat", "eat"), Example(Subject("may i eat", ("eat",)), "when can i drive", "drive"), Example(DRIVING, "is there parking", "none")]
    return train_follow_ups(leaning + fresh, LABELS, score)


def test_a_message_that_says_nothing_by_itself_keeps_the_subject(follow_ups):
    assert follow_ups.ranking(reading("until when"))[0][0] == "drive"
    assert follow_ups.ranking(reading("until when", Subject("may i eat", ("eat",))))[0][0] == "eat"


def test_a_fresh_question_changes_the_subject(follow_ups):
    assert follow_ups.ranking(reading("can i eat my tea"))[0][0] == "eat"


def test_what_no_leaflet_covers_stays_uncovered(follow_ups):
    assert follow_ups.ranking(reading("where is the parking"))[0][0] == "none"


def test_scores_add_up_to_one(follow_ups):
    assert sum(score for _, score in follow_ups.ranking(reading("why"))) == pytest.approx(1)


def test_training_twice_gives_the_same_weights(follow_ups):
    again = train_follow_ups([Example(DRIVING, "why", "drive"), Example(DRIVING, "what may i eat", "eat")], LABELS, score)
    once_more = train_follow_ups([Example(DRIVING, "why", "drive"), Example(DRIVING, "what may i eat", "eat")], LABELS, score)
    assert (again.weights == once_more.weights).all()


@pytest.mark.parametrize("text", ["no", "that's not what i asked", "sorry that is not the right answer", "no you've got it wrong, try again"])
def test_a_bare_correction_is_known(text):
    assert is_correction_alone(text)


@pytest.mark.parametrize("text", ["no, i meant before", "sorry it's my neck", "no i was asking about the drive home"])
def test_a_correction_that_says_what_was_meant_is_read_on(text):
    assert not is_correction_alone(text)


def test_the_subject_is_that_of_the_last_turn_that_answered():
    turns = [
        ({"question": "thanks"}, {"kind": "smalltalk", "topics": []}),
        ({"question": "can i drive"}, {"kind": "answer", "topics": ["drive"], "candidates": ["drive", "eat"]}),
        ({"question": "may i eat"}, {"kind": "answer", "topics": ["eat"]}),
    ]
    assert subject_before(turns) == Subject("can i drive", ("drive",), ("drive", "eat"))


def test_what_was_offered_is_thought_of_but_not_yet_the_subject():
    turns = [({"question": "tablets"}, {"kind": "clarify", "topics": ["eat", "drive"], "candidates": []})]
    assert subject_before(turns) == Subject("tablets", (), ("eat", "drive"))


def test_a_conversation_without_an_answer_has_no_subject():
    assert subject_before([({"question": "hello"}, {"kind": "smalltalk"})]) is None


def test_an_unknown_topic_is_named_with_its_line(tmp_path):
    file = tmp_path / "follow_ups.tsv"
    file.write_text("before\tabout\tsays\tasks\ncan i drive\tdrive\twhy\tfly\n", encoding="utf-8")
    with pytest.raises(YamlError, match="2.*'fly' is no topic"):
        read_follow_ups(LABELS, file)


def test_a_row_with_a_gap_is_named(tmp_path):
    file = tmp_path / "follow_ups.tsv"
    file.write_text("before\tabout\tsays\tasks\ncan i drive\tdrive\twhy\n", encoding="utf-8")
    with pytest.raises(YamlError, match="2"):
        read_follow_ups(LABELS, file)


@pytest.mark.parametrize(
    "text, is_new",
    [("and my tablets?", True), ("what about work", True), ("and work?", True), ("and what about the plaster", True), ("and afterwards?", False), ("what about the day after", False), ("and how long", False), ("why", False)],
)
def test_naming_another_thing_is_told_from_leaning(text, is_new):
    """A thing named after "and" or "what about" is a new subject; a time is none."""
    assert names_something_new(text) is is_new


@pytest.mark.parametrize(
    "text, left",
    [
        ("and can i have a pint", "can i have a pint"),
        ("no, sorry, what about the parking then", "the parking then"),
        ("and before?", "and before?"),
        ("can i have a pint", "can i have a pint"),
        ("and", "and"),
        ("", ""),
    ],
)
def test_words_that_only_open_are_left_out(text, left):
    """A question in full stands behind "and" and the like; a few words that need them keep them."""
    assert bare(text) == left


def test_reading_on_keeps_three_views_of_a_message():
    """A message is scored as it stands, without its opening, and after the question before."""
    asked = []
    found = read("and can i eat after", DRIVING, lambda text: asked.append(text) or {"eat": 1.0})
    assert asked == ["and can i eat after", "can i eat after", "can i drive and can i eat after"]
    assert found == Reading("and can i eat after", {"eat": 1.0}, {"eat": 1.0}, {"eat": 1.0}, DRIVING)


@pytest.mark.parametrize("text, meant", [("no sorry, i meant before", True), ("sorry that was last year", False), ("i was asking about driving", True)])
def test_a_question_put_in_place_of_the_last_one(text, meant):
    """A correction that says what was meant is told from a report taken back."""
    assert says_what_was_meant(text) == meant
