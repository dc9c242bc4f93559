"""A forecaster in every format but ONNX, tested elsewhere: the same forecasts as the network."""

import csv
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from support.facts import raises
from support.panels import expect_forecasts, framed, table_of, uneven_panel

from glasscell.exporters.c.compiler import compile_program, run
from glasscell.exporters.export import write_export
from glasscell.exporters.sentences import Exporters
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.export import ExportableForecaster
from glasscell.tasks.forecasting.exports import c as c_sources
from glasscell.tasks.forecasting.exports.inputs import to_inputs
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.panels.bounds import Bounds
from glasscell.variants import GREFF

QUANTILES = (0.1, 0.25, 0.5, 0.9)
WAYS = {
    "savedmodel": "model",
    "keras": "model.keras",
    "litert": "model.tflite",
    "npz": "model.npz",
    "c": "model",
}
CASES = [
    (None, 30, 1, Baseline(), False),
    (None, 30, 1, Baseline(steps=1), True),
    (None, 40, 1, Baseline(steps=8), False),
    (None, 30, 6, Baseline(steps=3), True),
    ("MS", 70, 12, Baseline(season=12), True),
    ("ME", 70, 12, Baseline(season=12, steps=3), False),
    ("MS", 90, 12, Baseline(season=12, seasons=3), False),
    ("QE", 60, 4, Baseline(season=4, steps=3, seasons=4), True),
    ("h", 90, 24, Baseline(season=24, steps=24), True),
    ("D", 60, 7, Baseline(steps=3, logs=True), True),
    ("YS", 30, 1, Baseline(logs=True), False),
    ("W-WED", 120, 52, Baseline(season=52, steps=6, logs=True), True),
]


def write(way, network, framing, panel, folder):
    """Write a forecaster, and give what asks the file."""
    module, path = import_module(f"glasscell.tasks.forecasting.exports.{way}"), folder / WAYS[way]
    how = {"steps": max(map(len, panel.values)), "batch": 2} if way == "litert" else {}
    module.write(network, framing, panel, {}, path, **how)
    return lambda inputs: module.ask(path, inputs)


def expect_same(way, found, wanted, panel, framing):
    most = 0.0
    if way == "litert":  # which has the values themselves in float32
        values = [np.log(v) for v in panel.values] if framing.baseline.logs else panel.values
        most = np.array([8 * np.spacing(np.float32(np.nanmax(np.abs(v)))) for v in values])
    expect_forecasts(found, wanted, panel, framing, most=most)


@pytest.mark.long(80)  # each is written by TensorFlow's or Keras's own writer, or compiled
@pytest.mark.each(case=CASES, way=WAYS, continues=[False, True], median=[None, 2])
def test_every_format_forecasts_what_the_network_does(case, way, continues, median, tmp_path):
    frequency, steps, season, baseline, covariates = case
    panel = uneven_panel(frequency, steps, above_zero=baseline.logs, covariates=covariates)
    how = {"units": (5, 4), "members": 2, "continues": continues}
    framing, network = framed(panel, baseline, season, QUANTILES, **how)
    low, high = np.quantile(forecast(network, framing, panel), [0.2, 0.8])
    framing = replace(framing, median=median, bounds=Bounds(low, high if continues else None))
    found = write(way, network, framing, panel, tmp_path)(to_inputs(panel, framing))
    assert found["answered"].all()
    expect_same(way, found["quantiles"], forecast(network, framing, panel), panel, framing)


@pytest.mark.long(20)
@pytest.mark.each(way=[way for way in WAYS if way != "keras"], variant=GREFF)
def test_of_every_variant_too(way, variant, tmp_path):
    panel = uneven_panel("MS", 50)
    framing, network = framed(
        panel, Baseline(season=12), 12, QUANTILES, units=4, variant=variant, continues=True
    )
    found = write(way, network, framing, panel, tmp_path)(to_inputs(panel, framing))
    expect_same(way, found["quantiles"], forecast(network, framing, panel), panel, framing)


