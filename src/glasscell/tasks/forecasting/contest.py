"""Who forecasts: the network on its base, or ETS or Theta, which are compared at the same origins of the past.

N series · W windows · H steps ahead · Q quantiles
"""

from collections.abc import Sequence

import numpy as np

from glasscell.tasks.forecasting.panels.baselines import Baseline, scale_of
from glasscell.tasks.forecasting.panels.local_models import LOCAL_NAMES
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.past_origins import compare_on_past
from glasscell.tasks.forecasting.panels.windows import Windows

ORIGINS = 3
MOST_COMPARED = 30  # forecasts of each model: of more series so many are compared
FEW = 5  # series: of fewer a network is better by chance too often
MARGIN = 0.9  # of the error of the better of both, which the network's has to be below of few series


def find_better(
    panel: Panel,
    later: Windows,
    median: np.ndarray,
    horizon: int,
    quantiles: Sequence[float],
    season: int,
    base: Baseline,
) -> str | None:
    """Return "ETS" or "Theta" where its error at past origins is below the network's; None where neither's is.

    Of fewer than five series the network has to be better by a tenth: one series has few origins, and a network that
    was chosen among several there is flattered by them.

    Parameters
    ----------
    panel : Panel
    later : Windows
        That were held back.
    median : array (W, H)
        What the network forecast at each, with its weight, in units of the series, trained without what was held back.
    horizon : int
        H.
    quantiles : sequence of Q floats
    season : int
        1 is none.
    base : Baseline
    """
    at = {(int(n), int(origin)): k for k, (n, origin) in enumerate(zip(later.series, later.origin, strict=True))}
    room = [sum((n, len(values) - 1 - back * horizon) in at for back in range(1, ORIGINS + 1))
            for n, values in enumerate(panel.values)]  # fmt: skip
    if not (origins := int(np.median([count for count in room if count] or [0]))):
        return None
    found = compare_on_past(panel.values, horizon, quantiles, season, base, origins=origins, most=MOST_COMPARED)
    ours = np.full(len(panel), np.nan)
    for n, values in enumerate(panel.values):
        if room[n] >= origins and not np.isnan(found["base"][n]):
            ends = [len(values) - back * horizon for back in range(1, origins + 1)]
            ours[n] = np.mean([_error(values, end, median[at[n, end - 1]], season) for end in ends])
    errors = {name: found[name] for name in LOCAL_NAMES}
    both = ~np.isnan([ours, *errors.values()]).any(0)
    if not both.any():
        return None
    best = min(errors, key=lambda name: errors[name][both].mean())
    margin = MARGIN if len(panel) < FEW else 1.0
    return None if ours[both].mean() < margin * errors[best][both].mean() else best


def _error(values: np.ndarray, end: int, median: np.ndarray, season: int) -> float:
    past, came = values[:end], values[end:][: len(median)]
    known = ~np.isnan(came)
    scale = scale_of(past, season) or scale_of(past)
    return float(np.mean(np.abs(came - median[: len(came)])[known]) / scale) if known.any() and scale else np.nan
