"""The answer desk: what a verdict adds to a reply, the introduction, and saying the same again."""
import pytest

from bot.answers.desk import TALK, Desk, leaflets_folder
from bot.answers.reply import Reply
from bot.answers.site import WORDINGS
from bot.answers.turn import Turn
from bot.safety.advice import AdviceBook
from bot.safety.verdict import CALM, Verdict
from tests.little_library import composer, north, south

WORDS = {
    "levels": {level: {"title": f"Level {level}", "lines": ["You told me about {signs}.", "Call {emergency}."]} for level in ("gp", "ae", "999")},
    "signs": {"burn": {"title": "A burn", "lines": ["Cool it."]}},
    "listeners": "116 123",
    "reminder": {level: f"Remember {level}: {{signs}}" for level in ("gp", "ae", "999")},
    "reminder_signs": {"burn": "Remember to cool it."},
    "ask_time": "When was it?",
    "ended": {"help_under_way": "Help comes.", "taken_back": "Good.", "expected_after_all": "That is expected."},
    "look_out": "scalds",
}
ADVICE = AdviceBook(WORDS, {"scald": "a scald", "burn": "a burn", "fall": "a fall"}, {"emergency": "999", "urgent": "111"})
BEFORE = Reply("smalltalk").as_custom()
SCALD = Verdict("ae", ("scald",), ("scald",))


def desk(*leaflets) -> Desk:
    return Desk(composer(*(leaflets or (north(), south()))), ADVICE)


def ask(*topics: str, verdict: Verdict = CALM, previous=BEFORE, **known) -> Turn:
    return Turn("ask_leaflet", topics, topics, verdict=verdict, previous=previous, **known)


def roles(reply: Reply) -> list[str]:
    return [part.role for part in reply.parts]


# -- warning signs ---------------------------------------------------------------------------------------------------


def test_advice_comes_first_and_the_question_is_answered():
    """A reported sign is answered with its advice first; what was asked in the same message is quoted after it."""
    reply = desk().reply(ask("milk", verdict=SCALD), Desk.answer)
    assert (reply.kind, reply.escalation, reply.red_flags, reply.topics) == ("escalate", "ae", ["scald"], ["milk"])
    assert reply.parts[0].role == "advice" and reply.parts[0].text == "Level ae.\nYou told me about a scald.\nCall 999."
    assert [quote.topic for quote in reply.quotes] == ["milk", "scalds"]


def test_advice_travels_as_data_too():
    """A channel gets the advice as a card with level, title and lines."""
    reply = desk().reply(ask(verdict=SCALD), Desk.answer)
    assert reply.advice == [{"level": "ae", "title": "Level ae", "lines": ["You told me about a scald.", "Call 999."]}]


def test_sign_alone_brings_what_to_look_out_for():
    """A sign without a question is answered with the advice and the leaflet's own words on what to look out for."""
    reply = desk().reply(ask(verdict=SCALD), Desk.answer)
    assert (reply.kind, reply.topics) == ("escalate", [])
    assert [(quote.topic, quote.text) for quote in reply.quotes] == [("scalds", "Hold scalds under cold water.")]


def test_what_to_look_out_for_is_not_said_twice():
    """Where it was asked for, it is neither added nor announced again."""
    reply = desk().reply(ask("scalds", verdict=SCALD), Desk.answer)
    assert ([quote.topic for quote in reply.quotes], roles(reply)) == (["scalds"], ["advice", "quote"])


def test_question_that_is_not_covered_is_still_an_escalation():
    """Beside a sign, a question that no leaflet answers changes nothing of the advice."""
    reply = desk().reply(ask("dogs", verdict=SCALD), Desk.answer)
    assert (reply.kind, reply.escalation, roles(reply)[0]) == ("escalate", "ae", "advice")


def test_time_is_asked_in_the_same_turn_after_the_advice():
    """Where the time matters, the cautious advice comes first and the question behind it, before anything else."""
    verdict = Verdict("gp", ("scald",), ("scald",), ask_time=True)
    reply = desk().reply(ask("milk", verdict=verdict), Desk.answer)
    assert [(part.role, part.text) for part in reply.parts][1] == ("advice", "When was it?")
    assert roles(reply)[:3] == ["advice", "advice", "quote"]


