"""From an understood turn to a Reply: which words of which leaflet, with what round them."""
from dataclasses import replace
from datetime import date

import pytest

from bot.answers.reply import Reply
from bot.answers.turn import Turn
from bot.leaflets.library import ActiveLeaflet
from tests.little_library import NORTH, SITE, TOPICS, composer, little_leaflet, north, south


def ask(*topics: str, **known) -> Turn:
    return Turn("ask_leaflet", topics, topics, **known)


def texts(reply: Reply, role: str) -> list[str]:
    return [part.text for part in reply.parts if part.role == role]


def quoted(reply: Reply) -> list[tuple[str, str, str]]:
    return [(quote.topic, quote.leaflet, quote.text) for quote in reply.quotes]


def with_text(leaflet: ActiveLeaflet, old: str, new: str) -> ActiveLeaflet:
    """The same leaflet whose text has changed since it was loaded."""
    leaflet.leaflet.__dict__["text"] = leaflet.leaflet.text.replace(old, new)
    return leaflet


# -- quoting ---------------------------------------------------------------------------------------------------------


def test_answer_quotes_the_very_words_at_their_offsets():
    """An answer holds the leaflet's words, and its offsets find them in the canonical text."""
    tea_room = north()
    reply = composer(tea_room).answer(ask("milk"))
    quote = reply.quotes[0]
    assert (reply.kind, reply.topics, quote.text, quote.section) == ("answer", ["milk"], "It comes with milk.", "Tea")
    assert tea_room.text[quote.start : quote.end] == quote.text


def test_patient_reads_the_words_and_their_source():
    """The words stand in quotation marks, with title, section, publisher, version and date below."""
    tea_room = north(publisher="Nora", version="2", issued="2021-09")
    reply = composer(tea_room).answer(ask("milk"))
    assert texts(reply, "quote") == ['“It comes with milk.”\nFrom "The north tea room", "Tea", Nora, version 2, September 2021.']


def test_source_names_only_what_is_known():
    """Without section, publisher, version and date the source is the title alone."""
    tea_room = little_leaflet("north", "Dogs may come in.\n", {"dogs": (0, 1, 1, "yes", 0)})
    assert texts(composer(tea_room).answer(ask("dogs")), "quote") == ['“Dogs may come in.”\nFrom "The north tea room".']


def test_topics_are_answered_in_the_order_asked():
    """Two questions are both answered, first things first."""
    reply = composer(north(), south()).answer(ask("cake", "milk"))
    assert reply.topics == ["cake", "milk"]
    assert quoted(reply) == [("cake", "south", "There is plum cake."), ("milk", "north", "It comes with milk.")]


def test_words_that_answer_two_questions_are_shown_once():
    """A passage mapped to both of the topics asked is quoted once, and both count as answered."""
    tea_room = little_leaflet("north", NORTH, {"milk": (1, 2, 2, "yes", 0), "cake": (1, 2, 2, "yes", 0)})
    reply = composer(tea_room).answer(ask("milk", "cake"))
    assert reply.topics == ["milk", "cake"]
    assert quoted(reply) == [("milk", "north", "It comes with milk.")]


def test_same_question_gets_the_same_words():
    """Nothing in an answer is left to chance."""
    house = composer(north(), south())
    assert house.answer(ask("tea", "cake")).as_custom() == house.answer(ask("tea", "cake")).as_custom()


def test_covered_and_uncovered_question_in_one_message():
    """What is covered is quoted; for the rest the contact is given."""
    reply = composer(north()).answer(ask("dogs", "milk"))
    assert (reply.kind, reply.topics) == ("answer", ["milk"])
    assert texts(reply, "own") == ["<not_covered> ask your hospital team, on the number on your letter"]


# -- proof -----------------------------------------------------------------------------------------------------------


def test_passage_that_is_no_longer_proved_is_not_shown():
    """Words that changed in memory are not quoted: the reply gives the contact, and staff are told the topic."""
    told: list[str] = []
    reply = composer(with_text(north(), "with milk", "without milk"), alarm=told.append).answer(ask("milk"))
    assert (reply.kind, reply.quotes) == ("not_covered", [])
    assert len(told) == 1 and "north: 'milk' is not quoted" in told[0]


def test_other_topics_of_a_changed_leaflet_are_shown():
    """A change in one passage does not silence the rest of the leaflet."""
    told: list[str] = []
    reply = composer(with_text(north(), "cold water.", "hot water."), alarm=told.append).answer(ask("milk"))
    assert quoted(reply) == [("milk", "north", "It comes with milk.")]
    assert told == []


