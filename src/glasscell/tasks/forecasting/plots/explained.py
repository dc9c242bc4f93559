"""A forecast explained: the effect of each past value, the gates meanwhile, and what follows the season.

S past steps · H steps ahead · Q quantiles · C steps of context · P places of a season · H units
"""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasscell.plots.style import AGAINST, CLASS_COLOURS, COLOUR, FOR, NAME, as_text
from glasscell.tasks.forecasting.gates import GATES, SeasonRead
from glasscell.tasks.forecasting.plots.fans import Fan, draw_fan, mark_dates

MOST_UNITS = 40  # bars
NAMED_UNITS = 3  # whose memory is drawn


def draw_explained(
    fan: Fan, gave: np.ndarray, of_base: np.ndarray, gates: np.ndarray | None, season: SeasonRead | None = None
) -> Figure:
    """Draw a series and its forecast, the effect of each value on the sum of the forecast, gates, and the season.

    Parameters
    ----------
    fan : Fan
        Of S past steps, or more.
    gave, of_base : arrays (S,)
        Of the network and the baseline together, and of the baseline only.
    gates : array (C, 3), optional
        Means of i, f and o at the last C steps.
    season : SeasonRead, optional

    Examples
    --------
    >>> fan = Fan("sales", np.arange(4), np.arange(4.0), np.array([4, 5]), np.array([[3.0, 4, 5], [3, 5, 7]]), 1)
    >>> [len(axes.collections) > 0 for axes in draw_explained(fan, np.ones(4), np.ones(4), np.ones((2, 3))).axes]
    [True, True, False]
    """
    heights = [3.2, 2.0, *([1.5] if gates is not None else [])]
    figure = Figure(figsize=(9.6, 0.6 + sum(heights) + (3.0 if season is not None else 0)), layout="constrained")
    above: Any = figure
    below: Any = None
    if season is not None:
        parts: Any = figure.subfigures(2, 1, height_ratios=[sum(heights), 2.8])
        above, below = parts
    grid: Any = above.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    dated = np.asarray(fan.times).dtype.kind == "M"
    past, ahead = (np.asarray(date2num(v) if dated else v, float) for v in (fan.times, fan.ahead))
    on_numbers = Fan(fan.name, past, fan.values, ahead, fan.quantiles, fan.middle)
    draw_fan(grid[0], on_numbers)
    reached = past[-len(gave) :]
    _mark(grid[0], reached, np.asarray(fan.values, float)[-len(gave) :], gave)
    grid[0].set_ylabel("value")
    _bars(grid[1], reached, ahead, gave, of_base)
    if gates is not None:
        for k, gate in enumerate(GATES):
            grid[2].plot(past[-len(gates) :], gates[:, k], color=COLOUR[gate], label=NAME[gate], linewidth=1.3)
        grid[2].set(ylabel="mean of gates", ylim=(0, 1))
    for axes in grid:
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)
        axes.axvline((past[-1] + ahead[0]) / 2, color="0.6", linewidth=0.8, linestyle=":")
        axes.spines[["top", "right"]].set_visible(False)
    if dated:
        mark_dates(grid[-1])
    else:
        grid[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    if season is not None:
        _draw_season(below, season)
    return figure


def _mark(axes: Axes, past: np.ndarray, values: np.ndarray, gave: np.ndarray) -> None:
    """Put a dot on each value, the larger the larger its effect."""
    most = np.abs(gave).max(initial=0) or 1
    for sign, colour, label in ((1, FOR, "raises the forecast"), (-1, AGAINST, "lowers it")):
        chosen = (sign * gave > 0) & ~np.isnan(values)
        size = 4 + 70 * np.abs(gave[chosen]) / most
        axes.scatter(past[chosen], values[chosen], s=size, color=colour, zorder=3, linewidth=0)
        if chosen.any():
            axes.scatter([], [], s=40, color=colour, label=label, linewidth=0)


def _bars(axes: Axes, past: np.ndarray, ahead: np.ndarray, gave: np.ndarray, of_base: np.ndarray) -> None:
    width = 0.8 * float(np.diff(np.concatenate([past, ahead])).min())
    axes.bar(past, gave, width, color=np.where(gave >= 0, FOR, AGAINST))
    half = width / 2 + 0.1 * width
    shown = of_base != 0
    axes.hlines(of_base[shown], past[shown] - half, past[shown] + half, color=COLOUR["i"], linewidth=2,
                label="baseline only")  # fmt: skip
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set_ylabel("effect on the forecast" if len(ahead) == 1 else f"effect on the sum\nof {len(ahead)} steps")


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
        axes.set_xticks(at[::step], season.names[::step], fontsize="small", rotation=45 if len(at) > 7 else 0)
        axes.legend(frameon=False, fontsize="x-small")
    for axes in (shares, memories, gates):
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
