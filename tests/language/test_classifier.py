"""The classifier, trained on a handful of messages."""
import pickle

import numpy as np
import pytest

from bot.language.fitting import train_classifier, train_on_vectors
from bot.language.vectors import load_encoder

DRIVE = ["can I drive", "when may I drive my car", "is driving allowed", "driving home after", "drive tomorrow"]
EAT = ["can I eat", "may I have breakfast", "is food allowed", "eating before", "what can I eat"]
PARK = ["where do I park", "is there parking", "car park charges", "where is the car park", "parking please"]


def trained(*groups: list[str]):
    labels = [name for name, group in zip(("drive", "eat", "park"), groups) for _ in group]
    return train_classifier([text for group in groups for text in group], labels, load_encoder())


def test_messages_find_their_label():
    """A message like those of one label gets that label."""
    classifier = trained(DRIVE, EAT, PARK)
    assert [classifier.ranking(text, load_encoder())[0][0] for text in ("could I drive today", "can I eat lunch", "how do I find parking")] == ["drive", "eat", "park"]


def test_two_labels_work():
    """Two labels, for which scikit-learn keeps one column, are told apart."""
    classifier = trained(DRIVE, EAT)
    assert [classifier.ranking(text, load_encoder())[0][0] for text in ("could I drive today", "can I eat lunch")] == ["drive", "eat"]


def test_ngrams_learn_from_what_was_heard():
    """Versions as a recogniser hears them are learnt by the n-grams, though they never see the encoder."""

    def weight_of_food(heard):
        classifier = train_classifier([*DRIVE, *EAT], ["drive"] * len(DRIVE) + ["eat"] * len(EAT), load_encoder(), heard=heard)
        return classifier.ngram_weights[classifier.vocabularies[0].trie["food"], classifier.labels.index("drive")]

    assert weight_of_food(lambda text: text.replace("drive", "food")) > weight_of_food(lambda text: text)


@pytest.mark.parametrize("groups", [(DRIVE, EAT), (DRIVE, EAT, PARK)])
def test_scores_add_up_to_one(groups):
    """The scores of a message are positive and add up to 1, known words or not."""
    texts = ["can I drive", "zzz qqq", ""]
    scores = trained(*groups).probabilities(texts, load_encoder().layered_matrix(texts))
    assert scores.shape == (3, len(groups))
    assert (scores > 0).all()
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_ranking_is_ordered():
    """Labels come best first."""
    scores = [score for _, score in trained(DRIVE, EAT, PARK).ranking("can I drive", load_encoder())]
    assert scores == sorted(scores, reverse=True)


def test_same_input_gives_the_same_scores():
    """Training twice on the same messages gives the same scores to the last bit."""
    first, second = (trained(DRIVE, EAT, PARK).ranking("can I have a drink", load_encoder()) for _ in range(2))
    assert first == second


def test_kept_classifier_gives_the_same_scores():
    """A classifier that was stored, used or not, scores as before."""
    classifier = trained(DRIVE, EAT)
    before = classifier.ranking("can I drive", load_encoder())
    assert pickle.loads(pickle.dumps(classifier)).ranking("can I drive", load_encoder()) == before


def test_one_label_is_refused():
    """A single label can't be told from anything."""
    with pytest.raises(ValueError, match="at least two labels"):
        train_classifier(["a", "b", "c"], ["x"] * 3, load_encoder())


def test_label_with_too_few_examples_is_refused():
    """A label with fewer examples than folds is named with its number."""
    with pytest.raises(ValueError, match="'rare' has 2 examples; at least 3"):
        train_on_vectors(list("abcde"), ["x"] * 3 + ["rare"] * 2, np.zeros((5, 1920), dtype=np.float32))
