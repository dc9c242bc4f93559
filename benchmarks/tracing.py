"""The cost of inspection: tracing every gate, compared with a plain run of loop and kernel.

python benchmarks/tracing.py
"""

import argparse
import os
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import keras
import numpy as np
import pandas as pd
from timing import write_json

from glasscell import LSTM
from glasscell.article import build_model, load_data
from glasscell.inspection.evidence import effect_of_steps, score_under_clamps
from glasscell.inspection.traces import trace
from glasscell.settings.article import DigitsSettings

SHAPES = {
    "the test digits": (360, 8, 8, 50),
    "longer": (64, 300, 6, 128),
    "many steps": (16, 2000, 3, 64),
}


def plain(shape: tuple[int, ...], engine: str) -> tuple[keras.Model, np.ndarray]:
    """Return a model of one layer that returns sequences, and series (N, T, D)."""
    N, T, D, H = shape
    layer = LSTM(H, return_sequences=True, engine=engine)
    x = np.random.default_rng(0).normal(size=(N, T, D)).astype("float32")
    return keras.Sequential([keras.Input((None, D)), layer]), x


def seconds(work: Callable[[], object], repetitions: int) -> list[float]:
    """Return the seconds of each repetition of some work, after one untimed."""
    work()
    times = []
    for _ in range(repetitions):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return times


def main() -> None:
    """Read the command line, measure, print medians in milliseconds."""
    parser = argparse.ArgumentParser(
        description="The cost of tracing, compared with a plain forward pass."
    )
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    rows = []
    for name, shape in SHAPES.items():
        (loop, x), (kernel, _) = plain(shape, "loop"), plain(shape, "auto")
        work = {
            "kernel": lambda m=kernel, x=x: m(x, training=False),
            "loop": lambda m=loop, x=x: m(x, training=False),
            "trace": lambda m=loop, x=x: trace(m, x),
        }
        rows.append(
            {"what": name}
            | {k: 1e3 * float(np.median(seconds(v, options.repetitions))) for k, v in work.items()}
        )
    table = pd.DataFrame(rows)
    table["trace ÷ loop"] = table["trace"] / table["loop"]
    print("milliseconds\n" + table.round(2).to_string(index=False))
    model, digits = build_model(DigitsSettings()), load_data()
    began = time.perf_counter()
    trace(model, digits.x_test)
    first = time.perf_counter() - began
    effect = np.median(seconds(lambda: effect_of_steps(model, digits.x_test), 3))
    clamps = np.median(
        seconds(lambda: score_under_clamps(model, digits.x_test, digits.y_test.argmax(1)), 3)
    )
    print(
        f"\nthe test digits, in seconds: first trace {first:.3f}, effect of each row "
        f"{effect:.3f}, clamps {clamps:.3f}"
    )
    write_json(options.json, rows)


if __name__ == "__main__":
    main()
