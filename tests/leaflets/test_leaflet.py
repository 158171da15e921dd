"""A leaflet's sections and sentences, its fingerprint, and when its review is overdue."""
from datetime import date

import pytest

from bot.leaflets.blocks import Block
from bot.leaflets.leaflet import About, Leaflet, short_hash, words_of
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.leaflets.sentences import sentence_spans


def leaflet(markdown: str) -> Leaflet:
    return Leaflet("little.md", tuple(blocks_from_markdown(markdown)[0]))


def sentences(read: Leaflet, section: int) -> list[str]:
    return [read.text[sentence.start : sentence.end] for sentence in read.sections[section].sentences]


def test_section_zero_stands_above_the_first_heading():
    """What stands above the first heading is section 0, without heading."""
    read = leaflet("Welcome.\n\n# Tea\n\nTea is hot.\n")
    assert [(section.number, section.heading) for section in read.sections] == [(0, ""), (1, "Tea")]
    assert sentences(read, 0) == ["Welcome."]


def test_every_heading_begins_a_section_of_its_own():
    """Headings of every level begin a section, with what stands under them and nothing else."""
    read = leaflet("# Tea\n\nTea is hot. It is free.\n\n### Milk\n\nMilk is cold.\n\n## Cake\n")
    assert [sentences(read, number) for number in range(4)] == [[], ["Tea is hot.", "It is free."], ["Milk is cold."], []]


def test_section_starts_at_its_headings_line():
    """A section's start is where the line of its heading begins, mark included."""
    read = leaflet("Welcome.\n\n## Tea\n\nTea is hot.\n")
    assert read.text[read.sections[1].start :].startswith("## Tea")


def test_bullet_is_a_sentence_without_its_mark():
    """A bullet without full stop is one sentence; its mark stands before it, from the start of the line."""
    read = leaflet("Bring:\n\n- a cup\n- a saucer\n")
    assert sentences(read, 0) == ["Bring:", "a cup", "a saucer"]
    cup = read.sections[0].sentences[1]
    assert read.text[cup.line_start : cup.start] == "- "


def test_words_that_come_again_have_their_own_offsets():
    """Two blocks with the same words are two places."""
    read = leaflet("Tea is hot.\n\n# Care\n\nTea is hot.\n")
    first, second = read.sections[0].sentences[0], read.sections[1].sentences[0]
    assert first.start == 0 and second.start == read.text.rindex("Tea is hot.")


def test_block_that_is_part_of_an_earlier_one_is_found_in_its_place():
    """A block whose words also stand inside the block before it is found behind that block."""
    read = leaflet("Please bring Tea\n\nTea\n")
    assert [sentence.start for sentence in read.sections[0].sentences] == [0, 18]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Tea is hot. Milk is cold.", ["Tea is hot.", "Milk is cold."]),
        ("Is tea hot? Yes!", ["Is tea hot?", "Yes!"]),
        ("Tea is hot. (Milk is cold.) Cake is sweet.", ["Tea is hot.", "(Milk is cold.)", "Cake is sweet."]),
        ("Tea costs 1.50 pounds a cup.", ["Tea costs 1.50 pounds a cup."]),
        ("  Tea is hot.   Milk is cold. ", ["Tea is hot.", "Milk is cold."]),
        ("a cup", ["a cup"]),
        ("   ", []),
        ("", []),
    ],
)
def test_line_is_split_into_sentences(text, pieces):
    """Sentences end at full stop, question and exclamation mark; an opening bracket belongs to what it opens."""
    assert [text[start:end] for start, end in sentence_spans(text)] == pieces


def test_fingerprint_is_the_same_however_the_copy_is_laid_out():
    """Wrapping, indents, bullets' depth and punctuation play no part in the fingerprint."""
    first = leaflet("# Tea\n\nTea is hot, and free.\n\n- a cup\n")
    second = Leaflet("copy.txt", (Block("paragraph", "Tea"), Block("paragraph", "Tea is hot and free"), Block("bullet", "A cup.", 2)))
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize("changed", ["Tea is not hot.", "Hot is tea.", "Tea is hot. Tea.", "Tea is ho t."])
def test_fingerprint_changes_with_the_words(changed):
    """A word more, less, elsewhere or otherwise spelt gives another fingerprint."""
    assert leaflet(changed).fingerprint != leaflet("Tea is hot.").fingerprint


def test_each_sentence_has_a_hash_in_order():
    """The hashes of all sentences stand in the leaflet's order, those under all headings included."""
    read = leaflet("Tea is hot.\n\n# Milk\n\nMilk is cold.\n")
    assert read.sentence_hashes == (short_hash("Tea is hot.", 6), short_hash("Milk is cold.", 6))


@pytest.mark.parametrize(
    ("text", "words"),
    [("Tea, 3-3mls!", ["tea", "3", "3mls"]), ("### snake_case", ["snake", "case"]), ("£5 – café", ["5", "café"])],
)
def test_words_are_without_case_marks_and_punctuation(text, words):
    """Words and numbers count in lower case; marks and punctuation do not."""
    assert words_of(text) == words


def test_first_heading_names_a_leaflet():
    """The first heading stands for the title; without one, the file's name does."""
    assert (leaflet("Hello.\n\n## Tea\n").first_heading, leaflet("Hello.").first_heading) == ("Tea", "little.md")


@pytest.mark.parametrize(
    ("due", "today", "overdue"),
    [
        ("2023-09", date(2023, 9, 30), False),
        ("2023-09", date(2023, 10, 1), True),
        ("2023-12", date(2024, 1, 1), True),
        ("2023-09-15", date(2023, 9, 15), False),
        ("2023-09-15", date(2023, 9, 16), True),
        (None, date(2099, 1, 1), False),
    ],
)
def test_review_is_overdue_after_its_month_or_day(due, today, overdue):
    """A review due in a month is overdue from the next month on, one due on a day from the next day; without date never."""
    assert About("north", "Tea", review_due=due).review_overdue(today) is overdue
