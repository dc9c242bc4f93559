"""A forecaster is exported as ONNX, where it forecasts the same, and in no other form."""

import json

import numpy as np
import pandas as pd
import pytest
from support.facts import raises
from support.panels import framed, uneven_panel
from support.sales import SMALL, sales, write_sales

from glasscell import LSTMForecaster, export
from glasscell.exporters.export import write_export
from glasscell.exporters.sentences import Exporters
from glasscell.tasks.export import export_run
from glasscell.tasks.forecasting import training as forecasting
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.export import ExportableForecaster
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.predictions import predict_to
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings

onnxruntime = pytest.importorskip("onnxruntime")

HORIZON = 6
COLUMNS = ["LSTM-lo-80", "LSTM", "LSTM-hi-80"]
QUANTILES = (0.1, 0.5, 0.9)


def seconds(times):
    return times.to_numpy("datetime64[s]").astype("int64")


def ask(path, table, n, **more):
    """Forecast shop number n of a table of sales, like a user with only the file and table."""
    rows = table[table["shop"] == f"s{n}"].reset_index(drop=True)
    ahead, past = rows.iloc[-HORIZON:], rows.iloc[:-HORIZON]
    inputs = {"values": past["sold"].to_numpy()[None], "times": seconds(past["month"])[None]}
    inputs |= {"times_ahead": seconds(ahead["month"])[None]}
    inputs |= {
        name: np.array(rows["promo"], float)[None, where, None] for name, where in more.items()
    }
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["quantiles"], inputs)[0][0]


@pytest.mark.long(3)  # trains, and asks twelve series
def test_a_run_leaves_and_forecasts_what_predict_writes(tmp_path):
    settings = ForecastSettings(
        str(write_sales(tmp_path)), HORIZON, known=["promo"], **(SMALL | {"windows": 0})
    )
    forecasting.train(settings, output_dir=tmp_path, name="run")
    exported = export_run(tmp_path / "run", tmp_path / "model.onnx")
    assert exported.agreement.difference < 1e-5
    predict_to(tmp_path / "run", None, str(tmp_path / "forecast.csv"))
    written, table = pd.read_csv(tmp_path / "forecast.csv"), sales()
    promo = {"known": slice(None, -HORIZON), "known_ahead": slice(-HORIZON, None)}
    for n in range(5):
        found = ask(tmp_path / "model.onnx", table, n, **promo)
        own = written.loc[written["unique_id"] == f"s{n}", COLUMNS]
        # float32's, of numbers that all are about 100
        np.testing.assert_allclose(found, own, rtol=1e-6)
    with raises(Exporters.NO_NAMES, name="labels", what=ForecastRuns.FORECASTER()):
        export(tmp_path / "run", tmp_path / "other.onnx", labels=["a"])


@pytest.mark.long(2)  # a training of its own
def test_an_estimator_leaves(tmp_path):
    table = sales()
    frame = table.rename(columns={"shop": "unique_id", "month": "ds", "sold": "y"}).drop(
        columns="promo"
    )
    past = frame.groupby("unique_id").head(-HORIZON)
    how = {"units": 4, "epochs": 4, "learning_rate": 0.03}
    forecaster = LSTMForecaster(HORIZON, base="last value", random_state=0, **how).fit(past)
    export(forecaster, tmp_path / "model.onnx")
    found = ask(tmp_path / "model.onnx", table, 2)
    wanted = forecaster.predict().query("unique_id == 's2'")[COLUMNS]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


@pytest.fixture(scope="module")
def source():
    panel = uneven_panel("MS", 60)
    framing, network = framed(
        panel, Baseline(season=12, steps=3), 12, QUANTILES, units=4, continues=True
    )
    return ExportableForecaster(Forecaster(network, framing, QUANTILES, panel))


def test_its_side_file_says_what_goes_in_and_what_comes_out(source, tmp_path):
    exported = write_export(source, tmp_path / "model.onnx")
    assert exported.agreement.difference < 1e-5
    assert exported.agreement.n == 15
    about = json.loads((tmp_path / "model.onnx.json").read_text())
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", providers=["CPUExecutionProvider"]
    )
    assert [one["name"] for one in about["inputs"]] == [one.name for one in session.get_inputs()]
    for example in about["examples"]:
        inputs = {
            one["name"]: np.array(example[one["name"]], one["dtype"])[None]
            for one in about["inputs"]
        }
        (found,) = session.run(["quantiles"], inputs)
        # numbers are some tens, and change by some units
        np.testing.assert_allclose(found[0], example["quantiles"], rtol=0, atol=1e-4)
    assert about["known"] == ["promo"]
    assert exported.remarks == (ForecastRuns.REACH(reach=36),)


def test_a_file_that_forecasts_otherwise_is_not_left(source, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "glasscell.tasks.forecasting.model.forecaster.forecast", lambda *how: forecast(*how) + 1e-3
    )
    with raises(Exporters.DIFFERS):
        write_export(source, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "given", "code", "values"),
    [
        (
            "model.tflite",
            {"fused": True},
            Exporters.NO_OPTION,
            {"format": "litert", "option": "fused", "why": Exporters.FUSED_HAS_NO_STATES()},
        ),
        (
            "model.onnx",
            {"to": "litert"},
            Exporters.OTHER_ENDING,
            {"found": ".onnx", "format": "litert"},
        ),
        (
            "model.onnx",
            {"streaming": True},
            Exporters.NO_OPTION,
            {"format": "onnx", "option": "streaming", "why": None},
        ),
    ],
)
def test_what_it_cannot_be_exported_as_is_reported(source, name, given, code, values, tmp_path):
    with raises(code, **values):
        write_export(source, tmp_path / name, **given)
    assert list(tmp_path.iterdir()) == []
