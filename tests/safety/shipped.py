"""The product's own signs, cues and endings, read once: that takes seconds."""
from functools import lru_cache

from bot.safety.context import ContextRules, read_context_rules
from bot.safety.endings import Endings, read_endings
from bot.safety.signs import SignBook, read_sign_book


@lru_cache(maxsize=1)
def shipped_book() -> SignBook:
    """All signs as shipped."""
    return read_sign_book()


@lru_cache(maxsize=1)
def shipped_rules() -> ContextRules:
    """All cues as shipped."""
    return read_context_rules(shipped_book().lists)


@lru_cache(maxsize=1)
def shipped_endings() -> Endings:
    """All endings as shipped."""
    return read_endings(shipped_book().lists)
