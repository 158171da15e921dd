"""The fixed words of advice: complete, filled in, and without the name of an illness."""
import re
from typing import Any, Iterator

import pytest

from bot.catalogue import DATA
from bot.safety.advice import read_advice, read_advice_book
from bot.safety.signs import FOLDER
from bot.safety.verdict import LEVELS
from bot.yaml_file import YamlError, read_yaml
from tests.safety.shipped import shipped_book
from tests.safety.small_world import write

BOOK = shipped_book()
ADVICE = read_advice_book(BOOK, "999", "111")

# Names of illnesses and injuries, in doctors' words and in patients'; a word may end in any way.
CONDITIONS = """
abscess allerg anaphyla anaemia aneurysm angina apnoea appendic arachnoid arrest arrhythmia arthritis asthma bacter bleed\\sin\\sthe\\sbrain blood\\sclot
blood\\spoison bone\\sdeath bronchit cancer cardiac cauda cellulitis cerebral claudica clot compress concuss cord\\sinjur delirium dementia depress
dehydrat diabet disc\\sprolapse discitis disease disorder dvt embol encephal epidural\\shaemato epilep equina failure fracture gastritis
gout guillain haemato haemorrhage hematoma heart\\sattack hernia hyperglyc hypoglyc hypox hypotens hypertens illness infarct infect inflam
injur ischaem kidney leak\\sof\\sspinal ketoacid leukaem mening mental\\sillness migraine myel myocard necro nerve\\sdamage nerve\\sinjury neuritis
neuropath osteo overdos pancreat paraly paraple parkinson perforat peritonit pneumo poison psycho pulmonary radiculo reflux rupture
sciatica scleros seizure sepsis septic shingles shock slipped spondyl stenosis stroke suicid syncope syndrome tetraple thromb tia
tumour ulcer ulceration urinary\\sretention uti vascul virus
""".split()
NAMED = re.compile(r"\b(?:" + "|".join(CONDITIONS) + r")\w*", re.IGNORECASE)


def patients_read(value: Any) -> Iterator[str]:
    """Every text in a file's content, keys left out."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from patients_read(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from patients_read(inner)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("level", LEVELS[1:])
@pytest.mark.parametrize("sign", BOOK.signs)
def test_every_level_and_sign_has_advice(level, sign):
    """For each sign at each level there is one card with a title and lines, every field filled in."""
    [card] = ADVICE.advice(level, [sign])
    assert card.level == level and card.title and card.lines
    assert "{" not in " ".join((card.title, *card.lines))


@pytest.mark.parametrize("level", LEVELS[1:])
@pytest.mark.parametrize("sign", BOOK.signs)
def test_every_level_and_sign_has_a_reminder(level, sign):
    """For each sign at each level there is one line of reminder, every field filled in."""
    reminder = ADVICE.reminder(level, [sign])
    assert reminder.startswith("Remember: ") and not re.search(r"[{}\n]", reminder)


@pytest.mark.parametrize("level, service", [("gp", "GP"), ("ae", "A&E"), ("999", "999")])
def test_title_names_the_service(level, service):
    """The title of a card says where to go."""
    assert service in ADVICE.advice(level, ["fever"])[0].title


@pytest.mark.parametrize("level", LEVELS[1:])
def test_every_card_names_the_emergency_line(level):
    """Whatever the level, a card says what to do in an emergency."""
    assert all("999" in " ".join(card.lines) for card in ADVICE.advice(level, ["fever", "self_harm", "overdose"]))


def test_card_names_all_signs():
    """A card names the signs reported, in the words of their titles."""
    lines = " ".join(ADVICE.advice("ae", ["fever", "leg_swelling", "unwell"])[0].lines)
    titles = [BOOK.signs[sign].title for sign in ("fever", "leg_swelling", "unwell")]
    assert f"{titles[0]}, {titles[1]} and {titles[2]}" in lines


def test_sign_with_words_of_its_own_has_a_card_before_the_others():
    """Self-harm and overdose have a card each, before the one for the level."""
    cards = ADVICE.advice("999", ["fever", "self_harm"])
    assert ["116 123" in " ".join(card.lines) for card in cards] == [True, False]


def test_self_harm_names_the_listeners_and_the_mental_health_option():
    """Whoever may harm themselves is told of Samaritans, of 111 and of 999."""
    text = " ".join(ADVICE.advice("999", ["self_harm"])[0].lines)
    assert all(words in text for words in ("116 123", "111", "mental health option", "999"))


@pytest.mark.parametrize("level", LEVELS[1:])
def test_self_harm_is_recalled_in_its_own_words(level):
    """In later turns too, whoever may harm themselves is told who listens; the sign is not read out to them."""
    reminder = ADVICE.reminder(level, ["fever", "self_harm"])
    assert "116 123" in reminder and BOOK.signs["self_harm"].title not in reminder


def test_numbers_come_from_the_site():
    """The telephone numbers in advice are those of the site."""
    abroad = read_advice_book(BOOK, "112", "116 117")
    text = " ".join(line for level in LEVELS[1:] for card in abroad.advice(level, ["fever"]) for line in (card.title, *card.lines))
    assert "112" in text and "116 117" in text and not re.search(r"\b(999|111)\b", text)


@pytest.mark.parametrize("why", ["help_under_way", "taken_back", "expected_after_all"])
def test_every_end_of_an_alarm_has_words(why):
    """However an alarm ends, there is a sentence for it that names the emergency line."""
    assert "999" in ADVICE.ended(why) and "{" not in ADVICE.ended(why)


def test_asking_for_the_time_says_not_to_wait():
    """The question for the time never delays help."""
    assert "Do not wait" in ADVICE.ask_time


@pytest.mark.parametrize("file", [FOLDER / "advice.yml", DATA / "site.yml"], ids=lambda file: file.name)
def test_own_words_name_no_condition(file):
    """Nothing that a patient reads in the assistant's own words names an illness."""
    assert [text for text in patients_read(read_yaml(file)) if NAMED.search(text)] == []


