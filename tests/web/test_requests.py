"""The web channel over HTTP on the running assistant: who may do what, what is refused, what is sent along."""
import gzip
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.cookies import SimpleCookie

import pytest

from tests.house import House

pytestmark = pytest.mark.server

LEAFLET = "sample-nerve-root-injection"
HOSPITAL = "https://www.hospital.example"
IN_ALL = 40_000  # bytes of page, script and style sheet together


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The assistant, with one hospital whose pages may hold the chat."""
    house = House(tmp_path_factory.mktemp("var"), WEB_ORIGINS=HOSPITAL)
    try:
        house.wait_until_ready()
        yield house
        house.interrupt()
    finally:
        house.close()


class Answer:
    """Status, headers and text of a response."""

    def __init__(self, response):
        self.status, self.headers, raw = response.status, response.headers, response.read()
        self.size = len(raw)
        self.text = (gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw).decode()

    def field(self, name):
        """The value of the first hidden field of this name."""
        return re.search(rf'name="{name}" value="([^"]*)"', self.text)[1]


class Browser:
    """Cookies as a browser keeps them, and nothing else."""

    def __init__(self, house):
        self.house, self.base, self.cookies = house, f"http://127.0.0.1:{house.port}", {}

    def send(self, path, fields=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            headers.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        opener = urllib.request.build_opener(_Unfollowed)
        try:
            answer = Answer(opener.open(urllib.request.Request(self.base + path, data, headers), timeout=10))
        except urllib.error.HTTPError as error:
            answer = Answer(error)
        for given in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(given).items():
                self.cookies[name] = morsel.value
        return answer

    def open(self):
        """The page, with the fields of its form kept."""
        answer = self.send(f"/?leaflet={LEAFLET}")
        self.fields = {"token": answer.field("token"), "message_id": answer.field("message_id")}
        return answer

    def ask(self, text, fields=None, **headers):
        """A question from the page's form, answered with data."""
        return self.send("/chat", {**self.fields, "message": text, **(fields or {})}, Accept="application/json", **headers)


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture
def browser(house):
    browser = Browser(house)
    browser.open()
    return browser


@pytest.fixture
def other(house):
    """Another patient, who has asked something."""
    browser = Browser(house)
    browser.open()
    assert browser.ask("can I drive afterwards?").status == 200
    return browser


# --- refused ----------------------------------------------------------------------------------------------------------------


def test_a_question_from_the_page_is_answered(browser):
    """What the other tests take away one by one is enough together."""
    answer = browser.ask("can I drive afterwards?")
    assert answer.status == 200 and "Do not drive at all" in answer.text


def test_without_a_token_nothing_is_taken(browser):
    """Neither with the cookie alone."""
    assert browser.ask("hello", {"token": ""}).status == 403


def test_without_the_cookie_nothing_is_taken(browser):
    """Nor with the form's token alone; the words come back to be sent in a new session."""
    browser.cookies.clear()
    assert browser.ask("hello").status == 410


@pytest.mark.parametrize("change", [lambda t: t[:-3] + "AAA", lambda t: "x" + t, lambda t: t.swapcase(), lambda t: t.split(".")[0], lambda t: "é" * 10, lambda t: t * 100])
def test_an_altered_token_is_refused(browser, change):
    """Wherever it was altered; the answer names the emergency line and tells nothing else."""
    answer = browser.ask("hello", {"token": change(browser.fields["token"])})
    assert answer.status == 403 and "999" in answer.text and "turn" not in answer.text


def test_an_altered_cookie_gives_a_new_session(browser, other):
    """And not the one whose id was put into it."""
    name = next(iter(browser.cookies))
    mine, theirs = browser.cookies[name], other.cookies[name]
    browser.cookies[name] = theirs.split(".")[0] + "." + ".".join(mine.split(".")[1:])
    assert "can I drive" not in browser.send("/").text


def test_another_session_s_token_is_refused(browser, other):
    """The other's form with my cookie, my form with the other's id: the other's turns are not shown."""
    answer = browser.ask("hello", {"token": other.fields["token"]})
    assert answer.status == 410 and "Do not drive" not in answer.text
    assert other.send("/").text.count('class="turn"') == 1


def test_the_cookie_s_token_is_no_form_token(browser):
    """One kind does not stand in for another."""
    assert browser.ask("hello", {"token": next(iter(browser.cookies.values()))}).status == 403


def test_a_form_token_is_no_element_token(browser):
    """Else a page's token would do without its cookie."""
    answer = browser.send("/chat/start", {"token": browser.fields["token"]}, Accept="application/json", Origin=HOSPITAL)
    assert answer.status == 200 and "can I drive" not in answer.text


@pytest.mark.parametrize("path", ["/chat", "/chat/end", "/chat/save"])
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": HOSPITAL}])
def test_a_post_from_a_foreign_page_is_refused(other, path, headers):
    """Even with cookie and token; nothing is asked, deleted or given away. A hospital's page may use its element's token alone."""
    answer = other.send(path, {**other.fields, "message": "hello"}, Accept="application/json", **headers)
    assert answer.status == 403 and "Do not drive" not in answer.text
    assert other.send("/").text.count('class="turn"') == 1


def test_a_replayed_question_is_no_second_turn(other):
    """The same post again gets the first answer, however often."""
    first = other.ask("how long does it take")
    again = other.ask("how long does it take")
    assert again.status == 200 and "turn" in again.text and first.status == 200
    assert other.send("/").text.count('class="turn"') == 2


