"""Synthetic panels to forecast: six kinds, twenty sets of each; odd numbers are held out.

    python benchmarks/made_panels.py          list all sets
    python benchmarks/made_panels.py shapes 4 > panel.csv

Defaults are developed only on the even numbers. The odd ones were fixed before any default was
chosen, and are inspected once, at the end. A set is determined by its kind and number.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from forecast_sets import ForecastSet, describe

SETS = 20  # of each kind
ASIDE = range(1, SETS, 2)
DEVELOPED_ON = range(0, SETS, 2)


def make(kind: str, number: int) -> ForecastSet:
    """Return a set of a kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    number : int
        0 to 19.
    """
    rng = np.random.default_rng([list(KINDS).index(kind), number])
    return KINDS[kind](f"{kind} {number}", rng)


def _shapes(name: str, rng: np.random.Generator) -> ForecastSet:
    """Courses of common shapes that start at random times: a shape's beginning determines it."""
    count, length, horizon = (
        int(rng.integers(40, 160)),
        int(rng.integers(90, 200)),
        int(rng.integers(6, 15)),
    )
    library = []
    for _ in range(int(rng.integers(3, 6))):
        size = int(rng.integers(10, 30))
        t = np.linspace(0, 1, size)
        waves = sum(rng.normal() * np.sin(np.pi * (k + 1) * t) for k in range(3))
        library.append(waves / np.abs(waves).max() * np.sin(np.pi * t) ** 0.3)
    noise, rows = 0.03 + 0.12 * rng.random(), []
    for _ in range(count):
        y, t = np.zeros(length + 40), int(rng.integers(0, 8))
        while t < length:
            shape = library[rng.integers(len(library))] * (0.6 + 0.8 * rng.random())
            y[t : t + len(shape)] += shape
            t += len(shape) + int(rng.integers(1, 8))
        level = rng.normal() * 5
        rows.append(level + (0.5 + rng.random()) * (y[:length] + noise * rng.normal(size=length)))
    return _in_days(name, rows, horizon, "D")


def _nonlinear(name: str, rng: np.random.Generator) -> ForecastSet:
    """Series with a common nonlinear law of their past: a logistic map, a threshold, or a delay."""
    count, length, horizon = (
        int(rng.integers(50, 220)),
        int(rng.integers(80, 180)),
        int(rng.integers(4, 13)),
    )
    law = ("logistic", "threshold", "delay")[rng.integers(3)]
    noise, rate = 0.01 + 0.06 * rng.random(), rng.random()
    delay, frequency = int(rng.integers(3, 9)), ("D", "W", None)[rng.integers(3)]
    rows = []
    for _ in range(count):
        own, y = rng.normal(), np.full(length + 60, 0.5) + 0.3 * rng.normal(size=length + 60)
        for t in range(delay, len(y)):
            shock = rng.normal()
            if law == "logistic":  # every second value of a nearly periodic map, chaotic for some
                x = np.clip(y[t - 1], 0.01, 0.99)
                y[t] = (3.4 + 0.35 * rate + 0.05 * own) * x * (1 - x) + 0.3 * noise * shock
            elif law == "threshold":
                up = y[t - 1] > 0.8
                y[t] = (
                    -0.9 * y[t - 1] if up else 0.35 + (0.7 + 0.4 * rate) * y[t - 1]
                ) + 2 * noise * shock
            else:  # Mackey and Glass, in discrete time
                before = y[t - delay] / (1 + np.abs(y[t - delay]) ** (8 + 2 * rate))
                y[t] = 0.7 * y[t - 1] + (0.6 + 0.3 * rate) * before + noise * shock
            y[t] = np.clip(y[t], -5, 5)
        rows.append(rng.normal() * 20 + np.exp(0.5 * rng.normal()) * 10 * y[60:])
    return _in_days(name, rows, horizon, frequency)


def _promotions(name: str, rng: np.random.Generator) -> ForecastSet:
    """Daily sales with known future promotions that raise them, and lower the following days."""
    count, length, horizon = (
        int(rng.integers(40, 220)),
        int(rng.integers(120, 300)),
        int(rng.integers(7, 22)),
    )
    week = 1 + 0.3 * rng.random() * rng.normal(size=7)
    lags = np.array([1.0, *(rng.normal(size=4) * np.array([0.6, 0.5, 0.4, 0.3]) - 0.15)])
    noise, share = 0.04 + 0.12 * rng.random(), 0.08 + 0.12 * rng.random()
    rows, known = [], []
    for _ in range(count):
        promo = np.zeros(length + horizon)
        starts = np.flatnonzero(rng.random(length + horizon) < share / 2)
        for start in starts:
            promo[start : start + int(rng.integers(1, 4))] = (0.1, 0.2, 0.3)[rng.integers(3)]
        lift = (1 + 2.5 * rng.random()) * np.convolve(promo, lags)[: len(promo)] * 3
        level = np.exp(2 + rng.normal()) * np.exp(np.cumsum(0.01 * rng.normal(size=len(promo))))
        days = np.arange(len(promo)) % 7
        chance = np.exp(noise * rng.normal(size=len(promo)))
        rows.append(level * np.maximum(week[days], 0.1) * np.maximum(1 + lift, 0.1) * chance)
        known.append(promo)
    made = _in_days(name, rows, horizon, "D", promo=known)
    return made._replace(known=("promo",))


