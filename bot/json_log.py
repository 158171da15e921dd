"""One JSON object a line in the log, for machines that collect logs: LOG_FORMAT=json."""
import json
import logging
import os
import time
from typing import Any, Mapping


class JsonLines(logging.Formatter):
    """Time, level, logger and message; the fields that a line brings along; where an error came from. No local variables."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_text or record.exc_info:
            line["error"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_asked(environ: Mapping[str, str] = os.environ) -> None:
    """Write JSON lines from now on, on every handler there is, if LOG_FORMAT is `json`."""
    if environ.get("LOG_FORMAT", "").strip().lower() != "json":
        return
    for logger in (logging.getLogger(), *(known for known in logging.Logger.manager.loggerDict.values() if isinstance(known, logging.Logger))):
        for handler in logger.handlers:
            handler.setFormatter(JsonLines())
