"""Ten networks of an arm trained in parallel or one by one: updates × networks per second.

python benchmarks/side_by_side.py

Parallel training has three forms: packed into the kernel's lanes, as in the lab; only a leading
axis, where the kernel processes one network after the other; and that axis in the readable loop.
Two times are measured: a whole training including tracing, and only the updates, from the first
progress report to the last.
"""

import argparse
import os
import time
from contextlib import contextmanager
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pandas as pd
import timing

from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.training import networks, outcomes
from glasscell.lab.training.side_by_side import train


@contextmanager
def lanes(number: int):
    """Set the number of units in a pack."""
    before, networks.LANES = networks.LANES, number
    yield
    networks.LANES = before


def timed(
    condition: Condition, experiment: Experiment, engine: str = "auto"
) -> tuple[float, float]:
    """Train, and return the seconds of one update, and of the whole training."""
    reports: list[tuple[int, float]] = []
    began = time.perf_counter()
    train(
        condition, experiment, lambda done, _: reports.append((done, time.perf_counter())), engine
    )
    whole = time.perf_counter() - began
    # the first report precedes all updates
    (first, at_first), (last, at_last) = (reports[1], reports[-1])
    return (at_last - at_first) / (last - first), whole


def one_after_another(condition: Condition, experiment: Experiment) -> tuple[float, float]:
    """Train each seed separately; return the sums."""
    alone = [
        timed(condition, replace(experiment, seeds=1, first_seed=seed))
        for seed in experiment.seed_numbers
    ]
    return sum(update for update, _ in alone), sum(whole for _, whole in alone)


def main() -> None:
    """Read the command line, measure in rotation, print medians."""
    parser = argparse.ArgumentParser(
        description="Ten networks in parallel, compared with one after another."
    )
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--units", type=int, default=1)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    outcomes.use_one_core()
    condition = Condition("write", "full", units=options.units)
    ten = Experiment(
        tasks=("write",), arms=("full",), learning_rates=(0.1,), seeds=10, updates=options.updates
    )
    ways = {
        "packed": lambda: timed(condition, ten),
        "leading axis": lambda: timed(condition, ten),
        "leading axis, loop": lambda: timed(condition, ten, "loop"),
        "one after another": lambda: one_after_another(condition, ten),
    }
    rows = []
    for repetition in range(options.repetitions):
        for name, way in ways.items():
            with lanes(networks.LANES if name == "packed" else 1):
                update, whole = way()
            rows.append(
                {
                    "way": name,
                    "repetition": repetition,
                    "ms per update": 1000 * update,
                    "seconds": whole,
                }
            )
            rows[-1]["updates × networks / s"] = ten.seeds / update
    table = pd.DataFrame(rows)
    medians = table.groupby("way", sort=False)[
        ["ms per update", "updates × networks / s", "seconds"]
    ].median()
    for name in ("ms per update", "seconds"):
        of = table.pivot(index="repetition", columns="way", values=name)
        medians[f"{name}: speedup over one after another"] = of.rdiv(
            of["one after another"], axis=0
        ).median()
    print(medians.round(2).to_string())
    timing.write_json(options.json, rows)


if __name__ == "__main__":
    main()