@pytest.mark.parametrize("sign", BOOK.signs)
def test_title_of_a_sign_names_no_condition(sign):
    """A sign is named by what the patient sees or feels."""
    assert NAMED.search(BOOK.signs[sign].title) is None


@pytest.mark.parametrize("text", ["This may be Sepsis.", "signs of an infection", "a blood clot", "you had a stroke"])
def test_lint_knows_conditions(text):
    """The check above finds the name of an illness where there is one."""
    assert NAMED.search(text)


NEVER_SAID = re.compile(
    r"\d\s*(?:mg|ml|mcg|micrograms?|milligrams?|millilit\w+)\b|\b(?:one|two|three|four|\d+) (?:tablets?|pills?|capsules?|doses?)\b"
    r"|\b(?:do not|don't|no need to|nothing to) worry\b|\b(?:is|are|quite|perfectly) (?:normal|harmless|safe|fine)\b|\byou(?: wi|')ll be (?:fine|all right|ok)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", [FOLDER / "advice.yml", DATA / "site.yml"], ids=lambda file: file.name)
def test_own_words_give_no_dose_and_no_reassurance(file):
    """Nothing that a patient reads in the assistant's own words says how much to take, or that all is well."""
    assert [text for text in patients_read(read_yaml(file)) if NEVER_SAID.search(text)] == []


@pytest.mark.parametrize("text", ["Take two tablets.", "up to 500 mg a day", "Don't worry about it.", "That is normal.", "You'll be fine."])
def test_lint_knows_doses_and_reassurance(text):
    """The check above finds a dose or a reassurance where there is one."""
    assert NEVER_SAID.search(text)


def changed(**entries: Any) -> dict[str, Any]:
    return {**read_yaml(FOLDER / "advice.yml"), **entries}


def plain_data(value: Any) -> Any:
    return {key: plain_data(inner) for key, inner in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    "entries, reason",
    [
        ({"levles": {}}, "unknown key 'levles'"),
        ({"levels": {}}, "'levels' lacks the key 'gp'"),
        ({"reminder": {"gp": "x"}}, "'reminder' lacks the key 'ae'"),
        ({"ended": {}}, "'ended' lacks the key 'help_under_way'"),
        ({"signs": {"hiccups": {"title": "x", "lines": []}}}, "unknown sign 'hiccups'"),
        ({"signs": {"fever": {"title": "x"}}}, "lacks the key 'lines'"),
        ({"reminder_signs": {"hiccups": "x"}}, "unknown sign 'hiccups'"),
        ({"ask_time": "When? {clock}"}, "unknown '{clock}'"),
    ],
)
def test_mistake_in_the_advice_is_refused(tmp_path, entries, reason):
    """A missing level, an unknown key, sign or field is refused with the file."""
    file = write(tmp_path / "advice.yml", plain_data(changed(**entries)))
    with pytest.raises(YamlError, match=rf"advice\.yml.*{re.escape(reason)}"):
        read_advice({sign.id: sign.title for sign in BOOK.signs.values()}, {"emergency": "999", "urgent": "111"}, file)
