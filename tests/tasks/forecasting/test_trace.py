"""The gates of a forecasting run: those of the past, with its times, not of steps ahead."""

import shutil
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

import glasscell
from glasscell.inspection.clamps import clamp
from glasscell.inspection.sentences import Inspection
from glasscell.tasks.forecasting.explanation import trace_to
from glasscell.tasks.forecasting.model.forecasts import last_windows
from glasscell.tasks.forecasting.model.network import build_forecaster
from glasscell.tasks.forecasting.trained_run import open_run

UNITS = 4


@pytest.fixture(scope="module")
def continued(run, tmp_path_factory):
    """Give a run whose network, of random weights, continues over the steps ahead."""
    path = shutil.copytree(run, tmp_path_factory.mktemp("continued") / "run")
    opened = open_run(run)
    windows = last_windows(opened.framing, opened.panel)
    sizes, quantiles = (
        (windows.steps.shape[2], windows.horizon_features.shape[2], 6),
        opened.quantiles,
    )
    start = np.zeros((6, len(quantiles)))
    network = build_forecaster(
        *sizes, quantiles, start=start, context=opened.framing.context, units=UNITS, continues=True
    )
    rng = np.random.default_rng(0)
    for v in network.trainable_variables:
        v.assign(np.asarray(v) + 0.3 * rng.normal(size=v.shape))
    network.save(path / "model.keras")
    (path / "SHA256SUMS").unlink()
    return path


def test_a_table_of_gates_is_of_the_steps_of_the_past_and_has_their_times(continued, tmp_path):
    trace_to(continued, None, str(tmp_path / "gates.csv"))
    table: Any = pd.read_csv(tmp_path / "gates.csv", parse_dates=["ds"])
    opened = open_run(continued)
    C = opened.framing.context
    assert C != 6
    assert table["layer"].unique().tolist() == ["lstm_1"]
    assert len(table) == len(opened.panel) * C * UNITS
    for who, times in zip(opened.panel.ids, opened.panel.times, strict=True):
        own = table[(table["series"] == who) & (table["unit"] == 0)]
        assert own["step"].tolist() == list(range(C))
        assert own["ds"].dropna().tolist() == list(times[-C:])


def test_what_is_clamped_is_the_past_and_the_answers_are_the_forecast_s(continued):
    run, opened = glasscell.load(continued), open_run(continued)
    windows = last_windows(opened.framing, opened.panel)
    free, held = run.trace(), run.trace(clamps=["unit 0, 2 f=0.25"])
    both = [windows.steps, windows.horizon_features]
    np.testing.assert_allclose(free.answers, opened.network(both), rtol=0, atol=1e-5)
    with clamp(opened.network, "f", 0.25, units=[0, 2], layer="lstm_1"):
        np.testing.assert_allclose(held.answers, opened.network(both), rtol=0, atol=1e-5)
    assert np.abs(held.answers - free.answers).max() > 1e-2
    whole = glasscell.trace(run.network, both)  # all gates, for those who want them
    assert whole["lstm_ahead"].c.shape == (len(opened.panel), 6, UNITS)
    np.testing.assert_array_equal(whole["lstm_ahead"].c_start, whole["lstm_1"].c[:, -1])
    np.testing.assert_array_equal(whole["lstm_1"].c, free["lstm_1"].c)
    # a step of the past alone
    late = run.trace(clamps=[glasscell.Clamp("o", 0.0, steps=opened.framing.context - 1)])
    assert not late["lstm_1"].o[:, -1].any()
    with raises(Inspection.LAYER, layer="lstm_ahead"):
        run.trace(clamps=[glasscell.Clamp("f", 0.25, layer="lstm_ahead")])
