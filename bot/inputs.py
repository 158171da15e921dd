"""The files that go into a trained model, and whether the model at hand was made from them as they are now."""
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"
MODEL = MODELS / "assistant.tar.gz"
_STAMP = MODELS / "assistant.inputs"
_INPUTS = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/stories", "data/red_flags", "data/topics.yml", "data/regions.yml", "bot/language", "bot/safety", "bot/components")


def fingerprint() -> str:
    """A hash over every file that training reads, and over the pinned packages."""
    digest = hashlib.sha256()
    for name in (*_INPUTS, "requirements.txt"):
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def is_trained() -> bool:
    """True where the model was trained from the files as they are now."""
    return MODEL.exists() and _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == fingerprint()


def mark_trained(made_from: str) -> None:
    """Note what the model at hand was made from: the fingerprint taken before the training began."""
    _STAMP.write_text(made_from, encoding="utf-8")
