"""Figures of an experiment for slides: plain tables in, a matplotlib Figure out."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from glasscell.data.problems.gates import GATE_OF
from glasscell.lab.design.experiment import AS_UNITS, CONDITION, Condition, Experiment
from glasscell.lab.design.problems import find_problem
from glasscell.lab.findings.verdicts import FORMS, GATES, WITHOUT, size_in_words
from glasscell.plots.style import COLOUR, as_text

LACKS = {arm: gate for gate, arm in WITHOUT.items()}
IN_WORDS = {"full": "all\ngates"} | {
    arm: f"no {GATES[gate]}".replace(" gate", "\ngate") for arm, gate in LACKS.items()
}
OTHERS = ("#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#E69F00", "#0072B2")
STYLES = {"full": "-", "NIG": "--", "NFG": "-.", "NOG": ":"}
LARGE, MEDIUM, SMALL = 16, 13, 11  # font sizes


def errors_by_arm(
    runs: pd.DataFrame,
    experiment: Experiment,
    counted: Mapping[str, Mapping[str, float]] | None = None,
) -> Figure:
    """Draw every network's error as a dot: a panel for each task and size, a column for each arm.

    Horizontal lines are medians.

    >>> run = {
    ...     "task": "write",
    ...     "arm": "full",
    ...     "units": 1,
    ...     "memories": 1,
    ...     "length": 20,
    ...     "error": 0.001,
    ... }
    >>> figure = errors_by_arm(pd.DataFrame([run]), Experiment(tasks=("write",), arms=("full",)))
    >>> figure.axes[0].get_title()
    'write'
    """
    panels = [
        condition for condition in experiment.conditions() if condition.arm == experiment.arms[0]
    ]
    width, columns = max(1.1 * len(experiment.arms), 3), min(len(panels), 4)
    height = -(-len(panels) // columns)
    figure = Figure(figsize=(1 + width * columns, 4.8 * height), layout="constrained")
    kinds = [find_problem(panel.task).measure for panel in panels]
    grid = figure.subplots(height, columns, sharey=len(set(kinds)) == 1, squeeze=False).ravel()
    for axes in grid[len(panels) :]:
        axes.remove()
    of_condition: dict = dict(iter(runs.groupby(CONDITION, sort=False)))
    for axes, panel, measure in zip(grid, panels, kinds, strict=False):
        of_task = find_problem(panel.task)
        nothing, limit = (
            of_task.nothing(panel.length),
            of_task.limit(experiment.solved_below, panel.length),
        )
        for place, arm in enumerate(experiment.arms):
            rows = of_condition.get(tuple(panel._replace(arm=arm)))
            error = np.array([]) if rows is None else rows["error"].fillna(nothing).to_numpy()
            colour = COLOUR[LACKS[arm]] if arm in LACKS else "0.35"
            sideways = place + 0.5 * (np.arange(len(error)) / max(len(error) - 1, 1) - 0.5)
            axes.scatter(sideways, error, s=36, color=colour, alpha=0.75, linewidths=0, zorder=3)
            if len(error):
                axes.hlines(
                    np.median(error),
                    place - 0.36,
                    place + 0.36,
                    color=colour,
                    linewidth=2.5,
                    zorder=2,
                )
        heights = (
            {"solved below": limit, measure.nothing: nothing}
            if limit is not None
            else _near(axes, counted, panel)
        )
        for text, height in heights.items():
            axes.axhline(height, color="0.55", linewidth=1, linestyle="--", zorder=1)
            above = {
                "xytext": (2, 2),
                "textcoords": "offset points",
                "fontsize": SMALL,
                "color": "0.4",
            }
            axes.annotate(text, (-0.5, height), va="bottom", **above)
        axes.set(yscale="log" if measure.log else "linear", xlim=(-0.5, len(experiment.arms) - 0.5))
        axes.set_xticks(
            range(len(experiment.arms)),
            [as_text_of(arm) for arm in experiment.arms],
            fontsize=SMALL,
        )
        axes.set_title(
            panel.task + size_in_words(runs, panel.task, list(panel[2:])), fontsize=LARGE
        )
        tidy(axes)
    for place, (axes, measure) in enumerate(zip(grid, kinds, strict=False)):
        if place % columns == 0 or len(set(kinds)) > 1:
            axes.set_ylabel(measure.error, fontsize=MEDIUM)
            low, high = axes.get_ylim()
            if measure.is_shared:
                axes.set_ylim((low, high * 1.5) if measure.log else (-0.03, 1.1))
    return figure


def _near(
    axes: Axes, counted: Mapping[str, Mapping[str, float]] | None, panel: Condition
) -> dict[str, float]:
    """Return the n-gram baselines of a panel's text that lie near the plotted errors."""
    low, high = axes.get_ylim()
    room = 0.3 * (high - low)
    return {
        name: v
        for name, v in (counted or {}).get(panel.task, {}).items()
        if low - room < v < high + room
    }


