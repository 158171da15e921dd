"""What a message counts as once both its understanding and its safety verdict are known."""
from dataclasses import replace

from bot.language.understanding import Understanding
from bot.safety.verdict import Verdict


def in_view_of(understood: Understanding, verdict: Verdict) -> Understanding:
    """What the dialogue rules are to see once the safety verdict is known: a sign outranks every other reading."""
    if verdict.raised:
        return replace(understood, intent="report_danger")
    if verdict.expected:
        asked = [topic for topic in understood.questions if topic not in verdict.expected] if understood.apart else []
        questions = (*verdict.expected, *asked)
        return replace(understood, intent="ask_leaflet", questions=questions, candidates=tuple(dict.fromkeys([*questions, *understood.candidates]))[:5])
    if verdict.ended == "help_under_way":
        return replace(understood, intent="help_underway")
    if verdict.ended == "taken_back":
        return replace(understood, intent="retract_report")
    return understood
