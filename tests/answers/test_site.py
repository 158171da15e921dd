"""What a hospital sets is read strictly, and every sentence leaves complete."""
from pathlib import Path

import pytest

from bot.answers.site import WORDINGS, Site, read_site
from bot.yaml_file import YamlError

LINES = [
    "numbers:",
    '  emergency: "999"',
    '  urgent: "111"',
    'contact_default: "the number on your letter"',
    "contacts:",
    '  north: "Nora on 01632 960001"',
    "wording:",
    *(f'  {name}: "<{name}>"' for name in WORDINGS),
]
GOOD = "\n".join(LINES) + "\n"


def site(folder: Path, text: str = GOOD) -> Site:
    file = folder / "site.yml"
    file.write_text(text)
    return read_site(file)


def test_settings_are_read(tmp_path):
    """Numbers, contacts and sentences arrive as text."""
    read = site(tmp_path)
    assert (read.emergency, read.urgent, read.contact("north"), read.say("greeting")) == ("999", "111", "Nora on 01632 960001", "<greeting>")


@pytest.mark.parametrize("leaflet", [None, "south"])
def test_leaflet_without_contact_gets_the_default(tmp_path, leaflet):
    """Where no contact is set, the default is given: a number is never invented."""
    assert site(tmp_path).contact(leaflet) == "the number on your letter"


def test_site_without_contacts_is_fine(tmp_path):
    """A hospital that sets no contacts gets the default everywhere."""
    text = GOOD.replace('contacts:\n  north: "Nora on 01632 960001"\n', "")
    assert site(tmp_path, text).contact("north") == "the number on your letter"


@pytest.mark.parametrize(
    ("leaflet", "said"),
    [("north", "Phone Nora on 01632 960001. Call 999 or 111."), (None, "Phone the number on your letter. Call 999 or 111.")],
)
def test_sentence_is_filled_in(tmp_path, leaflet, said):
    """Contact and numbers are filled in where the sentence has them."""
    text = GOOD.replace('"<greeting>"', '"Phone {contact}. Call {emergency} or {urgent}."')
    assert site(tmp_path, text).say("greeting", leaflet) == said


@pytest.mark.parametrize(
    ("leaflet", "said"), [("north", "Ask Nora on 01632 960001."), (None, "Ask your hospital team, on the number on your letter.")]
)
def test_number_alone_is_not_asked(tmp_path, leaflet, said):
    """Where a sentence says whom to ask, a bare number gets somebody who answers it."""
    text = GOOD.replace('"<greeting>"', '"Ask {contact_as_whom}."')
    assert site(tmp_path, text).say("greeting", leaflet) == said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('  greeting: "<greeting>"\n', "", "'wording' lacks the key 'greeting'"),
        ("  greeting:", "  greetings:", "unknown key 'greetings'"),
        ("  greeting:", "  goodbye:", "second time"),
        ('  urgent: "111"\n', "", "'numbers' lacks the key 'urgent'"),
        ("contact_default:", "contact:", "unknown key 'contact'"),
        ('"<greeting>"', '"Call {ambulance}."', "'greeting' fills in the unknown '{ambulance}'"),
        ('"<greeting>"', '"Read {title}."', "'greeting' fills in the unknown '{title}'"),
        ('"<greeting>"', '"Call {}."', "'greeting' fills in the unknown '{}'"),
        ('"<greeting>"', '"Call {emergency."', "'greeting' has a brace without its partner"),
        ('"<greeting>"', '"Call emergency}."', "'greeting' has a brace without its partner"),
        ('"<greeting>"', '""', "'greeting' has no sentence"),
        (' "<greeting>"', "", "'greeting' has no sentence"),
        ('  north: "Nora on 01632 960001"', '  - north: "Nora on 01632 960001"', "'contacts' has the value [{'north': 'Nora on 01632 960001'}]; expected a line"),
        ('contacts:\n  north: "Nora on 01632 960001"', "contacts: Nora", "'contacts' has the value 'Nora'; expected a line"),
        ('"Nora on 01632 960001"', "[Nora, Ned]", "'contacts' has the value ['Nora', 'Ned'] for 'north'; expected whom to phone"),
        ('"Nora on 01632 960001"', "", "'contacts' has the value None for 'north'; expected whom to phone"),
    ],
)
def test_mistake_names_file_line_and_key(tmp_path, old, new, told):
    """A missing, doubled or unknown key, an empty sentence and a wrong brace are refused where they stand."""
    assert old in GOOD
    with pytest.raises(YamlError) as caught:
        site(tmp_path, GOOD.replace(old, new, 1))
    assert told in str(caught.value) and str(caught.value).startswith(f"{tmp_path / 'site.yml'}:{caught.value.line}: ")


def test_line_of_a_mistake_is_the_sentences_own(tmp_path):
    """The line named is the one to change."""
    with pytest.raises(YamlError) as caught:
        site(tmp_path, GOOD.replace('"<greeting>"', '"{ambulance}"'))
    assert GOOD.splitlines()[caught.value.line - 1].startswith("  greeting:")


@pytest.mark.parametrize("name", WORDINGS)
def test_shipped_sentence_can_be_said(name):
    """Every sentence we ship can be filled in with what its caller gives, and leaves without braces."""
    given = {
        "their_leaflet_silent": {"title": "Tea"},
        "leaflet_chosen": {"title": "Tea"},
        "region_chosen": {"title": "Back"},
        "source": {"title": "Tea", "section": "", "publisher": "", "version": "", "issued": ""},
        "review_overdue": {"date": "September 2023"},
    }
    assert "{" not in read_site().say(name, **given.get(name, {}))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("introduction", ("computer", "leaflet", "not a nurse or a doctor", "999")),
        ("what_am_i", ("computer", "not a person", "leaflet", "999")),
        ("person", ("To speak to a person", "appointment letter", "999")),
        ("dose_question", ("GP", "pharmacist")),
        ("not_english", ("only English", "appointment letter", "999")),
    ],
)
def test_shipped_sentence_says_what_safety_rests_on(name, said):
    """What the assistant is, whom to ask instead, and the emergency line are still there when wording is changed."""
    assert [words for words in said if words not in read_site().say(name)] == []
