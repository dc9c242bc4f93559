"""Memory and time of `glasscell data`, `train` and `predict` for a CSV of 20, 200 and 800 MB.

python benchmarks/memory.py   series of 500 steps, 3 channels, in long form, two classes; two epochs
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from timing import run_glasscell

STEPS, CHANNELS = 500, 3
SERIES_PER_MB = 52  # of the file
BASE, TIMES = 1.2, 5  # limit of a command in GB, and as a multiple of the array's size


def write(path: Path, n: int) -> None:
    """Write n series of two classes, a thousand at a time."""
    rng = np.random.default_rng(0)
    for first in range(0, n, 1000):
        ids = np.arange(first, min(first + 1000, n))
        x = rng.normal(size=(len(ids), STEPS, CHANNELS)) + 0.5 * (ids % 2)[:, None, None]
        columns = {
            "id": np.repeat([f"s{k}" for k in ids], STEPS),
            "t": np.tile(np.arange(STEPS), len(ids)),
        }
        columns |= {f"c{d}": x[..., d].ravel() for d in range(CHANNELS)}
        columns |= {"label": np.repeat(np.array(["a", "b"])[ids % 2], STEPS)}
        table = pd.DataFrame(columns)
        table.to_csv(
            path, index=False, header=not first, mode="a" if first else "w", float_format="%.5f"
        )


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=int, nargs="+", default=[20, 200, 800])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for size in arguments.mb:
            n = SERIES_PER_MB * size
            write(Path("d.csv"), n)
            array = n * STEPS * CHANNELS * 4 / 1e9
            for command in (
                ["data", "d.csv"],
                ["train", "d.csv", "--epochs", "2", "--quiet", "--name", f"of{size}"],
                ["predict", f"of{size}", "d.csv", "-o", "answers.csv", "--quiet"],
            ):
                seconds, peak = run_glasscell(*command)
                most = BASE + TIMES * array
                rows.append({"MB": Path("d.csv").stat().st_size / 1e6, "command": command[0],
                             "seconds": seconds, "GB": peak / 1e9, "array": array, "most": most,
                             "kept": peak / 1e9 <= most})  # fmt: skip
        os.chdir("/")
    if arguments.json:
        print(json.dumps(rows))
        return
    print(
        f"| CSV, MB | command | seconds | peak, GB | {BASE} GB + {TIMES} × the array | kept |\n"
        + "| --- " * 6
        + "|"
    )
    for row in rows:
        words = "yes" if row["kept"] else "no"
        print(
            "| {MB:.0f} | {command} | {seconds:.1f} | {GB:.2f} | {most:.2f} |".format(**row)
            + f" {words} |"
        )


if __name__ == "__main__":
    main()
