"""Repairs of Rasa 3.6.21 where it has no extension point, all in one place.

`apply_repairs()` is called when our channel module is imported: by then Rasa has set up its logging and has not yet built its
web server. The action server, which runs without Rasa, calls `keep_words_out_of_logs()` alone. Plain `rasa train` imports no
channel and gets none of this.

Each repair replaces as little as it can, can be called again without harm, and raises RepairError where the thing it
replaces is gone. Whether that thing still reads as it did is checked by tests/test_rasa_repairs.py, not at start.

Left alone on purpose: the connection to the action server is opened anew for each call. Keeping it saves 0.35 ms of a turn
(measured on loopback), but the action server closes idle connections after 5 s, and a call sent into a closing connection
is lost and would cost a patient the answer.
"""
import json
import logging
import os
import socket
import sqlite3
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.rasa_shortcuts import take_shortcuts
from bot.rasa_tools import RepairError, existing, replace

ACTION_TIMEOUT = "ACTION_TIMEOUT"
SHARE_PORT = "SHARE_PORT"
DEFAULT_ACTION_TIMEOUT = 3.0
LEFT_OUT = "[left out]"


def apply_repairs() -> None:
    """Make all repairs. Raises RepairError, with the place to look at, if one can't be made."""
    keep_words_out_of_logs()
    _quieten_later_setup()
    check_action_results_quickly()
    limit_action_time(action_timeout())
    send_less_to_actions()
    run_actions_in_process()
    free_root_route()
    share_the_port()
    take_shortcuts()


def action_timeout(environ: Mapping[str, str] = os.environ) -> float:
    """The seconds an action may take, from ACTION_TIMEOUT or 3. Raises RepairError if it is no number above zero."""
    given = environ.get(ACTION_TIMEOUT, "").strip()
    if not given:
        return DEFAULT_ACTION_TIMEOUT
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    # aiohttp takes 0 for "no limit" and would wait for ever.
    if not 0 < seconds < float("inf"):
        raise RepairError(f"{ACTION_TIMEOUT} should be a number of seconds above 0, but is '{given}'")
    return seconds


def check_action_results_quickly() -> None:
    """Check an action's result with validators that are built once, and each event against the schema of its own kind.

    Upstream: `RemoteAction._validate_action_result` calls `jsonschema.validate`, which builds a validator and checks the
    schema itself against its meta-schema at every action call.
    Why: that takes some 16 ms, three quarters of a turn. And each event is held against the schemas of all 23 kinds, of which
    just one can fit, since each demands its own name: half a millisecond. The check of the result stays the same.
    When upstream changes: another schema is picked up by itself, since `action_response_format_spec` is still asked for it.
    If the method changes otherwise, look whether it still only checks the result and raises ValidationError.
    """
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = existing(RemoteAction, "action_response_format_spec")()
    validator_class = validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    beside_events = validator_class({**schema, "properties": {**schema["properties"], "events": {"type": "array"}}})
    any_event = {key: value for key, value in schema["properties"]["events"]["items"].items() if key != "oneOf"}
    kinds = {kind["properties"]["event"]["const"]: validator_class({**any_event, "allOf": [kind]}) for kind in schema["properties"]["events"]["items"]["oneOf"]}

    def is_right(event: Any) -> bool:
        name = event.get("event") if isinstance(event, dict) else None
        return isinstance(name, str) and name in kinds and kinds[name].is_valid(event)

    def _validate_action_result(_: RemoteAction, result: Any) -> bool:
        from jsonschema.exceptions import best_match

        if beside_events.is_valid(result) and all(is_right(event) for event in result.get("events", ())):
            return True
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += ". The action server's answer does not have the form that Rasa expects of a custom action."
        raise error

    replace(RemoteAction, "_validate_action_result", _validate_action_result)


def limit_action_time(seconds: float) -> None:
    """Give up on an action that takes longer than `seconds`.

    Upstream: `RemoteAction.run` waits for `DEFAULT_REQUEST_TIMEOUT`, 300 s, with no setting for it.
    Why: a patient must not wait five minutes in silence. The action then counts as failed; the channel's guard answers.
    Only action calls are limited: fetching a model or a response from a server keeps upstream's time.
    When upstream changes: if `run` takes its limit from elsewhere, this has no effect, and its test fails.
    """
    import rasa.core.actions.action as action_module

    replace(action_module, "DEFAULT_REQUEST_TIMEOUT", seconds)


def free_root_route() -> None:
    """Leave `GET /` to our own page.

    Upstream: `rasa.server.add_root_route` answers `GET /` with "Hello from Rasa" and its version, and Sanic refuses a second
    handler for the same path.
    Why: the chat page belongs there, and the version is nobody's business.
    When upstream changes: if the route is added elsewhere, Sanic refuses to start with ours; look for the new place.
    """
    import rasa.server

    replace(rasa.server, "add_root_route", lambda app: None)