def test_quote_shifted_by_one_character_is_not_shown():
    """An offset that is one character out is noticed before the patient reads it."""
    tea_room = north()
    passage = tea_room.passages["milk"][0]
    tea_room.passages["milk"] = (replace(passage, start=passage.start + 1, end=passage.end + 1),)
    assert composer(tea_room).answer(ask("milk")).kind == "not_covered"


# -- notices ---------------------------------------------------------------------------------------------------------


def test_overdue_review_is_told_with_its_date():
    """A leaflet past its review date is still quoted, and the reply says when it was due."""
    reply = composer(north(review_due="2023-09"), today=date(2023, 10, 1)).answer(ask("milk"))
    assert quoted(reply) == [("milk", "north", "It comes with milk.")]
    assert texts(reply, "notice") == ["<review_overdue> September 2023"]


def test_review_that_is_not_due_is_not_told():
    """Before the review date there is no notice."""
    reply = composer(north(review_due="2023-09"), today=date(2023, 9, 30)).answer(ask("milk"))
    assert texts(reply, "notice") == []


def test_overdue_review_is_told_once_a_leaflet():
    """Two quotes of one leaflet carry one notice."""
    reply = composer(north(review_due="2023-09")).answer(ask("milk", "scalds"))
    assert len(reply.quotes) == 2
    assert texts(reply, "notice") == ["<review_overdue> September 2023"]


def test_companion_comes_after_the_answer():
    """A topic that must not be read alone brings its companion along, marked, and not counted as asked."""
    reply = composer(north()).answer(ask("tea"))
    assert quoted(reply) == [("tea", "north", "Tea costs one pound."), ("scalds", "north", "Hold scalds under cold water.")]
    assert reply.topics == ["tea"]
    assert [part.role for part in reply.parts] == ["quote", "notice", "quote"]
    assert texts(reply, "notice") == ["<also_read>"]


def test_companion_that_was_asked_is_not_added():
    """Where the companion is asked as well, it is answered in its turn and not announced."""
    reply = composer(north()).answer(ask("tea", "scalds"))
    assert reply.topics == ["tea", "scalds"]
    assert len(reply.quotes) == 2 and texts(reply, "notice") == []


def test_companion_comes_from_the_leaflet_that_answers():
    """The companion is quoted from the leaflet just quoted, not from a stranger's."""
    other = little_leaflet("a-third", "Scalds need a nurse.\n", {"scalds": (0, 1, 1, "nurse", 3)})
    reply = composer(other, north()).answer(ask("tea"))
    assert quoted(reply)[-1] == ("scalds", "north", "Hold scalds under cold water.")


def test_missing_companion_is_no_notice():
    """Where no leaflet has the companion, nothing is announced."""
    reply = composer(south()).answer(ask("tea"))
    assert (len(reply.quotes), texts(reply, "notice")) == (1, [])


@pytest.mark.parametrize("topic", ["milk", "dogs"])
def test_question_for_a_dose_gets_its_notice(topic):
    """Whoever asks how much to take hears whom to ask, with an answer or without."""
    assert "<dose_question>" in texts(composer(north()).answer(ask(topic, asks_dose=True)), "own")


def test_other_questions_get_no_dose_notice():
    """The notice on doses stands nowhere else."""
    assert "<dose_question>" not in texts(composer(north()).answer(ask("milk")), "own")


# -- which leaflet ---------------------------------------------------------------------------------------------------


def test_leaflets_that_differ_are_both_quoted_the_more_cautious_first():
    """Where the leaflet is unknown and two differ, both are quoted under a notice that says so."""
    reply = composer(south(), north()).answer(ask("tea"))
    assert [quote.leaflet for quote in reply.quotes][:2] == ["north", "south"]
    assert (reply.kind, reply.parts[0].text) == ("answer", "<leaflets_differ>")


def test_leaflets_of_the_same_regions_are_offered_by_title():
    """Leaflets that differ, but not by region, are offered by their titles beside the answer."""
    reply = composer(south(), north()).answer(ask("tea"))
    assert texts(reply, "choices") == ["<which_leaflet>"]
    assert [(choice.title, choice.leaflet) for choice in reply.choices] == [("The north tea room", "north"), ("The south tea room", "south")]


def test_leaflets_of_other_regions_are_offered_by_region():
    """Leaflets that differ by region are told apart by the question for the region."""
    reply = composer(south(regions=("back",)), north(regions=("front",))).answer(ask("tea"))
    assert texts(reply, "choices") == ["Which room?"]
    assert [(choice.title, choice.region) for choice in reply.choices] == [("Front room", "front"), ("Back room", "back")]


def test_known_region_is_not_asked_for_again():
    """A patient who told the region is asked for the leaflet, if leaflets still differ."""
    reply = composer(south(regions=("back",)), north(regions=("front", "back"))).answer(ask("tea", region="back"))
    assert texts(reply, "choices") == ["<which_leaflet>"]


