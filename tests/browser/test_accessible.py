"""axe-core finds nothing in any state: every WCAG 2.0, 2.1 and 2.2 rule of levels A and AA, and its best practice."""
import pytest

from tests.browser.conftest import LEAFLET, ask, violations

AE, EMERGENCY = "I can't wee", "my chest hurts and I can't breathe"


def at_start(page, url):
    page.goto(f"{url}/?leaflet={LEAFLET}")


def with_answer(page, url):
    at_start(page, url)
    ask(page, "can I drive afterwards?")
    assert page.locator("blockquote").count() == 1


def with_two_answers(page, url):
    at_start(page, url)
    ask(page, "do i need a scan and will it hurt")
    assert page.locator(".quotes").count() == 2


def with_choices(page, url):
    page.goto(url)
    ask(page, "can I eat before?")
    assert page.locator(".choices button").count() == 2


def with_earlier_choices(page, url):
    with_choices(page, url)
    page.locator(".choices button").first.click()
    page.locator(".turn").nth(1).wait_for()


def with_gp_advice(page, url):
    at_start(page, url)
    ask(page, "the place where the needle went in is red and hot and oozing")
    page.locator(".care-gp").wait_for()


def with_ae_advice(page, url):
    at_start(page, url)
    ask(page, AE)
    page.locator(".care-ae").wait_for()


def with_emergency_advice(page, url):
    at_start(page, url)
    ask(page, EMERGENCY)
    page.locator(".care-999").wait_for()


def with_reminder(page, url):
    with_ae_advice(page, url)
    ask(page, "can I drive afterwards?")
    page.locator(".reminder").wait_for()


def with_no_answer(page, url):
    at_start(page, url)
    ask(page, "can I fly to Spain on Saturday")


def with_refused_message(page, url):
    at_start(page, url)
    ask(page, "can I drive " * 400)
    page.locator(".problem").wait_for()


def offline(page, url):
    with_answer(page, url)
    page.context.set_offline(True)
    page.locator("#chat-box").fill("how long does it take")
    page.locator("#chat-box").press("Enter")
    page.locator(".problem").wait_for()
    page.context.set_offline(False)


def with_unknown_leaflet(page, url):
    page.goto(f"{url}/?leaflet=nobody-has-this")
    page.locator(".notice").wait_for()


def about_to_end(page, url):
    with_answer(page, url)
    page.locator("summary").click()


def ended(page, url):
    about_to_end(page, url)
    page.get_by_role("button", name="Delete the conversation").click()
    page.get_by_text("has been deleted").wait_for()


def on_leaflet_page(page, url):
    with_answer(page, url)
    page.locator(".see").click()
    page.locator("mark").first.wait_for()


def on_missing_leaflet_page(page, url):
    page.goto(f"{url}/leaflets/nobody-has-this")


def on_demonstration_page(page, url):
    page.goto(f"{url}/demo")
    page.locator(".open").wait_for()


def on_demonstration_page_opened(page, url):
    on_demonstration_page(page, url)
    page.locator(".open").click()
    ask(page, "can I drive afterwards?")


STATES = [
    at_start, with_answer, with_two_answers, with_choices, with_earlier_choices, with_gp_advice, with_ae_advice, with_emergency_advice, with_reminder,
    with_no_answer, with_refused_message, offline, with_unknown_leaflet, about_to_end, ended, on_leaflet_page, on_missing_leaflet_page,
    on_demonstration_page, on_demonstration_page_opened,
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(page, url, state):
    """In each state, on a phone."""
    state(page, url)
    assert violations(page) == []


LOOKS = {"dark": {"color_scheme": "dark"}, "forced colours": {"forced_colors": "active"}, "dark forced colours": {"color_scheme": "dark", "forced_colors": "active"}, "wide": {"viewport": {"width": 1280, "height": 900}}}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("state", [with_two_answers, with_choices, with_gp_advice, with_emergency_advice, on_leaflet_page, on_demonstration_page_opened], ids=lambda state: state.__name__)
def test_axe_finds_nothing_in_other_looks(open_context, url, look, state):
    """Dark, with the reader's own colours, on a wide screen."""
    page = open_context(**look).new_page()
    state(page, url)
    assert violations(page) == []


def test_axe_finds_nothing_on_a_hospital_s_page(page, hospital):
    """The chat of another origin, closed and open."""
    page.goto(hospital.url)
    page.locator(".open").wait_for()
    assert violations(page) == []
    page.locator(".open").click()
    ask(page, "can I drive afterwards?")
    assert violations(page) == []


def test_axe_finds_nothing_without_script(open_context, url):
    """The page as the server made it. (axe itself is a script: it looks at the same HTML in a page that may run it.)"""
    plain = open_context(java_script_enabled=False).new_page()
    plain.goto(f"{url}/?leaflet={LEAFLET}")
    plain.locator("#chat-box").fill("can I drive afterwards?")
    plain.get_by_role("button", name="Send").click()
    plain.locator("blockquote").wait_for()
    looked_at = open_context(bypass_csp=True).new_page()
    looked_at.route("**/*.js", lambda route: route.abort())
    looked_at.context.add_cookies(plain.context.cookies())
    looked_at.goto(url)
    assert looked_at.locator("blockquote").count() == 1
    assert violations(looked_at) == []
