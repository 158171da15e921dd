"""Add or renew a leaflet: `make leaflet FILE=new.pdf`. Opens the review page, or asks in the terminal (TERMINAL=1)."""
import os
import sys
import webbrowser
from pathlib import Path
from typing import Any

from bot.light_tensorflow import without_tensorflow


def main() -> None:
    """Settings from the environment: FILE, REPLACES (id of the leaflet whose new version it is), TERMINAL, LEAFLETS, ANSWERS."""
    without_tensorflow()
    from bot.inputs import is_trained
    from bot.leaflets.errors import LeafletError, MapError
    from bot.staff.leaflets.review import ReviewError
    from bot.yaml_file import YamlError

    if not os.environ.get("FILE"):
        sys.exit("leaflet: name the file, like 'make leaflet FILE=new.pdf'")
    if not is_trained():
        sys.exit("leaflet: the assistant is not trained yet, or its files changed since; run 'make train' first")
    try:
        review_file(Path(os.environ["FILE"]))
    except (LeafletError, MapError, ReviewError, YamlError) as error:
        sys.exit(f"leaflet: {error}")
    except KeyboardInterrupt:
        sys.exit("\nleaflet: stopped; what was decided is kept")


def review_file(source: Path) -> None:
    """Read `source`, review it, and approve it if the reviewer says so."""
    from bot.leaflets.folders import leaflets_folder
    from bot.staff.leaflets.opening import open_review
    from bot.staff.leaflets.signing import Signer
    from bot.staff.leaflets.terminal import TerminalReview, reading_report

    leaflets = leaflets_folder()
    print(f"Reading {source.name}.", flush=True)
    opened = open_review(source, leaflets, os.environ.get("REPLACES") or "")
    print(reading_report(opened.review.leaflet.report))
    if opened.before:
        print(f"This is a new version, or the same, of \"{opened.before.about.title}\" ({opened.before.about.id}).")
    if opened.resumed:
        print("You began this review before; it goes on from there.")
    signer = Signer(leaflets)
    if not os.environ.get("TERMINAL") and _has_browser():
        serve_review(opened, signer)
        return
    signed = TerminalReview(opened.review).go_through()
    if signed:
        file = signer.approve(opened.review, source, *signed)
        print(f"Approved. The answer map is {file}; a running assistant takes it over within 5 seconds.")


def serve_review(opened: Any, signer: Any) -> None:
    """Open the review page and serve it until the leaflet is approved or the reviewer stops."""
    from bot.staff.leaflets.web import ReviewServer

    server = ReviewServer(opened, signer)
    print(f"The review page: {server.address}\nIf no browser opens, copy this address into one on this machine. Ctrl-C stops; everything decided is kept.", flush=True)
    if not os.environ.get("NO_BROWSER"):
        webbrowser.open(server.address)
    server.run()


def _has_browser() -> bool:
    """True where a browser can be opened, or where the reviewer opens it (NO_BROWSER=1)."""
    if os.environ.get("NO_BROWSER"):
        return True
    try:
        webbrowser.get()
    except webbrowser.Error:
        print("No browser was found on this machine, so the review goes on here. With NO_BROWSER=1 the page is served all the same.")
        return False
    return True


if __name__ == "__main__":
    main()
