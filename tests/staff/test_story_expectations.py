"""Each word of a script holds where it should, and fails where it should, with a sentence that says what came."""
import pytest

from bot.staff.stories.expectations import Moment
from bot.staff.stories.proof import always
from tests.staff.tea_room_stories import heard, known, problems, quote_of

TEA, SOUTH_TEA, SCALDS = quote_of("tea", "north"), quote_of("tea", "south"), quote_of("scalds", "north")
ANSWER = heard(quotes=[TEA])
ALARM = heard("escalate", level="ae", flags=["scald"], first="advice")
REMINDED = heard(quotes=[TEA], level="ae", flags=["scald"], first="reminder")
ASKS = heard("clarify", topics=["tea", "cake"], choices=[{"title": "Tea", "topic": "tea"}, {"title": "Cake", "topic": "cake"}])
BOTH = heard(quotes=[TEA, SOUTH_TEA], choices=[{"title": "Front room", "region": "front"}])
SILENT = heard("not_covered", own=["nothing"])
PERSON = heard("handoff", own=["phone 01632 960001 or 999"])
HELLO = heard("smalltalk", own=["hello"])


@pytest.mark.parametrize(
    ("expect", "holds", "fails"),
    [
        ({"quotes": "tea"}, ANSWER, SILENT),
        ({"quotes": "tea", "from": "north"}, ANSWER, heard(quotes=[SOUTH_TEA])),
        ({"quotes": "tea", "passage": "1"}, ANSWER, HELLO),
        ({"quotes": ["tea", "scalds"]}, heard(quotes=[TEA, SCALDS]), ANSWER),
        ({"quotes": "tea, scalds"}, heard(quotes=[TEA, SCALDS]), ANSWER),
        ({"does not quote": "tea"}, heard(quotes=[SCALDS]), ANSWER),
        ({"does not quote": "anything"}, SILENT, ANSWER),
        ({"also shows": "scalds"}, heard(quotes=[TEA, SCALDS], topics=["tea"]), ANSWER),
        ({"leaflets differ": "yes"}, BOTH, ANSWER),
        ({"escalates": "gp"}, ALARM, REMINDED),
        ({"escalates": "A&E"}, ALARM, heard("escalate", level="gp", first="advice")),
        ({"escalates": "ae"}, ALARM, heard("escalate", level="ae", own=["first"])),
        ({"escalation": "none"}, ANSWER, ALARM),
        ({"sign": "scald"}, ALARM, heard("escalate", level="ae", flags=["choking"], first="advice")),
        ({"still warns": "yes"}, REMINDED, ANSWER),
        ({"still warns": "ae"}, REMINDED, heard(quotes=[TEA], level="gp", first="reminder")),
        ({"still warns": "ae"}, REMINDED, heard(quotes=[TEA], level="ae")),
        ({"asks which": "question"}, ASKS, ANSWER),
        ({"asks which": ["tea", "cake"]}, ASKS, heard("clarify", topics=["cake"], choices=[{"title": "Cake", "topic": "cake"}])),
        ({"asks which": "part"}, BOTH, ASKS),
        ({"asks which": "leaflet"}, heard(quotes=[TEA], choices=[{"title": "North", "leaflet": "north"}]), BOTH),
        ({"offers": "cake"}, ASKS, ANSWER),
        ({"answers": "yes"}, ANSWER, ASKS),
        ({"says not covered": "yes"}, SILENT, PERSON),
        ({"hands over": "yes"}, PERSON, SILENT),
        ({"hands over": "yes"}, PERSON, heard("handoff", own=["phone somebody"])),
        ({"small talk": "yes"}, HELLO, ANSWER),
        ({"gives number": "01632 960 001"}, PERSON, HELLO),
        ({"one of": [{"small talk": "yes"}, {"quotes": "tea"}]}, ANSWER, SILENT),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_word_holds_and_fails(expect, holds, fails):
    """What should pass passes; what should not is told."""
    assert problems(expect, holds) == []
    assert problems(expect, fails) != []


def test_a_quotation_needs_the_leaflets_own_words():
    """The topic alone is not enough: one letter changed, or another place, and it is no quotation of it."""
    for wrong in ({"text": "Tea costs two pounds."}, {"start": TEA["start"] + 1}, {"end": TEA["end"] + 1}):
        assert problems({"quotes": "tea"}, heard(quotes=[quote_of("tea", "north", **wrong)])) != []


def test_a_quotation_must_be_read_by_the_patient():
    """What stands in the data only was not told to anybody."""
    turn = heard(quotes=[TEA])
    unread = turn.__class__(("nothing",), turn.custom)
    assert problems({"quotes": "tea"}, unread) != []


def test_a_topic_that_a_reply_only_offers_is_not_quoted():
    """A question back lists topics, too."""
    assert problems({"quotes": "tea"}, ASKS) != []


def test_says_again_wants_the_same_words():
    """The same quotation as in the turn before."""
    assert problems({"says again": "yes"}, ANSWER, before=ANSWER) == []
    assert problems({"says again": "yes"}, BOTH, before=ANSWER) != []


def test_a_failure_says_what_came_instead():
    """In words, with the topic's title and the alarm."""
    (told,) = problems({"small talk": "yes"}, REMINDED)
    assert "What tea costs" in told and "A&E now" in told


# ---- What must always be so ---------------------------------------------------------------------


def wrong_in_itself(turn, before=None):
    return list(always(Moment(turn, before, known()), ()))


@pytest.mark.parametrize("turn", [ANSWER, BOTH, SILENT, PERSON, HELLO, ASKS])
def test_a_turn_in_order_is_not_complained_of(turn):
    """No false alarms."""
    assert wrong_in_itself(turn) == []


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        (heard(quotes=[quote_of("tea", "north", text="Tea costs two pounds.")]), "not the leaflet's words"),
        (heard(quotes=[quote_of("tea", "north", start=0)]), "not the leaflet's words"),
        (heard(quotes=[{**quote_of("milk", "north"), "topic": "tea"}]), "not approved for 'tea'"),
        (heard(quotes=[quote_of("tea", "north", leaflet="west")]), "no leaflet in use"),
        (heard(quotes=[quote_of("tea", "north", source="")]), "does not name its leaflet"),
        (heard("answer", own=["of course"]), "quotes nothing"),
        (heard("chatter", own=["x"]), "unknown"),
        (heard("smalltalk"), "no words at all"),
        (ALARM, "an alarm was raised that the script does not expect"),
    ],
)  # fmt: skip
def test_what_must_always_be_so_is_checked_in_every_turn(turn, reason):
    """Whether the script says anything or not."""
    assert any(reason in problem for problem in wrong_in_itself(turn))


def test_an_alarm_that_ends_unexpectedly_is_told():
    """Silence after an alarm is the worst of all failures."""
    assert any("ended here" in problem for problem in wrong_in_itself(ANSWER, before=ALARM))


def test_an_alarm_in_force_without_a_reminder_is_told():
    """Each later turn begins with it."""
    assert any("neither advice nor reminder" in problem for problem in wrong_in_itself(heard(quotes=[TEA], level="ae"), before=ALARM))
