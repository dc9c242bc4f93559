"""The choice of the defaults of `LSTMRegressor`: variations on the sets in targets.py.

    python benchmarks/regression.py   needs aeon, whose data it uses; see README.md in this folder

For each set and seed, at most 60 series are for training, and the rest are predicted. The score is
1 − squared error ÷ squared error of the training series' mean: 0 is no better than the mean, below
0 is worse.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
# one process per core is faster than two threads
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import joblib
import numpy as np
import pandas as pd
import targets

ARMS: dict[str, dict[str, Any]] = {
    "the defaults": {},
    "early_stopping=False": {"early_stopping": False},
    "early_stopping=True": {"early_stopping": True},
    "epochs=30": {"early_stopping": False, "epochs": 30},
    "noise=1": {"early_stopping": False, "noise": 1.0},
    "dropout=.6": {"early_stopping": False, "dropout": 0.6},
    "units=16": {"early_stopping": False, "units": 16},
    "weight decay": {"early_stopping": False},
}
TRAIN = 60


def above_the_mean(name: str, arm: str, seed: int) -> dict[str, Any]:
    """Train on some series of a set, and return the score on the rest."""
    import keras

    from glasscell import LSTMRegressor

    class Decaying(LSTMRegressor):
        def _compile(self, learning_rate):
            self._trained_part().compile(
                keras.optimizers.AdamW(learning_rate, weight_decay=1.0), "mse"
            )

    keras.backend.clear_session()  # otherwise hundreds of networks would stay in memory
    x, y = targets.SETS[name]()
    order = np.random.default_rng(seed).permutation(len(x))
    train, test = order[: min(TRAIN, 2 * len(x) // 3)], order[min(TRAIN, 2 * len(x) // 3) :]
    began = time.perf_counter()
    learner = (Decaying if arm == "weight decay" else LSTMRegressor)(**ARMS[arm], random_state=seed)
    answers = learner.fit(x[train], y[train]).predict(x[test])
    squared, of_mean = np.sum((answers - y[test]) ** 2), np.sum((y[train].mean() - y[test]) ** 2)
    return {
        "set": name,
        "arm": arm,
        "seed": seed,
        "score": float(1 - squared / of_mean),
        "epochs": len(learner.history_["loss"]),
        "seconds": time.perf_counter() - began,
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Vary one default of the regressor at a time.")
    parser.add_argument(
        "--sets", nargs="+", choices=targets.SETS, default=list(targets.SETS), metavar="NAME"
    )
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS), metavar="ARM")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument(
        "--json", metavar="PATH", help="add each measurement there, and resume where it ends"
    )
    options = parser.parse_args()
    todo = [
        (name, arm, seed)
        for seed in range(options.seeds)
        for arm in options.arms
        for name in options.sets
    ]
    kept = Path(options.json) if options.json else None
    rows = (
        [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
        if kept and kept.exists()
        else []
    )
    done = {(row["set"], row["arm"], row["seed"]) for row in rows}
    found: Any = joblib.Parallel(n_jobs=options.jobs, return_as="generator_unordered")(
        joblib.delayed(above_the_mean)(*one) for one in todo if one not in done
    )
    for row in found:
        rows.append(row)
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    frame = pd.DataFrame([row for row in rows if (row["set"], row["arm"], row["seed"]) in todo])
    for value, digits in (("score", 2), ("epochs", 0)):
        table = frame.pivot_table(index="arm", columns="set", values=value)[options.sets].loc[
            options.arms
        ]
        table["mean"], table["min"] = table.mean(axis=1), table.min(axis=1)
        table["seconds"] = frame.groupby("arm")["seconds"].sum()
        print(f"{value}\n{table.round(digits).round({'seconds': 0}).to_string()}\n")


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
