"""Take the leaflet the patient names and answer the open question from it."""
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_turn
from bot.answers.desk import Desk


class ActionSetLeaflet(Action):
    """Take the leaflet the patient names and answer the open question from it."""

    def name(self) -> str:
        return "action_set_leaflet"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        return answer_turn(self, dispatcher, tracker, Desk.set_leaflet)
