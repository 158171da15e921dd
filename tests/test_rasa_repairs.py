"""bot/rasa_repairs.py: each repair does what it says, and a change of what it replaces is noticed."""
import ast
import asyncio
import hashlib
import io
import json
import logging
import os
import socket
import sqlite3
import subprocess
import sys
import time
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import light_tensorflow, rasa_repairs

ROOT = Path(__file__).resolve().parents[1]
WORDS = "my legs went numb"

# What a repair replaces or relies on, as it reads in Rasa 3.6.21 and rasa-sdk 3.6.2, and what to check if it reads otherwise.
UPSTREAM = [
    ("rasa/core/actions/action.py", "RemoteAction._validate_action_result", "24da0f6b", "does it still only check the result?"),
    ("rasa/core/actions/action.py", "RemoteAction.action_response_format_spec", "6f492274", "is it still a constant?"),
    ("rasa/core/actions/action.py", "RemoteAction.run", "b530fc5a", "does it still take the module's DEFAULT_REQUEST_TIMEOUT?"),
    ("rasa/core/actions/action.py", "RemoteAction._action_call_format", "b8da18ca", "what does it ask the tracker for?"),
    ("rasa/shared/core/trackers.py", "DialogueStateTracker.current_state", "653e0655", "are slim_state's keys still in it?"),
    ("rasa_sdk/interfaces.py", "Tracker.from_dict", "617ef0a2", "does it still do without the keys that slim_state leaves out?"),
    ("rasa_sdk/executor.py", "ActionExecutor.run", "470406b0", "does it still do without a domain?"),
    ("rasa/utils/endpoints.py", "EndpointConfig.request", "bc49eb77", "does RemoteAction still call it with json and timeout?"),
    ("rasa/core/run.py", "serve_application", "e7c243a9", "does it still call app.run with host, port and backlog by name?"),
    ("rasa/engine/runner/dask.py", "DaskGraphRunner.run", "ce0438b9", "does run_graphs_directly still do the same?"),
    ("rasa/engine/graph.py", "GraphNode.__call__", "89e0bd70", "does a node still take pairs of name and value?"),
    ("rasa/shared/core/events.py", "Event.resolve_by_type", "ffabe999", "does know_event_types still find the same class?"),
    ("rasa/core/tracker_store.py", "create_tracker_store", "5a6cb3ff", "does it still take a class by its module path?"),
    ("rasa/core/tracker_store.py", "TrackerStore.get_or_create_tracker", "a96c9a4f", "does it still ask `retrieve`, then `save`?"),
    ("rasa/server.py", "add_root_route", "b7958421", "does it still add nothing but GET /?"),
    ("rasa/core/run.py", "_create_app_without_api", "157de5d2", "does it still ask the module for add_root_route?"),
    ("rasa/server.py", "create_app", "2c2e96ee", "does it still ask the module for add_root_route?"),
    ("rasa/utils/log_utils.py", "configure_structlog", "adbf22a1", "is _anonymizer still the first processor?"),
    ("rasa/utils/log_utils.py", "_anonymizer", "9e202278", "does it do more than hide values, that ours should do too?"),
    ("rasa/core/channels/rest.py", "RestInput.blueprint", "adab74a1", "what does it log when a turn fails?"),
    ("rasa/core/processor.py", "MessageProcessor._run_action", "787be209", "what does it log when an action fails?"),
    ("rasa/core/tracker_store.py", "FailSafeTrackerStore.on_tracker_store_error", "577824e5", "what does it log?"),
    ("rasa_sdk/endpoint.py", "create_app", "7ff66bf2", "what does it log, and what does it answer, when an action fails?"),
]


@pytest.fixture(scope="module", autouse=True)
def rasa():
    """Rasa without TensorFlow, unless an earlier test has it already."""
    if sys.modules.get("tensorflow") is None:
        light_tensorflow.use_light_tensorflow()
        light_tensorflow.defer_unused_imports()


