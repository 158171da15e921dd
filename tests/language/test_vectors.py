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


def test_the_whole_as_a_part_has_its_own_vector():
    """To the last bit; and pooled from its tokens alone, without the encoder's marks at both ends, nearly that."""
    encoder, text = load_encoder(), "can I drive home tomorrow evening"
    whole, words = encoder.layered(text), encoder.encoded(text).part((0, len(text)))
    assert (encoder.parts(text, [(0, len(text))])[0] == whole).all()
    assert words[-384:] @ whole[-384:] > 0.9


def test_a_part_is_near_what_it_says():
    """Each part is nearer to the question that it asks than the other part is; every pooled layer has length 1."""
    encoder, text = load_encoder(), "can I drive home afterwards, where do I park"
    drive, park = encoder.parts(text, [(0, 27), (29, 44)])
    assert np.linalg.norm(drive.reshape(-1, 384), axis=1) == pytest.approx(1, abs=1e-5)
    for question, nearer, farther in (("may I drive my car", drive, park), ("is there parking", park, drive)):
        vector = encoder.vector(question)
        assert nearer[-384:] @ vector > farther[-384:] @ vector


def test_a_part_costs_no_further_computing():
    """The text is computed once, however many parts are asked for."""
    encoder = Encoder(encoder_file())
    encoder.parts("can I drive, where do I park", [(0, 11), (13, 28)])
    encoder._session = None
    assert encoder.parts("can I drive, where do I park", [(4, 11), (0, 28)]).shape == (2, 1920)


def test_a_part_behind_what_is_read_of_a_long_text_is_read_alone():
    """Nothing is left out, however long the message."""
    encoder, text = load_encoder(), "numb " * 200 + "where do I park"
    assert (encoder.parts(text, [(1000, len(text))])[0] == encoder.layered("where do I park")).all()
