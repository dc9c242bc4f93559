"""A set of series to forecast, synthetic or real, and its description."""

from typing import NamedTuple

import pandas as pd


class ForecastSet(NamedTuple):
    """A long frame (`unique_id`, `ds`, `y`, known future covariates), and how to forecast it."""

    name: str
    frame: pd.DataFrame
    horizon: int
    frequency: str | None  # None: times are integers
    known: tuple[str, ...] = ()


def describe(one: ForecastSet) -> str:
    """Return a set's number of series, their lengths and the horizon, as text."""
    steps = one.frame["unique_id"].value_counts()
    fewest, most = int(steps.min()), int(steps.max())
    length = f"{most}" if fewest == most else f"{fewest}–{most}"
    known = f", known: {', '.join(one.known)}" if one.known else ""
    return (
        f"{len(steps):4} series of {length:>9} steps, {one.horizon:3} ahead, {one.frequency}{known}"
    )
