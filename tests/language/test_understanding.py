"""What messages ask: the trained understander, and small ones for its rules."""
import pytest

from bot.catalogue import read_regions, read_topics
from bot.language.leaning import Subject
from bot.language.spelling import Speller
from bot.language.understanding import Understander, Understanding


class Fixed:
    """A classifier that knows the scores of the texts it is given."""

    def __init__(self, **scores: dict[str, float]) -> None:
        self._scores = {text.replace("_", " "): ranking for text, ranking in scores.items()}

    def ranking(self, text, encoder):
        scores = self._scores.get(text, {"out_of_scope": 0.9, "drive": 0.05, "eat": 0.05})
        return sorted(scores.items(), key=lambda entry: -entry[1])


def small(**scores: dict[str, float]) -> Understander:
    """An understander of the topics `drive` and `eat` that scores texts as told."""
    return Understander(Fixed(**scores), Speller({}, frozenset()), None, ["drive", "eat"], read_regions())


def test_sure_topic_is_the_question():
    """A sure topic is asked, and the others thought of follow it."""
    understood = small(can_i_drive={"drive": 0.8, "eat": 0.1, "greet": 0.1}).understand("Can I drive")
    assert (understood.intent, understood.questions, understood.candidates, understood.offer) == ("ask_leaflet", ("drive",), ("drive", "eat"), ("drive", "eat"))


def test_unsure_topic_is_offered_only():
    """A topic that is only likely is offered as a choice and not answered."""
    understood = small(can_i_go={"drive": 0.2, "eat": 0.18, "greet": 0.1}).understand("can I go")
    assert (understood.intent, understood.questions, understood.offer) == ("unsure", (), ("drive", "eat"))


def test_topics_that_share_a_message_are_offered():
    """Where the topics together are likelier than that none is asked, the patient is asked which; else none is."""
    understood = small(tablets={"out_of_scope": 0.4, "drive": 0.3, "eat": 0.25, "greet": 0.05}).understand("tablets")
    assert (understood.intent, understood.questions, understood.offer) == ("unsure", (), ("drive", "eat"))
    assert small(weather={"out_of_scope": 0.6, "drive": 0.2, "eat": 0.15}).understand("weather").intent == "out_of_scope"


def test_what_stands_behind_a_greeting_counts_more():
    """A greeting before something else is not all that was said; a mere greeting is."""
    assert small(hi_can_i_drive={"greet": 0.5, "drive": 0.4, "eat": 0.1}).understand("hi can I drive").questions == ("drive",)
    assert small(hi_there={"greet": 0.8, "drive": 0.1, "eat": 0.1}).understand("hi there").intent == "greet"


def test_clear_question_behind_an_opening_word_leans_on_nothing():
    """ "and can I drive then" is read as the question in full that it holds; where that is not clear, as it stands."""
    scores = {"and can i drive then": {"continue_subject": 0.9, "eat": 0.1}, "can i drive then": {"drive": 0.95, "eat": 0.05}}
    understood = small(**scores).understand("and can I drive then")
    assert (understood.questions, understood.question) == (("drive",), "can i drive then")
    unclear = {**scores, "can i drive then": {"drive": 0.5, "eat": 0.4, "greet": 0.1}}
    assert small(**unclear).understand("and can I drive then").intent == "continue_subject"


def test_small_talk_asks_nothing():
    """Where small talk is the best reading, no topic is answered."""
    understood = small(hello_there={"greet": 0.9, "drive": 0.06, "eat": 0.04}).understand("hello there")
    assert (understood.intent, understood.questions, understood.offer) == ("greet", (), ())


def test_report_itself_asks_nothing():
    """The part of a message that reports a sign is no question; a sure one beside it is."""
    message = "can I drive tomorrow, my leg is numb"
    understander = small(
        **{
            "can i drive tomorrow, my leg is numb": {"eat": 0.9, "drive": 0.1},
            "can i drive tomorrow": {"drive": 0.9, "eat": 0.1},
            "my leg is numb": {"eat": 0.9, "drive": 0.1},
        }
    )
    start = message.index("my leg")
    understood = understander.understand(message, [(start, len(message))])
    assert (understood.questions, understood.apart) == (("drive",), True)


def test_unsure_question_beside_a_report_is_not_answered():
    """Beside a report only a sure question is answered."""
    understander = small(**{"can i drive tomorrow": {"drive": 0.5, "eat": 0.5}})
    message = "can I drive tomorrow, my leg is numb"
    understood = understander.understand(message, [(message.index("my leg"), len(message))])
    assert (understood.questions, understood.apart) == ((), False)


@pytest.mark.parametrize(
    "message, questions",
    [
        ("can I drive home and when does it start to work", ("driving", "when_it_works")),
        ("when does it start to work and can I drive home", ("when_it_works", "driving")),
        ("what are the risks? do I need to stop eating before it", ("risks_general", "eat_drink_before")),
        ("can I drive home after", ("driving",)),
        ("when can i driv", ("driving",)),
    ],
)
def test_questions_come_in_the_order_asked(understander, message, questions):
    """Two questions in one message are both found, in the order asked; one is found once."""
    assert understander.understand(message).questions == questions


def test_same_message_is_understood_the_same(understander):
    """Understanding keeps nothing from message to message."""
    first = understander.understand("can I drive and eat")
    understander.understand("where do I park")
    again = understander.understand("can I drive and eat")
    assert (again, again.ranking) == (first, first.ranking)


def test_named_region_is_understood(understander):
    """A part of the body named in the message goes with the question."""
    assert understander.understand("can I drive after the neck injection").named_region == "cervical"


@pytest.mark.parametrize("message, dose", [("can I take two gabapentin", True), ("how many paracetamol can I take", True), ("can I take a taxi", False), ("how many visits are there", False)])
def test_question_for_a_dose_is_seen(understander, message, dose):
    """A question how much to take is seen as such."""
    assert understander.understand(message).asks_dose is dose


@pytest.mark.parametrize("message", ["", "?", "👍", "word " * 300])
def test_any_message_is_understood(understander, message):
    """No message is too odd to be understood as something."""
    assert understander.understand(message).intent


def test_topics_understood_exist(understander):
    """Everything thought of is a topic of the catalogue."""
    assert set(understander.understand("can I drive and what are the risks").candidates) <= set(read_topics())


def test_data_form_leaves_the_ranking_out():
    """What travels with the message is JSON-ready and without the scores."""
    data = Understanding("ask_leaflet", ("drive",), ranking=(("drive", 0.9),)).as_data()
    assert data["questions"] == ["drive"] and "ranking" not in data


class Elsewhere:
    """A reader of leaning messages that takes each for something no leaflet covers."""

    def ranking(self, reading):
        return [("out_of_scope", 0.9), ("drive", 0.06), ("eat", 0.04)]


def leaning(**scores: dict[str, float]) -> Understander:
    return Understander(Fixed(**scores), Speller({}, frozenset()), None, ["drive", "eat"], read_regions(), Elsewhere())


def test_a_clear_question_stays_one_whatever_went_before():
    """The turn before may help a message that needs help, and no other."""
    assert leaning(can_i_drive={"drive": 0.9, "eat": 0.1}).understand("can i drive", subject=Subject("can i eat", ("eat",))).questions == ("drive",)


def test_an_unclear_message_may_be_covered_by_no_leaflet_after_all():
    """Then nothing is quoted."""
    assert leaning(and_that={"drive": 0.2, "eat": 0.2, "out_of_scope": 0.1}).understand("and that", subject=Subject("can i eat", ("eat",))).intent == "out_of_scope"
