"""Intervals of a whole forecaster: after a level shift, on one and two values, at bounds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.panels import framed, uneven_panel

from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.model.windows import cut
from glasscell.tasks.forecasting.panels.bounds import Bounds
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.selection.choice import select
from glasscell.tasks.forecasting.selection.plan import ForecastOptions
from glasscell.tasks.forecasting.selection.validation import initial_widths

AT = (0.1, 0.5, 0.9)


def panel_of(*series):
    parts = [
        pd.DataFrame({"unique_id": f"s{n}", "ds": np.arange(len(y)), "y": y})
        for n, y in enumerate(series)
    ]
    return from_frame(pd.concat(parts))


def alone(panel, horizon=6, **how):
    """Forecast by a base without a network, of which nothing is trained."""
    options = ForecastOptions(horizon=horizon, base="last value", logs=False, epochs=0, **how)
    return select(panel, options).forecast(panel)


@pytest.mark.parametrize(
    ("after", "noise"), [(2, 0.0), (10, 0.0), (2, 0.5), (5, 0.5), (10, 0.5), (20, 0.5)]
)
def test_a_change_of_level_widens_by_no_more_than_it_was(after, noise):
    y = np.r_[np.full(50, 10.5), np.full(after, 100.5)] + noise * np.random.default_rng(
        after
    ).normal(size=50 + after)
    (fan,) = alone(panel_of(y))
    assert (np.diff(fan, axis=1) > 0).all()  # it was off once, by 90, so that no width is 0
    most = np.abs(y[:, None] - y).max()
    assert (np.abs(fan - fan[:, 1:2]) <= 1.001 * most).all()


def test_widths_are_those_of_the_errors_of_most_series():
    rng = np.random.default_rng(0)
    panel = panel_of(*(np.cumsum(rng.normal(size=80)) * 10.0**k for k in range(-2, 3)))
    framing, _ = framed(panel, Baseline(), 1, AT)
    found = initial_widths(cut(panel, framing), AT)
    expected = 1.2816 * np.sqrt(np.pi / 2 * np.arange(1, 6))  # a scale is the mean absolute step
    np.testing.assert_allclose(found[:, 2], expected, rtol=0.35)
    np.testing.assert_allclose(-found[:, 0], expected, rtol=0.35)
    other = panel_of(*(1000 * values for values in panel.values))
    np.testing.assert_allclose(initial_widths(cut(other, framing), AT), found, rtol=1e-4)


def test_of_one_value_or_two_nothing_is_said_but_the_median():
    many = [np.cumsum(np.random.default_rng(n).normal(size=40)) for n in range(3)]
    panel = panel_of(*many, [5.0], [5.0, 5.0], [5.0, 6.0], [5.0, 5.0, 5.0])
    fans = alone(panel, horizon=2)
    assert np.isnan(fans).any((1, 2)).tolist() == [False, False, False, True, True, False, False]
    assert (fans[3:5, :, 1] == 5).all()
    assert (
        np.diff(fans[5], axis=1) > 0
    ).all()  # one change is known, and how far the others were off in theirs
    assert (fans[6] == 5).all()  # never changed
    for few in ([5.0], [5.0, 6.0]):
        assert np.isnan(alone(panel_of(few), horizon=1)[..., [0, 2]]).all()


@pytest.mark.parametrize("logs", [False, True])
def test_no_quantile_passes_the_bounds_and_none_else_moves(logs):
    panel = uneven_panel(None, 30, covariates=False)
    framing, network = framed(panel, Baseline(logs=logs), 1, AT)
    free = forecast(network, framing, panel)
    low, high = np.quantile(free, [0.3, 0.6])
    found = forecast(network, replace(framing, bounds=Bounds(low, high)), panel)
    np.testing.assert_array_equal(found, np.clip(free, low, high))


def test_counts_are_not_forecast_below_zero():
    rng = np.random.default_rng(1)
    panel = panel_of(*(rng.poisson(0.7, 60).astype(float) for _ in range(4)))
    assert (alone(panel) >= 0).all()
    assert (alone(panel, bounds=(None, None)) < 0).any()