def gates_by_bit(table: pd.DataFrame, arm: str = "full") -> Figure:
    """Draw the mean gate activations with the control bit on and off, with standard deviations.

    >>> row = {
    ...     "task": "write",
    ...     "arm": "full",
    ...     "gate": "i",
    ...     "networks": 9,
    ...     "bit_on_sd": 0.1,
    ...     "bit_off_sd": 0.01,
    ... }
    >>> figure = gates_by_bit(pd.DataFrame([row | {"bit_on": 0.3, "bit_off": 0.01}]))
    >>> figure.axes[0].get_title()
    'write (9 networks)'
    """
    table = table.loc[table["arm"] == arm, :]
    tasks = list(dict.fromkeys(table["task"]))
    figure = Figure(figsize=(1 + 3.6 * len(tasks), 4.4), layout="constrained")
    grid = np.atleast_1d(figure.subplots(1, len(tasks), sharey=True))
    for axes, task in zip(grid, tasks, strict=True):
        rows = table[table["task"] == task].set_index("gate")
        for place, gate in enumerate(rows.index):
            for where, aside, face in (("bit_on", -0.14, COLOUR[gate]), ("bit_off", 0.14, "white")):
                mean, spread = rows.loc[gate, where], rows.loc[gate, f"{where}_sd"]
                style = {
                    "color": COLOUR[gate],
                    "markerfacecolor": face,
                    "markersize": 11,
                    "capsize": 4,
                }
                spread = None if pd.isna(spread) else spread  # pyright: ignore
                axes.errorbar(
                    place + aside, mean, spread, fmt="o", markeredgewidth=2, clip_on=False, **style
                )
        names = [GATES[gate].replace(" ", "\n") for gate in rows.index]
        axes.set_xticks(range(len(rows)), names, fontsize=MEDIUM)
        for label, gate in zip(axes.get_xticklabels(), rows.index, strict=True):
            label.set_fontweight("bold" if gate == GATE_OF.get(task) else "normal")
        axes.set(xlim=(-0.5, len(rows) - 0.5), ylim=(-0.02, 1.02))
        axes.set_title(f"{task} ({rows['networks'].iloc[0]} networks)", fontsize=LARGE)
        tidy(axes)
    grid[0].set_ylabel("mean gate activation", fontsize=MEDIUM)
    kinds = (("bit on", "0.3"), ("bit off", "white"))
    handles = [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="",
            color="0.3",
            markerfacecolor=face,
            markersize=10,
            label=text,
        )
        for text, face in kinds
    ]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=MEDIUM, frameon=False
    )
    return figure


