"""A conversation is deleted from whichever tracker store holds it."""
import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from bot import light_tensorflow

# before any test here imports Rasa
light_tensorflow.use_light_tensorflow()
light_tensorflow.defer_unused_imports()

from rasa.core.tracker_store import AwaitableTrackerStore, FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from bot.conversations.forgetting import CannotForget, forget_tracker  # noqa: E402


class Locks:
    """Notes whose lock was held."""

    def __init__(self):
        self.held = []

    @asynccontextmanager
    async def lock(self, conversation):
        self.held.append(conversation)
        yield


def wrapped(store):
    """As Rasa wraps it."""
    return FailSafeTrackerStore(AwaitableTrackerStore(store))


async def kept_and_forgotten(store, conversations, forgotten):
    """Which conversations are left after one is deleted."""
    agent = SimpleNamespace(tracker_store=wrapped(store), lock_store=Locks())
    for conversation in conversations:
        await agent.tracker_store.save(DialogueStateTracker.from_events(conversation, [UserUttered("hello")]))
    await forget_tracker(agent, forgotten)
    assert agent.lock_store.held == [forgotten]
    return sorted([key for key in conversations if (tracker := await agent.tracker_store.retrieve(key)) and tracker.events])


@pytest.mark.parametrize("make", [lambda folder: SQLTrackerStore(Domain.empty(), db=str(folder / "c.db")), lambda _: InMemoryTrackerStore(Domain.empty())], ids=["SQL", "memory"])
def test_one_conversation_is_deleted_and_no_other(tmp_path, make):
    """While no turn of it is under way."""
    assert asyncio.run(kept_and_forgotten(make(tmp_path), ["a", "b", "c"], "b")) == ["a", "c"]


def test_a_store_s_own_way_is_taken(tmp_path):
    """Where it has one."""
    deleted = []

    class Own(InMemoryTrackerStore):
        async def delete(self, sender_id):
            deleted.append(sender_id)

    asyncio.run(kept_and_forgotten(Own(Domain.empty()), ["a"], "a"))
    assert deleted == ["a"]


def test_a_store_without_a_way_is_told():
    """Nobody is told that it was deleted when it was not."""
    agent = SimpleNamespace(tracker_store=SimpleNamespace(), lock_store=Locks())
    with pytest.raises(CannotForget):
        asyncio.run(forget_tracker(agent, "a"))
