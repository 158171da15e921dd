"""A patient talks to the assistant in a browser: by keyboard, on a narrow screen, without script, through failures."""
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LEAFLET, ask, watched

HOSTILE = [
    "<script>document.title='taken'</script>", "<img src=x onerror=\"document.title='taken'\">", "\"'><svg onload=alert(1)>", "{{ 7*7 }}{% raw %}",
    "</textarea></form><h1>taken", "javascript:alert(1)", "‮can I drive‬ مرحبا", "can I drive 🦴👩🏽‍⚕️",
]  # fmt: skip


def last_reply(page):
    return page.locator(".turn").last.locator(".reply")


# --- asking -----------------------------------------------------------------------------------------------------------------


def test_an_answer_shows_words_source_and_date(page, url):
    """The leaflet's words, its name, section, version and date."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards?")
    text = last_reply(page).inner_text()
    for piece in ("Do not drive at all on the day of your injection.", "Having a nerve root injection", "Getting home and driving", "Version 4", "1 March 2025"):
        assert piece in text
    assert page.complaints == []


def test_the_whole_conversation_by_keyboard_alone(page, url):
    """Skip link, question, choice, rating, leaflet and back, end: no mouse."""
    page.goto(url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || document.querySelector(':target').id") == "chat-box"
    page.locator("#chat-box").focus()
    page.keyboard.type("can I eat before?")
    page.keyboard.press("Enter")
    page.locator(".choices").wait_for()
    assert page.evaluate("document.activeElement.id") == "chat-box", "focus left the box"

    def tab_to(selector):
        for _ in range(40):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press("Shift+Tab")
        pytest.fail(f"no way by keyboard to {selector}")

    tab_to(".choices button")
    page.keyboard.press("Enter")
    page.locator(".turn").nth(1).wait_for()
    assert page.evaluate("document.activeElement.id") == "chat-box", "focus was lost with the pressed button"
    tab_to(".rating button[value^=yes]")
    page.keyboard.press("Space")
    page.get_by_text("Thank you. We keep").first.wait_for()
    tab_to(".see")
    page.keyboard.press("Enter")
    page.locator("mark").first.wait_for()
    tab_to(".back a")
    page.keyboard.press("Enter")
    page.locator(".turn").nth(1).wait_for()
    page.locator("#chat-box").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('summary')"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("has been deleted").wait_for()


def test_the_answer_is_announced_once(page, url):
    """In the polite region; the log itself is quiet."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards?")
    said = page.locator("[data-live=polite]")
    expect(said).to_contain_text("Do not drive at all")
    assert said.text_content().count("Do not drive at all") == 1
    assert page.locator("[data-live=assertive]").text_content() == ""
    assert page.locator("[role=log]").get_attribute("aria-live") == "off"


def test_the_emergency_card_interrupts(page, url):
    """In the assertive region, with the number; nothing leads away from it but numbers to call."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "my chest hurts and I can't breathe")
    expect(page.locator("[data-live=assertive]")).to_contain_text("Call 999 now")
    addresses = page.locator(".turn").last.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert addresses and all(address.startswith("tel:") for address in addresses)


def test_the_levels_are_told_in_words(page, url):
    """Without any colour."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "I can't wee")
    assert "Emergency: act now" in page.locator(".care-title").inner_text()


def test_the_leaflet_opens_at_the_passage(page, url):
    """The quoted words are marked, in view, and the same as quoted."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards?")
    quoted = page.locator("blockquote li").all_inner_texts()
    page.locator(".see").click()
    page.locator("mark").first.wait_for()
    assert page.locator("mark").all_inner_texts() == quoted
    assert page.locator("mark").first.evaluate("mark => { const at = mark.getBoundingClientRect(); return at.top >= 0 && at.bottom <= innerHeight }")


def test_a_thumbs_down_offers_other_questions(page, url, house):
    """And staff can read it, without the conversation."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards? my number is 07700 900123")
    page.get_by_role("button", name="No, something else").click()
    page.locator(".turn").nth(1).wait_for()
    assert "not what you asked" in last_reply(page).inner_text()
    from bot.channels.feedback import FeedbackBook

    latest = FeedbackBook(f"sqlite:///{house.var / 'feedback.db'}").all()[-1]
    assert (latest.rating, latest.topics[0], latest.question) == ("no", "driving", "can I drive afterwards? my number is [phone number]")


