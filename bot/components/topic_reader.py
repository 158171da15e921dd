"""Rasa component round `bot.language.understanding`: reads which topics a message asks and sets the coarse intent."""
from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import language
from bot.catalogue import DATA, read_regions, read_topics
from bot.language.kept import kept
from bot.language.leaning import FILE as FOLLOW_UPS
from bot.language.leaning import Subject, subject_before
from bot.language.one_core import answer_on_one_core
from bot.language.several import FILE as SEVERAL
from bot.language.training import ENDINGS, reader_files, trained_follow_ups, trained_reader, trained_several
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

    def __init__(self, model_storage: ModelStorage, resource: Resource, *trained: Any) -> None:
        self._storage, self._resource = model_storage, resource
        self._set(trained)

    def _set(self, trained: Tuple[Any, ...]) -> None:
        self._trained = trained
        classifier, speller, *more = trained or (None, None)
        self._understander = classifier and Understander(classifier, speller, load_encoder(), read_topics(), read_regions(), *more)

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> TopicReader:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TopicReader:
        answer_on_one_core()
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, *(kept(file) for ending in ENDINGS for file in Path(folder).glob("*" + ending)))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Rasa's training cache sees only this class: the modules and files it leans on are added here."""
        sources = [*sorted(Path(language.__file__).parent.glob("*.py")), DATA / "topics.yml", DATA / "regions.yml", FOLLOW_UPS, SEVERAL]
        return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Train on every example that carries an intent."""
        examples = training_data.intent_examples
        print(f"Learning from {len(examples)} messages what patients ask; this takes some minutes.", flush=True)
        pairs = [(example.get("text"), example.get(INTENT)) for example in examples]
        classifier, speller = trained_reader(pairs)
        self._set((classifier, speller, trained_follow_ups(classifier, speller, pairs), trained_several(classifier, speller, pairs)))
        # under the names that say what they were made from: the guard of the same process needs two of them too
        with self._storage.write_to(self._resource) as folder:
            for file in reader_files(pairs):
                shutil.copy(file, Path(folder))
        return self._resource

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Add intent, ranking and understanding to each message."""
        for message in messages:
            verdict = Verdict.from_data(message.get(SAFETY))
            understood = self._understander.understand(message.get("text") or "", verdict.spans, _subject(tracker))
            self._add(message, in_view_of(understood, verdict))
        return messages

    @staticmethod
    def _add(message: Message, understood: Understanding) -> None:
        scores = [{"name": label, "confidence": score} for label, score in understood.ranking]
        confidence = scores[0]["confidence"] if scores else 0.0
        message.set(INTENT, {"name": understood.intent, "confidence": confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, scores, add_to_output=True)
        message.set(UNDERSTANDING, understood.as_data(), add_to_output=True)


def _subject(tracker: Optional[DialogueStateTracker]) -> Optional[Subject]:
    """What the conversation was about before this message."""
    return subject_before(_turns(tracker)) if tracker else None


def _turns(tracker: DialogueStateTracker) -> Iterator[Tuple[Dict[str, Any], Dict[str, Any]]]:
    """The turns, the latest first: what was understood, and the `custom` object that answered."""
    custom: Dict[str, Any] = {}
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            custom = event.data.get("custom") or custom
        elif isinstance(event, UserUttered):
            yield (event.parse_data or {}).get(UNDERSTANDING) or {}, custom
            custom = {}
