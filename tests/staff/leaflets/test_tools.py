"""The smaller tools: symptoms, printed facts, comparison, register, unanswered questions, topics of a new subject."""
import json
import sqlite3
from datetime import date, datetime, timezone

import numpy as np
import pytest

from bot.answers.live import Shelf
from bot.catalogue import Regions, Topic, read_topics
from bot.channels.feedback import FeedbackBook
from bot.conversations.audit import entries
from bot.leaflets.leaflet import Leaflet
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.leaflets.reading import read_leaflet
from bot.staff.leaflets import subject, unanswered
from bot.staff.leaflets.carry_over import Carried
from bot.staff.leaflets.comparison import compared, stories_touched
from bot.staff.leaflets.facts import about_from, slug
from bot.staff.leaflets.help_signs import gaps, help_signs
from bot.staff.leaflets.register import register
from bot.staff.leaflets.register_page import register_html, register_text
from bot.staff.leaflets.signing import Signer
from bot.staff.leaflets.unanswered import from_conversations, from_ratings, grouped, page
from bot.staff.map_writer import Chosen
from bot.yaml_file import YamlError, read_yaml
from tests.little_library import chosen, write_little_map


def leaflet_of(text: str) -> Leaflet:
    return Leaflet("x.md", tuple(blocks_from_markdown(text)[0]))


# -- symptoms --------------------------------------------------------------------------------------------------------


class Hears:
    """A screen that hears these words."""

    def __init__(self, *words):
        self.words = words

    def screen(self, message):
        heard = tuple(word for word in self.words if word in message.lower())
        return type("Screening", (), {"flags": heard})()


def test_each_bullet_and_each_named_symptom_must_be_heard():
    """Bullets whole; of running text, the parts after "if you have", and none of a sentence that names none."""
    leaflet = leaflet_of("# Help\n\nProblems are rare. Call us if you have a fever, a rash or swelling. Call 999 if you have any of these:\n\n- chest pain\n- blue lips\n")
    signs = help_signs(leaflet, [Chosen(1, 1, 5)], Hears("fever", "chest", "blue"))
    assert {sign.text: sign.fires for sign in signs} == {"fever": ("fever",), "rash": (), "swelling": (), "chest pain": ("chest",), "blue lips": ("blue",)}
    assert [sign.text for sign in gaps(signs, {signs[1].key})] == ["swelling"]


def test_only_the_passage_itself_counts():
    """Bullets elsewhere are no symptoms."""
    leaflet = leaflet_of("# Bag\n\n- a coat\n\n# Help\n\n- chest pain\n")
    assert [sign.text for sign in help_signs(leaflet, [Chosen(2, 1, 1)], Hears())] == ["chest pain"]


# -- printed facts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "issued", "review", "version"),
    [
        ("Version 2. Issued March 2026. Review date: March 2029.", "2026-03", "2029-03", "2"),
        ("Issue date: 01/03/2025 Review due by 1st April 2028", "2025-03-01", "2028-04-01", ""),
        ("Published: 12.2024, version no. 1.4", "2024-12", None, "1.4"),
        ("Take it on 3 March. Come for review in 6 weeks.", None, None, ""),
    ],
)
def test_dates_and_version_are_found_where_they_are_printed(printed, issued, review, version):
    """A day that is no date of the leaflet is not taken for one."""
    about = about_from(leaflet_of(f"# A title\n\n{printed}\n"))
    assert (about.issued, about.review_due, about.version, about.id) == (issued, review, version, "a-title")


def test_a_new_version_keeps_name_and_publisher_but_not_the_old_dates():
    """What is printed now counts; what is no longer printed is asked for."""
    before = about_from(leaflet_of("# A title\n\nVersion 1. Review date: March 2025.\n"))
    now = about_from(leaflet_of("# Another title\n\nVersion 2.\n"), before)
    assert (now.id, now.title, now.version, now.review_due) == ("a-title", "A title", "2", None)


def test_a_title_without_letters_still_has_a_name():
    """An id is never empty."""
    assert (slug("***"), slug("  Your Knee (left)! ")) == ("leaflet", "your-knee-left")


# -- comparison ------------------------------------------------------------------------------------------------------


