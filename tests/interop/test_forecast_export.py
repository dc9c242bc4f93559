"""A forecaster leaves as ONNX where it forecasts the same, and in no other form."""

import json

import numpy as np
import pytest
from support.facts import raises
from support.panels import framed, uneven_panel

from glasscell.data.panels.baselines import Baseline
from glasscell.estimators.forecast_training import forecast
from glasscell.interop.forecast_export import export_forecaster
from glasscell.interop.forecast_meaning import meaning_of
from glasscell.interop.forecast_sentences import ForecastExports
from glasscell.interop.sentences import Interop

onnxruntime = pytest.importorskip("onnxruntime")

QUANTILES = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def leaving():
    panel = uneven_panel("MS", 60)
    framing, network = framed(panel, Baseline(season=12, steps=3), 12, QUANTILES, units=4)
    how = {"panel": panel, "forecast": lambda one: forecast(network, framing, one)}
    return network, meaning_of(panel, framing, QUANTILES), how


def test_its_side_file_says_what_to_ask_and_what_is_answered(leaving, tmp_path):
    network, meaning, how = leaving
    exported = export_forecaster(network, meaning, tmp_path / "model.onnx", **how)
    assert exported.agreement.difference < 1e-5
    assert exported.agreement.n == 15
    about = json.loads((tmp_path / "model.onnx.json").read_text())
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    assert [one["name"] for one in about["inputs"]] == [one.name for one in session.get_inputs()]
    for example in about["examples"]:
        inputs = {one["name"]: np.array(example[one["name"]], one["dtype"])[None] for one in about["inputs"]}
        (found,) = session.run(["quantiles"], inputs)
        # numbers are some tens, and change by some units
        np.testing.assert_allclose(found[0], example["quantiles"], rtol=0, atol=1e-4)
    assert about["known"] == ["promo"]
    assert exported.remarks == (ForecastExports.REACH(reach=36),)


def test_a_file_that_forecasts_otherwise_is_not_left(leaving, tmp_path):
    network, meaning, how = leaving
    wrong = how | {"forecast": lambda one: how["forecast"](one) + 1e-3}
    with raises(Interop.DIFFERS):
        export_forecaster(network, meaning, tmp_path / "model.onnx", **wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "code", "values"),
    [
        ({"to": "c"}, ForecastExports.NOT_AS, {"format": "c"}),
        ({"streaming": True}, ForecastExports.NO_OPTION, {"option": "streaming"}),
    ],
)
def test_what_cannot_leave_so_is_reported(leaving, asked, code, values, tmp_path):
    network, meaning, how = leaving
    with raises(code, **values):
        export_forecaster(network, meaning, tmp_path / "model.onnx", **how, **asked)
    assert list(tmp_path.iterdir()) == []
