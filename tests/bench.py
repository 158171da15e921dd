"""Measure this assistant beside a stock Rasa bot, on the same machine, in one run: `make bench`.

    .venv/bin/python -m tests.bench [--quick] [--only ours|stock] [--full-training]

Prints the table and writes results/bench.json and results/bench.md (bench-quick, bench-ours, … for shorter runs). Needs only
loopback addresses, writes nothing else into the working tree, and leaves no process behind. Exit status 1 if a figure is missing.
"""
import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable

from tests.bench_parts import bots, machine, report
from tests.bench_parts.common import FULL, QUICK, NotMeasured, Sizes, say
from tests.bench_parts.messages import conversations
from tests.bench_parts.ours import OurBot
from tests.bench_parts.stock import StockBot

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "results"


def measure_ours(folder: Path, sizes: Sizes, quick: bool) -> dict[str, Any]:
    """Train, serve and talk to our assistant, with one worker and with one for each core; then read messages without Rasa."""
    bot = OurBot(ROOT, folder, with_models=quick)

    def served() -> dict[str, Any]:
        seconds = bot.train()
        # a quick run takes over the models that are there, so its seconds are no training time
        return {"training_s": None if quick else seconds, **bots.measure(bot, conversations(folder), sizes)}

    def served_on_all_cores() -> dict[str, Any]:
        bot.workers = os.cpu_count() or 1
        return {"workers": bot.workers, **bots.measure_load(bot, conversations(folder), sizes)}

    return {
        "ours": part("our assistant", served),
        "ours_all_cores": part("a worker for each core", served_on_all_cores),
        "alone": part("understanding alone", lambda: bot.read_alone(sizes.alone)),
    }


def measure_stock(folder: Path, sizes: Sizes, full: bool) -> dict[str, Any]:
    """Make, train, serve and talk to a stock bot."""

    def served() -> dict[str, Any]:
        bot = StockBot(ROOT, folder, RESULTS / "stock_models", sizes, full)
        training = {**bot.train(), "same_examples": full, "ours_s": bot.train_ours(ROOT)}
        return {"training": training, **bots.measure(bot, conversations(ROOT), sizes)}

    return {"stock": part("the stock bot", served)}


def part(name: str, take: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The figures of one part, or why there are none: a part that fails does not spoil the others."""
    try:
        return take()
    except Exception as error:  # whatever broke is reported in the result
        reason = str(error) if isinstance(error, NotMeasured) else f"{error.__class__.__name__}: {error}"
        say(f"Not measured, {name}: {reason}")
        return {"not_measured": reason}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked for."""
    sizes = QUICK if options.quick else FULL
    found: dict[str, Any] = {"quick": options.quick, "machine": machine.describe(ROOT)}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if options.only != "stock":
            found |= measure_ours(Path(folder) / "ours", sizes, options.quick)
        if options.only != "ours":
            found |= measure_stock(Path(folder) / "stock", sizes, options.full_training)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure this assistant beside a stock Rasa bot.")
    parser.add_argument("--quick", action="store_true", help="few turns, and the models that are there: shows that the bench works, no figures to quote")
    parser.add_argument("--only", choices=("ours", "stock"), help="measure one of the two")
    parser.add_argument("--full-training", action="store_true", help="train the stock bot on all our examples (long) and compare the training times")
    return parser.parse_args()


def _raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Command line of `make bench`."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_interrupt)
    try:
        found = measure(options)
    except KeyboardInterrupt:
        say("Stopped; nothing is written and nothing is left running.")
        return 130
    name = "-".join(["bench", *([options.only] if options.only else []), *(["quick"] if options.quick else [])])
    report.write(found, RESULTS, name)
    print(f"\n{report.markdown(found)}\nWritten to results/{name}.md and results/{name}.json.", flush=True)
    return 0 if report.is_complete(found) else 1


if __name__ == "__main__":
    sys.exit(main())
