"""The server is stopped in mid-conversation and started again: the patient is told, nothing typed is lost, the conversation goes on."""
import signal

from tests.browser.conftest import LEAFLET, ask
from tests.house import House


def test_the_conversation_outlives_the_server(page, tmp_path):
    """The question typed while it is down is answered by itself once it is back; the alarm is still in force."""
    first = House(tmp_path)
    second = None
    try:
        first.wait_until_ready()
        url = f"http://localhost:{first.port}"
        page.goto(f"{url}/?leaflet={LEAFLET}")
        ask(page, "I can't wee")
        first.interrupt(signal.SIGINT)
        page.locator("#chat-box").fill("can I drive afterwards?")
        page.locator("#chat-box").press("Enter")
        page.locator(".problem").wait_for()
        assert "999" in page.locator(".problem").inner_text() and page.locator("#chat-box").input_value() == "can I drive afterwards?"
        second = House(tmp_path, PORT=str(first.port))
        second.wait_until_ready()
        page.locator(".turn").nth(1).wait_for(timeout=60000)
        assert "Do not drive at all" in page.locator(".turn").nth(1).inner_text()
        assert page.locator(".reminder").count() == 1
        page.reload()
        assert page.locator(".turn").count() == 2
    finally:
        first.close()
        if second:
            second.close()
