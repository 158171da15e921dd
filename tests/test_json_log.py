"""bot/json_log.py: lines that machines can read."""
import io
import json
import logging

import pytest

from bot.json_log import JsonLines, log_as_asked


@pytest.fixture
def log():
    """A logger of the test's own, and what it has written."""
    output, logger = io.StringIO(), logging.getLogger("tests.json_log")
    handler = logging.StreamHandler(output)
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, handler, output
    logger.removeHandler(handler)


def test_a_line_is_one_object(log):
    """With time, level, logger, message and its own fields."""
    logger, handler, output = log
    handler.setFormatter(JsonLines())
    logger.warning("two\nlines of %s", "text", extra={"fields": {"kind": "answer"}})
    assert output.getvalue().count("\n") == 1
    line = json.loads(output.getvalue())
    assert (line["level"], line["logger"], line["message"], line["kind"]) == ("warning", "tests.json_log", "two\nlines of text", "answer") and line["time"].endswith("Z")


def test_an_error_says_where(log):
    """The place and kind of the exception."""
    logger, handler, output = log
    handler.setFormatter(JsonLines())
    try:
        raise LookupError("gone")
    except LookupError:
        logger.exception("failed")
    assert "LookupError" in json.loads(output.getvalue())["error"]


@pytest.mark.parametrize("setting, is_json", [("json", True), ("JSON", True), ("", False), ("text", False)])
def test_only_if_asked_for(log, setting, is_json):
    """LOG_FORMAT says so."""
    before = {id(handler): handler.formatter for handler in logging.getLogger().handlers}
    logger, handler, output = log
    log_as_asked({"LOG_FORMAT": setting})
    logger.warning("hello")
    for root_handler in logging.getLogger().handlers:
        root_handler.setFormatter(before.get(id(root_handler)))
    assert output.getvalue().startswith("{") is is_json
