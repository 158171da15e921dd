"""What the soak says of its figures."""
import pytest
from prometheus_client import generate_latest

from bot.channels.meter import Meter
from tests.soak import FAILURES, in_words, is_flat, quarter


def figures(second, last, turns=20_000, failed=0):
    return {"turns": turns, "failed": failed, "memory_second_quarter_mb": second, "memory_last_quarter_mb": last}


@pytest.mark.parametrize(("last", "flat"), [(500, True), (524, True), (400, True), (526, False), (900, False)])
def test_memory_is_flat_within_a_twentieth(last, flat):
    """Less counts as flat too."""
    assert is_flat(figures(500, last)) is flat
    assert ("stayed flat" in in_words(figures(500, last))) is flat and ("grew" in in_words(figures(500, last))) is not flat


def test_few_turns_say_nothing_of_memory():
    """The caches are still filling."""
    said = in_words(figures(500, 900, turns=600))
    assert "too few to say" in said and "grew" not in said and "flat (at least" in said


def test_turns_that_failed_are_told():
    """Before anything else."""
    assert in_words(figures(500, 500, failed=3)).startswith("3 turns were not answered.")


def test_quarters_are_in_order():
    """Forty samples make four of ten."""
    assert [quarter(list(range(40)), number)[0] for number in range(4)] == [0, 10, 20, 30]


def test_the_figures_that_are_counted_are_those_of_the_meter():
    """A counter that got another name would count no failure."""
    meter = Meter()
    meter.failed("late")
    meter.refusals.labels("empty").inc()
    shown = generate_latest(meter.registry).decode().splitlines()
    assert all(any(line.startswith(name + "{") and line.endswith(" 1.0") for line in shown) for name in FAILURES)
