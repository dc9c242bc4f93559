"""How the speed of the tutorial's training varies between processes, and whether by the machine.

python benchmarks/processes.py            20 processes; a minute and a half
python benchmarks/processes.py --processes 40 --json results.json

Before and after each 20 epochs a yardstick is timed on each core: a fixed loop in Python,
independent of the training's threads, memory and libraries. A run is slow if its epoch takes over
1.2 times that of the fastest run. The cores are slow if the slower yardstick around the run takes
over 1.2 times the fastest.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from functools import partial
from importlib import import_module

import timing

EPOCHS, PARTS, SLOW = 20, 4, 1.2


def yardstick() -> float:
    """Return the milliseconds of the slowest core for the loop."""
    mine, slowest = os.sched_getaffinity(0), 0.0
    for core in mine:
        os.sched_setaffinity(0, {core})
        began, total = time.perf_counter(), 0
        for k in range(400_000):
            total += k
        slowest = max(slowest, 1000 * (time.perf_counter() - began))
    os.sched_setaffinity(0, mine)
    return slowest


def one() -> None:
    """Train in this process; print the milliseconds of an epoch and of the yardstick by part."""
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"  # as `glasscell train` does it
    from glasscell.console.startup import import_quietly
    from glasscell.settings.article import DigitsSettings

    training = (
        import_quietly(partial(import_module, "glasscell.article")).prepare(DigitsSettings()).run(2)
    )
    epochs, sticks = [], [yardstick()]
    for _ in range(PARTS):
        began = time.perf_counter()
        training.run(training.epoch + EPOCHS)
        epochs.append(1000 * (time.perf_counter() - began) / EPOCHS)
        sticks.append(yardstick())
    print(
        json.dumps({"epochs": epochs, "sticks": [max(pair) for pair in itertools.pairwise(sticks)]})
    )


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--processes", type=int, default=20, metavar="N")
    parser.add_argument("--json", metavar="PATH")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one()
        return
    runs = []
    for _ in range(options.processes):
        done = subprocess.run(
            [sys.executable, __file__, "--one"], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout))
    medians = [statistics.median(run["epochs"]) for run in runs]
    parts = [part for run in runs for part in zip(run["epochs"], run["sticks"], strict=True)]
    least_epoch, least_stick = (min(v) for v in zip(*parts, strict=True))
    share = sum(v > SLOW * min(medians) for v in medians) / len(medians)
    table = {
        (slow, worn): sum(
            (e > SLOW * least_epoch, s > SLOW * least_stick) == (slow, worn) for e, s in parts
        )
        for slow in (False, True)
        for worn in (False, True)
    }
    print(
        f"ms per epoch, {len(runs)} processes: {timing.spread_text(timing.spread(medians))}; "
        f"slow: {share:.0%}"
    )
    print(f"parts of {EPOCHS} epochs:      cores at full speed    a core slow")
    for slow in (False, True):
        print(f"{'slow' if slow else 'fast':28}{table[slow, False]:>17}{table[slow, True]:>15}")
    timing.write_json(options.json, {"runs": runs, "slow": share})


if __name__ == "__main__":
    main()
