"""Common functions of the benchmarks: timing in rotation, medians, paired ratios, tables, options.

A contender whose name begins with "glasscell" is glasscell's; the rest are peers.
"""

import argparse
import gc
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

OURS = "glasscell"
SETTLING_SECONDS = (
    0.3  # before a measurement: threads of OpenMP spin for 0.2 s after their last work
)
MIN_SECONDS = 0.02  # of one measurement: short calls are repeated until they fill it
Seconds = dict[str, list[float]]  # of one call, by contender, one for each repetition


@dataclass(frozen=True)
class Timed:
    """A call that returns once its result is available, and its untimed preparation."""

    call: Callable[[], Any]
    before: Callable[[], Any] = lambda: None


def time_in_turn(contenders: Mapping[str, Timed], repetitions: int) -> Seconds:
    """Time all contenders repeatedly, in a rotating order."""
    counts = {name: count_calls(timed) for name, timed in contenders.items()}
    names = list(contenders)
    seconds: Seconds = {name: [] for name in names}
    for repetition in range(repetitions):
        for k in range(len(names)):
            name = names[(repetition + k) % len(names)]
            time.sleep(SETTLING_SECONDS)
            seconds[name].append(measure(contenders[name], counts[name]))
    return seconds


def count_calls(timed: Timed) -> int:
    """Return how many calls fill a measurement; the first call, which compiles, is not timed."""
    timed.before()
    timed.call()
    count = 1
    for _ in range(2):  # a single short call is too inexact
        count = max(1, math.ceil(MIN_SECONDS / measure(timed, count)))
        if count == 1:
            break
    return count


def measure(timed: Timed, count: int) -> float:
    """Return the seconds of one call, the mean of `count`."""
    timed.before()
    timed.call()  # wakes up its threads, and maps its memory
    gc.disable()
    began = time.perf_counter()
    for _ in range(count):
        timed.call()
    seconds = (time.perf_counter() - began) / count
    gc.enable()
    return seconds


def run_glasscell(*command: str) -> tuple[float, float]:
    """Run a glasscell command in a new process; return the seconds and the peak memory in bytes."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "glasscell", *command], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - began, usage.ru_maxrss * 1024


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return median, minimum and maximum."""
    values = list(values)
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratios(seconds: Seconds, name: str, to: str) -> dict[str, float]:
    """Return the ratios of the times of `name` to those of `to`, paired within each repetition."""
    return spread(a / b for a, b in zip(seconds[name], seconds[to], strict=True))


def best_peer(seconds: Seconds) -> str | None:
    """Return the peer with the lowest median; None without peers."""
    peers = {name: statistics.median(v) for name, v in seconds.items() if not name.startswith(OURS)}
    return min(peers, key=lambda name: peers[name]) if peers else None


def summarise(seconds: Seconds) -> dict[str, Any]:
    """Return each contender's seconds and ratio to glasscell's, the best peer, and that ratio."""
    peer, ours = best_peer(seconds), OURS in seconds
    rows = {
        name: {"seconds": spread(values)}
        | ({"ratio_to_ours": ratios(seconds, name, OURS)} if ours else {})
        for name, values in seconds.items()
    }
    to_best = ratios(seconds, OURS, peer) if ours and peer else None
    return {"contenders": rows, "best_peer": peer, "ours_to_best_peer": to_best}


def three_digits(v: float) -> str:
    """Return a positive number with three significant digits, never as 1e+03.

    >>> three_digits(0.01234), three_digits(5.678), three_digits(12345.6)
    ('0.0123', '5.68', '12346')
    """
    return f"{v:.{max(0, 2 - math.floor(math.log10(v)))}f}"


def spread_text(
    values: Mapping[str, float], unit: float = 1.0, write: Callable[[float], str] = three_digits
) -> str:
    """Return median (min–max)."""
    median, low, high = (write(values[name] * unit) for name in ("median", "min", "max"))
    return f"{median} ({low}–{high})"


def ratio_text(values: Mapping[str, float] | None) -> str:
    """Return a ratio with two decimals, or nothing."""
    return spread_text(values, write="{:.2f}".format) if values else ""


def open_console(json_path: str | None) -> Any:
    """Return the console for tables: stdout, or stderr if stdout takes JSON; 200 columns wide."""
    from rich.console import Console

    file = sys.stderr if json_path == "-" else sys.stdout
    return Console(file=file, width=None if file.isatty() else 200, highlight=False, markup=False)