def test_sign_with_words_of_its_own_has_its_own_card():
    """A sign with wording of its own comes first, the others after it on the level's card."""
    reply = desk().reply(ask(verdict=Verdict("999", ("fall", "burn"), ("burn",))), Desk.answer)
    assert [card["title"] for card in reply.advice] == ["A burn", "Level 999"]


@pytest.mark.parametrize("act", [Desk.answer, Desk.offer_choices, Desk.talk, Desk.hand_over, Desk.offer_others, Desk.repeat, Desk.set_region, Desk.set_leaflet])
def test_every_way_to_answer_brings_the_advice(act):
    """Whatever the dialogue makes of a message with a sign, the patient reads the advice first."""
    reply = desk().reply(Turn("greet", verdict=SCALD, previous=BEFORE), act)
    assert (reply.kind, reply.escalation, reply.parts[0].role) == ("escalate", "ae", "advice")


@pytest.mark.parametrize("act", [Desk.answer, Desk.offer_choices, Desk.talk, Desk.hand_over, Desk.offer_others, Desk.repeat, Desk.set_region, Desk.set_leaflet])
def test_level_in_force_is_recalled_in_every_turn(act):
    """While a level is in force, each turn begins with the one-line reminder and still names level and signs."""
    reply = desk().reply(Turn("greet", verdict=Verdict("gp", ("scald",)), previous=BEFORE), act)
    assert (reply.parts[0].role, reply.parts[0].text) == ("reminder", "Remember gp: a scald")
    assert (reply.escalation, reply.red_flags, roles(reply).count("reminder")) == ("gp", ["scald"], 1)


def test_question_under_a_reminder_is_answered():
    """A level in force does not keep a later question from its answer."""
    reply = desk().reply(ask("milk", verdict=Verdict("gp", ("scald",))), Desk.answer)
    assert (reply.kind, reply.topics, roles(reply)) == ("answer", ["milk"], ["reminder", "quote"])


def test_calm_turn_names_no_level():
    """Without a sign there is neither advice nor level."""
    reply = desk().reply(ask("milk"), Desk.answer)
    assert (reply.kind, reply.escalation, reply.red_flags, reply.advice, roles(reply)) == ("answer", "none", [], [], ["quote"])


@pytest.mark.parametrize(("why", "said"), [("help_under_way", "Help comes."), ("taken_back", "Good.")])
def test_end_of_an_alarm_is_said_and_nothing_else(why, said):
    """Help under way or a report taken back ends the level, with fixed words alone."""
    reply = desk().reply(ask("milk", verdict=Verdict(ended=why)), Desk.answer)
    assert (reply.kind, reply.escalation, reply.red_flags, reply.texts) == ("smalltalk", "none", [], [said])


def test_complaint_that_is_expected_after_all_is_explained():
    """Where the time settles it, the words that say so come first, and the leaflet's passage follows."""
    reply = desk().reply(ask("scalds", verdict=Verdict(ended="expected_after_all", expected=("scalds",))), Desk.answer)
    assert (reply.escalation, reply.parts[0].text, reply.topics) == ("none", "That is expected.", ["scalds"])


@pytest.mark.parametrize(("verdict", "first"), [(SCALD, "Level ae"), (Verdict("gp", ("scald",)), "Remember gp"), (CALM, "<broken>")])
def test_broken_part_keeps_the_advice(verdict, first):
    """When a part fails, the advice or the reminder is said all the same, then contact and emergency line."""
    reply = desk().broken(ask(verdict=verdict, leaflet="north"))
    assert reply.texts[0].startswith(first)
    assert reply.texts[-1] == "<broken> phone Nora on 01632 960001 or 999"
    assert (reply.kind, reply.escalation) == ("escalate" if verdict.raised else "handoff", verdict.level)


# -- introduction ----------------------------------------------------------------------------------------------------