def test_sentences_are_told_apart_by_what_became_of_them():
    """Changed, added, removed, moved, and headings."""
    old = leaflet_of("# One\n\nDo not drive for two days. Rest at home. Old words here.\n\n# Two\n\nCall the ward.\n")
    new = leaflet_of("# One\n\nDo not drive for three days.\n\n# Three\n\nCall the ward. Rest at home. A wholly different line follows.\n")
    found = compared(old, new)
    assert found.changed == (("Do not drive for two days.", "Do not drive for three days."),)
    assert found.moved in (("Rest at home.",), ("Call the ward.",))
    assert (found.removed, found.added) == (("Old words here.",), ("A wholly different line follows.",))
    assert (found.headings_added, found.headings_removed) == (("Three",), ("Two",))
    assert compared(old, old).nothing


def test_stories_that_name_a_touched_topic_are_listed(tmp_path):
    """By whole words only, in YAML and CSV."""
    (tmp_path / "a.yml").write_text("quotes: tea")
    (tmp_path / "b.csv").write_text("ann,teapot")
    (tmp_path / "c.yml").write_text("leaflet: north")
    carried = [Carried("tea", "to review", (), ("gone",)), Carried("milk", "untouched", (), ())]
    assert stories_touched(carried, "north", tmp_path) == ["a.yml", "c.yml"]
    assert stories_touched(carried[1:], "north", tmp_path) == []


# -- register --------------------------------------------------------------------------------------------------------

TOPICS = {id_: Topic(id_, "all", id_.capitalize(), "") for id_ in ("tea", "cake")}


def hospital(tmp_path, monkeypatch):
    monkeypatch.setenv("ANSWERS", str(tmp_path / "answers"))
    (tmp_path / "leaflets").mkdir()
    (tmp_path / "answers").mkdir()
    for name, words in (("north", "Tea costs one pound."), ("south", "Tea is free, and <b>hot</b>."), ("west", "Nothing yet.")):
        (tmp_path / f"leaflets/{name}.md").write_text(f"# The {name}\n\n{words}\n")
        if name != "west":
            write_little_map(tmp_path / f"answers/{name}.yml", read_leaflet(tmp_path / f"leaflets/{name}.md"), name, {"tea": chosen(1, 1, 1, says=name)})
    return tmp_path / "leaflets"


@pytest.mark.parametrize(
    ("due", "state"), [("null", "approved"), ('"2026-09"', "approved"), ('"2026-07"', "due for review"), ('"2026-06"', "due for review"), ('"2026-05"', "overdue")]
)
def test_the_review_date_decides_the_state(tmp_path, monkeypatch, due, state):
    """Due within 90 days, overdue after the last day of the month."""
    folder = hospital(tmp_path, monkeypatch)
    file = tmp_path / "answers/north.yml"
    file.write_text(file.read_text().replace("review_due: null", f"review_due: {due}"))
    entries, _ = register(folder, TOPICS, Regions("", {}), date(2026, 6, 2))
    assert {entry.id: entry.state for entry in entries} == {"north": state, "south": "approved", "west": "draft"}


def test_the_register_tells_everything_about_each_leaflet(tmp_path, monkeypatch):
    """State, signature, unmapped topics and disagreements, as text and as one page without scripts or other files."""
    folder = hospital(tmp_path, monkeypatch)
    Signer(folder).withdraw("south", "Sam Lee", "nurse", "old")
    entries, library = register(folder, TOPICS, Regions("", {}), date(2026, 6, 2))
    by_id = {entry.id: entry for entry in entries}
    assert by_id["south"].state == "withdrawn" and "Sam Lee" in by_id["south"].signed
    assert by_id["north"].unmapped == ("cake",) and "make leaflet" in by_id["west"].remarks[0]
    text = register_text(entries, TOPICS)
    assert "WITHDRAWN" in text and "a test, 2026-01-01; no signature" in text
    html = register_html(entries, TOPICS, folder, date(2026, 6, 2))
    assert "<script" not in html and "<link" not in html and "Sam Lee" in html
    assert '"Segoe UI"' in html, "the style sheet's quotation marks stand as they are, or no browser reads it"