# --- what patients type and leaflets hold --------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_is_shown_as_text(page, url, typed):
    """Markup, quotes, template marks, right-to-left and emoji, after the answer and after a reload."""
    page.goto(url)
    for again in (False, True):
        page.reload() if again else ask(page, typed)
        shown = page.locator(".you").last.inner_text()
        for word in re.findall(r"[\w<>{}=*()]+", typed):
            assert word in shown
        assert page.title() == "Ask about your hospital leaflet"
        assert page.locator(".turn script, .turn img, .turn svg, .turn h1").count() == 0
    assert [line for line in page.complaints if "Failed to load" not in line] == []


def test_what_is_personal_is_shown_masked(page, url):
    """The patient sees what was kept."""
    page.goto(url)
    ask(page, "my number is 07700 900123, can I drive")
    assert "07700" not in page.locator("body").inner_text() and "[phone number]" in page.locator(".you").inner_text()


# --- reload, second page, saving, ending ---------------------------------------------------------------------------------------


def test_the_conversation_survives_a_reload_and_a_second_page(page, url):
    """In the same tab and in another."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards?")
    words = page.locator("blockquote").inner_text()
    page.reload()
    assert page.locator("blockquote").inner_text() == words
    second = page.context.new_page()
    second.goto(url)
    assert second.locator("blockquote").inner_text() == words


def test_nobody_else_sees_it(page, open_context, url):
    """Another browser has a conversation of its own."""
    page.goto(url)
    ask(page, "can I drive afterwards?")
    other = open_context().new_page()
    other.goto(url)
    assert other.locator(".turn").count() == 0


def test_the_conversation_can_be_saved_with_its_sources(page, url, tmp_path):
    """A file that a browser reads without the server."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards? <b>really</b>")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the conversation").click()
    file = tmp_path / "saved.html"
    download.value.save_as(file)
    page.goto(f"file://{file}")
    text = page.locator("body").inner_text()
    assert "<b>really</b>" in text and "Do not drive at all" in text and 'From "Having a nerve root injection"' in text and "version 4" in text


def test_ending_deletes_it_at_the_server(page, url, house):
    """Neither page nor file of the server has it any more; a page that was still open can't go on with it."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "can I drive afterwards? zebedeequillfeather")
    second = page.context.new_page()
    second.goto(url)
    page.locator("summary").click()
    page.get_by_role("button", name="Delete the conversation").click()
    page.get_by_text("has been deleted").wait_for()
    for file in (house.var / "web.db", house.var / "conversations.db"):
        assert b"zebedeequillfeather" not in file.read_bytes(), file.name
    second.locator("#chat-box").fill("and how long does it take")
    second.locator("#chat-box").press("Enter")
    second.get_by_text("Your last conversation has ended").first.wait_for()
    assert second.locator("#chat-box").input_value() == "and how long does it take"
    second.locator("#chat-box").press("Enter")
    second.locator(".turn").wait_for()
    assert second.locator(".turn").count() == 1


def test_an_alarm_ends_with_its_conversation(page, url):
    """The next conversation begins without it."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    ask(page, "I can't wee")
    page.locator("summary").click()
    page.get_by_role("button", name="Delete the conversation").click()
    page.get_by_text("has been deleted").wait_for()
    page.goto(url)
    ask(page, "can I drive afterwards?")
    assert page.locator(".reminder").count() == 0


# --- narrow, large, without script ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [{"width": 320, "height": 568}, {"width": 320, "height": 256}], ids=["320 px wide", "1280 by 1024 at 400 %"])
def test_nothing_runs_off_a_narrow_screen(open_context, url, size):
    """Reflow: no scrolling to the side, at 320 CSS pixels and at 400 % zoom (which is the same width, and a quarter of the height)."""
    page = watched(open_context(viewport=size).new_page())
    page.goto(f"{url}/?leaflet={LEAFLET}")
    for question in ("can I eat before?", "I can't wee", "x" * 300):
        ask(page, question)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("#chat-box").scroll_into_view_if_needed()
        assert page.locator("#chat-box").is_visible()
    page.locator(".see").first.click()
    page.locator("mark").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{url}/demo")
    page.locator(".open").click()
    ask(page, "can I drive afterwards?")
    assert page.locator("dialog").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_everything_that_can_be_pressed_is_large_enough(page, url):
    """Buttons of at least 44 by 44 CSS pixels, for shaky hands."""
    page.goto(url)
    ask(page, "can I eat before?")
    sizes = page.locator("button:visible, summary:visible, textarea:visible").evaluate_all("all => all.map(each => [each.textContent.trim(), each.offsetWidth, each.offsetHeight])")
    assert len(sizes) >= 7 and [size for size in sizes if size[1] < 44 or size[2] < 44] == []


