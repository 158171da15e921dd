"""What is said on the telephone is a leaflet's words or approved wording: over all topics, all leaflets, and both sets of them where both are at hand."""
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.answers import ear
from bot.answers.turn import Turn
from bot.channels.phone.book import read_phone_book
from bot.channels.phone.menu import Menu
from bot.channels.phone.script import Script
from bot.channels.phone.speech import seconds
from tests.approved import Approved
from tests.rehearsal import use_leaflets

ROOT = Path(__file__).resolve().parents[3]
SHARED = [path for path in (ROOT.parent / "shared" / "leaflets", ROOT.parent.parent / "shared" / "leaflets") if path.is_dir()]


class Said:
    """One set of leaflets and everything that can be said of it: every topic, for every leaflet the patient may have, and for none."""

    def __init__(self, folder):
        self.approved = Approved(folder)
        self.composer = self.approved.composer
        self.book = read_phone_book(self.composer.site)
        self.script = Script(self.book, {leaflet.id: leaflet.about.title for leaflet in self.composer.library.active.values()})
        self.menu = Menu(self.book, self.script, self.composer.topics, self.composer.library.topics)
        self.replies = [
            self.composer.answer(Turn("ask_leaflet", (topic,), (topic,), leaflet=leaflet, region=region))
            for topic in self.composer.topics
            for leaflet in [None, *self.composer.library.active]
            for region in [None, *self.composer.regions.by_id]
        ]

    def parts(self):
        """(reply, its parts)"""
        return [(reply, self.script.parts(reply)) for reply in self.replies]


@pytest.fixture(scope="module", params=["sample", "shared"])
def said(request):
    """Both sets of leaflets; the hospitals' own are not part of the project and may be elsewhere."""
    if request.param == "shared" and not SHARED:
        pytest.skip("the hospitals' leaflets are not on this machine")
    yield Said(None if request.param == "sample" else SHARED[0])
    use_leaflets(None)


def quoted(parts):
    """The segments that are a leaflet's words, in order."""
    return [segment for part in parts for segment in part.say if segment.source == "quote"]


def test_something_is_said(said):
    """The proof below is about thousands of sentences, not about none."""
    assert sum(len(quoted(parts)) for _, parts in said.parts()) > 1000


def test_the_segments_of_a_quote_are_the_quote(said):
    """Each stands in the leaflet at its place; together they are the quote, but for what may be left out."""
    for reply, parts in said.parts():
        segments = quoted(parts)
        for quote in reply.quotes:
            mine = [each for each in segments if each.leaflet == quote.leaflet and quote.start <= each.start and each.end <= quote.end]
            leaflet, at = said.approved.leaflets[quote.leaflet], quote.start
            assert mine, quote
            for segment in sorted(mine, key=lambda each: each.start):
                assert leaflet[segment.start : segment.end] == segment.text
                assert ear.may_be_left_out(leaflet[at : segment.start]), leaflet[at : segment.start]
                at = max(at, segment.end)
            assert ear.may_be_left_out(leaflet[at : quote.end]), leaflet[at : quote.end]


def test_the_segments_stand_in_the_quotes_order(said):
    """Nothing is moved within a quote, and no quote is left out."""
    for reply, parts in said.parts():
        places = [(segment.leaflet, segment.start) for segment in quoted(parts)]
        expected = [(quote.leaflet, quote.start + piece.start) for quote in reply.quotes for sentence in ear.sentences_for_the_ear(quote.text) for piece in sentence if not piece.is_address]
        assert places == expected


def test_everything_else_is_approved(said):
    """Own words come from the files that staff keep, in replies and in the menu."""
    levels = [said.menu.main()[0]] + [said.menu.group(group, page)[0] for group in said.book.menu for page in (0, 1)]
    own = {segment.text for _, parts in said.parts() for part in parts for segment in part.say if segment.source == "own"}
    own |= {segment.text for level in levels for segment in level}
    assert own and [text for text in own if said.approved.source_of(text) != "own"] == []


def test_no_web_address_and_no_bullet_is_said(said):
    """Neither in words nor in what a mark says instead."""
    for _, parts in said.parts():
        for part in parts:
            for segment in part.say:
                aloud = "".join(mark.aloud for mark in segment.marks)
                assert not ear.WEB_ADDRESS.search(aloud) and not segment.text.startswith(("- ", "•")), segment.text


def test_marks_change_no_word(said):
    """The SSML without its tags is the text."""
    for _, parts in said.parts():
        for part in parts:
            for segment in part.say:
                assert "".join(ElementTree.fromstring(f"<s>{segment.ssml}</s>").itertext()) == segment.text


def test_a_part_is_short(said):
    """At most 20 s, unless one sentence alone takes longer."""
    longest = said.book.settings["part_seconds"]
    for _, parts in said.parts():
        for part in parts[:-1]:
            length = sum(seconds(segment.marks) for segment in part.say)
            leaflet_sentences = len({segment.start for segment in part.say if segment.source == "quote"})
            assert length <= longest or leaflet_sentences <= 2, (length, [segment.text for segment in part.say])


def test_the_greeting_is_short(said):
    """Under 15 s."""
    assert seconds(said.script.own("greeting").marks) < 15
