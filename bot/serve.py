"""Start the whole assistant: `make serve`. Trains if needed, starts Rasa and the action server; ends both together.

Settings from the environment: PORT (5005), HOST (127.0.0.1), LEAFLETS (data/leaflets), VAR (var: where conversations and logs
are kept), ACTIONS (server: an action server on ACTION_PORT, 5055, runs the actions; inprocess: Rasa runs them itself),
WORKERS (1: how many Rasa processes answer at PORT, docs/adr/0024).
"""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from bot.inputs import MODEL, ROOT, changed_files, is_trained
from bot.secret import SecretError, kept_secret

_START_SECONDS = 120
_RESTART_SECONDS = 5
_TOO_OFTEN = 3  # times that Rasa may end within a minute before we give up
_MOST_WORKERS = 64
_READY = "leaflet_workers_ready"  # bot/channels/meter.py, whose imports would be much for a launcher
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ACTIONS = ("inprocess", "server")
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_PR_SET_PDEATHSIG = 1  # Linux: linux/prctl.h


class Refusal(Exception):
    """The assistant can't be started; one sentence says why and what to do."""


@dataclass(frozen=True)
class Settings:
    """Where the assistant listens and which leaflets it reads."""

    port: int
    action_port: int
    host: str
    leaflets: Path
    var: Path = ROOT / "var"
    actions: str = "server"
    workers: int = 1

    @property
    def url(self) -> str:
        """Where the assistant answers, seen from this machine."""
        host = _ANY_ADDRESS.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @classmethod
    def from_environment(cls, environ: dict[str, str]) -> "Settings":
        leaflets = Path(environ.get("LEAFLETS") or ROOT / "data" / "leaflets").resolve()
        if not leaflets.is_dir():
            raise Refusal(f"LEAFLETS names '{leaflets}', which is no folder")
        port, action_port = _port(environ, "PORT", 5005), _port(environ, "ACTION_PORT", 5055)
        if port == action_port:
            raise Refusal(f"PORT and ACTION_PORT are both {port}; each needs a port of its own")
        actions = environ.get("ACTIONS") or "server"
        if actions not in _ACTIONS:
            raise Refusal(f"ACTIONS has the value '{actions}'; expected one of: {', '.join(_ACTIONS)}")
        var = Path(environ.get("VAR") or ROOT / "var").resolve()
        return cls(port, action_port, environ.get("HOST") or "127.0.0.1", leaflets, var, actions, _workers(environ))