def test_the_whole_conversation_without_script(open_context, url):
    """Question, choice, rating, leaflet, reload, end: each a whole page."""
    page = open_context(java_script_enabled=False).new_page()
    page.goto(url)
    page.locator("#chat-box").fill("can I eat before?")
    page.get_by_role("button", name="Send").click()
    page.locator(".choices button").first.click()
    assert page.locator(".turn").count() == 2 and page.locator(".turn").first.locator(".choices button").count() == 0
    page.reload()
    assert page.locator(".turn").count() == 2, "a reload sent the question again"
    page.locator("#chat-box").fill("I can't wee")
    page.get_by_role("button", name="Send").click()
    assert page.locator(".care-ae").count() == 1
    page.locator("#chat-box").fill("can I drive afterwards?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="No, something else").click()
    assert "not what you asked" in last_reply(page).inner_text()
    page.locator("#chat-box").fill("can I drive " * 400)
    page.get_by_role("button", name="Send").click()
    assert "too long" in page.locator(".problem").inner_text() and page.locator("#chat-box").input_value().startswith("can I drive")
    page.locator(".see").first.click()
    assert page.locator("mark").count()
    page.goto(url)
    page.locator("summary").click()
    page.get_by_role("button", name="Delete the conversation").click()
    assert "has been deleted" in page.locator("main").inner_text()


# --- failures ------------------------------------------------------------------------------------------------------------------


def test_offline_keeps_the_words_and_sends_them_later(page, url):
    """Says whom to phone; sends by itself when the network is back, once."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    page.context.set_offline(True)
    page.locator("#chat-box").fill("can I drive afterwards?")
    page.locator("#chat-box").press("Enter")
    page.locator(".problem").wait_for()
    told = page.locator(".problem").inner_text()
    assert "0114 496 0123" in told and "999" in told and page.locator("#chat-box").input_value() == "can I drive afterwards?"
    page.context.set_offline(False)
    page.locator("blockquote").wait_for()
    assert page.locator(".turn").count() == 1 and page.locator(".problem").count() == 0 and page.locator("#chat-box").input_value() == ""


def test_a_slow_answer_is_told_after_two_seconds(page, url):
    """And comes all the same."""
    page.goto(f"{url}/?leaflet={LEAFLET}")

    page.add_init_script("const real = fetch; window.fetch = (...all) => new Promise(done => setTimeout(() => done(real(...all)), 3000));")
    page.reload()
    page.locator("#chat-box").fill("can I drive afterwards?")
    page.locator("#chat-box").press("Enter")
    page.get_by_text("Looking in the leaflet").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.locator(".state").inner_text().startswith("Looking")
    page.get_by_text("taking longer than usual").first.wait_for(timeout=1500)
    page.locator("blockquote").wait_for()


def test_typing_too_fast_is_told_and_loses_nothing(page, url):
    """After a burst there is a wait; the words stay in the box."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    for number in range(15):
        page.locator("#chat-box").fill(f"hello {number}")
        page.locator("#chat-box").press("Enter")
        page.locator(f".turn:nth-child({number + 1}), .problem").first.wait_for()
        if page.locator(".problem").count():
            break
    assert 9 <= number < 15 and "very fast" in page.locator(".problem").inner_text() and "999" in page.locator(".problem").inner_text()
    assert page.locator("#chat-box").input_value() == f"hello {number}"


def test_a_turn_whose_answer_got_lost_is_not_counted_twice(page, url):
    """The server answered, the network dropped it: the retry shows the first answer."""
    page.goto(f"{url}/?leaflet={LEAFLET}")
    lost = []

    def drop_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route("**/chat", drop_the_first)
    page.locator("#chat-box").fill("can I drive afterwards?")
    page.locator("#chat-box").press("Enter")
    page.locator("blockquote").wait_for(timeout=10000)
    page.reload()
    assert page.locator(".turn").count() == 1
