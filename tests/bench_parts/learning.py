"""Let our classifier of topics and its speller learn from a folder of training data, from nothing, and keep nothing:
`python -m tests.bench_parts.learning data/nlu`. The bench takes the time, the start of Python included."""
import sys
from pathlib import Path


def main() -> None:
    """Command line: the folder."""
    from bot.light_tensorflow import without_tensorflow

    without_tensorflow()
    from bot.language.cleaning import plain
    from bot.language.fitting import train_classifier
    from bot.language.spelling import Speller
    from bot.language.training import read_examples
    from bot.language.vectors import load_encoder

    examples = read_examples(Path(sys.argv[1]))
    texts = [plain(text) for text, _ in examples]
    Speller.from_texts(texts)
    classifier = train_classifier(texts, [label for _, label in examples], load_encoder())
    print(f"Learnt {len(classifier.labels)} labels from {len(texts)} messages.")


if __name__ == "__main__":
    main()
