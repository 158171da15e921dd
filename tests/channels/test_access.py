"""bot/channels/access.py: anybody on this machine may ask while nothing is public; everybody else needs the token."""
import pytest

from bot.channels.access import Access

TOKEN = "a-long-secret"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_needs_no_token(address):
    """Loopback is trusted while no public address is configured."""
    assert Access().allows(address, {})


@pytest.mark.parametrize("address", ["192.168.1.20", "10.0.0.1", "8.8.8.8", "2001:db8::1", "", "localhost", "127.0.0.1.evil.example"])
def test_elsewhere_is_refused_without_a_token(address):
    """Another machine, or an address that can't be read, is not let in."""
    assert not Access().allows(address, {})


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.20"])
def test_the_right_token_is_let_in_from_anywhere(address):
    """With the token the address does not matter."""
    assert Access(TOKEN, public=True).allows(address, BEARER)


@pytest.mark.parametrize("header", ["", TOKEN, "Bearer ", "Bearer wrong", f"Bearer {TOKEN} ", f"bearer {TOKEN}", f"Basic {TOKEN}", "Bearer ä"])
def test_a_wrong_token_is_refused(header):
    """Only the very token after 'Bearer ' opens."""
    assert not Access(TOKEN).allows("192.168.1.20", {"authorization": header})


def test_an_empty_token_opens_to_nobody():
    """A token that was never set is no token."""
    assert not Access("").allows("192.168.1.20", {"authorization": "Bearer "})


def test_with_a_public_address_this_machine_needs_the_token_too():
    """Behind a tunnel, everybody seems to come from loopback."""
    assert not Access(TOKEN, public=True).allows("127.0.0.1", {})


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_a_forwarded_call_is_not_from_this_machine(header):
    """A proxy's caller counts as from elsewhere."""
    assert not Access().allows("127.0.0.1", {header: "127.0.0.1"})


def test_the_settings_come_from_the_environment():
    """REST_TOKEN and PUBLIC_URL, without white space around."""
    assert Access.from_environment({"REST_TOKEN": f" {TOKEN}\n", "PUBLIC_URL": "https://example.org"}) == Access(TOKEN, True)


def test_the_token_is_not_printed():
    """A log line with the settings does not give it away."""
    assert TOKEN not in repr(Access(TOKEN))
