"""A real Chromium, driven by Playwright, on a real assistant. Without a browser these tests are left out, and say so."""
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.house import ROOT, House, free_port

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

PHONE = {"width": 390, "height": 844}
LEAFLET = "sample-nerve-root-injection"
AXE = Path(pytest.importorskip("axe_playwright_python", reason="axe is not installed").__file__).parent / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    """Every test of this folder needs the browser and the assistant."""
    for item in items:
        if "tests/browser" in str(item.fspath):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """The browser, once for all tests."""
    found = subprocess.run([ROOT / "scripts" / "browser", "--find"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("no Chromium here; 'make test-browser' installs it")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found.stdout.strip(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hospital_port():
    """Where the hospital's own site answers."""
    return free_port()


@pytest.fixture(scope="session")
def house(tmp_path_factory, hospital_port):
    """The assistant, started once for all tests."""
    house = House(tmp_path_factory.mktemp("var"), WEB_ORIGINS=f"http://127.0.0.1:{hospital_port}")
    try:
        house.wait_until_ready()
        yield house
        house.interrupt()
    finally:
        house.close()


@pytest.fixture(scope="session")
def url(house):
    """The chat's address."""
    return f"http://localhost:{house.port}"


@pytest.fixture
def hospital(hospital_port, url):
    """A hospital's own site, of another origin, under a strict Content-Security-Policy: any path gives a page with the chat on it."""

    class Page(BaseHTTPRequestHandler):
        attributes = f'data-leaflet="{LEAFLET}"'

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            policy = f"default-src 'none'; script-src {url}; style-src {url}; connect-src {url}; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types leaflet-chat"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(
                f'<!doctype html><html lang="en"><head><title>Hospital</title><link rel="icon" href="data:,">'
                f'<script type="module" src="{url}/chat.js" {self.attributes}></script></head>'
                f"<body><header><p>A hospital</p></header><main><h1>Our page</h1><p>{'Text. ' * 300}</p></main></body></html>".encode()
            )

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", hospital_port), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.page, server.url = Page, f"http://127.0.0.1:{hospital_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_context(chromium):
    """A function that opens a browser of its own: no cookies, no storage, settings as given."""
    contexts = []

    def opened(**settings):
        contexts.append(chromium.new_context(**{"viewport": PHONE, "reduced_motion": "reduce", **settings}))
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_context):
    """A page on a phone; errors in it fail the test."""
    return watched(open_context().new_page())


def watched(page):
    """The page with its script errors and refused loads noted in `page.complaints`."""
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    return page


def ask(page, text):
    """Type, press Enter, wait for the answer."""
    before = page.locator(".turn").count()
    page.locator("#chat-box").fill(text)
    page.locator("#chat-box").press("Enter")
    page.locator(".turn").nth(before).wait_for()


def violations(page):
    """What axe-core finds, in words: rule, why, where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS)
    assert len(found["passes"]) > 5, "axe has looked at hardly anything"
    return [f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']]}" for each in found["violations"]]
