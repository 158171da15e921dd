"""Sentence vectors."""
import numpy as np
import pytest

from bot.language.vectors import Encoder, encoder_file, load_encoder


@pytest.mark.parametrize("text", ["can I drive tomorrow", "", "👍", "numb " * 400])
def test_vector_has_length_one(text):
    """A vector has 384 numbers and length 1, whatever the message."""
    vector = load_encoder().vector(text)
    assert vector.shape == (384,) and vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_vector_is_the_same_alone_and_after_others():
    """A message gets the same numbers to the last bit, first in a process or after others."""
    first, second = Encoder(encoder_file()), Encoder(encoder_file())
    second.matrix(["where do I park", "numb " * 100])
    assert (first.vector("can I drive") == second.vector("can I drive")).all()


def test_matrix_holds_the_single_vectors():
    """Several texts get the vectors that each gets alone, in order."""
    encoder, texts = load_encoder(), ["can I drive", "where do I park"]
    assert (encoder.matrix(texts) == np.stack([encoder.vector(text) for text in texts])).all()


def test_matrix_of_nothing_is_empty():
    """No texts give no rows."""
    assert load_encoder().matrix([]).shape == (0, 384)


def test_like_meanings_are_near():
    """A message is nearer to another way of saying it than to a message about something else."""
    sick, nauseous, parking = load_encoder().matrix(["I feel sick", "I am nauseous", "I feel parking is dear"])
    assert sick @ nauseous > sick @ parking
