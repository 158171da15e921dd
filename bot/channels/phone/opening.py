"""Opens the exchange of this process with the hospital's settings, leaflets and signs.

CALL_STORE: the database that keeps calls between turns, a local file by default. PHONE_SECRET: the site's secret with which
call ids are hashed; without one it is made up at start, and calls do not outlive a restart. PHONE_BOOK: the file with settings
and wording, data/phone.yml by default.
"""
import logging
import os
import secrets
from functools import lru_cache
from pathlib import Path

from bot.answers.desk import open_desk
from bot.catalogue import DATA, read_regions, read_topics
from bot.channels.guard import Guard, open_guard
from bot.channels.phone.book import PhoneBook, read_phone_book
from bot.channels.phone.dialogue import Dialogue
from bot.channels.phone.exchange import Exchange
from bot.channels.phone.hearing import Hearing
from bot.channels.phone.hints import hints
from bot.channels.phone.menu import Menu
from bot.channels.phone.script import Script
from bot.channels.phone.store import CallStore
from bot.language.training import read_examples, trained_reader
from bot.language.understanding import Understander
from bot.language.vectors import load_encoder
from bot.safety.signs import read_sign_book

logger = logging.getLogger(__name__)


def make_dialogue(book: PhoneBook, guard: Guard, understander: Understander) -> Dialogue:
    """The dialogue over the leaflets in use."""
    composer = open_desk().composer
    script = Script(book, {leaflet.id: leaflet.about.title for leaflet in composer.library.active.values()})
    menu = Menu(book, script, composer.topics, composer.library.topics)
    return Dialogue(book, script, menu, Hearing(book, guard.reports_sign, understander.understand))


@lru_cache(maxsize=1)
def open_book() -> PhoneBook:
    """The telephone's settings and wording, read once."""
    return read_phone_book(open_desk().composer.site, Path(os.environ.get("PHONE_BOOK") or DATA / "phone.yml"))


@lru_cache(maxsize=1)
def open_exchange() -> Exchange:
    """The one exchange of this process. Raises YamlError for any mistake in a data file."""
    classifier, speller = trained_reader(read_examples())
    understander = Understander(classifier, speller, load_encoder(), read_topics(), read_regions())
    book, guard = open_book(), open_guard()
    store = CallStore(os.environ.get("CALL_STORE") or f"sqlite:///{Path(DATA).parent / 'var' / 'calls.db'}")
    return Exchange(make_dialogue(book, guard, understander), book, guard, store, _secret())


def _secret() -> str:
    given = os.environ.get("PHONE_SECRET", "").strip()
    if not given:
        logger.warning("PHONE_SECRET is not set: calls are known by ids made for this start only")
    return given or secrets.token_hex(32)


@lru_cache(maxsize=1)
def open_hints() -> tuple[str, ...]:
    """What the recogniser should expect to hear."""
    book, composer = open_book(), open_desk().composer
    commands = [phrase for phrases in book.commands.values() for phrase in phrases[:3]]
    leaflets = [leaflet.text for leaflet in composer.library.active.values()]
    signs = [sign.title for sign in read_sign_book().signs.values()]
    return hints([topic.title for topic in composer.topics.values()], signs, leaflets, [*commands, *book.numbers], book.settings["hints"])
