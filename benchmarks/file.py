"""Time and memory of `glasscell predict` on a Parquet file; time of `LSTMClassifier` on a series.

python benchmarks/file.py            series of 100 steps and 6 channels, 64 units, 3 classes
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from timing import run_glasscell

STEPS, CHANNELS, CLASSES = 100, 6, np.array(["a", "b", "c"])


def write(path: Path, n: int, *, labelled: bool = False) -> None:
    """Write n series in long form, in parts of 10,000."""
    rng, writer = np.random.default_rng(0), None
    for first in range(0, n, 10_000):
        ids = np.arange(first, min(first + 10_000, n))
        x = (
            rng.normal(size=(len(ids), STEPS, CHANNELS)).astype("float32")
            + 0.3 * (ids % 3)[:, None, None]
        )
        columns = {"id": np.repeat(ids, STEPS), "time": np.tile(np.arange(STEPS), len(ids))}
        columns |= {f"c{k}": x[..., k].ravel() for k in range(CHANNELS)}
        columns |= {"label": np.repeat(CLASSES[ids % 3], STEPS)} if labelled else {}
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def one_series() -> np.ndarray:
    """Return the milliseconds of many `predict` calls for one series, after the first."""
    from glasscell import LSTMClassifier

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, STEPS, CHANNELS)), CLASSES[np.arange(60) % 3]
    classifier = LSTMClassifier(epochs=2, random_state=0).fit(x, y)
    taken = []
    for _ in range(1001):
        began = time.perf_counter()
        classifier.predict(x[:1])
        taken.append(1000 * (time.perf_counter() - began))
    return np.array(taken[1:])


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write(Path("train.parquet"), 300, labelled=True)
        run_glasscell("train", "train.parquet", "--epochs", "3", "--quiet", "--name", "run")
        for n in arguments.series:
            write(Path("series.parquet"), n)
            for output in ("predictions.csv", "predictions.parquet"):
                seconds, peak = run_glasscell(
                    "predict", "run", "series.parquet", "--output", output, "--quiet"
                )
                rows.append(
                    {
                        "series": n,
                        "output": output,
                        "seconds": seconds,
                        "a second": n / seconds,
                        "MiB": peak / 2**20,
                    }
                )
        os.chdir("/")
    taken = one_series()
    one = {"median": np.median(taken), "95%": np.quantile(taken, 0.95), "min": taken.min()}
    if arguments.json:
        print(json.dumps({"files": rows, "one series, ms": one}))
        return
    print(
        "| series | output | seconds, with start | series/s | peak memory, MiB |\n"
        + "| --- " * 5
        + "|"
    )
    for row in rows:
        print(
            "| {series:,} | {output} | {seconds:.1f} | {a second:,.0f} | {MiB:,.0f} |".format(**row)
        )
    print("one series from Python: " + ", ".join(f"{name} {v:.2f} ms" for name, v in one.items()))


if __name__ == "__main__":
    main()
