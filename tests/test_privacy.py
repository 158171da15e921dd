"""Conversations full of personal data, over every way in: nothing of it is in any file, log, report or export afterwards."""
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest

from tests.front_ends import Json, Twiml, VoiceXml, fetch
from tests.house import replaced_by_folder, suspended
from tests.phone_house import LINES, PhoneHouse

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[1]
LEAFLET = "sample-nerve-root-injection"

# what each message tells, and the pieces of it that must be nowhere
TOLD = {
    "My name is Zebedee Quillfeather, zq@example.com, 07700 900123, NHS number 943 476 5919, born 14/03/1957, I live at 27 Marmalade Street XY9 8ZW.": (
        "Zebedee", "Quillfeather", "zq@example", "07700", "900123", "943 476", "4765919", "14/03", "Marmalade", "XY9", "8ZW",
    ),
    "this is mrs wintergreen, my husband Barnabas will ring, hospital number RHQ 448213.": ("wintergreen", "Barnabas", "448213"),
    "its gwyneth speaking, mail is gwyn dot tumbledown at example dot com, date of birth is the fourteenth of march nineteen fifty seven.": (
        "gwyneth", "tumbledown", "fourteenth of march",
    ),
    "my number is oh seven seven double oh nine double oh one two three and nhs nine four three four seven six five nine one nine.": (
        "seven seven double", "double oh one two", "three four seven six",
    ),
    "I live at 12 periwinkle close, postcode s ten two j f, thanks, Zuleika.": ("periwinkle", "ten two j f", "Zuleika"),
}  # fmt: skip
_SCORE = re.compile(rb"\d+\.\d{6,}(?:e-\d+)?")
ASKED = ("Can I drive afterwards?", "I can't wee", "can I fly to Spain", "say that again", "that is not what I asked")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The assistant with all its ways in."""
    house = PhoneHouse(tmp_path_factory.mktemp("var"), ACTIONS="server", SESSION_LIMIT="1000", METRICS_TOKEN="metrics-for-tests")
    try:
        house.wait_until_ready()
        yield house
    finally:
        house.close()


def messages():
    """Everything that is told, with each thing that is asked after it."""
    return [f"{told} {asked}" for told in TOLD for asked in ASKED]


def rest(house, text, sender):
    """One turn over REST; the reply as text."""
    body = {"sender": sender, "message": text, "metadata": {"leaflet": LEAFLET}}
    status, answer = fetch(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", json.dumps(body).encode(), house.bearer)
    assert status == 200
    return answer.decode()


class WebPatient:
    """A patient at the chat page without script."""

    def __init__(self, house):
        self._base, self._cookie = f"http://127.0.0.1:{house.port}", ""
        self.page = self._send(f"/?leaflet={LEAFLET}")

    def _send(self, path, fields=None):
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self._base + path, data, {"Accept": "application/json"} if path == "/chat" else {})
        if self._cookie:
            request.add_header("Cookie", self._cookie)
        with urllib.request.urlopen(request, timeout=20) as answer:
            given = answer.headers.get_all("Set-Cookie")
            self._cookie = given[-1].split(";")[0] if given else self._cookie
            return answer.read().decode()

    def _token(self):
        return re.search(r'name="token" value="([^"]*)"', self._send("/"))[1]

    def say(self, text):
        return self._send("/chat", {"token": self._token(), "message_id": uuid.uuid4().hex, "message": text})

    def rate_all(self):
        """The patient says of every answer that it was no help; how many there were."""
        rated = set(re.findall(r'value="no ([0-9a-f]+)"', self._send("/")))
        for message in rated:
            self._send("/chat", {"token": self._token(), "rating": f"no {message}"})
        return len(rated)

    def saved(self):
        return self._send("/chat/save", {"token": self._token()})


def no_action_server(house):
    """Turns fail while it is away."""
    return suspended(house.running("bot.run_actions"))


def no_database(house):
    """The conversations can be neither read nor written."""
    return replaced_by_folder(house.var / "conversations.db")


def found_in(named_texts):
    """Every piece of personal data with where it was found. Not in scores and times: 0.23787830770015717 is nobody's number."""
    pieces = [piece for told in TOLD.values() for piece in told]
    searched = ((name, _SCORE.sub(b"", text.lower())) for name, text in named_texts)
    return [(name, piece) for name, text in searched for piece in pieces if piece.lower().encode() in text]


