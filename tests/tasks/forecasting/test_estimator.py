"""`LSTMForecaster` in use: frames in, frames out, and messages about unusable series."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, raises, warns

from glasscell import LSTMForecaster
from glasscell.errors import FactWarning
from glasscell.system.sentences import System
from glasscell.tasks.forecasting.backtest import backtest
from glasscell.tasks.forecasting.baselines.past_origins import count_origins
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.report import describe_backtest
from glasscell.tasks.forecasting.selection.plan import ForecastOptions, season_for
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns

HOW = {"units": 4, "epochs": 20, "learning_rate": 0.02, "random_state": 0, "base": "last value"}


def sales(months=60, promo=False, seed=0):
    rng, parts = np.random.default_rng(seed), []
    for name in ("north", "south"):
        is_promo = rng.random(months + 3) < 0.3
        y = (
            50
            + 10 * np.sin(np.arange(months + 3) * np.pi / 6)
            + 20 * is_promo
            + rng.normal(size=months + 3)
        )
        times = pd.date_range("2019-01-01", periods=months + 3, freq="MS")
        parts.append(
            pd.DataFrame({"unique_id": name, "ds": times, "y": y, "promo": is_promo * 1.0})
        )
        parts[-1].loc[months:, "y"] = np.nan
    frame = pd.concat(parts, ignore_index=True)
    return frame if promo else frame.drop(columns="promo").dropna()


@pytest.fixture(scope="module")
def fitted():
    return LSTMForecaster(3, quantiles=(0.05, 0.1, 0.5, 0.9, 0.95), known=["promo"], **HOW).fit(
        sales(promo=True)
    )


def test_five_points_are_forecast_by_the_baseline_whatever_their_index():
    table = pd.DataFrame({"unique_id": "a", "ds": range(2018, 2023), "y": [3.0, 5, 4, 6, 7]})
    forecaster, found = LSTMForecaster(1, **HOW), []
    for frame in (table, table.set_index("unique_id"), table.set_index(["unique_id", "ds"])):
        with warns(ForecastEstimators.ALONE):
            found.append(forecaster.fit(frame).predict())
        pd.testing.assert_frame_equal(forecaster.predict(frame), found[0])
        with raises(ForecastEstimators.TOO_SHORT, steps=5, horizon=1):
            forecaster.backtest(frame)
    assert found[0]["ds"].tolist() == [2023]
    assert np.isfinite(found[0][forecaster.framing_.baseline.name]).all()


def test_a_missing_row_is_what_fill_says_and_where_most_are_missing_it_is_a_warning():
    days = np.flatnonzero(np.random.default_rng(0).random(120) < 0.4)
    sold = pd.DataFrame(
        {"ds": pd.Timestamp("2025-01-01") + pd.to_timedelta(days, "D"), "y": 1.0 + days % 2}
    )
    how = {"season": 1, "epochs": 0}
    with warns(Panels.MISSING_ROWS):
        missing = LSTMForecaster(2, **how).fit(sold)
    assert np.isnan(missing.panel_.values[0]).mean() > 0.5
    filled = LSTMForecaster(2, fill=0, **how)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        filled.fit(sold)
    assert Panels.MISSING_ROWS not in [
        w.message.code for w in caught if isinstance(w.message, FactWarning)
    ]
    (values,) = filled.panel_.values
    assert (len(values), np.count_nonzero(values)) == (days[-1] - days[0] + 1, len(days))
    assert values.mean() < 0.75 < 1 < np.nanmean(missing.panel_.values[0])  # the true mean is 0.6
    later = pd.DataFrame({"ds": sold["ds"].iloc[-1] + pd.to_timedelta([3, 5, 8], "D"), "y": 1.0})
    assert filled._to_forecast(later, None).values[0].tolist() == [1, 0, 1, 0, 0, 1]
    with raises(System.NOT_ACCEPTED, name="fill"):
        LSTMForecaster(2, fill="0").fit(sold)


def test_what_it_was_fitted_to_is_not_filled_again():
    months = pd.date_range("2016-01-01", periods=72, freq="MS")
    frame = pd.concat(
        [pd.DataFrame({"unique_id": who, "ds": months, "y": range(72), "promo": 0}) for who in "ab"]
    )
    frame.iloc[-1, 2] = np.nan  # its row has no value: it is missing, also after `fit`
    forecaster = LSTMForecaster(2, fill=0, known=["promo"], season=1, epochs=0).fit(frame)
    future = pd.DataFrame({"ds": pd.date_range("2021-12-01", periods=4, freq="MS"), "promo": 0})
    assert [len(values) for values in forecaster._to_forecast(None, future).values] == [72, 71]


def test_forecasts_are_frames(fitted):
    found = fitted.predict()
    assert found.columns.tolist() == [
        "unique_id", "ds", "LSTM", "LSTM-lo-80", "LSTM-hi-80", "LSTM-lo-90", "LSTM-hi-90",
        "LSTM-mean",
    ]  # fmt: skip
    assert found["unique_id"].tolist() == ["north"] * 3 + ["south"] * 3
    assert found["ds"].dt.strftime("%Y-%m").tolist() == ["2024-01", "2024-02", "2024-03"] * 2
    ordered = found[["LSTM-lo-90", "LSTM-lo-80", "LSTM", "LSTM-hi-80", "LSTM-hi-90"]].to_numpy()
    assert (np.diff(ordered) >= 0).all()
    interval = fitted.predict_interval(coverage=0.9)
    assert interval["low"].tolist() == found["LSTM-lo-90"].tolist()
    assert interval["high"].tolist() == found["LSTM-hi-90"].tolist()


def test_newer_and_other_series_are_forecast_and_a_promotion_that_is_known_ahead_counts(fitted):
    other = sales(80, promo=True, seed=4)
    other["unique_id"] = other["unique_id"].replace({"north": "new"})
    values, later = other.dropna(), other[other["y"].isna()].drop(columns="y")
    found = fitted.predict(values, later)
    assert found["unique_id"].unique().tolist() == ["new", "south"]
    without, with_promo = (
        fitted.predict(values, later.assign(promo=p))["LSTM"] for p in (0.0, 1.0)
    )
    assert (with_promo - without).mean() > 5  # of 20
    short = values.groupby("unique_id").tail(1)  # a frequency cannot be found in one row
    assert fitted.predict(short, later)["ds"].tolist() == found["ds"].tolist()
    with raises(ForecastEstimators.NOT_KNOWN_AHEAD, columns=("promo",), horizon=3, n=0):
        fitted.predict(values)
    with raises(ForecastEstimators.NOT_KNOWN_AHEAD, columns=("promo",), horizon=3, n=0):
        fitted.predict(future=later.query("unique_id == 'new'"))
    there = {"quantiles": list(fitted.quantiles)}
    with raises(ForecastEstimators.NO_COVERAGE, coverage=0.5, low=0.25, high=0.75, **there):
        fitted.predict_interval(coverage=0.5)


def test_of_what_it_was_fitted_to_a_future_alone_is_enough(fitted):
    frame = sales(promo=True)
    coming = frame[frame["y"].isna()].drop(columns="y")
    pd.testing.assert_frame_equal(fitted.predict(future=coming), fitted.predict(), check_exact=True)
    other = coming.assign(promo=1 - coming["promo"])
    expected = fitted.predict(frame.dropna(), other)
    pd.testing.assert_frame_equal(fitted.predict(future=other), expected, check_exact=True)
    assert not expected["LSTM"].equals(fitted.predict()["LSTM"])


def test_a_value_that_nobody_expected_is_a_surprise(fitted):
    frame = sales(promo=True).dropna()
    frame.loc[frame.index[30], "y"] += 300
    found = fitted.surprise(frame)
    assert found.columns.tolist() == ["unique_id", "ds", "y", "surprise"]
    assert len(found) == 120
    assert found["surprise"].idxmax() == 30
    assert found["surprise"].isna().sum() == 2 * 18  # a season and a half


@pytest.mark.long(6)  # a training and its validation, of series with seasons
def test_a_backtest_stands_beside_baselines():
    forecaster = LSTMForecaster(6, **(HOW | {"epochs": 1, "base": "auto"}))
    found = forecaster.backtest(sales(), windows=2)
    assert found["forecaster"].unique()[0] == "LSTM"
    assert {"last value", "seasonal naive"} <= set(found["forecaster"])
    assert (found.groupby("forecaster").size() == 4).all()
    assert not hasattr(forecaster, "network_")
    assert np.isfinite(found[["MASE", "sMAPE", "pinball", "coverage"]].to_numpy()).all()
    with raises(ForecastEstimators.TOO_SHORT, horizon=6):
        forecaster.backtest(sales(4))


def caught_notes(caught):
    return [warning.message.note for warning in caught]


def test_where_nothing_can_be_learnt_the_baseline_forecasts_and_says_so():
    five = pd.DataFrame({"ds": range(5), "y": [3.0, 0.0, -1.0, 2.0, 4.0]})
    with pytest.warns(FactWarning) as caught:
        forecaster = LSTMForecaster(12, **HOW).fit(five)
    assert codes(caught_notes(caught)) == [ForecastEstimators.ALONE]
    why = caught_notes(caught)[0].values["why"]
    assert (why.code, why.values["n"]) == (ForecastEstimators.FEW_WINDOWS, 0)
    found = forecaster.predict()
    assert len(found) == 12
    assert found.columns.tolist()[2] == forecaster.framing_.baseline.name
    assert (found.iloc[:, 2] == 4).all()
    still = pd.concat(
        [
            five.assign(unique_id="five"),
            pd.DataFrame({"unique_id": "still", "ds": range(30), "y": 2.0}),
        ]
    )
    with pytest.warns(FactWarning) as caught:
        forecaster.fit(still)
    assert codes(caught_notes(caught)) == [ForecastEstimators.ALONE, ForecastEstimators.CONSTANT]
    assert caught_notes(caught)[1].values["series"] == ["still"]
    found = forecaster.predict()
    assert (found[found["unique_id"] == "still"].iloc[:, 2:].to_numpy() == 2).all()


def test_newer_whole_numbers_come_in_the_steps_of_those_fitted_to():
    fives = pd.DataFrame({"ds": range(0, 25, 5), "y": [3.0, 0.0, -1.0, 2.0, 4.0]})
    with pytest.warns(FactWarning) as caught:
        forecaster = LSTMForecaster(2, **HOW).fit(fives)
    assert codes(caught_notes(caught)) == [ForecastEstimators.ALONE]
    assert forecaster.predict(fives.assign(ds=[30, 40, 45, 50, 55]))["ds"].tolist() == [60, 65]
    with raises(Panels.BETWEEN_STEPS, first="30", time="31", step=5):
        forecaster.predict(fives.assign(ds=range(30, 35)))


def test_a_backtest_says_where_no_network_was_trained_and_no_season_seen():
    months = pd.date_range("2020-01-01", periods=30, freq="MS")
    panel = from_frame(
        pd.DataFrame({"ds": months, "y": 10 + 5 * np.sin(np.arange(30) * np.pi / 6)})
    )
    found = backtest(panel, ForecastOptions(horizon=12), windows=1)
    assert (found.season, len(found.table["steps"].unique())) == (1, 1)
    said = describe_backtest(found, 12, season_for(panel, "auto"), found.base)
    assert (said.values["by"].code, said.values["by"].values["base"]) == (
        ForecastRuns.BY_BASELINE,
        found.base,
    )
    assert said.values["season"] == ForecastRuns.WITHOUT_SEASON()
    said = describe_backtest(replace(found, season=12), 12, 1, found.base)
    assert said.values["season"] == ForecastRuns.OTHER_SEASON(season=12)
    # a season that is not asked for takes no room
    assert count_origins(panel.values, 12, 1, 1) == [1]
    seasons = from_frame(pd.DataFrame({"ds": months, "y": range(30)}))
    assert len(backtest(seasons, ForecastOptions(horizon=3, season=1), windows=3).forecasts) == 3


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"horizon": 0}, System.NOT_ACCEPTED),
        ({"known": 3}, System.NOT_ACCEPTED),
        ({"static": "kind"}, System.NOT_ACCEPTED),
        ({"quantiles": (0.9, 0.5)}, System.NOT_ACCEPTED),
        ({"quantiles": (0.1, 0.9)}, System.NOT_ACCEPTED),
        ({"season": 0}, System.NOT_ACCEPTED),
        ({"members": 0}, System.NOT_ACCEPTED),
        ({"base": "yesterday"}, ForecastEstimators.NO_BASE_WITHOUT_SEASON),
    ],
)
def test_a_parameter_out_of_bounds_is_named(wrong, code):
    ((name, value),) = wrong.items()
    values = {"name": name, "found": value} if code is System.NOT_ACCEPTED else wrong
    with warnings.catch_warnings(), raises(code, **values):
        LSTMForecaster(**({"horizon": 3} | wrong)).fit(sales(12))


def test_a_base_that_there_is_not_is_refused_where_there_is_a_season_too():
    with raises(ForecastEstimators.NO_BASE, base="yesterday"):
        LSTMForecaster(3, base="yesterday").fit(sales(40))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame.assign(y=np.nan), Panels.ONLY_GAPS),
        (lambda frame: pd.concat([frame, frame[:1]]), Panels.TWICE),
        (lambda frame: frame.drop(columns="y"), Panels.NO_COLUMN),
    ],
)
def test_a_frame_that_is_no_panel_is_refused(change, code):
    with raises(code):
        LSTMForecaster(3, **HOW).fit(change(sales(20)))
