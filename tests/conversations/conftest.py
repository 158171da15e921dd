"""A conversation store on a SQLite file of the test's own, and trackers as Rasa hands them to it."""
import asyncio

import pytest

from bot import light_tensorflow

# before any test here imports Rasa
light_tensorflow.use_light_tensorflow()
light_tensorflow.defer_unused_imports()

from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered  # noqa: E402

from bot.conversations.tracker_store import ConversationStore  # noqa: E402

DOMAIN = Domain.from_dict(
    {
        "intents": ["ask"],
        "actions": ["action_answer"],
        "slots": {"region": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}},
    }
)


class Clinic:
    """A store and what Rasa does with it in a turn."""

    def __init__(self, url):
        self.store = ConversationStore(DOMAIN, url)

    def turn(self, sender, text, region=None, with_custom=True, message_id=None):
        """One turn as Rasa's processor runs it; the tracker as it was read."""
        return asyncio.run(self._turn(sender, text, region, with_custom, message_id))

    async def _turn(self, sender, text, region, with_custom, message_id):
        tracker = await self.store.get_or_create_tracker(sender, append_action_listen=False)
        before = list(tracker.events)
        slots = tracker.current_slot_values()
        if not before:
            tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN)
        said = [UserUttered(text, {"name": "ask", "confidence": 1.0}, metadata={"message_id": message_id} if message_id else {}), ActionExecuted("action_answer"), BotUttered(f"answer to {text}")]
        if with_custom:
            said.append(BotUttered(None, {"custom": {"kind": "answer", "to": text}}))
        if region:
            said.append(SlotSet("region", region))
        tracker.update_with_events([*said, ActionExecuted("action_listen")], DOMAIN)
        await self.store.save(tracker)
        return before, slots

    def texts(self, sender):
        """What the patient said in all, as stored."""
        tracker = asyncio.run(self.store.retrieve_full_tracker(sender))
        return texts(tracker.events) if tracker else []


def texts(events):
    """What the patient says in `events`."""
    return [event.text for event in events if isinstance(event, UserUttered)]


@pytest.fixture
def url(tmp_path):
    """The address of this test's database."""
    return f"sqlite:///{tmp_path / 'conversations.db'}"


@pytest.fixture
def clinic(url, monkeypatch):
    """A clinic with an empty store."""
    monkeypatch.delenv("CONVERSATION_STORE", raising=False)
    return Clinic(url)
