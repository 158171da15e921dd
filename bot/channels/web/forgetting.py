"""Deletes a conversation from Rasa's tracker store, whichever store that is."""
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore


class CannotForget(Exception):
    """This kind of tracker store offers no way to delete a conversation."""


async def forget_tracker(agent: Any, conversation: str) -> None:
    """Delete what Rasa holds of `conversation`, once no turn of it is under way. Raises CannotForget, and what the store raises."""
    async with agent.lock_store.lock(conversation):
        await _delete(_innermost(agent.tracker_store), conversation)


def _innermost(store: Any) -> Any:
    """The store itself: Rasa wraps it, so that its failures fall back to memory and its methods can be awaited."""
    while not hasattr(store, "delete") and getattr(store, "_tracker_store", None) is not None:
        store = store._tracker_store
    return store


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
