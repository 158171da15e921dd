"""Scripts are read from YAML and spreadsheets; every mistake is told with file, line and what was probably meant."""
import openpyxl
import pytest

from bot.staff.stories.reader import read_scripts
from tests.staff.tea_room_stories import known

STORY = """\
about: Tea
leaflet: north
stories:
  - name: asks the price
    channel: web
    steps:
      - patient: what does tea cost
        expect:
          quotes: tea
          from: north
      - patient: yes
"""


@pytest.fixture
def read(tmp_path):
    """Reads a script from its text."""

    def _read(text, name="tea.yml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return read_scripts([file], known())

    return _read


def told(reading):
    """Line and reason of each mistake."""
    return [(mistake.line, mistake.reason) for mistake in reading.mistakes]


def test_a_story_is_read_with_everything_in_it(read):
    """Name, channel, leaflet, what the patient says, what is expected."""
    reading = read(STORY)
    assert reading.mistakes == []
    (story,) = reading.stories
    assert (story.name, story.about, story.channel, story.leaflet, story.line) == ("asks the price", "Tea", "web", "north", 4)
    assert [step.said for step in story.steps] == ["what does tea cost", "yes"]
    assert [expectation.in_words() for expectation in story.steps[0].expected] == ["quotes 'What tea costs' from north"]


@pytest.mark.parametrize("said", ["yes", "no", "12", "1.5", "null", "2025-03-01", "on"])
def test_the_patients_words_stay_words(read, said):
    """YAML would make a truth value, a number or a date of these."""
    assert read(STORY.replace("what does tea cost", said)).stories[0].steps[0].said == said


def test_topics_leaflets_and_signs_may_be_named_by_their_titles(read):
    """Staff need not know the ids."""
    reading = read(STORY.replace("quotes: tea", "quotes: What tea costs").replace("leaflet: north", "leaflet: The north tea room"))
    assert (reading.mistakes, reading.stories[0].leaflet) == ([], "north")


def test_several_mistakes_are_told_at_once_with_their_lines(read):
    """Nobody has to run a script five times to find five mistakes."""
    text = STORY.replace("leaflet: north", "leaflet: nort").replace("quotes: tea", "qoutes: tea").replace("channel: web", "channel: fone").replace("from: north", "escalates: 998")
    found = told(read(text))
    assert [line for line, _ in found] == [2, 5, 9, 10]
    assert "Did you mean 'north'?" in found[0][1]
    assert "Did you mean 'phone'?" in found[1][1]
    assert "Did you mean 'quotes'?" in found[2][1]
    assert "gp, ae, 999" in found[3][1]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("quotes: tea", "quotes: tee", 9, "Did you mean 'tea'?"),
        ("quotes: tea", "quotes: dogs", 9, "no leaflet in use says anything on 'dogs'"),
        ("quotes: tea", "quotes: cake", 9, "the leaflet 'north' says nothing on 'cake'; these do: south"),
        ("from: north", "passage: 2", 10, "there is no passage 2"),
        ("quotes: tea", "small talk: no", 9, "leave the line out"),
        ("quotes: tea", "escalates: none", 9, "write 'escalation: none'"),
        ("quotes: tea", "gives number: Tea costs one pound", 9, "wording does not belong into a script"),
        ("quotes: tea", "sign: chocking", 9, "Did you mean 'choking'?"),
        ("quotes: tea", "small talk: yes", 10, "'from' says more about 'quotes', which is missing"),
        ("- patient: what", "- patent: what", 7, "Did you mean 'patient'?"),
        ("name: asks the price", "name:", 4, "no 'name'"),
        ("about: Tea", "about:", 1, "'about' is missing"),
        ("        expect:\n          quotes: tea\n          from: north\n", "", 4, "expects nothing"),
        ("    steps:", "    stages:", 6, "Did you mean 'steps'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_and_meaning(read, old, new, line, reason):
    """Each kind of mistake has a sentence that says what to do."""
    assert old in STORY
    found = told(read(STORY.replace(old, new)))
    if new.startswith("passage"):
        line = 9  # 'passage' belongs to 'quotes'
    assert any(there == line and reason in said for there, said in found), found


def test_broken_yaml_is_told_with_its_line(read):
    """A colon in the patient's words is the commonest slip."""
    found = told(read(STORY.replace("what does tea cost", "tea: what does it cost")))
    assert found[0][0] == 7 and "quotation marks" in found[0][1]


def test_a_story_with_a_mistake_is_not_played(read):
    """What is half understood proves nothing."""
    assert read(STORY.replace("quotes: tea", "qoutes: tea")).stories == []


def test_two_stories_of_one_name_are_refused(read):
    """A report must be able to name each."""
    again = STORY[STORY.index("  - name:") :]
    assert "a name of its own" in told(read(STORY + again))[0][1]


def test_a_missing_file_is_told(tmp_path):
    """A folder without scripts and a file that is not there are mistakes, not an empty run."""
    assert "no script here" in read_scripts([tmp_path], known()).mistakes[0].reason
    assert "no script here" in read_scripts([tmp_path / "none.yml"], known()).mistakes[0].reason


# ---- Spreadsheets -------------------------------------------------------------------------------

ROWS = [
    ["Story", "Channel", "Leaflet", "Patient", "Quotes", "From", "Escalates", "Small talk"],
    ["asks the price", "web", "north", "what does tea cost", "tea", "north", None, None],
    [None, None, None, "ta", None, None, None, "yes"],
    [None, None, None, None, None, None, None, None],
    ["chokes", "phone", None, "he is choking", None, None, 999, None],
]


def as_csv(rows, mark=","):
    return "\n".join(mark.join(f'"{cell}"' if cell is not None else "" for cell in row) for row in rows) + "\n"


@pytest.fixture
def workbook(tmp_path):
    """Writes rows as a workbook and reads it."""

    def _read(rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        file = tmp_path / "tea_room.xlsx"
        book.save(file)
        return read_scripts([file], known())

    return _read


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_file_is_a_script_too(read, mark):
    """A row for each step, whatever mark the spreadsheet program puts between cells."""
    reading = read(as_csv(ROWS, mark), "tea_room.csv")
    assert reading.mistakes == []
    assert [(story.name, story.about, story.channel, story.leaflet, len(story.steps)) for story in reading.stories] == [
        ("asks the price", "tea room", "web", "north", 2),
        ("chokes", "tea room", "phone", None, 1),
    ]


def test_a_workbook_is_a_script_too(workbook):
    """The same stories as from the same rows in CSV; a number in a cell is text."""
    reading = workbook(ROWS)
    assert reading.mistakes == []
    assert [expectation.in_words() for expectation in reading.stories[1].steps[0].expected] == ["escalates, at least 999 now"]


def test_a_mistake_in_a_sheet_is_told_with_its_row(workbook):
    """The row number is the one the spreadsheet program shows."""
    rows = [list(row) for row in ROWS]
    rows[4][6] = "sometimes"
    assert [mistake.line for mistake in workbook(rows).mistakes] == [5]


def test_a_sheet_without_the_needed_columns_is_told(read):
    """It says which columns are missing."""
    assert "missing: patient" in told(read("Story,Quotes\nx,tea\n", "tea.csv"))[0][1]


def test_a_file_that_only_claims_to_be_a_workbook_is_told(read):
    """No traceback for a broken file."""
    assert "can't be read as a workbook" in told(read("no workbook", "tea.xlsx"))[0][1]


def test_a_table_with_an_unprintable_sign_is_told(read):
    """With the line, not as an error of the program."""
    ((line, reason),) = told(read("story,patient\nTea,\x00\n", "tea.csv"))
    assert line == 2 and "can't be read as a table" in reason
