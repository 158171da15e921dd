"""bot/local_actions.py: actions inside Rasa's process answer as over the network, and one that hangs harms no other."""
import asyncio
import sys
import time
from types import ModuleType

import pytest
from rasa_sdk import Action

from bot.local_actions import LocalActions

STATE = {"sender_id": "ann", "slots": {"region": "left"}, "latest_message": {"text": "hello"}, "events": []}


@pytest.fixture
def actions(monkeypatch):
    """A function that makes a package with one action, `action_try`, whose run is the given function."""

    def made(run):
        module = ModuleType("tried_actions")
        module.ActionTry = type("ActionTry", (Action,), {"name": lambda self: "action_try", "run": run, "__module__": "tried_actions"})
        monkeypatch.setitem(sys.modules, "tried_actions", module)
        return LocalActions("tried_actions")

    return made


def call(local, seconds=2.0):
    """What the action answers."""
    return asyncio.run(local.call({"next_action": "action_try", "sender_id": "ann", "tracker": STATE}, seconds))


def test_it_answers_as_an_action_server_does(actions):
    """Events and responses."""

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"{tracker.get_slot('region')} {tracker.latest_message['text']}")
        return [{"event": "slot", "name": "region", "value": "right"}]

    answer = call(actions(run))
    assert answer["events"] == [{"event": "slot", "name": "region", "value": "right"}]
    assert answer["responses"][0]["text"] == "left hello"


def test_what_fails_is_raised(actions):
    """Rasa then logs it, and the guard answers."""

    def run(self, dispatcher, tracker, domain):
        raise LookupError("no such leaflet")

    with pytest.raises(LookupError):
        call(actions(run))


def test_what_hangs_is_left_alone_and_the_next_call_is_answered(actions):
    """As many hanging calls as there are threads keep nobody else waiting."""
    hangs = [True]

    def run(self, dispatcher, tracker, domain):
        if hangs[0]:
            time.sleep(1.5)
        return []

    local = actions(run)
    for _ in range(5):
        began = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            call(local, 0.05)
        assert time.monotonic() - began < 0.5
    hangs[0] = False
    assert call(local, 0.5) == {"events": [], "responses": []}


def test_an_action_can_change_nothing_of_the_conversation(actions):
    """What it keeps hold of is a copy, as over the network."""
    kept = {"custom": {"topics": ["one"]}}

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(json_message=kept["custom"])
        return []

    answer = call(actions(run))
    kept["custom"]["topics"].append("two")
    assert answer["responses"][0]["custom"] == {"topics": ["one"]}


def test_an_action_that_waits_is_refused(actions):
    """With what to do instead."""

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep(0)
        return []

    with pytest.raises(TypeError, match="ACTIONS=server"):
        call(actions(run))


def test_an_unknown_action_is_an_error(actions):
    """Told, not ignored."""
    local = actions(lambda self, dispatcher, tracker, domain: [])
    with pytest.raises(Exception, match="action_other"):
        asyncio.run(local.call({"next_action": "action_other", "tracker": STATE}, 1))


def test_all_our_actions_are_found():
    """The package `actions`, as the endpoint names it."""
    from bot.local_actions import local_actions

    assert {"action_answer_question", "action_talk", "action_set_leaflet"} <= set(local_actions("inprocess:actions").names)
