"""Leaflets on other subjects, from file to answer: proposed, reviewed, approved, quoted by the running assistant, renewed, withdrawn."""
import json
import time
import urllib.request
import uuid

import pytest

from bot.catalogue import DATA
from bot.staff.leaflets.opening import open_review
from bot.staff.leaflets.signing import Signer
from tests.house import ROOT, House
from tests.staff.leaflets.new_subjects import KNEE, bowel_pdf, knee_docx

pytestmark = pytest.mark.skipif(not (ROOT / "models/assistant.tar.gz").exists(), reason="the assistant is not trained")


@pytest.fixture
def hospital(tmp_path, monkeypatch):
    """A hospital's folder with one of the sample leaflets."""
    monkeypatch.delenv("ANSWERS", raising=False)
    folder = tmp_path / "leaflets"
    folder.mkdir()
    (folder / "sample.md").write_bytes(sorted((DATA / "leaflets").glob("*.md"))[0].read_bytes())
    return folder


def opened(file, folder):
    return open_review(file, folder, tell=lambda words: None)


def words(review, topic):
    """What the first proposal for a topic would quote."""
    return " ".join(review.words(topic, review.decisions[topic].offered[0]))


def decide_all(review, id_):
    """As a hurried reviewer: the first proposal where something was found, else silence."""
    for topic in list(review.open_topics):
        review.accept(topic) if review.decisions[topic].likely else review.silent(topic)
    for sign in review.help_signs():
        if not sign.fires:
            review.no_symptom(sign.key)
    review.describe(id=id_)


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (knee_docx, "knee.docx", {"driving": "Do not drive until", "eat_drink_before": "Do not eat for six hours", "follow_up": "in clinic six weeks", "warning_signs": "Go to A&E"}),
        (bowel_pdf, "bowel.pdf", {"how_long_it_takes": "30 to 45 minutes", "eating_after": "eat and drink as normal", "diabetes": "Phone the unit for a plan", "warning_signs": "Go to A&E"}),
    ],
)
def test_a_leaflet_on_another_subject_gets_sensible_proposals(hospital, tmp_path, make, name, expected):
    """From a Word document and from a PDF, with version and dates as printed. A proposal is no decision: one in four may miss."""
    review = opened(make(tmp_path / name), hospital).review
    found = [topic for topic, part in expected.items() if part in words(review, topic) and review.decisions[topic].likely]
    assert len(found) >= 3, found
    assert review.about.version and review.about.issued and review.about.review_due
    assert "Page 1 of 2" not in review.leaflet.text


def test_a_new_version_opens_only_what_it_touches(hospital, tmp_path, monkeypatch):
    """One sentence changed: its topic is open with the reason, the others are carried over, and the change is shown."""
    first = opened(knee_docx(tmp_path / "knee.docx"), hospital)
    decide_all(first.review, "knee-arthroscopy")
    Signer(hospital).approve(first.review, first.source, "Nina Ward", "nurse")
    changed = [(kind, text.replace("about two weeks", "about three weeks")) for kind, text in KNEE]
    monkeypatch.setattr("tests.staff.leaflets.new_subjects.KNEE", changed)
    second = opened(knee_docx(tmp_path / "knee-new.docx"), hospital)
    assert second.before.about.id == "knee-arthroscopy"
    assert [(old[-50:], new[-52:]) for old, new in second.comparison.changed] == [("the brake hard without pain, which is often about two weeks."[-50:], "the brake hard without pain, which is often about three weeks."[-52:])]
    assert "driving" in second.review.open_topics
    assert "warning_signs" in second.review.accepted and "follow_up" in second.review.accepted
    assert len(second.review.open_topics) < 10


@pytest.mark.server
def test_the_running_assistant_takes_an_approval_and_a_withdrawal_over_within_five_seconds(hospital, tmp_path):
    """Nothing is quoted before the approval, the exact words after it, nothing once withdrawn."""
    (tmp_path / "var").mkdir()
    house = House(tmp_path / "var", LEAFLETS=str(hospital))
    try:
        house.wait_until_ready()
        review = opened(knee_docx(tmp_path / "knee.docx"), hospital)
        decide_all(review.review, "knee-arthroscopy")
        assert quoted(house) != ["knee-arthroscopy"]
        Signer(hospital).approve(review.review, review.source, "Nina Ward", "nurse")
        wait_for(house, ["knee-arthroscopy"])
        Signer(hospital).withdraw("knee-arthroscopy", "Nina Ward", "nurse", "to be rewritten")
        wait_for(house, [])
    finally:
        house.close()


def quoted(house):
    """The leaflets quoted on a question by a patient who holds the new leaflet; only the new one's are counted."""
    body = json.dumps({"sender": uuid.uuid4().hex, "message": "when can I drive?", "metadata": {"leaflet": "knee-arthroscopy"}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        custom = next(message["custom"] for message in json.load(response) if "custom" in message)
    found = [quote for quote in custom["quotes"] if quote["leaflet"] == "knee-arthroscopy"]
    assert all("Do not drive until you can press the brake hard" in quote["text"] for quote in found)
    return [quote["leaflet"] for quote in found]


def wait_for(house, wanted, seconds=5.0):
    until = time.monotonic() + seconds
    while quoted(house) != wanted:
        assert time.monotonic() < until, f"after {seconds} seconds still not {wanted}"
        time.sleep(0.2)
