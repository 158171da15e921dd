"""scripts/setup in a little world of its own: fake interpreters, a fake uv, and only those tools on PATH that it needs."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = [
    "bash", "sh", "awk", "cat", "cp", "curl", "cut", "df", "dirname", "env", "find", "flock",
    "grep", "ls", "mkdir", "mktemp", "readlink", "rm", "sed", "sha256sum", "sleep", "sort", "timeout", "uname",
]
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)")

# Answers as a Python does: to the finder's question, to "which version are you", to `-m venv` and to `-m pip install`.
FAKE_PYTHON = """#!/bin/sh
for last; do :; done
case "$*" in
  *"-m venv"*) mkdir -p "$last/bin"; cp "$0" "$last/bin/python"; echo "home = here" >"$last/pyvenv.cfg" ;;
  *requirements-bootstrap.txt) {pip}; echo "bootstrap" >>"$NOTES"; cp "$FAKE_UV" "$(dirname "$0")/uv" ;;
  *"-m pip install"*) {pip}; echo "pip" >>"$NOTES" ;;
  *python_version*) echo "{version}.13" ;;
  *) echo "{version} {lacks} $0" ;;
esac
"""

# Downloads a Python and installs packages as uv does, or does neither.
FAKE_UV = """#!/bin/sh
case "$*" in
  --version) echo "uv 0" ;;
  "python install 3.10") {download}; mkdir -p "$UV_PYTHON_INSTALL_DIR/cpython-3.10.19-linux/bin"
    cp "$FAKE_PYTHON" "$UV_PYTHON_INSTALL_DIR/cpython-3.10.19-linux/bin/python3.10" ;;
  "pip install"*) {install}; echo "uv" >>"$NOTES" ;;
