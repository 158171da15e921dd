"""The hazard log is made from its data, and nothing of the data is lost or guessed."""
import pytest

from bot.staff.hazard_log import log_text, read_hazards
from bot.yaml_file import YamlError

DATA = """
HAZ-01:
  hazard: "Something is missed"
  causes: ["one cause"]
  harm: "Help comes late."
  controls:
    - {does: "It is looked for", code: [bot/a.py], tests: [tests/test_a.py]}
    - {does: "A person looks too", code: [docs/b.md]}
  initial_risk: {severity: null, likelihood: null, rating: null}
  residual_risk: {severity: null, likelihood: null, rating: null, accepted_by: null, date: null}
"""


@pytest.fixture
def read(tmp_path):
    """Reads hazards from a text."""

    def _read(text):
        file = tmp_path / "hazards.yml"
        file.write_text(text, encoding="utf-8")
        return read_hazards(file)

    return _read


def test_every_control_stands_beside_its_evidence(read):
    """A control's row names its code and its tests."""
    assert "| It is looked for | `bot/a.py` | `tests/test_a.py` |" in log_text(read(DATA))


def test_a_control_without_a_test_says_so(read):
    """A missing test is shown, and counted at the top."""
    text = log_text(read(DATA))
    assert "| A person looks too | `docs/b.md` | none of its own yet |" in text
    assert "1 hazards, 2 controls, 1 of them without an automatic test of their own." in text


def test_residual_risk_is_left_to_the_clinical_safety_officer(read):
    """Nobody but the officer fills these columns, so they come out empty."""
    text = log_text(read(DATA))
    assert "| residual |  |  |  |  |  |" in text
    assert "| initial | to be assessed by the Clinical Safety Officer |" in text


def test_what_the_officer_has_filled_in_is_shown(read):
    """An assessed risk appears in the overview and in its row."""
    filled = DATA.replace("rating: null, accepted_by: null, date: null", "rating: 2, accepted_by: A. Officer, date: 2027-01-05")
    text = log_text(read(filled))
    assert "| residual |  |  | 2 | A. Officer | 2027-01-05 |" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (DATA.replace("harm:", "harms:"), "unknown key 'harms'"),
        (DATA.replace('causes: ["one cause"]', "causes: []"), "'causes' should be a list"),
        (DATA.replace(", rating: null}", "}", 1), "lacks the key 'rating'"),
    ],
    ids=["unknown key", "no cause", "no rating"],
)
def test_a_mistake_is_named_with_its_place(read, wrong, said):
    """A row that can't be read stops the log instead of leaving a gap in it."""
    with pytest.raises(YamlError, match=said):
        read(wrong)
