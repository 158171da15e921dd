"""The whole assistant over REST, as `make serve` starts it: contract form, and no failure that silences it."""
import json
import socket
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import psutil
import pytest

from tests.descriptions import described
from tests.house import House, replaced_by_folder, suspended

pytestmark = pytest.mark.server

KEYS = {"kind", "topics", "candidates", "escalation", "red_flags", "quotes"}
KINDS = {"answer", "escalate", "clarify", "not_covered", "handoff", "smalltalk"}
LEAFLET = "sample-nerve-root-injection"
SIGN = "I can't wee"
IN_TIME = 5  # seconds in which a turn is answered, whatever broke


class Patient:
    """One conversation over REST; `say` returns the turn's messages after checking that they have the contract's form."""

    def __init__(self, house, sender=None, **metadata):
        self.house, self.sender, self.metadata = house, sender or f"patient-{uuid.uuid4()}", metadata

    def say(self, text, **metadata):
        began = time.monotonic()
        status, messages = post(self.house, {"sender": self.sender, "message": text, "metadata": {**self.metadata, **metadata}})
        assert status == 200 and time.monotonic() - began < IN_TIME
        check_form(messages, self.sender)
        return messages

    def custom(self, text, **metadata):
        return custom_of(self.say(text, **metadata))


def post(house, body):
    """Status and decoded answer of one call; `body` may be bytes that are no JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def check_form(messages, sender):
    """Texts first, then one custom with the contract's keys."""
    assert {message["recipient_id"] for message in messages} == {sender}
    assert [set(message) - {"recipient_id"} for message in messages] == [{"text"}] * (len(messages) - 1) + [{"custom"}]
    custom = custom_of(messages)
    assert set(custom) >= KEYS and custom["kind"] in KINDS and custom["escalation"] in ("none", "gp", "ae", "999")
    assert len(messages) > 1, "a turn without a word for the patient"


def custom_of(messages):
    """The one custom object."""
    return [message["custom"] for message in messages if "custom" in message][0]


def text_of(messages):
    """All that the patient reads."""
    return "\n".join(message["text"] for message in messages if "text" in message)


def answers(port):
    """Does somebody answer at this port?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def running_house(tmp_path_factory):
    """The assistant, started once for all tests; at the end Ctrl-C must leave nothing behind."""
    house = House(tmp_path_factory.mktemp("var"), ACTIONS="server")  # two processes, so that one can fail
    try:
        house.wait_until_ready()
        yield house
        assert house.interrupt() == 0
        assert house.family() == [], "something was left running"
    finally:
        house.close()


@pytest.fixture
def house(running_house):
    """The assistant with both its processes at work, whatever the test before did to them."""
    running_house.wait_until("action server", lambda: answers(running_house.action_port), 40)
    return running_house


@pytest.fixture
def patient(house):
    """A new conversation of a patient with one leaflet."""
    return Patient(house, leaflet=LEAFLET)


# --- answers ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question, topic",
    [
        ("can I drive afterwards", "driving"),
        ("how long does it take", "how_long_it_takes"),
        ("what should I look out for at home", "warning_signs"),
        ("do I have to sign anything before", "consent"),
    ],
)
def test_a_question_is_answered_with_the_leaflet_s_words(patient, question, topic):
    """The topic, and quotes of the patient's leaflet that the patient reads."""
    messages = patient.say(question)
    custom = custom_of(messages)
    assert custom["kind"] == "answer" and topic in custom["topics"]
    assert custom["quotes"][0]["leaflet"] == LEAFLET and custom["quotes"][0]["text"] in text_of(messages)


def test_two_questions_in_one_message_are_both_answered(patient):
    """In the order asked."""
    assert patient.custom("can I drive afterwards and will the injection hurt")["topics"][:1] == ["driving"]


def test_a_question_outside_the_leaflets_gets_the_contact(patient):
    """Says so and whom to phone."""
    messages = patient.say("can I fly to Spain on Saturday")
    assert custom_of(messages)["kind"] == "not_covered" and "0114 496 0123" in text_of(messages)