esac
"""


class World:
    """A folder with the project's scripts, a PATH and a home, where scripts/setup meets only what a test puts there."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.project = folder / "a project"
        self.bin = folder / "bin"
        self.notes = folder / "notes"
        self.venv = self.project / ".venv"
        (self.project / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts/setup", self.project / "scripts")
        (self.project / "requirements.txt").write_text("one==1 \\\n    --hash=sha256:0\n")
        (self.project / "requirements-bootstrap.txt").write_text("uv==0.0.1 \\\n    --hash=sha256:0\n")
        for tool in TOOLS:
            if found := shutil.which(tool):
                self.link(tool, found)
        self.command("df", "#!/bin/sh\nprintf 'head\\nfs 9 9 99999 9 /\\n'")
        self.fake_python("kept/python3.10")
        self.fake_uv("kept/uv")
        (folder / "tmp").mkdir()

    def link(self, name: str, target: str):
        self.bin.mkdir(exist_ok=True)
        (self.bin / name).symlink_to(target)

    def command(self, name: str, text: str) -> Path:
        """Puts a program under the folder, on PATH unless the name has a folder of its own."""
        file = self.folder / name if "/" in name else self.bin / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def fake_python(self, name: str, version="3.10", lacks="nothing", pip=":") -> Path:
        return self.command(name, FAKE_PYTHON.format(version=version, lacks=lacks, pip=pip))

    def fake_uv(self, name: str, download=":", install=":") -> Path:
        return self.command(name, FAKE_UV.format(download=download, install=install))

    def setup(self, *options: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(self.bin / "bash"), str(self.project / "scripts/setup"), *options],
            env={
                "PATH": str(self.bin),
                "HOME": str(self.folder / "home"),
                "TMPDIR": str(self.folder / "tmp"),
                "NOTES": str(self.notes),
                "FAKE_PYTHON": str(self.folder / "kept/python3.10"),
                "FAKE_UV": str(self.folder / "kept/uv"),
                "SETUP_PYENV_ROOTS": str(self.folder / "pyenv"),
                "SETUP_PROBE_SECONDS": "5",
                **environment,
            },
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        )

    def which_python(self, **environment: str) -> str:
        done = self.setup("--which-python", **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def installed_by(self) -> list[str]:
        return self.notes.read_text().split() if self.notes.exists() else []


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


needs_pinned_machine = pytest.mark.skipif(
    (os.uname().sysname, os.uname().machine) != ("Linux", "x86_64"), reason="the pinned packages are for Linux on x86_64"
)


# ---- Which Python -----------------------------------------------------------------------------


def test_a_python_on_path_is_taken(world):
    """A python3.10 on PATH that starts and says 3.10 is used."""
    python = world.fake_python("python3.10")
    assert world.which_python() == str(python)


def test_path_comes_before_pyenv(world):
    """A good python3.10 on PATH is preferred to one under a pyenv root."""
    python = world.fake_python("python3.10")
    world.fake_python("pyenv/versions/3.10.13/bin/python3.10")
    assert world.which_python() == str(python)


def test_a_broken_shim_is_passed_over(world):
    """A version manager's shim that exits 127 gives way to pyenv's own 3.10."""
    world.command("python3.10", "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n")
    python = world.fake_python("pyenv/versions/3.10.13/bin/python3.10")
    assert world.which_python() == str(python)


def test_a_hanging_shim_is_passed_over(world):
    """A shim that never answers is given up after the time limit."""
    world.command("python3.10", "#!/bin/sh\nsleep 60\n")
    python = world.fake_python("pyenv/versions/3.10.13/bin/python3.10")
    assert world.which_python(SETUP_PROBE_SECONDS="0.5") == str(python)


def test_a_wrong_version_is_passed_over(world):
    """A program called python3.10 that says 3.11 is not used."""
    world.fake_python("python3.10", version="3.11")
    python = world.fake_python("pyenv/versions/3.10.13/bin/python3.10")
    assert world.which_python() == str(python)


def test_a_later_python_on_path_is_reached(world):
    """A broken python3.10 first on PATH does not hide a good one further on."""
    world.command("python3.10", "#!/bin/sh\nexit 127\n")
    python = world.fake_python("further/python3.10")
    assert world.which_python(PATH=f"{world.bin}:{python.parent}") == str(python)


def test_a_python_that_cannot_make_environments_is_passed_over(world):
    """A python3.10 without ensurepip is not used, and the missing Debian package is named."""
    world.fake_python("python3.10", lacks="ensurepip")
    python = world.fake_python("pyenv/versions/3.10.13/bin/python3.10")
    done = world.setup("--which-python")
    assert done.stdout.rstrip("\n") == str(python)
    assert "apt install python3.10-venv" in done.stderr


def test_a_python_inside_an_environment_gives_the_one_it_was_made_from():
    """With an environment active, the interpreter behind it is used, so that the environment can be made again."""
    active = Path(sys.prefix) / "bin"
    if sys.prefix == sys.base_prefix or not (active / "python3.10").exists():
        pytest.skip("the tests do not run in an environment of Python 3.10")
    environment = {**os.environ, "PATH": f"{active}:{os.environ['PATH']}"}
    command = [str(ROOT / "scripts/setup"), "--which-python"]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=20)
    assert Path(done.stdout.rstrip("\n")).parent == Path(sys.base_prefix) / "bin"


def test_pyenv_root_is_looked_through(world):
    """The root that PYENV_ROOT names is searched where no other roots are given."""
    python = world.fake_python("own pyenv/versions/3.10.4/bin/python3.10")
    assert world.which_python(SETUP_PYENV_ROOTS="", PYENV_ROOT=str(world.folder / "own pyenv")) == str(python)


def test_the_newest_of_pyenv_is_taken(world):
    """Of several 3.10s under a pyenv root the newest is used, 3.10.13 after 3.10.9, and other versions never."""
    world.fake_python("pyenv/versions/3.10.9/bin/python3.10")
    world.fake_python("pyenv/versions/3.11.7/bin/python3.10", version="3.11")
    python = world.fake_python("pyenv/versions/3.10.13/bin/python3.10")
    assert world.which_python() == str(python)


def test_uv_downloads_a_python_where_there_is_none(world):
    """Without any Python 3.10, a uv on PATH downloads one."""
    world.fake_uv("uv")
    assert world.which_python() == str(world.folder / "home/.local/share/uv/python/cpython-3.10.19-linux/bin/python3.10")


def test_a_python_downloaded_before_needs_no_uv(world):
    """What uv downloaded earlier is used without uv and without network."""
    python = world.fake_python("home/.local/share/uv/python/cpython-3.10.19-linux/bin/python3.10")
    assert world.which_python() == str(python)


