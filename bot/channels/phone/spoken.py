"""What one turn of a call says and does, as plain data. The JSON voice API is its form in JSON; TwiML and VoiceXML render it."""
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Optional

from bot.channels.phone.speech import Mark, as_data, from_data, ssml, words

Next = Literal["listen", "transfer", "end"]
RATES = ("medium", "slow", "x-slow")  # names that every version of SSML knows; "slower" takes the next


@dataclass(frozen=True)
class Segment:
    """Words said without a break: the assistant's own, or a leaflet's (`leaflet`, `start` and `end` then say where they stand).

    `name` says what an own sentence is: a wording of the files staff keep, or the role the reply gave it.
    """

    source: Literal["own", "quote"]
    marks: tuple[Mark, ...]
    name: str = ""
    interruptible: bool = True
    leaflet: Optional[str] = None
    start: Optional[int] = None
    end: Optional[int] = None

    @property
    def text(self) -> str:
        return words(self.marks)

    @property
    def ssml(self) -> str:
        return ssml(self.marks)

    def kept(self) -> dict[str, Any]:
        """JSON-ready form from which `from_kept` makes it again."""
        return {**self.__dict__, "marks": as_data(self.marks)}

    @classmethod
    def from_kept(cls, data: dict[str, Any]) -> "Segment":
        return cls(**{**data, "marks": from_data(data["marks"])})

    def shown(self) -> dict[str, Any]:
        """Its form in the JSON voice API."""
        place = {"leaflet": self.leaflet, "start": self.start, "end": self.end} if self.source == "quote" else {}
        return {"source": self.source, "name": self.name, "text": self.text, "ssml": self.ssml, "interruptible": self.interruptible, **place}


@dataclass(frozen=True)
class Listen:
    """What to listen for: speech, and keys that mean something now; `seconds` of silence end it."""

    keys: tuple[str, ...]
    seconds: int
    language: str
    hints: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        return {"speech": True, "keys": list(self.keys), "seconds": self.seconds, "language": self.language, "hints": list(self.hints)}


@dataclass(frozen=True)
class Spoken:
    """One turn: what to say in order, what to listen for, what to do next."""

    call: str
    turn: int
    say: tuple[Segment, ...]
    next: Next
    language: str
    voice: str
    rate: str = RATES[0]
    listen: Optional[Listen] = None
    transfer: Optional[str] = None
    text_message: tuple[str, ...] = ()
    custom: Optional[dict[str, Any]] = field(default=None, compare=False)

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.say)

    @property
    def ssml(self) -> str:
        inside = " ".join(f"<s>{segment.ssml}</s>" for segment in self.say)
        return f'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="{self.language}"><prosody rate="{self.rate}">{inside}</prosody></speak>'

    def shown(self) -> dict[str, Any]:
        """The answer of the JSON voice API."""
        return {
            "call": self.call,
            "turn": self.turn,
            "say": [segment.shown() for segment in self.say],
            "text": self.text,
            "ssml": self.ssml,
            "next": self.next,
            "listen": self.listen.shown() if self.listen else None,
            "transfer": self.transfer,
            "text_message": list(self.text_message),
            "language": self.language,
            "voice": self.voice,
            "rate": self.rate,
            "custom": self.custom,
        }

    def kept(self) -> dict[str, Any]:
        """JSON-ready form from which `from_kept` makes it again."""
        return {**self.__dict__, "say": [segment.kept() for segment in self.say], "listen": self.listen.__dict__ if self.listen else None}

    @classmethod
    def from_kept(cls, data: dict[str, Any]) -> "Spoken":
        listen = data["listen"] and Listen(**{**data["listen"], "keys": tuple(data["listen"]["keys"]), "hints": tuple(data["listen"]["hints"])})
        say = tuple(Segment.from_kept(segment) for segment in data["say"])
        return cls(**{**data, "say": say, "listen": listen, "text_message": tuple(data["text_message"])})

    def unmarked(self) -> "Spoken":
        """The same words with no marks, hints or pace: what is said where the document itself can't be made."""
        say = tuple(replace(segment, marks=(Mark(segment.text),)) for segment in self.say)
        return replace(self, say=say, rate=RATES[0], listen=replace(self.listen, hints=()) if self.listen else None)

    def with_hints(self, hints: tuple[str, ...]) -> "Spoken":
        """The same with the recogniser's hints, which are not kept with each call."""
        return replace(self, listen=replace(self.listen, hints=hints)) if self.listen else self