def test_own_leaflet_is_quoted_without_a_question():
    """Whose leaflet is known is asked nothing."""
    reply = composer(north(), south()).answer(ask("tea", leaflet="south"))
    assert quoted(reply)[0] == ("tea", "south", "Tea is free on Sundays.")
    assert (reply.choices, texts(reply, "notice")[:1]) == ([], ["<also_read>"])


def test_other_leaflet_is_named_as_such():
    """Where the patient's own leaflet is silent, the other one is named before it is quoted."""
    reply = composer(north(), south()).answer(ask("cake", leaflet="north"))
    assert [(part.role, part.text.split("\n")[0]) for part in reply.parts] == [
        ("notice", "<their_leaflet_silent> The south tea room"),
        ("quote", "“There is plum cake.”"),
    ]


def test_reply_keeps_leaflet_region_and_candidates():
    """What is known of the patient and the turn travels with the reply."""
    reply = composer(north()).answer(Turn("ask_leaflet", ("milk",), ("milk", "tea"), leaflet="north", region="back"))
    assert (reply.leaflet, reply.region, reply.candidates) == ("north", "back", ["milk", "tea"])


# -- no answer -------------------------------------------------------------------------------------------------------


def test_uncovered_question_gets_the_contact():
    """Where no leaflet speaks, the reply says so and whom to ask."""
    reply = composer(north()).answer(ask("dogs"))
    assert (reply.kind, reply.topics, reply.quotes, reply.choices) == ("not_covered", [], [], [])
    assert texts(reply, "own") == ["<not_covered> ask your hospital team, on the number on your letter"]


def test_contact_is_the_patients_leaflets():
    """The contact is the one that the site names for the patient's leaflet."""
    reply = composer(north()).not_covered(ask("dogs", leaflet="north"))
    assert texts(reply, "own") == ["<not_covered> ask Nora on 01632 960001"]


def test_nearest_topics_are_offered():
    """Beside the contact, near topics that a leaflet does cover are offered by their titles."""
    reply = composer(north()).not_covered(Turn("ask_leaflet", ("dogs",), offer=("dogs", "milk", "cake", "tea")))
    assert reply.kind == "not_covered" and texts(reply, "own")[-1] == "<nearest>"
    assert [choice.topic for choice in reply.choices] == ["milk", "tea"]


def test_clarify_offers_at_most_three_covered_topics():
    """An unsure question is asked back with three choices at most, each of which has an answer; the reply lists them."""
    reply = composer(north(), south()).clarify(Turn("unsure", offer=("dogs", "cake", "tea", "cake", "milk", "scalds")))
    assert (reply.kind, reply.topics) == ("clarify", ["cake", "tea", "milk"])
    assert [(choice.title, choice.topic) for choice in reply.choices] == [(TOPICS[id_].title, id_) for id_ in ("cake", "tea", "milk")]


def test_clarify_without_offer_takes_the_candidates():
    """Where nothing is offered, the candidates are."""
    assert composer(north()).clarify(Turn("unsure", candidates=("milk", "tea"))).topics == ["milk", "tea"]


def test_clarify_without_covered_topics_is_not_covered():
    """A question back that no answer could follow is not asked."""
    assert composer(north()).clarify(Turn("unsure", offer=("dogs", "cake"))).kind == "not_covered"


def test_others_are_the_candidates_that_were_not_answered():
    """After "that's not what I asked" the other candidates of the turn before are offered."""
    before = {"candidates": ["milk", "tea", "dogs", "scalds"], "topics": ["milk"]}
    reply = composer(north()).offer_others(Turn("not_helped", candidates=("cake",), previous=before))
    assert (reply.kind, reply.topics, texts(reply, "own")) == ("clarify", ["tea", "scalds"], ["<other_questions>"])


@pytest.mark.parametrize("before", [None, {"candidates": ["milk"], "topics": ["milk"]}])
def test_without_others_the_patient_is_asked_for_other_words(before):
    """With nothing left to offer, the reply says so and offers nothing."""
    reply = composer(north()).offer_others(Turn("not_helped", previous=before))
    assert (reply.kind, reply.choices, texts(reply, "own")) == ("clarify", [], ["<nothing_else>"])


def test_talk_is_the_sites_own_sentence():
    """Small talk and handing over are the site's own words, filled in for the patient's leaflet."""
    reply = composer(north()).talk(Turn("person", leaflet="north"), "person", kind="handoff")
    assert (reply.kind, texts(reply, "own")) == ("handoff", [f"<person> phone {SITE.contacts['north']}"])
