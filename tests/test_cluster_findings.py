"""tests/cluster.py: what is amiss is found, so that an empty list means something."""
from tests.cluster import findings
from tests.cluster_parts.talk import Asked


def asked(number, turn, text="will it hurt", topics=("will_it_hurt",), kind="answer", recipient=None):
    """A message and its reply."""
    name = f"cluster-{number}"
    return Asked(name, f"{number}-{turn}", text, [{"recipient_id": recipient or name, "custom": {"kind": kind, "topics": list(topics)}}])


def found(messages, stored):
    """The kinds of what is amiss."""
    return {what for what, which in findings(messages, stored).items() if which}


GOOD = [asked(1, 0), asked(1, 1), asked(2, 0)]
STORED = {"cluster-1": [("1-0", "will it hurt"), ("1-1", "will it hurt")], "cluster-2": [("2-0", "will it hurt")]}


def test_nothing_is_amiss_where_all_is_well():
    """Each turn once, in order, where it belongs."""
    assert found(GOOD, STORED) == set()


def test_each_thing_that_can_be_amiss_is_found():
    """By its own name."""
    one, two = STORED["cluster-1"]
    assert found([*GOOD, Asked("cluster-3", "3-0", "will it hurt")], STORED) == {"without an answer"}
    assert found([*GOOD[:2], asked(2, 0, recipient="cluster-1")], STORED) == {"answered to somebody else"}
    assert found([*GOOD[:2], asked(2, 0, topics=("driving",))], STORED) == {"answered with another topic"}
    assert found(GOOD, {**STORED, "cluster-2": []}) == {"lost from the store"}
    assert "stored twice" in found(GOOD, {**STORED, "cluster-1": [one, two, two]})
    assert "stored in another conversation" in found(GOOD, {**STORED, "cluster-2": [*STORED["cluster-2"], one]})
    assert found(GOOD, {**STORED, "cluster-1": [two, one]}) == {"stored out of order"}


def test_a_handoff_need_not_be_stored():
    """The guard's own answer is no turn of the conversation."""
    assert found([*GOOD, asked(2, 1, kind="handoff", topics=())], STORED) == set()
