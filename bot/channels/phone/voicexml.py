"""A turn as a VoiceXML 2.1 document, for voice platforms in the hospital's own house; and what their `submit` says happened."""
import hashlib
import secrets
from typing import Mapping, Optional

from lxml import etree

from bot.channels.phone.dialogue import Event
from bot.channels.phone.exchange import Request
from bot.channels.phone.hearing import AT_MOST, Hypothesis
from bot.channels.phone.speech import Mark
from bot.channels.phone.spoken import RATES, Segment, Spoken

VXML = "http://www.w3.org/2001/vxml"  # of inline grammars and SSML too: VoiceXML takes both into its own namespace
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_KEYS = "0123456789*#"
_RINGS = "30s"
_EVENTS = ("silence", "no_match", "hang_up", "transfer_failed")
_BETWEEN = "\n"  # what alternatives are joined with, in the script and here
_SENT = "call step happened utterances confidences keys"
_ALTERNATIVES = """
function heardTexts(results) { var texts = []; for (var i = 0; i < results.length; i++) { texts.push(results[i].utterance); } return texts.join("\\n"); }
function heardScores(results) { var scores = []; for (var i = 0; i < results.length; i++) { scores.push(results[i].confidence); } return scores.join("\\n"); }
"""


def render(spoken: Spoken, speech_grammar: str, trouble: Segment) -> bytes:
    """The document. `trouble` is said where the platform itself fails; addresses are relative, so they hold behind any proxy."""
    root = etree.Element(f"{{{VXML}}}vxml", nsmap={None: VXML}, version="2.1")
    root.set(_XML_LANG, spoken.language)
    for name, value in (("inputmodes", "dtmf voice"), ("maxnbest", str(AT_MOST)), ("timeout", f"{spoken.listen.seconds if spoken.listen else 6}s"), ("fetchtimeout", "10s")):
        _add(root, "property", name=name, value=value)
    for name, value in (("call", spoken.call), ("step", str(spoken.turn)), ("happened", ""), ("utterances", ""), ("confidences", ""), ("keys", "")):
        _add(root, "var", name=name, expr=f"'{value}'")
    _add(root, "script").text = etree.CDATA(_ALTERNATIVES)
    _submit(_add(root, "catch", event="connection.disconnect"), "hang_up")
    failed = _add(root, "catch", event="error")
    _prompt(failed, spoken, (trouble,), bargein="false")
    _add(failed, "exit")
    form = _add(root, "form", id="turn")
    {"listen": _listening, "transfer": _transferring, "end": _ending}[spoken.next](form, spoken, speech_grammar)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)


def _listening(form: etree._Element, spoken: Spoken, speech_grammar: str) -> None:
    field = _add(form, "field", name="heard")
    _add(field, "grammar", src=speech_grammar, mode="voice")
    _grammar(field, "voice", spoken.listen.hints)
    _grammar(field, "dtmf", _KEYS)
    for interruptible, segments in _runs(spoken.say):
        _prompt(field, spoken, segments, bargein="true" if interruptible else "false")
    _submit(_add(field, "noinput"), "silence")
    _submit(_add(field, "nomatch"), "no_match")
    filled = _add(field, "filled")
    chosen = _add(filled, "if", cond="heard$.inputmode == 'dtmf'")
    _add(chosen, "assign", name="keys", expr="heard$.utterance")
    _add(chosen, "else")
    _add(chosen, "assign", name="utterances", expr="heardTexts(application.lastresult$)")
    _add(chosen, "assign", name="confidences", expr="heardScores(application.lastresult$)")
    _add(filled, "submit", next="vxml", namelist=_SENT, method="post")


def _transferring(form: etree._Element, spoken: Spoken, _: str) -> None:
    transfer = _add(form, "transfer", name="person", dest=f"tel:{spoken.transfer}", bridge="true", connecttimeout=_RINGS)
    for _, segments in _runs(spoken.say):
        _prompt(transfer, spoken, segments, bargein="false")
    filled = _add(transfer, "filled")
    failed = _add(filled, "if", cond="person == 'busy' || person == 'noanswer' || person == 'network_busy' || person == 'unknown'")
    _submit(failed, "transfer_failed")
    _add(failed, "else")
    _submit(failed, "hang_up")
    _submit(_add(transfer, "catch", event="error.connection error.unsupported"), "transfer_failed")


