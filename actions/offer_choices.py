"""Offer the likely questions where none is sure."""
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_turn
from bot.answers.desk import Desk


class ActionOfferChoices(Action):
    """Offer the likely questions where none is sure."""

    def name(self) -> str:
        return "action_offer_choices"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        return answer_turn(self, dispatcher, tracker, Desk.offer_choices)
