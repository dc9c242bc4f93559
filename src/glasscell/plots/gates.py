"""Figures of gates: plain arrays in, a matplotlib Figure out.

As in the explorer, steps count from 1, units from 0.

T time steps · H units · D channels · C classes
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasscell.plots.style import AGAINST, CLASS_COLOURS, COLOUR, FOR, NAME, as_text

MAX_ORIGINS = 12  # distinguishable areas in one stack


def gates_over_time(
    gates: Mapping[str, np.ndarray],
    x: np.ndarray | None = None,
    channels: Sequence[str] = (),
    title: str = "",
    first: int = 1,
) -> Figure:
    """Draw the input, and below it each gate, c and h as a heat map: steps × units.

    `gates` (T, H), `x` (T, D).

    >>> figure = gates_over_time(
    ...     {"i": np.ones((5, 3)), "c": np.ones((5, 3))}, np.ones((5, 2)), ["u", "v"]
    ... )
    >>> [axes.get_ylabel() for axes in figure.axes[:3]]
    ['channel', 'unit', 'unit']
    """
    rows = len(gates) + (x is not None)
    figure = Figure(figsize=(6.8, 0.8 + 1.35 * rows), layout="constrained")
    grid = np.atleast_1d(figure.subplots(rows, 1, sharex=True))
    if x is not None:
        _heat_map(figure, grid[0], x, "input", "gray_r", None, first)
        grid[0].set_ylabel("channel")
        if 0 < len(channels) <= 8:
            grid[0].set_yticks(range(len(channels)), [as_text(name) for name in channels])
    for axes, (gate, v) in zip(grid[rows - len(gates) :], gates.items(), strict=True):
        open_or_closed = gate in ("i", "f", "o")
        limit = max(float(np.nanmax(np.abs(v), initial=0)), 1e-9)
        bounds = (0, 1) if open_or_closed else (-limit, limit)
        _heat_map(
            figure, axes, v, NAME[gate], "cividis" if open_or_closed else "RdBu_r", bounds, first
        )
        axes.set_ylabel("unit")
    grid[-1].set_xlabel("step")
    figure.suptitle(as_text(title))
    return figure


def memory_and_output(c: np.ndarray, h: np.ndarray, units: Sequence[int]) -> Figure:
    """Draw c and h of some units as lines over the steps.

    `c, h` (T, H).

    >>> len(memory_and_output(np.ones((5, 3)), np.ones((5, 3)), [0, 2]).axes[0].lines)
    2
    """
    figure = Figure(figsize=(6.8, 4.2), layout="constrained")
    for axes, (name, v) in zip(
        figure.subplots(2, 1, sharex=True), (("c", c), ("h", h)), strict=True
    ):
        for k, unit in enumerate(units):
            colour = CLASS_COLOURS[k % len(CLASS_COLOURS)]
            axes.plot(
                _steps(v),
                v[:, unit],
                color=colour,
                label=f"unit {unit}",
                linewidth=_width(len(v)),
                **_marked(v),
            )
        axes.set_ylabel(NAME[name])
        axes.grid(alpha=0.25)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("step")
    figure.axes[0].legend(fontsize="small", ncols=min(len(units), 4))
    return figure


def saturation_scatter(table: pd.DataFrame) -> Figure:
    """Draw each unit of a gate as a dot: steps closed (< 0.1), open (> 0.9); Karpathy et al. 2015.

    >>> table = pd.DataFrame(
    ...     {"gate": ["i", "f"], "unit": [0, 0], "closed": [0.5, 0.0], "open": [0.1, 1.0]}
    ... )
    >>> [axes.get_title() for axes in saturation_scatter(table).axes]
    ['i, input gate', 'f, forget gate']
    """
    gates = [gate for gate in ("i", "f", "o") if gate in set(table["gate"])]
    figure = Figure(figsize=(0.6 + 2.7 * len(gates), 3.2), layout="constrained")
    grid = np.atleast_1d(figure.subplots(1, len(gates), sharex=True, sharey=True))
    for axes, gate in zip(grid, gates, strict=True):
        of_gate = table[table["gate"] == gate]
        axes.scatter(of_gate["closed"], of_gate["open"], s=22, color=COLOUR[gate], alpha=0.7)
        axes.plot([0, 1], [1, 0], color="0.7", linewidth=0.8, linestyle=":")
        axes.set(
            title=NAME[gate],
            xlim=(-0.03, 1.03),
            ylim=(-0.03, 1.03),
            xlabel="fraction of steps closed (< 0.1)",
        )
    grid[0].set_ylabel("fraction of steps open (> 0.9)")
    return figure


def memory_by_origin(origins: np.ndarray, c: np.ndarray, title: str = "") -> Figure:
    """Draw which steps one unit's memory came from: stacked areas, positive above 0, others below.

    `origins` (T, T), `c` (T,).

    >>> memory_by_origin(np.eye(3), np.ones(3)).axes[0].get_ylabel()
    'c, memory cell'
    """
    T = len(c)
    figure = Figure(figsize=(6.8, 3.6), layout="constrained")
    axes = figure.subplots()
    groups = [g for g in np.array_split(np.arange(T), min(T, MAX_ORIGINS)) if len(g)]
    shades = [_viridis(k / max(len(groups) - 1, 1)) for k in range(len(groups))]
    parts = np.stack([origins[:, g].sum(1) for g in groups])
    edges = np.arange(T + 1) + 0.5  # a step is 1 wide, so that even a single one is visible
    for sign in (1, -1):
        tops = np.cumsum(np.clip(sign * parts, 0, None), axis=0)
        for low, high, shade in zip((np.zeros(T), *tops[:-1]), tops, shades, strict=True):
            low, high = (sign * np.append(v, v[-1]) for v in (low, high))
            axes.fill_between(edges, low, high, color=shade, linewidth=0, step="post")
    axes.step(
        edges, np.append(c, c[-1]), where="post", color="black", linewidth=_width(T), label="c"
    )
    axes.axhline(0, color="0.5", linewidth=0.8)
    numbers = [group + 1 for group in groups]
    for k in sorted({0, len(groups) // 2, len(groups) - 1}):
        steps = (
            f"step {numbers[k][0]}"
            if len(numbers[k]) == 1
            else f"steps {numbers[k][0]}–{numbers[k][-1]}"
        )
        axes.fill_between([], [], [], color=shades[k], label=f"written at {steps}")
    axes.set(xlabel="step", ylabel=NAME["c"], title=as_text(title))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize="small")
    return figure


def evidence_by_step(
    effect: np.ndarray,
    names: Sequence[str],
    probed: tuple[np.ndarray, np.ndarray] | None = None,
    *,
    title: str = "",
) -> Figure:
    """Draw a probe's prediction after each step, and each step's effect on the final prediction.

    `effect` (T, C), `probed` (P,).

    >>> figure = evidence_by_step(np.ones((3, 2)), ["a", "b"], (np.arange(3), np.ones((3, 2)) / 2))
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['probe: probability', 'effect on the prediction']
    """
    figure = Figure(figsize=(6.8, 4.8 if probed is not None else 2.8), layout="constrained")
    grid = np.atleast_1d(figure.subplots(2 if probed is not None else 1, 1, sharex=True))
    strength = np.abs(effect).max(0) + (0 if probed is None else np.nanmax(probed[1], 0))
    shown = sorted(np.argsort(-strength)[: len(CLASS_COLOURS)])
    colours = dict(zip(shown, CLASS_COLOURS, strict=False))
    if probed is not None:
        for k in shown:
            grid[0].plot(
                probed[0] + 1,
                probed[1][:, k],
                color=colours[k],
                label=as_text(names[k]),
                **_marked(probed[1]),
            )
        grid[0].set_ylabel("probe: probability" if len(names) > 1 else "probe")
    width = 0.8 / len(shown)
    for place, k in enumerate(shown):
        steps = _steps(effect) + (place - (len(shown) - 1) / 2) * width
        grid[-1].bar(steps, effect[:, k], width, color=colours[k], label=as_text(names[k]))
    grid[-1].axhline(0, color="0.5", linewidth=0.8)
    grid[-1].set(xlabel="step", ylabel="effect on the prediction")
    grid[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    grid[0].legend(
        fontsize="small",
        ncols=2,
        title=None if len(shown) == len(names) else f"{len(shown)} of {len(names)}",
    )
    figure.suptitle(as_text(title))
    return figure


def mean_gates_by_class(
    gates: Mapping[str, np.ndarray], mask: np.ndarray, y: np.ndarray | None, names: Sequence[str]
) -> Figure:
    """Draw the mean of each gate over all units and series, by step, a line for each class.

    `gates` (N, T, H), `mask` (N, T), `y` (N,).

    >>> v = np.ones((4, 3, 2))
    >>> figure = mean_gates_by_class(
    ...     {"i": v, "f": v}, np.ones((4, 3), bool), np.array([0, 1, 0, 1]), ["a", "b"]
    ... )
    >>> len(figure.axes), len(figure.axes[0].lines)
    (2, 2)
    """
    figure = Figure(figsize=(6.8, 0.8 + 1.7 * len(gates)), layout="constrained")
    grid = np.atleast_1d(figure.subplots(len(gates), 1, sharex=True))
    groups = (
        [np.ones(len(mask), bool)] if y is None else [y == k for k in range(min(len(names), 10))]
    )
    labels = ["all series"] if y is None else [as_text(name) for name in names[:10]]
    for axes, (gate, v) in zip(grid, gates.items(), strict=True):
        over_units = np.where(mask, np.nan_to_num(v).mean(-1), 0.0)
        for k, (group, label) in enumerate(zip(groups, labels, strict=True)):
            count = mask[group].sum(0)
            mean = np.where(count > 0, over_units[group].sum(0) / np.maximum(count, 1), np.nan)
            colour = _viridis(k / max(len(groups) - 1, 1))
            axes.plot(_steps(mean), mean, color=colour, label=label, **_marked(mean))
        axes.set_ylabel(f"mean of {gate}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
    grid[-1].set_xlabel("step")
    grid[0].legend(fontsize="x-small", ncols=5)
    return figure


def digits_by_row(
    images: np.ndarray, effect: np.ndarray, answers: Sequence[str], columns: int = 5
) -> Figure:
    """Draw digits and each row's effect on the predicted probability: to the right if positive.

    Each digit has its own scale, whose end is printed above.

    `images` (N, 8, 8), `effect` (N, 8).

    >>> len(digits_by_row(np.ones((3, 8, 8)), np.ones((3, 8)), ["1", "2", "3"]).axes)
    6
    """
    rows = -(-len(images) // columns)
    columns = min(columns, len(images))
    figure = Figure(figsize=(1.9 * columns, 1.5 * rows), layout="constrained")
    grid = figure.subplots(rows, 2 * columns, squeeze=False, width_ratios=[1, 0.6] * columns)
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        image, bars = grid[row, 2 * column], grid[row, 2 * column + 1]
        if place >= len(images):
            image.remove()
            bars.remove()
            continue
        image.imshow(images[place], cmap="gray_r", vmin=0)
        image.set_title(f"predicted: {as_text(answers[place])}", fontsize="small")
        colours = [FOR if v >= 0 else AGAINST for v in effect[place]]
        bars.barh(np.arange(len(effect[place])), effect[place], color=colours)
        end = max(float(np.abs(effect[place]).max()), 1e-9)
        bars.set_title(f"±{end:.1g}", fontsize="x-small")
        bars.set(xlim=(-end, end), ylim=(len(effect[place]) - 0.5, -0.5))
        bars.axvline(0, color="0.6", linewidth=0.8)
        for axes in (image, bars):
            axes.set_xticks([])
            axes.set_yticks([])
    return figure


def _heat_map(
    figure: Figure, axes: Axes, v: np.ndarray, label: str, cmap: str, bounds: Any, first: int
) -> None:
    low, high = bounds or (None, None)
    T, H = v.shape
    image = axes.imshow(
        np.ma.masked_invalid(v.T),
        aspect="auto",
        cmap=cmap,
        vmin=low,
        vmax=high,
        interpolation="nearest",
        extent=(first - 0.5, first + T - 0.5, H - 0.5, -0.5),
    )
    figure.colorbar(image, ax=axes, label=label, pad=0.01)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _steps(v: np.ndarray) -> np.ndarray:
    """Return the numbers of the steps of v (T, …), from 1."""
    return np.arange(1, len(v) + 1)


def _width(steps: int) -> float:
    """Return a line width, thin enough that a line of many steps does not become a block."""
    return 1.4 if steps <= 150 else 0.6


def _marked(v: np.ndarray) -> dict[str, Any]:
    """Return dots for lines of few points, so that even a single point is visible."""
    return {"marker": "o", "markersize": 3} if len(v) <= 30 else {}


def _viridis(share: float) -> Any:
    from matplotlib import colormaps

    return colormaps["viridis"](0.92 * share)
