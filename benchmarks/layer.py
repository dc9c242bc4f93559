"""One LSTM layer, forward and forward+backward: glasscell's against Keras's, PyTorch's and JAX's.

    python benchmarks/layer.py   needs the extra "peers"; see README.md in this folder

The contenders are in contenders.py. Every repetition runs all of them in a rotating order, and a
large matmul for comparison. Tracing and compiling are not timed.
"""

import argparse
import contextlib
import csv
import datetime
import gc
import json
import logging
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import timing
from contenders import CONTENDERS, Calls, Shape, Task
from sgemm import ALL_CORES, FLOPS, ONE_CORE, SIZE, Sgemm, find_sgemm
from timing import OURS, Timed

FIVE = [
    Shape(*s)
    for s in (
        (8, 100, 8, 50),
        (28, 128, 28, 128),
        (100, 64, 64, 256),
        (784, 64, 1, 128),
        (50, 32, 64, 512),
    )
]
CENTRE = Shape(T=100, N=64, D=64, H=128)
AXES = {
    "H": (16, 32, 64, 128, 256, 512, 1024),
    "N": (1, 4, 16, 64, 256, 512),
    "T": (8, 32, 100, 256, 1024, 4096),
    "D": (1, 4, 16, 64, 256, 512),
}
SWEEP = list(
    dict.fromkeys(CENTRE._replace(**{axis: v}) for axis, values in AXES.items() for v in values)
)
SHAPES = {"five": FIVE, "sweep": SWEEP, "all": [*FIVE, *SWEEP]}
FORWARD, BOTH = "forward", "forward+backward"
SHARES = ("GFLOP/s", "of sgemm, per core", "of sgemm, all cores")
LIMIT = 60  # maximum seconds until a contender's first results
# memory is measured here, along these axes through CENTRE
MEMORY = {"T": (100, 400, 1600), "N": (64, 256, 1024)}


DEFAULT = [name for name in CONTENDERS if name != f"{OURS}-loop"]


@dataclass(frozen=True)
class Point:
    """The measurements at one shape: seconds of forward, both, and sgemm in equal repetitions."""

    shape: Shape
    seconds: dict[str, timing.Seconds]
    sgemm_seconds: timing.Seconds
    disagreement: float
    left_out: dict[str, str]

    @cached_property
    def summaries(self) -> dict[str, Any]:
        """Summarize forward and both."""
        return {thing: timing.summarise(seconds) for thing, seconds in self.seconds.items()}

    def speed_and_shares(self) -> dict[str, dict[str, float]]:
        """Return GFLOP/s of both, and fractions of sgemm on as many single cores, and all."""
        ours = [self.shape.both_flops / seconds for seconds in self.seconds[BOTH].get(OURS, [])]
        if not ours:
            return {}
        one, every = (
            [FLOPS / s for s in self.sgemm_seconds[place]] for place in (ONE_CORE, ALL_CORES)
        )
        return {
            SHARES[0]: timing.spread(v / 1e9 for v in ours),
            SHARES[1]: timing.spread(
                v / timing.cores() / most for v, most in zip(ours, one, strict=True)
            ),
            SHARES[2]: timing.spread(v / most for v, most in zip(ours, every, strict=True)),
        }


def measure(shape: Shape, names: Sequence[str], repetitions: int, sgemm: Sgemm) -> Point:
    """Time all contenders at one shape, and check that they agree."""
    task = Task(shape)
    able: dict[str, Calls] = {}
    left_out: dict[str, str] = {}
    results: list[tuple[Any, Any]] = []
    for name in names:
        began = time.perf_counter()
        try:
            calls = CONTENDERS[name](task)
        except ModuleNotFoundError as error:
            left_out[name] = f"{error.name} is not installed: pip install glasscell[peers]"
            continue
        calls.before()
        result = calls.forward(), calls.both()
        took = time.perf_counter() - began
        if took > LIMIT:
            left_out[name] = (
                f"skipped: compiling and a first call took {took:.0f} s, more than {LIMIT}"
            )
            continue
        able[name] = calls
        results.append(result)
    forward = {name: Timed(calls.forward, calls.before) for name, calls in able.items()}
    both = {name: Timed(calls.both, calls.before) for name, calls in able.items()}
    forward_seconds = timing.time_in_turn(forward, repetitions)
    both_seconds = timing.time_in_turn(both | sgemm.timed, repetitions)
    sgemm_seconds = {place: both_seconds.pop(place) for place in sgemm.timed}
    return Point(
        shape,
        {FORWARD: forward_seconds, BOTH: both_seconds},
        sgemm_seconds,
        disagreement(results),
        left_out,
    )


