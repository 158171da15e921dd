"""bot/rasa_shortcuts.py: each short cut gives what upstream gives."""
import ast
import asyncio
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import light_tensorflow, rasa_shortcuts


@pytest.fixture(scope="module", autouse=True)
def rasa():
    """Rasa without TensorFlow, unless an earlier test has it already."""
    if sys.modules.get("tensorflow") is None:
        light_tensorflow.use_light_tensorflow()
        light_tensorflow.defer_unused_imports()


@pytest.fixture
def event_class(monkeypatch):
    """Rasa's Event with our look-up, and upstream's; put back afterwards."""
    from rasa.shared.core.events import Event

    def upstream(name, default=None):
        from rasa.shared.utils.common import all_subclasses

        return next((each for each in all_subclasses(Event) if each.type_name == name), default)

    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    rasa_shortcuts.know_event_types()
    return Event, upstream


def test_every_event_has_the_class_that_upstream_finds(event_class):
    """The first of those with the same name."""
    from rasa.shared.utils.common import all_subclasses

    event, upstream = event_class
    names = {each.type_name for each in all_subclasses(event)}
    assert len(names) > 20 and {name: event.resolve_by_type(name) for name in names} == {name: upstream(name) for name in names}


def test_an_unknown_event_is_upstream_s_matter(event_class):
    """An error, or the default."""
    event, _ = event_class
    with pytest.raises(ValueError, match="Unknown event name"):
        event.resolve_by_type("no such event")
    assert event.resolve_by_type("no such event", int) is int


def test_an_empty_domain_is_told_as_upstream_tells_it(monkeypatch):
    """From one with an intent, and from one that is as empty."""
    from rasa.shared.core.domain import Domain

    monkeypatch.setattr(Domain, "is_empty", getattr(Domain.is_empty, "upstream", Domain.is_empty))
    rasa_shortcuts.compare_with_one_empty_domain()
    for domain, is_empty in ((Domain.empty(), True), (Domain.from_dict({}), True), (Domain.from_dict({"intents": ["greet"]}), False)):
        assert domain.is_empty() == Domain.is_empty.upstream(domain) == is_empty


@pytest.fixture
def runner(monkeypatch):
    """A function that makes a runner of a small graph; `run` is ours, `upstream` is Rasa's own."""
    from rasa.engine.graph import GraphSchema, SchemaNode
    from rasa.engine.runner.dask import DaskGraphRunner

    upstream = getattr(DaskGraphRunner.run, "upstream", DaskGraphRunner.run)
    monkeypatch.setattr(DaskGraphRunner, "run", upstream)
    rasa_shortcuts.run_graphs_directly()

    def made(functions, needs):
        schema = GraphSchema({name: SchemaNode(needs=needs[name], uses=object, constructor_name="create", fn="run", config={}, is_target=name == "last") for name in functions})
        nodes = {name: (lambda *inputs, name=name, work=work: (name, work(*[value[1] if isinstance(value, tuple) else value for value in inputs]))) for name, work in functions.items()}
        made_runner = DaskGraphRunner.__new__(DaskGraphRunner)
        made_runner._graph_schema, made_runner._instantiated_nodes, made_runner._execution_context = schema, nodes, SimpleNamespace()
        return made_runner, lambda **given: upstream(made_runner, **given)

    return made


FUNCTIONS = {"last": lambda left, right: left + right, "left": lambda given: given * 2, "right": lambda given: given + 1, "unused": lambda: 1 / 0}
NEEDS = {"last": {"a": "left", "b": "right"}, "left": {"x": "given"}, "right": {"x": "given"}, "unused": {}}


def test_a_graph_gives_what_upstream_gives(runner):
    """In whatever order its nodes are written; nodes that are not needed do not run."""
    ours, upstream = runner(FUNCTIONS, NEEDS)
    for _ in range(2):
        assert ours.run(inputs={"given": 3}, targets=["last"]) == upstream(inputs={"given": 3}, targets=["last"]) == {"last": 10}
    assert ours.run(inputs={"given": 3}, targets=["left", "right"]) == upstream(inputs={"given": 3}, targets=["left", "right"])
    assert ours.run(inputs={"given": 3}) == {"last": 10}