@pytest.fixture
def remote_action(rasa, monkeypatch):
    """Rasa's RemoteAction; what a repair changes of it and its module is put back."""
    import rasa.core.actions.action as module

    for name in ("_validate_action_result", "_action_call_format"):
        monkeypatch.setattr(module.RemoteAction, name, getattr(module.RemoteAction, name))
    monkeypatch.setattr(module, "DEFAULT_REQUEST_TIMEOUT", module.DEFAULT_REQUEST_TIMEOUT)
    return module.RemoteAction


@pytest.fixture
def log():
    """What is written to the log after keep_words_out_of_logs; the process's own logging is put back."""
    factory, processors = logging.getLogRecordFactory(), structlog.get_config()["processors"]
    before, output = list(processors), io.StringIO()
    handler = logging.StreamHandler(output)
    logging.getLogger().addHandler(handler)
    with warnings.catch_warnings():
        rasa_repairs.keep_words_out_of_logs()
        yield output
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(factory)
    processors[:] = before


@cache
def parsed(file: Path) -> tuple[str, ast.Module]:
    text = file.read_text()
    return text, ast.parse(text)


def source(file: str, name: str) -> str:
    """The text of function `name` in `file` of an installed package, whatever has been replaced in this process."""
    package, _, rest = file.partition("/")
    text, node = parsed(Path(find_spec(package).submodule_search_locations[0]) / rest)
    for part in name.split("."):
        node = next((child for child in node.body if getattr(child, "name", "") == part), None)
        assert node is not None, f"{file} has no {name} any more: see bot/rasa_repairs.py for what it was needed for"
    return ast.get_source_segment(text, node)


@pytest.mark.parametrize("file, name, known, question", UPSTREAM, ids=[name for _, name, _, _ in UPSTREAM])
def test_what_is_repaired_reads_as_it_did(file, name, known, question):
    """A changed function of Rasa needs a look before its new checksum is written into UPSTREAM."""
    now = hashlib.sha256(source(file, name).encode()).hexdigest()[:8]
    assert now == known, f"{name} in {file} has changed: {question} Then write '{now}' into UPSTREAM."


def test_rasa_has_no_log_lines_that_are_not_known():
    """A new log line above DEBUG in what runs during a turn needs a look: could it quote a patient?"""
    rasa = Path(find_spec("rasa").submodule_search_locations[0])
    files = [rasa / "server.py", *(file for part in ("core", "engine", "shared/core", "shared/nlu") for file in (rasa / part).rglob("*.py"))]
    lines = [
        f"{file.relative_to(rasa)} {ast.unparse(node)}"
        for file in files
        for node in ast.walk(parsed(file)[1])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("info", "warning", "error", "exception", "critical")
        and "log" in ast.unparse(node.func.value)
    ]
    now = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:8]
    assert now == "530bc813", f"compare Rasa's log lines with keep_words_out_of_logs, then write '{now}' here"


# --- results of actions ---


GOOD = {"events": [{"event": "slot", "name": "topic", "value": "driving", "timestamp": None}], "responses": [{"text": "Hello"}]}
BAD = {"events": [{"name": "topic"}], "responses": []}


def test_good_action_results_pass(remote_action):
    """A result as rasa_sdk makes it is accepted."""
    rasa_repairs.check_action_results_quickly()
    assert remote_action("action_answer", None)._validate_action_result(GOOD) is True


def test_bad_action_results_are_refused_as_before(remote_action):
    """A malformed result raises the same class of error at the same place in the result as upstream's check."""
    from jsonschema import ValidationError

    action = remote_action("action_answer", None)
    with pytest.raises(ValidationError) as before:
        action._validate_action_result(BAD)
    rasa_repairs.check_action_results_quickly()
    with pytest.raises(ValidationError) as after:
        action._validate_action_result(BAD)
    assert list(after.value.path) == list(before.value.path)


