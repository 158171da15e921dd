"""The dialogue of a call: an event comes in, what is said next goes out. Knows neither Rasa nor how a front-end writes its documents."""
import logging
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Literal, Optional

from bot.answers.reply import Reply
from bot.channels.phone.book import Line, PhoneBook
from bot.channels.phone.call import Call
from bot.channels.phone.hearing import Hearing, Hypothesis
from bot.channels.phone.menu import Menu
from bot.channels.phone.script import URGENT, Script
from bot.channels.phone.spoken import RATES, Listen, Next, Segment, Spoken

logger = logging.getLogger(__name__)

Kind = Literal["start", "speech", "keys", "silence", "no_match", "transfer_failed", "hang_up"]
Ask = Callable[[str], Awaitable[dict[str, Any]]]  # puts a text to the guard as the caller's words; the turn's `custom` object comes back
ALWAYS = {"*": "repeat", "0": "person", "#": "menu"}
_READING = {"1": "more", "2": "back", "3": "slower", "4": "next"}
_TRIES = 3


@dataclass(frozen=True)
class Event:
    """What happened on the line."""

    kind: Kind
    hypotheses: tuple[Hypothesis, ...] = ()
    keys: str = ""


class Dialogue:
    """Holds nothing of any call; everything that lasts is in the `Call`. `can_text`: may this front-end be asked for text messages?"""

    def __init__(self, book: PhoneBook, script: Script, menu: Menu, hearing: Hearing) -> None:
        self._book, self._script, self._menu, self._hearing = book, script, menu, hearing

    async def turn(self, event: Event, call: Call, ask: Ask, can_text: bool = False) -> Spoken:
        """What is said next. Raises whatever breaks below it; the caller of this method then says `broken`."""
        return await _Turn(self, call, ask, can_text and self._book.settings["text_messages"]).answer(event)

    @property
    def trouble(self) -> Segment:
        """The contact and the emergency line, where nothing is known of the call."""
        return self._script.own("broken", interruptible=False)

    def broken(self, call: Call) -> Spoken:
        """What is said when a part failed: the advice in force all the same, the contact and the emergency line."""
        turn = _Turn(self, call, _nobody, False)
        return turn.spoken((*call.alarm, self._script.own("broken", call.leaflet)))


async def _nobody(_: str) -> dict[str, Any]:
    raise RuntimeError("nobody is asked in this turn")


