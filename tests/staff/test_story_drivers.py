"""Each driver says what a patient would, and brings back what a patient gets; a line that fails is told, never raised."""
import json

import httpx
import pytest

from bot.serve import Refusal
from bot.staff.stories.drivers import open_conversation
from bot.staff.stories.drivers.line import Line, connected
from bot.staff.stories.drivers.phone import PhoneConversation
from bot.staff.stories.drivers.rest import RestConversation
from bot.staff.stories.heard import names_source, quotes_to_patient
from bot.staff.stories.script import Step, Story
from tests.staff.tea_room_stories import heard, quote_of

TEA = heard(quotes=[quote_of("tea", "north")])


def line(handler, **known):
    return Line("http://assistant", httpx.MockTransport(handler), **known)


def story(**given):
    return Story("asks", "Tea", "tea.yml", 1, (), **given)


def said(text, how="patient"):
    return Step(text, 1, how)


class Assistant:
    """Answers every post with the next of `answers`; keeps what was posted."""

    def __init__(self, *answers):
        self._answers, self.posted = list(answers), []

    def __call__(self, request):
        self.posted.append(json.loads(request.content))
        answer = self._answers.pop(0)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


# ---- REST ---------------------------------------------------------------------------------------

TURN = [{"recipient_id": "x", "text": TEA.texts[0]}, {"recipient_id": "x", "custom": TEA.custom}]


def test_rest_sends_what_the_story_knows_and_keeps_its_sender():
    """Leaflet, part of the body and channel travel as metadata; two steps are one conversation."""
    assistant = Assistant(TURN, TURN)
    conversation = RestConversation(line(assistant), story(leaflet="north", region="front", channel="web"))
    came = [conversation.take(said(words)) for words in ("tea?", "and milk?")]
    assert [(turn.texts, turn.custom, turn.wrong) for turn in came] == [((TEA.texts[0],), TEA.custom, "")] * 2
    first, second = assistant.posted
    assert first["metadata"] == {"leaflet": "north", "region": "front", "channel": "web"}
    assert first["sender"] == second["sender"] and (first["message"], second["message"]) == ("tea?", "and milk?")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (httpx.Response(500, text="broken"), "error 500"),
        (httpx.Response(200, text="no JSON"), "did not answer"),
        ({"no": "list"}, "not the form"),
        ([{"text": "half a turn"}], "0 'custom' objects"),
        ([*TURN, TURN[1]], "2 'custom' objects"),
    ],
)
def test_rest_tells_what_was_wrong_with_an_answer(answer, told):
    """In words, as part of the turn."""
    assert told in RestConversation(line(Assistant(answer)), story()).take(said("tea?")).wrong


def test_rest_tells_that_nobody_answers():
    """A refused connection is no traceback."""

    def refuse(request):
        raise httpx.ConnectError("refused")

    assert "did not answer (ConnectError)" in RestConversation(line(refuse), story()).take(said("tea?")).wrong


# ---- Telephone ----------------------------------------------------------------------------------


def spoken(*segments, keys=("1",), custom=None):
    say = [{"source": "own", "name": "own", "text": text, "leaflet": None, "start": None, "end": None, **more} for text, more in segments]
    return {"say": say, "listen": {"keys": list(keys)}, "next": "listen", "custom": custom}


def read_out(start, end):
    return {"source": "quote", "name": "", "leaflet": "north", "start": start, "end": end}


GREETING = spoken(("Hello.", {}))


