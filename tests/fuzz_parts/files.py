"""Files that staff hand in: leaflets, scripts of stories, answer maps, the hospital's settings. Read, or refused in one sentence."""
import contextlib
import io
import json
from pathlib import Path
from typing import Any, Iterator

import docx
import openpyxl
import yaml
from fpdf import FPDF
from hypothesis import strategies as st

from tests.fuzz_parts import Target
from tests.fuzz_parts.words import JSON, SENDABLE, TEXT, damaged

ROOT = Path(__file__).resolve().parents[2]
_TAGS = ["p", "h1", "h2", "ul", "li", "table", "tr", "td", "div", "br", "script", "style", "a", "b", "!--", "svg", "title"]
_HTML = st.lists(st.tuples(st.sampled_from(_TAGS), st.booleans(), SENDABLE), max_size=20).map(
    lambda parts: "".join(f"<{'/' if closing else ''}{tag}>{text}" for tag, closing, text in parts).encode("utf-8", "replace")
)
_XML_SAFE = st.text(st.characters(min_codepoint=32, blacklist_categories=("Cs", "Co", "Cn")), max_size=60)


def targets(folder: Path) -> Iterator[Target]:
    """All readers of files; `folder` is where the made-up files lie."""
    for suffix, inputs in (
        (".txt", _pieces()), (".md", _pieces()), (".html", _HTML | _pieces()),
        (".pdf", damaged(_a_pdf()) | _pieces().map(lambda content: b"%PDF-1.4\n" + content)), (".docx", _documents() | damaged(_a_document(["Tea", "Bring a cup."]))),
    ):  # fmt: skip
        yield Target(f"leaflet {suffix}", inputs, lambda content, suffix=suffix: read_leaflet(folder / f"leaflet{suffix}", content))
    for suffix, inputs in ((".yml", _scripts() | _pieces()), (".csv", _tables().map(_as_csv) | st.binary(max_size=200)), (".xlsx", _tables().map(_as_workbook) | damaged(_as_workbook([["story", "patient"], ["a", "b"]])))):
        yield Target(f"story {suffix}", inputs, lambda content, suffix=suffix: read_story(folder / f"story{suffix}", content))
    a_map, site = (sorted((ROOT / "data/answers").glob("*.yml"))[0].read_bytes(), (ROOT / "data/site.yml").read_bytes())
    yield Target("answer map", damaged(a_map) | JSON.map(_as_yaml), lambda content: read_map(folder / "map.yml", content))
    yield Target("site.yml", damaged(site) | _sites(), lambda content: read_site(folder / "site.yml", content))


def read_leaflet(file: Path, content: bytes) -> None:
    """A leaflet is read, or refused with a LeafletError."""
    from bot.leaflets import reading
    from bot.leaflets.errors import LeafletError

    file.write_bytes(content)
    with contextlib.suppress(LeafletError):
        leaflet = reading.read_leaflet(file)
        assert all(leaflet.text[sentence.start : sentence.end].strip() for section in leaflet.sections for sentence in section.sentences)


def read_story(file: Path, content: bytes) -> None:
    """A script is read, or its mistakes are told with file and reason."""
    from bot.staff.stories.reader import read_scripts
    from tests.staff.tea_room_stories import known

    file.write_bytes(content)
    reading = read_scripts([file], known())
    assert reading.stories or reading.mistakes
    assert all(mistake.file and mistake.reason for mistake in reading.mistakes)


def read_map(file: Path, content: bytes) -> None:
    """An answer map is read, or refused with a MapError."""
    from bot.catalogue import read_regions, read_topics
    from bot.leaflets.answer_map import read_answer_map
    from bot.leaflets.errors import MapError

    file.write_bytes(content)
    with contextlib.suppress(MapError):
        read_answer_map(file, read_topics(), read_regions().by_id)


def read_site(file: Path, content: bytes) -> None:
    """The hospital's settings are read, and every sentence can be said; or refused with a YamlError."""
    from bot.answers import site
    from bot.yaml_file import YamlError

    file.write_bytes(content)
    with contextlib.suppress(YamlError):
        site.read_site(file).say("broken")


def _pieces():
    samples = [file.read_bytes() for file in sorted((ROOT / "data/leaflets").glob("*.md"))]
    piece = st.sampled_from(samples).flatmap(lambda text: st.integers(0, max(len(text) - 200, 0)).map(lambda at: text[at : at + 200]))
    return st.lists(st.binary(max_size=60) | piece | TEXT.map(lambda text: text.encode("utf-8", "replace")), max_size=8).map(b"".join)


def _a_pdf() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    for line in ("Tea", "Tea costs one pound. It comes with milk.", "- a cup", "- a saucer"):
        pdf.cell(0, 10, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _a_document(paragraphs: list[str]) -> bytes:
    document = docx.Document()
    for number, paragraph in enumerate(paragraphs):
        document.add_paragraph(paragraph, style=["Heading 1", "Normal", "List Bullet", "Title"][number % 4])
    if len(paragraphs) > 2:
        document.add_table(2, 2).cell(0, 1).text = paragraphs[0]
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _documents():
    return st.lists(_XML_SAFE, max_size=6).map(_a_document)


def _scripts():
    """Scripts nearly as staff write them: the right words, in the right and in the wrong places."""
    value = st.deferred(lambda: JSON | SENDABLE)
    step = st.dictionaries(st.sampled_from(["patient", "presses", "stays silent", "expect", "Patient", "x"]), value | st.dictionaries(st.sampled_from(["quotes", "escalates", "sign", "from", "asks which", "says not covered", "no"]), value, max_size=4), max_size=4)
    story = st.dictionaries(st.sampled_from(["name", "leaflet", "region", "channel", "steps"]), value | st.lists(step, max_size=3), max_size=5)
    script = st.dictionaries(st.sampled_from(["about", "leaflet", "channel", "stories"]), value | st.lists(story, max_size=3), max_size=4)
    return script.map(_as_yaml)


def _sites():
    from bot.answers.site import WORDINGS

    site = st.fixed_dictionaries({
        "numbers": JSON | st.just({"emergency": "999", "urgent": "111"}), "contact_default": JSON | SENDABLE, "contacts": JSON,
        "wording": JSON | st.fixed_dictionaries({name: st.just("Call {emergency}.") if name != "broken" else SENDABLE for name in WORDINGS}),
    })  # fmt: skip
    return site.map(_as_yaml)


def _as_yaml(value: Any) -> bytes:
    # JSON is YAML, and says what YAML's own writer refuses to say
    return json.dumps(value).encode() if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace")


def _tables():
    head = st.lists(st.sampled_from(["story", "patient", "quotes", "escalates", "expect", "", "Story", "leaflet"]) | _XML_SAFE, max_size=6)
    return st.tuples(head, st.lists(st.lists(_XML_SAFE, max_size=6), max_size=5)).map(lambda table: [table[0], *table[1]])


def _as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(";".join(cells) for cells in rows).encode("utf-8", "replace")


def _as_workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(["".join(character for character in cell if character.isprintable()) for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