def test_leaflets_on_different_subjects_are_not_compared(tmp_path, monkeypatch):
    """A list of differences between a knee and a bowel would hide those that matter."""
    folder = hospital(tmp_path, monkeypatch)
    file = tmp_path / "answers/north.yml"
    file.write_text(file.read_text().replace("fingerprint:", "subject: tea\nfingerprint:", 1))
    entries, library = register(folder, TOPICS, Regions("", {}), date(2026, 6, 2))
    assert library.active["north"].about.subject == "tea"
    assert [entry.disagreements for entry in entries] == [(), (), ()]


def test_disagreements_are_shown_as_words_never_as_markup(tmp_path, monkeypatch):
    """A leaflet's words are escaped."""
    folder = hospital(tmp_path, monkeypatch)
    entries, _ = register(folder, TOPICS, Regions("", {}), date(2026, 6, 2))
    assert [found.other for found in entries[0].disagreements] == ["south"]
    html = register_html(entries, TOPICS, folder, date(2026, 6, 2))
    assert "&lt;b&gt;hot" in html and "<b>hot" not in html


def test_a_changed_copy_is_remarked(tmp_path, monkeypatch):
    """Its words are no longer those that were approved."""
    folder = hospital(tmp_path, monkeypatch)
    (folder / "north.md").write_text("# The north\n\nTea costs one pound. And more.\n")
    entries, _ = register(folder, TOPICS, Regions("", {}), date(2026, 6, 2))
    assert "were changed since it was approved" in entries[0].remarks[-1]


# -- unanswered ------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 6, 2, 12, tzinfo=timezone.utc).timestamp()


def conversations(file, *turns, moment=NOON):
    """A store as Rasa keeps it: (sender, message, intent, custom) a turn."""
    with sqlite3.connect(file) as connection:
        connection.execute("create table events (id integer primary key, sender_id text, timestamp real, data text)")
        for sender, text, intent, custom in turns:
            for event in ({"event": "user", "text": text, "parse_data": {"intent": {"name": intent}}}, {"event": "bot", "data": {}}, {"event": "bot", "data": {"custom": custom}}):
                connection.execute("insert into events (sender_id, timestamp, data) values (?, ?, ?)", (sender, moment, json.dumps(event)))
    return f"sqlite:///{file}"


def custom(kind, *candidates):
    return {"kind": kind, "candidates": list(candidates)}


def test_unanswered_questions_are_counted_by_nearest_topic(tmp_path):
    """Not covered, asked back, and "that's not what I asked", which counts for the question before; answers do not."""
    file = conversations(
        tmp_path / "c.db",
        ("ann", "Can I fly?", "ask_leaflet", custom("not_covered", "driving")),
        ("bob", "can i  FLY?", "ask_leaflet", custom("not_covered", "driving")),
        ("ann", "the thing", "unsure", custom("clarify", "dressing")),
        ("cat", "how long", "ask_leaflet", custom("answer", "radiation")),
        ("cat", "no, not that", "not_what_i_asked", custom("clarify", "going_home")),
        ("dan", "thanks", "thank", custom("smalltalk")),
    )
    groups = grouped(list(from_conversations(file, date(2026, 6, 1))))
    assert [(group.topic, group.count) for group in groups] == [("driving", 2), ("dressing", 1), ("radiation", 1)]
    assert groups[0].messages == {"can i fly?": 2}
    assert dict(groups[2].reasons) == {"not_asked": 1}


def test_a_store_with_a_row_for_each_turn_is_read_too(tmp_path):
    """The same events, kept together by turn."""
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute("create table turns (conversation text, number integer, taken real, events text)")
        events = [{"event": "user", "text": "Can I fly?", "parse_data": {}}, {"event": "bot", "data": {"custom": custom("not_covered", "driving")}}]
        connection.execute("insert into turns values ('ann', 1, ?, ?)", (NOON, json.dumps(events)))
    assert [(asked.message, asked.reason) for asked in from_conversations(f"sqlite:///{tmp_path / 'c.db'}", date(2026, 6, 1))] == [("Can I fly?", "not_covered")]


def test_older_questions_are_left_out(tmp_path):
    """Only the week asked for."""
    file = conversations(tmp_path / "c.db", ("ann", "Can I fly?", "ask_leaflet", custom("not_covered")))
    assert list(from_conversations(file, date(2026, 6, 3))) == []


