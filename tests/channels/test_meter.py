"""bot/channels/meter.py: what is counted of a turn, and that nothing of a patient is in it; and the guard feeds it."""
import logging
import os
import subprocess
import sys

import pytest
from prometheus_client import generate_latest

from bot.channels.limits import Limit
from bot.channels.meter import Meter, pseudonym
from tests.channels.conftest import SIGN, custom_of


def shown(meter):
    """The figures as `/metrics` shows them: value by name and labels."""
    lines = [line for line in generate_latest(meter.registry).decode().splitlines() if not line.startswith("#")]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}


def reply(**custom):
    """A turn's messages."""
    return [{"text": "words"}, {"custom": {"kind": "answer", "topics": ["one"], "escalation": "none", **custom}}]


def test_a_turn_is_counted_with_channel_kind_time_and_topics():
    """Each once."""
    meter = Meter()
    meter.turn("ann", "web", reply(topics=["one", "two"]), 0.03)
    figures = shown(meter)
    assert figures['leaflet_turns_total{channel="web",kind="answer"}'] == 1
    assert figures['leaflet_topics_total{topic="two"}'] == 1
    assert figures['leaflet_turn_seconds_bucket{channel="web",le="0.03"}'] == 1 and figures['leaflet_turn_seconds_bucket{channel="web",le="0.02"}'] == 0


def test_an_escalation_is_counted_when_it_is_raised():
    """Not again in each later turn that reminds of it."""
    meter = Meter()
    meter.turn("ann", "web", reply(kind="escalate", escalation="999"), 0.03)
    meter.turn("ann", "web", reply(kind="answer", escalation="999"), 0.03)
    assert shown(meter)['leaflet_escalations_total{level="999"}'] == 1


def test_topics_that_are_only_offered_are_not_counted():
    """A question back answers nothing."""
    meter = Meter()
    meter.turn("ann", "web", reply(kind="clarify"), 0.03)
    assert not any(name.startswith("leaflet_topics_total") for name in shown(meter))


def test_every_cause_of_failure_is_there_from_the_start():
    """So that the first one is seen as a change."""
    figures = shown(Meter())
    assert {figures[f'leaflet_failures_total{{cause="{cause}"}}'] for cause in ("late", "error", "screen", "reply")} == {0}


def test_the_line_in_the_log_leads_to_nobody(caplog):
    """The conversation has a name that can't be turned back."""
    with caplog.at_level(logging.INFO):
        Meter().turn("mrs-quillfeather", "web", reply(), 0.03)
    assert pseudonym("mrs-quillfeather") in caplog.text and "quillfeather" not in caplog.text and "words" not in caplog.text


def test_a_watched_value_is_looked_up_each_time():
    """As it is when somebody looks."""
    meter, values = Meter(), {"a": 1.0}
    meter.watch("leaflet_overdue", "Leaflets past their review date", lambda: values, "leaflet")
    values["b"] = 0.0
    assert shown(meter)['leaflet_overdue{leaflet="b"}'] == 0


@pytest.mark.parametrize(
    ("behaviour", "cause"), [("raises", "error"), ("hangs", "late"), ("says_nothing", "reply"), ("forgets_the_level", "reply"), ("exits", "error")]
)
def test_the_guard_counts_what_spoilt_a_turn(booth, behaviour, cause):
    """By its cause, once; the turn itself is counted too."""
    booth.rasa.behaviour = behaviour
    booth.say(SIGN)
    figures = shown(booth.guard.meter)
    assert {name: value for name, value in figures.items() if name.startswith("leaflet_failures_total") and value} == {f'leaflet_failures_total{{cause="{cause}"}}': 1}
    assert figures['leaflet_escalations_total{level="ae"}'] == 1


def test_the_guard_counts_what_it_refuses(booth):
    """By reason."""
    booth.say("")
    assert shown(booth.guard.meter)['leaflet_refusals_total{reason="empty"}'] == 1


def test_a_repeated_message_is_counted_once(booth):
    """It is no turn."""
    for _ in range(2):
        booth.say("can I drive", message_id="m-1")
    assert shown(booth.guard.meter)['leaflet_turns_total{channel="rest",kind="answer"}'] == 1


def test_a_message_that_another_worker_answered_gets_its_reply(booth):
    """From the store they share; Rasa sees nothing of it."""

    async def recall(sender, message_id):
        return [{"recipient_id": sender, "custom": {"kind": "answer", "of": message_id}}] if message_id == "m-1" else None

    booth.guard._recall = recall
    assert custom_of(booth.say("can I drive", message_id="m-1"))["of"] == "m-1" and booth.rasa.seen == []
    booth.say("can I drive", message_id="m-2")
    assert len(booth.rasa.seen) == 1


def test_a_store_that_fails_to_recall_costs_nothing(booth):
    """The message is then a new one."""

    async def broken(*_):
        raise OSError("gone")

    booth.guard._recall = broken
    assert custom_of(booth.say("can I drive", message_id="m-1"))["kind"] == "answer"


def test_a_conversation_that_is_too_quick_is_refused_but_no_sign_is(booth):
    """The screen comes first."""
    booth.guard._pace = Limit(2, clock=lambda: 0.0)
    kinds = [custom_of(booth.say("can I drive"))["kind"] for _ in range(3)]
    assert kinds == ["answer", "answer", "handoff"] and custom_of(booth.say(SIGN))["escalation"] == "ae"
    assert shown(booth.guard.meter)['leaflet_refusals_total{reason="too_quick"}'] == 1


_TOGETHER = """
import sys, time
from bot.channels.meter import Meter
meter = Meter()
meter.turn("ann", "web", [{"custom": {"kind": "answer", "topics": ["one"]}}], 0.03)
meter.watch("leaflet_unwritten_turns", "Turns that wait", lambda: {"": 2.0})
meter.watch("leaflet_review_overdue", "Leaflets past their review date", lambda: {"a": 1.0}, "leaflet", of_all="livemax")
meter.ready.set(1)
print("counted", flush=True)
sys.stdin.readline()
time.sleep(0.2)
sys.stdout.write(meter.page().decode())
"""


def test_several_workers_count_together(tmp_path):
    """Whichever is asked shows turns, waiting turns and ready workers of all, and each overdue leaflet once."""
    settings = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    workers = [subprocess.Popen([sys.executable, "-c", _TOGETHER], env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [worker.stdout.readline() for worker in workers] == ["counted\n"] * 2
    pages = [worker.communicate("now\n", timeout=30)[0] for worker in workers]
    for line in (
        'leaflet_turns_total{channel="web",kind="answer"} 2.0', 'leaflet_turn_seconds_count{channel="web"} 2.0', "leaflet_unwritten_turns 4.0",
        'leaflet_review_overdue{leaflet="a"} 1.0', "leaflet_workers_ready 2.0",
    ):  # fmt: skip
        assert all(line in page.splitlines() for page in pages), line