class _Turn:
    """One turn of one call."""

    def __init__(self, dialogue: Dialogue, call: Call, ask: Ask, can_text: bool) -> None:
        self._book, self._script, self._menu, self._hearing = dialogue._book, dialogue._script, dialogue._menu, dialogue._hearing
        self._call, self._ask, self._can_text = call, ask, can_text
        call.turn += 1
        self._custom: Optional[dict[str, Any]] = None
        self._actions = {
            "more": self._more, "back": self._back, "repeat": self._repeat, "slower": self._slower, "next": self._next, "person": self._person,
            "menu": self._main_menu, "yes": self._yes, "no": self._no, "text": self._text, "stop": self._stop,
        }  # fmt: skip

    async def answer(self, event: Event) -> Spoken:
        kinds = {"start": self._start, "silence": self._silence, "no_match": self._no_match, "transfer_failed": self._transfer_failed, "hang_up": self._hang_up}
        if event.kind == "keys":
            return await self._keys(event.keys)
        if event.kind == "speech":
            return await self._speech(event.hypotheses)
        return kinds[event.kind]()

    # -- what the caller did -----------------------------------------------------------------------------------------

    def _start(self) -> Spoken:
        said, keys = (self._own("greeting"),), {}
        if self._call.given is None and len(self._script.titles) > 1:
            listed, keys = self._menu.leaflets(self._script.titles)
            said = (*said, self._own("which_leaflet"), *listed)
        return self.spoken(said, keys)

    async def _keys(self, keys: str) -> Spoken:
        action = self._call.keys.get(keys) or ALWAYS.get(keys)
        if action is None:
            return self._misunderstood((self._own("wrong_key"),), "no_match")
        return await self._act(action)

    async def _speech(self, hypotheses: tuple[Hypothesis, ...]) -> Spoken:
        heard = self._hearing.heard(hypotheses)
        if heard is None:
            return self._no_match()
        if heard.reports:
            self._call.held = None
            return self._reply(await self._asked(heard.text), doubted=not heard.sure)
        command = self._hearing.command(hypotheses, self._expected())
        if command:
            return await self._act(command)
        key = self._hearing.key(hypotheses, list(self._call.keys))
        if key:
            return await self._act(self._call.keys[key])
        return await self._question(heard.text, heard.sure)

    def _expected(self) -> list[str]:
        """The commands that mean something now; a plain yes or no is the caller's word to the assistant otherwise."""
        asked_back = self._call.held is not None or self._call.doubted
        wanted = [command for command in self._actions if command not in ("yes", "no", "text")]
        return [*wanted, *(["yes", "no"] if asked_back else []), *(["text"] if self._addresses() else [])]

    async def _question(self, text: str, sure: bool) -> Spoken:
        self._call.held = None
        custom = await self._asked(text)
        if sure or custom["escalation"] != "none":
            return self._reply(custom)
        if custom["kind"] == "not_covered":
            return self._misunderstood((), "no_match")
        if custom["kind"] != "answer":
            return self._reply(custom)
        self._call.held = custom
        self._call.misses = 0
        titles = [self._menu.titles[topic] for topic in custom["topics"] if topic in self._menu.titles]
        return self.spoken((self._own("confirm", title=", ".join(titles)),), {"1": "yes", "2": "no"})

    async def _act(self, action: str) -> Spoken:
        """What a command or a key stands for."""
        self._call.misses = 0
        verb, _, rest = action.partition(":")
        if verb == "ask":
            return await self._question(rest, sure=True)
        if verb == "group":
            name, _, page = rest.partition(":")
            return self.spoken(*self._menu.group(name, int(page)))
        if verb == "leaflet":
            self._call.given = self._call.leaflet = rest
            return self.spoken((self._own("leaflet_noted", title=self._script.titles[rest]),))
        done = self._actions[verb]()
        return await done if isinstance(done, Awaitable) else done

    # -- commands ----------------------------------------------------------------------------------------------------

    def _more(self) -> Spoken:
        if self._call.at + 1 >= len(self._call.parts):
            return self.spoken((self._own("no_more" if self._call.parts else "nothing_said"),))
        return self._say_part(self._call.at + 1)

    def _back(self) -> Spoken:
        if not self._call.parts:
            return self.spoken((self._own("nothing_said"),))
        beginning = self._call.at <= 0
        return self._say_part(max(self._call.at - 1, 0), (self._own("no_before"),) if beginning else ())

    def _repeat(self) -> Spoken:
        if not self._call.last:
            return self.spoken((self._own("nothing_said"),))
        return self.spoken(self._call.last, self._call.keys)

    def _slower(self) -> Spoken:
        slowest = self._call.slower + 1 >= len(RATES)
        self._call.slower = min(self._call.slower + 1, len(RATES) - 1)
        last = self._call.last
        spoken = self.spoken((self._own("slowest" if slowest else "slower_now"), *last), self._call.keys)
        self._call.last = last
        return spoken

    def _next(self) -> Spoken:
        self._call.parts, self._call.at, self._call.held = [], -1, None
        return self.spoken((self._own("next_question"),))

    def _person(self) -> Spoken:
        number = self._line.transfer
        if number:
            return self.spoken((self._own("transfer"),), then="transfer", transfer=number)
        return self.spoken((self._own("no_transfer"),))

    def _main_menu(self) -> Spoken:
        return self.spoken(*self._menu.main())

    async def _yes(self) -> Spoken:
        if self._call.held:
            custom, self._call.held = self._call.held, None
            return self._reply(custom)
        if self._call.doubted:
            self._call.doubted = False
            return self.spoken((self._own("stays"), *self._call.alarm, self._own("after_advice")))
        return await self._question("yes", sure=True)

    async def _no(self) -> Spoken:
        if self._call.held:
            self._call.held = None
            return self._reply(await self._asked(self._book.phrases["not_what_i_asked"]))
        if self._call.doubted:
            return self._reply(await self._asked(self._book.phrases["taken_back"]))
        return await self._question("no", sure=True)

    def _text(self) -> Spoken:
        addresses = self._addresses()
        if not addresses:
            return self.spoken((self._own("no_text"),))
        return self.spoken((self._own("text_sent"),), text_message=addresses)

    async def _stop(self) -> Spoken:
        return self._reply(await self._asked(self._book.phrases["goodbye"]), ends=True)

    def _addresses(self) -> tuple[str, ...]:
        said = self._call.parts[: self._call.at + 1] if self._can_text else []
        return tuple(dict.fromkeys(address for part in said for address in part.addresses))

    # -- trouble -----------------------------------------------------------------------------------------------------

    def _silence(self) -> Spoken:
        return self._misunderstood(self._call.alarm, "silence")

    def _no_match(self) -> Spoken:
        return self._misunderstood(self._call.alarm, "no_match")

    def _misunderstood(self, first: tuple[Segment, ...], what: str) -> Spoken:
        """Help, more with each time in a row; after the last, a person or whom to phone."""
        self._call.misses += 1
        if self._call.misses > _TRIES:
            return self._give_up(first)
        help_ = self._own(f"{what}_{self._call.misses}")
        if self._call.misses < _TRIES:
            return self.spoken((*first, help_), self._call.keys)
        listed, keys = self._menu.main()
        return self.spoken((*first, help_, *listed), keys)

    def _give_up(self, first: tuple[Segment, ...]) -> Spoken:
        number = self._line.transfer
        if number:
            return self.spoken((*first, self._own("give_up"), self._own("transfer")), then="transfer", transfer=number)
        return self.spoken((*first, self._own("give_up"), self._own("no_transfer")), then="end")

    def _transfer_failed(self) -> Spoken:
        return self.spoken((*self._call.alarm, self._own("transfer_failed")))

    def _hang_up(self) -> Spoken:
        return self.spoken((), then="end")

    # -- what the assistant answers ----------------------------------------------------------------------------------

    async def _asked(self, text: str) -> dict[str, Any]:
        custom = self._custom = await self._ask(text)
        reply = Reply.from_custom(custom)
        self._call.leaflet = reply.leaflet or self._call.leaflet
        if reply.escalation == "none":
            self._call.alarm, self._call.doubted = (), False
        elif reply.advice:
            self._call.alarm = self._script.advice(reply)
        return custom

    def _reply(self, custom: dict[str, Any], doubted: bool = False, ends: bool = False) -> Spoken:
        """Read out a reply: its advice at once and twice if urgent, then its first part."""
        self._custom, self._call.misses, self._call.doubted = custom, 0, doubted
        reply = Reply.from_custom(custom)
        self._call.parts, self._call.at = self._script.parts(reply), -1
        if reply.advice:
            return self._advise(self._script.advice(reply), reply)
        names = {segment.name for part in self._call.parts for segment in part.say}
        if ends or "goodbye" in names:
            return self.spoken(tuple(segment for part in self._call.parts for segment in part.say), then="end")
        if "person" in names:
            return self._handed_over()
        return self._say_part(0) if self._call.parts else self.spoken((self._own("nothing_said"),))

    def _advise(self, advice: tuple[Segment, ...], reply: Reply) -> Spoken:
        again = (self._own("advice_again"), *advice) if reply.escalation in URGENT else ()
        after = (self._own("after_advice" if self._call.parts else "after_advice_alone"),)
        check = (self._own("heard_sign"),) if self._call.doubted else ()
        return self.spoken((*advice, *again, *check, *after), {"1": "more", **({"2": "no"} if self._call.doubted else {})} if self._call.parts or self._call.doubted else {})

    def _handed_over(self) -> Spoken:
        """A person was asked for in other words; what else the reply holds (a reminder) is said first."""
        before = tuple(segment for part in self._call.parts for segment in part.say if segment.name != "person")
        self._call.parts = []
        handed = self._person()
        return self.spoken((*before, *handed.say), then=handed.next, transfer=handed.transfer)

    def _say_part(self, index: int, first: tuple[Segment, ...] = ()) -> Spoken:
        call = self._call
        call.at, part = index, call.parts[index]
        offer = (self._own("offer_text"),) if part.addresses and self._can_text else ()
        last = index + 1 == len(call.parts)
        closing = () if part.keys else (self._own("done" if last else "more"),)
        keys = part.keys or {**_READING, **({"5": "text"} if offer else {})}
        return self.spoken((*first, *part.say, *offer, *closing), keys)

    # -- the document ------------------------------------------------------------------------------------------------

    @property
    def _line(self) -> Line:
        return self._book.line(self._call.line, None)

    def _own(self, name: str, **filled_in: str) -> Segment:
        return self._script.own(name, self._call.leaflet or self._call.given, **filled_in)

    def spoken(
        self, say: tuple[Segment, ...], keys: Optional[dict[str, str]] = None, then: Next = "listen", transfer: Optional[str] = None, text_message: tuple[str, ...] = ()
    ) -> Spoken:
        """The document of this turn; the call remembers it for "repeat"."""
        call, line = self._call, self._line
        call.last, call.keys = say, dict(keys or {})
        listen = Listen((*call.keys, *ALWAYS), self._book.settings["listen_seconds"], line.language) if then == "listen" else None
        return Spoken(call.id, call.turn, say, then, line.language, line.voice, RATES[call.slower], listen, transfer, text_message, self._custom)
