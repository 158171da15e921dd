"""Messages split where separate questions may stand."""
import pytest

from bot.language.clauses import clauses


@pytest.mark.parametrize(
    "message, parts",
    [
        ("can I drive tomorrow", ["can I drive tomorrow"]),
        ("Can I drive? When does it work", ["Can I drive?", "When does it work"]),
        ("can I drive tomorrow and when does it work", ["can I drive tomorrow", "when does it work"]),
        ("can I drive tomorrow, also when does it work", ["can I drive tomorrow", "when does it work"]),
        ("how long does it take; what does it cost", ["how long does it take", "what does it cost"]),
        ("hello, can I drive tomorrow", ["hello, can I drive tomorrow"]),
        ("can I drive tomorrow, thanks", ["can I drive tomorrow, thanks"]),
        ("yes, no", ["yes, no"]),
        ("  can I drive ,  and when does it work  ", ["can I drive", "when does it work"]),
        ("well, and oh", ["well, and oh"]),
        ("", []),
    ],
)
def test_message_is_split(message, parts):
    """Sentence ends, commas and joining words part a message; parts of one or two words join their neighbour."""
    assert [message[start:end] for start, end in clauses(message)] == parts