@given(event=st.sampled_from(["slot", "user", "followup", "bot", "active_loop", "nothing", 7, []]), rest=st.dictionaries(st.sampled_from(["name", "value", "timestamp", "metadata", "text"]), st.none() | st.integers() | st.text(max_size=3) | st.just({}), max_size=4))
def test_events_are_right_or_wrong_as_before(event, rest):
    """Whatever an event holds."""
    from jsonschema import ValidationError, validate
    from rasa.core.actions.action import RemoteAction

    upstream = RemoteAction._validate_action_result
    result = {"events": [{"event": event, **rest}], "responses": []}
    verdicts = []
    try:
        rasa_repairs.check_action_results_quickly()
        for check in (lambda: validate(result, RemoteAction.action_response_format_spec()), lambda: RemoteAction("action_answer", None)._validate_action_result(result)):
            try:
                check()
                verdicts.append(True)
            except ValidationError:
                verdicts.append(False)
    finally:
        RemoteAction._validate_action_result = upstream
    assert verdicts[0] == verdicts[1]


def test_the_schema_is_not_checked_again(remote_action, monkeypatch):
    """With the repair, a turn no longer checks the schema itself."""
    from jsonschema.validators import validator_for

    validator_class = validator_for(remote_action.action_response_format_spec())
    checks = []
    monkeypatch.setattr(validator_class, "check_schema", lambda schema, *more: checks.append(schema))
    rasa_repairs.check_action_results_quickly()
    for _ in range(3):
        remote_action("action_answer", None)._validate_action_result(GOOD)
    assert len(checks) == 1


# --- time for an action ---


