"""The files that go into a trained model, whether the model at hand was made from them, and whether it is still as it was made.

Trained files are pickles: whoever can exchange one can run code. So they are loaded only if their checksum is the one noted.
"""
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"
MODEL = MODELS / "assistant.tar.gz"
_STAMP = MODELS / "assistant.inputs"
_CHECKSUMS = MODELS / "checksums.json"
_TRAINED = (".onnx", ".weights", ".classifier", ".speller", ".follow_ups", ".several", ".gz")
_PIECE = 1 << 16  # bytes read at once: `make serve` would keep the memory of a whole model for as long as it runs
_INPUTS = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/stories", "data/red_flags", "data/follow_ups.tsv", "data/several_questions.tsv", "data/topics.yml", "data/regions.yml", "bot/language", "bot/safety", "bot/components")


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
    """True where the model was trained from the files as they are now, and every trained file is as it was made."""
    is_made = MODEL.exists() and _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == fingerprint()
    if is_made and not _CHECKSUMS.exists():
        _note_checksums()  # trained by a version that noted none
    return is_made and not changed_files()


def mark_trained(made_from: str) -> None:
    """Note what the model at hand was made from: the fingerprint taken before the training began. And what it is."""
    _STAMP.write_text(made_from, encoding="utf-8")
    _note_checksums()


def changed_files() -> list[Path]:
    """Trained files that are missing, or are not as they were made, or were never noted."""
    if not _CHECKSUMS.exists():
        return []
    noted = json.loads(_CHECKSUMS.read_text(encoding="utf-8"))
    there = _checksums()
    return [MODELS / name for name in sorted({*noted, *there}) if noted.get(name) != there.get(name)]


def remove_changed_files() -> None:
    """Before a training, which would take up what it finds: only files that are as they were made may stay."""
    for file in changed_files():
        file.unlink(missing_ok=True)


def _note_checksums() -> None:
    _CHECKSUMS.write_text(json.dumps(_checksums(), indent=2) + "\n", encoding="utf-8")


def _checksums() -> dict[str, str]:
    files = [file for file in sorted(MODELS.rglob("*")) if file.is_file() and file.suffix in _TRAINED]
    return {str(file.relative_to(MODELS)): _checksum(file) for file in files}


def _checksum(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        for piece in iter(lambda: content.read(_PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()