def warn_if_busy(console: Any) -> None:
    """Warn if other processes use the cores: threads that wait for each other suffer most."""
    load = os.getloadavg()[0]
    if load > 0.25:
        console.print(
            f"the load average is {load:.2f}: keep the machine idle during the benchmark\n"
        )


def new_table(console: Any, title: str, first: str, *headings: str) -> Any:
    """Return an empty table: with lines on a terminal, otherwise plain aligned text."""
    from rich.box import SIMPLE
    from rich.table import Table

    box = SIMPLE if console.is_terminal else None
    table = Table(title=title, title_justify="left", title_style="bold", box=box, pad_edge=False)
    table.add_column(first)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def show_times(
    console: Any, title: str, summaries: Mapping[str, Any], left_out: Mapping[str, str]
) -> None:
    """Print a row for each contender: milliseconds, and the ratio to glasscell's, per item."""
    headings = [heading for thing in summaries for heading in (f"{thing}, ms", f"÷ {OURS}'s")]
    table = new_table(console, title, "median (min–max)", *headings)
    for name in dict.fromkeys(
        name for summary in summaries.values() for name in summary["contenders"]
    ):
        rows = [summary["contenders"].get(name) for summary in summaries.values()]
        cells = [
            (spread_text(row["seconds"], 1e3), ratio_text(row.get("ratio_to_ours")))
            if row
            else ("", "")
            for row in rows
        ]
        table.add_row(
            name,
            *(cell for pair in cells for cell in pair),
            style="green" if name.startswith(OURS) else "",
        )
    console.print(table)
    for name, reason in left_out.items():
        console.print(f"{name}: {reason}")
    console.print()


def describe_setting(*peers: str) -> dict[str, Any]:
    """Return the machine, versions, threads and glasscell's engine."""
    from glasscell.console.startup import import_quietly
    from glasscell.system import environment

    choice = import_quietly(partial(import_module, "glasscell.layers.lstm")).LSTM(1).choice
    import tensorflow as tf

    threads: dict[str, Any] = {
        name: v for name, v in os.environ.items() if name.endswith("_THREADS")
    }
    threads["tensorflow inter-op"] = (
        tf.config.threading.get_inter_op_parallelism_threads() or "default"
    )
    threads["tensorflow intra-op"] = (
        tf.config.threading.get_intra_op_parallelism_threads() or "default"
    )
    setting = environment.describe()
    for peer in peers:
        try:
            setting["versions"][peer] = metadata.version(peer)
        except metadata.PackageNotFoundError:
            setting["versions"][peer] = None
    return setting | {"threads": threads, "engine": f"{choice.engine}: {choice.reason}"}


def show_setting(console: Any, setting: dict[str, Any], *packages: str) -> None:
    """Print glasscell's engine, the machine, the versions and the threads."""
    console.print(f"{OURS}'s engine is the {setting['engine']}", soft_wrap=True)
    versions = ", ".join(
        f"{name} {setting['versions'][name]}" for name in ("tensorflow", "keras", *packages)
    )
    console.print(
        f"{setting['cpu']}, {setting['cores']} cores; Python {setting['python']}, {versions}"
    )
    console.print(f"threads: {', '.join(f'{name} {v}' for name, v in setting['threads'].items())}")


def add_options(
    parser: argparse.ArgumentParser, contenders: Iterable[str], default: Iterable[str]
) -> None:
    """Add the options common to all benchmarks."""
    parser.add_argument(
        "--repetitions", type=int, default=5, metavar="N", help="of each contender (default: 5)"
    )
    parser.add_argument("--json", metavar="PATH", help="write all measurements there; - is stdout")
    names = list(contenders)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=names,
        default=list(default),
        metavar="NAME",
        help=f"of {', '.join(names)}",
    )


def check_options(
    parser: argparse.ArgumentParser, options: argparse.Namespace, *paths: str | None
) -> None:
    """Reject options that would fail only after minutes of measuring."""
    if options.repetitions < 1:
        parser.error("expected --repetitions of at least 1")
    for path in (options.json, *paths):
        if path not in (None, "-") and not Path(path).parent.is_dir():
            parser.error(f"{path}: there is no folder {Path(path).parent}")


def write_json(path: str | None, results: Any) -> None:
    """Write the results to a file, or to stdout for -, or nowhere."""
    if path:
        text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
        sys.stdout.write(text) if path == "-" else Path(path).write_text(text, encoding="utf-8")
