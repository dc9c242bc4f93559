"""The expected value of each step ahead, of which stock needs sums: how far it lies above the median.

N series · T time steps of one · W windows · H steps ahead
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from glasscell.tasks.forecasting.panels.baselines import fill
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import Framing, Windows

FEWEST_AT_A_STEP = 1000  # values, for a number of its own: with fewer, a step has that of all steps


class Errors(NamedTuple):
    """How far what came lay above medians, and what that is measured by. Made by `errors_of`.

    Parameters
    ----------
    above : array (W, H)
        In units of the series; in logarithms, as a part of the median.
    known : bool array (W, H)
        Where something came after something had changed.
    unit, square : array (W, 1)
        Of each window's past: see `units_so_far`.
    """

    above: np.ndarray
    known: np.ndarray
    unit: np.ndarray
    square: np.ndarray

    def mean(self) -> tuple[float, ...]:
        """Return the mean at each step ahead, in units: H numbers, none where nothing is known.

        It is the slope of least squares, each window weighted by how much its series changes: so rare demand does not
        decide it.
        """
        weight = np.where(self.known, self.unit / np.where(self.square > 0, self.square, 1), 0)
        above, units = (weight * self.above).sum(0), (weight * self.unit).sum(0)
        return self._each(lambda steps: above[steps].sum() / units[steps].sum())

    def above_middle(self) -> tuple[float, ...]:
        """Return how far the mean lies above the middle one at each step ahead, likewise.

        A network has learnt medians. That most of the last values lie above them, as after a shift of the level, does
        not last; that some lie far above them does.
        """
        unit = np.where(self.unit > 0, self.unit, 1)
        weight = np.where(self.known, unit / np.sqrt(np.where(self.square > 0, self.square, 1)), 0)
        ratio = self.above / unit
        middle = self._each(lambda steps: weighted_median(ratio[:, steps], weight[:, steps]))
        return tuple(mean - one for mean, one in zip(self.mean(), middle, strict=True))

    def _each(self, of: Callable[[slice], float]) -> tuple[float, ...]:
        """Return a number of each step that has enough values, and for the others that of all steps."""
        if not self.known.any():
            return ()
        pooled, counts = of(slice(None)), self.known.sum(0)
        return tuple(
            float(of(slice(h, h + 1)) if count >= FEWEST_AT_A_STEP else pooled) for h, count in enumerate(counts)
        )


def errors_of(panel: Panel, windows: Windows, median: np.ndarray, *, logs: bool = False) -> Errors:
    """Return how far what came after windows lay above medians.

    Parameters
    ----------
    panel : Panel
    windows : Windows
        Of the panel, at some origins.
    median : array (W, H)
        What was forecast, in units of the windows' scales.
    logs : bool
        Whether windows are in logarithms.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.panels.windows import cut
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(8), "y": [0.0, 2, 0, 2, 0, 2, 0, 6]}))
    >>> errors = errors_of(panel, cut(panel, Framing(1, 4, 1, Baseline())), np.zeros((5, 1)))
    >>> errors.above.ravel().tolist(), np.round(errors.mean(), 6)
    ([2.0, -2.0, 2.0, -2.0, 6.0], array([1.067306]))
    """
    seen = [units_so_far(values, logs=logs) for values in panel.values]
    both = [seen[n][:, origin] for n, origin in zip(windows.series, windows.origin, strict=True)]
    unit, square = np.reshape(both, (-1, 2)).T[..., None]
    known = ~np.isnan(windows.target) & (unit > 0)
    scale = np.where(windows.scale > 0, windows.scale, 1)[:, None]  # as targets have it
    above = np.where(known, windows.target.astype("float64") - median, 0) * scale
    return Errors(np.expm1(above) if logs else above, known, unit, square)


def weighted_median(numbers: np.ndarray, weight: np.ndarray) -> float:
    """Return the number below which half of the weight lies.

    >>> weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 1.0]))
    1.0
    """
    order = np.argsort(numbers, axis=None, kind="stable")
    share = np.cumsum(weight.ravel()[order])
    return float(numbers.ravel()[order][np.searchsorted(share, share[-1] / 2)])


def units_so_far(values: np.ndarray, *, logs: bool = False) -> np.ndarray:
    """Return the mean absolute change of a series up to each step, or its mean size where that is less; and its square.

    Of demand that mostly is 0, the mean size is less, and is the unit in which what comes is 1 in the mean, however
    rare it is. All is 0 where nothing has changed yet. Of logarithms, the unit is their mean change.

    Returns
    -------
    array (2, T)
        The unit; and the mean squared change.

    Examples
    --------
    >>> units_so_far(np.array([2.0, 4, np.nan, 4])).tolist()
    [[0.0, 2.0, 1.0, 0.6666666666666666], [0.0, 4.0, 2.0, 1.3333333333333333]]
    >>> units_so_far(np.array([0.0, 0, 4, 0]))[0].tolist()
    [0.0, 0.0, 1.3333333333333333, 1.0]
    """
    change = np.diff(fill(np.log(values) if logs else values), prepend=np.nan)
    unit = _means_so_far(np.abs(change))
    unit = unit if logs else np.minimum(unit, _means_so_far(np.abs(values)))
    return np.stack([unit, _means_so_far(change**2)])


def _means_so_far(numbers: np.ndarray) -> np.ndarray:
    known = ~np.isnan(numbers)
    return np.cumsum(np.where(known, numbers, 0)) / np.maximum(np.cumsum(known), 1)


def expect(framing: Framing, panel: Panel, median: np.ndarray) -> np.ndarray | None:
    """Return the expected value of the steps after the end of each series, (N, H), given their medians, in its units.

    None where nothing is known of how far it lies above them. Of a series without a value below 0 it is never below 0.
    """
    if not framing.above:
        return None
    logs = framing.baseline.logs
    units = np.array([units_so_far(values, logs=logs)[0, -1] for values in panel.values])
    above = units[:, None] * np.asarray(framing.above)
    found = median * (1 + above) if logs else median + above
    lowest = np.array([np.nanmin(values) for values in panel.values])[:, None]
    return np.where(lowest >= 0, np.maximum(found, 0), found)