def _ending(form: etree._Element, spoken: Spoken, _: str) -> None:
    block = _add(form, "block")
    for _, segments in _runs(spoken.say):
        _prompt(block, spoken, segments, bargein="false")
    _add(block, "disconnect")


def _runs(say: tuple[Segment, ...]) -> list[tuple[bool, tuple[Segment, ...]]]:
    """Neighbouring segments that may all, or may none of them, be talked over."""
    runs: list[tuple[bool, tuple[Segment, ...]]] = []
    for segment in say:
        if runs and runs[-1][0] == segment.interruptible:
            runs[-1] = (segment.interruptible, (*runs[-1][1], segment))
        else:
            runs.append((segment.interruptible, (segment,)))
    return runs


def _submit(parent: etree._Element, happened: str) -> None:
    _add(parent, "assign", name="happened", expr=f"'{happened}'")
    _add(parent, "submit", next="vxml", namelist=_SENT, method="post")


def _grammar(parent: etree._Element, mode: str, items) -> None:
    if not items:
        return
    name = "key" if mode == "dtmf" else "phrase"
    grammar = _add(parent, "grammar", version="1.0", type="application/srgs+xml", mode=mode, root=name)
    if mode == "voice":
        grammar.set(_XML_LANG, parent.getroottree().getroot().get(_XML_LANG))
    one_of = _add(_add(grammar, "rule", id=name, scope="public"), "one-of")
    for item in items:
        _add(one_of, "item").text = item


def _prompt(parent: etree._Element, spoken: Spoken, segments: tuple[Segment, ...], bargein: str) -> None:
    prompt = _add(parent, "prompt", bargein=bargein)
    inside = prompt if spoken.rate == RATES[0] else _add(prompt, "prosody", rate=spoken.rate)
    for segment in segments:
        sentence = _add(inside, "s")
        for mark in segment.marks:
            _mark(sentence, mark)


def _mark(parent: etree._Element, mark: Mark) -> None:
    if mark.how == "sub":
        _add(parent, "sub", alias=mark.alias).text = mark.words
    elif mark.how == "characters":
        _add(parent, "say-as", **{"interpret-as": "characters"}).text = mark.words
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + mark.words
    else:
        parent.text = (parent.text or "") + mark.words


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{VXML}}}{tag}", **attributes)


def read_request(fields: Mapping[str, str]) -> Request:
    """What a `submit`, or the first fetch of a call, says. Without a call id the call gets one of its own."""
    event = _event(fields)
    content = "|".join(fields.get(name, "") for name in ("keys", "utterances", "confidences"))
    request = f"{fields['step']}-{event.kind}-{hashlib.sha256(content.encode(errors='surrogatepass')).hexdigest()[:16]}" if fields.get("step") else ""
    call = fields.get("call") or f"call-{secrets.token_hex(16)}"
    return Request(call, event, request, fields.get("line"), fields.get("dialled"), fields.get("leaflet"), fields.get("region"))


def _event(fields: Mapping[str, str]) -> Event:
    if fields.get("happened") in _EVENTS:
        return Event(fields["happened"])
    if not fields.get("step"):
        return Event("start")
    if fields.get("keys"):
        return Event("keys", keys=fields["keys"])
    if fields.get("utterances"):
        texts, scores = fields["utterances"].split(_BETWEEN), fields.get("confidences", "").split(_BETWEEN)
        return Event("speech", tuple(Hypothesis(text, _score(scores, index)) for index, text in enumerate(texts[:AT_MOST])))
    return Event("silence")


def _score(scores: list[str], index: int) -> Optional[float]:
    try:
        value = float(scores[index])
    except (IndexError, ValueError):
        return None
    return value if 0 <= value <= 1 else None
