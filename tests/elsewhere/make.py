"""Train networks to test elsewhere; write all formats, with inputs and glasscell's predictions.

    python tests/elsewhere/make.py FOLDER   needs glasscell[test], and aeon for JapaneseVowels

For each NAME of the cases there is a folder. In it are the exports: network.onnx, network.npz,
network.keras, network-{1,7,64}.tflite, savedmodel/ and network/, which is C; series of which every
tenth has a single step (not article's), and edges of them, with what glasscell predicts for each,
asked.npz; and of the runs that label CSV, some of that, file.csv, with what `glasscell predict`
writes, predicted.csv.
"""

import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from aeon.datasets import load_japanese_vowels
from sklearn.datasets import load_digits
from support.gestures import train_gestures

import glasscell
from glasscell.errors import GlasscellError
from glasscell.networks.builder import build_network
from glasscell.settings.article import DigitsSettings
from glasscell.tasks.digits import training as digits

FORMATS = {
    "onnx": "network.onnx",
    "npz": "network.npz",
    "keras": "network.keras",
    "savedmodel": "savedmodel",
    "c": "network",
}
BATCHES = (1, 7, 64)
N = 100
Arrays = dict[str, np.ndarray]


class Case(NamedTuple):
    """What is exported, and what it predicts.

    Parameters
    ----------
    trained : str or Keras model
        A run.
    inputs : dict of arrays (N, …)
        By the names of a file's inputs; first the series, (N, T, …), whose edges are asked, too.
    predict : callable
        Returns what is predicted for inputs of one series; of what it does not predict for, it
        raises an error.
    labels : list of str, optional
    every : bool
        Whether each step has a prediction.
    unit : float
        What one unit of difference is.
    """

    trained: Any
    inputs: Arrays
    predict: Callable[..., np.ndarray]
    labels: list[str] | None = None
    every: bool = False
    unit: float = 1.0


def write(series: list[np.ndarray], path: Path, labels: Any = None) -> None:
    """Write series (T, D) as a row a step; labels are one for each, or for each step."""
    tables = [
        pd.DataFrame(x, columns=[f"column {d + 1}" for d in range(x.shape[1])]) for x in series
    ]
    for n, table in enumerate(tables):
        table.insert(0, "id", f"s{n:04d}")
        table.insert(1, "time", range(len(table)))
        if labels is not None:
            table["label"] = labels[n]
    pd.concat(tables).to_csv(path, index=False)


def cut(series: list[np.ndarray]) -> list[np.ndarray]:
    """Leave a single step of every tenth series."""
    return [x[:1] if n % 10 == 3 else x for n, x in enumerate(series)]


def padded(series: list[np.ndarray]) -> np.ndarray:
    """Return series as one array (N, T, D), NaN after the last step of each."""
    x = np.full((len(series), max(map(len, series)), series[0].shape[1]), np.nan, "float32")
    for row, one in zip(x, series, strict=True):
        row[: len(one)] = one
    return x


def with_gaps(series: list[np.ndarray], seed: int) -> list[np.ndarray]:
    """Leave out a fifth of all values, and the whole of a few steps."""
    rng = np.random.default_rng(seed)
    return [
        np.where(
            (rng.random(x.shape) < 0.2)
            | (rng.random((len(x), 1)) < 0.1) & (np.arange(len(x)) > 0)[:, None],
            np.nan,
            x,
        )
        for x in series
    ]


def of_run(path: str, series: list[np.ndarray], **about: Any) -> Case:
    """Return the case of a run that predicts for series."""
    run = glasscell.load(path)

    def predict(series: np.ndarray) -> np.ndarray:
        x = (
            series
            if series.shape[1]
            else np.full_like(series, np.nan, shape=(1, 1, series.shape[2]))
        )  # no value
        return run.predict(x)[:, None] if run.classes_ is None else np.asarray(run.predict_proba(x))

    labels = None if run.classes_ is None else run.classes_.tolist()
    return Case(path, {"series": padded(series)}, predict, labels, **about)


def train(name: str, *words: str) -> str:
    """Train by the command, and return the run."""
    subprocess.run(
        [sys.executable, "-m", "glasscell", "train", *words, "--name", name, "--quiet"], check=True
    )
    return f"runs/{name}"


def article() -> Case:
    """Train the article's run; its test images."""
    digits.train(DigitsSettings(epochs=100), output_dir=Path("runs"), name="article")
    return of_run("runs/article", list(load_digits().images[-N:]))


def vowels() -> Case:
    """Train on JapaneseVowels, 12 channels, 7 to 29 steps."""
    x, y = load_japanese_vowels(split="train")
    write([one.T for one in x], Path("train-vowels.csv"), y)
    train_gestures(
        Path("train-vowels.csv"), Path("runs"), "vowels", units=32, epochs=30, bidirectional=True
    )
    x, _ = load_japanese_vowels(split="test")
    return of_run("runs/vowels", cut([one.T for one in x[:N]]))


