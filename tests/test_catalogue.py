"""Topics and regions are read strictly from the files that staff keep."""
import pytest

from bot.catalogue import Region, Topic, read_regions, read_topics
from bot.yaml_file import YamlError

TOPICS = """\
drinks:
  tea:  {title: "What tea costs", asks: "the price of tea", with: [scalds]}
  milk: {title: "Milk", asks: "whether there is milk"}
care:
  scalds: {title: "Hot water", asks: "what to do after a scald"}
"""
REGIONS = """\
asks: "Which room?"
regions:
  front: {title: "Front room", words: [front, by the door, 1]}
  back: {title: "Back room", words: [back]}
"""


def written(folder, text: str):
    file = folder / "kept.yml"
    file.write_text(text)
    return file


def test_topics_are_read_in_file_order(tmp_path):
    """Each topic has its group, its title, what belongs to it, and its companions."""
    topics = read_topics(written(tmp_path, TOPICS))
    assert list(topics) == ["tea", "milk", "scalds"]
    assert topics["tea"] == Topic("tea", "drinks", "What tea costs", "the price of tea", ("scalds",))
    assert topics["scalds"] == Topic("scalds", "care", "Hot water", "what to do after a scald")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        (', asks: "whether there is milk"', "", 3, "'milk' lacks the key 'asks'"),
        ("title:", "titel:", 2, "unknown key 'titel'"),
        ("  scalds:", "  tea:", 5, "topic 'tea' stands in two groups, drinks and care"),
        ("  milk:", "  tea:", 3, "'tea' stands here a second time"),
        ("[scalds]", "[burns]", 2, "'with' of 'tea' names the unknown topic 'burns'"),
    ],
)
def test_mistake_in_topics_names_its_line(tmp_path, old, new, line, told):
    """A missing or unknown key, a doubled topic and an unknown companion are refused where they stand."""
    file = written(tmp_path, TOPICS.replace(old, new, 1))
    with pytest.raises(YamlError) as caught:
        read_topics(file)
    assert str(caught.value).startswith(f"{file}:{line}: ") and told in str(caught.value)


def test_group_that_is_no_mapping_is_refused(tmp_path):
    """A group with a bare list of topics is refused by its name."""
    with pytest.raises(YamlError, match="'drinks' should be a list of keys"):
        read_topics(written(tmp_path, "drinks: [tea]\n"))


def test_regions_are_read_in_file_order(tmp_path):
    """Regions keep the order in which they are offered; their words are text."""
    regions = read_regions(written(tmp_path, REGIONS))
    assert regions.asks == "Which room?"
    assert list(regions.by_id.values()) == [Region("front", "Front room", ("front", "by the door", "1")), Region("back", "Back room", ("back",))]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('asks: "Which room?"\n', "", 1, "'regions' lacks the key 'asks'"),
        ("words: [back]", "names: [back]", 4, "unknown key 'names'"),
        ("  back:", "  front:", 4, "'front' stands here a second time"),
    ],
)
def test_mistake_in_regions_names_its_line(tmp_path, old, new, line, told):
    """A missing or unknown key and a doubled region are refused where they stand."""
    file = written(tmp_path, REGIONS.replace(old, new, 1))
    with pytest.raises(YamlError) as caught:
        read_regions(file)
    assert str(caught.value).startswith(f"{file}:{line}: ") and told in str(caught.value)
