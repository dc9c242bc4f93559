"""Sets not used for choices: defaults of `LSTMClassifier` and `LSTMRegressor`, and other methods.

    python benchmarks/untouched.py   needs aeon, whose data it uses; see README.md in this folder

Each contender trains on the training part and is evaluated on the test part, with five seeds:
accuracy for the contenders of classifiers.py, or R² of continuous targets, compared with the
baselines of `glasscell train`.
"""

import argparse
import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import archive
import classifiers
import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import r2_score

TARGETS = ("CardanoSentiment", "Covid3Month")


def parts(name: str) -> list[Any]:
    """Return the training part and the test part."""
    from glasscell.data import read

    return [read(archive.path(name, part), task="regression") for part in ("TRAIN", "TEST")]


def score(name: str, seed: int, early_stopping: Any) -> dict[str, Any]:
    """Train on the training part, and return R² on the test part."""
    import keras

    from glasscell import LSTMRegressor

    keras.backend.clear_session()
    train, test = parts(name)
    fitted = LSTMRegressor(early_stopping=early_stopping, random_state=seed).fit(train.x, train.y)
    who = "LSTM" if early_stopping == "auto" else "LSTM, all epochs"
    return {"set": name, "who": who, "score": fitted.score(test.x, test.y)}


def score_baselines(name: str) -> list[dict[str, Any]]:
    """Return R² of the baselines."""
    from glasscell.tasks.series.baselines import NAMES, fit

    train, test = parts(name)
    predictions = fit(train.x, np.asarray(train.y)).answer(test.x)
    return [
        {"set": name, "who": NAMES[who], "score": r2_score(test.y, some)}
        for who, some in predictions.items()
    ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print mean (min to max) over the seeds, a row for each set."""
    frame: Any = pd.DataFrame(rows)
    of_each = frame.groupby(["set", "who"], sort=False)["score"].agg(["mean", "min", "max", "size"])
    texts = of_each.apply(
        lambda one: (
            f"{one['mean']:.3f}"
            + (f" ({one['min']:.3f} to {one['max']:.3f})" if one["size"] > 1 else "")
        ),
        axis=1,
    )
    print("R²\n" + texts.unstack()[frame["who"].unique()].to_string())


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="The defaults on sets that they were not chosen on."
    )
    sets = classifiers.UNTOUCHED + TARGETS
    parser.add_argument("--sets", nargs="+", choices=sets, default=list(sets), metavar="NAME")
    classifiers.add_options(parser)
    options = parser.parse_args()
    classes = [name for name in options.sets if name in classifiers.UNTOUCHED]
    if classes:
        classifiers.show(classifiers.measure_all(classes, options.only, options.seeds, options.csv))
    targets = [name for name in options.sets if name in TARGETS]
    todo = [
        (name, seed, how)
        for name in targets
        for seed in range(options.seeds)
        for how in ("auto", False)
    ]
    if todo:
        rows: Any = joblib.Parallel(n_jobs=-1)(joblib.delayed(score)(*one) for one in todo)
        show(rows + [row for name in targets for row in score_baselines(name)])


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