def test_an_ended_session_s_post_is_refused(other):
    """A replay after the end brings nothing back."""
    fields, cookies = dict(other.fields), dict(other.cookies)
    assert other.send("/chat/end", fields, Accept="application/json").status == 200
    other.cookies = cookies
    assert other.ask("can I drive afterwards?").status == 410
    assert "Do not drive" not in other.send("/").text


def test_a_conversation_can_be_taken_along(other):
    """The patient's own, as a file with the questions and the leaflet's words; nobody else's."""
    answer = other.send("/chat/save", other.fields)
    assert answer.status == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert "can I drive afterwards?" in answer.text and "Do not drive at all" in answer.text
    stranger = Browser(other.house)
    stranger.open()
    assert "can I drive afterwards?" not in stranger.send("/chat/save", stranger.fields).text


def test_an_ended_conversation_is_in_no_store(other):
    """Neither the words nor the alarm are left in any database, journals included."""
    assert other.ask("I can't wee after my marmalade").status == 200
    before = stored_rows(other.house)
    assert other.send("/chat/end", other.fields, Accept="application/json").status == 200
    after = stored_rows(other.house)
    assert {name: before[name] - after[name] for name in before} == {"turns": 2, "web_turns": 2, "alarms": 1}
    assert not any(b"marmalade" in file.read_bytes() for file in other.house.var.rglob("*") if file.is_file())


def stored_rows(house):
    """How many rows each table that knows of a conversation has."""
    counted = {}
    for file, table in (("conversations.db", "turns"), ("web.db", "web_turns"), ("alarms.db", "alarms")):
        with sqlite3.connect(house.var / file) as database:
            counted[table] = database.execute(f"select count(*) from {table}").fetchone()[0]
    return counted


@pytest.mark.parametrize("sender", ["web-", "x"])
def test_rest_callers_can_not_guess_a_session(house, sender):
    """An id is 256 random bits, and no address of ours tells one."""
    browser = Browser(house)
    page = browser.open()
    assert re.search(r"web-[\w-]{20}", page.text) is None and sender + str(uuid.uuid4()) not in page.text


# --- the element on hospitals' pages ----------------------------------------------------------------------------------------


def test_an_allowed_hospital_s_page_may_hold_the_chat(house):
    """It reads the answer, and gets no cookie."""
    hospital = Browser(house)
    answer = hospital.send("/chat/start", {"leaflet": LEAFLET}, Accept="application/json", Origin=HOSPITAL)
    assert answer.status == 200 and answer.headers["Access-Control-Allow-Origin"] == HOSPITAL and not hospital.cookies
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://www.hospital.example.evil.example", "http://www.hospital.example", "null"])
def test_no_other_page_may(house, origin):
    """Neither asked nor read."""
    answer = Browser(house).send("/chat/start", {"leaflet": LEAFLET}, Accept="application/json", Origin=origin)
    assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers


# --- headers, weight, odd requests ------------------------------------------------------------------------------------------


def test_the_page_is_protected(browser):
    """No inline script or style, no frame, no sniffing, nothing kept by caches."""
    headers = browser.open().headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store" and "frame-ancestors 'none'" in policy


def test_the_cookie_is_out_of_reach_of_scripts(house):
    """HttpOnly, and not sent along from foreign pages."""
    given = Browser(house).send("/").headers["Set-Cookie"]
    assert "HttpOnly" in given and "SameSite=Lax" in given


def test_page_script_and_style_are_light(browser):
    """Under 40 kB in all as files, before compression; two requests beside the page."""
    page = browser.open()
    assets = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page.text)
    plain = [browser.send(address) for address in assets]
    assert len(assets) == 2 and page.size + sum(answer.size for answer in plain) < IN_ALL
    packed = [browser.send(address, Accept_Encoding="gzip") for address in assets]
    assert [answer.text for answer in packed] == [answer.text for answer in plain]
    assert all("immutable" in answer.headers["Cache-Control"] for answer in packed)


def test_an_asset_s_old_address_is_not_found(browser):
    """Its content is another one; a browser must not keep it under that name."""
    assert browser.send("/assets/chat.000000000000.js").status == 404


@pytest.mark.parametrize("path", ["/leaflets/nobody-has-this", "/leaflets/..%2f..%2fetc%2fpasswd", f"/leaflets/{LEAFLET}?quote=a-b", f"/leaflets/{LEAFLET}?quote=0-99999999"])
def test_odd_leaflet_addresses_are_answered_kindly(browser, path):
    """Not found, or the leaflet with a word that the passage has moved."""
    answer = browser.send(path)
    assert answer.status in (200, 404) and ("999" in answer.text or "no longer" in answer.text)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a" * 2_000_000, b"token=%00&message=%ff"], ids=["empty", "no text", "2 MB", "odd characters"])
def test_odd_posts_are_answered_kindly(browser, body):
    """No stack trace; the emergency line stands in the answer."""
    request = urllib.request.Request(f"{browser.base}/chat", body, {"Content-Type": "application/x-www-form-urlencoded"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    text = refused.value.read().decode()
    assert refused.value.code in (403, 413) and "999" in text and "Traceback" not in text


def test_what_patients_type_is_in_no_log(house):
    """Personal data neither in the databases nor in the logs."""
    browser = Browser(house)
    browser.open()
    browser.ask("my name is Zebedee Quillfeather, 07700 900123, can I drive")
    written = {file: file.read_bytes() for file in house.var.rglob("*") if file.is_file()}
    assert any(file.name == "web.db" for file in written)
    assert [(file.name, word) for file, content in written.items() for word in (b"Quillfeather", b"900123") if word in content] == []
    assert [file.name for file, content in written.items() if file.suffix == ".log" and b"can I drive" in content] == []
