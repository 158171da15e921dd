"""A message as it came, made safe to read: one line, no control characters, typed commands taken as plain words."""
import re
import unicodedata

MAX_CHARACTERS = 2000

_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def clean(message: str) -> str:
    """`message` in Unicode's composed form, without control and invisible characters, runs of white space as one space.

    A leading slash is dropped: Rasa reads it as a command, but a patient's typed slash is text.
    """
    text = unicodedata.normalize("NFKC", message)
    text = "".join(" " if character.isspace() else character for character in text if not _is_hidden(character))
    text = re.sub(r" +", " ", text).strip()
    return text.lstrip("/\\ ").strip()


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn") and not character.isspace()


def plain(text: str) -> str:
    """Lower case with straight quotation marks, for comparing words."""
    return text.translate(_QUOTES).lower()
