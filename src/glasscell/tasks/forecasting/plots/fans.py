"""Fan charts: a series, its forecast, and how far the truth may lie from it.

T time steps · H steps ahead · Q quantiles
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from glasscell.plots.style import BLUE, ORANGE, as_text
from glasscell.tasks.forecasting.panels.panel import Panel

COLUMNS = 2
PALEST, DARKEST = 0.15, 0.35  # how opaque the widest and the narrowest band are
EARLIER = 0.45  # of them, for forecasts from earlier origins
SHOWN = 6  # series
TAIL = 3  # horizons of the past, or two seasons


@dataclass(frozen=True)
class Fan:
    """What one fan chart shows.

    Parameters
    ----------
    name : str
        Of the series.
    times : array (T,), datetime64 or int
    values : array (T,)
        NaN in gaps.
    ahead : array (H,)
        The times that are forecast.
    quantiles : array (H, Q)
        Ascending, the median in the middle place `middle`.
    middle : int
    earlier : tuple of (array (H,), array (H, Q))
        Forecasts from earlier origins, with their times.

    Examples
    --------
    >>> Fan("a", np.arange(2), np.ones(2), np.array([2]), np.ones((1, 3)), 1).middle
    1
    """

    name: str
    times: Any
    values: np.ndarray
    ahead: Any
    quantiles: np.ndarray
    middle: int
    earlier: tuple[tuple[Any, np.ndarray], ...] = field(default=())


def draw_fans(fans: Sequence[Fan], title: str = "") -> Figure:
    """Draw fan charts, two in a row: values as a line, the medians and bands of forecasts beside them.

    Parameters
    ----------
    fans : sequence of Fan
    title : str

    Examples
    --------
    >>> fan = Fan("sales", np.arange(4), np.arange(4.0), np.array([4, 5]), np.array([[3.0, 4, 5], [3, 5, 7]]), 1)
    >>> draw_fans([fan]).axes[0].get_title()
    'sales'
    """
    columns = min(COLUMNS, len(fans))
    rows = -(-len(fans) // columns)
    figure = Figure(figsize=(7.2 if columns == 1 else 11.0, 1.0 + 2.8 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, fan in zip(grid, fans, strict=False):
        draw_fan(axes, fan)
    for axes in grid[len(fans) :]:
        axes.set_axis_off()
    grid[0].legend(frameon=False, fontsize="small", loc="upper left")
    if title:
        figure.suptitle(title)
    return figure


def draw_fan(axes: Any, fan: Fan) -> None:
    """Draw one fan chart, without a legend.

    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> draw_fan(axes, Fan("a", np.arange(2), np.ones(2), np.array([2]), np.ones((1, 3)), 1))
    >>> len(axes.lines)
    3
    """
    values = np.asarray(fan.values, float)
    axes.plot(fan.times, values, color=BLUE, linewidth=1.2, label="values")
    alone = np.isnan(np.concatenate([[np.nan], values[:-1]])) & np.isnan(np.concatenate([values[1:], [np.nan]]))
    axes.plot(np.asarray(fan.times)[alone], values[alone], ".", color=BLUE)  # between gaps, where no line would show
    for times, quantiles in fan.earlier:
        _bands(axes, times, quantiles, fan.middle, EARLIER)
        axes.plot(times, quantiles[:, fan.middle], color=ORANGE, linewidth=0.9, linestyle=":")
    _bands(axes, fan.ahead, fan.quantiles, fan.middle, 1.0)
    marker = "o" if len(fan.ahead) == 1 else None
    axes.plot(fan.ahead, fan.quantiles[:, fan.middle], color=ORANGE, linewidth=1.4, marker=marker, label="forecast")
    if fan.earlier:
        axes.plot([], [], color=ORANGE, linewidth=0.9, linestyle=":", label="forecast from an earlier origin")
    if np.asarray(fan.times).dtype.kind == "M":
        mark_dates(axes)
    axes.set_title(as_text(fan.name), fontsize="medium")
    axes.grid(alpha=0.25)


def mark_dates(axes: Any) -> None:
    """Write dates under the horizontal axis, each as short as it can be."""
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _bands(axes: Any, times: Any, quantiles: np.ndarray, middle: int, strength: float) -> None:
    pairs = min(middle, quantiles.shape[1] - 1 - middle)
    for k in range(pairs, 0, -1):
        opaque = strength * (DARKEST if pairs == 1 else DARKEST - (DARKEST - PALEST) * (k - 1) / (pairs - 1))
        axes.fill_between(
            times, quantiles[:, middle - k], quantiles[:, middle + k], color=ORANGE, alpha=opaque, linewidth=0
        )


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
        Forecasts from earlier origins, as `backtest.Backtest` has them.

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
