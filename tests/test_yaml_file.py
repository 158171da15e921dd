"""Hand-kept YAML files: every mistake is reported with file, line and key."""
import pytest

from bot.yaml_file import YamlError, check_keys, read_yaml


def written(folder, text: str):
    file = folder / "kept.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_mapping_knows_its_lines(tmp_path):
    """A mapping knows the line it starts at and the line of each key, nested and in lists too."""
    read = read_yaml(written(tmp_path, "# a comment\ntea:\n  hot: 1\n\n  cold: 2\nmilk:\n  - {fresh: 3}\n"))
    assert read == {"tea": {"hot": 1, "cold": 2}, "milk": [{"fresh": 3}]}
    assert (read.line, read.lines, read["tea"].lines, read["milk"][0].lines) == (2, {"tea": 2, "milk": 6}, {"hot": 3, "cold": 5}, {"fresh": 7})


def test_anchors_and_merges_are_understood(tmp_path):
    """YAML's own way to name a mapping once and take it in elsewhere works."""
    assert read_yaml(written(tmp_path, "base: &base {hot: 1}\ntea:\n  <<: *base\n  cold: 2\n"))["tea"] == {"hot": 1, "cold": 2}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("tea: 1\nmilk: 2\ntea: 3\n", 3, "'tea' stands here a second time (first in line 1)"),
        ("drinks:\n  tea: 1\n  tea: 1\n", 3, "'tea' stands here a second time (first in line 2)"),
        ("tea: [1\nmilk: 2\n", 2, "not valid YAML"),
        ("tea: {1\n", 2, "not valid YAML"),
        ("tea: !!python/object/apply:os.getcwd []\n", 1, "not valid YAML"),
        ("tea: 1\n[milk]: 2\n", 2, "a key has the value ['milk']; expected a word"),
        ("tea: 1\n{milk: 1}: 2\n", 2, "a key has the value {'milk': 1}; expected a word"),
    ],
)
def test_mistake_names_file_and_line(tmp_path, text, line, told):
    """A doubled key, broken YAML and code hidden in YAML are refused where they stand."""
    with pytest.raises(YamlError) as caught:
        read_yaml(written(tmp_path, text))
    assert str(caught.value).startswith(f"{tmp_path / 'kept.yml'}:{line}: ") and told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [("tea: \x00\n", "has the unprintable sign"), ("\x07", "has the unprintable sign"), ("tea: 2020-13-45\n", "not valid YAML: month must be")],
    ids=["nothing", "a bell", "a date that is none"],
)
@pytest.mark.parametrize("as_text", [True, False])
def test_what_the_parser_itself_refuses_names_the_file(tmp_path, text, told, as_text):
    """Unprintable signs, and dates that are none."""
    if as_text and "date" in told or as_text and "month" in told:
        assert read_yaml(written(tmp_path, text), as_text) == {"tea": "2020-13-45"}
        return
    with pytest.raises(YamlError, match=rf"kept\.yml: {told}"):
        read_yaml(written(tmp_path, text), as_text)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 20_000, "- " * 100_000, "? " * 100_000, "".join(f"{' ' * level}a:\n" for level in range(3000))], ids=["lists", "mappings", "lists in lists", "keys", "indented"])
def test_nesting_without_end_is_refused(tmp_path, text):
    """It would end the process."""
    with pytest.raises(YamlError, match=r"kept\.yml:\d+: nested more than 100 deep"):
        read_yaml(written(tmp_path, text))


def test_much_side_by_side_is_not_deep(tmp_path):
    """Thousands of small lists and mappings are fine."""
    text = "".join(f"- {{tea: [{number}]}}\n" for number in range(5000))
    assert len(read_yaml(written(tmp_path, text))) == 5000


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_file_that_cant_be_read_is_named(tmp_path, content):
    """A file that is missing or no text is refused with its name."""
    file = tmp_path / "kept.yml" if content is None else written(tmp_path, content)
    with pytest.raises(YamlError, match=r"kept\.yml: can't be read"):
        read_yaml(file)


def test_same_key_in_two_mappings_is_fine(tmp_path):
    """A key counts as doubled within one mapping only."""
    assert read_yaml(written(tmp_path, "tea: {hot: 1}\nmilk: {hot: 2}\n")) == {"tea": {"hot": 1}, "milk": {"hot": 2}}


def test_keys_that_may_stand_there_pass(tmp_path):
    """Required keys and some of the optional ones are accepted, and the mapping is given back."""
    read = read_yaml(written(tmp_path, "tea: 1\nmilk: 2\n"))
    assert check_keys(tmp_path, read, "order", ["tea"], ["milk", "cake"]) is read


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("tea: 1\nbeer: 2\n", 2, "'order' has the unknown key 'beer'; allowed are: tea, milk"),
        ("\nmilk: 1\n", 2, "'order' lacks the key 'tea'"),
        ("- tea\n", None, "'order' should be a list of keys and values, but is ['tea']"),
        ("", None, "'order' should be a list of keys and values, but is None"),
    ],
)
def test_wrong_keys_are_refused(tmp_path, text, line, told):
    """An unknown key, a missing key and another shape are refused in words that name them."""
    file = written(tmp_path, text)
    with pytest.raises(YamlError) as caught:
        check_keys(file, read_yaml(file), "order", ["tea"], ["milk"])
    assert str(caught.value) == f"{file}:{line}: {told}" if line else f"{file}: {told}"
