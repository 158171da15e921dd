"""Rasa and spaCy without TensorFlow and other imports that nothing of ours uses, for our own entry points.

Rasa 3.6.21 imports TensorFlow at every start, because its list of built-in components names DIET and TED; spaCy imports it
through thinc wherever it is installed. Ours need neither, and TensorFlow costs half of the start and most of the memory.
spaCy also imports its own command line and HDF5, which cost another 20 MB in each process.
An entry point calls these functions before its first import of Rasa or spaCy. Nothing here happens on import, so plain
`rasa …` commands keep the real TensorFlow.

    use_light_tensorflow()     a process that runs Rasa
    defer_unused_imports()     the same process, a third faster and smaller again
    without_tensorflow()       a process that imports spaCy but not Rasa (action server, core, tests of the core)
"""
import builtins
import importlib
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
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


# Modules of Rasa, and the packages that each of them imports at its top but only calls in functions that ours never reach
# (cross-validation, plots, MongoDB, DynamoDB, Slack, Webex, `rasa shell`). They are imported when first called.
_DEFERRED = {
    "rasa.core.channels.console": {"questionary", "prompt_toolkit.styles"},
    "rasa.core.channels.slack": {"slack_sdk.web.async_client"},
    "rasa.core.channels.webexteams": {"webexteamssdk"},
    "rasa.core.tracker_store": {"boto3.dynamodb.conditions", "pymongo.collection"},
    "rasa.nlu.classifiers.logistic_regression_classifier": {"sklearn.linear_model"},
    "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer": {"sklearn.feature_extraction.text"},
    "rasa.utils.plotting": {"matplotlib", "matplotlib.ticker"},
    "rasa.utils.tensorflow.model_data": {"sklearn.model_selection"},
}


class LightTensorflowError(RuntimeError):
    """The order of calls was wrong: TensorFlow is imported already, so leaving it out comes too late."""


def use_light_tensorflow() -> None:
    """Put empty stand-ins in TensorFlow's place, so that Rasa starts without it. Calling it twice does no harm.

    Raises LightTensorflowError if the real TensorFlow has been imported already.
    """
    if _is_light():
        return
    _refuse_if_too_late()
    _slim_spacy()
    stubs = {name: _StubModule(name) for name in _MODULES}
    # Rasa sets threads and GPU memory here if the environment asks for it: without TensorFlow there is nothing to set.
    stubs["tensorflow"].config = _no_devices()  # type: ignore[attr-defined]
    sys.modules.update(stubs)


def without_tensorflow() -> None:
    """Make every import of TensorFlow fail at once, for a process that imports spaCy but not Rasa. Twice does no harm.

    After `use_light_tensorflow` nothing is left to do: spaCy finds no TensorFlow there either.
    Raises LightTensorflowError if the real TensorFlow has been imported already.
    """
    if _is_light():
        return
    _refuse_if_too_late()
    _slim_spacy()
    # `None` is Python's own mark for "this import fails"; thinc then takes its branch without TensorFlow.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]


def defer_unused_imports() -> None:
    """Let eight modules of Rasa import some heavy packages only when they use them. Calling it twice does no harm.

    Only these modules see the difference: every other import in the process is Python's own. Modules of Rasa that are
    imported already stay as they are.
    """
    if not any(isinstance(finder, _DeferringFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _DeferringFinder())


def _is_light() -> bool:
    return isinstance(sys.modules.get("tensorflow"), _StubModule)


def _slim_spacy() -> None:
    """Leave out what spaCy imports at its start and ours never call: its command line, and HDF5 for weights of thinc's layers."""
    if "spacy" in sys.modules:
        return
    sys.modules.setdefault("h5py", None)  # type: ignore[arg-type]  # "this import fails": thinc does without
    for name in ("spacy.cli", "spacy.cli.info"):
        sys.modules.setdefault(name, ModuleType(name, "Left out by bot.light_tensorflow."))
    sys.modules["spacy.cli.info"].info = None  # type: ignore[attr-defined]  # spaCy takes it from there and calls it nowhere


def _refuse_if_too_late() -> None:
    if sys.modules.get("tensorflow") is not None:
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


class _DeferringFinder(MetaPathFinder):
    """Finds the modules of `_DEFERRED` as usual, but has them loaded by `_DeferringLoader`."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in _DEFERRED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return spec
        return spec_from_file_location(fullname, spec.origin, loader=_DeferringLoader(fullname, spec.loader.path))


class _DeferringLoader(SourceFileLoader):
    """Loads a module whose `import` statements give a `_Deferred` for the packages named in `_DEFERRED`."""

    def exec_module(self, module: ModuleType) -> None:
        names = _DEFERRED[module.__name__]

        def import_(name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0) -> Any:
            return _Deferred(name) if name in names and level == 0 else __import__(name, globals_, locals_, fromlist, level)

        # Python takes `import` from the module's own `__builtins__`: this way no other module is touched.
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_}
        super().exec_module(module)


class _Deferred:
    """Something out of a package that is imported when it is first called or asked for a name that is used."""

    def __init__(self, module: str, name: str = "") -> None:
        self._module, self._name = module, name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{self._module} has not been imported")
        return getattr(self._real(), name) if self._name else _Deferred(self._module, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real()(*args, **kwargs)

    def _real(self) -> Any:
        return getattr(importlib.import_module(self._module), self._name)
