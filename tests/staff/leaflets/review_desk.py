"""`make leaflet` as a process of its own, for tests that review over its page."""
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping, Sequence

import httpx

from tests.house import ROOT


@contextmanager
def review_page(file: Path, leaflets: Path, root: Path = ROOT) -> Iterator[tuple[subprocess.Popen, str]]:
    """The review of `file` for the folder `leaflets`: its process and the page's address."""
    environment = {**os.environ, "LEAFLETS": str(leaflets), "FILE": str(file), "NO_BROWSER": "1", "PYTHONUNBUFFERED": "1"}
    environment.pop("ANSWERS", None)
    process = subprocess.Popen([sys.executable, "-m", "bot.staff.leaflets"], cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process, _address(process)
    finally:
        process.terminate()
        process.wait(30)


def _address(process: subprocess.Popen) -> str:
    seen = ""
    for line in process.stdout:
        seen += line
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(f"no page was opened:\n{seen}")


def approve_over_the_page(address: str, about: Mapping[str, str], passages: Mapping[str, Sequence[str]], topics: Sequence[str], no_symptoms: Sequence[str] = ()) -> None:
    """Take every step that a reviewer takes with the page's forms. `passages` are the places (section:sentence) by topic."""
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as page:
        facts = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.get("").text))
        _posted(page, "about", {**facts, **about})
        for topic in topics:
            _posted(page, f"topic/{topic}", {"step": "choose", "sentence": list(passages[topic])} if topic in passages else {"step": "silent"})
        for key in no_symptoms:
            _posted(page, "symptom", {"key": key, "none": "1"})
        assert "<h1>Approved</h1>" in _posted(page, "approve", {"by": "Nina Ward", "role": "nurse"})


def _posted(page: httpx.Client, path: str, form: dict) -> str:
    answer = page.post(path, data=form)
    assert answer.status_code == 200, answer.text
    return answer.text
