"""From a Reply to what is said: advice first, then the leaflet's words in parts, then what may be chosen.

What a leaflet says is cut at the ends of its sentences and never changed; everything else is wording that staff keep.
"""
from dataclasses import dataclass
from typing import Iterable, Mapping, Optional

from bot.answers.ear import Sentence, parts_for_the_ear, sentences_for_the_ear
from bot.answers.reply import Choice, Quote, Reply
from bot.channels.phone.book import PhoneBook
from bot.channels.phone.call import Part
from bot.channels.phone.speech import marked, seconds
from bot.channels.phone.spoken import Segment

URGENT = ("ae", "999")  # levels whose advice nobody should talk over


@dataclass(frozen=True)
class _Unit:
    """What is said without a break; `addresses` are those it leaves out."""

    say: tuple[Segment, ...]
    leads_on: bool = False
    addresses: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return sum(seconds(segment.marks) for segment in self.say)


class Script:
    """Writes what is said; `titles` are the leaflets' titles by id."""

    def __init__(self, book: PhoneBook, titles: Mapping[str, str]) -> None:
        self._book, self.titles = book, titles

    def own(self, name: str, leaflet: Optional[str] = None, interruptible: bool = True, **filled_in: str) -> Segment:
        """A sentence of the telephone's own wording."""
        return self._segment(name, self._book.say(name, leaflet, **filled_in), interruptible)

    def _segment(self, name: str, text: str, interruptible: bool = True) -> Segment:
        return Segment("own", marked(text, self._book.abbreviations), name, interruptible)

    # -- replies -----------------------------------------------------------------------------------------------------

    def advice(self, reply: Reply) -> tuple[Segment, ...]:
        """The advice of a reply that reports a sign, line by line; empty where there is none."""
        calm = reply.escalation not in URGENT
        return tuple(self._segment("advice", line, calm) for part in reply.parts if part.role == "advice" for line in part.text.split("\n"))

    def parts(self, reply: Reply) -> list[Part]:
        """Everything of the reply but its advice, in parts; what may be chosen is offered at the end of the last."""
        units = list(self._units(reply))
        parts = parts_for_the_ear(units, lambda unit: unit.seconds, lambda unit: unit.leads_on, self._book.settings["part_seconds"])
        made = [self._part(part) for part in parts]
        if reply.choices:
            offered, keys = self.choices(reply.choices)
            before = made.pop() if made else Part(())
            made.append(Part((*before.say, *offered), keys, before.addresses))
        return made

    def choices(self, choices: Iterable[Choice]) -> tuple[tuple[Segment, ...], dict[str, str]]:
        """What may be chosen, each with the number to say or press, and what the keys then stand for."""
        listed = list(choices)[:9]
        said = tuple(self.own("choice", title=choice.title, number=number) for number, choice in zip(self._book.numbers, listed))
        return said, {str(number): f"ask:{choice.title}" for number, choice in enumerate(listed, 1)}

    @staticmethod
    def _part(units: list[_Unit]) -> Part:
        return Part(tuple(segment for unit in units for segment in unit.say), addresses=tuple(address for unit in units for address in unit.addresses))

    def _units(self, reply: Reply) -> Iterable[_Unit]:
        quotes, told = iter(reply.quotes), None
        for part in reply.parts:
            if part.role == "quote":
                quote = next(quotes)
                yield from self._quoted(quote, self._source(quote, reply) if quote.leaflet != told else ())
                told = quote.leaflet
            elif part.role != "advice":
                yield from self._own_words(part.role, part.text, reply)

    def _own_words(self, role: str, text: str, reply: Reply) -> Iterable[_Unit]:
        name, said = self._book.for_the_ear(text, reply.leaflet)
        interruptible = role != "reminder" or reply.escalation not in URGENT
        for line in filter(None, said.split("\n")):
            yield _Unit((self._segment(name or role, line, interruptible),), leads_on=line.endswith(":") or role == "notice")

    def _source(self, quote: Quote, reply: Reply) -> tuple[Segment, ...]:
        if quote.leaflet == reply.leaflet:
            return (self.own("from_your_leaflet"),)
        return (self.own("from_leaflet", title=quote.title),)

    def _quoted(self, quote: Quote, source: tuple[Segment, ...]) -> Iterable[_Unit]:
        for sentence in sentences_for_the_ear(quote.text):
            said = tuple(self._piece(quote, piece) for piece in sentence)
            addresses = tuple(quote.text[piece.start : piece.end] for piece in sentence if piece.is_address)
            yield _Unit((*source, *said), quote.text[: _end(sentence)].endswith(":"), addresses)
            source = ()

    def _piece(self, quote: Quote, piece) -> Segment:
        if piece.is_address:
            return self.own("web_address")
        marks = marked(quote.text[piece.start : piece.end], self._book.abbreviations)
        return Segment("quote", marks, quote.topic, True, quote.leaflet, quote.start + piece.start, quote.start + piece.end)


def _end(sentence: Sentence) -> int:
    return sentence[-1].end
