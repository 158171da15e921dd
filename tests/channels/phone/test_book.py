"""data/phone.yml is read strictly: every mistake is told with file, line and key."""
import pytest

from bot.answers.site import read_site
from bot.catalogue import DATA
from bot.channels.phone.book import read_phone_book
from bot.yaml_file import YamlError

TEXT = (DATA / "phone.yml").read_text(encoding="utf-8")
TWO_LINES = 'lines:\n  one: {numbers: ["+44 114 1"], leaflet: a, voice: Polly.Brian}\n  two: {numbers: ["+441142"]}\n'


def read(tmp_path, old="", new=""):
    """The book after one change."""
    assert old in TEXT
    file = tmp_path / "phone.yml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return read_phone_book(read_site(), file)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  voice: Polly.Amy", "  voise: Polly.Amy", "unknown key 'voise'"),
        ("  listen_seconds: 6", "  listen_seconds: six", "'listen_seconds' is 'six'; expected int"),
        ("  listen_seconds: 6", "  listen_seconds: 0", "expected a number above 0"),
        ("  text_messages: false", "  text_messages: 1", "expected bool"),
        ('  greeting: "Hello. I am', '  greeting: "{nobody} Hello. I am', "unknown '{nobody}'"),
        ('  more: "Say more', '  mor: "Say more', "unknown key 'mor'"),
        ('  goodbye: "Goodbye. If', '  goodbye: ""\n  x: "Goodbye. If', "unknown key 'x'"),
        ('  "no": ["no"', "  no: [no", "unknown key 'False'"),
        ('  about: "what', '  abuot: "what', "unknown key 'abuot'"),
        ("seven, eight, nine]", "seven, eight]", "nine keys"),
        ("lines: {}", 'lines: {one: {number: "+44"}}', "unknown key 'number'"),
        ("lines: {}", "lines: {one: {numbers: [+44114]}}", "'numbers' should be a list of words"),
        ("lines: {}", 'lines: {one: {numbers: ["+44 114"]}, two: {numbers: ["+44114"]}}', "stands at two lines"),
    ],
)
def test_a_mistake_is_told(tmp_path, old, new, told):
    """With the file, and what was expected."""
    with pytest.raises(YamlError, match="phone.yml") as error:
        read(tmp_path, old, new)
    assert told in str(error.value)


def test_a_line_is_found_by_name_or_number(tmp_path):
    """However the number is written; else the default."""
    book = read(tmp_path, "lines: {}\n", TWO_LINES)
    assert book.line("one", None) is book.line(None, "+441141") is book.line(None, "00441141") is book.lines["one"]
    assert book.line("nobody", "+449999") is book.default and book.line(None, None) is book.default
    assert book.lines["one"].voice == "Polly.Brian" and book.lines["two"].voice == book.default.voice


def test_a_sentence_for_the_eye_has_its_version_for_the_ear():
    """Found by what it says, with the leaflet's contact; any other sentence stays."""
    book = read_phone_book(read_site())
    name, said = book.for_the_ear(book.site.say("empty", "sample-nerve-root-injection"), "sample-nerve-root-injection")
    assert name == "empty" and "type" not in said and book.for_the_ear("Something else.", None) == ("", "Something else.")
