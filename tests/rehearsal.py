"""The whole way of a turn without any server: screen, understanding, rules, action, answer desk. For tests and measures.

What stands between (Rasa's policies, HTTP) is tested with real servers elsewhere; rules and actions are the real ones.
"""
import importlib
import os
import pkgutil
from pathlib import Path
from typing import Any, Iterator, Optional

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions
from bot.answers import desk as desk_module
from bot.answers.reply import Reply
from bot.catalogue import DATA, read_regions, read_topics
from bot.language.cleaning import clean
from bot.language.english import is_english
from bot.language.leaning import subject_before
from bot.language.masking import mask
from bot.language.training import read_examples, trained_follow_ups, trained_reader, trained_several
from bot.language.understanding import Understander
from bot.language.vectors import load_encoder
from bot.safety.in_force import InForce
from bot.safety.precedence import in_view_of
from bot.safety.verdict import Verdict
from bot.safety.watch import Watch, open_watch


class Rehearsal:
    """A stand-in for guard, Rasa and action server in one process."""

    def __init__(self, leaflets: Optional[Path] = None, watch: Optional[Watch] = None, understander: Optional[Understander] = None) -> None:
        self.watch = watch or open_watch()
        self.understander = understander or make_understander()
        self._leaflets = leaflets
        self._actions = _actions()
        self._rules = _rules()

    def conversation(self, metadata: Optional[dict[str, Any]] = None) -> "Conversation":
        """A new conversation."""
        return Conversation(self, metadata or {})

    def action(self, intent: str) -> Action:
        """The action that the rules name for `intent`."""
        return self._actions[self._rules[intent]]


class Conversation:
    """One patient's conversation; `say` returns the texts and the `custom` object of the turn."""

    def __init__(self, house: Rehearsal, metadata: dict[str, Any]) -> None:
        self._house, self._metadata = house, metadata
        self._events: list[dict[str, Any]] = []
        self._slots: dict[str, Any] = {"leaflet": None, "region": None}
        self._in_force = InForce()
        self.texts: list[str] = []

    def say(self, text: str) -> dict[str, Any]:
        """The `custom` object that answers `text`; the texts of the turn are in `texts`."""
        cleaned = clean(text)
        verdict, self._in_force = self._house.watch.look(cleaned, self._in_force)
        if not (verdict.raised or verdict.ended or is_english(cleaned)):  # the guard answers that itself
            return {**Reply("handoff").as_custom(), "escalation": verdict.level, "red_flags": list(verdict.flags)}
        message = self._understood(mask(cleaned), verdict)
        tracker = Tracker("rehearsal", dict(self._slots), message, self._events, False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        action = self._house.action(message["intent"]["name"])
        for event in action.run(dispatcher, tracker, {}):
            self._slots[event["name"]] = event["value"]
        customs = [sent["custom"] for sent in dispatcher.messages if sent.get("custom")]
        assert len(customs) == 1, f"{len(customs)} custom objects in one turn"
        self.texts = [sent["text"] for sent in dispatcher.messages if sent.get("text")]
        self._events += [{"event": "user", **message}, {"event": "bot", "text": None, "data": {"custom": customs[0]}}]
        return customs[0]

    def _turns(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The turns so far, the latest first."""
        for said, answered in zip(self._events[-2::-2], self._events[::-2]):
            yield said["understanding"], answered["data"]["custom"]

    def _understood(self, text: str, verdict: Verdict) -> dict[str, Any]:
        understood = in_view_of(self._house.understander.understand(text, verdict.spans, subject_before(self._turns())), verdict)
        return {
            "text": text,
            "intent": {"name": understood.intent},
            "metadata": self._metadata,
            "understanding": understood.as_data(),
            "safety": verdict.as_data(),
        }


def make_understander() -> Understander:
    """The understander as trained from the project's files."""
    examples = read_examples()
    classifier, speller = trained_reader(examples)
    return Understander(classifier, speller, load_encoder(), read_topics(), read_regions(), trained_follow_ups(classifier, speller, examples), trained_several(classifier, speller, examples))


def use_leaflets(folder: Optional[Path]) -> None:
    """Let the answer desk read the leaflets in `folder` (the samples if None)."""

    if folder is None:
        os.environ.pop("LEAFLETS", None)
    else:
        os.environ["LEAFLETS"] = str(folder)
    desk_module.close_desk()


def _actions() -> dict[str, Action]:
    found: dict[str, Action] = {}
    for module in pkgutil.iter_modules(actions.__path__):
        for value in vars(importlib.import_module(f"actions.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Action) and value is not Action:
                found[value().name()] = value()
    return found


def _rules() -> dict[str, str]:
    rules: dict[str, str] = {}
    for file in (DATA / "rules").glob("*.yml"):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            intent, action = rule["steps"]
            rules[intent["intent"]] = action["action"]
    return rules
