"""Gates and memory cells of a forecaster: in its last window, and by position in the season.

W windows · C steps of context · H units of all LSTMs · P positions in a season
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import keras
import numpy as np
import pandas as pd

from glasscell.facts import Note
from glasscell.inspection.traces import LayerTrace, trace, traces
from glasscell.tasks.forecasting.model.network import members_of
from glasscell.tasks.forecasting.model.windows import Framing, Windows, cut
from glasscell.tasks.forecasting.panels.frequency import DAYS, NAMES, parse_frequency
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.sentences import ForecastRuns

GATES = ("i", "f", "o")
LAST = (slice(None), -1)  # the last step of each window
FEWEST_SEASONS = 3  # of windows, to find what follows the season
MOST_SEASONS, MOST_WINDOWS = 4, 1000  # the latest, whichever is more
FOLLOWS = 0.5  # fraction of the variance


class Seasonal(NamedTuple):
    """How units follow a season. Made by `follow_season`.

    Parameters
    ----------
    share : array (H,)
        Fraction of each unit's variance that its means by position explain, adjusted for what they
        explain of noise. It is NaN for a unit that never changes, and below 0 if means of noise
        would explain more.
    means : array (P, H)
        Mean at each position; NaN without a window.
    count : int array (P,)
        Windows at each position.
    """

    share: np.ndarray
    means: np.ndarray
    count: np.ndarray


@dataclass(frozen=True)
class SeasonRead:
    """Memory cells and gates by position in the season. Made by `read_season`.

    Parameters
    ----------
    units : list of (str, int)
        Layer of each unit, and its index there.
    memories : Seasonal
        For c after the last step of each window.
    gates : array (P, 3)
        Means of i, f and o at that step over all units, by position.
    names : list of P str
        Names of the positions.
    windows : int
        W.
    """

    units: list[tuple[str, int]]
    memories: Seasonal
    gates: np.ndarray
    names: list[str]
    windows: int

    @property
    def order(self) -> np.ndarray:
        """Indices of units, from the one that follows the season most; constant units last."""
        return np.argsort(-np.nan_to_num(self.memories.share, nan=-np.inf), kind="stable")

    @property
    def labels(self) -> list[str]:
        """Names of the units."""
        return [f"{layer} unit {unit}" for layer, unit in self.units]

    @property
    def highest(self) -> tuple[str, int, float]:
        """Layer, index and explained variance fraction of the unit that follows the season most."""
        layer, unit = self.units[self.order[0]]
        return layer, unit, float(self.memories.share[self.order[0]])

    @property
    def following(self) -> int:
        """Number of units whose c has more than half of its variance explained by the season."""
        return int((np.nan_to_num(self.memories.share) > FOLLOWS).sum())


def reading_half(network: keras.Model) -> keras.Model:
    """Return the part of a forecaster for the past: from steps (W, C, F) to each member's last h.

    It uses the network's own layers, without those that continue over the steps ahead.
    """
    # states may follow h
    outputs = [keras.tree.flatten(member.lstms[-1].output)[0] for member in members_of(network)]
    return keras.Model(network.inputs[0], outputs)


def read_window(network: keras.Model, window: Windows) -> tuple[LayerTrace, ...]:
    """Return the trace of each LSTM on one window."""
    return trace(reading_half(network), window.steps).layers


def mean_gates(layers: tuple[LayerTrace, ...], at: Any = 0) -> np.ndarray:
    """Return the means of i, f and o over all units: at each step of the first window, (C, 3).

    `at` may index arrays (W, C, H) otherwise, if one axis is left before that of the units.
    """
    return np.stack(
        [np.concatenate([getattr(v, gate)[at] for v in layers], 1).mean(1) for gate in GATES], 1
    )


def read_season(network: Any, framing: Framing, panel: Panel) -> SeasonRead | Note | None:
    """Trace windows that end at the latest steps of a series; return what follows the season.

    No window contains a value after its own last step.
    """
    if framing.season < 2:
        return None
    windows, last = cut(panel, framing, limit=None), cut(panel, framing, last=True)
    steps, origins = (
        np.concatenate([windows.steps, last.steps]),
        np.concatenate([windows.origin, last.origin]),
    )
    is_whole = origins >= framing.context - 1  # the series begins no later than the window
    latest = slice(-max(MOST_WINDOWS, MOST_SEASONS * framing.season), None)
    steps, origins = steps[is_whole][latest], origins[is_whole][latest]
    if len(steps) < FEWEST_SEASONS * framing.season:
        expected = framing.context - 1 + FEWEST_SEASONS * framing.season
        return ForecastRuns.TOO_SHORT_FOR_SEASON(
            series=panel.ids[0], expected=expected, n=len(panel.values[0])
        )
    memories, gates, units = [], [], []
    for part in traces(reading_half(network), steps, batch_size=256):
        memories.append(np.concatenate([v.c[LAST] for v in part.layers], 1))
        gates.append(mean_gates(part.layers, LAST))
        units = [(v.name, k) for v in part.layers for k in range(v.c.shape[-1])]
    phases, names = phases_of(panel.times[0], framing.season, panel.frequency)
    at = phases[origins]
    followed = follow_season(np.concatenate(memories), at, framing.season)
    of_gates = follow_season(np.concatenate(gates), at, framing.season).means
    return SeasonRead(units, followed, of_gates, names, len(steps))


def follow_season(memories: np.ndarray, phase: np.ndarray, places: int) -> Seasonal:
    """Return how much of each unit's variance the position in the season explains.

    This is the adjusted R² of the means by position: 1 − (1 − R²)·(W − 1)/(W − P). For noise it is
    0 on average, for any W. It measures correlation with the season, not causation.

    `memories` (W, H), `phase` (W,).

    >>> phase = np.arange(40) % 4
    >>> found = follow_season(np.stack([phase, np.arange(40) // 4], 1), phase, 4)
    >>> found.share.round(2).tolist(), found.count.tolist()
    ([1.0, -0.08], [10, 10, 10, 10])
    """
    memories = np.asarray(memories, "float64")
    count = np.bincount(phase, minlength=places)
    sums = np.zeros((places, memories.shape[1]))
    np.add.at(sums, phase, memories)
    means = np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], np.nan)
    total = ((memories - memories.mean(0)) ** 2).sum(0)
    remaining = ((memories - means[phase]) ** 2).sum(0)
    occupied = int((count > 0).sum())
    moves = total > 1e-12 * (memories**2).sum(0)  # below that, it is float32 rounding
    share = 1 - remaining / np.where(moves, total, 1) * (len(memories) - 1) / max(
        len(memories) - occupied, 1
    )
    return Seasonal(np.where(moves, share, np.nan), means, count)


def phases_of(
    times: Any, season: int, frequency: str | None = None
) -> tuple[np.ndarray, list[str]]:
    """Return each time's position in its season, (T,) int from 0, and the positions' names.

    >>> phases_of(pd.date_range("2026-11-01", periods=3, freq="MS"), 12, "MS")[0]
    array([10, 11,  0])
    >>> phases_of(np.arange(5), 2)
    (array([0, 1, 0, 1, 0]), ['1', '2'])
    """
    if frequency is not None and isinstance(times, pd.DatetimeIndex):
        parsed, clock = parse_frequency(frequency), cast(Any, times)
        natural = {
            ("M", 1, 12): (clock.month - 1, NAMES),
            ("Q", 1, 4): (clock.quarter - 1, ("Q1", "Q2", "Q3", "Q4")),
            ("D", 1, 7): (clock.day_of_week, DAYS),
            ("B", 1, 5): (clock.day_of_week, DAYS[:5]),
            ("h", 1, 24): (clock.hour, tuple(f"{hour}:00" for hour in range(24))),
        }
        if (key := (parsed.unit, parsed.count, season)) in natural:
            places, names = natural[key]
            return np.asarray(places, int), [name.title() for name in names]
    return np.arange(len(times)) % season, [str(k) for k in range(1, season + 1)]