def test_the_page_masks_what_could_identify_somebody(tmp_path):
    """Even if it had been stored unmasked; and escapes markup."""
    file = conversations(tmp_path / "c.db", ("ann", "my name is Ann Smith <b>", "ask_leaflet", custom("not_covered")))
    html = page(grouped(list(from_conversations(file, date(2026, 6, 1)))), {}, date(2026, 6, 1), date(2026, 6, 2))
    assert "smith" not in html.lower() and "[name]" in html and "&lt;b&gt;" in html and "<script" not in html


def ratings(file, *rows):
    """A book of ratings as the web page keeps it: (day, rating, question, topics) each."""
    url = f"sqlite:///{file}"
    book = FeedbackBook(url)
    for day, rating, question, topics in rows:
        book.add(rating, question, {"topics": topics})
        with sqlite3.connect(file) as connection:
            connection.execute("update ratings set day = ? where question = ?", (day, question))
    return url


def test_ratings_that_say_no_are_read(tmp_path):
    """From the web page's book of ratings."""
    url = ratings(tmp_path / "f.db", ("2026-06-02", "no", "can i swim", ["dressing"]), ("2026-06-02", "yes", "x", []), ("2026-05-01", "no", "y", []))
    assert [(asked.message, asked.candidates) for asked in from_ratings(url, date(2026, 6, 1))] == [("can i swim", ("dressing",))]


@pytest.fixture
def make_unanswered(tmp_path, monkeypatch):
    """A function that runs `make unanswered` with settings; the page that it writes."""

    def run(**settings):
        monkeypatch.setattr(unanswered, "ROOT", tmp_path)
        for setting in ("CONVERSATION_STORE", "FEEDBACK_STORE", "AUDIT_TRAIL", "DAYS"):
            monkeypatch.delenv(setting, raising=False)
        for setting, value in {"VAR": str(tmp_path / "var"), "DAYS": "3000", **settings}.items():
            monkeypatch.setenv(setting, value)
        unanswered.main()
        return (tmp_path / "results" / "unanswered.html").read_text(encoding="utf-8")

    return run


def test_both_stores_may_be_elsewhere(tmp_path, make_unanswered):
    """CONVERSATION_STORE and FEEDBACK_STORE are where they are read."""
    asked = conversations(tmp_path / "c.db", ("ann", "Can I fly?", "ask_leaflet", custom("not_covered")))
    html = make_unanswered(CONVERSATION_STORE=asked, FEEDBACK_STORE=ratings(tmp_path / "f.db", ("2026-06-02", "no", "can i swim", [])))
    assert "can i fly?" in html and "can i swim" in html


def test_without_settings_both_are_in_the_usual_folder(tmp_path, make_unanswered):
    """VAR; a store that is not there yet is no mistake, and is not made."""
    (tmp_path / "var").mkdir()
    ratings(tmp_path / "var" / "feedback.db", ("2026-06-02", "no", "can i swim", []))
    assert "can i swim" in make_unanswered()
    assert not (tmp_path / "var" / "conversations.db").exists()


def test_a_store_that_can_not_be_read_is_one_sentence(tmp_path, make_unanswered, capsys):
    """The other one is read; no name and no password is shown."""
    html = make_unanswered(CONVERSATION_STORE="postgresql://ann:secret@127.0.0.1:1/none", FEEDBACK_STORE=ratings(tmp_path / "f.db", ("2026-06-02", "no", "can i swim", [])))
    said = capsys.readouterr().out
    assert "can i swim" in html and "Attention: the conversations in 127.0.0.1/none can't be read (OperationalError)." in said and "secret" not in said


def test_whoever_reads_unanswered_questions_is_noted(tmp_path, make_unanswered):
    """With the name they gave; without a trail nothing is read."""
    make_unanswered(BY="Nora Quill")
    (entry,) = entries(tmp_path / "var" / "audit.jsonl")
    assert (entry["what"], entry["by"]) == ("read unanswered questions", "Nora Quill")
    (tmp_path / "results" / "unanswered.html").unlink()
    (tmp_path / "folder").mkdir()
    with pytest.raises(SystemExit, match="so it is refused"):
        make_unanswered(AUDIT_TRAIL=str(tmp_path / "folder"))
    assert not (tmp_path / "results" / "unanswered.html").exists()


# -- a new subject ---------------------------------------------------------------------------------------------------

