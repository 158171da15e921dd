"""Rasa component round `bot.safety`: puts the verdict on a message where the channel guard has not done so already."""
from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import safety
from bot.language.cleaning import clean
from bot.safety.in_force import InForce
from bot.safety.signs import FOLDER
from bot.safety.verdict import IN_FORCE, SAFETY
from bot.safety.watch import Watch, open_watch


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SafetyScreen(GraphComponent):
    """Screens for warning signs. A message that passed the guard carries its verdict in the metadata: that one is taken.

    Without a guard (`rasa shell`) the component screens itself and finds what is in force in the tracker.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {}

    def __init__(self) -> None:
        self._own_watch: Optional[Watch] = None

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> SafetyScreen:
        return cls()

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> SafetyScreen:
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Rasa's training cache sees only this class: the screen's modules and every sign file are added here."""
        sources = [*sorted(Path(safety.__file__).parent.glob("*.py")), *sorted(path for path in FOLDER.rglob("*") if path.is_file())]
        return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Read every file strictly and train the second opinion, so that a mistake stops the training, not a patient's turn."""
        print("Learning what warning signs sound like; this takes some minutes.", flush=True)
        self._watch()
        return Resource("safety_screen")

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Add the verdict to each message."""
        for message in messages:
            screened = (message.get("metadata") or {}).get(SAFETY) or self._screened(message.get("text") or "", tracker)
            message.set(SAFETY, screened, add_to_output=True)
        return messages

    def _screened(self, text: str, tracker: Optional[DialogueStateTracker]) -> Dict[str, Any]:
        verdict, in_force = self._watch().look(clean(text), _before(tracker))
        return {**verdict.as_data(), IN_FORCE: in_force.as_data()}

    def _watch(self) -> Watch:
        # opened on first use: where the guard screens, this process needs no second one
        if self._own_watch is None:
            self._own_watch = open_watch()
        return self._own_watch


def _before(tracker: Optional[DialogueStateTracker]) -> InForce:
    for event in reversed(tracker.events if tracker else []):
        if isinstance(event, UserUttered):
            return InForce.from_data((event.parse_data.get(SAFETY) or {}).get(IN_FORCE))
    return InForce()
