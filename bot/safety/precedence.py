"""What a message counts as once both its understanding and its safety verdict are known."""
from dataclasses import replace

from bot.language.understanding import SURE, Understanding
from bot.safety.second_opinion import ENDINGS
from bot.safety.verdict import Verdict


def in_view_of(understood: Understanding, verdict: Verdict) -> Understanding:
    """What the dialogue rules are to see once the safety verdict is known: a sign outranks every other reading."""
    if verdict.raised:
        return replace(understood, intent="report_danger")
    if verdict.expected:
        asked = [topic for topic in understood.questions if topic not in verdict.expected] if understood.apart else []
        questions = (*verdict.expected, *asked)
        return replace(understood, intent="ask_leaflet", questions=questions, candidates=tuple(dict.fromkeys([*questions, *understood.candidates]))[:5])
    if understood.intent in ENDINGS and not verdict.in_force and verdict.ended is None:
        return _as_a_question(understood)
    if verdict.ended == "help_under_way":
        return replace(understood, intent="help_underway")
    if verdict.ended == "taken_back":
        return replace(understood, intent="retract_report")
    return understood


def _as_a_question(understood: Understanding) -> Understanding:
    """Where no alarm is in force there is nothing to end: the message is taken for the topic it is most like."""
    topics = [(label, score) for label, score in understood.ranking if label in understood.candidates]
    if topics and topics[0][1] >= SURE:
        return replace(understood, intent="ask_leaflet", questions=(topics[0][0],))
    return replace(understood, intent="unsure") if understood.offer else understood
