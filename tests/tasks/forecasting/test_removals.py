"""What a value gave is the forecast less one of a table in which it is missing."""

import numpy as np
import pytest
from support.facts import raises
from support.panels import framed, uneven_panel

from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.explanation import remove_each
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import to_frame
from glasscell.tasks.forecasting.sentences import ForecastRuns

QUANTILES = (0.1, 0.5, 0.9)
NAMES = {"known": ["promo"], "past": ["rain"], "static": ["size"], "frequency": "MS"}


@pytest.mark.parametrize(
    "baseline", [Baseline(season=12, steps=3), Baseline(steps=2), Baseline(steps=2, logs=True)]
)
def test_it_is_the_difference_of_two_forecasts(baseline):
    panel = uneven_panel("MS", 70, seed=2)
    framing, network = framed(panel, baseline, 12, QUANTILES, units=4)
    one, values = panel.of([0]), panel.values[0]
    found = remove_each(Forecaster(network, framing, QUANTILES, one), one)
    assert found.steps.tolist() == list(range(70 - framing.reach, 70))
    whole = forecast(network, framing, one)[0]
    np.testing.assert_allclose(found.quantiles, whole, rtol=1e-12)
    frame = to_frame(one)
    for row, step in [*enumerate(found.steps[:-1])][
        ::5
    ]:  # a frame that ends without a value ends before
        table = frame.copy()
        table.loc[step, "y"] = np.nan
        without = forecast(network, framing, from_frame(table, **NAMES))[0]
        # both are forecasts of some tens, by float32
        np.testing.assert_allclose(found.gave[row], whole[:, 1] - without[:, 1], rtol=0, atol=2e-5)
        assert not np.isnan(values[step]) or not found.gave[row].any()
    assert np.abs(found.gave).max() > 0.01


def test_what_the_baseline_gave_is_told_apart():
    panel = uneven_panel(None, 40, covariates=False, seed=3)
    framing, network = framed(panel, Baseline(), 1, QUANTILES, units=4)
    found = remove_each(Forecaster(network, framing, QUANTILES, panel), panel.of([0]))
    last, before = panel.values[0][-1], found.instead[-1]
    np.testing.assert_allclose(found.of_base[-1], np.full(5, last - before), rtol=1e-12)
    assert not found.of_base[:-1].any()
    known = panel.values[0][:-1][~np.isnan(panel.values[0][:-1])]
    assert before == known[-1]  # without the last value, the one before it is the last


def test_a_single_value_cannot_be_left_out():
    panel = uneven_panel(None, 40, covariates=False)
    framing, network = framed(panel, Baseline(), 1, QUANTILES, units=4)
    with raises(ForecastRuns.ONE_VALUE, series="s4"):
        remove_each(Forecaster(network, framing, QUANTILES, panel), panel.of([4]))
