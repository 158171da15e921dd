"""The screen on a small world of signs: two opinions, levels, and what is expected so soon after."""
import pytest

from bot.language.spelling import Speller
from bot.safety.endings import Endings
from bot.safety.phrases import compiled
from bot.safety.screen import Screen
from bot.safety.second_opinion import Opinion
from bot.safety.signs import read_sign_book
from bot.safety.watch import Watch
from tests.safety.shipped import shipped_book, shipped_endings, shipped_rules
from tests.safety.small_world import FixedOpinion, small_book, small_rules, small_screen, write_signs

NO_ENDINGS = Endings(*(compiled("never said by anybody", {}) for _ in range(3)))


class Broken:
    """A second opinion that fails."""

    def opinions(self, text, spans):
        raise RuntimeError("broken")


class OnePart:
    """A second opinion that holds `hot` for as likely as `likely` in a text of a few words, and for hardly possible in a longer one."""

    def __init__(self, likely):
        self._likely = likely

    def opinions(self, text, spans):
        return [Opinion({"leg": 0.0, "hot": self._likely if len(part.split()) < 6 else 0.02, "sore": 0.0}, {"help_underway": 0.0, "retract_report": 0.0}) for part in (text[slice(*span)] for span in spans)]


class Ending:
    """A second opinion that takes every text for the end of an alarm, as surely as `sure`."""

    def __init__(self, sure):
        self._sure = sure

    def opinions(self, text, spans):
        return [Opinion({"leg": 0.0, "hot": 0.0, "sore": 0.0}, {"help_underway": self._sure, "retract_report": 0.0})] * len(spans)


def test_pattern_raises_its_sign_without_a_model(tmp_path):
    """With no model the patterns raise a sign, say which did, and where it stands."""
    message = "well, I FEEL hot today"
    screening = small_screen(tmp_path).screen(message)
    [hit] = screening.hits
    assert (screening.flags, screening.level, hit.cause) == (("hot",), "gp", "pattern hot: feel hot")
    assert message[hit.start : hit.end].strip() == "FEEL hot"


def test_model_raises_a_sign_without_a_pattern(tmp_path):
    """Where no pattern matches, a sure model raises the sign."""
    screening = small_screen(tmp_path, FixedOpinion(leg=0.9, hot=0.0, sore=0.0)).screen("strange words")
    assert (screening.flags, screening.level, screening.hits[0].cause) == (("leg",), "ae", "second opinion")


def test_unsure_model_raises_nothing(tmp_path):
    """Where no pattern matches, an unsure model raises nothing."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.05, hot=0.05, sore=0.0)).screen("strange words").flags == ()


def test_report_buried_in_a_long_message_is_found(tmp_path):
    """The model is asked about each clause of a long message too: there a report may be lost in the whole."""
    message = "where do I park on the day, these strange words, and who can drive me home afterwards"
    assert small_screen(tmp_path, OnePart(0.97)).screen(message).flags == ("hot",)
    assert small_screen(tmp_path, OnePart(0.8)).screen(message).flags == ()


@pytest.mark.parametrize(
    "message, repair, flags",
    [("my back hurtz", "hurts", ("sore",)), ("my back hurtz", "seldom", ()), ("my back hurts", "hunts", ("sore",))],
    ids=["a slip hides the sign", "no near word", "the repair itself is the slip"],
)
def test_message_is_read_as_typed_and_with_its_spelling_repaired(tmp_path, message, repair, flags):
    """A slip hides no sign, and neither does a repair that turns a good word into another."""
    speller = Speller({repair: 9}, frozenset())
    assert Screen(small_book(tmp_path), small_rules(tmp_path), NO_ENDINGS, speller=speller).screen(message).flags == flags


def test_unsure_model_leaves_a_pattern_alone(tmp_path):
    """A pattern raises its sign though the model is unsure."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=0.1, sore=0.0)).screen("I feel hot").flags == ("hot",)


@pytest.mark.parametrize(
    "message, likely, flags",
    [
        ("maybe I feel hot", 0.02, ()),
        ("maybe I feel hot", 0.3, ("hot",)),
        ("Maybe. I feel hot", 0.03, ("hot",)),
        ("I feel hot", 0.03, ("hot",)),
        ("I feel hot", 0.001, ()),
    ],
)
def test_model_must_hold_a_hinted_sign_for_possible(tmp_path, message, likely, flags):
    """Where words of its sentence leave a sign open, the model must hold it for possible; else only near certainty silences a pattern."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=likely, sore=0.0)).screen(message).flags == flags


def test_sentence_of_a_hinted_sign_is_read_alone_too(tmp_path):
    """The sentence alone may win the model's nod where the whole message does not: other questions round it hide no report."""
    message = "Where do I park on the day. Maybe I feel hot"
    assert small_screen(tmp_path, OnePart(0.3)).screen(message).flags == ("hot",)
    assert small_screen(tmp_path, OnePart(0.02)).screen(message).flags == ()


def test_hints_silence_nothing_without_a_model(tmp_path):
    """Where there is no model, words that leave a sign open don't silence a pattern."""
    assert small_screen(tmp_path).screen("maybe I feel hot").flags == ("hot",)


def test_broken_model_leaves_the_patterns_at_work(tmp_path):
    """A model that fails does not silence the patterns."""
    assert small_screen(tmp_path, Broken()).screen("I feel hot").flags == ("hot",)


