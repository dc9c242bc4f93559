"""From single runs to a table: the rate that each arm does best with, intervals, and tests against the first arm.

Tables are pandas DataFrames; `RUNS` and `TABLE` name their columns.
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import comb
from statsmodels.stats.multitest import multipletests

from glasscell.lab.experiment import Experiment, Setting
from glasscell.lab.tasks import find_task

SETTING = list(Setting._fields)
SIZED = ["task", "units", "memories", "length"]  # what arms are compared at
RUNS = [*SETTING, "learning_rate", "seed", "validation_error", "error", "solved"]
TABLE = [*SETTING, "learning_rate", "seeds", "solved", "median", "mean", "ci_low", "ci_high", "p_holm"]


def tabulate_runs(
    setting: Setting, experiment: Experiment, validation: np.ndarray, error: np.ndarray, **more: np.ndarray
) -> pd.DataFrame:
    """Return a row for each network of a cell, with the columns `RUNS`.

    Parameters
    ----------
    setting : Setting
    experiment : Experiment
    validation, error : arrays (M,)
        Errors on the series that the rate is chosen by, and on others; NaN where the training failed.
    **more : arrays (M,)
        Further columns.

    Examples
    --------
    >>> runs = tabulate_runs(Setting("write", "full"), Experiment(seeds=2), np.zeros(6), np.array([0, 1] * 3))
    >>> runs[["learning_rate", "seed", "solved"]].values[:2].tolist()
    [[0.01, 0, True], [0.01, 1, False]]
    """
    rates, seeds = zip(*experiment.runs(), strict=True)
    solved = np.asarray(error) < find_task(setting.task).limit(experiment.solved_below, setting.length)
    measured = {"learning_rate": rates, "seed": seeds, "validation_error": validation, "error": error, "solved": solved}
    return pd.DataFrame(setting._asdict() | measured | more, columns=[*RUNS, *more])


def keep_best_rate(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs at the rate whose mean error on the validation series is least, for each cell.

    The errors that are reported have no say in it. A run that failed counts as infinitely bad; so where each rate had
    one that did, the rate with the fewest is kept.

    >>> runs = tabulate_runs(Setting("write", "full"), Experiment(seeds=1), np.array([3, 1, 2]), np.array([0, 9, 9]))
    >>> keep_best_rate(runs)["learning_rate"].tolist()
    [0.03]
    """
    kept = []
    for _, cell in runs.groupby(SETTING, sort=False):
        of_rate = cell.groupby("learning_rate")["validation_error"]
        order = pd.DataFrame({"failed": of_rate.apply(lambda v: v.isna().sum()), "mean": of_rate.mean()})
        best = order.sort_values(["failed", "mean"], kind="stable").index[0]
        kept.append(cell[cell["learning_rate"] == best])
    return pd.concat(kept, ignore_index=True)


def summarise(runs: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """Return a row for each task, size and arm at its best rate, with the columns `TABLE`.

    `ci_low` to `ci_high` is the 95 % interval of their mean by Student's t, `p_holm`
    Welch's test of the arm against the experiment's first, corrected by Holm's method over all rows. A network whose
    training failed counts with the error of one that says nothing.

    >>> rng, experiment = np.random.default_rng(0), Experiment(tasks=("write",), arms=("full", "NIG"))
    >>> cells = [(arm, rng.uniform(low, low + 0.1, 30)) for arm, low in (("full", 0), ("NIG", 1))]
    >>> runs = pd.concat([tabulate_runs(Setting("write", arm), experiment, e, e) for arm, e in cells])
    >>> table = summarise(runs, experiment)
    >>> bool(table["p_holm"][1] < 0.001), table["seeds"].tolist()
    (True, [10, 10])
    """
    kept: dict[Any, pd.DataFrame] = dict(iter(keep_best_rate(runs).groupby(SETTING, sort=False)))
    rows, counted = [], {}
    for setting in experiment.cells():
        cell = kept[tuple(setting)]
        error = cell["error"].fillna(find_task(setting.task).nothing(setting.length)).to_numpy()
        low, high = _interval(error)
        counted[setting] = error
        first = counted[setting._replace(arm=experiment.arms[0])]
        rows.append(
            setting._asdict()
            | {"learning_rate": cell["learning_rate"].iloc[0]}
            | {"seeds": len(error), "solved": int(cell["solved"].sum()), "median": np.median(error)}
            | {"mean": error.mean(), "ci_low": low, "ci_high": high}
            | {"p_holm": welch(error, first) if setting.arm != experiment.arms[0] else np.nan}
        )
    table = pd.DataFrame(rows, columns=TABLE)
    tested = table["p_holm"].notna()
    if tested.any():
        table.loc[tested, "p_holm"] = multipletests(table.loc[tested, "p_holm"], method="holm")[1]
    return table


def welch(a: np.ndarray, b: np.ndarray) -> float:
    """Return Welch's p for a difference of two means; NaN where there are too few numbers to tell.

    >>> welch(np.array([1.0, 2.0]), np.array([1.0, 2.0])), welch(np.array([1.0]), np.array([2.0]))
    (1.0, nan)
    """
    if min(len(a), len(b)) < 2:
        return float("nan")
    if np.ptp(a) == np.ptp(b) == 0:
        # no spread to test with: the exact permutation test's least p, or 1 where there is no difference
        return 1.0 if np.mean(a) == np.mean(b) else min(1.0, 2 / float(comb(len(a) + len(b), len(a))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of numbers that are nearly the same
        return float(stats.ttest_ind(a, b, equal_var=False).pvalue)  # pyright: ignore


def _interval(error: np.ndarray) -> tuple[float, float]:
    if len(error) < 2:
        return float("nan"), float("nan")
    half = stats.t.ppf(0.975, len(error) - 1) * stats.sem(error)
    return error.mean() - half, error.mean() + half
