"""Where a post comes from, and whose address it has."""
import pytest

from bot.channels.web.protection import address_of, comes_from, comes_from_us

HOST = {"host": "chat.example:5005"}


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": "http://chat.example:5005", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://chat.example:5005"}, True),
        ({}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://chat.example:5005.evil.example"}, False),
        ({"origin": "http://chat.example"}, False),
        ({"origin": "null"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://chat.example:5005", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_only_our_own_page_may_post(headers, ours):
    """By the headers that browsers set and pages can't."""
    assert comes_from_us({**HOST, **headers}, "") is ours


def test_the_public_address_is_ours_too():
    """Behind a proxy that changes the host."""
    assert comes_from_us({**HOST, "origin": "https://www.hospital.example"}, "https://www.hospital.example")


def test_a_hospital_s_page_is_known_by_its_whole_origin():
    """Neither a part nor a longer name will do."""
    allowed = ("https://www.hospital.example",)
    assert comes_from({"origin": "https://www.hospital.example"}, allowed)
    assert not comes_from({"origin": "https://www.hospital.example.evil.example"}, allowed) and not comes_from({}, allowed)


@pytest.mark.parametrize(
    ("proxies", "passed_on", "address"),
    [(0, "1.1.1.1", "9.9.9.9"), (1, "1.1.1.1", "1.1.1.1"), (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"), (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"), (2, "1.1.1.1", "9.9.9.9"), (1, "", "9.9.9.9")],
)
def test_what_a_caller_says_of_its_own_address_does_not_count(proxies, passed_on, address):
    """Only what our own proxies added does."""
    assert address_of("9.9.9.9", {"x-forwarded-for": passed_on}, proxies) == address
