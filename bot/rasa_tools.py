"""What repairs and short cuts of Rasa are made with."""
from typing import Any


class RepairError(Exception):
    """A repair can't be made: Rasa no longer has what it replaces, or a setting of ours is wrong."""


def existing(owner: Any, name: str) -> Any:
    """What `owner` has under `name`. Raises RepairError where it has it no more."""
    if not hasattr(owner, name):
        raise RepairError(f"Rasa's {owner.__name__} has no '{name}' any more: see bot/rasa_repairs.py and bot/rasa_shortcuts.py for what it was needed for")
    return getattr(owner, name)


def replace(owner: Any, name: str, replacement: Any) -> None:
    """Put `replacement` in the place of what is there. Raises RepairError where nothing is."""
    existing(owner, name)
    setattr(owner, name, replacement)


def unwrapped(store: Any) -> Any:
    """The tracker store itself: Rasa wraps it, so that its failures fall back to memory and its methods can be awaited."""
    while getattr(store, "_tracker_store", None) is not None:
        store = store._tracker_store
    return store
