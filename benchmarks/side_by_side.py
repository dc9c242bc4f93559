"""Ten networks of one arm trained side by side, against ten one after another: updates times networks in a second.

python benchmarks/side_by_side.py

Side by side there are three ways: packed into the kernel's lanes, as the lab does it; a leading axis alone, where the
kernel takes one network after the other; and that axis in the readable loop. What is timed is a whole training of so
many updates, with making its graph and all else, and the updates alone, from the first report of progress to the last.
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
    """Let a pack have so many units."""
    before, networks.LANES = networks.LANES, number
    yield
    networks.LANES = before


def timed(condition: Condition, experiment: Experiment, engine: str = "auto") -> tuple[float, float]:
    """Train, and return the seconds of one update, and of all."""
    reports: list[tuple[int, float]] = []
    began = time.perf_counter()
    train(condition, experiment, lambda done, _: reports.append((done, time.perf_counter())), engine)
    whole = time.perf_counter() - began
    (first, at_first), (last, at_last) = reports[1], reports[-1]  # the first comes before any update
    return (at_last - at_first) / (last - first), whole


def one_after_another(condition: Condition, experiment: Experiment) -> tuple[float, float]:
    """Train each seed alone; return the sums."""
    alone = [timed(condition, replace(experiment, seeds=1, first_seed=seed)) for seed in experiment.seed_numbers]
    return sum(update for update, _ in alone), sum(whole for _, whole in alone)


def main() -> None:
    """Read the command line, measure in turn, print medians."""
    parser = argparse.ArgumentParser(description="Ten networks side by side, against ten one after another.")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--units", type=int, default=1)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    outcomes.use_one_core()
    condition = Condition("write", "full", units=options.units)
    ten = Experiment(tasks=("write",), arms=("full",), learning_rates=(0.1,), seeds=10, updates=options.updates)
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
            rows.append({"way": name, "repetition": repetition, "ms an update": 1000 * update, "seconds": whole})
            rows[-1]["updates × networks / s"] = ten.seeds / update
    table = pd.DataFrame(rows)
    medians = table.groupby("way", sort=False)[["ms an update", "updates × networks / s", "seconds"]].median()
    for name in ("ms an update", "seconds"):
        of = table.pivot(index="repetition", columns="way", values=name)
        medians[f"{name}: times as fast as one after another"] = of.rdiv(of["one after another"], axis=0).median()
    print(medians.round(2).to_string())
    timing.write_json(options.json, rows)


if __name__ == "__main__":
    main()
