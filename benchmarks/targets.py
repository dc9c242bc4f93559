"""Small sets of series with continuous targets, from installed packages: nothing is downloaded.

Each is (x, y): windows of a long series and a later value, synthetic series and their parameter, or
some channels and the mean of another. At most 150 series, at most 100 steps.
"""

from collections.abc import Callable
from importlib import import_module

import archive
import numpy as np
import pandas as pd

Set = tuple[np.ndarray, np.ndarray]


def table_of(name: str) -> pd.DataFrame:
    """Return a table that ships with statsmodels."""
    return import_module(f"statsmodels.datasets.{name}").load_pandas().data


def windows(values: np.ndarray, target: np.ndarray, steps: int, ahead: int, every: int) -> Set:
    """Cut windows (N, steps, D) out of values (T, D); the target is `ahead` steps later."""
    ends = np.arange(steps, len(values) - ahead + 1, every)
    x = np.stack([values[end - steps : end] for end in ends])
    return x.astype("float32"), target[ends + ahead - 1].astype("float64")


def change(values: np.ndarray, steps: int, ahead: int, every: int) -> Set:
    """Cut windows; the target is the change from the last step to `ahead` steps later."""
    x, later = windows(values[:, None], values, steps, ahead, every)
    return x, later - x[:, -1, 0]


def co2() -> Set:
    """Half a year of weekly CO2 on Mauna Loa, without trend; the change in a quarter of a year."""
    values = table_of("co2")["co2"].interpolate().to_numpy()
    return change(
        values - np.polyval(np.polyfit(np.arange(len(values)), values, 2), np.arange(len(values))),
        26,
        13,
        15,
    )


def elnino() -> Set:
    """Two years of monthly sea temperatures; the change in half a year."""
    return change(table_of("elnino").iloc[:, 1:].to_numpy().ravel(), 24, 6, 5)


def macrodata() -> Set:
    """Two years of growth in the USA, by five quarterly series; the product's in the next."""
    table = table_of("macrodata")
    growth = np.diff(np.log(table[["realgdp", "realcons", "realinv"]].to_numpy()), axis=0)
    values = np.column_stack([100 * growth, table["infl"].iloc[1:], np.diff(table["unemp"])])
    return windows(values, values[:, 0], 8, 1, 1)


def uschange() -> Set:
    """Two years of quarterly changes in the USA; the change of consumption in the next quarter."""
    values = pd.read_csv(archive.folder() / "Uschange/Uschange.csv").iloc[:, 2:].to_numpy()
    return windows(values, values[:, 0], 8, 1, 1)


def sunspots() -> Set:
    """22 years of sunspots; their number two years later."""
    values = table_of("sunspots")["SUNACTIVITY"].to_numpy()
    return windows(values[:, None], values, 22, 2, 2)


def solar() -> Set:
    """Six hours of solar power; the change in the next hour."""
    values = pd.read_csv(archive.folder() / "solar/solar.csv")["solar_gen"].to_numpy()
    return change(values, 12, 2, 2)


def rate() -> Set:
    """Noisy waves; their number of cycles."""
    rng = np.random.default_rng(0)
    y, phase = rng.uniform(2, 6, 150), rng.uniform(0, 2 * np.pi, 150)
    wave = np.sin(2 * np.pi * y[:, None] * np.linspace(0, 1, 60) + phase[:, None])
    return (wave + rng.normal(0, 0.5, wave.shape))[..., None].astype("float32"), y


def phase() -> Set:
    """Bumps in noise; their times."""
    rng = np.random.default_rng(1)
    y = rng.uniform(5, 35, 150)
    bump = np.exp(-(((np.arange(40) - y[:, None]) / 3) ** 2))
    return (bump + rng.normal(0, 0.4, bump.shape))[..., None].astype("float32"), y


def weak() -> Set:
    """Random walks of two channels; the mean of one of them, buried in noise: at best R² 0.2."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(150, 30, 2)).cumsum(1)
    mean = x[..., 0].mean(1)
    return x.astype("float32"), mean / mean.std() + rng.normal(0, 2, 150)


def chance() -> Set:
    """Random walks, and unrelated numbers: at best R² 0."""
    rng = np.random.default_rng(3)
    return rng.normal(size=(110, 24, 2)).cumsum(1).astype("float32"), rng.normal(size=110)


def motions() -> Set:
    """Five of the six channels of BasicMotions; the mean of the other."""
    x = np.concatenate([archive.load("BasicMotions", part).x for part in ("TRAIN", "TEST")])
    return x[..., 1:], x[..., 0].mean(1).astype("float64")


def vowels() -> Set:
    """Eleven of the twelve channels of JapaneseVowels; the mean of the other."""
    x = archive.load("JapaneseVowels").x[::2]
    return x[..., 1:], np.nanmean(x[..., 0], 1).astype("float64")


SETS: dict[str, Callable[[], Set]] = {
    one.__name__: one
    for one in (
        co2,
        elnino,
        macrodata,
        uschange,
        sunspots,
        solar,
        rate,
        phase,
        weak,
        chance,
        motions,
        vowels,
    )
}
