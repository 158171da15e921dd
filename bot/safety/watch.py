"""The watch: signs, cues, advice and second opinion read and joined once; what the guard and the Rasa component both hold."""
from dataclasses import dataclass
from typing import Callable, Sequence

from bot.language.spelling import Speller
from bot.language.training import Example, read_examples, trained_speller
from bot.language.vectors import load_encoder
from bot.safety.context import read_context_rules
from bot.safety.endings import read_endings
from bot.safety.in_force import InForce, after, next_verdict
from bot.safety.screen import Screen
from bot.safety.second_opinion import trained_second_opinion
from bot.safety.signs import SignBook, read_sign_book
from bot.safety.verdict import Verdict


@dataclass(frozen=True)
class Watch:
    """Screens messages and follows what is in force."""

    screen: Screen
    book: SignBook

    def look(self, message: str, before: InForce | Callable[[], InForce]) -> tuple[Verdict, InForce]:
        """The verdict on `message` (cleaned), and what is in force after it. `before`: what was in force, or a function that is
        asked for it once the message is screened, so that a database can look it up meanwhile."""
        screening = self.screen.screen(message)
        known = before() if callable(before) else before
        verdict = next_verdict(known, screening, self.screen)
        return verdict, after(verdict, known)

    @property
    def titles(self) -> dict[str, str]:
        """The words each sign is named by to patients."""
        return {sign.id: sign.title for sign in self.book.signs.values()}


def open_watch(examples: Sequence[Example] | None = None) -> Watch:
    """The watch, with its model trained on first use. Raises YamlError for any mistake in the files: better no start than a gap."""
    book = read_sign_book()
    ordinary = list(examples) if examples is not None else read_examples()
    encoder = load_encoder()
    speller = trained_speller(ordinary)
    second = trained_second_opinion(ordinary, encoder, book.signs.values())
    return Watch(Screen(book, read_context_rules(book.lists), read_endings(book.lists), second, _speller_with_signs(speller, book)), book)


def _speller_with_signs(speller: Speller, book: SignBook) -> Speller:
    """The subject's speller that also knows the words of the signs."""
    words = {word for sign in book.signs.values() for message in sign.fires for word in message.lower().split() if word.isalpha() and len(word) > 4}
    return Speller({**{word: 1 for word in words if word in speller.good}, **speller.subject}, speller.good)
