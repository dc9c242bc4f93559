"""What is said of measures: of few series, of many, and of none."""

import numpy as np
import pandas as pd
import pytest

from glasscell.runs.comparison import Finished, compare
from glasscell.tasks.forecasting.backtest import Backtest, backtest, table_of
from glasscell.tasks.forecasting.baselines.local_models import LocalModel, library
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.report import (
    check_coverage,
    compare_with_best,
    describe_backtest,
    describe_contest,
    describe_later,
    describe_local,
    measured_in,
    measures_of,
    pairs_of,
    verdict,
)
from glasscell.tasks.forecasting.selection.plan import ForecastOptions
from glasscell.tasks.forecasting.sentences import ForecastRuns


def table(ours, theirs, series):
    rows = [
        (name, f"s{k}", mase + k / 100)
        for k in range(series)
        for name, mase in (("LSTM", ours), ("drift", theirs))
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
        assert (
            scores.values["difference"]
            == scores.values["low"]
            == ("−" if ours < theirs else "+") + apart
        )


def of_forecasters(**mase):
    """Give the table of forecasters with so many series each."""
    rows = [(name, f"s{k}", v) for name, values in mase.items() for k, v in enumerate(values)]
    found = pd.DataFrame(rows, columns=["forecaster", "unique_id", "MASE"]).dropna()
    return found.assign(origin=0, steps=1, sMAPE=1.0, pinball=1.0, coverage=1.0)


def test_of_rivals_measured_on_some_series_those_count():
    nan, k = np.nan, np.arange(12) / 100
    ets = np.where(np.arange(12) % 2, 0.9 + k, nan)
    found = compare_with_best(of_forecasters(LSTM=1 + k, drift=1.05 + k, ETS=ets))
    assert (found["best"], found["n"], found["n_both"]) == ("ETS", 12, 6)
    np.testing.assert_allclose(found["MASE"], [1.06, 0.96])
    np.testing.assert_allclose([found["difference"], *found["interval"]], 0.1)
    assert verdict(found).code is ForecastRuns.NOT_BETTER
    found = compare_with_best(of_forecasters(LSTM=1 + k, drift=1.05 + k, ETS=ets + 0.2))
    assert (found["best"], found["n_both"], found["is_better"]) == ("drift", 12, True)


@pytest.mark.parametrize("decided", ["ETS", "Theta", "LSTM"])
def test_the_verdict_is_on_the_forecaster_that_these_origins_did_not_choose(decided):
    k = np.arange(8) / 100
    rows = of_forecasters(ETS=0.7 + k, LSTM=0.8 + k, Theta=0.8 + k, drift=0.75 + k, zero=2 + k)
    tested = Backtest(rows, [], "drift", (), decided=decided)
    described = describe_backtest(tested, 2, 1, "drift").values
    assert described["by"] == ForecastRuns.BY_OTHER(forecaster="ETS")
    measures = measures_of(rows, (0.1, 0.5, 0.9), described["by"], decided)
    comparison = measures["beside"]
    assert set(measures["scores"]) == {"LSTM", "ETS", "Theta", "drift", "zero"}
    if decided == "ETS":
        assert described["decided"] is None
        assert (comparison["forecaster"], comparison["best"]) == (None, "drift")
        assert measures["verdict"].startswith("better than drift")
    else:
        assert described["decided"] == ForecastRuns.OTHER_DECIDED(forecaster=decided)
        # ETS, which these origins did choose, is still a rival: the verdict is not optimistic
        assert (comparison["forecaster"], comparison["best"]) == (decided, "ETS")
        assert measures["verdict"].startswith(f"{decided}, which validation would choose, is not")


def test_a_decided_forecaster_without_scores_has_no_verdict():
    comparison = compare_with_best(of_forecasters(LSTM=[1.0, 2.0], drift=[2.0, 3.0]), "ETS")
    assert (comparison["n"], comparison["n_both"], comparison["best"]) == (2, 0, None)
    assert verdict(comparison).code is ForecastRuns.NOTHING_TO_TELL


def covered(coverage, windows, series=4):
    """Give a forecaster's table whose intervals contain that part of values in so many windows."""
    rows = of_forecasters(LSTM=np.ones(series), drift=np.ones(series))
    rows = pd.concat([rows.assign(origin=k) for k in range(windows // series)], ignore_index=True)
    return rows.assign(coverage=np.where(rows["forecaster"] == "LSTM", coverage, 0.0))


@pytest.mark.parametrize(
    ("coverage", "windows", "warns"),
    [
        (0.57, 40, True),
        (0.57, 8, False),  # too few
        (0.65, 12, False),  # it may be 80% all the same
        (0.0, 4, False),
        (0.75, 4000, False),  # certainly below, but not by far
        (0.80, 40, False),
        (0.95, 40, False),
    ],
)
def test_intervals_that_cover_far_less_than_they_should_are_warned_of(coverage, windows, warns):
    found = check_coverage(covered(coverage, windows), (0.1, 0.5, 0.9))
    assert (found is not None) == warns
    if found is not None:
        assert (found.code, found.level, found.values["n"]) == (
            ForecastRuns.LOW_COVERAGE,
            "warning",
            windows,
        )
        assert found.values["percent"] == pytest.approx(100 * coverage)


def test_where_no_interval_is_known_none_is_warned_of():
    assert check_coverage(covered(np.nan, 40), (0.1, 0.5, 0.9)) is None
    assert check_coverage(covered(0.0, 40), (0.5,)) is None


@pytest.mark.parametrize(("weight", "name"), [(0.5, "LSTM"), (0.0, "drift")])
def test_in_validation_a_network_of_weight_0_is_its_base(weight, name):
    contest = {
        "errors": {"LSTM": 1.0, "ETS": 2.0, "Theta": 3.0},
        "series": 2,
        "origins": 3,
        "weight": weight,
    }
    said = describe_contest(contest, "drift")
    assert [error.values["forecaster"] for error in said.values["errors"]] == [name, "ETS", "Theta"]
    # of an earlier version
    without = {field: value for field, value in contest.items() if field != "weight"}
    assert describe_contest(without, "drift").values["errors"][0].values["forecaster"] == "LSTM"


@pytest.mark.parametrize("intermittent", [True, False])
@pytest.mark.parametrize("zero", [0.5, 0.9, 1.1])
def test_nothing_is_better_where_a_forecast_of_0_is(zero, intermittent):
    values = np.array([0.0, 3, 0, 1] if intermittent else [2.0, 3, 1, 1])
    seen = from_frame(pd.DataFrame({"ds": np.arange(4), "y": values}))
    k = np.arange(8) / 100
    rows = of_forecasters(LSTM=0.9 + k, drift=2 + k, zero=zero + k, mean=3 + k).to_dict("records")
    found = table_of(rows, seen)
    listed = "zero" in set(found["forecaster"])
    assert listed == (intermittent or zero <= 0.9)
    said = verdict(compare_with_best(found))
    assert (said.code is ForecastRuns.BETTER) == (zero > 0.9)
    assert compare_with_best(found)["best"] == ("zero" if listed else "drift")


def test_what_fitted_ets_and_theta_is_said_and_on_how_many_series():
    k = np.ones(8)
    every = of_forecasters(LSTM=k, ETS=k, Theta=k)
    assert describe_local(every, 1) == ForecastRuns.LOCAL(library=library(), some=None, season=None)
    without = ForecastRuns.LOCAL_WITHOUT_SEASON(most=24)
    assert describe_local(every, 48) == ForecastRuns.LOCAL(
        library=library(), some=None, season=without
    )
    some = every.drop(every[(every["forecaster"] != "LSTM") & (every["unique_id"] > "s4")].index)
    of_some = ForecastRuns.LOCAL_OF_SOME(n=5)
    assert describe_local(some, 1) == ForecastRuns.LOCAL(
        library=library(), some=of_some, season=None
    )
    assert describe_local(of_forecasters(LSTM=k), 1) is None
    assert describe_later(every, 2, 1).values["local"] == describe_local(every, 1)


def test_no_network_is_trained_whose_weight_is_0():
    panel = from_frame(
        pd.DataFrame({"ds": range(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)})
    )
    trained = []
    for epochs, names in ((0, []), (2, ["LSTM"])):
        options = ForecastOptions(horizon=3, units=4, epochs=epochs)
        found = backtest(panel, options, windows=2, run=trained.append)
        assert [measured_in(found.table) for _ in trained] == names


def test_of_large_panels_ets_and_theta_are_measured_on_some_series(monkeypatch):
    rng = np.random.default_rng(0)
    rows = [
        pd.DataFrame({"unique_id": f"s{k}", "ds": range(24), "y": np.cumsum(rng.normal(size=24))})
        for k in "abcde"
    ]
    panel = from_frame(pd.concat(rows))
    monkeypatch.setattr("glasscell.tasks.forecasting.backtest.MOST_FORECASTS", 6)
    found = backtest(panel, ForecastOptions(horizon=4, units=2, epochs=0), windows=2)
    series = {name: sorted(rows["unique_id"]) for name, rows in found.table.groupby("forecaster")}
    assert len(series[measured_in(found.table)]) == len(series["last value"]) == 10
    assert series["Theta"] == series["ETS"] == ["sa", "sa", "sc", "sc", "se", "se"]
    values = panel.values[2]
    median = LocalModel("ETS").forecast_quantiles([values[:20]], 4, (0.1, 0.5, 0.9))[0, :, 1]
    expected = np.abs(values[20:] - median).mean() / np.abs(np.diff(values[:20])).mean()
    last = found.table.query("forecaster == 'ETS' and unique_id == 'sc'").iloc[-1]
    assert last["MASE"] == pytest.approx(expected)
    assert describe_backtest(found, 4, 1, found.base).values["local"].values[
        "some"
    ] == ForecastRuns.LOCAL_OF_SOME(n=3)


def test_series_that_were_left_out_and_origins_that_differ_are_counted():
    rows = table(1.0, 2.0, 3)
    rows = pd.concat([rows, rows[:1].assign(origin=1)])
    said = describe_backtest(Backtest(rows, [], "drift", ("short", "shorter")), 2, 1, "drift")
    assert said.values["left_out"] == ForecastRuns.TOO_SHORT(n=2)
    up_to = Panels.UP_TO(most=2)
    assert said.values["measured"] == ForecastRuns.MEASURED(
        n=3, least=1, up_to=up_to, most=2, horizon=2
    )


def test_two_runs_of_few_series_and_one_that_was_not_measured(tmp_path):
    runs = [Finished(tmp_path / name, {"task": "forecast"}) for name in "abc"]
    for run, mase, ours in zip(runs, (1.0, 1.25), ("LSTM", "drift over 2 steps"), strict=False):
        run.path.mkdir()
        rows = [
            (ours, "s", "2020-01", mase),
            ("last value", "s", "2020-01", 1.0),
            (ours, "t", "2020-01", None),
        ]
        table = pd.DataFrame(rows, columns=["forecaster", "unique_id", "origin", "MASE"])
        table.to_csv(run.path / "backtest.csv", index=False)
    found, note = compare(runs[0], runs[1], {"forecast": pairs_of})
    assert (found["n"], found["difference"], found["interval"], found["differ"]) == (
        1,
        -0.25,
        None,
        False,
    )
    assert (
        str(note)
        == "a vs b on the same series: MASE 1.000 vs 1.250, difference −0.250 (no interval): too "
        "few to tell"
    )
    same = pd.DataFrame([("last value", "s", "2020-01", 1.0)], columns=table.columns)
    # it forecasts alone, and is the one to compare by as well
    same.to_csv(runs[1].path / "backtest.csv", index=False)
    assert compare(runs[0], runs[1], {"forecast": pairs_of})[0]["difference"] == 0
    assert pairs_of(runs[0], runs[2]) == ForecastRuns.RUN_NOT_MEASURED(run="c")
