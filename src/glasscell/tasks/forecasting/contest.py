"""Who forecasts: the network on its base, or ETS or Theta, which are compared at the same origins of the past.

N series · H steps ahead · Q quantiles
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from glasscell.tasks.forecasting.panels.baselines import Baseline, scale_of
from glasscell.tasks.forecasting.panels.local_models import LOCAL_NAMES
from glasscell.tasks.forecasting.panels.panel import MODEL, Panel, cut_off
from glasscell.tasks.forecasting.panels.past_origins import compare_on_past

ORIGINS = 3
MOST_COMPARED = 30  # forecasts of each model: of more series so many are compared
FEW = 5  # series: of fewer a network is better by chance too often
MARGIN = 0.9  # of the error of the better of both, which the network's has to be below of few series


@dataclass(frozen=True)
class Contest:
    """Mean absolute scaled errors at past origins, by forecaster: the network with its weight, ETS and Theta.

    Parameters
    ----------
    errors : dict of str to float
    series, origins : int
        On how many series, and at how many origins of each.
    better : str or None
        Which of ETS and Theta forecasts instead.
    """

    errors: dict[str, float]
    series: int
    origins: int
    better: str | None


def compare(
    panel: Panel,
    begins: Sequence[int] | np.ndarray,
    forecast_median: Callable[[Panel], np.ndarray],
    horizon: int,
    quantiles: Sequence[float],
    season: int,
    base: Baseline,
) -> Contest | None:
    """Compare a network with ETS and Theta at past origins; one with a lower error forecasts instead.

    None where there is no such origin. Of fewer than five series the network has to be better by a tenth: one series
    has few origins, and a network that was chosen among several there is flattered by them.

    Parameters
    ----------
    panel : Panel
    begins : sequence of N ints
        The first step of each series that was held back.
    forecast_median : callable
        Returns what the network, with its weight, forecasts after the end of each series of a panel, in their units:
        (N, H). It was trained without what was held back.
    horizon : int
        H.
    quantiles : sequence of Q floats
    season : int
        1 is none.
    base : Baseline
    """
    room = np.array([(len(values) - begin) // horizon for values, begin in zip(panel.values, begins, strict=True)])
    if not (room > 0).any():
        return None
    origins = min(int(np.median(room[room > 0])), ORIGINS)
    found = compare_on_past(panel.values, horizon, quantiles, season, base, origins=origins, most=MOST_COMPARED)
    compared = np.flatnonzero((room >= origins) & ~np.isnan(found["base"])).tolist()
    if not compared:
        return None
    part, ours = panel.of(compared), []
    for back in range(1, origins + 1):
        seen = cut_off(part, back * horizon)
        both = zip(part.values, seen.values, forecast_median(seen), strict=True)
        ours.append([_error(values, len(past), median, season) for values, past, median in both])
    errors = {name: float(found[name][compared].mean()) for name in LOCAL_NAMES}
    best = min(errors, key=lambda name: errors[name])
    own, margin = float(np.nanmean(ours)), MARGIN if len(panel) < FEW else 1.0
    better = None if own < margin * errors[best] else best
    return Contest({MODEL: own} | errors, len(compared), origins, better)


def _error(values: np.ndarray, end: int, median: np.ndarray, season: int) -> float:
    past, came = values[:end], values[end:][: len(median)]
    known = ~np.isnan(came)
    scale = scale_of(past, season) or scale_of(past)
    return float(np.mean(np.abs(came - median[: len(came)])[known]) / scale) if known.any() and scale else np.nan
