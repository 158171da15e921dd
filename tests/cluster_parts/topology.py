"""PostgreSQL, Redis, nginx and workers of the test's own: own folders, own ports, started and ended here."""
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2
import redis

from tests.house import ROOT, House, free_port

_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Missing(Exception):
    """A program that the test needs is not on this machine; says which script installs it."""


def check_programs() -> None:
    """Raises Missing if a server program is not to be found."""
    missing = [name for name in ("redis-server", "nginx", "openssl") if not shutil.which(name)] + ([] if _POSTGRES else ["postgresql"])
    if missing:
        raise Missing(f"{', '.join(missing)} missing on this machine: run scripts/cluster-setup")


class Postgres:
    """A database server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._data, self.port = folder / "postgres", free_port()
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._data.mkdir()
        if self._as_user:
            user = pwd.getpwnam("postgres")
            os.chown(self._data, user.pw_uid, user.pw_gid)
            for parent in (folder, *folder.parents):
                if parent == Path("/tmp"):
                    break
                parent.chmod(parent.stat().st_mode | 0o011)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "leaflets", "--no-sync")
        self.start()
        self._sql("CREATE DATABASE leaflets")

    @property
    def url(self) -> str:
        return f"postgresql://leaflets@127.0.0.1:{self.port}/leaflets"

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self._data}"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._data / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def rows(self, query: str) -> list[tuple]:
        """What a query gives."""
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def _sql(self, statement: str) -> None:
        connection = psycopg2.connect(f"postgresql://leaflets@127.0.0.1:{self.port}/postgres")
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([*self._as_user, str(_POSTGRES[-1] / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/")


class Redis:
    """A Redis server that keeps nothing on disk: locks are of the moment."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port, self._process = folder, free_port(), None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.url)
        _wait(lambda: _answers(client.ping), "Redis")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(10)


class Nginx:
    """deploy/nginx.conf with the addresses of this test and a certificate made for it."""

    def __init__(self, folder: Path, workers: list[int]) -> None:
        self.port, self._folder = free_port(), folder / "nginx"
        self._folder.mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.crt"],
            cwd=self._folder, check=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._file = self._folder / "nginx.conf"
        self.use(workers)
        subprocess.run([*self._nginx(), "-t", "-q"], check=True)
        self._process = subprocess.Popen([*self._nginx(), "-g", "daemon off;"])

    def _nginx(self) -> list[str]:
        return ["nginx", "-p", f"{self._folder}/", "-c", str(self._file), "-e", str(self._folder / "error.log")]

    def use(self, workers: list[int]) -> None:
        """Write the configuration for these workers."""
        text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
        servers = "\n".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in workers)
        lines = [line for line in text.splitlines() if not line.strip().startswith("server 127.0.0.1:")]
        lines.insert(lines.index("    least_conn;") + 1, servers)
        text = "\n".join(lines).replace("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl")
        # all patients of this test call from one address
        self._file.write_text(text.replace("rate=20r/s", "rate=2000r/s").replace("limit_conn connections 100", "limit_conn connections 1000"), encoding="utf-8")

    def reload(self, workers: list[int]) -> None:
        """Take up other workers without dropping a connection."""
        self.use(workers)
        self._process.send_signal(signal.SIGHUP)
        time.sleep(1)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/webhooks/rest/webhook"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class Cluster:
    """Two workers behind nginx, sharing PostgreSQL and Redis; a context manager that leaves nothing running."""

    token = "only-for-this-test"

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._folder, self._count = folder, workers
        self._stops: list = []
        self.workers: list[House] = []

    def __enter__(self) -> "Cluster":
        try:
            self.postgres = self._kept(Postgres(self._folder))
            self.redis = self._kept(Redis(self._folder))
            shared = {"CONVERSATION_STORE": self.postgres.url, "ALARM_STORE": self.postgres.url, "LOCK_STORE": self.redis.url}
            for number in range(self._count):
                var = self._folder / f"worker{number}"
                var.mkdir()
                self.workers.append(House(var, REST_TOKEN=self.token, ADDRESS_LIMIT="1000000", SESSION_LIMIT="1000", **shared))
                self._stops.append(self.workers[-1].close)
            for worker in self.workers:
                worker.wait_until_ready()
            self.nginx = self._kept(Nginx(self._folder, [worker.port for worker in self.workers]))
        except BaseException:
            self.__exit__()
            raise
        return self

    def _kept(self, part):
        self._stops.append(part.stop)
        return part

    def __exit__(self, *_: object) -> None:
        for stop in reversed(self._stops):
            try:
                stop()
            except Exception as error:  # the rest must be ended too
                print(f"  could not be stopped: {error}", flush=True)


def _answers(ask) -> bool:
    try:
        return bool(ask())
    except redis.RedisError:
        return False


def _wait(holds, what: str) -> None:
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} does not answer")
        time.sleep(0.05)
