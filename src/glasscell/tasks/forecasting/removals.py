"""What each past value gave to a forecast: the forecast, less the one without that value.

Without a value its step is a gap, and closed as the run closes gaps: by what stood a season before, or else by the last
value; the network is told that nothing was measured there. Covariates stay. Nothing here is a gradient, and what
single values give need not add up to the forecast: where two say the same, neither is missed.

T time steps · S of them that a forecast reaches back to · H steps ahead
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.baselines import fill
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import Framing, cut
from glasscell.tasks.forecasting.preparation import answers
from glasscell.tasks.forecasting.sentences import ForecastRuns

AT_ONCE = 64  # copies of a series in memory


@dataclass(frozen=True)
class Removals:
    """What each of the last values gave. Made by `remove_each`.

    Parameters
    ----------
    steps : int array (S,)
        Which steps of the series, ascending.
    values : array (S,)
        NaN in gaps.
    instead : array (S,)
        What stands there when the value does not.
    gave : array (S, H)
        The median, less the one without the value, in the unit of the series; 0 in gaps.
    of_base : array (S, H)
        The same of the baseline alone.
    quantiles : array (H, Q)
        The forecast itself.
    """

    steps: np.ndarray
    values: np.ndarray
    instead: np.ndarray
    gave: np.ndarray
    of_base: np.ndarray
    quantiles: np.ndarray

    @property
    def in_all(self) -> np.ndarray:
        """What each gave to the sum of the steps ahead, (S,)."""
        return self.gave.sum(1)

    @property
    def of_base_in_all(self) -> np.ndarray:
        """What each gave to that of the baseline alone, (S,)."""
        return self.of_base.sum(1)


def remove_each(network: Any, framing: Framing, panel: Panel, middle: int) -> Removals:
    """Forecast a series without each of its last values in turn.

    Parameters
    ----------
    network : keras.Model
    framing : Framing
    panel : Panel
        Of one series; where covariates are known in advance, with its future.
    middle : int
        The place of the median among the quantiles.

    Raises
    ------
    DataError
        If the series has a single value, without which there is no forecast; or as `forecast` does.
    """
    (values,) = panel.values
    if (~np.isnan(values)).sum() < 2:
        raise DataError(ForecastRuns.ONE_VALUE, series=panel.ids[0])
    steps = np.arange(max(0, len(values) - framing.reach), len(values))
    there = steps[~np.isnan(values[steps])]
    quantiles, base = _forecast(network, framing, panel, [values])
    gave, of_base = np.zeros((2, len(steps), framing.horizon))
    instead = fill(values, framing.season)[steps]
    for first in range(0, len(there), AT_ONCE):
        part = there[first : first + AT_ONCE]
        without = [np.where(np.arange(len(values)) == step, np.nan, values) for step in part]
        rows = part - steps[0]
        instead[rows] = [fill(one, framing.season)[step] for one, step in zip(without, part, strict=True)]
        found, base_without = _forecast(network, framing, panel, without)
        gave[rows] = quantiles[0, :, middle] - found[..., middle]
        of_base[rows] = base[0] - base_without
    return Removals(steps, values[steps], instead, gave, of_base, quantiles[0])


def _forecast(network: Any, framing: Framing, panel: Panel, values: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return quantiles (N, H, Q) and baselines (N, H) of one series with other values, in its unit."""
    n = len(values)
    windows = cut(replace(panel.of([0] * n), values=values), framing, last=True)
    base = np.exp(windows.base) if framing.baseline.logs else windows.base
    return answers(network, framing, windows), base
