"""Deletes a conversation from Rasa's tracker store, whichever store that is."""
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore

from bot.rasa_tools import unwrapped


class CannotForget(Exception):
    """This kind of tracker store offers no way to delete a conversation."""


async def forget_tracker(agent: Any, conversation: str) -> None:
    """Delete what Rasa holds of `conversation`, once no turn of it is under way. Raises CannotForget, and what the store raises."""
    async with agent.lock_store.lock(conversation):
        await _delete(unwrapped(agent.tracker_store), conversation)


async def _delete(store: Any, conversation: str) -> None:
    if hasattr(store, "delete"):
        await store.delete(conversation)
    elif isinstance(store, SQLTrackerStore):
        with store.session_scope() as session:
            session.query(store.SQLEvent).filter(store.SQLEvent.sender_id == conversation).delete()
            session.commit()
    elif isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation, None)
    else:
        raise CannotForget(f"a tracker store of the kind {type(store).__name__} can't delete a conversation")
