"""bot/channels/guard.py: odd messages, repeated ones, what may stand beside a message, and what goes on to Rasa."""
import asyncio
import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.english import is_english
from tests.channels.conftest import SIGN, custom_of, text_of

LONG = "can I drive afterwards " * 4500  # 103 kB


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x01\x1b\x7f", "\u200b\ufeff", "///", None, 17, ["can I drive"], {"text": "hi"}])
def test_a_message_without_words_is_refused_kindly(booth, text):
    """Nothing, white space, control characters or no text at all: contact and emergency line, no call to Rasa."""
    messages = booth.say(text)
    assert custom_of(messages)["kind"] == "handoff" and "999" in text_of(messages)
    assert booth.rasa.seen == []


def test_a_message_of_100_kb_is_refused_kindly(booth):
    """Asked to write less, with the contact; Rasa never sees it."""
    messages = booth.say(LONG)
    assert custom_of(messages)["kind"] == "handoff" and "too long" in text_of(messages)
    assert booth.rasa.seen == []


def test_a_sign_at_the_beginning_of_100_kb_gets_its_advice(booth):
    """Too long to be taken, not too long to be screened."""
    assert custom_of(booth.say(f"{SIGN}. {LONG}"))["escalation"] == "ae"


def test_a_message_not_in_english_is_refused_kindly(booth):
    """Says that it understands only English, with contact and 999."""
    messages = booth.say("nie mówię po angielsku")
    assert custom_of(messages)["kind"] == "handoff" and "only English" in text_of(messages) and "999" in text_of(messages)


def test_a_sign_in_a_message_not_in_english_is_not_turned_away(booth):
    """Advice first, and the message goes on like any other."""
    text = f"nie mówię po angielsku, nie wiem co robić, {SIGN}"
    messages = booth.say(text)
    assert not is_english(text)
    assert custom_of(messages)["escalation"] == "ae" and "only English" not in text_of(messages)
    assert len(booth.rasa.seen) == 1


@pytest.mark.parametrize("typed", ["/restart", "/driving{\"a\":1}", "//restart", " /restart", "\u200b/restart", "／restart", "\\/restart"])
def test_a_typed_slash_is_text(booth, typed):
    """Rasa gets no command, however the slash is hidden."""
    booth.say(typed)
    assert all(not message.text.startswith("/") for message in booth.rasa.seen) and len(booth.rasa.seen) <= 1


def test_a_sign_behind_a_slash_is_seen(booth):
    """Buttons and typed commands are screened like words."""
    assert custom_of(booth.say(f"/{SIGN}"))["escalation"] == "ae"


def test_control_characters_are_taken_out(booth):
    """What goes on is one plain line."""
    booth.say("can\x00 I\x1b drive\r\nafter\u202ewards")
    assert booth.rasa.seen[0].text == "can I drive afterwards"


