"""bot/light_tensorflow.py: Rasa and spaCy start without TensorFlow where an entry point of ours says so, and nowhere else."""
import ast
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.light_tensorflow import _DEFERRED, _MODULES

ROOT = Path(__file__).resolve().parents[1]
FAMILY = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "tf_keras")
RASA = Path(find_spec("rasa").submodule_search_locations[0])

LIGHT = "from bot.light_tensorflow import *; use_light_tensorflow(); defer_unused_imports()\n"
TRAIN = LIGHT + "from rasa.__main__ import main; import sys; sys.argv = ['rasa', 'train']; main()"

PROJECT = {
    "domain.yml": "version: '3.1'\nintents: [greet, bye]\nresponses:\n  utter_greet: [{text: Hello}]\n",
    "data/nlu.yml": "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi\n- intent: bye\n  examples: |\n    - bye\n    - ciao\n",
    "data/rules.yml": "version: '3.1'\nrules:\n- rule: greet\n  steps: [{intent: greet}, {action: utter_greet}]\n",
    "data/stories.yml": "version: '3.1'\nstories:\n- story: greet\n  steps: [{intent: greet}, {action: utter_greet}, {intent: bye}]\n",
}
CONFIG = (
    "recipe: default.v1\nassistant_id: tiny\nlanguage: en\n"
    "pipeline: [{{name: WhitespaceTokenizer}}, {{name: CountVectorsFeaturizer}}, {{name: {classifier}}}]\n"
    "policies: [{{name: {policy}}}, {{name: RulePolicy}}]\n"
)