def share_the_port(environ: Mapping[str, str] = os.environ) -> None:
    """Listen beside other workers on the same port, if SHARE_PORT is set: the system spreads the connections over them.

    Upstream: `rasa.core.run.serve_application` wants the port for itself; more than one worker wants Redis, even on one machine.
    Why: several workers on one machine (`WORKERS`, docs/adr/0024).
    When upstream changes: `Sanic.run` takes host, port, backlog and an open socket by these names; if not, the test of several
    workers fails.
    """
    from sanic import Sanic

    upstream = existing(Sanic, "run")
    if not environ.get(SHARE_PORT) or upstream.__module__ == __name__:
        return

    def run(self: Any, **named: Any) -> None:
        family = socket.AF_INET6 if ":" in named["host"] else socket.AF_INET
        named["sock"] = socket.create_server((named["host"], named["port"]), family=family, backlog=named["backlog"], reuse_port=True)
        upstream(self, **named)

    replace(Sanic, "run", run)


def send_less_to_actions() -> None:
    """Send to the action server only what our actions read of the conversation.

    Upstream: `RemoteAction._action_call_format` sends every event since the conversation began, with each call.
    Why: it grows with every turn, and the action server has no need of what a patient wrote ten turns ago. What is sent is
    described in `slim_state`. The domain is upstream's to leave out: `enable_selective_domain: true` under `action_endpoint`
    in endpoints.yml works in 3.6.21 and is respected here.
    When upstream changes: if `_action_call_format` asks the tracker for more than `sender_id` and `current_state`, it fails
    with AttributeError in the tests; give `_SlimTracker` what it asks for.
    """
    from rasa.core.actions.action import RemoteAction

    upstream = existing(RemoteAction, "_action_call_format")
    if upstream.__module__ == __name__:
        return

    def _action_call_format(self: RemoteAction, tracker: Any, domain: Any) -> dict[str, Any]:
        return upstream(self, _SlimTracker(tracker), domain)

    replace(RemoteAction, "_action_call_format", _action_call_format)


def run_actions_in_process() -> None:
    """Answer calls to an endpoint whose address begins with `inprocess:` in this process, instead of over the network.

    Upstream: `EndpointConfig.request` sends every call over HTTP, on a connection of its own.
    Why: the call over the network and the second process cost time and memory (docs/adr/0021). Endpoints with any other address
    are upstream's.
    When upstream changes: `RemoteAction.run` passes the call as `json` and its limit as `timeout`; if it passes them otherwise,
    the test of this repair fails.
    """
    from rasa.utils.endpoints import ClientResponseError, EndpointConfig
    from rasa_sdk.interfaces import ActionExecutionRejection

    from bot.local_actions import SCHEME, local_actions

    upstream = existing(EndpointConfig, "request")
    if upstream.__module__ == __name__:
        return

    async def request(self: EndpointConfig, *arguments: Any, **named: Any) -> Any:
        if not (self.url or "").startswith(SCHEME):
            return await upstream(self, *arguments, **named)
        try:
            return await local_actions(self.url).call(named["json"], named["timeout"])
        except ActionExecutionRejection as error:  # as the action server answers it
            text = json.dumps({"error": error.message, "action_name": error.action_name})
            raise ClientResponseError(400, "rejected", text) from error

    replace(EndpointConfig, "request", request)


def slim_state(tracker: Any) -> dict[str, Any]:
    """What an action is told of `tracker`: id, slots, latest message, and the events from the last `custom` bot message on.

    Before the first such message all events are sent. While a form is active the whole state is, because rasa_sdk's form
    validation reads more of it.
    """
    from rasa.shared.core.trackers import EventVerbosity

    if tracker.active_loop:
        return tracker.current_state(EventVerbosity.ALL)
    state = tracker.current_state(EventVerbosity.NONE)
    slim = {key: state[key] for key in ("sender_id", "slots", "latest_message")}
    return {**slim, "events": [event.as_dict() for event in _events_since_custom(tracker)]}


def _events_since_custom(tracker: Any) -> list[Any]:
    from rasa.shared.core.events import BotUttered

    kept: list[Any] = []
    for event in reversed(tracker.events):
        kept.append(event)
        if isinstance(event, BotUttered) and event.data.get("custom"):
            break
    return kept[::-1]


class _SlimTracker:
    """Stands for a tracker where upstream puts it into an action call."""

    def __init__(self, tracker: Any) -> None:
        self._tracker, self.sender_id = tracker, tracker.sender_id

    def current_state(self, _verbosity: Any) -> dict[str, Any]:
        return slim_state(self._tracker)


# --- what patients write stays out of the log -------------------------------------------------------------------------------

# Values of these keys of Rasa's own structured log lines say where and what, never what a patient wrote.
_PLAIN_KEYS = {"event", "event_info", "event_key", "level", "logger", "timestamp", "filename", "host", "url", "action_name"}

# The messages of these exceptions name files, addresses and database conditions. All others may quote what was being handled:
# a failed INSERT its parameters, a failed schema check the whole answer, an error of the action server the whole tracker.
_PLAIN_ERRORS = (OSError, ImportError, sqlite3.Error)

# Where a ready-made message of Rasa goes on with an exception's text or with a foreign server's answer.
_TELLING = ("error: ", "as a result of error ", "when trying to handle message.", "parameters: ", "response: ")

