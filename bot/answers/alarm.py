"""What a verdict adds to a reply: advice before everything else, the reminder while a level is in force, the end of an alarm.

The guard uses the same functions for a turn that Rasa could not finish, so no failure comes between a patient and the advice.
"""
from bot.answers.reply import Reply
from bot.safety.advice import AdviceBook
from bot.safety.verdict import Verdict


def with_alarm(reply: Reply, verdict: Verdict, book: AdviceBook) -> Reply:
    """`reply` with the level and signs in force, and the advice or the reminder put first."""
    reply.escalation, reply.red_flags = verdict.level, list(verdict.flags)
    if verdict.raised:
        cards = book.advice(verdict.level, verdict.flags)
        reply.kind = "escalate"
        reply.advice = [card.as_data() for card in cards]
        lines = [f"{card.title}.\n" + "\n".join(card.lines) for card in cards]
        reply.put_first("advice", *lines, *([book.ask_time] if verdict.ask_time else []))
    elif verdict.in_force:
        reply.put_first("reminder", book.reminder(verdict.level, verdict.flags))
    return reply


def alarm_ended(reply: Reply, verdict: Verdict, book: AdviceBook) -> Reply:
    """`reply` begun with what is said when an alarm ends."""
    reply.escalation, reply.red_flags = "none", []
    reply.put_first("own", book.ended(verdict.ended))
    return reply