def test_the_telephone_rings_up_first_and_listens_to_the_end_of_an_answer():
    """As long as the voice says that there is more, the caller asks for it."""
    first = spoken(("From your leaflet.", {"name": "from_your_leaflet"}), ("Tea costs", read_out(7, 16)), ("Say more.", {"name": "more"}), custom=TEA.custom)
    assistant = Assistant(GREETING, first, spoken(("one pound.", read_out(17, 27)), ("That was all.", {"name": "done"})))
    came = PhoneConversation(line(assistant), story(leaflet="north")).take(said("tea?"))
    assert [{key: posted[key] for key in ("event", "utterance", "keys") if key in posted} for posted in assistant.posted] == [{"event": "start"}, {"utterance": "tea?"}, {"keys": "1"}]
    assert len({posted["call"] for posted in assistant.posted}) == 1 and assistant.posted[0]["leaflet"] == "north"
    assert came.texts == ("From your leaflet.", "Tea costs", "Say more.", "one pound.", "That was all.")
    assert came.roles == ("own", "quote", "own", "quote", "own")
    assert (came.custom, came.read) == (TEA.custom, (("north", 7, 16), ("north", 17, 27)))


def test_keys_and_silence_are_sent_as_such():
    """What a caller does without a word."""
    assistant = Assistant(GREETING, GREETING, GREETING)
    conversation = PhoneConversation(line(assistant), story())
    conversation.take(said("2", "presses"))
    conversation.take(said("", "stays silent"))
    assert (assistant.posted[1]["keys"], assistant.posted[2]["event"]) == ("2", "silence")


def test_being_handed_over_by_a_key_counts_as_handing_over():
    """The telephone says that itself, without a reply of the assistant; an alarm in force stays."""
    alarm = heard("escalate", level="ae", flags=["scald"], first="advice")
    assistant = Assistant(GREETING, spoken(("Go to A and E.", {}), custom=alarm.custom), spoken(("Please phone Nora or 999.", {"name": "no_transfer"})))
    conversation = PhoneConversation(line(assistant), story())
    conversation.take(said("I burnt myself"))
    came = conversation.take(said("0", "presses"))
    assert (came.kind, came.level) == ("handoff", "ae")


def test_the_telephone_tells_what_was_wrong():
    """In words, as part of the turn."""
    assert "error 400" in PhoneConversation(line(Assistant(httpx.Response(400, text="no call"))), story()).take(said("tea?")).wrong


@pytest.mark.parametrize(
    ("read", "whole"),
    [([(0, 30)], True), ([(7, 16), (17, 27)], True), ([(17, 27), (7, 16)], True), ([(7, 16)], False), ([(17, 27)], False), ([], False)],
)
def test_a_quotation_is_heard_when_all_of_it_is_read_out(read, whole):
    """In whatever pieces; half of it is not enough, nor another leaflet's."""
    quote = {"leaflet": "north", "start": 7, "end": 27, "text": "Tea costs one pound."}
    came = heard("answer").__class__(("words for the ear",), {}, read=tuple(("north", *span) for span in read))
    elsewhere = came.__class__(came.texts, {}, read=tuple(("south", *span) for span in read))
    assert quotes_to_patient(came, quote) is whole and not quotes_to_patient(elsewhere, quote)


def test_your_leaflet_names_the_patients_own_leaflet_only():
    """Another leaflet must be named by its title."""
    own = heard("answer").__class__(("From your leaflet.",), {"leaflet": "north"}, your_leaflet=True)
    assert names_source(own, "north", "The north tea room") and not names_source(own, "south", "The south tea room")


# ---- Which driver -------------------------------------------------------------------------------


def test_a_story_goes_over_its_own_channel_where_the_assistant_has_it():
    """Else over REST, with the channel named."""
    assert open_conversation(story(channel="phone"), line(None, channels=("phone",))).over == "the telephone"
    for known, channel in (((), "phone"), ((), "web"), (("web",), "web"), (("phone", "web"), None)):  # a page elsewhere does not tell enough
        assert open_conversation(story(channel=channel), line(None, channels=known)).over == "REST"


def test_an_address_where_no_assistant_answers_is_refused_in_a_sentence():
    """Also one that is no address."""
    for url, told in (("http://127.0.0.1:9", "no assistant answers"), ("nonsense", "is no address")):
        with pytest.raises(Refusal, match=told), connected(url):
            pass
