"""Sets that nothing was chosen on: what the defaults answer, beside the simple answers of `glasscell evaluate`.

    python benchmarks/untouched.py           needs aeon, whose data it uses; see README.md beside this file

Each is trained on its training part and measured on its test part, with five seeds: accuracy, or R² for numbers.
"""

import argparse
import json
import os
import sys
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
    return {"set": name, "who": who, "score": fitted.score(test.x, test.y), "seconds": time.perf_counter() - began}


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
            print(texts.loc[there].unstack(sort=False).loc[there].dropna(axis=1).to_string(), end="\n\n")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="The defaults on sets that they were not chosen on.")
    parser.add_argument("--sets", nargs="+", choices=CLASSES + NUMBERS, default=list(CLASSES + NUMBERS), metavar="NAME")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    todo = [(name, seed, how) for name in options.sets for seed in range(options.seeds) for how in ("auto", False)]
    todo = [one for one in todo if one[2] == "auto" or one[0] in NUMBERS]
    rows: Any = joblib.Parallel(n_jobs=options.jobs, verbose=5 * sys.stderr.isatty())(
        joblib.delayed(score)(*one) for one in todo
    )
    rows = [*rows, *(row for name in options.sets for row in beside(name))]
    if options.json:
        Path(options.json).write_text(json.dumps(rows) + "\n", encoding="utf-8")
    show(rows)


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
