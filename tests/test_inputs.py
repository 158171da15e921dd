"""bot/inputs.py: a model counts as trained only if it was made from these files and is still as it was made."""
import pytest

from bot import inputs


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder of trained files, marked as trained from the files as they are."""
    monkeypatch.setattr(inputs, "MODELS", tmp_path)
    for name, path in (("MODEL", "assistant.tar.gz"), ("_STAMP", "assistant.inputs"), ("_CHECKSUMS", "checksums.json")):
        monkeypatch.setattr(inputs, name, tmp_path / path)
    monkeypatch.setattr(inputs, "fingerprint", lambda: "these files")
    (tmp_path / "reader").mkdir()
    for name in ("assistant.tar.gz", "reader/one.classifier", "encoder.onnx"):
        (tmp_path / name).write_bytes(name.encode())
    inputs.mark_trained("these files")
    return tmp_path


def test_what_was_just_trained_is_trained(models):
    """From these files, and no others."""
    assert inputs.is_trained() and inputs.changed_files() == []
    inputs.mark_trained("other files")
    assert not inputs.is_trained()


@pytest.mark.parametrize("name", ["assistant.tar.gz", "reader/one.classifier", "encoder.onnx"])
def test_a_changed_file_is_not_loaded(models, name):
    """Whichever of them; it is named, and removed before the next training."""
    (models / name).write_bytes(b"something else")
    assert not inputs.is_trained() and inputs.changed_files() == [models / name]
    inputs.remove_changed_files()
    assert not (models / name).exists()


def test_a_file_that_was_put_there_is_not_loaded(models):
    """Nobody noted it."""
    (models / "reader/two.follow_ups").write_bytes(b"code")
    assert not inputs.is_trained()
    inputs.remove_changed_files()
    assert not (models / "reader/two.follow_ups").exists() and inputs.is_trained()


def test_a_missing_file_is_noticed(models):
    """It has to be made again."""
    (models / "reader/one.classifier").unlink()
    assert not inputs.is_trained()
