"""How often the checks of `data/` (shift, leaks, codes, overlaps, sensors) give false warnings.

    python benchmarks/false_alarms.py   needs aeon, whose data it uses; see README.md in this folder

A set is split into random halves, and one is compared with the other as new data with training
data. The test part of real sets, recorded by other people or on another day, is also compared with
their training part. Whole sets are checked for leaks, missing-value codes, overlaps and dead
sensors; for leaks in file order and in class order.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import archive
import numpy as np
import pandas as pd

from glasscell.data import Sequences, read
from glasscell.data.checks.advice import check_values
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.checks.leaks import check_leaks
from glasscell.data.checks.overlaps import check_overlaps
from glasscell.data.checks.profiles import profile
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.shift import extent_of, outside
from glasscell.data.sequences import is_empty
from glasscell.facts import Note

REAL = (*archive.SETS, "UnitTest", "Covid3Month_disc", "ACSF1", "CardanoSentiment", "Covid3Month")
COUNTED = ["files", "with warnings", "for some series"]
NUMBERS = ("CardanoSentiment", "Covid3Month")


def real(name: str) -> tuple[Sequences, Sequences]:
    """Return the training part and the test part of a set."""
    task: Any = "regression" if name in NUMBERS else "auto"
    train, test = (read(archive.path(name, part), task=task) for part in ("TRAIN", "TEST"))
    return _with_values(train), _with_values(test)


def _with_values(series: Sequences) -> Sequences:
    return series.select(~is_empty(series.x))


def made(kind: str, n: int, steps: int, rng: np.random.Generator) -> Sequences:
    """Return n series of three channels and three classes."""
    x = MADE[kind](rng, n, steps).astype("float64")
    return Sequences.from_list(list(x), y=np.array(["a", "b", "c"])[np.arange(n) % 3], name=kind)


def _noise(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    return rng.normal(size=(n, steps, 3))


def _levels(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """Each series has its own level, which differs between classes."""
    return (
        _noise(rng, n, steps) + 3 * (np.arange(n) % 3)[:, None, None] + rng.normal(size=(n, 1, 3))
    )


def _walks(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    return _noise(rng, n, steps).cumsum(1)


def _loud_and_calm(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """Each series has its own log-normal amplitude."""
    return _noise(rng, n, steps) * np.exp(rng.normal(size=(n, 1, 3)))


def _bursts(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """Mostly zeros, with occasional bursts."""
    return (rng.random((n, steps, 3)) < 0.05) * np.exp(rng.normal(size=(n, steps, 3)))


def _switches(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    return rng.random((n, steps, 3)) < [0.1, 0.3, 0.5]


def _heavy_tails(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    return rng.standard_t(2, size=(n, steps, 3))


def _ages(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """One value in all steps of a series: normal, log-normal, or a whole number."""
    one = np.stack([rng.normal(size=n), np.exp(rng.normal(size=n)), rng.integers(0, 9, n)], axis=1)
    return np.broadcast_to(one[:, None], (n, steps, 3))


def _slow(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """Each series has the level of one of eight persons, which is nearly all that differs."""
    return rng.normal(size=(8, 1, 3))[rng.integers(0, 8, n)] + 0.01 * _noise(rng, n, steps)


def _positive_levels(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """Each series has its own log-normal level; the amplitude grows with the level."""
    return np.exp(rng.normal(size=(n, 1, 3))) * (5 + _noise(rng, n, steps))


def _counts(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    return rng.poisson([0.3, 2.0, 9.0], size=(n, steps, 3)).astype(float)


def _rectified(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    return np.maximum(_noise(rng, n, steps) + np.arange(3), 0)


def _ending(rng: np.random.Generator, n: int, steps: int) -> np.ndarray:
    """Each series is at rest, then moves, then is at rest again."""
    x, rest = _noise(rng, n, steps), rng.integers(0, steps // 2, size=(n, 2))
    at = np.arange(steps)
    return np.where(((at >= rest[:, :1]) & (at < steps - rest[:, 1:]))[..., None], x, 0)


MADE: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "noise": _noise,
    "levels": _levels,
    "walks": _walks,
    "loud and calm": _loud_and_calm,
    "bursts": _bursts,
    "switches": _switches,
    "heavy tails": _heavy_tails,
    "ages": _ages,
    "slow": _slow,
    "positive levels": _positive_levels,
    "counts": _counts,
    "rectified": _rectified,
    "rest at both ends": _ending,
}


def halves(series: Sequences, rng: np.random.Generator) -> Iterator[tuple[Sequences, Sequences]]:
    """Yield the two halves of a set, each to be compared with the other."""
    order = rng.permutation(len(series))
    first, second = (
        series.select(part) for part in (order[: len(order) // 2], order[len(order) // 2 :])
    )
    yield first, second
    yield second, first


def warnings(train: Sequences, other: Sequences) -> list[Note]:
    """Return the warnings about one file compared with another."""
    return outside(extent_of(profile(train)), profile(other), train.channels)


def is_of_some(warning: Note) -> bool:
    """Return whether a warning is about some series of a file."""
    return "ids" in warning.values


def main() -> None:
    """Count, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=50, help="number of random splits of each set")
    parser.add_argument("--show", action="store_true", help="print each warning")
    asked = parser.parse_args()
    rows, leaks, others = [], [], []

    def count(kind: str, name: str, pairs: Iterator[tuple[Sequences, Sequences]]) -> None:
        found: Counter[str] = Counter()
        for train, other in pairs:
            said = warnings(train, other)
            found["files"] += 1
            found["with warnings"] += bool(said)
            found["for some series"] += any(map(is_of_some, said))
            for text in said if asked.show else ():
                print(f"{kind}, {name}: {text}")
        rows.append({"what": kind, "set": name, **{k: found[k] for k in COUNTED}})

    def look_for_leaks(name: str, series: Sequences) -> None:
        by_class = series.select(np.argsort(np.asarray(series.y), kind="stable"))
        for order, some in (("as in the file", series), ("by class", by_class)):
            said = check_leaks(some)
            leaks.append({"set": name, "order": order, "with warnings": bool(said)})
            for text in said if asked.show else ():
                print(f"leaks, {name}, {order}: {text}")

    def look_for_others(name: str, series: Sequences) -> None:
        said = [*check_values(series), *check_overlaps(series, fingerprints_of(series))]
        said = [note for note in said if note.code is not Doubts.CONSTANT]  # correctly reported
        others.append({"set": name, **{note.code.name: True for note in said}})
        for text in said if asked.show else ():
            print(f"values and overlaps, {name}: {text}")

    for name in REAL:
        train, test = real(name)
        count("test part compared with training part", name, iter([(train, test)]))
        together = [
            pair
            for seed in range(asked.times)
            for pair in halves(train, np.random.default_rng(seed))
        ]
        count("halves of a real set", name, iter(together))
        for part in (train, test):
            look_for_leaks(name, part)
            look_for_others(name, part)
    for name in MADE:
        for n, steps in ((20, 10), (60, 30), (400, 30)):
            sets = [
                made(name, n, steps, np.random.default_rng(seed)) for seed in range(asked.times)
            ]
            for one in sets:
                look_for_others(name, one)
            dealt = (
                pair for k, one in enumerate(sets) for pair in halves(one, np.random.default_rng(k))
            )
            count("halves of a synthetic set", name, dealt)
        for seed in range(10):
            look_for_leaks(name, made(name, 60, 30, np.random.default_rng(seed)))
    table = pd.DataFrame(rows)
    for of_each in (["what", "set"], ["what"]):
        print(
            table.pivot_table(index=of_each, values=COUNTED, aggfunc="sum", sort=False)[
                COUNTED
            ].to_string()
        )
        print()
    of_leaks = pd.DataFrame(leaks)
    print(
        f"leaks: {len(of_leaks)} sets checked in an order, "
        f"{int(of_leaks['with warnings'].sum())} with warnings"
    )
    found = pd.DataFrame(others).drop(columns="set").sum().to_dict()
    print(
        f"codes, dead sensors and overlaps: {len(others)} sets checked, with warnings: {found or 0}"
    )


if __name__ == "__main__":
    main()
