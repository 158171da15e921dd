"""Cues: one sentence, one cue."""
import re

import pytest

from bot.safety.context import KINDS, read_context_rules
from bot.safety.phrases import compiled, normalised
from bot.yaml_file import YamlError
from tests.safety.shipped import shipped_rules
from tests.safety.small_world import CONTEXT, small_rules, write


def cancelled(folder, message: str, sign: str = "leg", **cue) -> bool:
    """Is the word NUMB of `message` cancelled by `cue`?"""
    text = normalised(message).text
    place = next(compiled("numb", {}).places(text))
    return small_rules(folder, **cue).cancelling(text, sign, *place) is not None


@pytest.mark.parametrize(
    "message, expected",
    [
        ("can it go numb", True),
        ("numb if it can", False),
        ("can it. it is numb", False),
        ("can it? it is numb", False),
        ("can it, be numb", True),
        ("can it but it is numb", False),
        ("can a b c d e f g h i j k l numb", True),
        ("can a b c d e f g h i j k l m numb", False),
    ],
)
def test_cue_before_a_sign(tmp_path, message, expected):
    """A cue reaches twelve words forward, to the end of the sentence or a stop word."""
    assert cancelled(tmp_path, message, kind="asking", words="can", side="before") is expected


@pytest.mark.parametrize("message, expected", [("numb in those days", True), ("in those days numb", False), ("numb. not in those days", False)])
def test_cue_after_a_sign(tmp_path, message, expected):
    """A cue that stands after a sign reaches backward only."""
    assert cancelled(tmp_path, message, kind="remembering", words="in those days", side="after") is expected


@pytest.mark.parametrize("message", ["joking I am numb", "I am numb joking", "numb joke"])
def test_cue_around_a_sign(tmp_path, message):
    """A cue that may stand around a sign counts on either side, and where it covers the sign."""
    assert cancelled(tmp_path, message, kind="figure_of_speech", words="(joking|numb joke)", side="around")


@pytest.mark.parametrize("message, expected", [("can it numb", True), ("can it get numb", False)])
def test_reach_limits_the_words_between(tmp_path, message, expected):
    """A cue with a reach of its own counts no further."""
    assert cancelled(tmp_path, message, kind="asking", words="can", side="before", reach=1) is expected


@pytest.mark.parametrize("limits, expected", [({"signs": ["leg"]}, True), ({"signs": ["arm"]}, False), ({"but_signs": ["leg"]}, False), ({"but_signs": ["arm"]}, True)])
def test_cue_may_be_limited_to_signs(tmp_path, limits, expected):
    """A cue may count for some signs only, or for all but some."""
    assert cancelled(tmp_path, "can it go numb", kind="asking", words="can", side="before", **limits) is expected


@pytest.mark.parametrize("message, expected", [("can it go numb", True), ("can it still be numb", False), ("still here. can it go numb", True)])
def test_unless_voids_a_cue(tmp_path, message, expected):
    """Words that speak for having it now void a cue in their own sentence."""
    assert cancelled(tmp_path, message, kind="asking", words="can", side="before", unless="still") is expected


@pytest.mark.parametrize("message, expected", [("can it go numb", True), ("hi can it go numb", True), ("so, can it go numb", True), ("it hurts so can it go numb", False)])
def test_opening_cue(tmp_path, message, expected):
    """A cue that must open its clause counts only there, after nothing but fillers."""
    assert cancelled(tmp_path, message, kind="asking", words="can", side="before", opens=True) is expected


@pytest.mark.parametrize("message, expected", [("no numb", True), ("no thanks, numb", False)])
def test_cue_of_one_clause(tmp_path, message, expected):
    """A cue of one clause reaches over no comma."""
    assert cancelled(tmp_path, message, kind="denying", words="no", side="before", clause=True) is expected


@pytest.mark.parametrize("anywhere, expected", [(True, True), (False, False)])
def test_cue_anywhere_reaches_over_a_sentence_end(tmp_path, anywhere, expected):
    """A cue that counts anywhere reaches over the end of a sentence."""
    assert cancelled(tmp_path, "it was numb. long ago that was", kind="remembering", words="long ago", side="after", anywhere=anywhere) is expected


@pytest.mark.parametrize(
    "cue, reason",
    [
        ({"kind": "doubting", "words": "can", "side": "before"}, "'kind' has the value 'doubting'"),
        ({"kind": "asking", "words": "can", "side": "left"}, "'side' has the value 'left'"),
        ({"kind": "asking", "words": "(can", "side": "before"}, "not closed"),
        ({"kind": "asking", "words": "can", "side": "before", "unless": "{nolist}"}, "the word list 'nolist'"),
        ({"kind": "asking", "words": "can", "side": "before", "opens": "maybe"}, "'opens' has the value 'maybe'"),
        ({"kind": "asking", "words": "can", "side": "before", "reech": 3}, "unknown key 'reech'"),
        ({"kind": "asking", "words": "can"}, "lacks the key 'side'"),
    ],
)
def test_mistake_in_a_cue_is_refused(tmp_path, cue, reason):
    """A mistake in a cue is refused with the file, the line and what was expected."""
    with pytest.raises(YamlError, match=rf"context\.yml:\d+: .*{re.escape(reason)}"):
        small_rules(tmp_path, **cue)


