"""The whole assistant for calls: a public address, the provider's secret, and telephone lines of its own."""
import base64
from pathlib import Path

from bot.catalogue import DATA
from tests.house import House

LINES = ("sample", "staffed")
_LINES_FOR_TESTS = """lines:
  sample: {numbers: ["+441140000001"], leaflet: sample-nerve-root-injection}
  staffed: {numbers: ["+441140000002"], leaflet: sample-nerve-root-injection, transfer: "+441144960123"}
"""
_TOKEN, _AUTH_TOKEN, _PUBLIC = "token-for-tests", "auth-token-for-tests", "https://phone.example"


class PhoneHouse(House):
    """`url`: where the telephone's addresses are; `public_url` and `auth_token`: what signatures are made with."""

    public_url, auth_token = _PUBLIC, _AUTH_TOKEN
    bearer = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    basic = {"Authorization": "Basic " + base64.b64encode(f"ivr:{_TOKEN}".encode()).decode()}

    def __init__(self, var: Path, **settings: str) -> None:
        self.phone_book = var / "phone.yml"
        text = (DATA / "phone.yml").read_text(encoding="utf-8")
        assert "\nlines: {}\n" in text
        self.phone_book.write_text(text.replace("\nlines: {}\n", f"\n{_LINES_FOR_TESTS}"), encoding="utf-8")
        ours = {"PUBLIC_URL": _PUBLIC, "TWILIO_AUTH_TOKEN": _AUTH_TOKEN, "REST_TOKEN": _TOKEN, "PHONE_BOOK": str(self.phone_book)}
        super().__init__(var, **{**ours, **settings})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/phone"
