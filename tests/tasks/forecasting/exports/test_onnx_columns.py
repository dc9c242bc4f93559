"""The calendar in a graph is pandas'."""

import numpy as np
import pandas as pd
import pytest

from glasscell.tasks.forecasting.model import windows as truth

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")

CYCLES = ("year", "week", "day")


def test_it_is_that_of_pandas(tmp_path):
    from glasscell.exporters.onnx.graph import Graph
    from glasscell.tasks.forecasting.exports.onnx_columns import beside, calendar_features

    graph = Graph()
    columns = calendar_features(graph, graph.input("times", "int64", ["N", "T"]), CYCLES)
    graph.output("found", beside(graph, columns), "float64", ["N", "T", 6])
    session = onnxruntime.InferenceSession(
        graph.model({}).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    days = pd.date_range("1899-12-25", "1905-03-05").append(
        pd.date_range("1995-12-25", "2005-01-05")
    )
    seconds = np.random.default_rng(0).integers(0, 86_400, len(days))
    times = days.append(pd.date_range("1680-02-20", "2260-03-10", freq="193h")).as_unit("s")
    times = times + pd.to_timedelta(np.resize(seconds, len(times)), unit="s")
    (found,) = session.run(
        None, {"times": np.asarray(times).astype("datetime64[s]").astype("int64")[None]}
    )
    # of angles to 2π that were summed in another order
    np.testing.assert_allclose(found[0], truth.calendar_features(times, CYCLES), rtol=0, atol=1e-14)
