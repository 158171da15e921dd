"""Write the tables of topics and warning signs from the data files: `make tables` makes docs/topics.md and docs/signs.md."""
import sys
from pathlib import Path
from typing import Mapping

from bot.catalogue import Topic, read_topics
from bot.safety.signs import SignBook, read_sign_book
from bot.safety.verdict import LEVELS
from bot.yaml_file import YamlError

DOCS = Path(__file__).resolve().parents[2] / "docs"

_WRITTEN_BY = "This file is written by `make tables` from `{source}`; change those files, not this one.\n"


def topics_text(topics: Mapping[str, Topic]) -> str:
    """docs/topics.md: one table for each group."""
    lines = ["# Topics", "", _WRITTEN_BY.format(source="data/topics.yml")]
    for group in dict.fromkeys(topic.group for topic in topics.values()):
        lines += [f"## {group}", "", "| topic | offered as | what belongs to it | always with |", "| --- | --- | --- | --- |"]
        lines += [_topic_row(topic) for topic in topics.values() if topic.group == group] + [""]
    return "\n".join(lines).rstrip() + "\n"


def _topic_row(topic: Topic) -> str:
    return f"| `{topic.id}` | {_cell(topic.title)} | {_cell(topic.asks)} | {', '.join(f'`{other}`' for other in topic.add)} |"


def signs_text(book: SignBook) -> str:
    """docs/signs.md: every sign, the most urgent first, and the signs that raise the level together."""
    signs = sorted(book.signs.values(), key=lambda sign: (-LEVELS.index(sign.least), sign.id))
    rows = [f"| `{sign.id}` | {sign.least} | {_cell(sign.title)} | {_cell(sign.source)} |" for sign in signs]
    pairs = [f"| {' and '.join(f'`{sign}`' for sign in sorted(pair.signs))} | {pair.level} |" for pair in book.pairs]
    return "\n".join(
        [
            "# Warning signs", "", _WRITTEN_BY.format(source="data/red_flags/"),
            "`gp`: see a GP today. `ae`: go to A&E now. `999`: call an ambulance.", "",
            "| sign | lowest level | named to patients as | rests on |", "| --- | --- | --- | --- |", *rows, "",
            "Signs that together raise the level:", "",
            "| signs | level |", "| --- | --- |", *pairs, "",
        ]
    )  # fmt: skip


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Command line of `make tables`."""
    try:
        texts = {"topics.md": topics_text(read_topics()), "signs.md": signs_text(read_sign_book())}
    except YamlError as error:
        sys.exit(f"tables: {error}")
    for name, text in texts.items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"Written: docs/{name}")


if __name__ == "__main__":
    main()
