"""The review page in a real browser: by mouse, by keyboard, without a script, and with axe-core's eyes."""
import os
import re
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.house import ROOT
from tests.staff.leaflets.review_desk import review_page

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
CHROMIUM = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no chromium"),
    pytest.mark.skipif(not (ROOT / "models/assistant.tar.gz").exists(), reason="the assistant is not trained"),
]
LEAFLET = """# Having a tooth out

Version 3. Issued May 2026. Review date: May 2028.

## Getting ready

Do not eat for six hours before. You may drink water until two hours before.

Tell us if you take warfarin or another blood thinner.

## Afterwards

Do not drive for two days. Rest until the evening.

## When to get help

Go to A&E if you have any of these:

- a high temperature
- a wobbly chair
"""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def opened_desk(folder):
    """`make leaflet` for a new leaflet: its process, the page's address and the folder."""
    (folder / "leaflets").mkdir()
    (folder / "tooth.md").write_text(LEAFLET)
    with review_page(folder / "tooth.md", folder / "leaflets") as (process, address):
        yield process, address, folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk that several tests share; none of them approves."""
    with opened_desk(tmp_path_factory.mktemp("hospital")) as opened:
        yield opened


@pytest.fixture
def page(browser, desk):
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(60000)
    opened.goto(desk[1])
    yield opened
    opened.close()


def violations(page) -> list[str]:
    return [f"{found['id']}: {found['nodes'][0]['html']}" for found in axe.Axe().run(page).response["violations"]]


def ticked(page) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('.sentence input:checked')].map(box => box.value)")


def untick_all(page) -> None:
    """One after another: each box that is unticked moves the others up in the list of those that are ticked."""
    while page.locator(".sentence input:checked").count():
        page.locator(".sentence input:checked").first.uncheck()


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(page, width):
    """On the first page and on a topic's, wide and at the width of 400 % zoom; nothing is wider than the screen."""
    page.set_viewport_size({"width": width, "height": 800})
    assert violations(page) == []
    assert "is new here. Nothing of it" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Driving afterwards").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dragging_over_the_leaflet_selects_whole_sentences(page, desk):
    """And the button takes them as the passage."""
    page.get_by_role("link", name="How to get ready").click()
    first, last = page.locator("label[for=s2-1]"), page.locator("label[for=s2-2]")
    first.scroll_into_view_if_needed()
    a, b = first.bounding_box(), last.bounding_box()
    page.mouse.move(a["x"] + 20, a["y"] + a["height"] / 2)
    page.mouse.down()
    page.mouse.move(b["x"] + 80, b["y"] + b["height"] / 2, steps=8)
    page.mouse.up()
    assert ticked(page) == ["2:1", "2:2"]
    page.get_by_role("button", name="Use the selected sentences").click()
    page.goto(f"{desk[1]}topic/preparation")
    assert page.locator("blockquote").first.inner_text() == "Do not eat for six hours before. You may drink water until two hours before."


def test_the_keyboard_is_enough(page, desk):
    """Tab to a sentence, Space, then Tab and Enter on the button; the focus can be seen."""
    page.goto(f"{desk[1]}topic/driving")
    page.locator("input[value='2:3']").focus()
    page.keyboard.press("Space")
    assert "2:3" in ticked(page)
    button = page.get_by_role("button", name="Accept proposal 1")
    button.focus()
    assert button.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.goto(f"{desk[1]}topic/driving")
    assert "accepted" in page.locator(".decide").inner_text()


def test_enter_on_a_sentence_takes_the_ticked_sentences_not_a_proposal(page, desk):
    """Enter presses a form's first button; that must never decide for other words than those that are ticked."""
    page.goto(f"{desk[1]}topic/consent")
    untick_all(page)
    page.locator("input[value='3:2']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/consent"))
    page.goto(f"{desk[1]}topic/consent")
    assert page.locator("blockquote").first.inner_text() == "Rest until the evening."
    assert violations(page) == []


def test_without_a_script_the_boxes_do_the_same(browser, desk):
    """The page's forms need no JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk[1]}topic/blood_thinners")
    untick_all(page)
    page.locator("input[value='2:3']").check()
    page.get_by_role("button", name="Use the selected sentences").click()
    page.goto(f"{desk[1]}topic/blood_thinners")
    assert page.locator("blockquote").first.inner_text() == "Tell us if you take warfarin or another blood thinner."
    context.close()


def test_a_mistake_is_said_in_words(page, desk):
    """No sentence selected: an alert on the same page, and nothing is decided."""
    page.goto(f"{desk[1]}topic/soreness")
    untick_all(page)
    page.get_by_role("button", name="Use the selected sentences").click()
    assert "no sentence is selected" in page.get_by_role("alert").inner_text().lower()
    assert violations(page) == []


def test_other_programs_and_names_are_kept_out(desk):
    """Without the secret there is no page, under another host name neither; no page may be framed or load anything from elsewhere."""
    _, address, _ = desk
    base = address.split("/", 3)
    assert httpx.get("/".join(base[:3]) + "/").status_code == 404
    assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 403
    headers = httpx.get(address).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"] and headers["cache-control"] == "no-store"


def test_the_whole_review_ends_with_an_approval(browser, tmp_path):
    """Every topic, the symptom that is none, name and role; then the map is there and the server ends."""
    with opened_desk(tmp_path) as (process, address, folder):
        page = browser.new_page()
        page.set_default_timeout(60000)
        review_all(page, address)
        assert process.wait(60) == 0
    assert (folder / "leaflets/answers/having-a-tooth-out.yml").exists()
    assert "Nina Ward" in (folder / "leaflets/answers/signed/having-a-tooth-out.yml").read_text()


def review_all(page, address):
    """Decide every topic and approve."""
    for _ in range(80):
        page.goto(address)
        following = page.get_by_role("link", name="Go on with the next topic")
        if not following.count():
            break
        following.click()
        help_page = "look out for" in page.locator("h1").inner_text()
        if help_page:
            untick_all(page)
            for place in ("4:1", "4:2", "4:3"):
                page.locator(f"input[value='{place}']").check()
        page.locator(".decide button[value=choose]" if help_page else ".decide button[value=silent]").click()
    page.goto(address)
    assert not page.get_by_role("button", name="Approve this leaflet").count()
    assert "a wobbly chair" in page.locator("section[aria-labelledby=sign]").inner_text()
    page.get_by_role("button", name=re.compile("no symptom: a wobbly chair")).click()
    assert violations(page) == []
    page.get_by_label("Your name").fill("Nina Ward")
    page.get_by_label("Your role").fill("dental nurse")
    page.get_by_role("button", name="Approve this leaflet").click()
    assert page.locator("h1").inner_text() == "Approved"
    assert violations(page) == []
