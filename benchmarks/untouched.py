"""Sets that nothing was chosen on: what the defaults answer, beside the simple answers of `glasscell evaluate`.

    python benchmarks/untouched.py           needs aeon, whose data it uses; see README.md beside this file

Each is trained on its training part and measured on its test part, with five seeds: accuracy, or R² for numbers.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import archive
import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, r2_score

CLASSES = ("ArrowHead", "PickupGestureWiimoteZ", "UnitTest", "Covid3Month_disc", "ACSF1")
NUMBERS = ("CardanoSentiment", "Covid3Month")


def parts(name: str) -> list[Any]:
    """Return the training part and the test part."""
    from glasscell.data import read

    task: Any = "regression" if name in NUMBERS else "classification"
    return [read(archive.path(name, part), task=task) for part in ("TRAIN", "TEST")]


def score(name: str, seed: int, early_stopping: Any = "auto") -> dict[str, Any]:
    """Train on the training part, and return the score on the test part."""
    import keras

    from glasscell import LSTMClassifier, LSTMRegressor

    keras.backend.clear_session()
    train, test = parts(name)
    learner = (LSTMRegressor if name in NUMBERS else LSTMClassifier)(early_stopping=early_stopping, random_state=seed)
    began = time.perf_counter()
    fitted: Any = learner.fit(train.x, train.y)
    who = "LSTM" if early_stopping == "auto" else "LSTM, all epochs"
    return {
        "set": name,
        "who": who,
        "seed": seed,
        "early_stopping": early_stopping,
        "score": fitted.score(test.x, test.y),
        "epochs": len(fitted.history_["loss"]),
        "seconds": time.perf_counter() - began,
    }


def beside(name: str) -> list[dict[str, Any]]:
    """Return the scores of the simple answers."""
    from glasscell.runs.baselines import NAMES, fit

    train, test = parts(name)
    measure: Any = r2_score if name in NUMBERS else accuracy_score
    answers = fit(train.x, np.asarray(train.y)).answer(test.x)
    return [{"set": name, "who": NAMES[who], "score": measure(test.y, some)} for who, some in answers.items()]


def show(rows: list[dict[str, Any]]) -> None:
    """Print a line for each set: mean (least–most) of the seeds, and what simple answers score."""
    frame: Any = pd.DataFrame(rows)
    of_each = frame.groupby(["set", "who"], sort=False)["score"].agg(["mean", "min", "max", "size"])
    texts = of_each.apply(
        lambda one: f"{one['mean']:.3f}" + (f" ({one['min']:.3f} to {one['max']:.3f})" if one["size"] > 1 else ""),
        axis=1,
    )
    for names in (CLASSES, NUMBERS):
        there = [name for name in names if name in set(frame["set"])]
        if there:
            table = texts.loc[there].unstack().loc[there]
            print(table[[who for who in frame["who"].unique() if who in table]].to_string(), end="\n\n")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="The defaults on sets that they were not chosen on.")
    parser.add_argument("--sets", nargs="+", choices=CLASSES + NUMBERS, default=list(CLASSES + NUMBERS), metavar="NAME")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument("--json", metavar="PATH", help="add each measurement there, and go on where it ends")
    options = parser.parse_args()
    todo = [(name, seed, how) for name in options.sets for seed in range(options.seeds) for how in ("auto", False)]
    todo = [one for one in todo if one[2] == "auto" or one[0] in NUMBERS]
    kept = Path(options.json) if options.json else None
    rows = [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept and kept.exists() else []
    done = {(row["set"], row["seed"], row["early_stopping"]) for row in rows}
    found: Any = joblib.Parallel(n_jobs=options.jobs, return_as="generator_unordered")(
        joblib.delayed(score)(*one) for one in todo if one not in done
    )
    for row in found:
        rows.append(row)
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    rows = [row for row in rows if row["set"] in options.sets]
    show([*rows, *(row for name in options.sets for row in beside(name))])


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
