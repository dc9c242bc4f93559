"""Fan charts of forecasts, and figures of an explained one: effect of past values, gates, season.

S past steps · H steps ahead · Q quantiles · C steps of context · P positions in a season · H units
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasscell.plots.style import AGAINST, BLUE, CLASS_COLOURS, COLOUR, FOR, NAME, ORANGE, as_text
from glasscell.tasks.forecasting.gates import GATES, SeasonRead
from glasscell.tasks.forecasting.panels.panel import MODEL, Panel
from glasscell.tasks.forecasting.panels.seasons import candidates_for

COLUMNS = 2
PALEST, DARKEST = 0.15, 0.35  # how opaque the widest and the narrowest band are
EARLIER = 0.45  # factor on these for forecasts from earlier origins
SHOWN = 6  # series
TAIL = 3  # horizons of the past, or two seasons
MOST_UNITS = 40  # bars
NAMED_UNITS = 3  # whose memory cell is drawn


@dataclass(frozen=True)
class Fan:
    """The contents of one fan chart.

    Parameters
    ----------
    name : str
        Name of the series.
    values : array (T,)
        NaN in gaps.
    next_times : array (H,)
        Times of the forecast.
    quantiles : array (H, Q)
        Ascending, with the median at index `middle`.
    earlier : tuple of (array (H,), array (H, Q))
        Forecasts from earlier origins, with their times.
    forecaster : str
        Name of the forecaster.

    >>> Fan("a", np.arange(2), np.ones(2), np.array([2]), np.ones((1, 3)), 1).middle
    1
    """

    name: str
    times: Any
    values: np.ndarray
    next_times: Any
    quantiles: np.ndarray
    middle: int
    earlier: tuple[tuple[Any, np.ndarray], ...] = field(default=())
    forecaster: str = MODEL


def draw_fans(fans: Sequence[Fan], title: str = "") -> Figure:
    """Draw fan charts, two in a row: values as a line, and medians and bands of forecasts.

    >>> fan = Fan(
    ...     "sales",
    ...     np.arange(4),
    ...     np.arange(4.0),
    ...     np.array([4, 5]),
    ...     np.array([[3.0, 4, 5], [3, 5, 7]]),
    ...     1,
    ... )
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
    alone = np.isnan(np.concatenate([[np.nan], values[:-1]])) & np.isnan(
        np.concatenate([values[1:], [np.nan]])
    )
    # between gaps, where no line would show
    axes.plot(np.asarray(fan.times)[alone], values[alone], ".", color=BLUE)
    for times, quantiles in fan.earlier:
        _bands(axes, times, quantiles, fan.middle, EARLIER)
        axes.plot(times, quantiles[:, fan.middle], color=ORANGE, linewidth=0.9, linestyle=":")
    _bands(axes, fan.next_times, fan.quantiles, fan.middle, 1.0)
    label = "forecast" if fan.forecaster == MODEL else as_text(f"forecast ({fan.forecaster})")
    marker = "o" if len(fan.next_times) == 1 else None
    axes.plot(
        fan.next_times,
        fan.quantiles[:, fan.middle],
        color=ORANGE,
        linewidth=1.4,
        marker=marker,
        label=label,
    )
    if fan.earlier:
        axes.plot(
            [],
            [],
            color=ORANGE,
            linewidth=0.9,
            linestyle=":",
            label="forecast from an earlier origin",
        )
    if np.asarray(fan.times).dtype.kind == "M":
        mark_dates(axes)
    axes.set_title(as_text(fan.name), fontsize="medium")
    axes.grid(alpha=0.25)


def mark_dates(axes: Any) -> None:
    """Label the horizontal axis with concise dates."""
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _bands(axes: Any, times: Any, quantiles: np.ndarray, middle: int, strength: float) -> None:
    pairs = min(middle, quantiles.shape[1] - 1 - middle)
    for k in range(pairs, 0, -1):
        opaque = strength * (
            DARKEST if pairs == 1 else DARKEST - (DARKEST - PALEST) * (k - 1) / (pairs - 1)
        )
        axes.fill_between(
            times,
            quantiles[:, middle - k],
            quantiles[:, middle + k],
            color=ORANGE,
            alpha=opaque,
            linewidth=0,
        )


def fans_of(
    panel: Panel,
    answers: np.ndarray | None,
    quantiles: Sequence[float],
    earlier: Sequence[tuple[int, int, np.ndarray]] = (),
    *,
    forecaster: str = MODEL,
) -> Figure:
    """Draw the forecasts of the first `SHOWN` series.

    `answers` (N, H, Q).

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(9), "y": range(9)}))
    >>> len(fans_of(panel, np.ones((1, 2, 3)), (0.1, 0.5, 0.9)).axes)
    1
    """
    if answers is None:
        horizon = len(earlier[0][2]) if earlier else 0
        answers = np.full((len(panel), horizon, len(quantiles)), np.nan)
    horizon = answers.shape[1]
    next_times, middle = panel.next_times(horizon), list(quantiles).index(0.5)
    fans = []
    for n in range(min(SHOWN, len(panel))):
        origins = [(end, forecast) for series, end, forecast in earlier if series == n]
        first = min([len(panel.values[n]) - 1, *(end for end, _ in origins)])
        start = max(
            0, first - max(TAIL * horizon, 2 * next(iter(candidates_for(panel.frequency)), 1))
        )
        times = np.asarray(panel.times[n])
        from_origins = tuple(
            (times[end + 1 : end + 1 + len(forecast)], forecast) for end, forecast in origins
        )
        fans.append(
            Fan(
                panel.ids[n],
                times[start:],
                panel.values[n][start:],
                np.asarray(next_times[n]),
                answers[n],
                middle,
                from_origins,
                forecaster,
            )
        )
    return draw_fans(
        fans, f"the first {len(fans)} of {len(panel)} series" if len(panel) > len(fans) else ""
    )


