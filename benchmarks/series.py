"""Labelled series of aeon's archive: what `LSTMClassifier` answers with its defaults, beside simpler and other ways.

    python benchmarks/series.py              needs aeon, whose data it uses; see README.md beside this file
    python benchmarks/series.py --times      the time of an epoch, beside keras.fit and PyTorch

Each contender trains on the training part and is measured on the test part, with five seeds.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import archive
import numpy as np
import pandas as pd

from glasscell.data import Sequences

SETS = ("JapaneseVowels", "BasicMotions", "ItalyPowerDemand", "GunPoint", "OSULeaf")
TIMED = ("JapaneseVowels", "BasicMotions")
EPOCHS = 30  # of a timed training


def glasscell(train: Sequences, test: Sequences, seed: int) -> float:
    """Train `LSTMClassifier` with its defaults."""
    from glasscell import LSTMClassifier

    return float(LSTMClassifier(random_state=seed).fit(train.x, train.y).score(test.x, test.y))


def nearest_neighbour(train: Sequences, test: Sequences, seed: int) -> float:
    """Take the class of the nearest training series, all resampled to 100 steps."""
    from glasscell.runs.baselines import fit

    answers = fit(train.x, np.asarray(train.y)).answer(test.x, warp=False)["nearest_neighbour"]
    return float(np.mean(answers == test.y))


def plain_keras(train: Sequences, test: Sequences, seed: int) -> float:
    """Train what people write with Keras: channels scaled, a Masking layer, LSTM(64), early stopping."""
    import keras

    keras.utils.set_random_seed(seed)
    (x, number), (x_test, number_test) = scaled(train, test)
    layers = [
        keras.Input((None, x.shape[-1])),
        keras.layers.Masking(-10.0),
        keras.layers.LSTM(64),
        keras.layers.Dense(len(train.classes), activation="softmax"),
    ]
    model: Any = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.003, clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
    order = np.random.default_rng(seed).permutation(len(x))  # validation_split takes the last, as they stand
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=50, restore_best_weights=True)
    model.fit(
        x[order], number[order], epochs=200, batch_size=16, validation_split=0.15, callbacks=[stopping], verbose=0
    )
    return float((model.predict(x_test, verbose=0).argmax(1) == number_test).mean())


def lstm_fcn(train: Sequences, test: Sequences, seed: int) -> float:
    """Train sktime's LSTM-FCN, convolutions with an LSTM beside them, with its defaults; short series are filled up."""
    from sktime.classification.deep_learning import LSTMFCNClassifier  # pyright: ignore

    (x, number), (x_test, number_test) = scaled(train, test, fill=0.0)
    classifier = LSTMFCNClassifier(random_state=seed, verbose=0).fit(x.swapaxes(1, 2), number)
    return float((classifier.predict(x_test.swapaxes(1, 2)) == number_test).mean())


CONTENDERS: dict[str, Callable[[Sequences, Sequences, int], float]] = {
    "glasscell": glasscell,
    "nearest neighbour": nearest_neighbour,
    "plain Keras": plain_keras,
    "LSTM-FCN (sktime)": lstm_fcn,
}
ONCE = {"nearest neighbour"}  # draws nothing


def scaled(train: Sequences, test: Sequences, fill: float = -10.0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return x, every channel scaled as in training and padded with `fill`, and class numbers, of both parts."""
    mean, deviation = np.nanmean(train.x, (0, 1)), np.nanstd(train.x, (0, 1))
    classes: Any = np.unique(np.asarray(train.y))
    return [
        (
            np.nan_to_num((part.x - mean) / deviation, nan=fill).astype("float32"),
            np.searchsorted(classes, np.asarray(part.y)),
        )
        for part in (train, test)
    ]


def measure(names: list[str], sets: list[str], seeds: int) -> list[dict[str, Any]]:
    """Return the accuracy of each contender on each set with each seed, and the seconds it took."""
    rows = []
    for data in sets:
        train, test = archive.load(data, "TRAIN"), archive.load(data, "TEST")
        for name in names:
            for seed in range(1 if name in ONCE else seeds):
                began = time.perf_counter()
                try:
                    accuracy = CONTENDERS[name](train, test, seed)
                except ModuleNotFoundError as error:
                    print(f"{name}: {error.name} is not installed", file=sys.stderr)
                    break
                seconds = time.perf_counter() - began
                rows.append({"set": data, "contender": name, "seed": seed, "accuracy": accuracy, "seconds": seconds})
                print(f"{data}  {name}  seed {seed}  {accuracy:.3f}  {seconds:.1f} s", file=sys.stderr, flush=True)
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print mean (least–most) accuracy, a row for each set."""
    frame = pd.DataFrame(rows)

    def spread_text(accuracy: pd.Series) -> str:
        if len(accuracy) == 1:
            return f"{accuracy.iloc[0]:.3f}"
        return f"{accuracy.mean():.3f} ({accuracy.min():.3f}–{accuracy.max():.3f})"

    table = frame.groupby(["set", "contender"], sort=False)["accuracy"].agg(spread_text).unstack()
    print(table.to_string())
    print()
    seconds: Any = frame.groupby(["set", "contender"], sort=False)["seconds"].mean()
    print(seconds.round(1).unstack().to_string())


def time_epochs(repetitions: int) -> pd.DataFrame:
    """Time trainings of the same network by ours, by keras.fit, and by a loop in PyTorch, in turn."""
    import timed_series

    rows = []
    for data in TIMED:
        train = archive.load(data)
        for repetition in range(repetitions):
            for name, run in timed_series.CONTENDERS.items():
                first, rest = run(train, EPOCHS, repetition)
                rows.append({"set": data, "contender": name, "first": first, "an epoch, ms": 1e3 * rest / (EPOCHS - 1)})
    return pd.DataFrame(rows)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="Accuracy on aeon's sets, defaults untouched; or the time of an epoch."
    )
    parser.add_argument("--sets", nargs="+", choices=archive.SETS, default=list(SETS), metavar="NAME")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), metavar="NAME")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--times", action="store_true", help="time epochs instead")
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    if options.times:
        frame = time_epochs(options.seeds)
        medians = frame.groupby(["set", "contender"], sort=False)[["first", "an epoch, ms"]].median()
        print(medians.round(2).to_string())
        rows = frame.to_dict("records")
    else:
        rows = measure(options.only, options.sets, options.seeds)
        show(rows)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
