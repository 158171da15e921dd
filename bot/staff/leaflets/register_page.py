"""`make leaflets`: the register in the terminal, and as one self-contained page in results/leaflets.html."""
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Mapping, Sequence

from bot.light_tensorflow import without_tensorflow

RESULTS = Path(__file__).resolve().parents[3] / "results"


def register_text(entries: Sequence, topics: Mapping) -> str:
    """The register as plain text: a few lines for each leaflet."""
    lines = []
    for entry in entries:
        about = entry.about
        lines.append(f"{entry.state.upper():15} {entry.title} ({entry.id})")
        if about:
            dates = ", ".join(f"{name} {value}" for name, value in (("version", about.version), ("issued", about.issued), ("review due", about.review_due)) if value)
            lines.append(f"{'':15} {dates or 'no version or date is known'}")
        lines += [f"{'':15} {text}" for text in (entry.signed, f"re-use: {about.reuse}" if about and about.reuse else "", *entry.remarks) if text]
        if entry.unmapped:
            lines.append(f"{'':15} {len(entry.unmapped)} topics are not quoted from it: " + ", ".join(topics[topic].title for topic in entry.unmapped[:4]) + (" …" if len(entry.unmapped) > 4 else ""))
        if entry.disagreements:
            lines.append(f"{'':15} on {len({found.topic for found in entry.disagreements})} topics another leaflet says something else")
    return "\n".join(lines)


def register_html(entries: Sequence, topics: Mapping, folder: Path, today: date) -> str:
    """The register as one page that needs no other file."""
    from bot.staff.leaflets.pages import TEMPLATES, environment

    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    counts = Counter(entry.state for entry in entries)
    return environment().get_template("register.html").render(
        root="", inline_style=style, error="", entries=entries, topics=topics, folder=folder.name, today=today.isoformat(), counts=dict(sorted(counts.items()))
    )


def main() -> None:
    """Command line of `make leaflets`."""
    without_tensorflow()
    from bot.catalogue import read_regions, read_topics
    from bot.leaflets.folders import leaflets_folder
    from bot.staff.leaflets.drafts import write_whole
    from bot.staff.leaflets.register import register
    from bot.yaml_file import YamlError

    folder, today = leaflets_folder(), date.today()
    if not folder.is_dir():
        sys.exit(f"leaflets: LEAFLETS names '{folder}', which is no folder")
    try:
        topics = read_topics()
        entries, library = register(folder, topics, read_regions(), today)
    except YamlError as error:
        sys.exit(f"leaflets: {error}")
    print(register_text(entries, topics))
    for problem in library.problems:
        print(f"Attention: {problem}")
    write_whole(RESULTS / "leaflets.html", register_html(entries, topics, folder, today))
    print("The same with all unmapped topics and disagreements: results/leaflets.html")


if __name__ == "__main__":
    main()