EXAMPLES = "\n".join(f'      - "question number {number} about stairs"' for number in range(20))
GOOD = f'group: knee\ncalled: "your knee operation"\ntopics:\n  stairs:\n    title: "Stairs"\n    asks: "stairs, crutches"\n    examples:\n{EXAMPLES}\n'


def read(tmp_path, text, heard=()):
    (tmp_path / "s.yml").write_text(text)
    topics = read_topics()
    return subject.read_subject(tmp_path / "s.yml", topics, {*topics, "greet"}, dict(heard))


def test_a_new_subject_goes_where_topics_always_go(tmp_path):
    """The files that result are read as they should: topic, examples and intent."""
    files = subject.changed_files(read(tmp_path, GOOD), subject.ROOT)
    for file, text in files.items():
        (tmp_path / file.name).write_text(text)
    assert read_topics(tmp_path / "topics.yml")["stairs"].title == "Stairs"
    assert (tmp_path / "knee.yml").read_text().count("    - question number") == 20
    assert read_yaml(tmp_path / "phone.yml")["menu"]["knee"] == "your knee operation"
    assert set(read_yaml(tmp_path / "phone.yml")["menu"]) == {topic.group for topic in read_topics(tmp_path / "topics.yml").values()}, "the telephone would not start"
    domain = (tmp_path / "domain.yml").read_text()
    assert domain.index("  - stairs") < domain.index("\nslots:" if "\nslots:" in domain else "\nactions:")


@pytest.mark.parametrize(
    ("found", "put", "why"),
    [
        ("group: knee", "group: after", "a new name"),
        ('called: "your knee operation"\n', "", "lacks the key 'called'"),
        ("  stairs:", "  driving:", "can't be a topic's name"),
        ("  stairs:", "  greet:", "can't be a topic's name"),
        ('    title: "Stairs"\n', "", "lacks the key 'title'"),
        ('    asks:', "    ask:", "unknown key 'ask'"),
        ('      - "question number 7 about stairs"\n', "", "at least 20"),
        ("number 7 ", "number 6 ", "stands under 'stairs' already"),
        ('"question number 7 about stairs"', "no", "expected one line of words"),
    ],
)
def test_a_mistake_in_a_new_subject_is_named_with_its_line(tmp_path, found, put, why):
    """And nothing is written."""
    assert found in GOOD
    with pytest.raises(YamlError, match=why) as caught:
        read(tmp_path, GOOD.replace(found, put))
    assert caught.value.line


def test_messages_that_were_learnt_as_outside_and_ask_what_a_new_topic_answers_are_told(tmp_path):
    """As long as they stay where they are, patients who ask the same are told that no leaflet answers it."""
    stairs = subject.NewTopic("stairs", "Stairs", "", ("stairs", "crutches"))
    bath = subject.NewTopic("bath", "Baths", "", ("bath",))
    axes = {"stairs": (1, 0, 0), "crutches": (0.9, 0.1, 0), "bath": (0, 1, 0), "may I bathe": (0.1, 0.8, 0.1), "steps": (0.9, 0, 0), "a football result": (0, 0, 1)}
    found = subject.nearby([stairs, bath], ["a football result", "may I bathe", "steps"], lambda texts: np.array([axes[text] for text in texts]))
    assert found == [("steps", "Stairs"), ("may I bathe", "Baths")]


def test_an_example_of_another_topic_is_refused(tmp_path):
    """One message can't be learnt as two topics."""
    with pytest.raises(YamlError, match="stands under 'driving' already"):
        read(tmp_path, GOOD, {"question number 3 about stairs": "driving"})


def test_the_shelf_reads_a_file_only_when_it_changed(tmp_path, monkeypatch):
    """A PDF of many pages is not read anew each time a map changes."""
    folder = hospital(tmp_path, monkeypatch)
    shelf, read_files = Shelf(folder, TOPICS, []), []
    monkeypatch.setattr("bot.answers.live.read_leaflet", lambda file, furniture: read_files.append(file.name) or read_leaflet(file, furniture))
    shelf.load()
    (folder / "north.md").write_text("# The north\n\nTea costs two pounds.\n")
    shelf.load()
    assert sorted(read_files) == ["north.md", "north.md", "south.md", "west.md"]
