"""A clock that jumps is told from one that goes, or is set right by a little."""
import pytest

from bot.conversations.clock import Clock


@pytest.mark.parametrize(
    ("passed", "steadily", "jumped"),
    [(0, 0, False), (86_400, 86_400, False), (30, 0, False), (-30, 0, False), (31_536_000, 10, True), (-7200, 10, True), (10, 7200, True)],
    ids=["nothing", "a day goes by", "set on a little", "set back a little", "a year ahead", "two hours back", "it stood still"],
)
def test_a_jump_is_told(passed, steadily, jumped):
    """From what the steady clock says has gone by."""
    times = [1_000_000.0, 50.0]
    clock = Clock(lambda: times[0], lambda: times[1])
    times[:] = [1_000_000.0 + passed, 50.0 + steadily]
    assert clock.has_jumped is jumped and clock.moved == passed - steadily
