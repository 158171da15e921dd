"""Which leaflet is quoted on a topic."""
from bot.answers.selection import select
from tests.little_library import NORTH, little_leaflet, little_library, north, south


def chosen(topic: str, *leaflets, leaflet: str | None = None, region: str | None = None) -> tuple[list[str], str]:
    selection = select(topic, little_library(*leaflets), leaflet, region)
    return [found.id for found in selection.leaflets], selection.reason


def room(id_: str, says: str, caution: int, **about):
    return little_leaflet(id_, NORTH, {"tea": (1, 1, 1, says, caution)}, **about)


def test_topic_on_which_no_leaflet_speaks_is_silent():
    """Where no active leaflet speaks, nothing is chosen."""
    assert chosen("dogs", north(), south(), leaflet="north") == ([], "silent")


def test_own_leaflet_is_chosen_alone():
    """The patient's own leaflet is quoted alone, even if another is more cautious."""
    assert chosen("tea", north(), south(), leaflet="south") == (["south"], "own")


def test_own_leaflet_speaks_whatever_the_region():
    """A leaflet the patient was given is theirs, also if it names another region."""
    assert chosen("tea", north(regions=("front",)), south(regions=("back",)), leaflet="south", region="front") == (["south"], "own")


def test_only_voice_is_chosen():
    """Where the leaflet is unknown and one speaks, that one is quoted without more ado."""
    assert chosen("cake", north(), south()) == (["south"], "one_voice")


def test_other_leaflet_speaks_where_the_own_is_silent():
    """Where the patient's own leaflet is silent, another is quoted and named as another."""
    assert chosen("cake", north(), south(), leaflet="north") == (["south"], "other_than_own")


def test_leaflet_that_is_not_active_is_nobodys_own():
    """A leaflet that is not active can't be silent: the others are chosen as if none were known."""
    assert chosen("cake", north(), south(), leaflet="closed") == (["south"], "one_voice")


def test_more_cautious_of_two_that_differ_comes_first():
    """Where the leaflet is unknown and two differ, both are quoted, the more cautious first, whatever their names."""
    assert chosen("tea", north(), south()) == (["north", "south"], "differ")
    assert chosen("tea", room("a", "free", 1), room("b", "one_pound", 2)) == (["b", "a"], "differ")


def test_at_most_two_are_chosen_and_the_most_cautious_is_among_them():
    """Of three that differ the two most cautious are quoted."""
    assert chosen("tea", room("a", "free", 0), room("b", "one", 1), room("c", "two", 3)) == (["c", "b"], "differ")


def test_leaflets_that_agree_have_one_voice():
    """Leaflets that say the same are not quoted twice."""
    assert chosen("tea", room("a", "free", 0), room("b", "free", 0)) == (["a"], "one_voice")


def test_more_cautious_of_two_that_agree_speaks_for_both():
    """Of leaflets that agree, the more cautious wording is never dropped."""
    assert chosen("tea", room("a", "free", 0), room("b", "free", 1)) == (["b"], "one_voice")


def test_of_equals_the_leaflet_on_most_topics_speaks():
    """Of leaflets that agree and are as cautious, the one that covers most topics is quoted."""
    assert chosen("tea", room("a", "one_pound", 2), north()) == (["north"], "one_voice")


def test_region_leaves_out_leaflets_for_other_regions():
    """A known region settles which leaflet fits."""
    assert chosen("tea", north(regions=("front",)), south(regions=("back",)), region="back") == (["south"], "one_voice")


def test_region_leaves_in_leaflets_for_several():
    """A leaflet for several regions fits each of them."""
    assert chosen("tea", north(regions=("front", "back")), south(regions=("back",)), region="back") == (["north", "south"], "differ")


def test_leaflet_for_another_region_is_better_than_none():
    """Where no leaflet for the region speaks, one for another region still does."""
    assert chosen("cake", north(regions=("front",)), south(regions=("back",)), region="front") == (["south"], "one_voice")


def test_a_leaflet_on_another_subject_never_answers_for_the_patient_s_own():
    """A patient before one operation must not read another's advice, even where their own leaflet is silent."""
    library = little_library(north(subject="tea"), south(subject="cake"))
    assert select("cake", library, "north", None).reason == "silent"
    assert select("cake", library, None, None).leaflets[0].id == "south"
    assert select("cake", little_library(north(), south()), "north", None).reason == "other_than_own"
