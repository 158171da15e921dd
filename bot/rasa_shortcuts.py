"""Short cuts through Rasa 3.6.21 where it does the same work again for every turn. None changes any result.

Called by `bot.rasa_repairs.apply_repairs`, and like the repairs there: each replaces as little as it can, can be called again
without harm, and raises RepairError where the thing it replaces is gone. tests/test_rasa_shortcuts.py compares each with
upstream. What each saves is in docs/adr/0022.
"""
import asyncio
import copy
import sys
from types import SimpleNamespace
from typing import Any, Optional
from weakref import WeakKeyDictionary

from bot.rasa_tools import existing, replace

_SWITCH_SECONDS = 0.001
_READING_SECONDS = 3.0  # for one message; less than the guard gives the whole turn
_IDLE_SECONDS = 2.0  # Sanic, in the action server, closes after 5 what is not used


def take_shortcuts() -> None:
    """Take all of them."""
    know_event_types()
    run_graphs_directly()
    copy_nothing_for_debug_lines()
    compare_with_one_empty_domain()
    read_messages_beside_the_loop()
    keep_connections_open()
    # A turn passes through several threads. Python's own 5 ms would be waited at each while another turn is computing.
    sys.setswitchinterval(_SWITCH_SECONDS)


def know_event_types() -> None:
    """Look up an event's class by its name.

    Upstream: `Event.resolve_by_type` walks through all subclasses of Event for each event that is read.
    When upstream changes: whatever is not found here is asked of upstream.
    """
    import rasa.shared.utils.common
    from rasa.shared.core.events import Event

    upstream = existing(Event, "resolve_by_type")
    if upstream.__module__ == __name__:
        return
    known: dict[str, type] = {}
    for each in rasa.shared.utils.common.all_subclasses(Event):
        known.setdefault(each.type_name, each)

    def resolve_by_type(type_name: str, default: Optional[type] = None) -> Optional[type]:
        return known.get(type_name) or upstream(type_name, default)

    replace(Event, "resolve_by_type", staticmethod(resolve_by_type))


def run_graphs_directly() -> None:
    """Run the nodes of a model's graph one after another, in an order that is found once.

    Upstream: `DaskGraphRunner.run` makes a graph for dask at every run, and dask plans it anew; each turn has three runs.
    When upstream changes: the test compares results and errors with upstream's own runner on the same graph.
    """
    from rasa.engine.exceptions import GraphRunError
    from rasa.engine.runner.dask import DaskGraphRunner

    upstream = existing(DaskGraphRunner, "run")
    if upstream.__module__ == __name__:
        return

    def run(self: Any, inputs: Optional[dict[str, Any]] = None, targets: Optional[list[str]] = None) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        orders = self.__dict__.setdefault("_orders", {})
        if wanted not in orders:
            orders[wanted] = _ordered(self._graph_schema.minimal_graph_schema(list(wanted)))
        done: dict[str, Any] = {}
        for name, value in (inputs or {}).items():
            if isinstance(value, str) and value in self._instantiated_nodes:
                raise GraphRunError(f"Input value '{value}' clashes with a node name.")
            done[name] = (name, value)
        try:
            for name, needs in orders[wanted]:
                # what nobody provides goes in by its name, and the node says so
                done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return {name: done[name][1] for name in wanted}

    run.upstream = upstream  # type: ignore[attr-defined]  # for the test that compares the two
    replace(DaskGraphRunner, "run", run)


def _ordered(schema: Any) -> list[tuple[str, tuple[str, ...]]]:
    """The nodes with what each needs, every one after those that it needs."""
    left = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    ordered: list[tuple[str, tuple[str, ...]]] = []
    while left:
        ready = [name for name, needs in left.items() if not any(need in left for need in needs)]
        if not ready:
            raise ValueError(f"the nodes {', '.join(sorted(left))} need each other")
        ordered += [(name, left.pop(name)) for name in ready]
    return ordered


def copy_nothing_for_debug_lines() -> None:
    """Make no deep copies for log lines that nobody reads.

    Upstream: `rasa.core.processor` and the two policies copy states and events for each debug line, whatever the level is.
    Our log leaves the values of these lines out in any case (`keep_words_out_of_logs`).
    When upstream changes: the test fails if one of these modules copies for anything but a debug line.
    """
    import rasa.core.policies.memoization
    import rasa.core.policies.rule_policy
    import rasa.core.processor

    uncopied = SimpleNamespace(**{**vars(copy), "deepcopy": lambda value, memo=None: value})
    for module in (rasa.core.processor, rasa.core.policies.memoization, rasa.core.policies.rule_policy):
        replace(module, "copy", uncopied)


def compare_with_one_empty_domain() -> None:
    """Make the empty domain once.

    Upstream: `Domain.is_empty`, asked for each message, makes an empty domain each time to compare with.
    When upstream changes: the test compares the answers for an empty domain and another.
    """
    from rasa.shared.core.domain import Domain

    upstream = existing(Domain, "is_empty")
    if upstream.__module__ == __name__:
        return
    empty = Domain.empty().as_dict()

    def is_empty(self: Any) -> bool:
        return self.as_dict() == empty

    is_empty.upstream = upstream  # type: ignore[attr-defined]  # for the test that compares the two
    replace(Domain, "is_empty", is_empty)


def read_messages_beside_the_loop() -> None:
    """Understand a message in a thread of its own, so that the other turns go on while the sentence encoder computes.

    Upstream: `MessageProcessor.parse_message` runs the model's graph in the event loop, where meanwhile nobody else is served.
    When upstream changes: the method below stands for all of upstream's; the test compares their results.
    """
    from rasa.core.processor import MessageProcessor
    from rasa.shared.core.trackers import DialogueStateTracker

    from bot.channels.engine import Engine

    upstream = existing(MessageProcessor, "parse_message")
    if upstream.__module__ == __name__:
        return
    reader = Engine("reader")

    async def parse_message(self: Any, message: Any, tracker: Any = None, only_output_properties: bool = True) -> dict[str, Any]:
        if self.http_interpreter:
            return await upstream(self, message, tracker, only_output_properties)
        known = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        parsed = await reader.work(self._parse_message_with_graph, message, known, only_output_properties, deadline=_READING_SECONDS)
        self._update_full_retrieval_intent(parsed)
        self._check_for_unseen_features(parsed)
        return parsed

    parse_message.upstream = upstream  # type: ignore[attr-defined]  # for the test that compares the two
    replace(MessageProcessor, "parse_message", parse_message)


def keep_connections_open() -> None:
    """Call the action server on connections that stay open between turns.

    Upstream: `EndpointConfig.session` makes a session, and with it a connection, for every call.
    When upstream changes: compare what a session is given there; only its connections come from elsewhere here.
    """
    import aiohttp
    from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

    if existing(EndpointConfig, "session").__module__ == __name__:
        return
    pools: WeakKeyDictionary[Any, aiohttp.TCPConnector] = WeakKeyDictionary()  # each event loop has connections of its own

    def session(self: Any) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if loop not in pools:
            pools[loop] = aiohttp.TCPConnector(keepalive_timeout=_IDLE_SECONDS)
        auth = aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"]) if self.basic_auth else None
        limit = aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT)
        return aiohttp.ClientSession(headers=self.headers, auth=auth, timeout=limit, connector=pools[loop], connector_owner=False)

    replace(EndpointConfig, "session", session)
