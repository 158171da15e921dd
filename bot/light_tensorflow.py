"""Rasa and spaCy without TensorFlow, for processes of ours that use nothing of it.

Rasa 3.6.21 imports TensorFlow at every start, because its list of built-in components names DIET and TED; spaCy imports it
through thinc wherever it is installed. Ours need neither, and TensorFlow costs half of the start and most of the memory.
An entry point of ours calls one of the two functions before its first import of Rasa or spaCy. Nothing calls them on import,
so plain `rasa …` commands keep the real TensorFlow.
"""
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

_SENTENCE = (
    "This component needs TensorFlow ({name}), which our own entry points leave out to start faster; "
    "use plain `rasa train` or `rasa run` for a pipeline with DIET, TED or another TensorFlow component."
)

# Every module of TensorFlow's family that Rasa 3.6.21 imports, at its start or inside functions. Any other one is refused
# with ImportError, because the stubs are no packages: that is what thinc expects where there is no TensorFlow.
_MODULES = (
    "keras",
    "keras.utils",
    "keras.utils.control_flow_util",
    "tensorflow",
    "tensorflow.keras",
    "tensorflow.keras.backend",
    "tensorflow.keras.callbacks",
    "tensorflow.keras.utils",
    "tensorflow.python",
    "tensorflow.python.eager",
    "tensorflow.python.eager.wrap_function",
    "tensorflow.types",
    "tensorflow.types.experimental",
    "tensorflow_hub",
    "tensorflow_hub.module_v2",
    "tensorflow_text",
)


class LightTensorflowError(RuntimeError):
    """The order of calls was wrong: TensorFlow or Rasa is imported already, so leaving it out comes too late."""


def use_light_tensorflow() -> None:
    """Put empty stand-ins in TensorFlow's place, so that Rasa starts without it. Calling it twice does no harm.

    Raises LightTensorflowError if the real TensorFlow has been imported already.
    """
    if isinstance(sys.modules.get("tensorflow"), _StubModule):
        return
    _refuse_if_too_late()
    stubs = {name: _StubModule(name) for name in _MODULES}
    for name, stub in stubs.items():
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(stubs[parent], last, stub)
    # Rasa sets threads and GPU memory here if the environment asks for it: without TensorFlow there is nothing to set.
    stubs["tensorflow"].config = _no_devices()  # type: ignore[attr-defined]
    sys.modules.update(stubs)


def without_tensorflow() -> None:
    """Make every import of TensorFlow fail at once, for a process that imports spaCy but not Rasa. Twice does no harm.

    Raises LightTensorflowError if the real TensorFlow or Rasa has been imported already.
    """
    if "tensorflow" in sys.modules and sys.modules["tensorflow"] is None:
        return
    _refuse_if_too_late()
    # `None` is Python's own mark for "this import fails"; thinc then takes its branch without TensorFlow.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]


def _refuse_if_too_late() -> None:
    if "tensorflow" in sys.modules:
        raise LightTensorflowError("TensorFlow has been imported already: leave it out before the first import of Rasa or spaCy.")


class _Missing(type):
    """The class of all stand-ins: any attribute is a stand-in again, and using one raises the one clear sentence.

    Rasa's modules derive classes from TensorFlow's and name them in annotations while they are imported; stand-ins that are
    classes allow both. Only making an object (building a model, a layer) or calling a function needs the real thing.
    """

    def __getattr__(cls, name: str) -> "_Missing":
        return _stand_in(f"{cls.__module__}.{cls.__qualname__}", name)

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise _missing_error(f"{cls.__module__}.{cls.__qualname__}")


class _StubModule(ModuleType):
    """A module in which every public name exists, as a stand-in."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "Stand-in of bot.light_tensorflow; the real module has not been imported.")

    def __getattr__(self, name: str) -> _Missing:
        return _stand_in(self.__name__, name)


def _stand_in(owner: str, name: str) -> _Missing:
    # Python, typing and inspect ask objects for private names to learn what they are; those must not seem to exist.
    if name.startswith("_"):
        raise AttributeError(f"{owner} has no '{name}'")
    return _Missing(name, (), {"__module__": owner})


def _missing_error(name: str) -> Exception:
    # Rasa's commands print a RasaException as one line without a trace. Imported here: Rasa must not be imported earlier.
    from rasa.shared.exceptions import RasaException

    return RasaException(_SENTENCE.format(name=name))


def _no_devices() -> SimpleNamespace:
    def nothing(*_: Any) -> list:
        return []

    threading = SimpleNamespace(set_inter_op_parallelism_threads=nothing, set_intra_op_parallelism_threads=nothing)
    return SimpleNamespace(list_physical_devices=nothing, threading=threading)
