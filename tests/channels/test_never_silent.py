"""bot/channels/guard.py: whatever Rasa does, a turn gets one answer in time, with the advice it needs."""
import logging
import threading
import time

import pytest

from tests.channels.conftest import DEADLINE, FAILURES, SIGN, custom_of, text_of


def test_a_turn_that_rasa_answers_is_passed_on_as_it_is(booth):
    """Texts and custom of a good turn stay untouched."""
    messages = booth.say("can I drive afterwards")
    assert [message.get("text") for message in messages] == ["answer 1", None]
    assert custom_of(messages)["kind"] == "answer"


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_turn_gets_the_contact_and_the_emergency_line(open_booth, failure):
    """One custom of kind handoff, with whom to phone and 999."""
    messages = open_booth(failure).say("can I drive afterwards")
    assert custom_of(messages)["kind"] == "handoff"
    assert "the number on your appointment letter" in text_of(messages) and "999" in text_of(messages)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_turn_is_answered_soon_after_the_deadline(open_booth, failure):
    """No failure makes the patient wait."""
    booth = open_booth(failure)
    began = time.monotonic()
    booth.say("can I drive afterwards")
    assert time.monotonic() - began < DEADLINE + 1


@pytest.mark.parametrize("failure", FAILURES)
def test_a_sign_gets_its_advice_first_in_a_failed_turn(open_booth, failure):
    """The advice does not depend on Rasa."""
    messages = open_booth(failure).say(SIGN)
    custom = custom_of(messages)
    assert (custom["kind"], custom["escalation"], custom["red_flags"]) == ("escalate", "ae", ["bladder_bowel"])
    assert custom["parts"][0]["role"] == "advice" and "A&E" in messages[0]["text"]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_level_in_force_is_not_forgotten_in_failed_turns(open_booth, failure):
    """The later turns keep the level and begin with the reminder."""
    booth = open_booth(failure)
    booth.say(SIGN)
    custom = custom_of(booth.say("can I drive afterwards"))
    assert custom["escalation"] == "ae" and custom["parts"][0]["role"] == "reminder"


@pytest.mark.parametrize("failure", FAILURES)
def test_the_turn_after_a_failure_works(open_booth, failure):
    """A failure, even one that holds its thread, is over with its turn."""
    booth = open_booth(failure)
    booth.say("can I drive afterwards")
    booth.rasa.behaviour = "answers"
    assert custom_of(booth.say("can I drive afterwards"))["kind"] == "answer"


def test_an_answer_that_forgot_the_level_is_not_passed_on(open_booth):
    """Where Rasa's custom says another level than the screen, the advice is given instead."""
    custom = custom_of(open_booth("forgets_the_level").say(SIGN))
    assert custom["escalation"] == "ae" and custom["advice"]


def test_an_alarm_that_ends_in_a_failed_turn_is_told(open_booth):
    """The patient hears that help on its way was understood, though Rasa failed."""
    booth = open_booth("raises")
    booth.say(SIGN)
    custom = custom_of(booth.say("ok thanks, ambulance is here"))
    assert custom["escalation"] == "none" and custom["red_flags"] == []


class BrokenScreen:
    """A screen that fails at every message."""

    def look(self, message, before):
        raise RuntimeError(message)


def test_a_screen_that_fails_gives_the_contact(open_booth, watch):
    """An unscreened message is answered with whom to call."""
    messages = open_booth(watched=BrokenScreen()).say(SIGN)
    assert custom_of(messages)["kind"] == "handoff" and "999" in text_of(messages)


def test_an_unscreened_message_goes_no_further(open_booth):
    """Rasa does not answer what nobody screened."""
    booth = open_booth(watched=BrokenScreen())
    booth.say(SIGN)
    assert booth.rasa.seen == []


def test_a_screen_that_fails_forgets_no_level(open_booth):
    """A level from before is still in force in an unscreened turn."""
    booth = open_booth()
    booth.say(SIGN)
    broken = open_booth(watched=BrokenScreen())
    assert custom_of(broken.say("can I drive", sender=booth.sender))["escalation"] == "ae"


@pytest.mark.parametrize("failure", ["raises", "hangs"])
def test_the_log_of_a_failed_turn_holds_no_word_of_the_patient(open_booth, caplog, failure):
    """Only the kind of failure is logged."""
    with caplog.at_level(logging.DEBUG):
        open_booth(failure).say("can I drive my purple hovercraft")
    assert caplog.text and "hovercraft" not in caplog.text


def test_an_escalation_is_logged_with_sign_and_place_but_no_words(booth, caplog):
    """Staff can see which rule fired and where, not what was written."""
    with caplog.at_level(logging.INFO, "bot.channels.guard"):
        booth.say("purple hovercraft. I can't wee")
    assert "sign bladder_bowel" in caplog.text and "hovercraft" not in caplog.text


def test_a_screen_that_hangs_gives_the_contact_and_holds_nobody_else_up(open_booth, watch, monkeypatch):
    """The message that hangs is answered in time; the next patient's is screened as ever."""
    released = threading.Event()

    class Hangs:
        def look(self, message, before):
            if "hang" in message:
                released.wait(30)
            return watch.look(message, before)

    monkeypatch.setattr("bot.channels.guard._SCREEN_SECONDS", 0.2)
    booth = open_booth(watched=Hangs())
    try:
        assert custom_of(booth.say("please hang"))["kind"] == "handoff"
        assert custom_of(booth.say(SIGN, sender="somebody else"))["escalation"] == "ae"
    finally:
        released.set()