def files(house):
    return [(file.name, file.read_bytes()) for file in house.var.rglob("*") if file.is_file()]


def staff(house, module, *arguments):
    """What one of the staff's commands prints, on this assistant's databases."""

    environment = {**os.environ, "VAR": str(house.var), "DAYS": "7"}
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, capture_output=True, timeout=120)


def test_the_search_finds_what_is_there():
    """In any case, in any file."""
    assert found_in([("a.log", b"... ZEBEDEE ..."), ("b.log", b"nothing")]) == [("a.log", "Zebedee")]
    assert found_in([("a.log", b"call 07700 900123."), ("b.log", b'{"confidence": 0.23787830770015717}')]) == [("a.log", "07700"), ("a.log", "900123")]


def test_nothing_personal_is_kept_from_rest(house):
    """Turns that are answered, that fail, and that are not understood."""
    sender = f"patient-{uuid.uuid4()}"
    for text in messages():
        rest(house, text, sender)
    for broken in (no_action_server, no_database):
        with broken(house):
            for told in TOLD:
                rest(house, f"{told} Can I drive?", sender)
    rest(house, next(iter(TOLD)) * 20, sender)
    rest(house, f"/restart {next(iter(TOLD))}", sender)
    stored = b"".join(content for name, content in files(house) if name.startswith("conversations."))
    assert sender.encode() in stored and b"[name]" in stored, "nothing was stored, so nothing was tried"
    assert found_in(files(house)) == []


def test_nothing_personal_is_kept_from_the_web(house):
    """Nor in the page, the saved file or the ratings."""
    patient = WebPatient(house)
    for text in [*messages()[::4], "can I drive afterwards, my name is Zebedee Quill"]:  # the last is sure to be answered, so that it can be rated
        patient.say(text)
    assert patient.rate_all() >= 1
    names = [name for name, _ in files(house)]
    assert "feedback.db" in names and "web.db" in names
    saved = patient.saved()
    assert "[name]" in saved
    assert found_in([*files(house), ("saved file", saved.encode())]) == []


@pytest.mark.parametrize("front_end", [Json, Twiml, VoiceXml])
def test_nothing_personal_is_kept_from_the_telephone(house, front_end):
    """Over each of the three ways to call, with the recogniser's other readings."""
    line = front_end(house, LINES[0])
    line.do("start")
    for text in messages()[::4]:
        line.do("says", text)
    assert found_in(files(house)) == []
    line.do("hangs_up")
    assert found_in(files(house)) == []


def test_nothing_personal_is_in_what_staff_are_shown(house, tmp_path, monkeypatch, capsys):
    """The page of unanswered questions, the export, the story made from a conversation, the metrics."""
    from bot.staff.leaflets import unanswered
    from bot.staff.stories.from_conversation import latest, write_story

    for text in messages():
        rest(house, text, "patient-for-staff")
    monkeypatch.setattr(unanswered, "ROOT", tmp_path)
    monkeypatch.setenv("VAR", str(house.var))
    unanswered.main()
    store = f"sqlite:///{house.var / 'conversations.db'}"
    assert any(name == "patient-for-staff" for name, _, _ in latest(store))
    exported = staff(house, "bot.staff.conversations", "export", "patient-for-staff")
    shown = {
        "unanswered": (tmp_path / "results" / "unanswered.html").read_bytes(),
        "printed": capsys.readouterr().out.encode(),
        "story": write_story(store, "patient-for-staff", tmp_path).read_bytes(),
        "export": exported.stdout,
        "metrics": fetch(f"http://127.0.0.1:{house.port}/metrics", None, {"Authorization": "Bearer metrics-for-tests"})[1],
    }
    assert b"[name]" in shown["unanswered"] and b"[name]" in shown["export"] and b"[name]" in shown["story"] and b"leaflet_turns_total" in shown["metrics"]
    assert found_in([*shown.items(), *files(house)]) == []


def test_the_trail_of_staff_s_access_holds_no_word(house):
    """It names a conversation by a hash."""
    rest(house, "Can I drive afterwards?", "mrs-quillfeather")
    assert staff(house, "bot.staff.conversations", "delete", "mrs-quillfeather").stdout == b"Deleted.\n"
    trail = (house.var / "audit.jsonl").read_bytes()
    assert b'"delete"' in trail and b"quillfeather" not in trail and b"drive" not in trail
