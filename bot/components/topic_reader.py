"""Rasa component round `bot.language.understanding`: reads which topics a message asks and sets the coarse intent."""
from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import language
from bot.catalogue import DATA, read_regions, read_topics
from bot.language.classifier import Classifier
from bot.language.spelling import Speller
from bot.language.training import trained_reader
from bot.language.understanding import Understander, Understanding
from bot.language.vectors import load_encoder
from bot.safety.precedence import in_view_of
from bot.safety.verdict import SAFETY, Verdict

UNDERSTANDING = "understanding"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicReader(GraphComponent):
    """Reads the topics of a message; leaves its text alone. The whole understanding goes on as `understanding`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {}

    def __init__(self, model_storage: ModelStorage, resource: Resource, classifier: Optional[Classifier] = None, speller: Optional[Speller] = None) -> None:
        self._storage, self._resource = model_storage, resource
        self._set(classifier, speller)

    def _set(self, classifier: Optional[Classifier], speller: Optional[Speller]) -> None:
        self._classifier, self._speller = classifier, speller
        self._understander = classifier and Understander(classifier, speller, load_encoder(), read_topics(), read_regions())

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> TopicReader:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TopicReader:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, *joblib.load(Path(folder) / "reader.joblib"))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Rasa's training cache sees only this class: the modules and files it leans on are added here."""
        sources = [*sorted(Path(language.__file__).parent.glob("*.py")), DATA / "topics.yml", DATA / "regions.yml"]
        return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Train on every example that carries an intent."""
        examples = training_data.intent_examples
        print(f"Learning from {len(examples)} messages what patients ask; this takes about a minute.", flush=True)
        self._set(*trained_reader([(example.get("text"), example.get(INTENT)) for example in examples]))
        with self._storage.write_to(self._resource) as folder:
            joblib.dump((self._classifier, self._speller), Path(folder) / "reader.joblib", compress=3)
        return self._resource

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Add intent, ranking and understanding to each message."""
        for message in messages:
            verdict = Verdict.from_data(message.get(SAFETY))
            understood = self._understander.understand(message.get("text") or "", verdict.spans)
            self._add(message, in_view_of(understood, verdict))
        return messages

    @staticmethod
    def _add(message: Message, understood: Understanding) -> None:
        scores = [{"name": label, "confidence": score} for label, score in understood.ranking]
        confidence = scores[0]["confidence"] if scores else 0.0
        message.set(INTENT, {"name": understood.intent, "confidence": confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, scores, add_to_output=True)
        message.set(UNDERSTANDING, understood.as_data(), add_to_output=True)
