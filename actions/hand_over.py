"""Give the contact where a person is asked for."""
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_turn
from bot.answers.desk import Desk


class ActionHandOver(Action):
    """Give the contact where a person is asked for."""

    def name(self) -> str:
        return "action_hand_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        return answer_turn(self, dispatcher, tracker, Desk.hand_over)