def pushes_over_training(table: pd.DataFrame) -> Figure:
    """Draw the pushes on the weight that a task needs, and below them the weight, over training.

    Lines are medians over the networks, bands their quartiles.

    >>> row = {
    ...     "task": "write",
    ...     "arm": "NIG",
    ...     "seed": 0,
    ...     "weight": 1.0,
    ...     "push_marked": 0.1,
    ...     "push_unmarked": -0.1,
    ... }
    >>> figure = pushes_over_training(pd.DataFrame([row | {"update": 0}, row | {"update": 100}]))
    >>> figure.axes[0].get_title()
    'write, no input gate'
    """
    of_arm: dict = dict(iter(table.groupby(["task", "arm"], sort=False)))
    figure = Figure(figsize=(1 + 3.4 * len(of_arm), 7), layout="constrained")
    grid = figure.subplots(
        2, len(of_arm), sharex=True, sharey="row", squeeze=False, height_ratios=(3, 2)
    )
    lines = (
        ("push_marked", "#D55E00", "bit on"),
        ("push_unmarked", "#0072B2", "bit off"),
        ("weight", "0.25", ""),
    )
    for column, ((task, arm), rows) in zip(grid.T, of_arm.items(), strict=True):
        for name, colour, text in lines:
            axes = column[int(name == "weight")]
            over = rows.groupby("update")[name].quantile([0.25, 0.5, 0.75]).unstack()
            axes.fill_between(
                over.index, over[0.25], over[0.75], color=colour, alpha=0.25, linewidth=0
            )
            axes.plot(
                over.index, over[0.5], color=colour, linewidth=2.2, label=f"steps with the {text}"
            )
        column[0].axhline(0, color="0.4", linewidth=0.8)
        column[0].set_title(f"{task}, {as_text_of(arm).replace(chr(10), ' ')}", fontsize=MEDIUM)
        column[1].set_xlabel("updates", fontsize=MEDIUM)
        column[1].tick_params(axis="x", labelsize=SMALL)
        for axes in column:
            tidy(axes)
    grid[0, 0].set_ylabel("push on the weight (up: growth)", fontsize=MEDIUM)
    grid[1, 0].set_ylabel("weight", fontsize=MEDIUM)
    grid[1, 0].set_ylim(bottom=0)
    figure.legend(
        *grid[0, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        fontsize=MEDIUM,
        frameon=False,
    )
    return figure


def as_text_of(arm: str) -> str:
    r"""Return an arm's name as the label of its column.

    >>> as_text_of("NIG"), as_text_of("mine:cell")
    ('no input\ngate', 'mine:\ncell')
    """
    return IN_WORDS.get(arm) or "\n".join(
        as_text(part) for part in arm.replace(":", ":\n").replace("_", "_\n").split("\n")
    )


def tidy(axes: Axes) -> None:
    """Reduce axes to fine horizontal lines, without a frame above and on the right.

    >>> tidy(Figure().subplots())
    """
    axes.tick_params(axis="y", labelsize=MEDIUM)
    axes.grid(axis="y", alpha=0.25)
    axes.yaxis.set_minor_locator(NullLocator()) if axes.get_yscale() == "log" else None
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def errors_by_size(runs: pd.DataFrame, experiment: Experiment) -> Figure:
    """Draw each arm's median error over the units, or lengths if several, with quartiles.

    A column for each task, a row for each other size. Errors are divided by that of a network that
    has learned nothing; bits are drawn as they are.

    >>> run = {
    ...     "task": "write",
    ...     "arm": "full",
    ...     "memories": 1,
    ...     "length": 20,
    ...     "seed": 0,
    ...     "error": 0.001,
    ... }
    >>> experiment = Experiment(tasks=("write",), arms=("full",), units=(1, 2))
    >>> figure = errors_by_size(pd.DataFrame([run | {"units": 1}, run | {"units": 2}]), experiment)
    >>> figure.axes[0].get_xlabel()
    'units'
    """
    along = "length" if len(experiment.length) > 1 else "units"
    others = ["units", "memories"] if along == "length" else ["memories"]
    if AS_UNITS in experiment.memories and along == "units":
        others = []
    tasks = [
        task for task in experiment.tasks if runs.loc[runs["task"] == task, along].nunique() > 1
    ]
    rows = (
        [list(of) for of in runs[others].drop_duplicates().itertuples(index=False)]
        if others
        else [[]]
    )
    size = 1 + 3.6 * len(tasks), 0.9 + 2.9 * len(rows)
    figure = Figure(figsize=size, layout="constrained")
    alike = len({find_problem(task).measure for task in tasks}) == 1
    grid = figure.subplots(len(rows), len(tasks), squeeze=False, sharex="col", sharey=alike)
    colours = dict(
        zip(
            [arm for arm in experiment.arms if arm not in STYLES],
            itertools.cycle(OTHERS),
            strict=False,
        )
    )
    for (row, of), (column, task) in itertools.product(enumerate(rows), enumerate(tasks)):
        axes, of_task = grid[row, column], find_problem(task)
        measure = of_task.measure
        here = runs[(runs["task"] == task)]
        for name, value in zip(others, of, strict=True):
            here = here[here[name] == value]
        for arm in experiment.arms:
            mine: Any = here[here["arm"] == arm]
            nothing = mine["length"].map(of_task.nothing)
            whole = nothing if measure.is_shared else 1.0
            share = (
                (mine["error"].fillna(nothing) / whole)
                .groupby(mine[along])
                .quantile([0.25, 0.5, 0.75])
                .unstack()
            )
            if share.empty:
                continue
            colour = (
                "0.25" if arm == "full" else COLOUR[LACKS[arm]] if arm in LACKS else colours[arm]
            )
            label = as_text_of(arm).replace("_\n", "_").replace("\n", " ")
            axes.plot(
                share.index,
                share[0.5],
                STYLES.get(arm, "-"),
                color=colour,
                marker="o",
                label=label,
                linewidth=2,
            )
            axes.fill_between(
                share.index, share[0.25], share[0.75], color=colour, alpha=0.18, linewidth=0
            )
        if measure.is_shared:
            limit = experiment.solved_below if measure.log else of_task.wrong_below
            axes.axhline(limit, color="0.55", linewidth=1, ls=":")
        axes.set(xscale="log", yscale="log" if measure.log else "linear")
        axes.set_xticks(getattr(experiment, along), list(map(str, getattr(experiment, along))))
        axes.xaxis.set_minor_locator(NullLocator())
        sizes = [
            FORMS[name][value > 1].format(value) for name, value in zip(others, of, strict=True)
        ]
        axes.set_title(", ".join([task, *(sizes if len(rows) > 1 else [])]), fontsize=LARGE - 2)
        axes.tick_params(labelsize=SMALL)
        tidy(axes)
        if row == len(rows) - 1:
            axes.set_xlabel(along, fontsize=MEDIUM)
        if column == 0:
            axes.set_ylabel(measure.share, fontsize=MEDIUM)
    handles = grid[0, 0].get_legend_handles_labels()
    figure.legend(
        *handles,
        loc="outside lower center",
        ncols=min(len(experiment.arms), 5),
        fontsize=MEDIUM,
        frameon=False,
    )
    return figure
