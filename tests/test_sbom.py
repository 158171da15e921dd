"""The bill of materials: licences are named wherever a package names one, and what is past its support is named as it is pinned."""
import re
from pathlib import Path

import pytest

from tests.licences import licence_of, table

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("licenses", "named"),
    [
        ([{"license": {"id": "MIT"}}], "MIT"),
        ([{"expression": "MPL-2.0 AND MIT"}], "MPL-2.0 AND MIT"),
        ([{"license": {"name": "License :: OSI Approved :: BSD License"}}, {"license": {"id": "BSD-3-Clause"}}], "BSD License; BSD-3-Clause"),
    ],
)
def test_the_bill_s_own_words_come_first(licenses, named):
    """Identifier, expression or classifier, whichever it gives."""
    assert licence_of({"name": "partd", "licenses": licenses}) == named


@pytest.mark.parametrize(("package", "named"), [("partd", "BSD"), ("axe-playwright-python", "MIT License")])
def test_a_package_that_the_bill_is_silent_on_is_asked_itself(package, named):
    """Its metadata, or the title of its licence file."""
    assert licence_of({"name": package}) == named


def test_a_package_that_is_not_here_is_not_guessed():
    """Nothing is made up."""
    assert "| no-such-package | 1 | not stated |" in table({"components": [{"name": "no-such-package", "version": "1"}]})


def test_what_is_past_its_support_is_named_in_the_version_that_is_used():
    """docs/dependencies.md keeps up with requirements.txt."""
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([\w-]+)` \| ([\d.]+) \|", text, re.M))
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M))
    assert named.pop("python") == "3.10" and len(named) > 8
    assert {name: pinned.get(name) for name in named} == named
