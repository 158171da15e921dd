"""A new version of a leaflet: a passage is carried over with its very words, or listed for review; never anything else."""
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.leaflets.answer_map import read_answer_map
from bot.leaflets.leaflet import About, Leaflet
from bot.leaflets.markdown_reader import blocks_from_markdown
from bot.staff.leaflets.carry_over import carried_over, decisions_for
from bot.staff.leaflets.review import Decision
from bot.staff.leaflets.windows import words_at
from bot.staff.map_writer import Chosen, ChosenTopic, write_map

SECTIONS = {
    "Before": ["Stop eating six hours before.", "Water is fine until two hours before.", "Bring your tablets.", "- your letter", "- your slippers", "- a friend"],
    "The day": ["Come to the front desk.", "A nurse meets you.", "It takes half an hour.", "Tell us if it hurts."],
    "After": ["Rest until the evening.", "Do not drive for two days.", "- Keep the plaster dry.", "- Take it off after a day.", "Call us if you feel ill.", "Water is fine until two hours before."],
    "Help": ["Ring the ward at any time.", "Ask for the nurse in charge."],
}  # fmt: skip
TOPICS = {
    "food": [(1, 1, 2)], "bag": [(1, 4, 6)], "time": [(2, 3, 3)], "wheels": [(3, 2, 2)], "cover": [(3, 3, 4)], "ill": [(3, 5, 5), (4, 1, 2)], "water": [(3, 6, 6)],
}  # fmt: skip


def leaflet_of(sections: list[tuple[str, list[str]]]) -> Leaflet:
    return Leaflet("x.md", tuple(blocks_from_markdown(markdown(sections))[0]))


