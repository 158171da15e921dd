"""bot/channels/limits.py: a caller may ask for so much and no more. What the server makes of it is in tests/test_operations.py."""
from types import SimpleNamespace

import pytest

from bot.channels.limits import Limit, LimitError, address_limit, caller, session_limit


def request(ip, **headers):
    """What `caller` looks at."""
    return SimpleNamespace(ip=ip, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_key_gets_its_share_and_no_more():
    """Each has its own."""
    limit = Limit(3, clock=lambda: 0.0)
    assert [limit.allows("ann") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("ben")


def test_time_forgives():
    """Steadily: a third of a minute gives a third of the share."""
    now = [0.0]
    limit = Limit(3, clock=lambda: now[0])
    for _ in range(4):
        limit.allows("ann")
    now[0] = 20.1
    assert [limit.allows("ann") for _ in range(2)] == [True, False]


def test_being_refused_costs_nothing():
    """Who keeps on asking is answered as soon as the share is back."""
    now = [0.0]
    limit = Limit(60, clock=lambda: now[0])
    for _ in range(60):
        limit.allows("ann")
    for _ in range(100):
        assert not limit.allows("ann")
    now[0] = 1.01
    assert limit.allows("ann")


def test_memory_has_an_end(monkeypatch):
    """A caller that makes up names fills no memory."""
    monkeypatch.setattr("bot.channels.limits._REMEMBERED", 10)
    limit = Limit(1)
    for number in range(100):
        limit.allows(f"patient {number}")
    assert len(limit._left) == 10


@pytest.mark.parametrize("read, name, default", [(session_limit, "SESSION_LIMIT", 60), (address_limit, "ADDRESS_LIMIT", 1200)])
def test_the_limits_are_settings(read, name, default):
    """With a default, and a clear refusal."""
    assert read({}) == default and read({name: "5"}) == 5
    for wrong in ("0", "many", "-1", "inf", "nan"):
        with pytest.raises(LimitError, match=f"{name} has the value '{wrong}'; expected a number of times a minute"):
            read({name: wrong})


@pytest.mark.parametrize(
    "asked, address",
    [
        (request("127.0.0.1"), None),
        (request("10.1.2.3"), "10.1.2.3"),
        (request("127.0.0.1", x_forwarded_for="10.9.9.9, 192.0.2.7"), "192.0.2.7"),
        (request("127.0.0.1", x_real_ip="192.0.2.8"), "192.0.2.8"),
        (request("10.1.2.3", x_forwarded_for="192.0.2.7"), "10.1.2.3"),
        (request("::1", x_forwarded_for="2001:db8::1"), "2001:db8::1"),
        (request("127.0.0.1", x_forwarded_for="nonsense"), "nonsense"),
    ],
)
def test_the_caller_is_the_peer_or_what_our_own_proxy_saw(asked, address):
    """What a stranger claims of itself counts for nothing; only a proxy on this machine is believed, and only its own word."""
    assert caller(asked) == address
