"""The conversation in Rasa's tracker store: replies that Rasa did not make itself are written to it, and at a hang-up it is deleted.

Runs beside the web server, as turns do: a store that hangs must not silence anybody.
"""
import asyncio
import logging
from typing import Any

from bot.channels.engine import Engine, Late
from bot.conversations.forgetting import forget_tracker

logger = logging.getLogger(__name__)

_PATIENCE = 3.0  # seconds


class Records:
    """`agent` is Rasa's, which holds the tracker store; None where no model is loaded."""

    def __init__(self) -> None:
        self._engine = Engine("phone-records")
        self._writing: set[asyncio.Task] = set()

    def write(self, agent: Any, conversation: str, custom: dict[str, Any]) -> None:
        """Add `custom` to the conversation, without anybody waiting for it."""
        task = asyncio.ensure_future(self._done("written", _write(agent, conversation, custom)))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def delete(self, agent: Any, conversation: str) -> None:
        """Delete the conversation."""
        if agent is not None:
            await self._done("deleted", forget_tracker(agent, conversation))

    async def _done(self, what: str, work: Any) -> None:
        try:
            await self._engine.run(work, _PATIENCE)
        except (Late, Exception) as error:  # nobody's answer hangs on it; staff are told
            logger.error("A conversation could not be %s (%s)", what, error.__class__.__name__)


async def _write(agent: Any, conversation: str, custom: dict[str, Any]) -> None:
    from rasa.shared.core.events import BotUttered

    async with agent.lock_store.lock(conversation):
        tracker = await agent.processor.get_tracker(conversation)
        tracker.update(BotUttered(None, {"custom": custom}))
        await agent.processor.save_tracker(tracker)
