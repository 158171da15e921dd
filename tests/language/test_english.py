"""English or not."""
import pytest

from bot.language.cleaning import clean
from bot.language.english import is_english
from bot.language.spelling import english_words


def test_every_training_message_counts_as_english(examples):
    """No training message with an English word in it is turned away."""
    turned_away = [text for text, _ in examples if not is_english(clean(text))]
    assert [text for text in turned_away if english_words() & set(text.lower().split())] == []


@pytest.mark.parametrize(
    "message",
    [
        "nie mówię po angielsku",
        "não falo inglês, preciso de ajuda",
        "no hablo inglés, necesito ayuda",
        "je ne parle pas anglais",
        "ich spreche kein Englisch, können Sie mir helfen",
        "non parlo inglese, ho bisogno di aiuto",
        "nu vorbesc limba engleză, vă rog să mă ajutați",
        "ingilizce bilmiyorum, yardıma ihtiyacım var",
        "nem beszélek angolul, segítségre van szükségem",
        "я не говорю по-английски",
        "لا أتكلم الإنجليزية",
        "我不会说英语",
        "मुझे अंग्रेज़ी नहीं आती",
        "δεν μιλάω αγγλικά",
        "NIE MÓWIĘ PO POLSKU",
        "QUIERO HABLAR CON ALGUIEN",
    ],
)
def test_other_language_is_known(message):
    """A sentence in another language is not taken for English."""
    assert not is_english(message)


@pytest.mark.parametrize(
    "message",
    ["", "?", "12", "👍", "numb", "cant wee", "leg num since yday", "me leg no feel", "ah cannae feel ma leg", "la la la", "paracetamol ibuprofen", "José can I drive", "NEK JAB WEN EAT", "ME LEG NO FEEL"],
)
def test_doubt_counts_as_english(message):
    """Short, broken and dialect messages are never turned away."""
    assert is_english(message)
