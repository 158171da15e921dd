"""Which runs of sentences are offered as passages."""
import numpy as np

from bot.staff.leaflets.windows import LONGEST, LONGEST_LIST, Line, Windows
from bot.staff.map_writer import Chosen


def lines(*sections: int, bullets: bool = False) -> list[Line]:
    """So many sentences in each section; `bullets`: all but the first of a section are."""
    return [Line(section, number, "words", "heading", bullets and number > 1) for section, length in enumerate(sections) for number in range(1, length + 1)]


def likeliest(odds, *sections, how_many=3, **kind):
    return Windows(lines(*sections, **kind)).likeliest(np.array(odds, dtype=float), how_many)


def test_what_surely_belongs_is_the_first_run():
    """Two sentences that belong, between two that don't."""
    assert likeliest([-9, 9, 9, -9], 4)[0] == Chosen(0, 2, 3)


def test_a_run_stays_in_its_section():
    """However much is said on both sides of the heading."""
    assert {chosen.section for chosen in likeliest([-9, 9, 9, -9], 2, 2, how_many=2)} == {0, 1}


def test_what_is_offered_next_is_not_the_same_a_little_wider():
    """Who refuses a run refuses those that are like it; the second is elsewhere, where something is likely too."""
    first, second = likeliest([5, 5, -9, -9, 4, 4, -9], 7, how_many=2)
    assert (first, second) == (Chosen(0, 1, 2), Chosen(0, 5, 6))


def test_in_doubt_the_middle_course_is_drawn():
    """One sentence is sure, its neighbours are as likely as not: the run of two serves for the run of one and for that of three."""
    first = likeliest([-9, 0, 9, 0, -9], 5)[0]
    assert first.last - first.first == 1


def test_a_run_that_is_surely_meant_comes_before_one_that_only_serves_for_many():
    """The middle course is for doubt; what is clear is drawn as it is."""
    assert likeliest([-9, -4, 9, -4, -9], 5)[0] == Chosen(0, 3, 3)


def test_the_best_sentence_is_offered_even_where_nothing_is_likely():
    """A person decides that the leaflet is silent; the nearest words are always there to look at."""
    first = likeliest([-30, -20, -40], 3)[0]
    assert first.first <= 2 <= first.last


def test_a_passage_has_a_longest_length_and_a_list_a_longer_one():
    """Even where every sentence seems to belong."""
    odds = [9.0] * 20
    assert max(chosen.last - chosen.first + 1 for chosen in likeliest(odds, 20)) <= LONGEST
    assert LONGEST < max(chosen.last - chosen.first + 1 for chosen in likeliest(odds, 20, bullets=True)) <= LONGEST_LIST


def test_a_leaflet_of_one_sentence_has_one_run():
    """And no more are made up."""
    assert likeliest([-3], 1) == [Chosen(0, 1, 1)]
