"""A stock Rasa bot to compare with: the pipeline of `rasa init`, a custom action, SQLite, plain `rasa` commands, real TensorFlow."""
import hashlib
import importlib.util
import json
import random
import shutil
from pathlib import Path
from typing import Any

from tests.bench_parts.common import SEED, NotMeasured, Sizes, say
from tests.bench_parts.messages import examples_by_intent, topic_ids
from tests.bench_parts.processes import Programs

_SMALL_LIMIT, _FULL_LIMIT = 45 * 60, 4 * 60 * 60
_STORIES = 20
_MODEL = "stock"

_ENDPOINTS = """action_endpoint:
  url: "http://localhost:{action_port}/webhook"

tracker_store:
  type: SQL
  dialect: "sqlite"
  db: "conversations.db"
"""

_ACTION = '''"""The custom action of the stock bot: a text, and a payload of the shape and size that ours sends."""
from rasa_sdk import Action

TEXT = "You should not drive home. " * 12


class ActionAnswer(Action):
    def name(self):
        return "action_answer"

    def run(self, dispatcher, tracker, domain):
        topic = ((tracker.latest_message or {}).get("intent") or {}).get("name")
        dispatcher.utter_message(text=TEXT)
        quote = {"topic": topic, "leaflet": "stock", "section": "Afterwards", "text": TEXT, "start": 0, "end": len(TEXT)}
        custom = {"kind": "answer", "topics": [topic], "candidates": [topic], "escalation": "none", "red_flags": [], "quotes": [quote]}
        dispatcher.utter_message(json_message=custom)
        return []
'''


class StockBot:
    """A Rasa project made here. Its examples are ours: all of them, or a fixed part."""

    name = "the stock Rasa bot"

    def __init__(self, root: Path, folder: Path, kept: Path, sizes: Sizes, full: bool) -> None:
        self.folder, self._kept, self.is_full = folder, kept, full
        examples = examples_by_intent(root) if full else _part(root, sizes.stock_intents, sizes.stock_examples)
        self.intents, self.examples = len(examples), sum(len(lines) for lines in examples.values())
        _write_project(folder, examples)

    def train(self) -> dict[str, Any]:
        """Train with `rasa train`, or take the model that an earlier run trained on the same small part of the examples."""
        about = {"examples": self.examples, "intents": self.intents}
        if self.is_full:
            return {**about, "seconds": self._trained(), "earlier_run": False}
        model = self._kept / f"{_fingerprint(self.folder)}.tar.gz"
        note = model.with_name(f"{model.name}.json")
        if note.exists():
            seconds = json.loads(note.read_text(encoding="utf-8"))["seconds"]
            say(f"Taking the stock bot that an earlier run trained on {self.examples} examples in {seconds:.0f} s.")
            shutil.copy(model, self._model())
            return {**about, "seconds": seconds, "earlier_run": True}
        seconds = self._trained()
        self._kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._model(), model)
        note.write_text(json.dumps({**about, "seconds": seconds}), encoding="utf-8")
        return {**about, "seconds": seconds, "earlier_run": False}

    def _trained(self) -> float:
        limit = _FULL_LIMIT if self.is_full else _SMALL_LIMIT
        say(f"Training the stock bot on {self.examples} examples of {self.intents} intents (stopped after {limit / 60:.0f} minutes).")
        train = ("-m", "rasa", "train", "--domain", "domain.yml", "--config", "config.yml", "--data", "data", "--out", "models")
        with Programs(self.folder) as programs:
            seconds = programs.finish("train", *train, "--fixed-model-name", _MODEL, limit=limit)
            if not self._model().exists():
                raise NotMeasured(f"'rasa train' made no model: {programs.last_words('train')}")
        say(f"  Trained in {seconds:.0f} s.")
        return round(seconds, 1)

    def train_ours(self, root: Path) -> float:
        """The seconds in which our classifier of topics learns from the same examples."""
        with Programs(self.folder) as programs:
            return round(programs.finish("learning", "-m", "tests.bench_parts.learning", "data/nlu", limit=_SMALL_LIMIT, PYTHONPATH=str(root)), 1)

    def _model(self) -> Path:
        return self.folder / "models" / f"{_MODEL}.tar.gz"

    def launch(self, programs: Programs, port: int, action_port: int) -> None:
        (self.folder / "endpoints.yml").write_text(_ENDPOINTS.format(action_port=action_port), encoding="utf-8")
        programs.start("actions", "-m", "rasa", "run", "actions", "--port", str(action_port))
        programs.start("rasa", "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port), "--model", str(self._model()))


def _part(root: Path, intents: int, each: int) -> dict[str, list[str]]:
    chance, examples = random.Random(SEED), examples_by_intent(root)
    chosen = chance.sample(sorted(set(topic_ids(root)) & set(examples)), intents)
    return {intent: chance.sample(examples[intent], min(each, len(examples[intent]))) for intent in sorted(chosen)}


def _write_project(folder: Path, examples: dict[str, list[str]]) -> None:
    for name in ("data/nlu", "models", "actions"):
        (folder / name).mkdir(parents=True)
    files = {
        "config.yml": _stock_config(),
        "domain.yml": _domain(examples),
        "credentials.yml": "rest:\n",
        "data/nlu/examples.yml": _nlu(examples),
        "data/rules.yml": _rules(examples),
        "data/stories.yml": _stories(examples),
        "actions/__init__.py": "",
        "actions/actions.py": _ACTION,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _stock_config() -> str:
    """The pipeline and policies that Rasa itself fills in for a project of `rasa init`, from its own file."""
    # found without importing Rasa, which would bring TensorFlow into the bench
    rasa = Path(importlib.util.find_spec("rasa").submodule_search_locations[0])
    return (rasa / "engine" / "recipes" / "config_files" / "default_config.yml").read_text(encoding="utf-8")


def _domain(examples: dict[str, list[str]]) -> str:
    intents = "".join(f"  - {intent}\n" for intent in examples)
    session = "session_config:\n  session_expiration_time: 60\n  carry_over_slots_to_new_session: true\n"
    return f'version: "3.1"\n\nintents:\n{intents}\nactions:\n  - action_answer\n\n{session}'


def _nlu(examples: dict[str, list[str]]) -> str:
    entries = (f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {line}\n" for line in lines) for intent, lines in examples.items())
    return 'version: "3.1"\n\nnlu:\n' + "\n".join(entries)


def _rules(examples: dict[str, list[str]]) -> str:
    rules = (f"- rule: Answer {intent}\n  steps:\n  - intent: {intent}\n  - action: action_answer\n" for intent in [*examples, "nlu_fallback"])
    return 'version: "3.1"\n\nrules:\n' + "\n".join(rules)


def _stories(examples: dict[str, list[str]]) -> str:
    """A few conversations of three questions, for the policies that learn from stories."""
    chance, intents = random.Random(SEED), sorted(examples)
    stories = []
    for number in range(1, _STORIES + 1):
        steps = "".join(f"  - intent: {intent}\n  - action: action_answer\n" for intent in chance.sample(intents, 3))
        stories.append(f"- story: Three questions, {number}\n  steps:\n{steps}")
    return 'version: "3.1"\n\nstories:\n' + "\n".join(stories)


def _fingerprint(folder: Path) -> str:
    from importlib.metadata import version

    digest = hashlib.sha256(version("rasa").encode())
    for file in (folder / "config.yml", folder / "domain.yml", *sorted((folder / "data").rglob("*.yml"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