def markdown(sections: list[tuple[str, list[str]]]) -> str:
    lines = []
    for heading, sentences in sections:
        lines += [f"# {heading}", ""]
        for number, sentence in enumerate(sentences):
            bullet_next = sentence.startswith("- ") and number + 1 < len(sentences) and sentences[number + 1].startswith("- ")
            lines += [sentence] if bullet_next else [sentence, ""]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The approved map of the first version, and the exact words it quotes by topic."""
    first = leaflet_of(list(SECTIONS.items()))
    file = tmp_path_factory.mktemp("maps") / "x.yml"
    topics = {topic: ChosenTopic(topic, 1, tuple(Chosen(*place) for place in places)) for topic, places in TOPICS.items()}
    write_map(file, first, About("x", "X"), topics, {"by": "a test", "date": "2026-01-01"})
    return read_answer_map(file, TOPICS, []), {topic: [words_at(first, Chosen(*place)) for place in places] for topic, places in TOPICS.items()}


def fates(before, sections):
    return {topic: carried.fate for topic, carried in carried_over(before[0], leaflet_of(sections)).items()}


def changed(**sections: list[str]) -> list[tuple[str, list[str]]]:
    return list({**SECTIONS, **{name.replace("_", " "): lines for name, lines in sections.items()}}.items())


def test_the_same_words_are_carried_over_untouched(before):
    """Nothing changed: everything stays, but what stands there twice under one heading would be looked at."""
    assert set(fates(before, list(SECTIONS.items())).values()) == {"untouched"}


def test_a_moved_section_is_found_again(before):
    """The sections in another order: the same words under the same headings, at other numbers."""
    assert set(fates(before, list(SECTIONS.items())[::-1]).values()) == {"found again"}


def test_a_changed_sentence_is_listed_and_its_neighbours_are_looked_at(before):
    """One edited word: its own passage is listed with the reason, one far from it is not."""
    found = fates(before, changed(The_day=["Come to the front desk.", "A nurse meets you.", "It takes an hour.", "Tell us if it hurts."]))
    assert found["time"] == "to review"
    assert found["food"] == found["wheels"] == "untouched"


def test_a_new_sentence_right_after_a_passage_is_listed(before):
    """It may be an exception that belongs to the passage."""
    found = fates(before, changed(After=[*SECTIONS["After"][:2], "After a general anaesthetic wait a week.", *SECTIONS["After"][2:]]))
    assert found["wheels"] == "to review"
    assert found["food"] == "untouched"


def test_a_sentence_taken_away_beside_a_passage_is_listed(before):
    """It may have been a condition that the passage leans on."""
    found = fates(before, changed(After=[SECTIONS["After"][0], *SECTIONS["After"][1:4], *SECTIONS["After"][5:]]))
    assert found["ill"] == "to review"
    assert found["water"] == "to review"


def test_a_renamed_heading_is_listed(before):
    """The same words under another heading may mean something else."""
    sections = [("Afterwards" if name == "After" else name, lines) for name, lines in SECTIONS.items()]
    found = fates(before, sections)
    assert {topic for topic, fate in found.items() if fate == "to review"} == {"wheels", "cover", "ill", "water"}


def test_words_that_now_stand_twice_are_listed(before):
    """Which of the two was meant is for a person to say."""
    found = fates(before, changed(The_day=[*SECTIONS["The day"], "It takes half an hour."]))
    assert found["time"] == "to review"


def test_what_is_carried_over_stays_accepted_and_keeps_its_rating(before):
    """In the review only what changed is open, and a silent topic stays silent unless a new sentence speaks on it."""
    now = leaflet_of(changed(The_day=["Come to the front desk.", "A nurse meets you.", "It takes an hour.", "Tell us if it hurts."]))
    proposed = {
        **{topic: Decision(offered=((Chosen(1, 1, 1),),), likely=True) for topic in TOPICS},
        "old": Decision(offered=((Chosen(1, 3, 3),),), likely=True),
        "new": Decision(offered=((Chosen(2, 3, 3),),), likely=True),
    }
    decisions = decisions_for(before[0], now, proposed)
    assert (decisions["food"].status, decisions["food"].says, decisions["food"].caution) == ("accepted", "food", 1)
    assert (decisions["time"].status, decisions["old"].status, decisions["new"].status) == ("open", "silent", "open")
    assert "no longer there" in decisions["time"].note


WORDS = st.sampled_from("rest drive water not never two days week ward call plaster eat walk stop always if unless".split())
SENTENCE = st.lists(WORDS, min_size=2, max_size=7).map(lambda words: " ".join(words).capitalize() + ".")
EDITS = st.sampled_from(["edit", "delete", "move", "insert", "rename", "swap sections", "copy", "as bullet", "drop section"])


@st.composite
def edited(draw):
    """The sections after one to six random edits, and whether the text was broken over lines anew."""
    sections = [(name, list(lines)) for name, lines in SECTIONS.items()]
    for _ in range(draw(st.integers(1, 6))):
        edit, at = draw(EDITS), draw(st.integers(0, len(sections) - 1))
        lines = sections[at][1]
        number = draw(st.integers(0, max(len(lines) - 1, 0)))
        if edit == "insert" or not lines:
            lines.insert(number, draw(SENTENCE))
        elif edit == "edit":
            words = lines[number].split()
            words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
            lines[number] = " ".join(words)
        elif edit == "delete":
            del lines[number]
        elif edit == "move":
            sections[draw(st.integers(0, len(sections) - 1))][1].append(lines.pop(number))
        elif edit == "rename":
            sections[at] = (draw(SENTENCE).rstrip("."), lines)
        elif edit == "swap sections":
            sections.append(sections.pop(at))
        elif edit == "copy":
            sections[draw(st.integers(0, len(sections) - 1))][1].append(lines[number])
        elif edit == "as bullet":
            lines[number] = "- " + lines[number].removeprefix("- ")
        elif edit == "drop section" and len(sections) > 1:
            del sections[at]
    return sections, draw(st.booleans())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=edited())
def test_whatever_was_edited_no_passage_is_ever_misquoted(before, change):
    """What is carried over has the approved words to the letter, under the approved heading; every other topic is listed with a reason."""
    sections, reflowed = change
    text = markdown(sections)
    if reflowed:
        text = re.sub(r"(?m)^(?![#-])(.{8,}?) ", r"\1\n", text)
    now = Leaflet("x.md", tuple(blocks_from_markdown(text)[0]))
    answer_map, words = before
    headings = [heading for heading, _ in SECTIONS.items()]
    for topic, carried in carried_over(answer_map, now).items():
        if carried.fate == "to review":
            assert carried.reasons
            continue
        assert sorted(words_at(now, chosen) for chosen in carried.passages) == sorted(words[topic])
        assert all(now.sections[chosen.section].heading in headings for chosen in carried.passages)
