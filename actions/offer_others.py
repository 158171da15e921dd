"""Offer other questions after an answer that was not what was asked."""
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_turn
from bot.answers.desk import Desk


class ActionOfferOthers(Action):
    """Offer other questions after an answer that was not what was asked."""

    def name(self) -> str:
        return "action_offer_others"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        return answer_turn(self, dispatcher, tracker, Desk.offer_others)
