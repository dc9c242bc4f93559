"""Untuned classifiers of series that series.py and untouched.py compare, and their results.

A contender takes the training part, the series of the test part and a seed, and returns the classes
that it predicts. A contender that cannot classify a set declines with a reason, which replaces the
accuracy.
"""

import argparse
import csv
import datetime
import os
import sys
import time
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import archive
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from glasscell.data import Sequences
from glasscell.data.padding import lengths_of

FAMILIAR = ("JapaneseVowels", "BasicMotions", "ItalyPowerDemand", "GunPoint", "OSULeaf")
UNTOUCHED = ("ArrowHead", "PickupGestureWiimoteZ", "UnitTest", "Covid3Month_disc", "ACSF1")
PADDING = -10.0  # far from any scaled value
Row = dict[str, str]  # a measurement


class Declined(Exception):
    """Raised by a contender that cannot classify such series."""


def glasscell(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Train `LSTMClassifier` with its defaults."""
    import keras

    from glasscell import LSTMClassifier

    keras.backend.clear_session()
    return LSTMClassifier(random_state=seed).fit(train.x, train.y).predict(x)


def plain_keras(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Train the usual model in Keras: scaled channels, Masking layer, LSTM(64), early stopping."""
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    scaled, numbers, classes = scale(train.x, train), *class_numbers(train)
    layers = [
        keras.Input((None, scaled.shape[-1])),
        keras.layers.Masking(PADDING),
        keras.layers.LSTM(64),
        keras.layers.Dense(len(classes), activation="softmax"),
    ]
    model: Any = keras.Sequential(layers)
    model.compile(
        keras.optimizers.Adam(0.003, clipnorm=1.0),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    # validation_split takes the last series
    order = np.random.default_rng(seed).permutation(len(scaled))
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=50, restore_best_weights=True)
    model.fit(
        scaled[order],
        numbers[order],
        epochs=200,
        batch_size=16,
        validation_split=0.15,
        callbacks=[stopping],
        verbose=0,
    )
    return classes[model.predict(scale(x, train), verbose=0).argmax(1)]


def nearest_neighbor(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Predict the class of the nearest training series, all resampled to 100 steps."""
    return baselines(train).answer(x, warp=False)["nearest_neighbour"]


def nearest_neighbor_dtw(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Predict the class of the nearest training series under DTW within a band of ten steps."""
    return baselines(train).answer(x)["nearest_neighbour_dtw"]


def summaries(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Fit a logistic regression to each channel's summaries."""
    return baselines(train).answer(x, warp=False)["summaries"]


def majority(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Predict the majority class."""
    return baselines(train).answer(x, warp=False)["majority"]


def minirocket(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Train aeon's MiniRocketClassifier with its defaults."""
    from aeon.classification.convolution_based import MiniRocketClassifier  # pyright: ignore[reportMissingImports]

    classifier = MiniRocketClassifier(random_state=seed)
    (of_train, of_test), is_unequal = as_lists(train.x, x)
    if is_unequal and not classifier.get_tag("capability:unequal_length"):
        raise Declined("aeon's MiniRocketClassifier takes series of one length only")
    classifier.fit(of_train, np.asarray(train.y))
    return classifier.predict(of_test)


def minirocket_resized(train: Sequences, x: np.ndarray, seed: int) -> np.ndarray:
    """Train aeon's MiniRocketClassifier on series stretched by aeon's Resizer to the longest."""
    from aeon.classification.convolution_based import MiniRocketClassifier  # pyright: ignore[reportMissingImports]
    from aeon.transformations.collection.unequal_length import Resizer  # pyright: ignore[reportMissingImports]
    from sklearn.pipeline import make_pipeline

    (of_train, of_test), is_unequal = as_lists(train.x, x)
    if not is_unequal:
        raise Declined("series of one length need no resizing")
    pipeline = make_pipeline(Resizer(), MiniRocketClassifier(random_state=seed))
    return pipeline.fit(of_train, np.asarray(train.y)).predict(of_test)


CONTENDERS: dict[str, Callable[[Sequences, np.ndarray, int], np.ndarray]] = {
    "glasscell": glasscell,
    "plain Keras": plain_keras,
    "nearest neighbor": nearest_neighbor,
    "nearest neighbor, DTW": nearest_neighbor_dtw,
    "MiniRocket": minirocket,
    "MiniRocket, resized": minirocket_resized,
    "linear model of summaries": summaries,
    "majority class": majority,
}
# of the randomized contenders; the rest are glasscell's baselines, which need one seed
PACKAGES = {
    "glasscell": ("glasscell", "tensorflow"),
    "plain Keras": ("keras", "tensorflow"),
    "MiniRocket": ("aeon", "numba"),
    "MiniRocket, resized": ("aeon", "numba"),
}


def baselines(train: Sequences) -> Any:
    """Fit the baselines of `glasscell train`."""
    from glasscell.tasks.series.baselines import fit

    return fit(train.x, np.asarray(train.y))


def scale(x: np.ndarray, train: Sequences) -> np.ndarray:
    """Scale every channel as in training, and pad with the value that Masking skips."""
    mean, deviation = np.nanmean(train.x, (0, 1)), np.nanstd(train.x, (0, 1))
    return np.nan_to_num((x - mean) / deviation, nan=PADDING).astype("float32")


def class_numbers(train: Sequences) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of each training series' class, and the classes."""
    classes, numbers = np.unique(np.asarray(train.y), return_inverse=True)
    return numbers, classes


def as_lists(*parts: np.ndarray) -> tuple[list[Any], bool]:
    """Return parts in aeon's form, channels first without padding, and whether lengths differ."""
    lists = [
        [series[:steps].T for series, steps in zip(part, lengths_of(part), strict=True)]
        for part in parts
    ]
    is_unequal = len({series.shape[1] for part in lists for series in part}) > 1
    return (lists if is_unequal else [np.stack(part) for part in lists]), is_unequal


def steps_text(*parts: np.ndarray) -> str:
    """Return the lengths of the series of all parts as text: 24, or 7–29."""
    lengths = np.concatenate([lengths_of(part) for part in parts])
    return (
        f"{lengths.min()}" if lengths.min() == lengths.max() else f"{lengths.min()}–{lengths.max()}"
    )


def measure(data: str, contender: str, seed: int) -> Row:
    """Train on the training part; return the accuracy on the test part and the CPU seconds."""
    from glasscell.system import environment

    train, test = archive.load(data, "TRAIN"), archive.load(data, "TEST")
    began = time.process_time()
    try:
        with threadpool_limits(1, user_api="blas"):
            predicted, reason = CONTENDERS[contender](train, test.x, seed), ""
    except Declined as error:
        predicted, reason = None, str(error)
    seconds = time.process_time() - began
    setting = environment.describe()
    row = {
        "set": data,
        "untouched": "yes" if data in UNTOUCHED else "no",
        "training_series": str(len(train.x)),
        "steps": steps_text(train.x, test.x),
        "contender": contender,
        "seed": str(seed),
        "accuracy": "" if predicted is None else f"{np.mean(predicted == np.asarray(test.y)):.5f}",
        "cpu_seconds": "" if predicted is None else f"{seconds:.3f}",
        "reason": reason,
        "date": datetime.date.today().isoformat(),
        "machine": f"{setting['cpu']}, {setting['cores']} cores",
        "versions": ", ".join(
            f"{name} {metadata.version(name)}" for name in PACKAGES.get(contender, ("glasscell",))
        ),
    }
    print(
        f"{data}  {contender}  seed {seed}  {row['accuracy'] or reason}  {seconds:.1f} s of CPU",
        file=sys.stderr,
    )
    return row


def measure_all(
    sets: Iterable[str], contenders: Iterable[str], seeds: int, path: Path | None
) -> list[Row]:
    """Add missing measurements to the table at `path` after each training; return those requested.

    On one thread, since waiting threads use CPU time, too.
    """
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")  # read by TensorFlow at its start
    rows = read(path) if path and path.exists() else []
    wanted = [
        (s, name, seed)
        for s in sets
        for name in contenders
        for seed in range(seeds if name in PACKAGES else 1)
    ]
    for data, name, seed in wanted:
        there = [row for row in rows if (row["set"], row["contender"]) == (data, name)]
        if any(row["seed"] == str(seed) or row["reason"] for row in there):
            continue
        try:
            rows.append(measure(data, name, seed))
        except ModuleNotFoundError as error:
            print(f"{name}: {error.name} is not installed", file=sys.stderr)
            continue
        if path:
            write(rows, path)
    return [row for row in rows if (row["set"], row["contender"], int(row["seed"])) in wanted]


def read(path: Path) -> list[Row]:
    """Read a table of measurements."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(rows: list[Row], path: Path) -> None:
    """Write a table of measurements, in the order of sets, contenders and seeds."""
    sets, names = [*FAMILIAR, *UNTOUCHED], list(CONTENDERS)
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(
            sorted(
                rows,
                key=lambda row: (
                    sets.index(row["set"]),
                    names.index(row["contender"]),
                    int(row["seed"]),
                ),
            )
        )
    new.replace(path)


def show(rows: list[Row]) -> None:
    """Print mean (min–max) accuracy and median CPU seconds, one row per set."""
    frame = pd.DataFrame(rows)
    measured = frame[frame["accuracy"] != ""].astype({"accuracy": float, "cpu_seconds": float})

    def mean_text(accuracy: pd.Series) -> str:
        spread = f" ({accuracy.min():.3f}–{accuracy.max():.3f})" if len(accuracy) > 1 else ""
        return f"{accuracy.mean():.3f}{spread}"

    groups = measured.groupby(["set", "contender"], sort=False)
    accuracy: Any = groups["accuracy"].agg(mean_text)
    seconds: Any = groups["cpu_seconds"].median()
    print(accuracy.unstack().fillna("–").to_string(), end="\n\n")
    print("CPU seconds, median over seeds:\n" + seconds.round(1).unstack().fillna("–").to_string())
    for (data, name), reason in frame[frame["reason"] != ""].groupby(
        ["set", "contender"], sort=False
    )["reason"]:
        print(f"{data}: {name}: {reason.iloc[0]}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options common to series.py and untouched.py."""
    parser.add_argument(
        "--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), metavar="NAME"
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--csv", type=Path, metavar="PATH", help="add missing measurements there")