def _port(environ: dict[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not (given.isascii() and given.isdigit()) or not 0 < int(given) < 65536:
        raise Refusal(f"{name} has the value '{given}'; expected a port number between 1 and 65535")
    return int(given)


def _workers(environ: dict[str, str]) -> int:
    given = environ.get("WORKERS") or "1"
    if not (given.isascii() and given.isdigit()) or not 0 < int(given) <= _MOST_WORKERS:
        raise Refusal(f"WORKERS has the value '{given}'; expected a number between 1 and {_MOST_WORKERS}")
    return int(given)


def check_ports(settings: Settings) -> None:
    """Raise Refusal if another program holds a port we need."""
    needed = [("PORT", settings.port)]
    if settings.actions == "server":
        needed.append(("ACTION_PORT", settings.action_port))
    for name, port in needed:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError as error:
                raise Refusal(f"port {port} is in use by another program; stop it, or choose another with {name}=…") from error


class LeafletCheck:
    """Says which leaflets are used and what is wrong with the others, in a process of its own while the rest is starting."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "bot.check", str(folder)], cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
        self._errors: Optional[str] = None

    def result(self) -> None:
        """Return once it is done; it may be asked for again. Raises Refusal if there is none to quote."""
        if self._errors is None:
            self._errors = self._process.communicate()[1]
        errors = self._errors
        if self._process.returncode != 0:
            raise Refusal(errors.strip().splitlines()[-1].removeprefix("check: ") if errors.strip() else "the leaflets could not be checked")

    def stop(self) -> None:
        """End it, wherever it is."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


class Service:
    """The processes of the assistant, each in a process group of its own, so that nothing is left behind."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        settings.var.mkdir(parents=True, exist_ok=True)
        self._endpoints = _write_endpoints(settings)
        self._workers = ["rasa"] if settings.workers == 1 else [f"rasa-{number}" for number in range(1, settings.workers + 1)]
        self._shared = Shared(settings) if settings.workers > 1 else None
        self._processes: dict[str, subprocess.Popen] = {}
        self._endings: list[float] = []

    def begin(self) -> None:
        """Start them."""
        if self._settings.actions == "server":
            self._start_actions()
        for worker in self._workers:
            self._start_rasa(worker)

    def wait(self) -> None:
        """Return once they answer. Raises Refusal if one does not."""
        if self._settings.actions == "server":
            self._wait(f"http://127.0.0.1:{self._settings.action_port}/health", "actions")
        self._wait(f"{self._settings.url}/health/ready", *self._workers)
        if self._shared:
            self._wait_for_all(self._shared)

    def _start_rasa(self, worker: str) -> None:
        rasa = ["run", "--interface", self._settings.host, "--port", str(self._settings.port), "--model", str(MODEL)]
        rasa += ["--endpoints", str(self._endpoints), "--credentials", "credentials.yml", "--log-file", str(self._settings.var / f"{worker}.log")]
        self._processes[worker] = self._started(worker, "bot.run_rasa", rasa, self._shared)

    def _start_actions(self) -> None:
        self._processes["actions"] = self._started("actions", "bot.run_actions", ["--actions", "actions", "--port", str(self._settings.action_port)])

    def _started(self, name: str, module: str, arguments: list[str], shared: Optional["Shared"] = None) -> subprocess.Popen:
        settings = {"LEAFLETS": str(self._settings.leaflets), "VAR": str(self._settings.var), "PYTHONWARNINGS": "ignore", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "SANIC_HOST": "127.0.0.1", "RASA_TELEMETRY_ENABLED": "false"}
        # glibc gives each thread an arena of its own, up to sixteen here, and gives none of them back
        # a turn that hangs holds its conversation's lock; by Rasa's own 60 s the patient would stay without leaflet answers
        defaults = {"ALARM_STORE": f"sqlite:///{self._settings.var / 'alarms.db'}", "TICKET_LOCK_LIFETIME": "5", "MALLOC_ARENA_MAX": "2"}
        defaults |= {"CALL_STORE": f"sqlite:///{self._settings.var / 'calls.db'}", "PHONE_SECRET": kept_secret(self._settings.var / "phone-secret")}
        if shared:
            defaults |= shared.defaults
            settings |= shared.settings
        with self._log(name).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments], cwd=ROOT, env={**defaults, **os.environ, **settings}, start_new_session=True,
                preexec_fn=end_with_parent, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _wait(self, url: str, *names: str) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            for name in names:
                if self._processes[name].poll() is not None:
                    raise Refusal(f"the {name} process ended while starting; see {self._log(name)}")
            try:
                urllib.request.urlopen(url, timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise Refusal(f"the {names[0]} process did not answer within {_START_SECONDS} seconds; see {self._log(names[0])}")

    def _wait_for_all(self, shared: "Shared") -> None:
        """The page tells of one worker, whichever is asked."""
        until = time.monotonic() + _START_SECONDS
        while shared.ready() < len(self._workers):
            ended = next((worker for worker in self._workers if self._processes[worker].poll() is not None), None)
            if ended or time.monotonic() > until:
                worker = ended or self._workers[-1]
                raise Refusal(f"the {worker} process {'ended while starting' if ended else f'was not ready within {_START_SECONDS} seconds'}; see {self._log(worker)}")
            time.sleep(0.1)

    def _log(self, name: str) -> Path:
        return self._settings.var / f"bot.run_{name}.log"

    def watch(self) -> None:
        """Start again what ends. Returns when Rasa ends over and over.

        While the action server is away patients get the contact; while Rasa is away nobody is answered, so it comes first.
        """
        while True:
            for worker in self._workers:
                if self._processes[worker].poll() is not None:
                    if self._ends_too_often():
                        return
                    print("Rasa ended unexpectedly; starting it again.", flush=True)
                    if self._shared:
                        self._shared.forget(self._processes[worker].pid)
                    self._start_rasa(worker)
            actions = self._processes.get("actions")
            if actions is not None and actions.poll() is not None:
                print("The action server ended; starting it again. Until then patients are told whom to phone.", flush=True)
                time.sleep(_RESTART_SECONDS)
                self._start_actions()
            time.sleep(0.5)

    def _ends_too_often(self) -> bool:
        now = time.monotonic()
        self._endings = [moment for moment in self._endings if now - moment < 60] + [now]
        return len(self._endings) >= _TOO_OFTEN

    def stop(self) -> None:
        """End all processes and whatever they started, gently first. Rasa goes before the action server, which the turns still
        under way need."""
        for interrupt in _INTERRUPTS:  # a second Ctrl-C must not leave anything behind
            signal.signal(interrupt, signal.SIG_IGN)
        for names in (self._workers, ["actions"]):
            processes = [self._processes[name] for name in names if name in self._processes]
            for how in (signal.SIGTERM, signal.SIGKILL):
                for process in processes:
                    _signal(process, how)
                for process in processes:
                    _wait_for(process)


class Shared:
    """What several workers on one machine share: the port, the locks of conversations, and the folder in which their figures
    are added up. `settings` and `defaults` tell a worker of it, by environment variables."""

    def __init__(self, settings: Settings) -> None:
        self._figures = settings.var / "figures"
        shutil.rmtree(self._figures, ignore_errors=True)  # of an earlier run
        self._figures.mkdir()
        self.settings = {"SHARE_PORT": "1", "PROMETHEUS_MULTIPROC_DIR": str(self._figures)}
        self.defaults = {"LOCK_STORE": f"file:{settings.var / 'locks'}"}

    def ready(self) -> int:
        """How many workers have used all their parts."""
        from prometheus_client.multiprocess import MultiProcessCollector

        metrics = MultiProcessCollector(None, str(self._figures)).collect()
        return int(sum(sample.value for metric in metrics if metric.name == _READY for sample in metric.samples))

    def forget(self, process: int) -> None:
        """Leave out what a process that has ended was doing at the moment; what it has counted stays."""
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(process, str(self._figures))


def _wait_for(process: subprocess.Popen) -> None:
    until = time.monotonic() + 5
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)


def end_with_parent() -> None:
    """Runs in the new process: it is to end when `make serve` does, even if that is killed and can't say so."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal(process: subprocess.Popen, how: signal.Signals) -> None:
    try:
        os.killpg(process.pid, how)
    except (ProcessLookupError, PermissionError):
        return


def _write_endpoints(settings: Settings) -> Path:
    """The endpoints file with the way to the actions and the folder of this run."""
    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    actions = "inprocess:actions" if settings.actions == "inprocess" else f"http://localhost:{settings.action_port}/webhook"
    text = text.replace("http://localhost:5055/webhook", actions).replace("sqlite:///var/", f"sqlite:///{settings.var}/")
    file = settings.var / f"endpoints-{settings.port}.yml"
    file.write_text(text, encoding="utf-8")
    return file


def serve() -> int:
    """Start, watch, stop. Returns the exit status."""
    # a shell that starts us in the background leaves Ctrl-C ignored, so it is asked for too
    for interrupt in _INTERRUPTS:
        signal.signal(interrupt, _raise_interrupt)
    settings = Settings.from_environment(dict(os.environ))
    check_ports(settings)
    leaflets = LeafletCheck(settings.leaflets)
    service = None
    try:
        if not is_trained():
            leaflets.result()
            changed = changed_files()
            why = f"{changed[0].name} is not as it was trained; it is not loaded." if changed else "The assistant has not been trained from these files yet."
            print(why, flush=True)
            subprocess.run([sys.executable, "-m", "bot.train"], cwd=ROOT, check=True)
        service = Service(settings)
        print("Starting; this takes a few seconds.", flush=True)
        service.begin()
        leaflets.result()
        service.wait()
        print(f"The assistant is ready at http://{_shown(settings.host)}:{settings.port}/ (REST: /webhooks/rest/webhook). Ctrl-C stops it.", flush=True)
        service.watch()
        print(f"Rasa ended unexpectedly again and again; see the log in {settings.var}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopping.", flush=True)
        return 0
    finally:
        leaflets.stop()
        if service:
            service.stop()


def _raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0") else host


def main() -> None:
    """Command line of `make serve`: a Refusal is one sentence on standard error."""
    from bot.yaml_file import YamlError

    try:
        sys.exit(serve())
    except (Refusal, SecretError, YamlError) as error:
        sys.exit(f"serve: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"serve: the training failed (exit status {error.returncode}); what it said stands above")
    except KeyboardInterrupt:
        sys.exit("serve: stopped")


if __name__ == "__main__":
    main()
