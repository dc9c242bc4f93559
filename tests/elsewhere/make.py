"""Train what is to answer elsewhere, and write it in every format, beside a file and what glasscell answers to it.

    python tests/elsewhere/make.py FOLDER          needs glasscell[test] and aeon, whose JapaneseVowels is read

For each NAME of the cases: NAME.csv, whose every tenth series has a single step (not article's); NAME-answers.csv, what
glasscell answers; NAME.onnx, NAME-{1,7,64}.tflite, NAME-savedmodel/ and NAME-c/, for answers.py, without it.
"""

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from aeon.datasets import load_japanese_vowels
from sklearn.datasets import load_digits
from support.gestures import train_gestures

import glasscell
from glasscell.networks.builder import build_network
from glasscell.settings.article import ArticleSettings
from glasscell.tasks.digits import training as digits
from glasscell.tasks.series.predictions import predict_to

BATCHES = (1, 7, 64)
N = 100


def write(series: list[np.ndarray], path: Path, labels: np.ndarray | None = None) -> None:
    """Write series (T, D) as a row a step; channels are called as those of a run of digits are."""
    tables = [pd.DataFrame(x, columns=[f"column {d + 1}" for d in range(x.shape[1])]) for x in series]
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
            (rng.random(x.shape) < 0.2) | (rng.random((len(x), 1)) < 0.1) & (np.arange(len(x)) > 0)[:, None], np.nan, x
        )
        for x in series
    ]


def article() -> tuple[str, list[np.ndarray]]:
    """Train the article's run; its test images."""
    digits.train(ArticleSettings(epochs=100), output_dir=Path("runs"), name="article")
    return "runs/article", list(load_digits().images[-N:])


def vowels() -> tuple[str, list[np.ndarray]]:
    """Train on JapaneseVowels, 12 channels, 7 to 29 steps."""
    x, y = load_japanese_vowels(split="train")
    write([one.T for one in x], Path("train-vowels.csv"), y)
    train_gestures(Path("train-vowels.csv"), Path("runs"), "vowels", units=32, epochs=30, bidirectional=True)
    x, _ = load_japanese_vowels(split="test")
    return "runs/vowels", [one.T for one in x[:N]]


def slopes() -> tuple[str, list[np.ndarray]]:
    """Train on numbers."""
    series = gestures(1)
    write(series, Path("train-slopes.csv"), 100 + 7.5 * np.array([x[:, 0].sum() for x in series]))
    train_gestures(Path("train-slopes.csv"), Path("runs"), "slopes", epochs=20)
    return "runs/slopes", gestures()


def gaps() -> tuple[str, list[np.ndarray]]:
    """Train on a file with gaps; answer another."""
    labels = np.where(np.arange(N) % 2, "down", "up")
    write(with_gaps(gestures(1), 1), Path("train-gaps.csv"), labels)
    train_gestures(Path("train-gaps.csv"), Path("runs"), "gaps", epochs=20)
    return "runs/gaps", with_gaps(gestures(), 2)


def gestures(seed: int = 0) -> list[np.ndarray]:
    """Return series that go up or down in turn."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(4, 30, N)
    return [
        np.column_stack([(-1) ** n * np.arange(t) / t + rng.normal(0, 0.1, t), rng.normal(0, 0.1, t)])
        for n, t in enumerate(lengths)
    ]


def counter() -> tuple[keras.Model, list[np.ndarray]]:
    """Make a network whose memory cells go on to far beyond ten, where fused operations of LiteRT are cut off."""
    keras.utils.set_random_seed(0)
    network = build_network(2, 3, units=5)
    (lstm,) = [layer for layer in network.layers if isinstance(layer, glasscell.LSTM)]
    bias = lstm.cell.bias
    i, f, z, o = np.split(bias.numpy(), 4)
    bias.assign(np.concatenate([i + 6, f + 8, z + np.array([3, -3, 3, -3, 3]), o]))
    series = [np.concatenate([x, x, x]) for x in gestures()]
    assert np.abs(glasscell.trace(network, padded(series[:1]))["lstm_1"].c).max() > 10
    return network, series


def main() -> None:
    """Read the command line; write all cases."""
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    os.chdir(sys.argv[1])
    for case in (article, vowels, slopes, gaps, counter):
        name = case.__name__
        trained, series = case()
        if name != "article":  # whose images all have eight rows
            series = cut(series)
        write(series, Path(f"{name}.csv"))
        longest = max(map(len, series))
        names = {} if isinstance(trained, str) else {"channels": ["column 1", "column 2"], "labels": ["0", "1", "2"]}
        glasscell.export(trained, f"{name}.onnx", **names)
        glasscell.export(trained, f"{name}-savedmodel", to="savedmodel", **names)
        glasscell.export(trained, f"{name}-c", to="c", **names)
        for batch in BATCHES:
            glasscell.export(trained, f"{name}-{batch}.tflite", to="litert", batch=batch, steps=longest, **names)
        if isinstance(trained, str) and name != "article":  # a command answers files
            predict_to(Path(trained), f"{name}.csv", f"{name}-answers.csv")
        else:
            network = keras.models.load_model(f"{trained}/model.keras") if isinstance(trained, str) else trained
            answers = pd.DataFrame(network.predict(padded(series), verbose=0)).add_prefix("p(").add_suffix(")")
            answers.insert(0, "answer", answers.to_numpy().argmax(1))
            answers.to_csv(f"{name}-answers.csv", index_label="id")


if __name__ == "__main__":
    main()