def test_a_missing_input_is_handed_on_by_its_name(runner):
    """As upstream does; the node then says what is missing."""
    ours, upstream = runner({"last": lambda given: given}, {"last": {"x": "given"}})
    assert ours.run(targets=["last"]) == upstream(targets=["last"]) == {"last": "given"}


def test_errors_are_those_of_upstream(runner):
    """A RuntimeError of a node is a GraphRunError; an input that is a node's name is refused."""
    from rasa.engine.exceptions import GraphRunError

    def fails(_):
        raise RuntimeError("broken")

    ours, upstream = runner({"last": fails}, {"last": {"x": "given"}})
    for run in (ours.run, upstream):
        with pytest.raises(GraphRunError):
            run(inputs={"given": 1}, targets=["last"])
        with pytest.raises(GraphRunError, match="clashes"):
            run(inputs={"given": "last"}, targets=["last"])


@pytest.mark.parametrize("module", ["core/processor.py", "core/policies/memoization.py", "core/policies/rule_policy.py"])
def test_deep_copies_are_made_for_debug_lines_alone(module):
    """In these modules of Rasa a deep copy is nothing but an argument of `structlogger.debug`."""
    tree = ast.parse((Path(find_spec("rasa").submodule_search_locations[0]) / module).read_text())
    debugged = {id(inner) for call in ast.walk(tree) if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug" for inner in ast.walk(call)}
    copies = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("deepcopy")]
    assert copies and all(id(copy) in debugged for copy in copies)


def test_no_deep_copy_is_made_any_more(monkeypatch):
    """Plain copies still are."""
    import rasa.core.processor as processor

    monkeypatch.setattr(processor, "copy", processor.copy)
    rasa_shortcuts.copy_nothing_for_debug_lines()
    value = [[1]]
    assert processor.copy.deepcopy(value) is value and processor.copy.copy(value) is not value


class Processor:
    """As much of Rasa's as `parse_message` needs."""

    http_interpreter = None

    def __init__(self):
        self.read, self.checked = [], []

    def _parse_message_with_graph(self, message, tracker, only_output_properties):
        self.read.append((message, tracker and tracker.sender_id, only_output_properties, threading.current_thread().name))
        return {"text": message.text, "intent": {"name": "ask"}, "entities": []}

    def _update_full_retrieval_intent(self, parsed):
        parsed["intent"]["full"] = True

    def _check_for_unseen_features(self, parsed):
        self.checked.append(parsed["text"])


def test_a_message_is_read_as_upstream_reads_it(monkeypatch):
    """With the same result, in a thread of its own."""
    from rasa.core.processor import MessageProcessor

    upstream = getattr(MessageProcessor.parse_message, "upstream", MessageProcessor.parse_message)
    monkeypatch.setattr(MessageProcessor, "parse_message", upstream)
    rasa_shortcuts.read_messages_beside_the_loop()
    message, ours, theirs = SimpleNamespace(text="hello", sender_id="anna"), Processor(), Processor()
    parsed = [asyncio.run(parse(one, message)) for parse, one in ((MessageProcessor.parse_message, ours), (upstream, theirs))]
    assert parsed[0] == parsed[1] == {"text": "hello", "intent": {"name": "ask", "full": True}, "entities": []}
    assert ours.read[0][:3] == theirs.read[0][:3] and ours.checked == theirs.checked == ["hello"]
    assert ours.read[0][3] == "reader" and theirs.read[0][3] != "reader"


def test_calls_to_an_action_server_share_a_connection(monkeypatch):
    """Upstream opens one for each call."""
    from aiohttp import web
    from rasa.utils.endpoints import EndpointConfig

    monkeypatch.setattr(EndpointConfig, "session", EndpointConfig.session)
    rasa_shortcuts.keep_connections_open()
    callers = set()

    async def answer(request):
        callers.add(request.transport.get_extra_info("peername"))
        return web.json_response({"seen": await request.json(), "token": request.query["token"]})

    async def called():
        app = web.Application()
        app.router.add_post("/webhook", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        endpoint = EndpointConfig(f"http://127.0.0.1:{runner.addresses[0][1]}/webhook", token="x")
        answers = [await endpoint.request(json={"turn": turn}) for turn in range(3)]
        await runner.cleanup()
        return answers

    assert asyncio.run(called()) == [{"seen": {"turn": turn}, "token": "x"} for turn in range(3)]
    assert len(callers) == 1
