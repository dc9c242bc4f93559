"""Each step's expected value: least squares by hand, the demand's true law, and its output."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.panels import framed, uneven_panel

from glasscell.tasks.forecasting.baselines.naive import Baseline, fill
from glasscell.tasks.forecasting.model.forecasts import frame_forecasts
from glasscell.tasks.forecasting.model.means import FEWEST_AT_A_STEP, above_median, expect
from glasscell.tasks.forecasting.model.windows import Framing, cut, framing_of
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.selection.choice import select
from glasscell.tasks.forecasting.selection.plan import ForecastOptions

CHANCES, SIZES, H = np.array([0.06, 0.15, 0.3, 0.45]), np.array([1.0, 40.0, 3.0, 8.0]), 6


def demand(steps, copies=6, seed=0):
    """Give intermittent demand, series by series, and its mean."""
    rng = np.random.default_rng(seed)
    parts, means = [], np.tile(CHANCES * SIZES, copies)
    for k in range(4 * copies):
        sold = (rng.random(steps) < CHANCES[k % 4]) * rng.gamma(2.0, SIZES[k % 4] / 2, steps)
        parts.append(pd.DataFrame({"unique_id": f"s{k:02}", "ds": range(steps), "y": sold}))
    return from_frame(pd.concat(parts)), means


@pytest.mark.parametrize("logs", [False, True])
def test_it_is_the_slope_of_weighted_least_squares_as_far_as_it_is_not_chance(logs):
    panel = uneven_panel(None, 60, above_zero=logs, covariates=False)
    framing = Framing(3, 12, 1, Baseline(steps=2, logs=logs))
    windows = cut(panel, framing)
    median = np.random.default_rng(0).normal(size=windows.target.shape) - 3
    rows = []
    for n, origin, base, scale, added in zip(
        windows.series, windows.origin, windows.base, windows.scale, median, strict=True
    ):
        values = panel.values[n]
        past = np.log(values[: origin + 1]) if logs else values[: origin + 1]
        change = np.diff(fill(past)[~np.isnan(fill(past))])
        unit = np.abs(change).mean() if len(change) else 0.0
        unit = unit if logs else min(unit, np.nanmean(np.abs(past)))
        for h in range(3):
            came = values[origin + 1 + h] if origin + 1 + h < len(values) else np.nan
            if unit and not np.isnan(came):
                middle = base[h] + (scale if scale > 0 else 1) * added[h]
                above = came / np.exp(middle) - 1 if logs else came - middle
                rows.append((unit, above, 1 / np.mean(change**2), f"{n} {origin // 3}"))
    x, y, weight = np.array([row[:3] for row in rows]).T
    root = np.sqrt(weight)
    slope = np.linalg.lstsq((root * x)[:, None], root * y, rcond=None)[0].item()
    scores = pd.Series(weight * x * (y - slope * x)).groupby([row[3] for row in rows]).sum()
    # of clusters
    error = len(scores) / (len(scores) - 1) * (scores**2).sum() / (weight * x**2).sum() ** 2
    assert len(x) < FEWEST_AT_A_STEP
    assert 0 < error < slope**2
    found = above_median(panel, windows, median, logs=logs)
    np.testing.assert_allclose(found, [slope * (1 - error / slope**2)] * 3, rtol=1e-4)  # float32


def test_what_may_be_chance_moves_nothing():
    y = np.random.default_rng(1).normal(size=(4, 80)).cumsum(1)
    y[2, 72:] += 90  # one shift of the level, which is in many windows
    rows = [pd.DataFrame({"unique_id": k, "ds": range(80), "y": one}) for k, one in enumerate(y)]
    panel = from_frame(pd.concat(rows))
    windows = cut(panel, Framing(8, 12, 1, Baseline()))
    late = windows.at(windows.origin >= 60)
    assert above_median(panel, late, np.zeros(late.target.shape)) == (0.0,) * 8


def test_with_many_values_each_step_has_a_number_of_its_own(monkeypatch):
    panel, _ = demand(30)
    windows = cut(panel, Framing(H, 12, 1, Baseline()))
    monkeypatch.setattr("glasscell.tasks.forecasting.model.means.FEWEST_AT_A_STEP", 1)
    median = -windows.base / np.where(windows.scale > 0, windows.scale, 1)[:, None]
    each = above_median(panel, windows, median)
    for h in range(H):
        one = windows._replace(target=np.where(np.arange(H) == h, windows.target, np.nan))
        assert each[h] == pytest.approx(above_median(panel, one, median)[0])
    assert len(set(each)) == H


def test_rare_demand_has_the_mean_that_made_it():
    """A median of 0 at all steps: then only the mean informs, of each series and of their sum."""
    panel, _ = demand(400)
    windows = cut(panel, Framing(H, 12, 1, Baseline()))
    median = -windows.base / np.where(windows.scale > 0, windows.scale, 1)[:, None]
    framing = Framing(H, 12, 1, Baseline(), above=above_median(panel, windows, median))
    found = expect(framing, panel, np.zeros((len(panel), H)))
    assert found is not None
    sofar = np.array([values.mean() for values in panel.values])
    np.testing.assert_allclose(found.sum() / H, sofar.sum(), rtol=0.05)
    np.testing.assert_allclose(found, np.repeat(sofar[:, None], H, 1), rtol=0.1)


@pytest.mark.long(20)  # it trains, with its validation
def test_of_a_trained_network_on_rare_demand_too():
    from glasscell import LSTMForecaster

    panel, truth = demand(150)
    found = LSTMForecaster(H, random_state=0).fit(panel).predict()
    sums = found.groupby("unique_id").sum(numeric_only=True)
    assert sums["LSTM"].sum() < 0.4 * H * truth.sum()
    assert sums["LSTM-mean"].sum() == pytest.approx(H * truth.sum(), rel=0.2)


def test_a_baseline_alone_has_the_mean_of_what_it_lacked():
    steps = np.tile([1.0, 3], 6)  # 2 a step
    panel = from_frame(pd.DataFrame({"ds": range(12), "y": np.cumsum(steps)}))
    chosen = select(panel, ForecastOptions(horizon=1, base="last value", logs=False))
    assert chosen.reason is not None
    found = expect(chosen.framing, panel, np.array([[24.0]]))
    assert found is not None
    assert found.item() == pytest.approx(26, abs=0.5)


def test_in_logarithms_it_is_the_mean_of_the_values():
    rng = np.random.default_rng(0)
    panel = from_frame(pd.DataFrame({"ds": range(3000), "y": np.exp(rng.normal(0, 0.8, 3000))}))
    windows = cut(panel, Framing(1, 4, 1, Baseline(logs=True)))
    median = -windows.base / windows.scale[:, None]  # of all: 1
    framing = Framing(
        1, 4, 1, Baseline(logs=True), above=above_median(panel, windows, median, logs=True)
    )
    found = expect(framing, panel, np.ones((1, 1)))
    assert found is not None
    assert found.item() == pytest.approx(np.exp(0.8**2 / 2), rel=0.06)


def test_it_is_not_below_0_where_the_values_are_not():
    frame = pd.DataFrame({"ds": range(4), "y": [0.0, 4, 0, 4]})
    framing = Framing(2, 2, 1, Baseline(), above=(-1.0, -1.0))
    found, negative = (
        expect(framing, from_frame(frame.assign(y=frame["y"] - k)), np.zeros((1, 2)))
        for k in (0, 1)
    )
    assert found is not None
    assert negative is not None
    assert found.tolist() == [[0.0, 0.0]]
    assert (negative < 0).all()


def test_runs_of_before_have_no_such_column():
    panel = uneven_panel(None, 30, covariates=False)
    framing, _ = framed(panel, Baseline(), 1, (0.5,), units=3)
    fields = {name: v for name, v in vars(framing).items() if name != "above"} | {
        "baseline": vars(framing.baseline)
    }
    before = framing_of(fields)
    assert expect(before, panel, np.zeros((len(panel), framing.horizon))) is None
    found = frame_forecasts(panel, np.zeros((len(panel), framing.horizon, 1)), (0.5,))
    assert found.columns.tolist() == ["unique_id", "ds", "LSTM"]
    means = expect(
        replace(before, above=(1.0,) * framing.horizon),
        panel,
        np.zeros((len(panel), framing.horizon)),
    )
    found = frame_forecasts(panel, np.zeros((len(panel), framing.horizon, 1)), (0.5,), "ETS", means)
    assert found.columns.tolist() == ["unique_id", "ds", "ETS", "ETS-mean"]