def test_uv_is_fetched_by_another_python(world):
    """Without a uv, any python3 with venv and pip fetches the pinned one, which then downloads."""
    world.fake_python("python3", version="3.13")
    assert world.which_python().endswith("cpython-3.10.19-linux/bin/python3.10")
    assert world.installed_by() == ["bootstrap"]


def test_uv_is_fetched_from_its_makers_last(world):
    """Without any Python, uv's own installer is fetched for the pinned version and run outside PATH and profile."""
    installer = 'mkdir -p "$UV_UNMANAGED_INSTALL"; cp "$FAKE_UV" "$UV_UNMANAGED_INSTALL/uv"'
    world.command(
        "curl",
        f"#!/bin/sh\necho \"$*\" >>\"$NOTES\"\nwhile [ $# -gt 1 ]; do [ \"$1\" != -o ] || out=$2; shift; done\necho '{installer}' >\"$out\"\n",
    )
    assert world.which_python().endswith("cpython-3.10.19-linux/bin/python3.10")
    assert "/uv/0.0.1/install.sh" in world.notes.read_text()


def test_a_uv_that_fails_is_passed_over(world):
    """A uv that trips over something gives way to one that scripts/setup fetches itself."""
    world.fake_uv("uv", download="echo 'error: a broken shim' >&2; exit 2")
    world.fake_python("python3", version="3.13")
    assert world.which_python().endswith("cpython-3.10.19-linux/bin/python3.10")


def test_a_python_without_venv_and_pip_names_the_debian_package(world):
    """Where Debian's python3 cannot fetch uv and nothing else can, the sentence names the missing package."""
    world.fake_python("python3", version="3.11", lacks="ensurepip", pip="exit 1")
    (world.bin / "curl").unlink()
    done = world.setup("--which-python")
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr.splitlines()[-1]


def test_nothing_found_is_one_sentence_and_a_failure(world):
    """Where no Python 3.10 can be had, one sentence says so on stderr, and nothing is printed as an interpreter."""
    (world.bin / "curl").unlink()
    done = world.setup("--which-python")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("setup: No Python 3.10 that runs was found")


# ---- The environment --------------------------------------------------------------------------


@pytest.fixture
def ready(world) -> World:
    """A world with a good Python 3.10, in which the environment can be made."""
    world.fake_python("python3.10")
    return world


@needs_pinned_machine
def test_an_environment_is_made_and_the_next_run_does_nothing(ready):
    """The first run installs pinned uv and with it the packages; the second finds all complete."""
    first, second = ready.setup(), ready.setup()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert ready.installed_by() == ["bootstrap", "uv"]
    assert "is complete" in second.stdout


@needs_pinned_machine
def test_an_interrupted_installation_is_made_again(ready):
    """An environment without the mark of completion is made again from nothing."""
    ready.setup()
    (ready.venv / "setup-complete").unlink()
    (ready.venv / "left over").touch()
    assert ready.setup().returncode == 0
    assert ready.installed_by() == ["bootstrap", "uv"] * 2
    assert not (ready.venv / "left over").exists()


@needs_pinned_machine
def test_changed_requirements_are_installed(ready):
    """After a change of the requirements file the environment is made again."""
    ready.setup()
    (ready.project / "requirements.txt").write_text("two==2 \\\n    --hash=sha256:0\n")
    ready.setup()
    assert ready.installed_by() == ["bootstrap", "uv"] * 2


@needs_pinned_machine
def test_a_moved_project_gets_its_environment_again(ready):
    """An environment that came along with a moved folder is made again: its scripts name the old place."""
    ready.setup()
    ready.project = ready.project.rename(ready.folder / "moved")
    ready.setup()
    assert ready.installed_by() == ["bootstrap", "uv"] * 2


@needs_pinned_machine
def test_pip_installs_where_uv_cannot(ready):
    """A uv that fails is followed by pip, with the same result."""
    ready.fake_uv("kept/uv", install="exit 2")
    assert ready.setup().returncode == 0
    assert ready.installed_by() == ["bootstrap", "pip", "pip"]