def draw_explained(
    fan: Fan,
    gave: np.ndarray,
    of_base: np.ndarray | None,
    gates: np.ndarray | None,
    season: SeasonRead | None = None,
) -> Figure:
    """Draw a series and its forecast, each value's effect on its sum, the gates, and the season.

    `gave, of_base` (S,), `gates` (C, 3).

    >>> fan = Fan(
    ...     "sales",
    ...     np.arange(4),
    ...     np.arange(4.0),
    ...     np.array([4, 5]),
    ...     np.array([[3.0, 4, 5], [3, 5, 7]]),
    ...     1,
    ... )
    >>> [
    ...     len(axes.collections) > 0
    ...     for axes in draw_explained(fan, np.ones(4), np.ones(4), np.ones((2, 3))).axes
    ... ]
    [True, True, False]
    """
    heights = [3.2, 2.0, *([1.5] if gates is not None else [])]
    figure = Figure(
        figsize=(9.6, 0.6 + sum(heights) + (3.0 if season is not None else 0)), layout="constrained"
    )
    above: Any = figure
    below: Any = None
    if season is not None:
        parts: Any = figure.subfigures(2, 1, height_ratios=[sum(heights), 2.8])
        above, below = parts
    grid: Any = above.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    dated = np.asarray(fan.times).dtype.kind == "M"
    past, next_times = (
        np.asarray(date2num(v) if dated else v, float) for v in (fan.times, fan.next_times)
    )
    on_numbers = Fan(fan.name, past, fan.values, next_times, fan.quantiles, fan.middle)
    draw_fan(grid[0], on_numbers)
    reached = past[-len(gave) :]
    _mark(grid[0], reached, np.asarray(fan.values, float)[-len(gave) :], gave)
    grid[0].set_ylabel("value")
    _bars(grid[1], reached, next_times, gave, of_base)
    if gates is not None:
        for k, gate in enumerate(GATES):
            grid[2].plot(
                past[-len(gates) :],
                gates[:, k],
                color=COLOUR[gate],
                label=NAME[gate],
                linewidth=1.3,
            )
        grid[2].set(ylabel="mean of gates", ylim=(0, 1))
    for axes in grid:
        if axes.get_legend_handles_labels()[0]:
            axes.legend(
                frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5)
            )
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)
        axes.axvline((past[-1] + next_times[0]) / 2, color="0.6", linewidth=0.8, linestyle=":")
        axes.spines[["top", "right"]].set_visible(False)
    if dated:
        mark_dates(grid[-1])
    else:
        grid[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    if season is not None:
        _draw_season(below, season)
    return figure


def _mark(axes: Axes, past: np.ndarray, values: np.ndarray, gave: np.ndarray) -> None:
    """Mark each value with a dot whose size grows with its effect."""
    largest = np.abs(gave).max(initial=0) or 1
    for sign, colour, label in ((1, FOR, "raises the forecast"), (-1, AGAINST, "lowers it")):
        chosen = (sign * gave > 0) & ~np.isnan(values)
        size = 4 + 70 * np.abs(gave[chosen]) / largest
        axes.scatter(past[chosen], values[chosen], s=size, color=colour, zorder=3, linewidth=0)
        if chosen.any():
            axes.scatter([], [], s=40, color=colour, label=label, linewidth=0)


def _bars(
    axes: Axes,
    past: np.ndarray,
    next_times: np.ndarray,
    gave: np.ndarray,
    of_base: np.ndarray | None,
) -> None:
    width = 0.8 * float(np.diff(np.concatenate([past, next_times])).min())
    axes.bar(past, gave, width, color=np.where(gave >= 0, FOR, AGAINST))
    half = width / 2 + 0.1 * width
    if of_base is not None:
        shown = of_base != 0
        axes.hlines(of_base[shown], past[shown] - half, past[shown] + half, color=COLOUR["i"],
                    linewidth=2, label="baseline only")  # fmt: skip
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set_ylabel(
        "effect on the forecast"
        if len(next_times) == 1
        else f"effect on the sum\nof {len(next_times)} steps"
    )


def _draw_season(figure: Any, season: SeasonRead) -> None:
    shares, memories, gates = figure.subplots(1, 3, width_ratios=[1.1, 1.2, 1.2])
    order, memory = season.order, season.memories
    shown = np.nan_to_num(memory.share[order[:MOST_UNITS]])
    colours = [CLASS_COLOURS[k] if k < NAMED_UNITS else "0.75" for k in range(len(shown))]
    shares.bar(np.arange(len(shown)), np.clip(shown, 0, None), color=colours)
    shares.set(ylim=(0, 1), xlabel="units", xticks=[])
    shares.set_title("fraction of the variance of c explained by the season", fontsize="small")
    at = np.arange(len(season.names))
    for k, unit in enumerate(order[:NAMED_UNITS]):
        label = as_text(season.labels[unit])
        memories.plot(at, memory.means[:, unit], color=CLASS_COLOURS[k], marker=".", label=label)
    memories.set_title("mean c of these units, by position in the season", fontsize="small")
    for k, gate in enumerate(GATES):
        gates.plot(at, season.gates[:, k], color=COLOUR[gate], marker=".", label=gate)
    gates.set(ylim=(0, 1))
    gates.set_title("mean gates of all units, by position", fontsize="small")
    step = -(-len(at) // 12)
    for axes in (memories, gates):
        axes.set_xticks(
            at[::step], season.names[::step], fontsize="small", rotation=45 if len(at) > 7 else 0
        )
        axes.legend(frameon=False, fontsize="x-small")
    for axes in (shares, memories, gates):
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