def slopes() -> Case:
    """Train on numbers."""
    series = gestures(1)
    numbers = 100 + 7.5 * np.array([x[:, 0].sum() for x in series])
    write(series, Path("train-slopes.csv"), numbers)
    train_gestures(Path("train-slopes.csv"), Path("runs"), "slopes", epochs=20)
    return of_run("runs/slopes", cut(gestures()), unit=numbers.std())


def gaps() -> Case:
    """Train on a file with gaps; answer another."""
    labels = np.where(np.arange(N) % 2, "down", "up")
    write(with_gaps(gestures(1), 1), Path("train-gaps.csv"), labels)
    train_gestures(Path("train-gaps.csv"), Path("runs"), "gaps", epochs=20)
    return of_run("runs/gaps", cut(with_gaps(gestures(), 2)))


def gestures(seed: int = 0) -> list[np.ndarray]:
    """Return series that go up or down in turn."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(4, 30, N)
    return [
        np.column_stack(
            [(-1) ** n * np.arange(t) / t + rng.normal(0, 0.1, t), rng.normal(0, 0.1, t)]
        )
        for n, t in enumerate(lengths)
    ]


def counter() -> Case:
    """Make a network whose memory cells exceed ten by far, where fused LiteRT LSTMs are clipped."""
    keras.utils.set_random_seed(0)
    network = build_network(2, 3, units=5)
    (lstm,) = [layer for layer in network.layers if isinstance(layer, glasscell.LSTM)]
    bias = lstm.cell.bias
    i, f, z, o = np.split(bias.numpy(), 4)
    bias.assign(np.concatenate([i + 6, f + 8, z + np.array([3, -3, 3, -3, 3]), o]))
    series = padded(cut([np.concatenate([x, x, x]) for x in gestures()]))
    assert np.abs(glasscell.trace(network, series[:1])["lstm_1"].c).max() > 10
    return Case(
        network, {"series": series}, lambda series: np.asarray(network(series)), ["0", "1", "2"]
    )


def steps() -> Case:
    """Train to label each step, in both directions; label others, with gaps."""

    def made(seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        rng = np.random.default_rng(seed)
        labels = [
            np.repeat(["low", "high", "low", "high"], rng.integers(2, 8, 4)) for _ in range(N)
        ]
        values = [
            [(one == "high") + rng.normal(0, 0.3, len(one)), rng.normal(size=len(one))]
            for one in labels
        ]
        return [np.transpose(x) for x in values], labels

    series, labels = made(1)
    write(series, Path("train-steps.csv"), labels)
    run = train("steps", "train-steps.csv", "--label", "label", "--epochs", "5", "--units", "8")
    return of_run(run, cut(with_gaps(made(0)[0], 2)), every=True)


def sales() -> Case:
    """Train to forecast six steps with a covariate; forecast unseen series, with gaps."""
    H, T = 6, 40

    def made(seed: int, n: int) -> list[pd.DataFrame]:
        rng, t = np.random.default_rng(seed), np.arange(T + H)
        promo = [(rng.random(T + H) < 0.3) * 1.0 for _ in range(n)]
        return [
            pd.DataFrame({"unique_id": f"{seed}.{k}", "ds": t,
                          "y": np.sin(t) + 4 * one + rng.normal(0, 0.4, T + H), "promo": one})
            for k, one in enumerate(promo)
        ]  # fmt: skip

    pd.concat(made(1, 8)).to_csv("train-sales.csv", index=False)
    how = ["--forecast", f"{H}", "--base", "last value", "--known", "promo", "--epochs", "10"]
    path = train("sales", "train-sales.csv", *how)
    run, new = glasscell.load(path), made(2, 20)
    values, promo = (np.stack([table[name] for table in new]) for name in ("y", "promo"))
    values, promo = values[:, :T], promo[..., None]
    for n, row in enumerate(with_gaps([*values[:, :-1, None]], 3)):  # up to the last value
        values[n, :-1] = row[:, 0]
        values[n, : max(0, 3 * n - 20)] = np.nan  # shorter and shorter
    inputs = {"values": values, "known": promo[:, :T], "known_ahead": promo[:, T:]}

    def predict(values: np.ndarray, known: np.ndarray, known_ahead: np.ndarray) -> np.ndarray:
        y, promo = np.append(values, [np.nan] * H), np.append(known, known_ahead)
        table = pd.DataFrame({"unique_id": "new", "ds": range(len(y)), "y": y, "promo": promo})
        return run.predict(table)[["LSTM-lo-80", "LSTM", "LSTM-hi-80"]].to_numpy()[None]

    return Case(path, inputs, predict)


def book() -> Case:
    """Train on a text; read pieces of another, with characters that it does not know."""
    Path("train-book.txt").write_text(
        "the cat sat on the mat and the rat sat on the hat.\n" * 60, encoding="utf-8"
    )
    path, T = train("book", "train-book.txt", "--text", "--epochs", "2", "--units", "16"), 24
    run = glasscell.load(path)
    names = ["", "\N{REPLACEMENT CHARACTER}", *run.alphabet.characters]
    text = np.random.default_rng(0).integers(1, len(names), (10, T))
    text[:, 0] = 0  # before a text's first

    def predict(text: np.ndarray) -> np.ndarray:
        characters = [names[one] for one in text[0, 1:]]
        after = [run.predict("".join(characters[:k])).loc[names] for k in range(text.shape[1])]
        return np.array(after).reshape(1, -1, len(names))

    return Case(path, {"text": text}, predict, every=True)


def edges_of(inputs: Arrays) -> Iterator[tuple[str, Arrays]]:
    """Give edge cases of numbers, by name: the first of three series changed, or all cut."""
    name, x = next(iter(inputs.items()))
    whole = np.argsort(np.isnan(x).reshape(len(x), -1).sum(1), kind="stable")[:3]
    inputs = {key: v[whole] for key, v in inputs.items()}
    x = inputs[name]

    def along(change: Callable[[np.ndarray], np.ndarray]) -> Arrays:
        return {key: change(v) if v.shape[1] == x.shape[1] else v for key, v in inputs.items()}

    yield "N 0", {key: v[:0] for key, v in inputs.items()}
    yield "N 1", {key: v[:1] for key, v in inputs.items()}
    yield "T 0", along(lambda v: v[:, :0])
    yield "T 1", along(lambda v: v[:, :1])
    yield "T longest", inputs
    yield "T above", along(lambda v: np.concatenate([v, v[:, 1:]], 1))
    if np.issubdtype(x.dtype, np.integer):
        return
    one, row, channel = (0, -3, 0)[: x.ndim], (0, -3), (0, slice(None), 0)[: x.ndim]
    denormal = 1e-310 if x.dtype == np.float64 else 1e-40
    for edge, where, value in (
        ("NaN one", one, np.nan),
        ("NaN row", row, np.nan),
        ("NaN all", 0, np.nan),
        ("inf one", one, np.inf),
        ("3e38", one, 3e38),
        ("denormal", channel, denormal),
        ("−0.0", channel, -0.0),
    ):
        changed = x.copy()
        changed[where] = value
        yield edge, inputs | {name: changed}


def predicted(case: Case, inputs: Arrays, shape: tuple[int, ...]) -> Arrays:
    """Return a run's predictions for single series: `answers`, NaN if none; `answered`, `label`."""
    x = next(iter(inputs.values()))
    shape = (x.shape[1], *shape[1:]) if case.every else shape
    answers, answered = np.full((len(x), *shape), np.nan), np.zeros(len(x), bool)
    for n in range(len(x)):
        try:
            answers[n] = case.predict(**{name: v[n : n + 1] for name, v in inputs.items()})[0]
            answered[n] = case.every or not np.isnan(x[n]).all()  # else it is the average
        except GlasscellError:
            continue
    answered = np.repeat(answered[:, None], x.shape[1], 1) if case.every else answered
    found = {"answers": answers, "answered": answered}
    if case.labels is not None:
        found["label"] = np.where(
            answered, np.array(case.labels)[np.nan_to_num(answers).argmax(-1)], ""
        )
    return found