def test_small_talk_is_answered(patient):
    """A greeting is no question."""
    assert patient.custom("hello")["kind"] == "smalltalk"


def test_the_leaflet_lasts_for_the_conversation(house):
    """Named once beside a message, it is quoted in the later turns."""
    patient = Patient(house)
    patient.custom("hello", leaflet=LEAFLET)
    assert {quote["leaflet"] for quote in patient.custom("can I drive afterwards")["quotes"]} == {LEAFLET}


def test_the_region_lasts_for_the_conversation(house):
    """Named once beside a message, it is known in the later turns."""
    patient = Patient(house)
    patient.custom("hello", region="cervical")
    assert patient.custom("can I eat before")["region"] == "cervical"


def test_say_that_again_repeats_the_words(patient):
    """The quotes of the turn before once more."""
    first = patient.custom("can I drive afterwards")
    assert patient.custom("say that again")["quotes"] == first["quotes"]


def offered(patient):
    """The choices of a question on which leaflets differ (adjudicated: "can I eat before")."""
    choices = patient.custom("can I eat before")["choices"]
    assert len(choices) >= 2
    return choices


def kept(choice):
    """What a choice settles: region or leaflet."""
    return {key: value for key, value in choice.items() if key in ("region", "leaflet")}


@pytest.mark.parametrize("number", [1, 2])
def test_a_choice_is_taken_by_its_title(house, number):
    """What is offered is understood when it comes back, and answers the open question."""
    patient = Patient(house)
    choice = offered(patient)[number - 1]
    custom = patient.custom(choice["title"])
    assert kept(choice).items() <= custom.items() and custom["topics"] == ["eat_drink_before"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_choice_is_taken_by_its_number(house, number):
    """The number in the list does as well."""
    patient = Patient(house)
    choice = offered(patient)[number - 1]
    custom = patient.custom(str(number))
    assert kept(choice).items() <= custom.items() and custom["topics"] == ["eat_drink_before"]


def test_a_sign_gets_its_advice_before_the_answer(patient):
    """A&E first, the driving passage after it."""
    custom = patient.custom("can I drive tomorrow, and my leg keeps giving way")
    assert (custom["kind"], custom["escalation"]) == ("escalate", "ae") and "driving" in custom["topics"]
    roles = [part["role"] for part in custom["parts"]]
    assert roles[0] == "advice" and roles.index("quote") > roles.index("advice")


def test_a_level_stays_in_force_until_help_is_under_way(patient):
    """Reminder and answer, then the end."""
    patient.say(SIGN)
    later = patient.custom("can I drive afterwards")
    assert (later["escalation"], later["parts"][0]["role"], later["topics"]) == ("ae", "reminder", ["driving"])
    assert patient.custom("ok thanks, ambulance is here")["escalation"] == "none"


def test_a_repeated_message_gets_the_first_reply(patient):
    """The same message id counts no second turn."""
    assert patient.say("can I drive afterwards", message_id="m1") == patient.say("can I drive afterwards", message_id="m1")


# --- odd messages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "\x00\x01", "can I drive afterwards " * 4500, "nie mówię po angielsku", None, 5],
    ids=["empty", "control characters", "100 kB", "Polish", "nothing", "a number"],
)
def test_a_message_that_can_not_be_taken_is_refused_kindly(patient, text):
    """Empty, control characters, 100 kB, another language, no text: contact and emergency line."""
    messages = patient.say(text)
    assert custom_of(messages)["kind"] == "handoff" and "0114 496 0123" in text_of(messages) and "999" in text_of(messages)


@pytest.mark.parametrize("typed", ["/restart", "/driving{\"a\":1}", "/session_start"])
def test_a_typed_slash_is_text(patient, typed):
    """The conversation is neither restarted nor forgotten."""
    patient.say(SIGN)
    custom = patient.custom(typed)
    assert custom["escalation"] == "ae" and custom["kind"] in ("handoff", "clarify", "not_covered", "answer")


