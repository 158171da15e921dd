"""What is counted of the turns, for Prometheus, and one line for each turn in the log. Holds no word of any patient.

Fed by the guard alone, so every channel is counted in the same way. Several workers behind one address count together: where
PROMETHEUS_MULTIPROC_DIR names a folder, prometheus_client keeps the figures in files there, and any worker shows the sum.
"""
import hashlib
import logging
import os
import threading
import time
from typing import Any, Callable, Iterable, Literal, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

logger = logging.getLogger(__name__)

# seconds; fine where turns ought to be, up to the guard's deadline and past it
_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0)
READY = "leaflet_workers_ready"
_OTHER = "other"
_TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
_REFRESHED_EVERY = 5.0  # seconds


class Meter:
    """The figures of one process, or of all workers together. `registry` holds those of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._is_one_of_several = _TOGETHER in os.environ
        self.turns = Counter("leaflet_turns", "Turns answered, by channel and kind of reply", ["channel", "kind"], registry=self.registry)
        self.seconds = Histogram("leaflet_turn_seconds", "Seconds from a message to its reply", ["channel"], buckets=_BUCKETS, registry=self.registry)
        self.topics = Counter("leaflet_topics", "Topics answered", ["topic"], registry=self.registry)
        self.escalations = Counter("leaflet_escalations", "Turns in which a warning sign was reported, by level", ["level"], registry=self.registry)
        self.failures = Counter("leaflet_failures", "Turns that a fault spoilt, by cause", ["cause"], registry=self.registry)
        self.refusals = Counter("leaflet_refusals", "Messages that could not be taken, by reason", ["reason"], registry=self.registry)
        self.running = Gauge("leaflet_turns_running", "Turns being answered at the moment", registry=self.registry, multiprocess_mode="livesum")
        self.started = Gauge("leaflet_started_seconds", "When this process, or the last worker, was started, in seconds since 1970", registry=self.registry, multiprocess_mode="livemax")
        self.ready = Gauge(READY, "1 once this process has used model, leaflets and screen; of several workers, how many have", registry=self.registry, multiprocess_mode="livesum")
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

    def watch(self, name: str, what: str, values: Callable[[], Mapping[str, float]], label: str = "", of_all: Literal["livesum", "livemax"] = "livesum") -> None:
        """Show what `values` gives each time somebody looks: a value for each `label`, or one under the empty name. Of several
        workers' values, a few seconds old, the sum or the largest is shown."""
        if not self._is_one_of_several:
            self.registry.register(_Looked(name, what, values, label))
            return
        gauge = Gauge(name, what, [label] if label else [], registry=self.registry, multiprocess_mode=of_all)
        threading.Thread(target=_keep_fresh, args=(gauge, values, label), name="figures", daemon=True).start()

    def page(self) -> bytes:
        """What `/metrics` shows."""
        if not self._is_one_of_several:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)
        return generate_latest(together)


def _keep_fresh(gauge: Gauge, values: Callable[[], Mapping[str, float]], label: str) -> None:
    while True:
        for key, value in values().items():
            (gauge.labels(key) if label else gauge).set(value)
        time.sleep(_REFRESHED_EVERY)


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