CASES = (article, vowels, slopes, gaps, counter, steps, sales, book)


def main() -> None:
    """Read the command line; write all cases."""
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    os.chdir(sys.argv[1])
    warnings.simplefilter("ignore")  # of series that are like none in training
    for make in CASES:
        case, folder = make(), Path(make.__name__)
        folder.mkdir()
        is_run, longest = isinstance(case.trained, str), next(iter(case.inputs.values())).shape[1]
        names = {} if is_run else {"channels": ["column 1", "column 2"], "labels": case.labels}
        for to, name in FORMATS.items():
            if (make, to) != (article, "keras"):  # which does not have its cell
                glasscell.export(case.trained, folder / name, to=to, **names)
        for batch in BATCHES:
            glasscell.export(
                case.trained,
                folder / f"network-{batch}.tflite",
                batch=batch,
                steps=longest,
                **names,
            )
        shape = case.predict(**{name: v[:1] for name, v in case.inputs.items()}).shape[1:]
        # what is no run rejects nothing
        asked = [("all", case.inputs), *(edges_of(case.inputs) if is_run else ())]
        arrays: Any = {"unit": case.unit}
        for edge, inputs in asked:
            arrays |= {f"{edge}/asked/{name}": v for name, v in inputs.items()}
            arrays |= {
                f"{edge}/predicted/{name}": v for name, v in predicted(case, inputs, shape).items()
            }
        np.savez(folder / "asked.npz", **arrays)
        if make in (vowels, slopes, gaps, steps):
            series = [
                x[: np.flatnonzero(~np.isnan(x).all(1)).max(initial=0) + 1]
                for x in case.inputs["series"]
            ]
            write(series, folder / "file.csv")
            command = [
                sys.executable,
                "-m",
                "glasscell",
                "predict",
                case.trained,
                folder / "file.csv",
            ]
            subprocess.run([*command, "-o", folder / "predicted.csv", "--quiet"], check=True)


if __name__ == "__main__":
    main()
