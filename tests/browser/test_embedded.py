"""The chat on a hospital's own page: another origin, a strict Content-Security-Policy, one script tag."""
import json

from tests.browser.conftest import LEAFLET, ask, playwright


def opened(page, hospital):
    page.goto(hospital.url)
    page.locator(".open").click()
    page.locator("#chat-box").wait_for()


def test_it_answers_with_the_page_s_leaflet(page, hospital):
    """Under the strict policy, without a complaint of the browser's, nothing loaded from elsewhere."""
    asked_for = []
    page.on("request", lambda request: asked_for.append(request.url))
    opened(page, hospital)
    ask(page, "can I drive afterwards?")
    assert "Having a nerve root injection" in page.locator(".source").inner_text()
    assert page.complaints == []
    origins = {"/".join(url.split("/")[:3]) for url in asked_for if not url.startswith("data:")}
    assert len(origins) == 2 and hospital.url in origins


def test_the_conversation_goes_on_on_a_second_page(page, hospital):
    """Of the same hospital's site."""
    opened(page, hospital)
    ask(page, "can I drive afterwards?")
    page.goto(f"{hospital.url}/another-page")
    page.locator(".open").click()
    page.locator("blockquote").wait_for()
    assert page.locator(".turn").count() == 1


def test_escape_closes_it_and_gives_the_focus_back(page, hospital):
    """To the button that opened it."""
    opened(page, hospital)
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    playwright.expect(page.locator(".open")).to_be_focused()  # the browser tells of the closing a moment later


def test_links_lead_to_the_assistant(page, hospital, url):
    """The leaflet's page is the assistant's, not the hospital's."""
    opened(page, hospital)
    ask(page, "can I drive afterwards?")
    assert page.locator(".see").get_attribute("href").startswith(f"{url}/leaflets/{LEAFLET}?quote=")


def test_it_can_be_saved_and_ended(page, hospital, tmp_path):
    """Where the hospital's policy forbids forms of its own to lead elsewhere."""
    opened(page, hospital)
    ask(page, "can I drive afterwards?")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the conversation").click()
    download.value.save_as(tmp_path / "saved.html")
    assert "Do not drive at all" in (tmp_path / "saved.html").read_text(encoding="utf-8")
    page.locator("summary").click()
    page.get_by_role("button", name="Delete the conversation").click()
    page.get_by_text("has been deleted").wait_for()
    page.reload()
    page.locator(".open").click()
    page.locator("#chat-box").wait_for()
    assert page.locator(".turn").count() == 0


def test_the_hospital_chooses_words_colour_and_place(page, hospital):
    """Black or white on its colour, whichever stands out."""
    hospital.page.attributes = 'data-title="Ask us" data-colour="#ffe14d" data-position="corner-left"'
    try:
        page.goto(hospital.url)
        button = page.get_by_role("button", name="Ask us")
        look = button.evaluate("button => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color, button.getBoundingClientRect().left < 100]")
        assert look == ["rgb(255, 225, 77)", "rgb(0, 0, 0)", True], json.dumps(look)
    finally:
        hospital.page.attributes = f'data-leaflet="{LEAFLET}"'


def test_inline_it_stands_in_the_page(page, hospital):
    """No button to press first."""
    hospital.page.attributes = f'data-leaflet="{LEAFLET}" data-position="inline"'
    try:
        page.goto(hospital.url)
        ask(page, "can I drive afterwards?")
        assert page.locator(".open").count() == 0
    finally:
        hospital.page.attributes = f'data-leaflet="{LEAFLET}"'


def test_where_the_assistant_is_down_the_page_says_whom_to_phone(page, hospital):
    """The script is there, the server is not."""
    page.goto(hospital.url)
    page.locator(".open").wait_for()
    page.route("**/chat/start", lambda route: route.abort())
    page.locator(".open").click()
    page.locator(".problem").wait_for()
    assert "999" in page.locator(".problem").inner_text() and "appointment letter" in page.locator(".problem").inner_text()
