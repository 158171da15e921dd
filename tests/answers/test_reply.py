"""The Reply as data: the contract's keys and types, and nothing lost on the way there and back."""
import json

from bot.answers.reply import Choice, Part, Quote, Reply
from bot.answers.turn import Turn
from tests.little_library import composer, north, south

QUOTE = Quote("tea", "north", "Tea", "Tea is hot.", 7, 18, source='From "Tea".', title="Tea", version="2", issued="2021-09", review_due="2023-09")


def full() -> Reply:
    return Reply(
        "answer", ["tea"], ["tea", "milk"], "gp", ["scald"], [QUOTE], [Part("advice", "Cool it."), Part("quote", "“Tea is hot.”")],
        [Choice("Milk", topic="milk"), Choice("North", leaflet="north"), Choice("Back", region="back")],
        [{"level": "gp", "title": "See a GP", "lines": ["Today."]}], "north", "back",
    )  # fmt: skip


def test_nothing_is_lost_on_the_way_there_and_back():
    """A reply written as `custom`, sent as JSON and read again is the same reply."""
    assert Reply.from_custom(json.loads(json.dumps(full().as_custom()))) == full()


def test_bare_reply_comes_back_as_well():
    """A reply with nothing but its kind survives the way there and back."""
    assert Reply.from_custom(json.loads(json.dumps(Reply("smalltalk").as_custom()))) == Reply("smalltalk")


def test_quote_without_version_and_dates_comes_back_as_well():
    """What is not known of a leaflet is left out and read as not known; an empty section is kept."""
    quote = Quote("tea", "north", "", "Tea is hot.", 0, 11, source='From "Tea".', title="Tea")
    assert set(quote.as_data()) == {"topic", "leaflet", "section", "text", "start", "end", "source", "title"}
    assert Quote(**quote.as_data()) == quote


def test_quote_at_the_very_start_keeps_its_offset():
    """An offset of 0 is a value, not a missing one."""
    assert Quote("tea", "north", "", "Tea", 0, 3, source="s", title="t").as_data()["start"] == 0


def test_custom_has_the_contracts_keys_and_types():
    """Every key of the contract is there, with its type, whatever the turn held."""
    for reply in (full(), Reply("smalltalk"), composer(north(), south()).answer(Turn("ask_leaflet", ("tea", "cake"), ("tea", "cake")))):
        custom = json.loads(json.dumps(reply.as_custom()))
        assert custom["kind"] in {"answer", "escalate", "clarify", "not_covered", "handoff", "smalltalk"}
        assert custom["escalation"] in {"none", "gp", "ae", "999"}
        for key in ("topics", "candidates", "red_flags"):
            assert isinstance(custom[key], list) and all(isinstance(id_, str) for id_ in custom[key])
        for quote in custom["quotes"]:
            assert all(isinstance(quote[key], str) for key in ("topic", "leaflet", "section", "text"))
            assert all(isinstance(quote[key], int) for key in ("start", "end"))


def test_candidates_are_five_at_most():
    """More than five candidates are cut, the best kept."""
    assert Reply("answer", candidates=list("abcdefg")).as_custom()["candidates"] == list("abcde")


def test_choices_are_read_last_and_numbered():
    """The patient reads the parts in order, and then the question with its numbered choices as one message."""
    reply = Reply("answer", parts=[Part("choices", "Which?"), Part("quote", "“Tea.”")], choices=[Choice("North"), Choice("South")])
    assert reply.texts == ["“Tea.”", "Which?\n1. North\n2. South"]


def test_choices_without_a_question_are_numbered():
    """Choices whose question is said already stand alone."""
    assert Reply("clarify", parts=[Part("own", "Which?")], choices=[Choice("North")]).texts == ["Which?", "1. North"]


def test_empty_texts_are_no_messages():
    """An empty sentence adds nothing that a channel would have to send."""
    reply = Reply("answer")
    reply.add("own", "", "Tea.")
    reply.put_first("notice", "")
    assert reply.texts == ["Tea."]


def test_what_is_put_first_keeps_its_order():
    """Several texts put first stand before everything, in the order given."""
    reply = Reply("answer", parts=[Part("own", "Tea.")])
    reply.put_first("advice", "One.", "Two.")
    assert reply.texts == ["One.", "Two.", "Tea."]


def test_long_quote_is_not_cut():
    """A quote travels whole as data, however long it is."""
    quote = Quote("tea", "north", "Tea", "Tea is hot. " * 1000, 7, 12007, source='From "Tea".', title="Tea")
    assert Reply("answer", quotes=[quote]).as_custom()["quotes"][0]["text"] == quote.text