def disagreement(results: list[tuple[Any, Any]]) -> float:
    """Return a contender's largest difference from the first, relative to the largest entry."""
    import numpy as np

    differences = [0.0]
    for first, *others in zip(*results, strict=True):
        first = np.asarray(first)
        differences += [
            float(np.abs(np.asarray(v) - first).max() / np.abs(first).max()) for v in others
        ]
    return max(differences)


def compete(options: argparse.Namespace, console: Any) -> tuple[list[Point], Sgemm]:
    """Measure all shapes, and print each when it is done."""
    from glasscell.console.startup import import_quietly

    import_quietly(partial(import_module, "glasscell.layers.lstm"))
    import keras

    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # of retracing, which is intended here
    sgemm = find_sgemm()
    points = []
    for shape in SHAPES[options.shapes]:
        point = measure(shape, options.only, options.repetitions, sgemm)
        points.append(point)
        timing.show_times(console, name_of(shape), point.summaries, point.left_out)
        keras.backend.clear_session()
        if jax := sys.modules.get("jax"):
            jax.clear_caches()
        gc.collect()
    return points, sgemm


def name_of(shape: Shape) -> str:
    """Return a shape as text.

    >>> name_of(Shape(8, 100, 8, 50))
    'T 8  N 100  D 8  H 50'
    """
    return "  ".join(f"{axis} {v}" for axis, v in shape._asdict().items())


def show_summary(console: Any, points: list[Point], sgemm: Sgemm) -> None:
    """Print a row for each shape: glasscell, the best peer, and glasscell's fraction of sgemm."""
    best = [
        heading
        for thing in (FORWARD, BOTH)
        for heading in (f"{thing}, ms", "best peer", f"{OURS} ÷ best peer's")
    ]
    table = timing.new_table(
        console, f"{OURS} and the best peer", "T", "N", "D", "H", *best, *SHARES
    )
    for point in points:
        cells: list[str] = []
        for summary in point.summaries.values():
            rows, peer = summary["contenders"], summary["best_peer"]
            our_time, peer_time = (
                timing.three_digits(rows[name]["seconds"]["median"] * 1e3) if name in rows else ""
                for name in (OURS, peer)
            )
            cells += [
                our_time,
                f"{peer or ''} {peer_time}",
                timing.ratio_text(summary["ours_to_best_peer"]),
            ]
        medians = [v["median"] for v in point.speed_and_shares().values()]
        speed = [f"{v:.0f}" for v in medians[:1]] + [f"{share:.0%}" for share in medians[1:]]
        table.add_row(*map(str, point.shape), *cells, *speed)
    console.print(table)
    for place in (ONE_CORE, ALL_CORES):
        reached = timing.spread(
            FLOPS / s / 1e9 for point in points for s in point.sgemm_seconds[place]
        )
        compared = ", ".join(f"{library} {v:.0f}" for library, v in sgemm.gflops[place].items())
        reached_in_words = (
            f"{timing.spread_text(reached)} GFLOP/s by {sgemm.libraries[place]}, {SIZE}³"
        )
        console.print(f"{place}: {reached_in_words} (preceding comparison: {compared})")
    differ = max(point.disagreement for point in points)
    console.print(f"the contenders' results differ by at most {differ:.0e} of the largest entry")
    for thing in (FORWARD, BOTH):
        ratios = {
            name_of(point.shape): point.summaries[thing]["ours_to_best_peer"] for point in points
        }
        slower = [shape for shape, ratio in ratios.items() if ratio and ratio["median"] > 1.1]
        names = "; ".join(slower) or ("none" if all(ratios.values()) else "no measurements")
        console.print(f"{thing}, more than 10% slower than the best peer: {names}", soft_wrap=True)


