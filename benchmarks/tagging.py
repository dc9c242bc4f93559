"""`LSTMTagger` with its defaults, next to the majority label and logistic regression on windows.

    python benchmarks/tagging.py                      needs aeon for data; see README.md here
    python benchmarks/tagging.py --write motions.csv  such series as a table, for `glasscell train`
    python benchmarks/tagging.py --develop            the choice of defaults, on training parts only

Long series are stitched from aeon's: training series from the training part, test series from the
test part. The order and length of pieces are random. Five seeds.
"""

import argparse
import os
import time
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import archive
import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.tasks.tagging.baselines import COMMONEST, Baselines
from glasscell.tasks.tagging.report import SHOWN
from glasscell.tasks.tagging.scores import measure

SETS = {
    "BasicMotions": {"shortest": 30, "pieces": 12},
    "JapaneseVowels": {"shortest": 7, "pieces": 24},
}
SERIES = 10  # long series, for training and for testing
VARIATIONS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "unidirectional": {"bidirectional": False},
    "noise .1": {"noise": 0.1},
    "noise .5": {"noise": 0.5},
    "learning rate .003": {"learning_rate": 0.003},
    "window 100": {"window": 100},
    "window 400": {"window": 400},
    "dropout .5": {"dropout": 0.5},
    "300 updates": {"epochs": 60},
}


def stitch(
    parts: Sequences, seed: int, *, shortest: int, pieces: int
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return long series (T, D) of randomly ordered pieces, and the labels of their steps (T,)."""
    rng = np.random.default_rng(seed)
    x, y = [], []
    for _ in range(SERIES):
        cuts, tags = [], []
        for n in rng.choice(len(parts), pieces, replace=False):
            length = int(parts.lengths[n])
            size = int(rng.integers(min(shortest, length), length + 1))
            begin = int(rng.integers(length - size + 1))
            cuts.append(parts.x[n, begin : begin + size])
            tags.append(np.full(size, str(np.asarray(parts.y)[n]), object))
        x.append(np.concatenate(cuts))
        y.append(np.concatenate(tags))
    return x, y


def halves(parts: Sequences, seed: int) -> tuple[Sequences, Sequences]:
    """Return two thirds of a training part for training, and the rest for choosing defaults."""
    order = np.random.default_rng(seed).permutation(len(parts))
    return parts.select(order[: 2 * len(parts) // 3]), parts.select(order[2 * len(parts) // 3 :])


def write(file: str, parts: Sequences) -> None:
    """Write long series as a table: id, time, channels, and the label of each step."""
    frames = []
    for k, (v, tags) in enumerate(zip(*stitch(parts, 0, **SETS["BasicMotions"]), strict=True)):
        columns: dict[str, Any] = {"id": f"person_{k}", "time": np.arange(len(v)) / 10}
        columns |= zip(("ax", "ay", "az", "gx", "gy", "gz"), np.round(v, 4).T, strict=True)
        frames.append(pd.DataFrame(columns | {"label": tags}))
    pd.concat(frames).to_csv(file, index=False)


def row(
    name: str, truth: list, answers: list, classes: list[str], seconds: float
) -> dict[str, Any]:
    """Return a row of the table."""
    found = measure(truth, answers, classes)
    segments = {f"segment F1@{100 * float(k):g}": v for k, v in found["segment_f1"].items()}
    return {
        "": name,
        "accuracy": found["accuracy"],
        "macro F1": found["macro_f1"],
        **segments,
        "seconds": seconds,
    }


def main() -> None:
    """Print a table for each set."""
    from glasscell import LSTMTagger

    parser = argparse.ArgumentParser(description="Labels for every step of stitched series.")
    parser.add_argument(
        "--develop", action="store_true", help="try variations, on training parts only"
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="only these variations")
    parser.add_argument("--write", metavar="FILE.csv", help="only write BasicMotions' long series")
    parser.add_argument(
        "--part", choices=["TRAIN", "TEST"], default="TRAIN", help="the part to write"
    )
    arguments = parser.parse_args()
    if arguments.write:
        write(arguments.write, archive.load("BasicMotions", arguments.part))
        return
    variations = (
        VARIATIONS
        if arguments.develop
        else {k: VARIATIONS[k] for k in ("defaults", "unidirectional")}
    )
    if arguments.only:
        variations = {k: VARIATIONS[k] for k in arguments.only}
    for name, how in SETS.items():
        rows = []
        for seed in range(arguments.seeds):
            train = archive.load(name)
            both = halves(train, seed) if arguments.develop else (train, archive.load(name, "TEST"))
            how = {**how, "pieces": min(how["pieces"], len(both[1]))}
            (x, y), (x_test, truth) = (
                stitch(both[0], seed, **how),
                stitch(both[1], 1000 + seed, **how),
            )
            classes = sorted({tag for tags in y for tag in tags})
            for ahead in (True, False):
                began = time.perf_counter()
                for simple, answers in Baselines(x, y, ahead=ahead).predict(x_test).items():
                    seconds = time.perf_counter() - began
                    if ahead:
                        rows.append(
                            row(SHOWN.get(simple, simple), truth, answers, classes, seconds)
                        )
                    elif simple != COMMONEST:
                        rows.append(
                            row(f"{simple}, preceding steps", truth, answers, classes, seconds)
                        )
            for variation, options in variations.items():
                began = time.perf_counter()
                tagger = LSTMTagger(random_state=seed, **options).fit(x, y)
                seconds = time.perf_counter() - began
                rows.append(
                    row(f"LSTM, {variation}", truth, tagger.predict(x_test), classes, seconds)
                )
        table = pd.DataFrame(rows).groupby("", sort=False)
        steps = sum(map(len, x))
        print(
            f"\n{name}: {SERIES} series, {steps} steps in total, {arguments.seeds} seeds: mean ± "
            f"standard deviation"
        )
        mean, deviation = (
            pd.DataFrame(v).round(3).astype(str) for v in (table.mean(), table.std().fillna(0))
        )
        shown = mean + " ± " + deviation
        print(shown.to_string(), flush=True)


if __name__ == "__main__":
    main()
