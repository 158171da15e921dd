"""Quote the leaflet on what was asked, or say that none speaks of it."""
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_turn
from bot.answers.desk import Desk


class ActionAnswerQuestion(Action):
    """Quote the leaflet on what was asked, or say that none speaks of it."""

    def name(self) -> str:
        return "action_answer_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        return answer_turn(self, dispatcher, tracker, Desk.answer)
