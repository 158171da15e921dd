"""The audit trail: which member of staff looked at, exported or deleted what, and when. `make audit` lists and checks it.

Only added to: a JSON line for each access, with the hash of the line before it, so that a changed, inserted or removed line is
noticed. Only lines cut off at the end leave no gap; a copy elsewhere shows that. Holds no word of a patient, and of a
conversation's id only a hash, since callers choose ids.
"""
import fcntl
import hashlib
import json
import os
import pwd
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Mapping

from bot.conversations.where import folder

BEGINNING = "none"


class AuditError(Exception):
    """The trail can't be written or read, or is not as it was written. Without a trail there is no access."""


def audit_file(environ: Mapping[str, str] = os.environ) -> Path:
    """AUDIT_TRAIL, or `audit.jsonl` in VAR."""
    return Path(environ.get("AUDIT_TRAIL") or folder(environ) / "audit.jsonl")


def note(what: str, conversation: str = "", environ: Mapping[str, str] = os.environ) -> None:
    """Add that this account did `what`, before it is done. Raises AuditError where that can't be kept."""
    file = audit_file(environ)
    entry = {
        "at": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "account": _account(),
        "by": " ".join(environ.get("BY", "").split()),
        "what": what,
        "conversation": name_of(conversation) if conversation else "",
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as trail:
            fcntl.flock(trail, fcntl.LOCK_EX)  # two members of staff at once
            lines = trail.read().splitlines()
            entry["previous"] = _hash(lines[-1]) if lines else BEGINNING
            trail.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            trail.flush()
            os.fsync(trail.fileno())
    except OSError as error:
        raise AuditError(f"{file}: the access can't be noted ({error.__class__.__name__}), so it is refused; AUDIT_TRAIL names another file") from error


def entries(file: Path) -> list[dict[str, Any]]:
    """All accesses, oldest first. Raises AuditError naming the first line that does not follow the one before it."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise AuditError(f"{file}: can't be read ({error.__class__.__name__})") from error
    found, previous = [], BEGINNING
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or entry.get("previous") != previous:
            raise AuditError(f"{file}:{number}: this line does not follow the one before it; the trail was changed by hand")
        found.append(entry)
        previous = _hash(line)
    return found


def name_of(conversation: str) -> str:
    """How the trail names a conversation: whoever knows its id can find its accesses, nobody else learns the id."""
    return hashlib.sha256(conversation.encode(errors="surrogatepass")).hexdigest()[:16]


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _account() -> str:
    """The account of the machine, which a variable of the environment can't change; who used sudo, where somebody did."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return f"{os.environ['SUDO_USER']} as {name}" if os.environ.get("SUDO_USER") else name


def main() -> None:
    """Command line of `make audit`: all accesses, or those of the conversation named by its id."""
    file, wanted = audit_file(), sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        found = entries(file) if file.exists() else []
    except AuditError as error:
        sys.exit(f"audit: {error}")
    for entry in found:
        if not wanted or entry["conversation"] == name_of(wanted):
            who = f"{entry['account']} ({entry['by']})" if entry["by"] else entry["account"]
            print(f"{entry['at']}  {who}  {entry['what']}  {entry['conversation']}".rstrip())
    print(f"{len(found)} accesses, none changed since it was written ({file}).")


if __name__ == "__main__":
    main()
