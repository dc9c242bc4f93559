"""Tables of runs: which rate is kept, and the statistics, checked against formulas written out."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support.made_up_tables import made_up

from glasscell.data.problems.gates import variance
from glasscell.lab.design.experiment import CONDITION, Condition, Experiment
from glasscell.lab.findings.table import TABLE, keep_best_rate, summarise, welch
from glasscell.lab.training.outcomes import RUNS, tabulate_runs

WRITE = Condition("write", "full")
SMALL = Experiment(tasks=("write",), arms=("full", "NIG"), seeds=3, learning_rates=(0.1, 0.2))


def test_the_columns_are_those_promised():
    runs = made_up(Experiment())
    assert list(runs.columns) == RUNS
    assert len(runs) == 12 * 30
    table = summarise(runs, Experiment())
    assert ", ".join(table.columns) == (
        "task, arm, units, memories, length, learning_rate, seeds, solved, median, mean, ci_low, "
        "ci_high, p_holm"
    )
    assert list(table.columns) == TABLE
    assert [tuple(row) for row in table[CONDITION].values] == Experiment().conditions()


def test_the_rate_is_chosen_by_validation_and_never_by_the_errors_reported():
    validation, error = np.array([1, 1, 2, 3, 3, 3.0]), np.array([9, 9, 9, 0, 0, 0.0])
    kept = keep_best_rate(tabulate_runs(WRITE, SMALL, validation, error))
    assert kept["learning_rate"].tolist() == [0.1] * 3
    assert kept["error"].tolist() == [9] * 3


def test_a_rate_at_which_a_network_failed_is_the_last_resort():
    validation = np.array([0, 0, np.nan, 5, 5, 5])
    assert (
        keep_best_rate(tabulate_runs(WRITE, SMALL, validation, validation))["learning_rate"][0]
        == 0.2
    )
    validation = np.array([np.nan, np.nan, 0, 5, 5, np.nan])
    assert (
        keep_best_rate(tabulate_runs(WRITE, SMALL, validation, validation))["learning_rate"][0]
        == 0.2
    )


def test_solved_means_less_than_two_percent_of_the_variance():
    limit = 0.02 * variance("write", 20)
    runs = tabulate_runs(
        WRITE, SMALL, np.zeros(6), np.array([limit * 0.99, limit * 1.01, np.nan] * 2)
    )
    assert runs["solved"].tolist() == [True, False, False] * 2


def test_interval_and_tests_are_those_of_the_textbook():
    experiment = Experiment(
        tasks=("write", "show"), arms=("full", "NIG", "NOG"), learning_rates=(0.1,), seeds=5
    )
    rng = np.random.default_rng(0)
    errors = {of: rng.normal(1, 0.1, 5) + 0.1 * (of[1] == "NIG") for of in experiment.conditions()}
    runs = pd.concat(
        [tabulate_runs(condition, experiment, error, error) for condition, error in errors.items()]
    )
    # whatever the order in which conditions come
    table = summarise(runs.sample(frac=1, random_state=1), experiment)
    p = {}
    for row in table.itertuples():
        error = errors[Condition(row.task, row.arm)]
        half = 2.7764451 * error.std(ddof=1) / np.sqrt(5)  # t, 4 degrees of freedom
        assert (row.mean, row.median) == (
            pytest.approx(error.mean()),
            pytest.approx(np.median(error)),
        )
        assert (row.ci_low, row.ci_high) == (
            pytest.approx(error.mean() - half),
            pytest.approx(error.mean() + half),
        )
        if row.arm != "full":
            other = errors[Condition(row.task, "full")]
            a, b = error.var(ddof=1) / 5, other.var(ddof=1) / 5
            t, df = (
                (error.mean() - other.mean()) / np.sqrt(a + b),
                (a + b) ** 2 / ((a**2 + b**2) / 4),
            )
            p[row.task, row.arm] = 2 * stats.t.sf(abs(t), df)
    holm, largest = {}, 0
    for rank, (of, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        largest = max(largest, min(1, value * (len(p) - rank)))
        holm[of] = largest
    for row in table.itertuples():
        assert (
            np.isnan(row.p_holm)
            if row.arm == "full"
            else row.p_holm == pytest.approx(holm[row.task, row.arm])
        )


def test_a_failed_network_counts_as_one_that_always_answers_nothing():
    error = np.array([0.001, 0.001, np.nan])
    experiment = Experiment(tasks=("write",), arms=("full",), seeds=3, learning_rates=(0.1,))
    (row,) = summarise(tabulate_runs(WRITE, experiment, error, error), experiment).to_dict(
        "records"
    )
    assert row["mean"] == pytest.approx((0.002 + variance("write", 20)) / 3)
    assert (row["solved"], row["seeds"]) == (2, 3)


def test_little_data_gives_no_p():
    one = Experiment(tasks=("write",), seeds=1)
    table = summarise(made_up(one), one)
    assert table[["p_holm", "ci_low", "ci_high"]].isna().all(axis=None)
    assert welch(np.ones(3), np.ones(3)) == 1
    # 2 of the 20 ways to part six numbers
    assert welch(np.ones(3), np.zeros(3)) == pytest.approx(0.1)