# Warnings of Rasa that quote the value of a slot or an entity.
_TELLING_WARNINGS = "Categorical slot|Invalid entity specification|Parsed an "


def keep_words_out_of_logs() -> None:
    """Keep what patients write out of every log line of this process, at every level, whatever handlers are set up.

    Upstream, at its normal level:
    - `rasa.core.channels.rest` logs the message's text when a turn fails, and with JSON logging every local variable of the
      whole call stack (`structlog.processors.dict_tracebacks`);
    - `rasa.core.processor` logs the exception of a failed action; rasa_sdk answers an error with the whole request, so the
      exception's text holds the whole tracker;
    - `rasa.core.tracker_store` logs a database error with the row that was being written;
    - `rasa.core.actions.action`, `rasa.server`, `rasa.shared.core.events` and the other channels put an exception's text or a
      server's answer into their messages; `rasa.core.nlg.interpolator` logs responses with the values of slots;
    - `sanic.error`, `asyncio`, `rasa_sdk.endpoint` log the text of unhandled exceptions;
    - warnings about slots and entities quote their values (they go to stderr);
    - at DEBUG nearly all of Rasa's structured lines carry the message or its entities.
    Why: a log is read by more people, and kept longer, than a conversation.
    What is left: event names, ids, numbers, the place and type of every exception in its chain; and the text of exceptions
    that can only name files, addresses and database conditions.
    When upstream changes: a new key of a structured line is left out until it is named in `_PLAIN_KEYS`; a new ready-made
    message with a new phrase before an exception's text gets through, so compare the list above at each new version.
    """
    _quieten_logging()
    _quieten_structlog()
    warnings.filterwarnings("ignore", message=_TELLING_WARNINGS)


def _quieten_logging() -> None:
    factory = logging.getLogRecordFactory()
    if getattr(factory, "func", None) is not _quiet_record:
        logging.setLogRecordFactory(partial(_quiet_record, factory))


def describe_error(error: BaseException) -> str:
    """A traceback of `error` and its causes that shows types and places, but no text that could quote a patient."""
    lines: list[str] = []
    for each in _chain(error):
        lines += traceback.format_tb(each.__traceback__)
        lines.append(f"{_summary(each)}\n")
    return "".join(lines).rstrip()


def _chain(error: BaseException | None) -> list[BaseException]:
    """`error` and what led to it, the first cause first, as Python prints them."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.insert(0, error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain


def _summary(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    text = str(error) if isinstance(error, _PLAIN_ERRORS) else LEFT_OUT if str(error) else ""
    return f"{name}: {text}" if text else name


def _quiet_record(
    upstream: Callable[..., logging.LogRecord], name: str, level: int, path: str, line: int, msg: Any, args: Any, exc_info: Any,
    *rest: Any, **more: Any,
) -> logging.LogRecord:
    """A log record without exception texts; a factory, so that it holds for every logger and handler, present and future."""
    error = _error_of(exc_info)
    if isinstance(args, tuple):
        args = tuple(_summary(arg) if isinstance(arg, BaseException) else arg for arg in args)
    if isinstance(msg, BaseException):
        msg = _summary(msg)
    record = upstream(name, level, path, line, msg, args, None, *rest, **more)
    if error is not None:
        record.exc_text = describe_error(error)  # what a formatter prints in place of formatting `exc_info`
    if name.split(".")[0] in ("rasa", "rasa_sdk"):
        _cut_message(record)
    return record


def _cut_message(record: logging.LogRecord) -> None:
    message = record.getMessage()
    if message.startswith("{"):  # structlog's JSON, which is quiet already
        return
    # Only the first line is looked at: in structlog's console form a quiet traceback follows, full of "…Error: ".
    first_line = message.split("\n")[0].lower()
    starts = [first_line.index(phrase) + len(phrase) for phrase in _TELLING if phrase in first_line]
    if starts:
        current = _error_of(True)
        cause = f" ({' < '.join(_summary(error) for error in reversed(_chain(current)))})" if current else ""
        record.msg, record.args = f"{message[:min(starts)]}{LEFT_OUT}{cause}", ()


def _error_of(exc_info: Any) -> BaseException | None:
    """The exception meant by logging's `exc_info`, which may be one, its triple, or a plain yes."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info else None


def _quieten_structlog() -> None:
    import structlog

    # Loggers that were used already hold on to the list of processors itself, so it must be changed, not exchanged.
    processors = structlog.get_config()["processors"]
    if _quiet_event not in processors:
        processors.insert(0, _quiet_event)


def _quieten_later_setup() -> None:
    import rasa.utils.log_utils

    # Where Rasa sets up structlog after us, it takes its first processor from here.
    replace(rasa.utils.log_utils, "_anonymizer", _quiet_event)


def _quiet_event(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structured log line with only plain keys and numbers, and its exception described without its text."""
    error = _error_of(event.pop("exc_info", None) or _method == "exception")
    quiet = {key: value if key in _PLAIN_KEYS or _is_plain(value) else LEFT_OUT for key, value in event.items()}
    if error is not None:
        quiet["exception"] = describe_error(error)
    # Set, so that no later processor looks for the exception itself.
    quiet["exc_info"] = False
    return quiet


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float))
