"""A real guard with the real signs and wording, and a stand-in for Rasa that can fail in every way Rasa can."""
import asyncio
import threading
import uuid

import pytest

from bot import light_tensorflow

# before any test here imports Rasa
light_tensorflow.use_light_tensorflow()
light_tensorflow.defer_unused_imports()

from bot.answers.site import read_site  # noqa: E402
from bot.catalogue import read_regions  # noqa: E402
from bot.channels.alarms import AlarmStore  # noqa: E402
from bot.channels.guard import Guard, Incoming  # noqa: E402
from bot.safety.advice import read_advice_book  # noqa: E402
from bot.safety.context import read_context_rules  # noqa: E402
from bot.safety.endings import read_endings  # noqa: E402
from bot.safety.screen import Screen  # noqa: E402
from bot.safety.signs import read_sign_book  # noqa: E402
from bot.safety.watch import Watch  # noqa: E402

DEADLINE = 0.3
SIGN = "I can't wee"  # adjudicated: bladder_bowel, A&E
ANSWERED = {"kind": "answer", "topics": [], "candidates": [], "escalation": "none", "red_flags": [], "quotes": []}


class FakeRasa:
    """A handler as the guard gets it from Rasa; `behaviour` names one of the methods below."""

    def __init__(self, behaviour="answers"):
        self.behaviour, self.seen, self.released = behaviour, [], threading.Event()

    async def __call__(self, message):
        self.seen.append(message)
        await getattr(self, self.behaviour)(message)

    async def answers(self, message):
        await message.output_channel.send_text_message(message.sender_id, f"answer {len(self.seen)}")
        level = message.metadata["safety"]["level"]
        await message.output_channel.send_custom_json(message.sender_id, {**ANSWERED, "escalation": level})

    async def raises(self, message):
        raise RuntimeError(message.text)

    async def hangs(self, message):
        await asyncio.sleep(60)

    async def blocks(self, message):
        self.released.wait(60)

    async def says_nothing(self, message):
        pass

    async def says_text_alone(self, message):
        await message.output_channel.send_text_message(message.sender_id, "half an answer")

    async def answers_twice(self, message):
        await self.answers(message)
        await self.answers(message)

    async def sends_a_list(self, message):
        await message.output_channel.send_custom_json(message.sender_id, ["no object"])

    async def forgets_the_level(self, message):
        await message.output_channel.send_custom_json(message.sender_id, dict(ANSWERED))

    async def is_cancelled(self, message):
        raise asyncio.CancelledError()

    async def exits(self, message):
        raise SystemExit("Rasa prints an error and exits")


FAILURES = ["raises", "hangs", "blocks", "says_nothing", "says_text_alone", "answers_twice", "sends_a_list", "is_cancelled", "exits"]


class Booth:
    """One guard and what a patient can do: `say` returns the turn's messages."""

    def __init__(self, guard, rasa):
        self.guard, self.rasa, self.sender = guard, rasa, f"patient-{uuid.uuid4()}"

    def say(self, text, sender=None, **metadata):
        return asyncio.run(self.asked(text, sender, **metadata))

    async def asked(self, text, sender=None, **metadata):
        # the limit is the test's own: a guard without deadline must fail the test, not hang it
        return await asyncio.wait_for(self.guard.answer(Incoming(sender or self.sender, text, metadata), self.rasa, "rest"), 5)


def custom_of(messages):
    """The one custom object of a turn."""
    customs = [message["custom"] for message in messages if "custom" in message]
    assert len(customs) == 1, f"{len(customs)} custom objects in one turn"
    return customs[0]


def text_of(messages):
    """All that the patient reads."""
    return "\n".join(message["text"] for message in messages if "text" in message)


@pytest.fixture(scope="session")
def watch():
    """The screen with its patterns alone: quick, and the guard does not care which opinion raised a sign."""
    book = read_sign_book()
    return Watch(Screen(book, read_context_rules(book.lists), read_endings(book.lists)), book)


@pytest.fixture(scope="session")
def advice(watch):
    """The advice wording."""
    site = read_site()
    return read_advice_book(watch.book, site.emergency, site.urgent)


@pytest.fixture
def database(tmp_path):
    """Where this test's alarms are kept."""
    return tmp_path / "alarms.db"


@pytest.fixture
def open_booth(watch, advice, database):
    """A function that opens a booth; a second call is the same hospital after a restart."""
    rasas = []

    def opened(behaviour="answers", watched=watch):
        rasas.append(FakeRasa(behaviour))
        guard = Guard(read_site(), read_regions(), watched, advice, AlarmStore(f"sqlite:///{database}"), DEADLINE)
        return Booth(guard, rasas[-1])

    yield opened
    for rasa in rasas:
        rasa.released.set()


@pytest.fixture
def booth(open_booth):
    """A booth whose Rasa answers, until a test says otherwise."""
    return open_booth()
