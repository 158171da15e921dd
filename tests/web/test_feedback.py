"""Ratings are kept for staff, tied to no conversation, and never in a patient's way."""
from bot.channels.feedback import FeedbackBook

CUSTOM = {"kind": "answer", "topics": ["one", "two"], "leaflet": "leaf"}


def test_ratings_survive_a_restart_in_order(tmp_path):
    """What was said, of what."""
    url = f"sqlite:///{tmp_path / 'new' / 'feedback.db'}"
    assert FeedbackBook(url).add("no", "can I <b>eat</b>", CUSTOM) and FeedbackBook(url).add("yes", "q", {"kind": "not_covered"})
    kept = FeedbackBook(url).all()
    assert [(row.rating, row.question, row.kind, row.topics, row.leaflet) for row in kept] == [
        ("no", "can I <b>eat</b>", "answer", ("one", "two"), "leaf"),
        ("yes", "q", "not_covered", (), ""),
    ]


def test_a_broken_database_costs_the_rating_alone(tmp_path):
    """No error reaches the patient."""
    (tmp_path / "feedback.db").mkdir()
    assert FeedbackBook(f"sqlite:///{tmp_path / 'feedback.db'}").add("yes", "q", CUSTOM) is False
