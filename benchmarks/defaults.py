"""The choice of the defaults of `LSTMClassifier`: variations on the training parts of aeon's sets.

    python benchmarks/defaults.py   needs aeon, whose data it uses; see README.md in this folder

Each training part is split in three, once per seed; the accuracy on the held-out third is averaged.
Test parts are never read.
"""

import argparse
import sys
import time
from typing import Any

import archive
import joblib
import numpy as np
import pandas as pd
import timing
from sklearn.model_selection import StratifiedKFold

ARMS = {
    "the defaults": {},
    "bidirectional=False": {"bidirectional": False},
    "read_out='last'": {"read_out": "last"},
    "read_out='mean'": {"read_out": "mean"},
    "forget_bias='chrono'": {"forget_bias": "chrono"},
    "forget_bias=1": {"forget_bias": 1.0},
    "noise=0": {"noise": 0.0},
    "noise=.2": {"noise": 0.2},
    "noise=.5": {"noise": 0.5},
    "dropout=0": {"dropout": 0.0},
    "dropout=.5": {"dropout": 0.5},
    "noise=0, forget_bias=1": {"noise": 0.0, "forget_bias": 1.0},
    "batch_size=16": {"batch_size": 16},
    "epochs=200": {"epochs": 200},
    "early_stopping=True": {"early_stopping": True},
    "learning_rate=.001": {"learning_rate": 0.001},
    "units=32": {"units": 32},
}
SETS = ("ItalyPowerDemand", "JapaneseVowels", "BasicMotions", "GunPoint")
FOLDS = 3


def accuracy(name: str, arm: str, seed: int, fold: int) -> dict:
    """Train on two thirds of a training part and return the accuracy on the third."""
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() != 1:
        # one process per core is faster than two threads
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    from glasscell import LSTMClassifier

    keras.backend.clear_session()  # otherwise hundreds of networks would stay in memory
    series = archive.load(name)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    y: Any = series.y
    train, test = list(folds.split(series.x, y))[fold]
    began = time.perf_counter()
    learner = LSTMClassifier(**ARMS[arm], random_state=seed).fit(series.x[train], y[train])
    return {
        "set": name,
        "arm": arm,
        "seed": seed,
        "fold": fold,
        "accuracy": learner.score(series.x[test], y[test]),
        "seconds": time.perf_counter() - began,
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="Vary one default at a time, on training parts only."
    )
    parser.add_argument(
        "--sets", nargs="+", choices=archive.SETS, default=list(SETS), metavar="NAME"
    )
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS), metavar="ARM")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    todo = [
        (name, arm, seed, fold)
        for arm in options.arms
        for name in options.sets
        for seed in range(options.seeds)
        for fold in range(FOLDS)
    ]
    rows = joblib.Parallel(n_jobs=options.jobs, verbose=5 * sys.stderr.isatty())(
        joblib.delayed(accuracy)(*one) for one in todo
    )
    frame = pd.DataFrame(rows)
    timing.write_json(options.json, rows)
    table = frame.pivot_table(index="arm", columns="set", values="accuracy")[options.sets].loc[
        options.arms
    ]
    table["mean"] = table.mean(1)
    table["seconds"] = frame.groupby("arm")["seconds"].sum()
    print(table.round({"seconds": 0} | dict.fromkeys([*options.sets, "mean"], 3)).to_string())


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
