"""The figures side by side: rows with ratios, as a Markdown table and as JSON."""
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

from tests.bench_parts.common import LONG_TALK

Figures = dict[str, Any]

_LOADED = ("ours", "ours_all_cores", "stock")
_QUIET = 10  # percent of all processor time taken by others, above which rates and times of the two bots can't be compared


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is ours divided by stock; `aim` says what is wanted of it (first version; hospital)."""

    what: str
    unit: str
    ours: Optional[float]
    stock: Optional[float]
    aim: str = ""

    @property
    def ratio(self) -> Optional[float]:
        return round(self.ours / self.stock, 3) if self.ours is not None and self.stock else None


def rows(found: Figures) -> list[Row]:
    """All lines of the table; a figure that was not measured is None."""
    ours, stock = found.get("ours", {}), found.get("stock", {})
    on_all_cores = _all_cores_rows(found.get("ours_all_cores", {}), stock)
    return [*_load_rows(ours, stock), *on_all_cores, *_other_rows(ours, stock), *_training_rows(ours, stock), *_alone_rows(found.get("alone", {}), ours)]


def _load_rows(ours: Figures, stock: Figures) -> list[Row]:
    aims = {
        ("turns_a_second", 8): "ratio at least 4; 8",
        ("turns_a_second", 32): "ratio at least 8",
        ("median_ms", 1): "ratio at most 0.33; 0.2",
        ("p99_ms", 32): "ratio at most 0.2",
    }
    names = (("turns_a_second", "turns", "/s"), ("median_ms", "median turn", "ms"), ("p99_ms", "99th percentile", "ms"), ("cpu_ms_a_turn", "processor time a turn", "ms"))
    mine, theirs = _stages(ours), _stages(stock)
    return [
        Row(f"{name}, {clients} client{'s' if clients > 1 else ''}", unit, mine.get(clients, {}).get(key), theirs.get(clients, {}).get(key), aims.get((key, clients), ""))
        for key, name, unit in names
        for clients in sorted({*mine, *theirs})
    ]


def _all_cores_rows(ours: Figures, stock: Figures) -> list[Row]:
    """The same load on a worker for each core (stock Rasa needs Redis for that); whether the wanted figure is meant so is the reader's to judge."""
    mine, theirs = _stages(ours), _stages(stock)
    wanted = (("turns_a_second", "turns", "/s", 8, "ratio at least 8"), ("turns_a_second", "turns", "/s", 32, "ratio at least 8"), ("p99_ms", "99th percentile", "ms", 32, "ratio at most 0.2"))
    rows = [Row(f"{name}, {clients} clients, {ours['workers']} workers", unit, mine[clients].get(key), theirs.get(clients, {}).get(key), aim) for key, name, unit, clients, aim in wanted if clients in mine]
    return rows + [Row(f"memory of all processes, PSS, {ours['workers']} workers", "MB", _at(ours, "memory", "after_load", "pss_mb"), None)] if rows else []


def _stages(bot: Figures) -> dict[int, Figures]:
    return {stage["clients"]: stage for stage in bot.get("load", ())}


def _other_rows(ours: Figures, stock: Figures) -> list[Row]:
    def pair(what: str, unit: str, *path: str, aim: str = "") -> Row:
        return Row(what, unit, _at(ours, *path), _at(stock, *path), aim)

    return [
        pair("2nd turn of a conversation", "ms", "long_talk", "turn_2_ms"),
        pair(f"{LONG_TALK}th turn of a conversation", "ms", "long_talk", f"turn_{LONG_TALK}_ms"),
        pair(f"{LONG_TALK}th turn / 2nd turn", "times", "long_talk", "growth", aim="ours at most 1.3"),
        pair("start to the first answered question", "s", "start_s", aim="ratio under 0.5; 0.33"),
        pair("memory of all processes, RSS, after start", "MB", "memory", "after_start", "rss_mb"),
        pair("memory of all processes, RSS, after load", "MB", "memory", "after_load", "rss_mb", aim="ours under 600; 500"),
        pair("memory of all processes, PSS, after load", "MB", "memory", "after_load", "pss_mb", aim="ours under 600; 500"),
    ]


def _training_rows(ours: Figures, stock: Figures) -> list[Row]:
    same_examples = bool(_at(stock, "training", "same_examples"))
    stock_seconds = _at(stock, "training", "seconds")
    return [
        Row("training on all examples, with the safety screen", "s", _at(ours, "training_s"), stock_seconds if same_examples else None, "ratio at most 0.25"),
        Row("training on the stock bot's examples, topics alone", "s", _at(stock, "training", "ours_s"), stock_seconds, "ratio at most 0.25"),
    ]


