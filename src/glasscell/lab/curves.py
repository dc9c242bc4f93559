"""A picture of an experiment with several sizes: how the arms' errors go with units, or with length."""

import itertools
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from glasscell.lab.experiment import AS_UNITS, Experiment
from glasscell.lab.pictures import LACKS, LARGE, MEDIUM, SMALL, as_text_of, tidy
from glasscell.lab.tasks import find_task
from glasscell.lab.verdicts import FORMS
from glasscell.plots.style import COLOUR

OTHERS = ("#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#E69F00", "#0072B2")
STYLES = {"full": "-", "NIG": "--", "NFG": "-.", "NOG": ":"}


def errors_by_size(runs: pd.DataFrame, experiment: Experiment) -> Figure:
    """Draw each arm's error as a line over the units, or over the length if there are several: medians and quartiles.

    A column for each task, a row for each other size. An error is drawn as a share of that of a network that says
    nothing.

    Parameters
    ----------
    runs : DataFrame
        Of `results.keep_best_rate`.
    experiment : Experiment

    Examples
    --------
    >>> run = {"task": "write", "arm": "full", "memories": 1, "length": 20, "seed": 0, "error": 0.001}
    >>> experiment = Experiment(tasks=("write",), arms=("full",), units=(1, 2))
    >>> figure = errors_by_size(pd.DataFrame([run | {"units": 1}, run | {"units": 2}]), experiment)
    >>> figure.axes[0].get_xlabel()
    'units'
    """
    along = "length" if len(experiment.length) > 1 else "units"
    others = ["units", "memories"] if along == "length" else ["memories"]
    if AS_UNITS in experiment.memories and along == "units":
        others = []
    tasks = [task for task in experiment.tasks if runs.loc[runs["task"] == task, along].nunique() > 1]
    rows = [list(of) for of in runs[others].drop_duplicates().itertuples(index=False)] if others else [[]]
    size = 1 + 3.6 * len(tasks), 0.9 + 2.9 * len(rows)
    figure = Figure(figsize=size, layout="constrained")
    alike = len({find_task(task).variance is None for task in tasks}) == 1
    grid = figure.subplots(len(rows), len(tasks), squeeze=False, sharex="col", sharey=alike)
    colours = dict(zip([arm for arm in experiment.arms if arm not in STYLES], itertools.cycle(OTHERS), strict=False))
    for (row, of), (column, task) in itertools.product(enumerate(rows), enumerate(tasks)):
        axes, of_task = grid[row, column], find_task(task)
        here = runs[(runs["task"] == task)]
        for name, value in zip(others, of, strict=True):
            here = here[here[name] == value]
        for arm in experiment.arms:
            mine: Any = here[here["arm"] == arm]
            nothing = mine["length"].map(of_task.nothing)
            share = (mine["error"].fillna(nothing) / nothing).groupby(mine[along]).quantile([0.25, 0.5, 0.75]).unstack()
            if share.empty:
                continue
            colour = "0.25" if arm == "full" else COLOUR[LACKS[arm]] if arm in LACKS else colours[arm]
            label = as_text_of(arm).replace("_\n", "_").replace("\n", " ")
            axes.plot(share.index, share[0.5], STYLES.get(arm, "-"), color=colour, marker="o", label=label, linewidth=2)
            axes.fill_between(share.index, share[0.25], share[0.75], color=colour, alpha=0.18, linewidth=0)
        squared = of_task.variance is not None
        axes.axhline(experiment.solved_below if squared else of_task.wrong_below, color="0.55", linewidth=1, ls=":")
        axes.set(xscale="log", yscale="log" if squared else "linear")
        axes.set_xticks(getattr(experiment, along), list(map(str, getattr(experiment, along))))
        axes.xaxis.set_minor_locator(NullLocator())
        told = [FORMS[name][value > 1].format(value) for name, value in zip(others, of, strict=True)]
        axes.set_title(", ".join([task, *(told if len(rows) > 1 else [])]), fontsize=LARGE - 2)
        axes.tick_params(labelsize=SMALL)
        tidy(axes)
        if row == len(rows) - 1:
            axes.set_xlabel(along, fontsize=MEDIUM)
        if column == 0:
            axes.set_ylabel("error ÷ always 0" if squared else "share wrong", fontsize=MEDIUM)
    handles = grid[0, 0].get_legend_handles_labels()
    figure.legend(
        *handles, loc="outside lower center", ncols=min(len(experiment.arms), 5), fontsize=MEDIUM, frameon=False
    )
    return figure
