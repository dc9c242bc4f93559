"""What is said of measures: of few series, of many, and of none."""

import numpy as np
import pandas as pd
import pytest

from glasscell.runs.comparison import Finished, compare
from glasscell.tasks.forecasting.backtest import Backtest
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.report import compare_with_best, describe_backtest, pairs_of, verdict
from glasscell.tasks.forecasting.sentences import ForecastRuns


def table(ours, theirs, series):
    rows = [
        (name, f"s{k}", mase + k / 100) for k in range(series) for name, mase in (("LSTM", ours), ("drift", theirs))
    ]
    found = pd.DataFrame(rows, columns=["forecaster", "unique_id", "MASE"])
    return found.assign(origin=0, steps=1, sMAPE=1.0, pinball=1.0, coverage=1.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "series", "code"),
    [
        (1.0, 2.0, 3, ForecastRuns.BETTER),
        (2.0, 1.0, 3, ForecastRuns.NOT_BETTER),
        (1.0, 2.0, 9, ForecastRuns.BETTER),
        (2.0, 1.0, 9, ForecastRuns.NOT_BETTER),
        (np.nan, np.nan, 9, ForecastRuns.NOTHING_TO_TELL),
    ],
)
def test_a_verdict_needs_some_series(ours, theirs, series, code):
    rows = table(ours, theirs, series)
    said = verdict(compare_with_best(rows))
    assert said.code is code
    if code is not ForecastRuns.NOTHING_TO_TELL:
        scores = said.values["scores"]
        assert said.values["rival"] == "drift"
        assert scores.code is (ForecastRuns.SCORES if series > 5 else ForecastRuns.SCORES_OF_FEW)
    if series > 5 and code is not ForecastRuns.NOTHING_TO_TELL:
        apart = f"{abs(ours - theirs):.3f}"
        assert scores.values["difference"] == scores.values["low"] == ("−" if ours < theirs else "+") + apart


def test_series_that_were_left_out_and_origins_that_differ_are_counted():
    rows = table(1.0, 2.0, 3)
    rows = pd.concat([rows, rows[:1].assign(origin=1)])
    said = describe_backtest(Backtest(rows, [], "drift", ("short", "shorter")), 2, 1)
    assert said.values["left_out"] == ForecastRuns.TOO_SHORT(n=2)
    up_to = Panels.UP_TO(most=2)
    assert said.values["measured"] == ForecastRuns.MEASURED(n=3, least=1, up_to=up_to, most=2, horizon=2)


def test_two_runs_of_few_series_and_one_that_was_not_measured(tmp_path):
    runs = [Finished(tmp_path / name, {"task": "forecast"}) for name in "abc"]
    for run, mase in zip(runs, (1.0, 1.25), strict=False):
        run.path.mkdir()
        rows = [("LSTM", "s", "2020-01", mase), ("last value", "s", "2020-01", 1.0), ("LSTM", "t", "2020-01", None)]
        table = pd.DataFrame(rows, columns=["forecaster", "unique_id", "origin", "MASE"])
        table.to_csv(run.path / "backtest.csv", index=False)
    found, note = compare(runs[0], runs[1], {"forecast": pairs_of})
    assert (found["n"], found["difference"], found["interval"], found["differ"]) == (1, -0.25, None, False)
    assert (
        str(note) == "a vs b on the same series: MASE 1.000 vs 1.250, difference −0.250 (no interval): too few to tell"
    )
    assert pairs_of(runs[0], runs[2]) == ForecastRuns.RUN_NOT_MEASURED(run="c")
