"""Communications staff edit data/web.yml: mistakes are told with file, line and key."""
import pytest

from bot.answers.site import read_site
from bot.catalogue import DATA
from bot.channels.web.pages import FOLDER
from bot.channels.web.wording import WORDINGS, read_wording
from bot.yaml_file import YamlError

SHIPPED = (DATA / "web.yml").read_text(encoding="utf-8")


@pytest.fixture
def read(tmp_path):
    """A function that reads the shipped file with one thing replaced."""

    def changed(old, new):
        assert old in SHIPPED
        file = tmp_path / "web.yml"
        file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
        return read_wording(read_site(), file)

    return changed


def test_every_shipped_sentence_can_be_said():
    """With all that it may fill in."""
    wording = read_wording(read_site())
    for name in WORDINGS:
        said = wording.say(name, title="T", limit=1, seconds=2, date="today", hours=24)
        assert said and "{" not in said, name


def test_a_missing_sentence_is_told(read):
    """By its key."""
    with pytest.raises(YamlError, match="lacks the key 'send'"):
        read('  send: "Send"\n', "")


@pytest.mark.parametrize(("new", "told"), [("", "has no sentence"), ("Send {me}", "fills in the unknown '{me}'"), ("Send {", "without its partner")])
def test_a_sentence_that_can_not_be_said_is_told_with_its_line(read, new, told):
    """Empty, an unknown field, half a pair of braces."""
    with pytest.raises(YamlError, match=r"web\.yml:\d+: 'send'") as refused:
        read('send: "Send"', f'send: "{new}"')
    assert told in str(refused.value)


def test_an_unknown_key_is_told(read):
    """A misspelt key does not pass unseen."""
    with pytest.raises(YamlError, match="unknown key 'sned'"):
        read("  send:", "  sned:")


def test_every_sentence_is_used():
    """No sentence is kept that no page says."""
    used = "".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.html"))
    used += "".join(file.read_text(encoding="utf-8") for file in FOLDER.parent.glob("*.py") if file.name != "wording.py")
    dynamic = {"level_gp", "level_ae", "level_999", "sending", "slow", "back"}
    assert [name for name in WORDINGS if name not in dynamic and f"'{name}'" not in used and f'"{name}"' not in used] == []
