"""What every action does: read the turn from the tracker, let the desk answer, utter the Reply. Never silent."""
import logging
from typing import Any, Callable, Dict, List, Optional, Tuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.answers.choosing import chosen
from bot.answers.desk import Desk, open_desk
from bot.answers.reply import Reply
from bot.answers.turn import Turn
from bot.safety.verdict import Verdict

logger = logging.getLogger(__name__)


def answer_turn(action: Action, dispatcher: CollectingDispatcher, tracker: Tracker, ask: Callable[[Desk, Turn], Reply]) -> List[Dict[str, Any]]:
    """Utter what `ask` makes of the turn, and keep the patient's leaflet and region for the conversation.

    A failure is answered with the contact; the log gets the kind of error and none of the patient's words.
    """
    desk = open_desk()
    turn = read_turn(tracker, desk)
    try:
        reply = desk.reply(turn, ask)
    except Exception as error:  # the edge: whatever broke, the patient hears whom to phone
        logger.error("%s failed with %s", action.name(), error.__class__.__name__)
        reply = desk.broken(turn)
    reply.given = _given(tracker)
    utter(dispatcher, reply)
    return [SlotSet("leaflet", reply.leaflet), SlotSet("region", reply.region)]


def read_turn(tracker: Tracker, desk: Desk) -> Turn:
    """The turn as the NLU understood it, with the patient's leaflet and region as known so far."""
    message = tracker.latest_message or {}
    metadata = message.get("metadata") or {}
    understood = message.get("understanding") or {}
    previous = last_custom(tracker)
    intent = (message.get("intent") or {}).get("name") or "out_of_scope"
    picked = chosen(message.get("text") or "", previous, intent)
    leaflet, region = _leaflet(tracker, metadata, message, desk), _region(tracker, metadata, understood)
    if picked:
        leaflet, region = picked.leaflet or leaflet, picked.region or region
    return Turn(
        intent=intent,
        questions=tuple(understood.get("questions", ())),
        candidates=tuple(understood.get("candidates", ())),
        offer=tuple(understood.get("offer", ())),
        text=message.get("text") or "",
        leaflet=leaflet,
        region=region,
        named_region=understood.get("named_region"),
        asks_dose=bool(understood.get("asks_dose")),
        chosen=picked,
        verdict=Verdict.from_data(message.get("safety")),
        previous=previous,
    )


def _leaflet(tracker: Tracker, metadata: Dict[str, Any], message: Dict[str, Any], desk: Desk) -> Optional[str]:
    named = None
    if (message.get("intent") or {}).get("name") == "choose_leaflet":
        named = desk.leaflet_named_in(message.get("text") or "")
    for leaflet in (named, *_in_order("leaflet", tracker, metadata)):
        if leaflet in desk.composer.library.active:
            return leaflet
    return None


def _region(tracker: Tracker, metadata: Dict[str, Any], understood: Dict[str, Any]) -> Optional[str]:
    return next(filter(None, (understood.get("named_region"), *_in_order("region", tracker, metadata))), None)


def _in_order(what: str, tracker: Tracker, metadata: Dict[str, Any]) -> Tuple[Optional[str], Optional[str]]:
    """What is known of the patient and what the caller says, the stronger first: a caller that only repeats what it said
    in the turn before does not undo what the patient has chosen since."""
    known, given = tracker.get_slot(what), metadata.get(what)
    before = ((last_custom(tracker) or {}).get("given") or {}).get(what)
    return (known, given) if given == before else (given, known)


def _given(tracker: Tracker) -> Dict[str, Any]:
    """The caller's word on leaflet and region, now or last."""
    metadata = (tracker.latest_message or {}).get("metadata") or {}
    before = (last_custom(tracker) or {}).get("given") or {}
    return {what: metadata.get(what) or before.get(what) for what in ("leaflet", "region")}


def last_custom(tracker: Tracker) -> Optional[Dict[str, Any]]:
    """The `custom` object of the last reply, None at the start of a conversation."""
    for event in reversed(tracker.events):
        custom = event.get("event") == "bot" and (event.get("data") or {}).get("custom")
        if custom:
            return custom
    return None


def utter(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Send the texts one by one, then the one custom object."""
    for text in reply.texts:
        dispatcher.utter_message(text=text)
    dispatcher.utter_message(json_message=reply.as_custom())
