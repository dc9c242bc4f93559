"""From single runs to a table: each arm's best learning rate, intervals, tests against the first.

Tables are pandas DataFrames; `TABLE` and `GATES_TABLE` name their columns.
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import comb
from statsmodels.stats.multitest import multipletests

from glasscell.lab.design.experiment import CONDITION, Experiment
from glasscell.lab.design.problems import find_problem

SIZED = ["task", "units", "memories", "length"]  # arms are compared within these
OF_CELLS = ["cell_units", "weights"]  # for arms with equal weights instead of equal units
TABLE = [
    *CONDITION,
    "learning_rate",
    "seeds",
    "solved",
    "median",
    "mean",
    "ci_low",
    "ci_high",
    "p_holm",
]
GATES_TABLE = [*CONDITION, "gate", "networks", "bit_on", "bit_on_sd", "bit_off", "bit_off_sd"]


def keep_best_rate(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs at the rate with the lowest mean validation error, for each condition.

    Test errors play no role. A failed run counts as infinitely bad, so the rate with the fewest
    failures is kept.

    >>> from glasscell.lab.design.experiment import Condition
    >>> from glasscell.lab.training.outcomes import tabulate_runs
    >>> runs = tabulate_runs(
    ...     Condition("write", "full"),
    ...     Experiment(seeds=1),
    ...     np.array([3, 1, 2]),
    ...     np.array([0, 9, 9]),
    ... )
    >>> keep_best_rate(runs)["learning_rate"].tolist()
    [0.03]
    """
    kept = []
    for _, rows in runs.groupby(CONDITION, sort=False):
        of_rate = rows.groupby("learning_rate")["validation_error"]
        order = pd.DataFrame(
            {"failed": of_rate.apply(lambda v: v.isna().sum()), "mean": of_rate.mean()}
        )
        best = order.sort_values(["failed", "mean"], kind="stable").index[0]
        kept.append(rows[rows["learning_rate"] == best])
    return pd.concat(kept, ignore_index=True)


def count_failures(runs: pd.DataFrame) -> pd.DataFrame:
    """Return runs in which a failed network has the error of one that has learned nothing.

    The same limit applies to networks that need more bits than that for a text: unbounded outputs
    may need thousands of bits and dominate the mean.

    >>> runs = pd.DataFrame({"task": "temporal_order", "length": 110, "error": [0.5, float("nan")]})
    >>> count_failures(runs)["error"].tolist()
    [0.5, 1.0]
    """
    nothing = [
        find_problem(task).nothing(length)
        for task, length in zip(runs["task"], runs["length"], strict=True)
    ]
    of_nothing = pd.Series(nothing, runs.index)
    is_of_text = runs["task"].map(lambda task: find_problem(task).text is not None)
    failed = runs["error"].isna() | (is_of_text & (runs["error"] > of_nothing))
    return runs.assign(error=runs["error"].mask(failed, of_nothing))


def summarise(runs: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """Return a row for each task, size and arm at its best rate, with the columns `TABLE`.

    The column "solved" is missing if no task can be solved; the columns `OF_CELLS` are included if
    runs have them.

    `ci_low` to `ci_high` is the 95% confidence interval of the mean error by Student's t. `p_holm`
    is Welch's test of the arm against the experiment's first, Holm-corrected over all rows. A
    failed network counts with the error of one that has learned nothing.

    >>> rng, experiment = (
    ...     np.random.default_rng(0),
    ...     Experiment(tasks=("write",), arms=("full", "NIG")),
    ... )
    >>> errors = [(arm, rng.uniform(low, low + 0.1, 30)) for arm, low in (("full", 0), ("NIG", 1))]
    >>> from glasscell.lab.design.experiment import Condition
    >>> from glasscell.lab.training.outcomes import tabulate_runs
    >>> runs = pd.concat(
    ...     [tabulate_runs(Condition("write", arm), experiment, e, e) for arm, e in errors]
    ... )
    >>> table = summarise(runs, experiment)
    >>> bool(table["p_holm"][1] < 0.001), table["seeds"].tolist()
    (True, [10, 10])
    """
    kept: dict[Any, pd.DataFrame] = dict(
        iter(count_failures(keep_best_rate(runs)).groupby(CONDITION, sort=False))
    )
    rows, counted = [], {}
    for condition in experiment.conditions():
        best = kept[tuple(condition)]
        error = best["error"].to_numpy()
        low, high = _interval(error)
        counted[condition] = error
        first = counted[condition._replace(arm=experiment.arms[0])]
        rows.append(
            condition._asdict()
            | {"learning_rate": best["learning_rate"].iloc[0]}
            | {"seeds": len(error), "median": np.median(error)}
            | ({"solved": int(best["solved"].sum())} if "solved" in best else {})
            | {name: int(best[name].iloc[0]) for name in OF_CELLS if name in best}
            | {"mean": error.mean(), "ci_low": low, "ci_high": high}
            | {"p_holm": welch(error, first) if condition.arm != experiment.arms[0] else np.nan}
        )
    columns = [
        name for name in (*CONDITION, *OF_CELLS, *TABLE[len(CONDITION) :]) if name in rows[0]
    ]
    table = pd.DataFrame(rows, columns=columns)
    tested = table["p_holm"].notna()
    if tested.any():
        table.loc[tested, "p_holm"] = multipletests(table.loc[tested, "p_holm"], method="holm")[1]
    return table


def summarise_gates(gates: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return each gate's mean and deviation over networks that solved a task at the best rate."""
    if gates.empty:
        return pd.DataFrame(columns=GATES_TABLE)
    network = [*CONDITION, "learning_rate", "seed"]
    solved = keep_best_rate(runs).query("solved")[network]
    merged = pd.merge(solved, gates, on=network)
    rows = []
    groups: Any = merged.groupby([*CONDITION, "gate"], sort=False)
    for (*condition, gate), of in groups:
        row = dict(zip(CONDITION, condition, strict=True)) | {"gate": gate, "networks": len(of)}
        for where in ("bit_on", "bit_off"):
            v = of[where].to_numpy()
            row |= {where: v.mean(), f"{where}_sd": v.std(ddof=1) if len(v) > 1 else np.nan}
        rows.append(row)
    return pd.DataFrame(rows, columns=GATES_TABLE)


def welch(a: np.ndarray, b: np.ndarray) -> float:
    """Return Welch's p for a difference of two means; NaN with fewer than two values on a side.

    >>> welch(np.array([1.0, 2.0]), np.array([1.0, 2.0])), welch(np.array([1.0]), np.array([2.0]))
    (1.0, nan)
    """
    if min(len(a), len(b)) < 2:
        return float("nan")
    if np.ptp(a) == np.ptp(b) == 0:
        # no variance: the minimum p of the exact permutation test, or 1 without a difference
        return (
            1.0 if np.mean(a) == np.mean(b) else min(1.0, 2 / float(comb(len(a) + len(b), len(a))))
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nearly identical values
        return float(stats.ttest_ind(a, b, equal_var=False).pvalue)  # pyright: ignore


def _interval(error: np.ndarray) -> tuple[float, float]:
    if len(error) < 2:
        return float("nan"), float("nan")
    half = stats.t.ppf(0.975, len(error) - 1) * stats.sem(error)
    return error.mean() - half, error.mean() + half
