"""Is a message English? In doubt it is: a patient's broken English must never be turned away."""
import re
import unicodedata
from functools import lru_cache

from bot.language.cleaning import plain
from bot.language.spelling import english_words

# the commonest words of English that are no common word of the languages told apart here
_GRAMMAR = set(
    ["the", "and", "you", "is", "it", "my", "what", "when", "how", "can", "will", "do", "does", "have", "had", "been", "are", "was", "not", "for", "after", "before", "with", "they", "this", "that", "should", "would", "could", "i", "im", "ive", "cant", "dont", "get", "got", "go", "hurt", "pain", "need", "long", "much", "many", "why", "where", "who", "which", "if", "they", "them", "she", "he", "his", "her", "your", "their", "of", "to", "be", "by", "from", "or", "but", "any", "some", "there", "here", "about", "because", "than", "then", "again", "back", "leg", "neck", "arm", "injection", "needle", "hospital", "doctor", "nurse", "please", "thanks", "hello", "sorry", "yes", "ok", "number", "phone", "help", "we", "weve", "already", "called", "rung", "ring"]
)
_LANGUAGES = ["en", "pl", "pt", "es", "fr", "de", "it", "ro", "tr", "nl", "cs", "sk", "hu", "lt", "lv", "so", "sq", "hr", "sl", "sv", "da", "no", "fi", "cy", "ga", "id", "ms", "tl", "vi", "sw", "ur", "pa", "bn", "hi", "ar", "fa", "zh", "ja", "ko", "ru", "uk", "bg", "el", "ta", "te", "gu"]
_SURE, _SURE_OF_TWO = 0.80, 0.85  # two words tell less


@lru_cache(maxsize=1)
def _identifier():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages([language for language in _LANGUAGES if language in identifier.nb_classes])
    return identifier


def is_english(message: str) -> bool:
    """False only where a message has hardly a letter of the Latin script, or no English word and a sure other language."""
    letters = [character for character in message if character.isalpha()]
    if not letters:
        return True
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    if latin < len(letters) / 2:
        return False
    words = re.findall(r"[^\W\d_]+", plain(message).replace("'", ""))
    if len(set(words)) < 2 or sum(word in _GRAMMAR for word in words) / len(words) >= 0.2:
        return True
    if len(words) <= 3 and sum(len(word) >= 3 and word in english_words() for word in words) >= len(words) / 2:
        return True
    long_words = [word for word in words if len(word) >= 4]
    if long_words and sum(word in english_words() for word in long_words) >= len(long_words) / 2:
        return True
    language, probability = _identifier().classify(message.lower())  # it knows few words in capitals
    return language == "en" or float(probability) < (_SURE if len(words) > 2 else _SURE_OF_TWO)