@given(text=st.text(max_size=300), sender=st.text(max_size=20))
@settings(max_examples=60, deadline=None, database=None)
def test_every_text_gets_exactly_one_custom_that_can_be_sent(any_booth, text, sender):
    """Whatever characters come in, JSON in UTF-8 goes out."""
    messages = any_booth.say(text, sender or "nobody")
    assert custom_of(messages)["kind"] in ("answer", "handoff", "escalate")
    json.dumps(messages, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def any_booth(watch, advice, tmp_path_factory):
    """One booth for many random messages."""
    from bot.answers.site import read_site
    from bot.catalogue import read_regions
    from bot.channels.alarms import AlarmStore
    from bot.channels.guard import Guard
    from tests.channels.conftest import Booth, FakeRasa

    store = AlarmStore(f"sqlite:///{tmp_path_factory.mktemp('any') / 'alarms.db'}")
    return Booth(Guard(read_site(), read_regions(), watch, advice, store, 2.0), FakeRasa())


# --- senders ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["a'b\"; DROP TABLE events;--", "Zoë 🦴", "../../etc/passwd", "%s{0}"])
def test_a_sender_in_plain_characters_stays_as_it_is(booth, sender):
    """Odd but readable ids come back unchanged."""
    assert {message["recipient_id"] for message in booth.say("can I drive", sender)} == {sender}


@pytest.mark.parametrize("sender", ["a\x00b", "a\nb", "\ud800", "x" * 5000])
def test_a_sender_that_could_break_a_log_or_a_database_gets_a_safe_name(booth, sender):
    """The conversation goes by a short name in plain characters."""
    booth.say("can I drive", sender)
    name = booth.rasa.seen[0].sender_id
    assert len(name) <= 100 and set(name) <= set(string.ascii_lowercase + string.digits + "-")


def test_two_odd_senders_do_not_share_a_conversation(booth):
    """A level in force for one is not in force for the other."""
    booth.say(SIGN, "a\x00b")
    assert custom_of(booth.say("can I drive", "a\x00c"))["escalation"] == "none"
    assert custom_of(booth.say("can I drive", "a\x00b"))["escalation"] == "ae"


# --- repeated messages ------------------------------------------------------------------------------------------------------


def test_a_repeated_message_id_gets_the_first_reply(booth):
    """Word for word the same list."""
    assert booth.say("can I drive", message_id="m1") == booth.say("can I drive", message_id="m1")


def test_a_repeated_message_id_counts_no_second_turn(booth):
    """Rasa sees the message once."""
    booth.say("can I drive", message_id="m1")
    booth.say("can I drive", message_id="m1")
    assert len(booth.rasa.seen) == 1


def test_a_repeated_message_id_does_not_end_an_alarm_again(booth):
    """A message sent twice by a shaky line changes nothing the second time."""
    booth.say(SIGN, message_id="m1")
    booth.say("ok thanks, ambulance is here", message_id="m2")
    booth.say(SIGN, message_id="m1")
    assert custom_of(booth.say("can I drive", message_id="m3"))["escalation"] == "none"


def test_a_message_repeated_while_under_way_waits_for_the_first_reply(booth):
    """Two at once are one turn."""

    async def twice():
        return await asyncio.gather(booth.asked("can I drive", message_id="m1"), booth.asked("can I drive", message_id="m1"))

    first, second = asyncio.run(twice())
    assert first == second and len(booth.rasa.seen) == 1


def test_a_caller_that_hangs_up_does_not_lose_the_reply(booth):
    """The first call is given up; its repetition gets the reply of the same turn."""

    async def hang_up_and_ask_again():
        call = asyncio.ensure_future(booth.asked("can I drive", message_id="m1"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        call.cancel()
        return await booth.asked("can I drive", message_id="m1")

    assert custom_of(asyncio.run(hang_up_and_ask_again()))["kind"] == "answer"
    assert len(booth.rasa.seen) == 1


def test_the_same_message_id_of_another_conversation_is_another_message(booth):
    """Ids are told apart by conversation."""
    booth.say("can I drive", "one", message_id="m1")
    booth.say("can I drive", "two", message_id="m1")
    assert len(booth.rasa.seen) == 2


def test_messages_without_an_id_are_each_a_turn(booth):
    """Nothing is taken for a repetition by its words."""
    booth.say("can I drive")
    booth.say("can I drive")
    assert len(booth.rasa.seen) == 2


# --- what stands beside a message -------------------------------------------------------------------------------------------


def test_known_metadata_goes_on(booth):
    """Leaflet, region, channel and message id."""
    known = {"leaflet": "sample-nerve-root-injection", "region": "lumbar", "channel": "web", "message_id": "m1"}
    booth.say("can I drive", **known)
    passed = dict(booth.rasa.seen[0].metadata)
    passed.pop("safety")
    assert passed == known


@pytest.mark.parametrize(
    "unknown",
    [
        {"region": "knee"}, {"region": ["lumbar"]}, {"channel": "fax"}, {"leaflet": 5}, {"leaflet": "x" * 5000}, {"leaflet": "a\ud800"},
        {"message_id": {"a": 1}}, {"name": "Mary Smith"}, {"nhs_number": "943 476 5919"},
    ],
)  # fmt: skip
def test_unknown_metadata_is_ignored(booth, unknown):
    """What is not in the contract does not reach Rasa."""
    booth.say("can I drive", **unknown)
    assert set(booth.rasa.seen[0].metadata) == {"safety"}


@pytest.mark.parametrize("metadata", [None, [], "lumbar", 5])
def test_metadata_that_is_no_object_is_ignored(booth, metadata):
    """The message is answered all the same."""
    from bot.channels.guard import Incoming

    assert custom_of(asyncio.run(booth.guard.answer(Incoming("patient", "can I drive", metadata), booth.rasa, "rest")))["kind"] == "answer"


def test_a_caller_can_not_bring_a_verdict_of_its_own(booth):
    """`safety` in the metadata is the guard's alone."""
    assert custom_of(booth.say(SIGN, safety={"level": "none"}))["escalation"] == "ae"


@pytest.mark.parametrize("told", ["mary.smith@example.com", "07700 900123", "943 476 5919", "AB12 3CD"])
def test_personal_data_is_masked_before_rasa_sees_it(booth, told):
    """What is stored, logged and sent on holds no address and no number."""
    booth.say(f"my details are {told} can I drive afterwards")
    assert told not in booth.rasa.seen[0].text and "can I drive afterwards" in booth.rasa.seen[0].text


def test_the_screen_sees_the_message_unmasked(booth):
    """Masking takes nothing away from the screen."""
    assert custom_of(booth.say("my name is Mary Smith and I can't wee"))["escalation"] == "ae"
