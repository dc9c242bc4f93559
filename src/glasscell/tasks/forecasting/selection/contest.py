"""Choose the forecaster: compare the network on its base with ETS and Theta at past origins.

N series · H steps ahead · Q quantiles
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from glasscell.tasks.forecasting.baselines.local_models import LOCAL_NAMES
from glasscell.tasks.forecasting.baselines.naive import Baseline, scale_of
from glasscell.tasks.forecasting.baselines.past_origins import compare_on_past
from glasscell.tasks.forecasting.panels.panel import MODEL, Panel, cut_off

ORIGINS = 3
MOST_COMPARED = 30  # forecasts of each model; of more series a sample is compared
FEW = 5  # series: with fewer, a network is too often better at random
MARGIN = (
    0.9  # with few series, the network's error must be below this fraction of the better model's
)


@dataclass(frozen=True)
class Contest:
    """Mean absolute scaled errors at past origins by forecaster: weighted network, ETS, Theta.

    Parameters
    ----------
    series, origins : int
        Numbers of series, and of origins of each.
    better : str or None
        Which of ETS and Theta forecasts instead of the network; None if neither.
    weight : float
        Weight of the network's correction of its base; with 0, the error by the network's name is
        that of the base.
    """

    errors: dict[str, float]
    series: int
    origins: int
    better: str | None
    weight: float = 1.0


def compare(
    panel: Panel,
    first_held_out: Sequence[int] | np.ndarray,
    forecast_median: Callable[[Panel], np.ndarray],
    horizon: int,
    quantiles: Sequence[float],
    season: int,
    base: Baseline,
) -> Contest | None:
    """Compare the weighted network (at weight 0, its base) with ETS and Theta at past origins.

    The one of lowest error forecasts. None if there is no such origin. With fewer than five series
    the network must be better by 10%: there are few origins, and choosing the network by them makes
    its error optimistic.
    """
    room = np.array(
        [
            (len(values) - first) // horizon
            for values, first in zip(panel.values, first_held_out, strict=True)
        ]
    )
    if not (room > 0).any():
        return None
    origins = min(int(np.median(room[room > 0])), ORIGINS)
    errors_on_past = compare_on_past(
        panel.values, horizon, quantiles, season, base, origins=origins, limit=MOST_COMPARED
    )
    compared = np.flatnonzero((room >= origins) & ~np.isnan(errors_on_past["base"])).tolist()
    if not compared:
        return None
    part, network_errors = panel.of(compared), []
    for back in range(1, origins + 1):
        pasts = cut_off(part, back * horizon)
        medians = forecast_median(pasts)
        network_errors.append(
            [
                _error(values, len(past), median, season)
                for values, past, median in zip(part.values, pasts.values, medians, strict=True)
            ]
        )
    errors = {name: float(errors_on_past[name][compared].mean()) for name in LOCAL_NAMES}
    best_rival = min(errors, key=lambda name: errors[name])
    network_error, margin = float(np.nanmean(network_errors)), MARGIN if len(panel) < FEW else 1.0
    better = None if network_error < margin * errors[best_rival] else best_rival
    return Contest({MODEL: network_error} | errors, len(compared), origins, better)


def _error(values: np.ndarray, end: int, median: np.ndarray, season: int) -> float:
    past, target = values[:end], values[end:][: len(median)]
    known = ~np.isnan(target)
    scale = scale_of(past, season) or scale_of(past)
    return (
        float(np.mean(np.abs(target - median[: len(target)])[known]) / scale)
        if known.any() and scale
        else np.nan
    )
