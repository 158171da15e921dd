"""Secrets that the assistant makes for itself at its first start and keeps in a file that only it can read."""
import os
import secrets
from pathlib import Path

LEAST = 32  # characters


class SecretError(Exception):
    """A secret is too short or lost; says which file or setting, never what it holds."""


def kept_secret(file: Path) -> str:
    """What `file` holds; made by chance where there is no such file yet. Raises SecretError for a file that holds none.

    Several workers may start at once: the file is made whole beside its place and linked there, so that the first one wins
    and nobody reads half a secret.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        _make(file)
    secret = file.read_text(encoding="ascii").strip()
    if len(secret) < LEAST:
        raise SecretError(f"'{file}' holds no secret; remove the file, and a new one is made (conversations begin anew)")
    return secret


def given_or_kept_secret(name: str, given: str, file: Path) -> str:
    """`given`, the value of the setting `name`, if there is one; else what `file` holds. Raises SecretError for a short one."""
    if given and len(given) < LEAST:
        raise SecretError(f"{name} has {len(given)} characters; expected at least {LEAST}, made by chance")
    return given or kept_secret(file)


def _make(file: Path) -> None:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another worker was first
    finally:
        draft.unlink()
