"""actions/: every action answers with one custom object, whatever happens inside, and is named by rule."""
import importlib
import inspect
import logging
import pkgutil
from pathlib import Path

import pytest
import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions
from bot.answers import desk as desk_module
from bot.answers.desk import Desk
from bot.safety.verdict import Verdict
from tests.rehearsal import use_leaflets

ROOT = Path(__file__).resolve().parents[1]
FILES = [name for _, name, _ in pkgutil.iter_modules(actions.__path__) if name != "turn"]
KEYS = {"kind", "topics", "candidates", "escalation", "red_flags", "quotes"}
AE = Verdict("ae", ("bladder_bowel",), ("bladder_bowel",))


def classes_in(name):
    """The actions that a file defines."""
    module = importlib.import_module(f"actions.{name}")
    return [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Action) and value is not Action]


@pytest.fixture(scope="module", autouse=True)
def sample_leaflets():
    """The desk with the sample leaflets, whatever LEAFLETS says on this machine."""
    use_leaflets(None)
    yield
    desk_module.close_desk()


@pytest.fixture
def run():
    """A function that runs the action of a file on a message and returns what it sent and the events."""

    def ran(name, text="can I drive my purple hovercraft", intent="greet", questions=("driving",), verdict=None, metadata=None, events=(), slots=None):
        message = {
            "text": text, "intent": {"name": intent}, "metadata": metadata or {},
            "understanding": {"questions": list(questions), "candidates": list(questions), "offer": list(questions)},
            "safety": (verdict or Verdict()).as_data(),
        }  # fmt: skip
        tracker = Tracker("patient", slots or {}, message, list(events), False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        changes = classes_in(name)[0]().run(dispatcher, tracker, {})
        return dispatcher.messages, changes

    return ran


@pytest.fixture
def broken_desk(monkeypatch):
    """A desk that fails in the middle of every answer, with the patient's words in the exception."""

    def failing(self, turn, ask):
        raise ValueError(turn.text)

    monkeypatch.setattr(Desk, "reply", failing)


def customs_in(messages):
    """The custom objects among the messages."""
    return [message["custom"] for message in messages if message.get("custom")]


def texts_in(messages):
    """What the patient reads."""
    return "\n".join(message["text"] for message in messages if message.get("text"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_one_action_named_like_it(name):
    """`hand_over.py` holds ActionHandOver, which Rasa calls action_hand_over."""
    found = classes_in(name)
    assert len(found) == 1
    assert found[0].__name__ == "Action" + "".join(word.title() for word in name.split("_"))
    assert found[0]().name() == f"action_{name}"


def test_the_domain_lists_exactly_these_actions():
    """Neither an action that nobody calls nor one that is missing."""
    listed = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["actions"]
    assert sorted(action for action in listed if action.startswith("action_")) == sorted(f"action_{name}" for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_an_action_sends_exactly_one_custom_in_contract_form(run, name):
    """One object with all the contract's keys beside the texts."""
    messages, _ = run(name)
    (custom,) = customs_in(messages)
    assert set(custom) >= KEYS and texts_in(messages)


@pytest.mark.parametrize("name", FILES)
def test_an_action_gives_the_advice_first(run, name):
    """Whatever action a red-flag turn ends in."""
    messages, _ = run(name, text="I can't wee", verdict=AE)
    (custom,) = customs_in(messages)
    assert (custom["kind"], custom["escalation"], custom["red_flags"]) == ("escalate", "ae", ["bladder_bowel"])
    assert custom["parts"][0]["role"] == "advice"


@pytest.mark.parametrize("name", FILES)
def test_an_exception_inside_gives_the_contact(run, broken_desk, name):
    """One custom of kind handoff with whom to phone and 999."""
    messages, _ = run(name)
    (custom,) = customs_in(messages)
    assert custom["kind"] == "handoff" and "appointment letter" in texts_in(messages) and "999" in texts_in(messages)


@pytest.mark.parametrize("name", FILES)
def test_an_exception_inside_keeps_the_advice(run, broken_desk, name):
    """The advice comes first where the answer failed."""
    messages, _ = run(name, verdict=AE)
    (custom,) = customs_in(messages)
    assert custom["escalation"] == "ae" and custom["parts"][0]["role"] == "advice"


def test_the_log_of_an_exception_holds_no_word_of_the_patient(run, broken_desk, caplog):
    """The kind of error and the action's name alone."""
    with caplog.at_level(logging.DEBUG):
        run("answer_question")
    assert "action_answer_question failed with ValueError" in caplog.text and "hovercraft" not in caplog.text


def test_leaflet_and_region_are_kept_for_the_conversation(run):
    """What the caller said beside this message goes into the slots."""
    _, changes = run("answer_question", metadata={"leaflet": "sample-nerve-root-injection", "region": "lumbar"})
    assert {change["name"]: change["value"] for change in changes} == {"leaflet": "sample-nerve-root-injection", "region": "lumbar"}


def test_the_kept_leaflet_is_quoted(run):
    """A turn without metadata is answered from the leaflet known since an earlier one."""
    messages, _ = run("answer_question", slots={"leaflet": "sample-nerve-root-injection"})
    (custom,) = customs_in(messages)
    assert {quote["leaflet"] for quote in custom["quotes"]} == {"sample-nerve-root-injection"}


def test_an_unknown_leaflet_is_ignored(run):
    """A leaflet that is not active leaves the slot empty."""
    _, changes = run("answer_question", metadata={"leaflet": "no-such-leaflet"})
    assert {change["name"]: change["value"] for change in changes}["leaflet"] is None


def test_say_that_again_repeats_the_reply_word_for_word(run):
    """The texts of the turn before once more."""
    first, _ = run("answer_question")
    events = [{"event": "bot", "text": None, "data": {"custom": customs_in(first)[0]}}]
    again, _ = run("repeat", text="say that again", intent="repeat", questions=(), events=events)
    assert texts_in(again) == texts_in(first)
