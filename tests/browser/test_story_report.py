"""The story report in a real browser: nothing for axe-core to complain of, nothing cut off on a phone, everything open on paper."""
import pytest

browser = pytest.importorskip("tests.browser.conftest", reason="needs the browser's fixtures")

from bot.staff.stories.page import write_page  # noqa: E402
from tests.staff.tea_room_stories import known  # noqa: E402
from tests.staff.test_story_player import PRICE, SCALD, run_of, step, story  # noqa: E402


@pytest.fixture
def report(page, tmp_path):
    """The report of a run with a story that passes, one with an alarm and one that fails, on a phone's screen."""
    run = run_of([PRICE, SCALD, story(step("something else", 7, small_talk="yes"), name="fails")])
    write_page(run, known(), tmp_path / "report.html")
    page.goto(f"file://{tmp_path / 'report.html'}")
    return page


def test_axe_finds_nothing(report):
    """With all conversations open, as on paper."""
    report.get_by_role("button", name="Open all").click()
    assert browser.violations(report) == []
    assert report.complaints == []


def test_nothing_is_cut_off_on_a_phone(report):
    """Wide tables scroll within themselves."""
    report.get_by_role("button", name="Open all").click()
    assert report.evaluate("document.documentElement.scrollWidth") <= browser.PHONE["width"]


def test_a_sign_leads_to_its_conversation(report):
    """The link opens the story it leads to."""
    report.locator("a[href='#story-2']").first.click()
    assert report.locator("#story-2").evaluate("story => story.open")


def test_everything_is_open_before_printing(report):
    """Paper can't be clicked."""
    report.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert report.locator("details:not([open])").count() == 0
