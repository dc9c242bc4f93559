"""The fan charts of a run: which series are shown, and how much of their past."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.plots.fans import Fan, draw_fans

SHOWN = 6  # series
TAIL = 3  # horizons of the past, or two seasons


def fans_of(
    panel: Panel,
    answers: np.ndarray | None,
    quantiles: Sequence[float],
    earlier: Sequence[tuple[int, int, np.ndarray]] = (),
) -> Figure:
    """Draw the forecasts of the first `SHOWN` series.

    Parameters
    ----------
    panel : Panel
    answers : array (N, H, Q), or None
        None draws those from earlier origins alone.
    quantiles : sequence of Q floats
    earlier : sequence of tuples
        Forecasts from earlier origins, as `forecast_backtest.Backtest` has them.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(9), "y": range(9)}))
    >>> len(fans_of(panel, np.ones((1, 2, 3)), (0.1, 0.5, 0.9)).axes)
    1
    """
    if answers is None:
        horizon = len(earlier[0][2]) if earlier else 0
        answers = np.full((len(panel), horizon, len(quantiles)), np.nan)
    horizon = answers.shape[1]
    ahead, middle = panel.next_times(horizon), list(quantiles).index(0.5)
    fans = []
    for n in range(min(SHOWN, len(panel))):
        origins = [(end, found) for series, end, found in earlier if series == n]
        first = min([len(panel.values[n]) - 1, *(end for end, _ in origins)])
        start = max(0, first - max(TAIL * horizon, 2 * panel.season))
        both = panel.times[n]
        times, values = np.asarray(both)[start:], panel.values[n][start:]
        before = tuple((np.asarray(both)[end + 1 : end + 1 + len(found)], found) for end, found in origins)
        fans.append(Fan(panel.ids[n], times, values, np.asarray(ahead[n]), answers[n], middle, before))
    left = len(panel) - len(fans)
    return draw_fans(fans, f"the first {len(fans)} of {len(panel)} series" if left else "")