def _level_shifts(name: str, rng: np.random.Generator) -> ForecastSet:
    """Monthly or weekly series, some with a season, whose level jumps occasionally."""
    count, length, horizon = (
        int(rng.integers(5, 60)),
        int(rng.integers(60, 150)),
        int(rng.integers(6, 13)),
    )
    frequency = ("MS", "W", "QS")[rng.integers(3)]
    season, amplitude = {"MS": 12, "W": 1, "QS": 4}[frequency], 5 * rng.random()
    rows = []
    for _ in range(count):
        jumps = (rng.random(length) < 0.02) * rng.normal(size=length) * 30
        wave = amplitude * np.sin(2 * np.pi * (np.arange(length) / season + rng.random()))
        rows.append(100 + np.cumsum(jumps) + wave + 2 * rng.normal(size=length))
    return _in_days(name, rows, horizon, frequency)


def _two_seasons(name: str, rng: np.random.Generator) -> ForecastSet:
    """Hourly or half-hourly demand with daily and weekly seasons."""
    a_day = (24, 48)[rng.integers(2)]
    count, length = int(rng.integers(1, 8)), a_day * int(rng.integers(28, 50))
    t = np.arange(length)
    rows = []
    for _ in range(count):
        day = sum(
            rng.normal() * np.cos(2 * np.pi * (k * t / a_day + rng.random())) / k for k in (1, 2, 3)
        )
        at_weekend = (t // a_day) % 7 >= 5
        drift, noise = np.cumsum(rng.normal(size=length)) * 0.02, np.zeros(length)
        for k in range(1, length):
            noise[k] = 0.9 * noise[k - 1] + 0.12 * rng.normal()
        rows.append(50 + 8 * (day * np.where(at_weekend, 0.5, 1.0) - at_weekend + drift + noise))
    return _in_days(name, rows, a_day, {24: "h", 48: "30min"}[a_day])


def _intermittent(name: str, rng: np.random.Generator) -> ForecastSet:
    """Daily or weekly demand that is mostly zero, partly seasonal."""
    count, length, horizon = (
        int(rng.integers(20, 120)),
        int(rng.integers(80, 250)),
        int(rng.integers(7, 15)),
    )
    frequency, spread = ("D", "W")[rng.integers(2)], 2 * rng.random()
    rows = []
    for _ in range(count):
        chance = 0.03 + 0.4 * rng.random() ** 2
        week = (
            np.exp(spread * np.cos(2 * np.pi * np.arange(length) / 7))
            if frequency == "D"
            else np.ones(length)
        )
        sold = rng.random(length) < np.minimum(chance * week / week.mean(), 1)
        rows.append(sold * (1.0 + rng.poisson(np.exp(rng.normal()), length)))
    return _in_days(name, rows, horizon, frequency)


KINDS: dict[str, Callable[[str, np.random.Generator], ForecastSet]] = {
    "shapes": _shapes,
    "nonlinear": _nonlinear,
    "promotions": _promotions,
    "level shifts": _level_shifts,
    "two seasons": _two_seasons,
    "intermittent": _intermittent,
}
# the past or the covariate has information that no baseline uses
LEARNABLE = ("shapes", "nonlinear", "promotions")


def _in_days(
    name: str, rows: list, horizon: int, frequency: str | None, **known: list
) -> ForecastSet:
    """Return a set of series with times of a frequency; later covariates are known future ones."""
    parts = []
    for n, y in enumerate(rows):
        times = (
            np.arange(len(y))
            if frequency is None
            else pd.date_range("2020-01-01", periods=len(y), freq=frequency)
        )
        columns = {"unique_id": f"s{n:03d}", "ds": times, "y": np.round(y, 4)}
        parts.append(pd.DataFrame(columns | {key: of_all[n] for key, of_all in known.items()}))
    return ForecastSet(name, pd.concat(parts, ignore_index=True), horizon, frequency)


def main() -> None:
    """Print a set as CSV, or the list of sets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", nargs="?", choices=KINDS)
    parser.add_argument("number", nargs="?", type=int, default=0)
    options = parser.parse_args()
    if options.kind:
        make(options.kind, options.number).frame.to_csv(sys.stdout, index=False)
        return
    for kind in KINDS:
        for number in range(SETS):
            made = make(kind, number)
            print(f"{made.name:18} {describe(made)}{', held out' if number in ASIDE else ''}")


if __name__ == "__main__":
    main()
