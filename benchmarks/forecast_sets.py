"""A set of series to forecast, made or real, and how it is described."""

from typing import NamedTuple

import pandas as pd


class ForecastSet(NamedTuple):
    """A long frame (`unique_id`, `ds`, `y`, covariates known in advance), and how it is to be forecast."""

    name: str
    frame: pd.DataFrame
    horizon: int
    frequency: str | None  # None: times are whole numbers
    known: tuple[str, ...] = ()


def describe(one: ForecastSet) -> str:
    """Return how many series a set has, of how many steps, and how far ahead they are forecast."""
    steps = one.frame["unique_id"].value_counts()
    fewest, most = int(steps.min()), int(steps.max())
    length = f"{most}" if fewest == most else f"{fewest}–{most}"
    known = f", known: {', '.join(one.known)}" if one.known else ""
    return f"{len(steps):4} series of {length:>9} steps, {one.horizon:3} ahead, {one.frequency}{known}"
