"""What must not be taken for a warning sign by the model alone, found in conversations and calls written for this."""
import pytest

from bot.safety.watch import Watch


@pytest.mark.parametrize(
    "message",
    ["nie mówię po angielsku czy mogę prowadzić samochód", "its my neck btw", "and my in hailer and that", "it's my neck", "lower back", "champion", "can i hav brekkie b4 it"],
)
def test_the_model_alone_raises_no_alarm(watch: Watch, message):
    """Another language, a part of the body, a word of thanks, text speak."""
    assert watch.screen.screen(message).flags == ()


@pytest.mark.parametrize("message, level", [("i can't wee", "ae"), ("nie mogę oddychać, I can't breathe", "999"), ("chest pane", "999")])
def test_a_few_words_are_enough_for_a_sign(watch: Watch, message, level):
    """Also between words of another language."""
    assert watch.screen.screen(message).level == level
