"""A turn as TwiML, for Twilio and everything that speaks its dialect; and what such a front-end's form fields say happened."""
import hashlib
from typing import Mapping, Optional
from urllib.parse import quote

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Gather, Say, VoiceResponse

from bot.channels.phone.dialogue import Event
from bot.channels.phone.exchange import Request
from bot.channels.phone.hearing import Hypothesis
from bot.channels.phone.speech import Mark
from bot.channels.phone.spoken import RATES, Segment, Spoken

OVER = ("completed", "busy", "failed", "no-answer", "canceled")  # CallStatus of a call that is at its end
_RINGS = 30  # seconds that a transfer rings
_HINT_CHARACTERS = 10_000


def render(spoken: Spoken, line: Optional[str] = None) -> str:
    """The document. Addresses in it are relative, so they hold behind any proxy."""
    document = VoiceResponse()
    where = f"step={spoken.turn}" + (f"&line={quote(line, safe='')}" if line else "")
    heard_out, interruptible = _split(spoken.say)
    if spoken.next != "listen":
        _say(document, spoken, spoken.say)
    else:
        _say(document, spoken, heard_out)
        _say(_gather(document, spoken, where), spoken, interruptible)
    for address in spoken.text_message:
        document.sms(address)  # without numbers: from the line to whoever calls it
    if spoken.next == "transfer":
        document.dial(spoken.transfer, action=f"twiml?{where}&transferred=1", method="POST", timeout=_RINGS)
    elif spoken.next == "end":
        document.hangup()
    else:
        document.redirect(f"twiml?{where}", method="POST")  # reached only where the front-end does not report silence
    return str(document)


def _split(say: tuple[Segment, ...]) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """What must be heard out, with all before it, and the rest: only what stands inside `Gather` can be talked over."""
    last = max((index for index, segment in enumerate(say) if not segment.interruptible), default=-1)
    return say[: last + 1], say[last + 1 :]


def _gather(document: VoiceResponse, spoken: Spoken, where: str) -> Gather:
    listen = spoken.listen
    return document.gather(
        input="dtmf speech",
        action=f"twiml?{where}",
        method="POST",
        language=listen.language,
        hints=_hints(listen.hints),
        timeout=listen.seconds,
        speech_timeout="auto",
        num_digits=1,
        finish_on_key="",  # star and hash are keys like the others
        profanity_filter=False,  # it would put asterisks where a patient names a part of the body
        action_on_empty_result=True,
        barge_in=True,
    )


def _hints(hints: tuple[str, ...]) -> Optional[str]:
    taken, length = [], 0
    for hint in (hint.replace(",", " ") for hint in hints):
        length += len(hint) + 1
        if length > _HINT_CHARACTERS:
            break
        taken.append(hint)
    return ",".join(taken) or None


def _say(parent: TwiML, spoken: Spoken, segments: tuple[Segment, ...]) -> None:
    if not segments:
        return
    say = parent.say(voice=spoken.voice, language=spoken.language)
    for segment in segments:
        _sentence(say, spoken.rate, segment)


def _sentence(say: Say, rate: str, segment: Segment) -> None:
    inside = say.s() if rate == RATES[0] else say.prosody(rate=rate).s()
    for mark in segment.marks:
        _mark(inside, mark)


def _mark(parent: TwiML, mark: Mark) -> None:
    if mark.how == "sub":
        parent.sub(mark.words, alias=mark.alias)
    elif mark.how == "characters":
        parent.say_as(mark.words, interpret_as="characters")
    else:
        parent.append(mark.words)


def read_request(form: Mapping[str, str], query: Mapping[str, str], token: str) -> Request:
    """What the form fields of a webhook say. `token`: the front-end's own id of the request, where it sends one."""
    event = _event(form, query)
    content = "|".join(form.get(name, "") for name in ("Digits", "SpeechResult", "Confidence", "DialCallStatus"))
    # a document is asked for again with the same step and the same fields
    request = token or f"{query.get('step', 'start')}-{event.kind}-{hashlib.sha256(content.encode(errors='surrogatepass')).hexdigest()[:16]}"
    return Request(form.get("CallSid", ""), event, request, query.get("line"), form.get("To"), query.get("leaflet"), query.get("region"), can_text=True)


def _event(form: Mapping[str, str], query: Mapping[str, str]) -> Event:
    if query.get("transferred"):
        return Event("hang_up" if form.get("DialCallStatus") == "completed" else "transfer_failed")
    if not query.get("step"):
        return Event("start")
    if form.get("Digits"):
        return Event("keys", keys=form["Digits"])
    if form.get("SpeechResult"):
        return Event("speech", (Hypothesis(form["SpeechResult"], _confidence(form.get("Confidence"))),))
    return Event("silence")


def _confidence(given: Optional[str]) -> Optional[float]:
    """The recogniser's confidence; some of its models always send 0, which says nothing."""
    try:
        value = float(given or "")
    except ValueError:
        return None
    return value if 0 < value <= 1 else None
