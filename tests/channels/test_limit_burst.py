"""Haste is slowed down, and only for those who are hasty."""
from bot.channels.limits import Limit


class Clock:
    """A clock that the test sets."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_burst_is_allowed_then_there_is_a_wait():
    """Three at once, the fourth waits for its share of the minute."""
    limit = Limit(3, 60, Clock())
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    assert 0 < limit.wait("a") <= 1


def test_after_the_wait_one_more_is_allowed():
    """The wait that is told is the wait that is needed; a refused try costs nothing."""
    clock = Clock()
    limit = Limit(1, 60, clock)
    limit.wait("a")
    wait = limit.wait("a")
    clock.now += wait
    assert limit.wait("a") == 0


def test_one_sender_does_not_slow_another_down():
    """Each key has a bucket of its own."""
    limit = Limit(1, 60, Clock())
    limit.wait("a")
    assert limit.wait("b") == 0