def test_first_turn_begins_with_the_introduction():
    """The assistant says what it is before its first answer."""
    reply = desk().reply(ask("milk", previous=None), Desk.answer)
    assert [(part.role, part.text.split("\n")[0]) for part in reply.parts] == [("notice", "<introduction>"), ("quote", "“It comes with milk.”")]


def test_introduction_is_said_once():
    """Later turns do not introduce it again."""
    house = desk()
    first = house.reply(ask("milk", previous=None), Desk.answer)
    second = house.reply(ask("milk", previous=first.as_custom()), Desk.answer)
    assert (first.texts.count("<introduction>"), second.texts.count("<introduction>")) == (1, 0)


def test_introduction_does_not_come_before_advice():
    """A first message that reports a sign gets the advice first and the introduction last."""
    reply = desk().reply(ask(previous=None, verdict=SCALD), Desk.answer)
    assert (reply.parts[0].role, reply.parts[-1].text) == ("advice", "<introduction>")


# -- again -----------------------------------------------------------------------------------------------------------


def test_reply_is_repeated_word_for_word():
    """ "Say that again" gives the same words, quotes and choices once more."""
    house = desk()
    first = house.reply(ask("tea", "cake"), Desk.answer)
    again = house.reply(Turn("repeat", previous=first.as_custom()), Desk.repeat)
    assert again.as_custom() == first.as_custom()


def test_escalation_is_repeated_with_its_advice():
    """A repeated escalation begins with the reminder and holds the whole advice again."""
    house = desk()
    first = house.reply(ask("milk", verdict=SCALD), Desk.answer)
    again = house.reply(Turn("repeat", verdict=Verdict("ae", ("scald",)), previous=first.as_custom()), Desk.repeat)
    assert again.texts == ["Remember ae: a scald", *first.texts]
    assert (again.kind, again.escalation, again.advice) == ("escalate", "ae", first.advice)


def test_reminder_is_not_repeated_twice():
    """A repeated reply that began with a reminder begins with one reminder."""
    house = desk()
    verdict = Verdict("ae", ("scald",))
    first = house.reply(ask("milk", verdict=verdict), Desk.answer)
    assert house.reply(Turn("repeat", verdict=verdict, previous=first.as_custom()), Desk.repeat).texts == first.texts


def test_nothing_is_repeated_before_the_first_answer():
    """At the start there is nothing to repeat, and the reply says so."""
    reply = desk().reply(Turn("repeat"), Desk.repeat)
    assert (reply.kind, reply.texts) == ("smalltalk", ["<introduction>", "<nothing_to_repeat>"])


def test_quote_that_is_no_longer_proved_is_not_repeated():
    """A repeated quote is proved again: words that have changed since are answered anew, not repeated."""
    tea_room = north()
    first = desk(tea_room).reply(ask("milk"), Desk.answer)
    changed = north()
    changed.__dict__["text"] = changed.leaflet.__dict__["text"] = changed.leaflet.text.replace("with milk", "without milk")
    again = desk(changed).reply(Turn("repeat", previous=first.as_custom()), Desk.repeat)
    assert (again.kind, again.quotes) == ("not_covered", [])


def test_quote_of_a_leaflet_that_is_gone_is_not_repeated():
    """A leaflet that is no longer active is not quoted again."""
    first = desk(north()).reply(ask("milk"), Desk.answer)
    assert desk(south()).reply(Turn("repeat", previous=first.as_custom()), Desk.repeat).quotes == []


# -- leaflet and region ----------------------------------------------------------------------------------------------


def test_leaflet_chosen_after_an_answer_answers_again_from_it():
    """The question of the turn before is answered from the leaflet the patient now names."""
    house = desk()
    first = house.reply(ask("tea"), Desk.answer)
    reply = house.reply(Turn("choose_leaflet", leaflet="south", previous=first.as_custom()), Desk.set_leaflet)
    assert (reply.kind, reply.topics, reply.leaflet) == ("answer", ["tea"], "south")
    assert reply.quotes[0].leaflet == "south" and reply.choices == []