@pytest.mark.parametrize("sender", ["a'b\"; DROP TABLE events;--", "Zoë 🦴", "../../etc/passwd"])
def test_a_sender_with_odd_characters_is_answered(house, sender):
    """Whatever ids the caller uses."""
    assert Patient(house, sender, leaflet=LEAFLET).custom("can I drive afterwards")["kind"] == "answer"


def test_a_sender_with_broken_characters_is_answered(house):
    """Half a character in the id costs nobody the answer."""
    status, messages = post(house, {"sender": "a\ud800\x00", "message": "can I drive afterwards", "metadata": {"leaflet": LEAFLET}})
    assert status == 200 and custom_of(messages)["kind"] == "answer"


def test_two_turns_at_once_are_both_answered(patient):
    """A double click loses nothing."""
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(patient.custom, ["can I drive afterwards", "how long does it take"]))
    assert [custom["kind"] for custom in both] == ["answer", "answer"]


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[1, 2]", b"\"text\"", b"\xff\xfe"])
def test_what_is_no_json_object_is_a_400(house, body):
    """A caller's mistake is told as one."""
    assert post(house, body)[0] == 400


@pytest.mark.parametrize("path", ["/version", "/status", "/domain", "/conversations/x/tracker", "/model", "/model/parse"])
def test_rasa_s_own_pages_are_not_open(house, path):
    """Neither greeting nor management API."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{house.port}{path}", timeout=5)
    assert refused.value.code in (404, 405)


def test_a_forwarded_call_needs_the_token(house):
    """Behind a proxy, loopback proves nothing."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{house.port}/webhooks/rest/webhook", b'{"sender": "a", "message": "hello"}', {"X-Forwarded-For": "127.0.0.1"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 401


@pytest.mark.parametrize("module", ["bot.run_rasa", "bot.run_actions"])
def test_both_processes_listen_on_loopback_alone(house, module):
    """Nobody on the network reaches either."""
    listening = [entry.laddr.ip for process in house.running(module) for entry in process.connections("tcp") if entry.status == psutil.CONN_LISTEN]
    assert set(listening) == {"127.0.0.1"}


def test_personal_data_is_neither_stored_nor_logged(patient):
    """Names, numbers and addresses in messages, plain and in failing turns, are in no file afterwards."""
    secrets = ["Zebedee", "Quillfeather", "zq@example.com", "07700 900123", "943 476 5919", "XY9 8ZW", "14/03/1957", "27 Marmalade Street"]
    told = "My name is Zebedee Quillfeather, zq@example.com, 07700 900123, NHS number 943 476 5919, born 14/03/1957, I live at 27 Marmalade Street XY9 8ZW."
    for message in (f"{told} Can I drive afterwards?", f"{told} I can't wee", f"{told} say that again", f"/{told}", told * 10):
        patient.say(message)
    written = {file: file.read_bytes() for file in patient.house.var.rglob("*") if file.is_file()}
    assert any(file.name.startswith("conversations.db") for file in written)
    found = [(file.name, secret) for file, content in written.items() for secret in secrets if secret.encode() in content]
    assert found == []


@pytest.mark.parametrize("text", ["can I drive afterwards", SIGN, "hello", "", None])
def test_the_description_of_rest_is_true(patient, text):
    """Turns have the form that docs/rest-api.yml says."""
    jsonschema.validate(patient.say(text), described("rest-api.yml", "Turn"))


def test_the_description_of_rest_can_be_broken():
    """It is no description of anything at all."""
    for wrong in ([], [{"recipient_id": "a", "text": 1}] * 2, [{"text": "no name"}] * 2, [{"recipient_id": "a", "custom": {"kind": "joke"}}] * 2):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, described("rest-api.yml", "Turn"))


# --- failures ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hanging_actions(house):
    """The action server stopped in its tracks: it takes calls and never answers."""
    with suspended(house.running("bot.run_actions")):
        yield


