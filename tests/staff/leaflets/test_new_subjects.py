"""Leaflets on other subjects, from file to answer: proposed, reviewed, approved, quoted by the running assistant, renewed, withdrawn."""
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid

import pytest

from bot.catalogue import DATA, read_topics
from bot.leaflets.reading import read_leaflet
from bot.staff.leaflets.opening import open_review
from bot.staff.leaflets.signing import Signer
from tests.house import ROOT, House
from tests.small_house import command, small_copy
from tests.staff.leaflets.new_subjects import KNEE, SUBJECTS, bowel_pdf, knee_docx, passages_of
from tests.staff.leaflets.review_desk import approve_over_the_page, review_page

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
    changed = [(kind, text.replace("often about two weeks", "often about three weeks")) for kind, text in KNEE]
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
    custom = asked(house, "when can I drive?")
    found = [quote for quote in custom["quotes"] if quote["leaflet"] == "knee-arthroscopy"]
    assert all("Do not drive until you can press the brake hard" in quote["text"] for quote in found)
    return [quote["leaflet"] for quote in found]


def wait_for(house, wanted, seconds=5.0):
    until = time.monotonic() + seconds
    while quoted(house) != wanted:
        assert time.monotonic() < until, f"after {seconds} seconds still not {wanted}"
        time.sleep(0.2)


# -- a new subject with topics of its own, from its files to the answer ------------------------------------------------


@pytest.fixture(scope="module")
def knee_house(tmp_path_factory):
    """A small copy of the project, taught a new subject as the document says: topics, training, leaflet, approval. Everything is the real command."""
    root = small_copy(tmp_path_factory.mktemp("project"))
    told = command(root, "bot.staff.leaflets.subject", FILE=str(SUBJECTS / "knee.yml"))
    assert "3 topics" in told and "make train" in told
    command(root, "bot.train")
    leaflets = root / "leaflets"
    leaflets.mkdir()
    shutil.copy(root / "data/leaflets/sample-nerve-root-injection.md", leaflets)
    file = knee_docx(root / "knee arthroscopy.docx")
    places = {topic: [f"{chosen.section}:{number}" for chosen in found for number in range(chosen.first, chosen.last + 1)] for topic, found in passages_of("knee").items()}
    with review_page(file, leaflets, root) as (process, address):
        approve_over_the_page(address, {"subject": "knee", "id": "knee-arthroscopy"}, places, list(read_topics(root / "data/topics.yml")))
        assert process.wait(30) == 0
    (root / "var").mkdir()
    house = House(root / "var", root, LEAFLETS=str(leaflets))
    try:
        house.wait_until_ready()
        yield house, root, leaflets
    finally:
        house.close()


def asked(house, message, leaflet="knee-arthroscopy"):
    """The `custom` object that answers `message`, in a conversation of its own."""
    body = json.dumps({"sender": uuid.uuid4().hex, "message": message, "metadata": {"leaflet": leaflet}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return next(message["custom"] for message in json.load(response) if "custom" in message)


@pytest.mark.server
@pytest.mark.parametrize(
    ("message", "topic", "begins"),
    [
        ("how do I get up the stairs with crutches", "stairs_crutches", "Go up stairs with your good leg first"),
        ("when can I have a shower", "washing", "You can have a shower after two days"),
        ("can I fly after the operation", "clot_prevention", "Move your feet up and down often"),
        ("when can I drive", "driving", "Do not drive until you can press the brake"),
    ],
)
def test_a_new_subject_is_answered_in_the_words_of_its_leaflet(knee_house, message, topic, begins):
    """New topics and old ones, quoted to the letter from the leaflet's file."""
    house, _, leaflets = knee_house
    quote = next(quote for quote in asked(house, message)["quotes"] if quote["topic"] == topic)
    text = read_leaflet(leaflets / "knee-arthroscopy.docx").text
    assert quote["leaflet"] == "knee-arthroscopy" and quote["text"].startswith(begins)
    assert text[quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.server
def test_a_new_subject_never_borrows_from_another_and_takes_nothing_from_it(knee_house):
    """What the knee leaflet does not say is not answered from a spine leaflet; spine patients are answered as before."""
    house, *_ = knee_house
    assert asked(house, "what if I am pregnant")["quotes"] == []
    assert {quote["leaflet"] for quote in asked(house, "what if I am pregnant", "sample-nerve-root-injection")["quotes"]} == {"sample-nerve-root-injection"}


@pytest.mark.server
def test_stories_of_the_new_subject_pass_and_fail_as_they_should(knee_house, tmp_path):
    """A nurse's own script, with a warning sign, against the running assistant; broken on purpose it fails and says why."""
    house, root, leaflets = knee_house
    story = (SUBJECTS / "knee_stories.yml").read_text()
    (tmp_path / "knee.yml").write_text(story)
    assert played(house, root, leaflets, tmp_path)[0] == 0
    (tmp_path / "knee.yml").write_text(story.replace("quotes: washing", "quotes: driving"))
    status, told = played(house, root, leaflets, tmp_path)
    assert status == 1 and "1 of 2 stories FAILED" in told and "Patient says: when can I have a shower" in told


def played(house, root, leaflets, folder):
    """Exit status and words of `make stories` against the house."""
    arguments = ["--file", str(folder / "knee.yml"), "--against", f"http://127.0.0.1:{house.port}", "--results", str(folder / "results")]
    environment = {**os.environ, "LEAFLETS": str(leaflets)}
    environment.pop("ANSWERS", None)
    done = subprocess.run([sys.executable, "-m", "bot.staff.stories.command", *arguments], cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr
