"""Measures weight, first paint and answer time of the chat in Chromium: `python -m tests.browser.figures`. Prints a table for docs/web.md."""
import gzip
import statistics
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from bot.channels.web.assets import read_assets
from tests.house import ROOT, House

TIMES = 20
QUESTIONS = ["can I drive afterwards?", "how long does it take", "do I need a scan", "will it hurt", "what should I look out for at home"]


def measure() -> None:
    """Start the assistant, open the page, ask; print the table."""
    chromium = subprocess.run([ROOT / "scripts" / "browser"], capture_output=True, text=True, check=True).stdout.strip()
    house = House(Path(tempfile.mkdtemp()))
    try:
        house.wait_until_ready()
        url = f"http://localhost:{house.port}/"
        urllib.request.urlopen(f"{url}demo", timeout=60).close()
        files = {"page": urllib.request.urlopen(url, timeout=10).read(), **{name: asset.content for name, asset in read_assets().items() if name != "demo.css"}}
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            paints = [_first_paint(browser, url) for _ in range(TIMES)]
            answers = _answer_times(browser, url)
            browser.close()
    finally:
        house.interrupt()
        house.close()
    _print(files, paints, answers)


def _first_paint(browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(url, wait_until="load")
    paint = page.evaluate("new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime)).observe({type: 'paint', buffered: true}))")
    context.close()
    return paint


def _answer_times(browser, url: str) -> list[float]:
    """Milliseconds from Enter to the answer in the page, measured in the page."""
    times = []
    for _ in range(TIMES // len(QUESTIONS)):
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.goto(url)
        for question in QUESTIONS:
            page.locator("#chat-box").fill(question)
            times.append(page.evaluate("""() => new Promise(done => {
                const began = performance.now();
                new MutationObserver(() => done(performance.now() - began)).observe(document.querySelector('.turns'), {childList: true});
                document.querySelector('#chat-form').requestSubmit();
            })"""))
            page.wait_for_timeout(300)
        page.context.close()
    return times


def _print(files: dict[str, bytes], paints: list[float], answers: list[float]) -> None:
    sizes = {name: (len(content), len(gzip.compress(content, 9))) for name, content in files.items()}
    print("| what | as files | as sent (gzip) |\n| --- | --- | --- |")
    for name, (plain, packed) in {**sizes, "together": tuple(map(sum, zip(*sizes.values())))}.items():
        print(f"| {name} | {plain / 1000:.1f} kB | {packed / 1000:.1f} kB |")
    print("\n| time | median | slowest | of |\n| --- | --- | --- | --- |")
    for name, times in (("first paint, empty cache", paints), ("from Enter to the answer in the page", answers)):
        print(f"| {name} | {statistics.median(times):.0f} ms | {max(times):.0f} ms | {len(times)} |")


if __name__ == "__main__":
    measure()
