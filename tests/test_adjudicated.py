"""The border cases that were decided once: each as the first message of a conversation, through every room."""
import os
from pathlib import Path

import pytest
import yaml

from tests.blind_sets import FOLDER
from tests.measure import SHARED, adjudicated_mismatch
from tests.rehearsal import Rehearsal, use_leaflets

CASES = yaml.safe_load((FOLDER / "adjudicated.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def house():
    """Every room in one process, with the real leaflets where they are at hand."""
    before = os.environ.get("LEAFLETS")
    use_leaflets(SHARED / "leaflets" if (SHARED / "leaflets").is_dir() else None)
    yield Rehearsal()
    use_leaflets(Path(before) if before else None)


@pytest.mark.parametrize("case", CASES, ids=[case["say"] for case in CASES])
def test_border_case_is_as_decided(house: Rehearsal, case):
    """A border case gets the kind, topics, level and signs that were decided."""
    assert adjudicated_mismatch(case, house) == ""


def test_all_border_cases_are_there():
    """Where the decisions are at hand, the copy in the tests is theirs."""
    decided = SHARED / "adjudicated.yml"
    if not decided.exists():
        pytest.skip("the decisions are not at hand")
    assert yaml.safe_load(decided.read_text(encoding="utf-8")) == CASES