@pytest.fixture
def broken_store(house):
    """The tracker store's database can be neither read nor written."""
    Patient(house).say("hello")  # so that there is one
    with replaced_by_folder(house.var / "conversations.db"):
        yield


@pytest.fixture
def broken_alarms(house):
    """The database of alarms can be neither read nor written."""
    Patient(house).say(SIGN)
    with replaced_by_folder(house.var / "alarms.db"):
        yield


def contacted(messages):
    """True for a handoff that says whom to phone and names the emergency line."""
    return custom_of(messages)["kind"] == "handoff" and "0114 496 0123" in text_of(messages) and "999" in text_of(messages)


def test_a_hanging_action_server_does_not_silence_the_assistant(patient, hanging_actions):
    """The next turn has the contact and the emergency line, in time."""
    assert contacted(patient.say("can I drive afterwards"))


def test_a_sign_gets_its_advice_while_the_action_server_hangs(patient, hanging_actions):
    """A&E, in time."""
    assert patient.custom(SIGN)["escalation"] == "ae"


def test_the_conversation_goes_on_after_a_hang(house):
    """When the action server answers again, so does the assistant, at the same patient's next turn."""
    patient = Patient(house, leaflet=LEAFLET)
    with suspended(house.running("bot.run_actions")):
        patient.say("can I drive afterwards")
    assert patient.custom("can I drive afterwards")["kind"] == "answer"


def test_a_broken_tracker_store_does_not_silence_the_assistant(patient, broken_store):
    """An answer or the contact, in contract form and in time."""
    assert patient.custom("can I drive afterwards")["kind"] in ("answer", "handoff")


def test_a_sign_gets_its_advice_while_the_tracker_store_is_broken(patient, broken_store):
    """A&E, and the level is not forgotten in the next turn."""
    assert patient.custom(SIGN)["escalation"] == "ae"
    assert patient.custom("can I drive afterwards")["escalation"] == "ae"


def test_a_level_is_not_forgotten_when_the_tracker_store_breaks(patient):
    """What was in force before is in force after."""
    patient.say(SIGN)
    with replaced_by_folder(patient.house.var / "conversations.db"):
        assert patient.custom("can I drive afterwards")["escalation"] == "ae"


def test_a_sign_gets_its_advice_while_the_alarms_can_not_be_written(patient, broken_alarms):
    """A&E, and the level is not forgotten in the next turn."""
    assert patient.custom(SIGN)["escalation"] == "ae"
    assert patient.custom("can I drive afterwards")["escalation"] == "ae"


class TestWithoutActionServer:
    """The action server is killed, as by a machine that runs out of memory; a little later it is started again by itself."""

    @pytest.fixture
    def house(self, running_house):
        """The assistant whose action server has just been killed (again, where it is back)."""
        for process in running_house.running("bot.run_actions"):
            process.kill()
        running_house.wait_until("killed", lambda: not running_house.running("bot.run_actions"), 5)
        return running_house

    def test_the_assistant_is_not_silent(self, patient):
        """The next turn has the contact and the emergency line."""
        assert contacted(patient.say("can I drive afterwards"))

    def test_a_sign_gets_its_advice(self, patient):
        """A&E, and the level stays in force in the next turn."""
        assert patient.custom(SIGN)["escalation"] == "ae"
        assert patient.custom("can I drive afterwards")["escalation"] == "ae"

    def test_a_sign_gets_its_advice_with_a_broken_tracker_store_as_well(self, patient, broken_store):
        """Nothing works any more: still A&E."""
        assert patient.custom(SIGN)["escalation"] == "ae"

    def test_the_conversation_goes_on_once_it_is_back(self, patient):
        """It comes back without anybody's help, and the patient's next question is answered."""
        patient.say("can I drive afterwards")
        patient.house.wait_until("action server", lambda: answers(patient.house.action_port), 40)
        custom = patient.custom("can I drive afterwards")
        assert custom["kind"] == "answer" and "driving" in custom["topics"]