def python(code: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
    return subprocess.run([sys.executable, "-c", code], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


def output(code: str) -> str:
    done = python(code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def project(folder: Path, classifier: str = "KeywordIntentClassifier", policy: str = "MemoizationPolicy") -> Path:
    (folder / "data").mkdir()
    for name, text in {**PROJECT, "config.yml": CONFIG.format(classifier=classifier, policy=policy)}.items():
        (folder / name).write_text(text)
    return folder


class WithoutTypeChecking(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        return node.orelse if "TYPE_CHECKING" in ast.unparse(node.test) else self.generic_visit(node)


def imports_of(file: Path) -> set[str]:
    """Every module that `file` imports when it runs, wherever in the file; not those for type checkers only."""
    found = set()
    for node in ast.walk(WithoutTypeChecking().visit(ast.parse(file.read_text()))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def test_a_model_is_trained_without_tensorflow(tmp_path):
    """`rasa train` with RulePolicy and MemoizationPolicy makes a model, and no heavy package comes in but scikit-learn, which is used."""
    heavy = "{'jax', 'h5py', 'sklearn', 'matplotlib', 'pymongo', 'boto3', 'slack_sdk', 'webexteamssdk'}"
    report = f"import atexit; atexit.register(lambda: print('CAME IN', sorted(name for name in {heavy} if sys.modules.get(name))))\n"
    done = python("import sys\n" + report + TRAIN, project(tmp_path))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "models").glob("*.tar.gz"))
    assert "CAME IN ['sklearn']" in done.stdout


@pytest.mark.parametrize("classifier, policy", [("KeywordIntentClassifier", "TEDPolicy"), ("DIETClassifier", "MemoizationPolicy")])
def test_a_component_that_needs_tensorflow_fails_with_one_clear_sentence(tmp_path, classifier, policy):
    """DIET and TED can't be trained; the message names the commands that can, without a trace."""
    done = python(TRAIN, project(tmp_path, classifier, policy))
    assert done.returncode == 1
    assert "use plain `rasa train` or `rasa run`" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_spacy_starts_beside_the_stub():
    """In one process with Rasa's stub, spaCy takes its branch without TensorFlow."""
    code = "import thinc.compat, spacy; print(thinc.compat.has_tensorflow, spacy.blank('en')('Hello there')[1])"
    assert output(LIGHT + code) == "False there"


def test_spacy_leaves_out_what_nobody_calls():
    """Its command line with all that this needs, and HDF5; sentences are found all the same."""
    code = "import sys, spacy; nlp = spacy.blank('en'); nlp.add_pipe('sentencizer'); print(len(list(nlp('One. Two.').sents)), [name for name in ('h5py', 'typer', 'requests') if sys.modules.get(name)])"
    assert output(f"from bot.light_tensorflow import *; without_tensorflow(); {code}") == "2 []"
    assert "typer" in output(f"import sys; sys.modules['tensorflow'] = None; {code}")


def test_spacy_starts_without_tensorflow():
    """After without_tensorflow, spaCy works and nothing of TensorFlow has been imported."""
    code = "import sys, spacy; print(spacy.blank('en')('Hello there')[1], sys.modules['tensorflow'], 'keras' in sys.modules)"
    assert output("from bot.light_tensorflow import without_tensorflow as w; w(); w()\n" + code) == "there None False"


def test_nothing_happens_on_import():
    """A plain `rasa` command that imports the module by way of ours keeps the real TensorFlow."""
    code = "import sys; before = set(sys.modules), list(sys.meta_path)\nimport bot.light_tensorflow\n"
    check = "print([m for m in set(sys.modules) - before[0] if 'tensorflow' in m or 'keras' in m], sys.meta_path == before[1])"
    assert output(code + check) == "['bot.light_tensorflow'] True"


def test_only_entry_points_leave_tensorflow_out():
    """No module that Rasa itself loads (components, channels, actions) calls these functions."""
    callers = {
        file.relative_to(ROOT).parts[1]
        for file in (ROOT / "bot").rglob("*.py")
        if file.name != "light_tensorflow.py" and "light_tensorflow" in file.read_text()
    }
    assert not callers & {"components", "channels", "answers", "language", "leaflets", "safety", "rasa_repairs.py"}


def test_calling_twice_changes_nothing():
    """The second call leaves the stub of the first."""
    code = "import sys; first = sys.modules['tensorflow'], len(sys.meta_path); use_light_tensorflow(); defer_unused_imports()\n"
    assert output(LIGHT + code + "print(first == (sys.modules['tensorflow'], len(sys.meta_path)))") == "True"


def test_the_stub_gives_way_to_nothing():
    """without_tensorflow after use_light_tensorflow leaves the stub; the other way round the stub takes over."""
    code = "from bot.light_tensorflow import *; import sys; without_tensorflow(); use_light_tensorflow(); without_tensorflow()\n"
    assert output(code + "print(type(sys.modules['tensorflow']).__name__)") == "_StubModule"


@pytest.mark.parametrize("function", ["use_light_tensorflow", "without_tensorflow"])
def test_too_late_is_said(function):
    """Once the real TensorFlow is imported, both functions refuse."""
    done = python(f"import sys, types; sys.modules['tensorflow'] = types.ModuleType('tensorflow')\nimport bot.light_tensorflow as l; l.{function}()")
    assert "LightTensorflowError: TensorFlow has been imported already" in done.stderr


def test_thread_settings_for_tensorflow_do_no_harm():
    """Rasa sets TensorFlow's threads at start where the environment asks for it; with the stub that does nothing."""
    code = "import os; os.environ.update(TF_INTER_OP_PARALLELISM_THREADS='1', TF_INTRA_OP_PARALLELISM_THREADS='1')\n"
    assert output(LIGHT + code + "import rasa.utils.tensorflow.environment as e; e.setup_tf_environment(); print('fine')") == "fine"


def test_a_deferred_package_is_there_when_it_is_used():
    """Rasa's CountVectorsFeaturizer module calls scikit-learn's class as if it had been imported."""
    code = "import rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer as c; import sys; print('sklearn' in sys.modules)\n"
    assert output(LIGHT + code + "print(type(c.CountVectorizer()).__module__)").split() == ["False", "sklearn.feature_extraction.text"]


def test_a_deferred_import_is_real_for_everybody_else():
    """Another module in the same process gets the package itself."""
    code = "import rasa.utils.plotting as p; import matplotlib; print(type(p.matplotlib).__name__, type(matplotlib).__name__)\n"
    assert output(LIGHT + code + "print(p.matplotlib.get_backend() == matplotlib.get_backend())").split() == ["_Deferred", "module", "True"]


def test_the_stub_has_every_module_that_rasa_imports():
    """A new Rasa may import other modules of TensorFlow: then add them to _MODULES, or take out what is no longer imported."""
    imported = {name for file in RASA.rglob("*.py") for name in imports_of(file) if name.split(".")[0] in FAMILY}
    with_parents = {".".join(name.split(".")[:n]) for name in imported for n in range(1, name.count(".") + 2)}
    assert with_parents == set(_MODULES)


@pytest.mark.parametrize("module", _DEFERRED)
def test_deferred_packages_are_still_imported_at_the_top(module):
    """If Rasa no longer imports a package there, take it out of _DEFERRED."""
    file = RASA.parent / (module.replace(".", "/") + ".py")
    tree = ast.parse(file.read_text())
    top = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    top |= {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert _DEFERRED[module] <= top


@pytest.mark.parametrize("module", _DEFERRED)
def test_deferred_names_are_only_used_inside_functions(module):
    """A deferred name can't be a base class or run at import; if Rasa begins to use one so, take its package out of _DEFERRED."""
    tree = ast.parse((RASA.parent / (module.replace(".", "/") + ".py")).read_text())
    names = {
        alias.asname or alias.name
        for node in tree.body
        if getattr(node, "module", None) in _DEFERRED[module] or isinstance(node, ast.Import)
        for alias in node.names
        if isinstance(node, ast.ImportFrom) or alias.name in _DEFERRED[module]
    }
    assert names
    at_import = [node for node in tree.body if isinstance(node, (ast.Assign, ast.Expr, ast.If))]
    bases = [base for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases]
    checks = [c for c in ast.walk(tree) if isinstance(c, ast.Call) and ast.unparse(c.func) in ("isinstance", "issubclass")]
    handlers = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type]
    used = {n.id for part in at_import + bases + checks + handlers for n in ast.walk(part) if isinstance(n, ast.Name)}
    assert not used & names
