"""Sentence vectors: a message as 384 numbers, near each other where messages mean nearly the same."""
import hashlib
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Sequence

import numpy as np

from bot.language import encoder_graph
from bot.language.encoder_graph import ALL_WIDTH, POOLED, SHOWN, WIDTH, EncoderError, build_encoder, tokens_of, weights_file, weights_folder

MAX_TOKENS = 128
_REMEMBERED = 256
_REMEMBERED_IN_FULL = 32  # some 5 KB a token
_MANY = 500
_POOLING = {"ReduceMean": np.add.reduce, "ReduceMax": np.maximum.reduce}

Span = tuple[int, int]  # first character, and the one behind the last


@dataclass(frozen=True)
class Encoded:
    """A text as the encoder sees it. `vector`: its pooled layers, float32, shape (1920,); `tokens`: of each layer that is pooled
    the tokens' states, shape (tokens, 384); `places`: where each token stands in the text."""

    vector: np.ndarray
    tokens: dict[int, np.ndarray]
    places: np.ndarray

    def part(self, span: Span) -> np.ndarray | None:
        """The pooled layers of a part, from the states that its tokens have within the whole (late chunking, Günther et al.
        2024): shape (1920,). None where no token stands there, as behind the most that is read of a long text."""
        inside = np.flatnonzero((self.places[:, 0] < span[1]) & (self.places[:, 1] > span[0]))
        if not len(inside):
            return None
        first, behind = inside[0], inside[-1] + 1
        # made of length 1 below, a sum is as good as a mean
        pooled = np.stack([_POOLING[how](self.tokens[layer][first:behind], axis=0) for how, layer in POOLED])
        return (pooled / np.sqrt(np.einsum("ij,ij->i", pooled, pooled))[:, None]).ravel()


class Encoder:
    """The sentence encoder. One message at a time: the 8-bit scales depend on what is computed together,
    so a batch would give a message other numbers than it gets alone, and answers must be repeatable."""

    def __init__(self, file: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # one thread: always the same sums
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._remembered: OrderedDict[str, np.ndarray] = OrderedDict()
        self._in_full: OrderedDict[str, Encoded] = OrderedDict()
        self._room = _REMEMBERED

    def remember(self, texts: int) -> None:
        """Keep the vectors of so many texts from now on: a training asks for the same ones several times."""
        self._room = texts

    def vector(self, text: str) -> np.ndarray:
        """The sentence vector of `text`: float32, shape (384,), length 1."""
        return self.layered(text)[-WIDTH:]

    def matrix(self, texts: Iterable[str]) -> np.ndarray:
        """The sentence vectors of several texts: float32, shape (number of texts, 384)."""
        return self.layered_matrix(texts)[:, -WIDTH:]

    def layered(self, text: str) -> np.ndarray:
        """The pooled layers of `text`, each of length 1, the sentence vector last: float32, shape (1920,).

        Those of the last few hundred texts are remembered.
        """
        known = self._remembered.get(text)
        return self.encoded(text).vector if known is None else known

    def encoded(self, text: str) -> Encoded:
        """`text` with the states of its tokens. The last few texts are remembered."""
        known = self._in_full.get(text)
        if known is None:
            read = self._tokenizer.encode(text)
            vectors, *tokens = self._session.run(["vectors", *map(tokens_of, SHOWN)], {"ids": np.array([read.ids], dtype=np.int64)})
            known = Encoded(vectors[0], {layer: states[0] for layer, states in zip(SHOWN, tokens)}, np.array(read.offsets))
            _keep(self._in_full, text, known, _REMEMBERED_IN_FULL)
            _keep(self._remembered, text, known.vector, self._room)
        return known

    def parts(self, text: str, spans: Sequence[Span]) -> np.ndarray:
        """The pooled layers of parts of `text`: float32, shape (number of spans, 1920). The text is computed once; a part behind
        the most that is read of a text is computed alone."""
        whole = self.encoded(text)
        rows = [whole.vector if span == (0, len(text)) else whole.part(span) for span in spans]
        return np.stack([self.layered(text[slice(*span)]) if row is None else row for span, row in zip(spans, rows)])

    def _computed(self, text: str) -> np.ndarray:
        return self._session.run(["vectors"], {"ids": np.array([self._tokenizer.encode(text).ids], dtype=np.int64)})[0][0]

    def layered_matrix(self, texts: Iterable[str]) -> np.ndarray:
        """The pooled layers of several texts: float32, shape (number of texts, 1920). Many are computed on all cores, each alone."""
        texts = list(texts)
        if len(texts) < _MANY:
            rows = [self.layered(text) for text in texts]
        else:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
            new = [text for text in dict.fromkeys(texts) if text not in known]
            with ThreadPoolExecutor(os.cpu_count()) as workers:
                known.update(zip(new, workers.map(self._computed, new)))
            for text in new:
                _keep(self._remembered, text, known[text], self._room)
            rows = [known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, ALL_WIDTH), dtype=np.float32)


def _keep(remembered: OrderedDict, text: str, value: object, room: int) -> None:
    remembered[text] = value
    if len(remembered) > room:
        remembered.popitem(last=False)


def encoder_file() -> Path:
    """Where the built encoder is kept: named by what it is made from, so another version never meets an old file."""
    source = Path(encoder_graph.__file__).read_bytes()
    name = hashlib.sha256(source + encoder_graph.WEIGHTS_SHA256.encode()).hexdigest()[:12]
    folder = os.environ.get("MODEL_CACHE") or Path(__file__).resolve().parents[2] / "models" / "encoder"
    return Path(folder) / f"minilm-int8-{name}.onnx"


@lru_cache(maxsize=1)
def load_encoder() -> Encoder:
    """The one encoder of this process; built first where this machine has none yet. Raises EncoderError."""
    file = encoder_file()
    if not (file.exists() and weights_file(file).exists()):
        build_encoder(file)
    try:
        return Encoder(file)
    except Exception as error:  # onnxruntime raises types of its own that it does not export
        raise EncoderError(f"{file} can't be loaded ({error.__class__.__name__}); delete it and start again") from error