def test_leaflet_chosen_without_a_question_is_noted():
    """Without a question before it, the choice is confirmed by the leaflet's title."""
    reply = desk().reply(Turn("choose_leaflet", leaflet="south", previous=BEFORE), Desk.set_leaflet)
    assert (reply.kind, reply.texts, reply.leaflet) == ("smalltalk", ["<leaflet_chosen> The south tea room"], "south")


def test_unknown_leaflet_is_asked_for():
    """A leaflet that can't be made out is asked for with the titles of all active ones."""
    reply = desk().reply(Turn("choose_leaflet", previous=BEFORE), Desk.set_leaflet)
    assert (reply.kind, [choice.leaflet for choice in reply.choices]) == ("clarify", ["north", "south"])


def test_region_chosen_after_an_answer_answers_again_for_it():
    """The question of the turn before is answered for the region the patient now names."""
    house = desk(north(regions=("front",)), south(regions=("back",)))
    first = house.reply(ask("tea"), Desk.answer)
    reply = house.reply(Turn("choose_region", region="back", previous=first.as_custom()), Desk.set_region)
    assert (reply.kind, reply.topics, reply.region, reply.quotes[0].leaflet) == ("answer", ["tea"], "back", "south")


def test_region_chosen_without_a_question_is_noted():
    """Without a question before it, the region is confirmed by its title."""
    reply = desk().reply(Turn("choose_region", region="back", previous=BEFORE), Desk.set_region)
    assert (reply.texts, reply.region) == (["<region_chosen> Back room"], "back")


def test_unknown_region_is_asked_for():
    """A region that can't be made out is asked for with all regions."""
    reply = desk().reply(Turn("choose_region", previous=BEFORE), Desk.set_region)
    assert (reply.texts, [choice.region for choice in reply.choices]) == (["Which room?\n1. Front room\n2. Back room"], ["front", "back"])


def test_topics_that_were_only_offered_are_not_answered_again():
    """After a question back there was no answer to give again: the choice of a leaflet is only noted."""
    before = Reply("clarify", ["tea", "milk"]).as_custom()
    assert desk().reply(Turn("choose_leaflet", leaflet="south", previous=before), Desk.set_leaflet).kind == "smalltalk"


@pytest.mark.parametrize(
    ("text", "leaflet"),
    [("the one from the north tea room", "north"), ("The South Tea Room", "south"), ("the tea room one", None), ("no idea", None), ("", None)],
)
def test_leaflet_is_known_by_its_title(text, leaflet):
    """A leaflet is taken where the message names exactly one."""
    assert desk().leaflet_named_in(text) == leaflet


# -- small things ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("intent", list(TALK))
def test_small_talk_has_its_own_words(intent):
    """Each kind of small talk is answered with the sentence meant for it."""
    reply = desk().reply(Turn(intent, previous=BEFORE), Desk.talk)
    assert TALK[intent] in WORDINGS
    assert (reply.kind, reply.texts) == ("smalltalk", [f"<{TALK[intent]}>"])


def test_whoever_asks_for_a_person_is_told_whom_to_phone():
    """The contact is that of the patient's leaflet, and the channel learns that a person is wanted."""
    reply = desk().reply(Turn("ask_person", previous=BEFORE, leaflet="north"), Desk.hand_over)
    assert (reply.kind, reply.texts) == ("handoff", ["<person> phone Nora on 01632 960001"])


def test_message_without_a_question_is_not_covered():
    """A message in which no topic was found gets the contact."""
    assert desk().reply(Turn("out_of_scope", previous=BEFORE), Desk.answer).kind == "not_covered"


def test_leaflets_are_read_where_the_environment_says(monkeypatch, tmp_path):
    """LEAFLETS names the folder; unset or empty, it is that of the samples."""
    monkeypatch.setenv("LEAFLETS", str(tmp_path))
    assert leaflets_folder() == tmp_path
    for unset in (lambda: monkeypatch.setenv("LEAFLETS", ""), lambda: monkeypatch.delenv("LEAFLETS")):
        unset()
        assert leaflets_folder().parts[-2:] == ("data", "leaflets")
