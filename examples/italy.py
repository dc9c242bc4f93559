"""Hourly power demand in Italy by day, and the half of the year: data for the other examples."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from glasscell.data import Sequences, read


def load(part: str) -> Sequences:
    """Return the "TRAIN" or "TEST" part of ItalyPowerDemand from aeon, or else simulated data."""
    aeon = find_spec("aeon")
    if aeon is not None and aeon.origin is not None:
        file = (
            Path(aeon.origin).parent / f"datasets/data/ItalyPowerDemand/ItalyPowerDemand_{part}.ts"
        )
        if file.exists():
            print(f"{part}: {file}")
            return read(file)
    print(
        f"{part}: simulated, since the package aeon is not installed, which has the real "
        f"ItalyPowerDemand"
    )
    return simulate(67 if part == "TRAIN" else 400, seed=0 if part == "TRAIN" else 1)


def simulate(days: int, seed: int) -> Sequences:
    """Return days of 24 hours with a late evening peak in summer, an earlier, higher in winter."""
    rng = np.random.default_rng(seed)
    hours, summer = np.arange(24), np.arange(days) % 2 == 1
    evening = np.where(summer, 21, 18)[:, None] + rng.normal(0, 0.7, (days, 1))
    height = np.where(summer, 0.7, 1.1)[:, None] + rng.normal(0, 0.15, (days, 1))
    day = np.exp(-((hours - 11) ** 2) / 18) + height * np.exp(-((hours - evening) ** 2) / 4)
    return Sequences.from_list(
        list(day + rng.normal(0, 0.1, (days, 24))), y=np.where(summer, "summer", "winter")
    )
