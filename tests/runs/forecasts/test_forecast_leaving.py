"""A run's forecasts, from its file in onnxruntime: those that predict writes."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises
from support.sales import SMALL, sales, write_sales

from glasscell import LSTMForecaster, export
from glasscell.runs.export import export_run
from glasscell.runs.forecasts import forecaster_run, forecasting
from glasscell.runs.sentences import Runs
from glasscell.settings import ForecastSettings

onnxruntime = pytest.importorskip("onnxruntime")

HORIZON = 6
COLUMNS = ["LSTM-lo-80", "LSTM", "LSTM-hi-80"]


def seconds(times):
    return times.to_numpy("datetime64[s]").astype("int64")


def ask(path, table, n, **more):
    """Forecast shop number n of a table of sales as somebody would who has only the file and the table."""
    rows = table[table["shop"] == f"s{n}"].reset_index(drop=True)
    ahead, past = rows.iloc[-HORIZON:], rows.iloc[:-HORIZON]
    inputs = {"values": past["sold"].to_numpy()[None], "times": seconds(past["month"])[None]}
    inputs |= {"times_ahead": seconds(ahead["month"])[None]}
    inputs |= {name: np.array(rows["promo"], float)[None, where, None] for name, where in more.items()}
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["quantiles"], inputs)[0][0]


@pytest.mark.long(3)  # trains, and asks twelve series
def test_a_run_leaves_and_forecasts_what_predict_writes(tmp_path):
    settings = ForecastSettings(str(write_sales(tmp_path)), HORIZON, known=["promo"], **(SMALL | {"windows": 0}))
    forecasting.train(settings, output_dir=tmp_path, name="run")
    exported = export_run(tmp_path / "run", tmp_path / "model.onnx")
    assert exported.agreement.difference < 1e-5
    forecaster_run.predict_to(tmp_path / "run", None, str(tmp_path / "forecast.csv"))
    written, table = pd.read_csv(tmp_path / "forecast.csv"), sales()
    promo = {"known": slice(None, -HORIZON), "known_ahead": slice(-HORIZON, None)}
    for n in range(5):
        found = ask(tmp_path / "model.onnx", table, n, **promo)
        own = written.loc[written["unique_id"] == f"s{n}", COLUMNS]
        np.testing.assert_allclose(found, own, rtol=1e-6)  # float32's, of numbers that all are about 100
    with raises(Runs.NO_NAMES_OF_FORECASTS, name="labels"):
        export(tmp_path / "run", tmp_path / "other.onnx", labels=["a"])


@pytest.mark.long(2)  # a training of its own
def test_an_estimator_leaves(tmp_path):
    table = sales()
    frame = table.rename(columns={"shop": "unique_id", "month": "ds", "sold": "y"}).drop(columns="promo")
    past = frame.groupby("unique_id").head(-HORIZON)
    how = {"units": 4, "epochs": 4, "learning_rate": 0.03}
    forecaster = LSTMForecaster(HORIZON, base="last value", random_state=0, **how).fit(past)
    export(forecaster, tmp_path / "model.onnx")
    found = ask(tmp_path / "model.onnx", table, 2)
    wanted = forecaster.predict().query("unique_id == 's2'")[COLUMNS]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