def _alone_rows(alone: Figures, ours: Figures) -> list[Row]:
    vector, median = _at(alone, "both", "vector_ms"), _stages(ours).get(1, {}).get("median_ms")
    share = round(100 * vector / median, 1) if vector and median else None
    return [
        Row("understanding alone, mean", "ms", _at(alone, "understanding", "mean_ms"), None),
        Row("… of it the sentence vector", "ms", _at(alone, "understanding", "vector_ms"), None),
        Row("safety screen alone, beyond the vector, mean", "ms", _at(alone, "screen", "beyond_vector_ms"), None),
        Row("screen and understanding on one message, mean", "ms", _at(alone, "both", "mean_ms"), None),
        Row("… of it the sentence vector", "ms", vector, None),
        Row("sentence vector's share of a median turn alone", "%", share, None),
    ]


def _at(figures: Figures, *path: str) -> Any:
    """The value under the keys of `path`, None where any is missing."""
    value: Any = figures
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def notes(found: Figures) -> list[str]:
    """What a reader must know to read the figures rightly."""
    machine, stock = found["machine"], found.get("stock", {})
    said = [
        f"Taken {machine['taken']} at commit {machine['commit']} on {machine['cores']} cores ({machine['processor']}), Python {machine['python']}.",
        f"Before it began, {machine['busy_before_percent']} % of the processor time was taken by other work (load average {machine['load_average_before']:.1f}).",
    ]
    if found["quick"]:
        said.append("**A quick run: it shows that the bench works; its figures are no result.**")
    training = stock.get("training", {})
    if training and not training["same_examples"]:
        earlier = ", by an earlier run" if training["earlier_run"] else ""
        said.append(
            f"The stock bot was trained on a fixed part of our examples ({training['examples']} examples of {training['intents']} intents, {training['seconds']:.0f} s{earlier}); "
            "that time is no comparison for our training on all of them, and it has less to compute for each message than with all of them. `--full-training` takes all."
        )
    said += [_disturbance(name, found[name]) for name in _LOADED if _stages(found.get(name, {}))]
    if any(stage["others_percent"] > _QUIET for name in _LOADED for stage in _stages(found.get(name, {})).values()):
        said.append(f"**Other work took more than {_QUIET} % during some stages: of the ratios only that of the processor time is worth anything; run it again when the machine is quiet.**")
    said += [f"Not measured: {part}: {reason}" for part, reason in _reasons(found)]
    return said


def _disturbance(name: str, bot: Figures) -> str:
    shares = [f"{stage['others_percent']} % / {stage['bench_percent']} %" for stage in bot["load"]]
    unanswered = sum(stage.get("unanswered", 0) for stage in bot["load"])
    turns = sum(stage.get("turns", 0) for stage in bot["load"])
    return f"Load on {name}: {turns} turns, {unanswered} unanswered; of all processor time, other work / the clients took {', '.join(shares)} (stage by stage)."


def _reasons(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, list):
        value = {str(item.get("clients", number)) + " clients" if isinstance(item, dict) else str(number): item for number, item in enumerate(value)}
    if not isinstance(value, dict):
        return []
    own = [(path, value["not_measured"])] if "not_measured" in value else []
    return own + [reason for key, item in value.items() for reason in _reasons(item, f"{path} {key}".strip())]


def is_complete(found: Figures) -> bool:
    """True where nothing that was asked for is missing."""
    return not _reasons(found)


def markdown(found: Figures) -> str:
    """The table and its notes."""
    lines = ["# Bench: this assistant beside a stock Rasa bot", "", "| what | unit | ours | stock | ours / stock | wanted |", "| --- | --- | ---: | ---: | ---: | --- |"]
    lines += [f"| {row.what} | {row.unit} | {_shown(row.ours)} | {_shown(row.stock)} | {_shown(row.ratio)} | {row.aim} |" for row in rows(found)]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes(found)), ""])


def _shown(value: Optional[float]) -> str:
    return "–" if value is None else f"{value:g}"


def write(found: Figures, folder: Path, name: str) -> None:
    """Write `name`.json and `name`.md."""
    folder.mkdir(parents=True, exist_ok=True)
    table = [{**asdict(row), "ratio": row.ratio} for row in rows(found)]
    (folder / f"{name}.json").write_text(json.dumps({**found, "table": table}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(markdown(found), encoding="utf-8")
