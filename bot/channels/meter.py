"""What is counted of the turns, for Prometheus, and one line for each turn in the log. Holds no word of any patient.

Fed by the guard alone, so every channel is counted in the same way.
"""
import hashlib
import logging
import time
from typing import Any, Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily

logger = logging.getLogger(__name__)

# seconds; fine where turns ought to be, up to the guard's deadline and past it
_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0)
_OTHER = "other"


class Meter:
    """The figures of one process. `registry` is what `/metrics` shows."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter("leaflet_turns", "Turns answered, by channel and kind of reply", ["channel", "kind"], registry=self.registry)
        self.seconds = Histogram("leaflet_turn_seconds", "Seconds from a message to its reply", ["channel"], buckets=_BUCKETS, registry=self.registry)
        self.topics = Counter("leaflet_topics", "Topics answered", ["topic"], registry=self.registry)
        self.escalations = Counter("leaflet_escalations", "Turns in which a warning sign was reported, by level", ["level"], registry=self.registry)
        self.failures = Counter("leaflet_failures", "Turns that a fault spoilt, by cause", ["cause"], registry=self.registry)
        self.refusals = Counter("leaflet_refusals", "Messages that could not be taken, by reason", ["reason"], registry=self.registry)
        self.running = Gauge("leaflet_turns_running", "Turns being answered at the moment", registry=self.registry)
        self.started = Gauge("leaflet_started_seconds", "When this process was started, in seconds since 1970", registry=self.registry)
        self.started.set(time.time())
        for cause in ("late", "error", "screen", "reply"):  # known from the start, so that a first one is a change
            self.failures.labels(cause)
        for level in ("gp", "ae", "999"):
            self.escalations.labels(level)

    def turn(self, sender: str, channel: str, messages: Iterable[Mapping[str, Any]], seconds: float) -> None:
        """Count one answered turn and log it."""
        custom = next((message["custom"] for message in messages if "custom" in message), {})
        kind, level = str(custom.get("kind", _OTHER)), str(custom.get("escalation", "none"))
        topics = [str(topic) for topic in custom.get("topics", ())]
        self.turns.labels(channel, kind).inc()
        self.seconds.labels(channel).observe(seconds)
        if kind in ("answer", "escalate"):
            for topic in topics:
                self.topics.labels(topic).inc()
        if kind == "escalate":
            self.escalations.labels(level).inc()
        logger.info(
            "Turn of %s on %s: %s, level %s, topics %s, %.0f ms", pseudonym(sender), channel, kind, level, ",".join(topics) or "none", 1000 * seconds,
            extra={"fields": {"event": "turn", "conversation": pseudonym(sender), "channel": channel, "kind": kind, "escalation": level, "topics": topics, "ms": round(1000 * seconds, 1)}},
        )  # fmt: skip

    def failed(self, cause: str) -> None:
        """Count a fault: `late`, `error` (in Rasa's turn), `screen`, or `reply` (Rasa's reply had not the contract's form)."""
        self.failures.labels(cause).inc()

    def watch(self, name: str, what: str, values: Callable[[], Mapping[str, float]], label: str = "") -> None:
        """Show what `values` gives each time somebody looks: a value for each `label`, or one under the empty name."""
        self.registry.register(_Looked(name, what, values, label))


class _Looked:
    """A gauge that is computed when `/metrics` is read."""

    def __init__(self, name: str, what: str, values: Callable[[], Mapping[str, float]], label: str) -> None:
        self._name, self._what, self._values, self._label = name, what, values, label

    def describe(self) -> list[GaugeMetricFamily]:
        return [GaugeMetricFamily(self._name, self._what)]

    def collect(self) -> list[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._what, labels=[self._label] if self._label else None)
        for key, value in self._values().items():
            family.add_metric([key] if self._label else [], value)
        return [family]


def pseudonym(sender: str) -> str:
    """Twelve characters that stand for a conversation in the log: the same for the same id, and no way back from them."""
    return hashlib.sha256(sender.encode(errors="surrogatepass")).hexdigest()[:12]