@pytest.mark.long(20)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("covariates", [False, True])
def test_what_is_infinite_or_overflows_has_no_forecast(way, covariates, tmp_path):
    panel = uneven_panel(None, 30, covariates=covariates)
    framing, network = framed(panel, Baseline(steps=3), 1, QUANTILES)
    ask, inputs = write(way, network, framing, panel, tmp_path), to_inputs(panel, framing)
    whole = ask(inputs)
    assert whole["answered"].all()
    for name in inputs:
        beyond = () if name == "values" else (1e25,)  # values are read in units of how they change
        for value in (np.inf, -np.inf, 3e38 if way == "litert" else 1e308, *beyond):
            changed = inputs[name].copy()
            changed[0].flat[-1] = value
            found = ask(inputs | {name: changed})
            assert found["answered"].tolist() == [False] + [True] * (len(panel) - 1), (name, value)
            assert np.isnan(found["quantiles"][0]).all()
            np.testing.assert_array_equal(found["quantiles"][1:], whole["quantiles"][1:])
    nothing = inputs | {"values": np.full_like(inputs["values"], np.nan)}
    assert not ask(nothing)["answered"].any()
    if way != "litert":
        beside = ("values", "known", "past")
        found = ask({name: v[:, :0] if name in beside else v for name, v in inputs.items()})
        assert not found["answered"].any()
        assert np.isnan(found["quantiles"]).all()
    if way != "keras":  # where Keras's LSTM raises
        found = ask({name: v[:0] for name, v in inputs.items()})
        assert (found["quantiles"].shape, found["answered"].shape) == ((0, 5, 4), (0,))
    if way == "litert":
        with pytest.raises(ValueError, match="broadcast"):
            ask(
                {
                    name: np.repeat(v, 2, 1) if name in ("values", "known", "past") else v
                    for name, v in inputs.items()
                }
            )


@pytest.mark.long(6)  # compiles
@pytest.mark.parametrize("case", [CASES[k] for k in (0, 3, 5, 8, 9)])
def test_the_program_in_c_forecasts_a_table(case, tmp_path):
    frequency, steps, season, baseline, covariates = case
    panel = uneven_panel(frequency, steps, above_zero=baseline.logs, covariates=covariates)
    how = {
        "units": (5, 4),
        "members": 2,
        "continues": steps < 70,
        "variant": "FGR" if season > 1 else "NP",
    }
    framing, network = framed(panel, baseline, season, QUANTILES, **how)
    c_sources.write(network, framing, panel, {}, tmp_path / "my model")
    compile_program(tmp_path / "my model", tmp_path / "program")
    header, *rows = csv.reader(run(tmp_path / "program", table_of(panel, framing)).splitlines())
    assert header == ["id", "step", "q0.1", "q0.25", "q0.5", "q0.9"]
    # in the order in which they are there
    assert [row[0] for row in rows[::5]] == [*panel.ids[::-1]]
    found = np.array([row[2:] for row in rows], float).reshape(len(panel), 5, -1)[::-1]
    expect_same("c", found, forecast(network, framing, panel), panel, framing)


@pytest.mark.long(5)
def test_logarithms_forecast_nothing_of_zero(tmp_path):
    panel = uneven_panel(None, 40, covariates=False)
    framing, network = framed(panel, Baseline(steps=3, logs=True), 1, (0.5,), units=3)
    ask = write("savedmodel", network, framing, panel, tmp_path)
    found = ask({"values": np.array([[1.0, 2.0], [0.0, 2.0], [-1.0, 2.0], [np.nan, np.nan]])})
    assert found["answered"].tolist() == [True, False, False, False]


def test_values_that_float32_does_not_hold_are_refused_by_litert(tmp_path):
    panel = uneven_panel(None, 30, covariates=False)
    far = replace(panel, values=[v + 1e9 for v in panel.values])
    framing, network = framed(far, Baseline(), 1, (0.5,), units=3)
    with raises(Exporters.FAR_FROM_ZERO):
        write_export(
            ExportableForecaster(Forecaster(network, framing, (0.5,), far)),
            tmp_path / "model.tflite",
            steps=30,
        )
    assert list(tmp_path.iterdir()) == []
