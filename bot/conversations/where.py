"""Where the tools for staff find a database: the same setting and the same folder as the running assistant."""
import os
from pathlib import Path
from typing import Mapping

from bot.inputs import ROOT


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """VAR: where conversations, alarms and logs are kept."""
    return Path(environ.get("VAR") or ROOT / "var")


def address(setting: str, file: str, environ: Mapping[str, str] = os.environ) -> str:
    """The SQLAlchemy address that `setting` names, else that of `file` in VAR."""
    return environ.get(setting) or f"sqlite:///{folder(environ) / file}"


def conversations(environ: Mapping[str, str] = os.environ) -> str:
    """The database of the conversations."""
    return address("CONVERSATION_STORE", "conversations.db", environ)


def is_missing(url: str) -> bool:
    """Is it a file that is not there? To open it would make it."""
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()
