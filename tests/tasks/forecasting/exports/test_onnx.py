"""A forecaster's file forecasts raw series as the run does, with scaling, gaps and calendar."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from support.facts import raises
from support.panels import framed, uneven_panel

from glasscell.inference.sentences import Inputs
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.export import ExportableForecaster
from glasscell.tasks.forecasting.exports.inputs import to_inputs
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.model.windows import cut
from glasscell.tasks.forecasting.panels.bounds import Bounds
from glasscell.variants import GREFF

onnxruntime = pytest.importorskip("onnxruntime")
forecasts = pytest.importorskip("glasscell.tasks.forecasting.exports.onnx")

QUANTILES = (0.1, 0.25, 0.5, 0.9)
ROUNDING = 3e-6  # of float32, in units of the windows' scales: some ten times what was seen


@pytest.mark.parametrize(
    ("frequency", "steps", "season", "baseline", "covariates"),
    [
        (None, 30, 1, Baseline(), False),
        (None, 30, 1, Baseline(steps=1), True),
        (None, 40, 1, Baseline(steps=8), False),
        (None, 30, 6, Baseline(steps=3), True),
        ("MS", 70, 12, Baseline(season=12), True),
        ("ME", 70, 12, Baseline(season=12, steps=3), False),
        ("MS", 90, 12, Baseline(season=12, seasons=3), False),
        ("QE", 60, 4, Baseline(season=4, steps=3, seasons=4), True),
        ("QE", 40, 4, Baseline(season=4, steps=4), True),
        ("h", 90, 24, Baseline(season=24, steps=24), True),
        ("B", 60, 5, Baseline(season=5, steps=1), False),
        ("D", 60, 7, Baseline(steps=3, logs=True), True),
        ("YS", 30, 1, Baseline(logs=True), False),
        ("W-WED", 120, 52, Baseline(season=52, steps=6, logs=True), True),
    ],
)
def test_it_forecasts_what_the_network_does(
    frequency, steps, season, baseline, covariates, tmp_path
):
    panel = uneven_panel(frequency, steps, above_zero=baseline.logs, covariates=covariates)
    framing, network = framed(panel, baseline, season, QUANTILES, units=(5, 4), members=2)
    forecasts.write(network, framing, panel, {}, tmp_path / "model.onnx")
    found = forecasts.ask(tmp_path / "model.onnx", to_inputs(panel, framing))["quantiles"]
    wanted, scale = forecast(network, framing, panel), cut(panel, framing, last=True).scale
    assert (scale > 0).sum() >= 3  # a series of one step has none: it stays as it is
    assert scale[-1] == 0
    if baseline.logs:
        found, wanted = np.log(found), np.log(wanted)
    unit = np.where(scale > 0, scale, 1)[:, None, None]
    np.testing.assert_allclose(found / unit, wanted / unit, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("logs", [False, True])
def test_bounds_and_what_nothing_is_known_of_are_in_the_file(logs, tmp_path):
    panel = uneven_panel(None, 30, above_zero=logs, covariates=False)
    framing, network = framed(panel, Baseline(logs=logs), 1, QUANTILES)
    low, high = np.quantile(forecast(network, framing, panel), [0.3, 0.6])
    for bounds in (Bounds(low), Bounds(None, high), Bounds(low, high)):
        framing = replace(framing, bounds=bounds, median=2)
        forecasts.write(network, framing, panel, {}, tmp_path / "model.onnx")
        found = forecasts.ask(tmp_path / "model.onnx", to_inputs(panel, framing))["quantiles"]
        wanted = forecast(network, framing, panel)
        # two have a single step
        assert np.isnan(wanted).any((1, 2)).tolist() == [False] * 3 + [True] * 2
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5 * np.nanmax(np.abs(wanted)))


@pytest.mark.few(6)
@pytest.mark.parametrize("units", [5, (4, 3)])
@pytest.mark.parametrize("variant", [None, *GREFF])
def test_it_continues_as_the_network_does(variant, units, tmp_path):
    panel = uneven_panel("MS", 50)
    how = {"units": units, "members": 1 if units == 5 else 2, "variant": variant, "continues": True}
    framing, network = framed(panel, Baseline(season=12, steps=3), 12, QUANTILES, **how)
    forecasts.write(network, framing, panel, {}, tmp_path / "model.onnx")
    scale = cut(panel, framing, last=True).scale
    unit = np.where(scale > 0, scale, 1)[:, None, None]
    promoted = replace(
        panel, future=[future + 5 * (np.arange(5) == 0)[:, None] for future in panel.future]
    )
    wanted = []
    for one in (panel, promoted):
        wanted.append(forecast(network, framing, one) / unit)
        found = forecasts.ask(tmp_path / "model.onnx", to_inputs(one, framing))["quantiles"] / unit
        np.testing.assert_allclose(found, wanted[-1], rtol=0, atol=ROUNDING)
    later = np.abs(wanted[1] - wanted[0])[scale > 0, 1:]
    assert later.max() > 1e-3  # what is known of the first step works in those after it


def test_more_of_the_past_than_it_reaches_changes_nothing_and_what_has_no_forecast_is_not_answered(
    tmp_path,
):
    panel = uneven_panel(None, 40, covariates=False)
    framing, network = framed(panel, Baseline(steps=3, logs=True), 1, (0.5,), units=3)
    source = ExportableForecaster(Forecaster(network, framing, (0.5,), panel))
    source.write(source.formats["onnx"], tmp_path / "model.onnx", {})

    def ask(values):
        return forecasts.ask(tmp_path / "model.onnx", {"values": np.array(values)})["quantiles"]

    rng = np.random.default_rng(0)
    values = np.exp(rng.normal(size=(2, 3 * framing.reach)))
    np.testing.assert_array_equal(ask(values), ask(values[:, -framing.reach :]))
    # that never changed, and so has no scale
    assert ask([[np.nan, 2.0]]).ravel().tolist() == [2.0] * 5
    answers = ask([[1.0, 2.0], [0.0, 2.0], [-1.0, 2.0], [np.nan, np.nan]])
    assert np.isnan(answers).all((1, 2)).tolist() == [False, True, True, True]
    told = {one.key: one.value for one in onnx.load(tmp_path / "model.onnx").metadata_props}
    assert (told["horizon"], told["season"], told["base"]) == (
        "5",
        "1",
        '"drift over 3 steps in logarithms"',
    )
    assert told["context"] == "14"


@pytest.mark.parametrize("covariates", [False, True])
def test_what_is_infinite_or_overflows_has_no_forecast(covariates, tmp_path):
    panel = uneven_panel(None, 30, covariates=covariates)
    framing, network = framed(panel, Baseline(steps=3), 1, QUANTILES)
    forecasts.write(network, framing, panel, {}, tmp_path / "model.onnx")
    inputs = to_inputs(panel, framing)

    def ask(changed):
        return forecasts.ask(tmp_path / "model.onnx", inputs | changed)

    whole = ask({})
    np.testing.assert_array_equal(whole["answered"], True)
    for name in (name for name in inputs if not name.startswith("times")):
        for value in (np.inf, -np.inf, 1e308):
            changed = inputs[name].copy()
            changed[0].flat[-1] = value
            found = ask({name: changed})
            assert found["answered"].tolist() == [False] + [True] * (len(panel) - 1), (name, value)
            assert np.isnan(found["quantiles"][0]).all()
            np.testing.assert_array_equal(found["quantiles"][1:], whole["quantiles"][1:])
    found = ask(
        {
            name: v[:, :0]
            for name, v in inputs.items()
            if name in ("values", "times", "known", "past")
        }
    )
    assert not found["answered"].any()


def test_values_that_overflow_are_named_in_python():
    panel = uneven_panel(None, 30, covariates=False)
    framing, network = framed(panel, Baseline(steps=3), 1, QUANTILES)
    values = [v.copy() for v in panel.values]
    values[1][-1] = 1e308
    with raises(Inputs.OVERFLOW, series=Inputs.OF_ID(id=panel.ids[1])):
        forecast(network, framing, replace(panel, values=values))