LINES = {  # contenders in one line, the faster at each shape; colors of Okabe and Ito
    OURS: ([OURS], "#0072B2", "o"),
    "PyTorch": (["pytorch-1", "pytorch-all"], "#D55E00", "s"),
    "JAX": (["jax", "jax-joined"], "#009E73", "^"),
    "Keras": (["keras"], "#CC79A7", "D"),
    "Keras, XLA": (["keras-xla"], "#000000", "v"),
}


def draw(points: list[Point], path: str) -> None:
    """Draw forward+backward over each axis of the sweep."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7.5), layout="constrained")
    for (axis, values), axes in zip(
        AXES.items(), figure.subplots(2, 2, sharey=True).flat, strict=True
    ):
        along = {getattr(p.shape, axis): p.seconds[BOTH] for p in points if is_on(axis, p.shape)}
        for label, (names, colour, marker) in LINES.items():
            curve = {
                v: least_ms(along[v], names) for v in values if not set(names).isdisjoint(along[v])
            }
            width, above = (3, 3) if label == OURS else (1.2, 2)
            style = {"color": colour, "marker": marker, "linewidth": width, "zorder": above}
            if curve:
                axes.plot(list(curve), list(curve.values()), label=label, **style)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(values, labels=map(str, values))
        axes.minorticks_off()
        fixed = ", ".join(f"{name} {v}" for name, v in CENTRE._asdict().items() if name != axis)
        axes.set_xlabel(f"{axis}   ({fixed})")
        axes.grid(alpha=0.3)
    figure.supylabel("forward+backward, ms", size="medium")
    # only lines with points
    drawn = {line.get_label(): line for axes in figure.axes for line in axes.lines}
    handles = {label: drawn[label] for label in LINES if label in drawn}
    figure.legend(
        handles.values(),
        handles.keys(),
        loc="outside upper center",
        ncols=len(LINES),
        frameon=False,
    )
    figure.savefig(path, dpi=150)


def is_on(axis: str, shape: Shape) -> bool:
    """Return whether a shape differs from the center of the sweep along no other axis."""
    return shape._replace(**{axis: 0}) == CENTRE._replace(**{axis: 0})


def least_ms(seconds: timing.Seconds, names: list[str]) -> float:
    """Return the milliseconds of the fastest of these contenders that ran."""
    return min(statistics.median(seconds[name]) for name in names if name in seconds) * 1e3


def measure_memory(name: str, shape: Shape) -> float:
    """Return the MB that forward+backward needs at its peak beyond the process's memory.

    It runs on two series of two steps first, so that first-use initialization does not count.
    """
    first, second = (CONTENDERS[name](Task(s)) for s in (shape._replace(T=2, N=2), shape))
    first.before()
    first.both()
    gc.collect()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # Linux: the peak counts from here
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        second.both()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return grown / 1e6 if sys.platform == "darwin" else grown * 1024 / 1e6


def compare_memory(options: argparse.Namespace, console: Any) -> dict[str, dict[str, float]]:
    """Measure each contender at each shape in a new process, and print a table."""
    shapes = list(
        dict.fromkeys(
            CENTRE._replace(**{axis: v}) for axis, values in MEMORY.items() for v in values
        )
    )
    grown: dict[str, dict[str, float]] = {}
    for name in options.only:
        for shape in shapes:
            command = [sys.executable, __file__, "--memory-of", name, *map(str, shape)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode:
                console.print(f"{name}: {(run.stderr.strip().splitlines() or ['failed'])[-1]}")
                break
            grown.setdefault(name, {})[name_of(shape)] = json.loads(run.stdout)
    title = f"peak memory of forward+backward, MB   (D {CENTRE.D}, H {CENTRE.H})"
    slopes = [f"floats per step and unit, along {axis}" for axis in MEMORY]
    table = timing.new_table(console, title, "", *(f"T {s.T}, N {s.N}" for s in shapes), *slopes)
    for name, peaks in grown.items():
        if len(peaks) == len(shapes):
            growth = [f"{slope(peaks, axis):.1f}" for axis in MEMORY]
            table.add_row(name, *(f"{v:.0f}" for v in peaks.values()), *growth)
    console.print(table)
    return grown


def slope(peaks: dict[str, float], axis: str) -> float:
    """Return how many floats per unit the memory grows with each further step of each series."""
    least, most = (CENTRE._replace(**{axis: pick(MEMORY[axis])}) for pick in (min, max))
    unit_steps = (most.T * most.N - least.T * least.N) * CENTRE.H
    return (peaks[name_of(most)] - peaks[name_of(least)]) * 1e6 / 4 / unit_steps


def write_csv(points: list[Point], path: str) -> None:
    """Write a row per shape for forward+backward: medians, ratio to peer, fraction of sgemm."""
    setting = timing.describe_setting("torch", "jax")
    packages = ("glasscell", "tensorflow", "keras", "torch", "jax")
    origin = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{setting['cpu']}, {setting['cores']} cores",
        "versions": ", ".join(f"{name} {setting['versions'][name]}" for name in packages),
        "source": "benchmarks/layer.py",
    }
    rows = []
    for point in points:
        seconds, ratio = point.seconds[BOTH], point.summaries[BOTH]["ours_to_best_peer"]
        medians = {
            f"{label}, ms": ""
            if set(names).isdisjoint(seconds)
            else timing.three_digits(least_ms(seconds, names))
            for label, (names, *_) in LINES.items()
        }
        ratios = {"ratio": ratio["median"], "ratio_min": ratio["min"], "ratio_max": ratio["max"]}
        share = {"of_sgemm": point.speed_and_shares()[SHARES[2]]["median"]}
        rounded = {name: f"{v:.3f}" for name, v in (ratios | share).items()}
        rows.append(point.shape._asdict() | medians | rounded | origin)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def gather(points: list[Point], sgemm: Sgemm) -> dict[str, Any]:
    """Return all measurements for the JSON file."""
    return {
        "sgemm": {"size": SIZE, "libraries": sgemm.libraries, "GFLOP/s": sgemm.gflops},
        "points": [
            {
                "shape": point.shape._asdict(),
                "flops": {FORWARD: point.shape.forward_flops, BOTH: point.shape.both_flops},
                "summary": point.summaries,
                "shares_of_sgemm": point.speed_and_shares(),
                "disagreement": point.disagreement,
                "left_out": point.left_out,
                "seconds": point.seconds,
                "sgemm_seconds": point.sgemm_seconds,
            }
            for point in points
        ],
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="Time one LSTM layer in glasscell and other libraries."
    )
    timing.add_options(parser, CONTENDERS, DEFAULT)
    parser.add_argument(
        "--shapes", choices=SHAPES, default="five", help="default: five; all takes about 15 minutes"
    )
    parser.add_argument("--picture", metavar="PATH", help="draw the sweep there (PNG, SVG or PDF)")
    parser.add_argument(
        "--csv", metavar="PATH", help="write a row for each shape there, for benchmarks/tables.py"
    )
    parser.add_argument(
        "--memory", action="store_true", help="measure only the growth of memory with T and N"
    )
    parser.add_argument("--memory-of", nargs=5, help=argparse.SUPPRESS)  # for compare_memory
    options = parser.parse_args()
    if options.memory_of:
        name, *shape = options.memory_of
        print(json.dumps(measure_memory(name, Shape(*map(int, shape)))))
        return
    timing.check_options(parser, options, options.picture, options.csv)
    if options.csv and (options.memory or set(DEFAULT) - set(options.only)):
        parser.error("--csv has the times of all contenders: omit --memory and --only")
    if options.picture and (options.shapes == "five" or options.memory):
        parser.error("--picture draws the sweep: add --shapes sweep or --shapes all")
    console = timing.open_console(options.json)
    timing.warn_if_busy(console)
    if options.memory:
        results = {"MB": compare_memory(options, console)}
    else:
        points, sgemm = compete(options, console)
        show_summary(console, points, sgemm)
        results = {"repetitions": options.repetitions} | gather(points, sgemm)
        if options.picture:
            draw(points, options.picture)
        if options.csv:
            write_csv(points, options.csv)
    setting = timing.describe_setting("torch", "jax")
    timing.show_setting(console, setting, "torch", "jax")
    timing.write_json(options.json, {"setting": setting} | results)


if __name__ == "__main__":
    main()