@pytest.mark.parametrize("key", ["stops", "fillers", "hints"])
def test_mistake_in_stops_fillers_or_hints_is_refused(tmp_path, key):
    """A stop, filler or hint that can't be read is refused."""
    with pytest.raises(YamlError, match=r"context\.yml:\d+: .*not closed"):
        read_context_rules({}, write(tmp_path / "context.yml", {**CONTEXT, key: ["(but"]}))


@pytest.mark.parametrize(
    "kind, sign, words, message",
    [
        ("what_if", "bladder_bowel", "cant wee", "what if I can't wee"),
        ("what_if", "new_weakness", "leg goes numb", "who do I ring if my leg goes numb"),
        ("asking", "new_weakness", "leg go numb", "can it make my leg go numb"),
        ("asking", "fever", "fever", "how common is a fever"),
        ("asking", "sepsis", "sepsis", "is there a risk of sepsis"),
        ("denying", "fever", "fever", "no fever"),
        ("denying", "postural_headache", "headache", "I haven't had a headache"),
        ("remembering", "new_weakness", "numb", "my foot was numb years ago"),
        ("remembering", "leg_swelling", "clot in my leg", "I had a clot in my leg in 2015"),
        ("reason", "new_weakness", "numb", "my toes were numb, that's why I'm having it"),
        ("someone_then", "stroke", "stroke", "stroke runs in the family"),
        ("figure_of_speech", "self_harm", "dying", "I'm dying to know"),
        ("figure_of_speech", "self_harm", "killing me", "my back is killing me"),
        ("homonym", "bladder_bowel", "wee", "a wee question"),
        ("homonym", "fever", "fever", "I get hay fever"),
        ("ended", "new_weakness", "numb", "my leg was numb, it wore off after two hours"),
    ],
)
def test_shipped_cue_cancels(kind, sign, words, message):
    """A sentence in which a sign is not there now has the cue that says so."""
    text = normalised(message).text
    cue = shipped_rules().cancelling(text, sign, *next(compiled(words, {}).places(text)))
    assert cue is not None and cue.kind == kind


@pytest.mark.parametrize(
    "sign, words, message",
    [
        ("new_weakness", "cant feel my legs", "I can't feel my legs"),
        ("bladder_bowel", "couldnt wee", "I couldn't wee all day"),
        ("new_weakness", "cant walk", "he can't walk"),
        ("collapse_seizure", "cant wake him", "we can't wake him"),
        ("bladder_bowel", "not been able to go to the toilet", "he's not been able to go to the toilet since"),
        ("saddle_numbness", "no feeling", "there's no feeling when I wipe"),
        ("new_weakness", "leg keeps giving way", "can I drive tomorrow, and my leg keeps giving way"),
        ("fever", "shivering", "no rash but I'm shivering"),
        ("bladder_bowel", "cant wee", "is it normal that I still can't wee"),
    ],
)
def test_shipped_cues_leave_a_report_alone(sign, words, message):
    """Inability, and a report beside a question or a denial, is not cancelled."""
    text = normalised(message).text
    assert shipped_rules().cancelling(text, sign, *next(compiled(words, {}).places(text))) is None


@pytest.mark.parametrize("message", ["how long would it take to kill myself", "how many tablets does it take to kill myself", "if my pain goes on I will kill myself"])
def test_shipped_cues_for_asking_and_what_if_do_not_hold_for_self_harm(message):
    """Words that make a mere question or a what-if of another sign leave self-harm standing."""
    text, rules = normalised(message).text, shipped_rules()
    place = next(compiled("kill myself", {}).places(text))
    assert rules.cancelling(text, "self_harm", *place) is None
    assert rules.cancelling(text, "fever", *place) is not None


@pytest.mark.parametrize(
    "message, open_",
    [("my foot is numb", False), ("worried about a numb foot", True), ("what if my foot goes numb", True), ("my foot is not numb", True), ("Thanks. Why so long? My foot is numb.", False)],
)
def test_shipped_hints_leave_a_sign_open(message, open_):
    """Words that ask, deny or worry leave a sign of their own sentence open, and of no other."""
    text = normalised(message).text
    assert shipped_rules().leave_it_open(text, *next(compiled("numb", {}).places(text))) is open_


def test_every_kind_has_a_cue():
    """Each way of not having a sign now is known to the shipped cues."""
    assert {cue.kind for cue in shipped_rules().cues} == set(KINDS)


@pytest.mark.parametrize(
    "message, expected",
    [("leg that doesn't feel numb", True), ("leg doesn't move and feels numb", False), ("doesn't feel numb", False)],
)
def test_closing_cue_holds_the_signs_last_word(tmp_path, message, expected):
    """A cue within a sign's words counts only where it holds the last of them: what follows it would be a report of its own."""
    text = normalised(message).text
    place = next(compiled("(leg ... numb|numb)", {}).places(text))
    rules = small_rules(tmp_path, kind="denying", words="doesnt feel numb", side="closing")
    assert (rules.cancelling(text, "leg", *place) is not None) is expected