@needs_pinned_machine
def test_a_failed_installation_is_not_taken_for_complete(ready):
    """Where neither uv nor pip can install, one sentence says so, and the next run tries again."""
    ready.fake_python("python3.10", pip="exit 1")
    for _ in range(2):
        done = ready.setup()
        assert done.returncode == 1
        assert done.stderr.startswith("setup: The packages could not be installed") and done.stderr.count("\n") == 1


@needs_pinned_machine
def test_a_folder_that_is_no_environment_is_left_alone(ready):
    """Somebody's own folder in the environment's place is never removed."""
    ready.venv.mkdir()
    (ready.venv / "thesis.txt").touch()
    done = ready.setup()
    assert done.returncode == 1 and "is no Python environment" in done.stderr
    assert (ready.venv / "thesis.txt").exists()


@needs_pinned_machine
def test_a_linked_environment_is_used_as_it_is(ready):
    """A link in the environment's place is someone's own choice: nothing is installed through it."""
    ready.fake_python("other/bin/python")
    ready.venv.symlink_to(ready.folder / "other")
    assert ready.setup().returncode == 0
    assert ready.installed_by() == [] and ready.venv.is_symlink()


@needs_pinned_machine
def test_a_full_disk_is_said_before_anything_is_fetched(ready):
    """Where less than the needed room is free, one sentence says so and nothing is installed."""
    ready.command("df", "#!/bin/sh\nprintf 'head\\nfs 9 9 100 9 /\\n'")
    done = ready.setup()
    assert done.returncode == 1 and "only 100 MB are free" in done.stderr
    assert ready.installed_by() == []


@needs_pinned_machine
def test_another_place_can_be_named(ready):
    """VENV names where the environment goes."""
    ready.setup(VENV="elsewhere")
    assert (ready.project / "elsewhere/setup-complete").exists() and not ready.venv.exists()


def test_nothing_is_left_in_the_temporary_folder(ready):
    """A run that succeeds cleans up behind itself."""
    ready.which_python()
    assert list((ready.folder / "tmp").iterdir()) == []


# ---- The requirements files -------------------------------------------------------------------

REQUIREMENTS = ["requirements.txt", "requirements-bootstrap.txt", "scripts/sbom-requirements.txt", "scripts/schemathesis-requirements.txt"]


def pins(file: str) -> dict[str, str]:
    """Each pinned package with all of its lines."""
    found = {}
    for line in (ROOT / file).read_text().splitlines():
        if match := PINNED.match(line):
            name = match[1]
            found[name] = ""
        if found and not line.lstrip().startswith("#"):
            found[name] += line + "\n"
    return found


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_package_is_pinned_with_hashes(file):
    """Each package names one version and at least one SHA-256, and no line is anything else."""
    assert pins(file)
    assert [name for name, lines in pins(file).items() if not re.search(r"--hash=sha256:[0-9a-f]{64}", lines)] == []
    line_kinds = re.compile(r"#|\s+#|\s+--hash=sha256:[0-9a-f]{64}( \\)?$|" + PINNED.pattern)
    assert [line for line in (ROOT / file).read_text().splitlines() if line and not line_kinds.match(line)] == []


@pytest.mark.parametrize("file", [*REQUIREMENTS, "requirements.in", "overrides.txt"])
def test_no_line_names_a_host_an_index_or_a_folder(file):
    """A registry's address or a machine's path is nowhere in the requirements, comments included."""
    text = (ROOT / file).read_text().replace("--no-emit-index-url", "")
    assert re.findall(r"(?m)^.*(?:https?:|://|index-url|find-links|trusted-host|(?<![\w.])/\w+/).*$", text) == []


def test_no_deep_learning_stack_comes_in_by_the_back_door():
    """PyTorch, its NVIDIA libraries and sentence-transformers are not among the packages."""
    assert [name for name in pins("requirements.txt") if re.match(r"torch|nvidia|triton|sentence[-_]transformers", name)] == []


def test_everything_asked_for_is_pinned():
    """Each package of requirements.in has its line in requirements.txt, in the version asked for."""
    missing = []
    pinned = {name: lines.split()[0] for name, lines in pins("requirements.txt").items()}
    for line in (ROOT / "requirements.in").read_text().split("\n"):
        name, _, version = line.partition("==")
        if name and not name.startswith("#") and (name not in pinned or (version and pinned[name] != line)):
            missing.append(line)
    assert missing == []