async def run_against(handler, remote_action, domain):
    """Run a RemoteAction against a small web server whose answer to a call `handler` gives."""
    from aiohttp import web
    from rasa.core.channels.channel import CollectingOutputChannel
    from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
    from rasa.shared.core.trackers import DialogueStateTracker
    from rasa.utils.endpoints import EndpointConfig

    app = web.Application()
    app.router.add_post("/webhook", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = site._server.sockets[0].getsockname()[1]
        action = remote_action("action_answer", EndpointConfig(f"http://127.0.0.1:{port}/webhook"))
        tracker = DialogueStateTracker("someone", domain.slots)
        return await action.run(CollectingOutputChannel(), TemplatedNaturalLanguageGenerator({}), tracker, domain)
    finally:
        await runner.cleanup()


def test_an_action_that_hangs_is_given_up(remote_action, domain):
    """The action fails after the seconds given, not after five minutes."""
    async def hang(_):
        await asyncio.sleep(5)

    rasa_repairs.limit_action_time(0.2)
    started = time.monotonic()
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(run_against(hang, remote_action, domain))
    assert time.monotonic() - started < 3


def test_an_action_in_time_is_waited_for(remote_action, domain):
    """An action that needs less than the limit gets its events through."""
    from aiohttp import web

    async def answer(_):
        await asyncio.sleep(0.1)
        return web.json_response(GOOD)

    rasa_repairs.limit_action_time(2)
    events = asyncio.run(run_against(answer, remote_action, domain))
    assert [event.type_name for event in events] == ["bot", "slot"]


def test_only_actions_are_limited(remote_action):
    """Fetching a model or a response from a server keeps upstream's five minutes."""
    import rasa.core.agent
    import rasa.utils.endpoints

    rasa_repairs.limit_action_time(0.2)
    assert rasa.core.agent.DEFAULT_REQUEST_TIMEOUT == rasa.utils.endpoints.DEFAULT_REQUEST_TIMEOUT == 300


@pytest.mark.parametrize("given, seconds", [({}, 3), ({"ACTION_TIMEOUT": ""}, 3), ({"ACTION_TIMEOUT": "1.5"}, 1.5)])
def test_the_limit_is_a_setting(given, seconds):
    """ACTION_TIMEOUT gives the seconds; without it they are 3."""
    assert rasa_repairs.action_timeout(given) == seconds


@pytest.mark.parametrize("given", ["soon", "0", "-1", "inf", "nan"])
def test_a_limit_that_is_none_is_refused(given):
    """A setting that would mean "for ever", or nothing at all, stops the start with its name."""
    with pytest.raises(rasa_repairs.RepairError, match="ACTION_TIMEOUT should be a number of seconds"):
        rasa_repairs.action_timeout({"ACTION_TIMEOUT": given})


# --- what an action is sent ---


@pytest.fixture
def domain(rasa):
    from rasa.shared.core.domain import Domain

    return Domain.from_yaml("version: '3.1'\nintents: [ask]\nactions: [action_answer]\nslots:\n  topic: {type: text, mappings: [{type: custom}]}\n")


def turn(text: str, custom: dict | None) -> list:
    """The events of one turn as Rasa logs them."""
    from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

    said = [BotUttered(f"Answer to {text}")] + ([BotUttered(None, {"custom": custom})] if custom else [])
    asked = UserUttered(text, {"name": "ask"}, parse_data={"text": text, "intent": {"name": "ask"}, "entities": [], "red_flags": ["numb"]})
    return [asked, ActionExecuted("action_answer"), *said, SlotSet("topic", text), ActionExecuted("action_listen")]


def tracker_of(domain, *turns: list):
    from rasa.shared.core.trackers import DialogueStateTracker

    return DialogueStateTracker.from_events("someone", [event for part in turns for event in part], domain.slots, domain=domain)


def call(remote_action, tracker, domain, **settings) -> dict:
    """What a repaired action call carries, after a journey as JSON."""
    from rasa.utils.endpoints import EndpointConfig

    rasa_repairs.send_less_to_actions()
    action = remote_action("action_answer", EndpointConfig("http://127.0.0.1/webhook", **settings))
    return json.loads(json.dumps(action._action_call_format(tracker, domain)))


def test_an_action_gets_the_last_custom_message_and_what_came_after(remote_action, domain):
    """The events begin with the last bot message that has a `custom` object; earlier words of the patient are not sent."""
    tracker = tracker_of(domain, turn("one", {"n": 1}), turn("two", {"n": 2}), turn("three", None)[:1])
    sent = call(remote_action, tracker, domain)["tracker"]
    assert [event["event"] for event in sent["events"]] == ["bot", "slot", "action", "user"]
    assert sent["events"][0]["data"]["custom"] == {"n": 2}
    assert '"one"' not in json.dumps(sent)


def test_an_action_gets_slots_and_the_latest_message_whole(remote_action, domain):
    """Slots, and the latest message with all that our components added, are as upstream sends them."""
    from rasa.shared.core.trackers import EventVerbosity

    tracker = tracker_of(domain, turn("one", {"n": 1}), turn("two", None)[:1])
    sent, upstream = call(remote_action, tracker, domain)["tracker"], tracker.current_state(EventVerbosity.ALL)
    assert set(sent) == {"sender_id", "slots", "latest_message", "events"}
    assert (sent["slots"], sent["latest_message"]) == (upstream["slots"], upstream["latest_message"])
    assert sent["latest_message"]["red_flags"] == ["numb"]


def test_before_any_custom_message_all_events_are_sent(remote_action, domain):
    """A conversation without a `custom` object so far is sent as a whole, as upstream does."""
    tracker = tracker_of(domain, turn("one", None), turn("two", None))
    assert len(call(remote_action, tracker, domain)["tracker"]["events"]) == len(tracker.events)


def test_the_call_does_not_grow_with_the_conversation(remote_action, domain):
    """The call of turn 50 is as large as that of turn 2."""
    late, early = [tracker_of(domain, *[turn("words", {"n": 1}) for _ in range(turns)], turn("words", None)[:1]) for turns in (49, 1)]
    lengths = [len(call(remote_action, tracker, domain)["tracker"]["events"]) for tracker in (late, early)]
    assert lengths[0] == lengths[1]


def test_a_form_gets_the_whole_tracker(remote_action, domain):
    """While a form is active nothing is left out, because rasa_sdk's form validation reads it."""
    from rasa.shared.core.events import ActiveLoop

    tracker = tracker_of(domain, turn("one", {"n": 1}), [ActiveLoop("some_form")])
    sent = call(remote_action, tracker, domain)["tracker"]
    assert sent["active_loop"]["name"] == "some_form"
    assert len(sent["events"]) == len(tracker.events)


def test_rasa_sdk_understands_the_slim_call(remote_action, domain):
    """rasa_sdk's executor runs an action on it; the action finds slots, message and the last `custom` object."""
    from rasa_sdk import Action
    from rasa_sdk.executor import ActionExecutor

    class Probe(Action):
        def name(self):
            return "action_answer"

        def run(self, dispatcher, tracker, domain):
            custom = next(event["data"]["custom"] for event in reversed(tracker.events) if event.get("data", {}).get("custom"))
            dispatcher.utter_message(text=f"{tracker.get_slot('topic')} {tracker.latest_message['text']} {custom} {tracker.active_loop}")

    executor = ActionExecutor()
    executor.register_function("action_answer", Probe().run)
    tracker = tracker_of(domain, turn("one", {"n": 1}), turn("two", None)[:1])
    answer = asyncio.run(executor.run(call(remote_action, tracker, domain, enable_selective_domain=True)))
    assert answer["responses"][0]["text"] == "one two {'n': 1} {}"


@pytest.mark.parametrize("settings, sent", [({}, True), ({"enable_selective_domain": True}, False)])
def test_endpoints_yml_decides_about_the_domain(remote_action, domain, settings, sent):
    """`enable_selective_domain: true` is Rasa's own way to leave the domain out; the repair respects it."""
    assert ("domain" in call(remote_action, tracker_of(domain, turn("one", None)), domain, **settings)) is sent


def test_the_tracker_itself_is_not_touched(remote_action, domain):
    """What is stored stays whole."""
    tracker = tracker_of(domain, turn("one", {"n": 1}), turn("two", {"n": 2}))
    before = [event.as_dict() for event in tracker.events]
    call(remote_action, tracker, domain)
    assert [event.as_dict() for event in tracker.events] == before


# --- GET / ---


def test_the_root_route_is_free(rasa, monkeypatch):
    """Rasa's server leaves `GET /` to a page of ours, which Sanic would otherwise refuse."""
    import rasa.core.run
    import rasa.server
    from sanic import Sanic
    from sanic_routing.exceptions import RouteExists

    def page(request):
        return None

    monkeypatch.setattr(rasa.server, "add_root_route", rasa.server.add_root_route)
    monkeypatch.setattr(Sanic, "test_mode", True)
    rasa_repairs.free_root_route()
    app = rasa.core.run._create_app_without_api()
    app.add_route(page, "/", methods=["GET"])
    with pytest.raises(RouteExists):
        app.add_route(page, "/", methods=["GET"], name="second")


# --- several workers at one port ---


def test_two_share_a_port_where_they_are_told_to(monkeypatch):
    """Each listens with a socket of its own at the same address; nothing else of the call changes."""
    from sanic import Sanic

    calls = []
    monkeypatch.setattr(Sanic, "run", lambda self, **named: calls.append(named))
    rasa_repairs.share_the_port({"SHARE_PORT": "1"})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        Sanic.run(None, host="127.0.0.1", port=port, backlog=100, workers=1)
    first, second = (call.pop("sock") for call in calls)
    with first, second:
        assert first.getsockname() == second.getsockname() == ("127.0.0.1", port)
    assert calls == [{"host": "127.0.0.1", "port": port, "backlog": 100, "workers": 1}] * 2


def test_without_being_told_the_port_is_not_shared(monkeypatch):
    """Upstream's own way."""
    from sanic import Sanic

    upstream = Sanic.run
    rasa_repairs.share_the_port({})
    assert Sanic.run is upstream


# --- logs ---


def fail_with(error: BaseException, log_it) -> None:
    try:
        raise error
    except Exception:
        log_it()


def test_an_exceptions_text_stays_out(log):
    """logger.exception writes type and place of an error, and the message before it, but not the error's text."""
    fail_with(ValueError(WORDS), lambda: logging.getLogger("some.library").exception("It broke."))
    assert WORDS not in log.getvalue()
    assert "It broke." in log.getvalue()
    assert "in fail_with" in log.getvalue()
    assert "ValueError: [left out]" in log.getvalue()


def test_the_cause_of_an_exception_is_named_without_its_text(log):
    """The whole chain is described, its texts left out: Rasa's error for a failed action has the tracker in its cause."""
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as cause:
            raise RuntimeError("Failed to execute custom action") from cause
    except RuntimeError:
        logging.getLogger("rasa.core.processor").exception("Encountered an exception.")
    assert WORDS not in log.getvalue()
    assert log.getvalue().index("KeyError") < log.getvalue().index("RuntimeError")


@pytest.mark.parametrize("error", [ConnectionRefusedError("port 5432"), sqlite3.OperationalError("database is locked"), ImportError("no x")])
def test_a_harmless_text_is_kept(log, error):
    """What staff need to mend a broken file, connection or database is still said."""
    fail_with(error, lambda: logging.getLogger("some.library").exception("It broke."))
    assert str(error) in log.getvalue()


def test_an_exception_as_argument_stays_out(log):
    """`logger.error("… %s", error)` and `logger.error(error)` write the error's type only."""
    logging.getLogger("some.library").error("Task failed: %s", ValueError(WORDS))
    logging.getLogger("some.library").error(ValueError(WORDS))
    assert log.getvalue() == "Task failed: ValueError: [left out]\nValueError: [left out]\n"


def test_the_row_of_a_failed_insert_stays_out(log):
    """Rasa's ready-made message about a broken tracker store is cut before the database's text; what broke is still named."""
    import sqlalchemy
    from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
    from rasa.shared.core.domain import Domain

    engine = sqlalchemy.create_engine("sqlite://")
    try:
        engine.execute("INSERT INTO events VALUES (?)", (WORDS,))
    except sqlalchemy.exc.SQLAlchemyError as error:
        assert WORDS in str(error)
        FailSafeTrackerStore(InMemoryTrackerStore(Domain.empty())).on_tracker_store_error(error)
    assert WORDS not in log.getvalue()
    assert "Error happened when trying to save conversation tracker" in log.getvalue()
    assert "sqlite3.OperationalError: no such table: events" in log.getvalue()


def test_other_loggers_messages_are_left_alone(log):
    """An "error: " in a message of our own or of a library is not cut."""
    logging.getLogger("bot.leaflets").warning("Import error: line %d", 7)
    assert log.getvalue() == "Import error: line 7\n"


def test_a_handler_added_later_is_quiet_too(log):
    """It is not a handler's filter: a log file set up after the repair gets no words either."""
    later = io.StringIO()
    handler = logging.StreamHandler(later)
    logger = logging.getLogger("some.library")
    logger.addHandler(handler)
    fail_with(ValueError(WORDS), lambda: logger.exception("It broke."))
    logger.removeHandler(handler)
    assert "ValueError" in later.getvalue()
    assert WORDS not in later.getvalue()


def test_a_structured_line_keeps_its_event_and_numbers_only(log, capsys):
    """Of structlog's values only event, place and numbers are written."""
    structlog.get_logger().error("rest.message.received.timeout", text=WORDS, rasa_events=[WORDS], len_events=3, new_key=WORDS)
    written = capsys.readouterr().out + log.getvalue()
    assert WORDS not in written
    assert "rest.message.received.timeout" in written
    assert "3" in written


def test_a_structured_exception_is_described_once(log, capsys):
    """A logger that tells structlog of its exception by the method's name writes no text of it either."""
    processors = structlog.get_config()["processors"]
    logger = structlog.wrap_logger(structlog.PrintLogger(), processors=processors, wrapper_class=structlog.BoundLogger)
    logger = logger.bind()
    fail_with(ValueError(WORDS), lambda: logger._proxy_to_logger("exception", "turn.failed"))
    written = capsys.readouterr().out
    assert WORDS not in written
    assert written.count("ValueError: [left out]") == 1


def test_repairing_the_log_twice_changes_nothing(log):
    """The second call adds nothing."""
    before = logging.getLogRecordFactory(), list(structlog.get_config()["processors"])
    rasa_repairs.keep_words_out_of_logs()
    assert (logging.getLogRecordFactory(), structlog.get_config()["processors"]) == before


def test_a_warning_about_a_slots_value_stays_out(log, recwarn):
    """Rasa's warning that a categorical slot got an unknown value quotes the value; it is not shown."""
    from rasa.shared.core.slots import CategoricalSlot

    warnings.simplefilter("always")
    rasa_repairs.keep_words_out_of_logs()
    slot = CategoricalSlot("region", mappings=[{}], values=["lumbar"])
    slot.value = WORDS
    slot.as_feature()
    assert not [warning for warning in recwarn if WORDS in str(warning.message)]


# Rasa's REST channel, logging as `rasa run` sets it up, and a turn that fails.
FAILING_TURN = """
import asyncio, logging, sys
from types import SimpleNamespace
from bot.light_tensorflow import use_light_tensorflow, defer_unused_imports
use_light_tensorflow(); defer_unused_imports()
from bot import rasa_repairs
from rasa.core.channels.rest import RestInput
import rasa.utils.log_utils
steps = {{"rasa": lambda: rasa.utils.log_utils.configure_structlog(logging.INFO), "repair": rasa_repairs.apply_repairs}}
for step in {steps}:
    steps[step]()
async def fail(message):
    words = message.text
    raise ValueError(words)
blueprint = RestInput().blueprint(fail)
receive = next(route.handler for route in blueprint._future_routes if route.uri == "/webhook")
request = SimpleNamespace(json={{"sender": "someone", "message": "my legs went numb"}}, args={{}})
asyncio.run(receive(request))
"""


def failing_turn(*steps: str) -> str:
    """All that a failing turn writes when logging is set up in these steps."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", FAILING_TURN.format(steps=steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "rest.message.received.failure" in done.stdout
    return done.stdout + done.stderr


def test_upstreams_rest_channel_still_needs_the_repair():
    """Without the repair, the words of a failing turn are in the log; if no longer, the repair may go."""
    assert WORDS in failing_turn("rasa")


@pytest.mark.parametrize("steps", [("rasa", "repair"), ("repair", "rasa"), ("rasa", "repair", "repair")])
def test_a_failing_turn_leaves_no_words_in_the_log(steps):
    """Whether Rasa sets up its logging before or after the repairs, and however often they are made, the line names the error only."""
    written = failing_turn(*steps)
    assert WORDS not in written
    line = json.loads(next(line for line in written.splitlines() if "rest.message.received.failure" in line))
    assert line["exception"].endswith("ValueError: [left out]")


# --- all of them ---


def test_a_repair_whose_place_is_gone_says_so(remote_action, monkeypatch):
    """A Rasa without the method to replace stops the start with its name."""
    monkeypatch.delattr(remote_action, "_action_call_format")
    with pytest.raises(rasa_repairs.RepairError, match="RemoteAction has no '_action_call_format' any more"):
        rasa_repairs.send_less_to_actions()


def test_the_log_is_repaired_without_rasa():
    """The action server keeps words out of its log without importing Rasa."""
    code = "import sys; from bot import rasa_repairs as r; r.keep_words_out_of_logs(); print([m for m in sys.modules if m.split('.')[0] == 'rasa'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