def test_cue_cancels_a_pattern(tmp_path):
    """A sign that is only asked about is not raised."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=0.2, sore=0.0)).screen("can I feel hot").flags == ()


def test_sure_model_overrules_a_cue(tmp_path):
    """In doubt nothing cancels: a sure model raises the sign that a cue took back."""
    assert small_screen(tmp_path, FixedOpinion(leg=0.0, hot=0.95, sore=0.0)).screen("can I feel hot").flags == ("hot",)


def test_pair_in_one_message_raises_the_level(tmp_path):
    """Two signs of a pair in one message have the pair's level."""
    assert small_screen(tmp_path).screen("I feel hot and my back hurts").level == "999"


def test_every_likely_sign_counts_for_the_level_where_the_model_is_alone(tmp_path):
    """The model may take one sign for another: each that is likely enough counts, and a pair of them raises the level."""
    sure, unsure = FixedOpinion(leg=0.0, hot=0.6, sore=0.2), FixedOpinion(leg=0.0, hot=0.8, sore=0.04)
    assert [small_screen(tmp_path, second).screen("strange words").level for second in (sure, unsure)] == ["999", "gp"]


@pytest.mark.parametrize(
    "message, sure, ending",
    [("strange words", 0.9, "help_under_way"), ("strange words", 0.4, None), ("should I say strange words", 0.9, None), ("ambulance is here", 0.0, "help_under_way")],
)
def test_only_known_words_or_a_sure_model_end_an_alarm(tmp_path, message, sure, ending):
    """An unsure model ends nothing, and a sure one nothing that only sounds like an end."""
    assert small_screen(tmp_path, Ending(sure)).screen(message).ending == ending


def test_pattern_of_a_level_of_its_own_raises_it(tmp_path):
    """A pattern with a level of its own raises the level where it matches."""
    book = read_sign_book(write_signs(tmp_path, patterns=["foot ... numb", {"words": "stone numb", "level": "999"}]))
    screen = Screen(book, small_rules(tmp_path), NO_ENDINGS)
    assert [screen.screen(message).level for message in ("foot is so numb", "foot is stone numb")] == ["ae", "999"]


def test_who_asks_may_mean_it(tmp_path):
    """A pattern marked `asked_too` counts where it is asked about and where the model thinks nothing of it; others don't."""
    book = read_sign_book(write_signs(tmp_path, patterns=["foot ... numb", {"words": "stone numb", "asked_too": True}]))
    screen = Screen(book, small_rules(tmp_path), NO_ENDINGS, FixedOpinion(leg=0.0, hot=0.0, sore=0.0))
    assert [screen.screen(message).flags for message in ("can it be stone numb", "can my foot be numb")] == [("leg",), ()]


@pytest.mark.parametrize(
    "message",
    ["if I kill myself who will feed the dog", "what if I kill myself", "what would happen if I killed myself", "is there a risk that I will kill myself"],
)
def test_who_asks_about_taking_their_life_gets_advice(message):
    """A question about one's own death by one's own hand is never a mere question."""
    screen = Screen(shipped_book(), shipped_rules(), shipped_endings(), FixedOpinion(self_harm=0.0, fever=0.0))
    assert screen.screen(message).level == "999"


@pytest.mark.parametrize("message", ["leg is numb, done an hour ago", "leg is numb, done 5 hours ago"])
def test_expected_complaint_in_the_first_hours_is_explained(tmp_path, message):
    """In the first hours an expected complaint raises nothing; its topic explains it."""
    screening = small_screen(tmp_path).screen(message)
    assert (screening.flags, screening.expected, screening.ask_time) == ((), ("numb_leg",), False)


def test_time_is_asked_where_it_matters(tmp_path):
    """Without a time an expected complaint is raised, and the time asked."""
    screening = small_screen(tmp_path).screen("leg is numb")
    assert (screening.flags, screening.expected, screening.ask_time) == (("leg",), (), True)


@pytest.mark.parametrize(
    "message",
    [
        "leg is numb, done 6 hours ago",
        "leg is numb, done yesterday",
        "leg is numb and it spreads, done an hour ago",
        "foot is numb, done an hour ago",
        "leg is numb and I feel hot, done an hour ago",
    ],
)
def test_complaint_that_is_not_expected_is_raised(tmp_path, message):
    """Later, spreading, elsewhere or with another sign, the complaint is raised, and no time asked."""
    screening = small_screen(tmp_path).screen(message)
    assert "leg" in screening.flags
    assert (screening.expected, screening.ask_time) == ((), False)


@pytest.mark.parametrize("message", ["can I drive tomorrow, and my leg keeps giving way", "both legs numb and I can't pass water, had it two hours ago"])
def test_same_message_gets_the_same_screening(watch: Watch, message):
    """Screening keeps nothing: other messages in between change nothing."""
    first = watch.screen.screen(message)
    watch.screen.screen("where do I park")
    assert watch.screen.screen(message) == first


@pytest.mark.parametrize("message", ["", "?", "👍", "9" * 2000, "numb " * 300, "\u202e", "(|)*?#"])
def test_screen_takes_any_message(watch: Watch, message):
    """No message is too odd to be screened."""
    assert watch.screen.screen(message).level in ("none", "gp", "ae", "999")
