"""Say the last answer again, word for word."""
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_turn
from bot.answers.desk import Desk


class ActionRepeat(Action):
    """Say the last answer again, word for word."""

    def name(self) -> str:
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        return answer_turn(self, dispatcher, tracker, Desk.repeat)
