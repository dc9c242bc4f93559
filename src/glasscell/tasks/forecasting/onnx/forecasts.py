"""A forecaster as ONNX: raw values in, quantiles of the steps ahead in the series' own unit out.

N series · T time steps · H steps ahead · Q quantiles
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.interop.onnx.file import ask, metadata_of
from glasscell.interop.onnx.gaps import any_of
from glasscell.interop.onnx.graph import Graph, Value
from glasscell.interop.onnx.model import emit_model
from glasscell.tasks.forecasting.meaning import ForecastMeaning
from glasscell.tasks.forecasting.onnx.columns import number
from glasscell.tasks.forecasting.onnx.windows import emit_window
from glasscell.tasks.forecasting.panels.panel import Panel


def inputs_of(meaning: ForecastMeaning) -> dict[str, tuple[str, list[Any], str]]:
    """Return what a file reads: dtype, shape and meaning of each input by name.

    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.windows import Framing
    >>> list(inputs_of(ForecastMeaning(Framing(4, 12, 12, Baseline(), ("year",)), (0.5,))))
    ['values', 'times', 'times_ahead']
    """
    framing = meaning.framing
    found: dict[str, tuple[str, list[Any], str]] = {
        "values": (
            "float64",
            ["series", "steps"],
            "up to the last value, as they stand in a file: NaN in gaps, and in front of series that are shorter",
        )
    }
    if framing.cycles:
        found["times"] = ("int64", ["series", "steps"], "the times of the values, in seconds since 1970; any in front")
        found["times_ahead"] = ("int64", ["series", framing.horizon], "the times of the steps ahead, likewise")
    covariates = (
        ("known", meaning.known, ["steps"], "covariates that are known in advance, beside the values"),
        ("known_ahead", meaning.known, [framing.horizon], "the same of the steps ahead"),
        ("past", meaning.past, ["steps"], "covariates that are known only afterwards, beside the values"),
        ("static", meaning.static, [], "one for each series"),
    )
    for name, names, axes, said in covariates:
        if names:
            found[name] = ("float64", ["series", *axes, len(names)], f"{said}: {', '.join(names)}")
    return found


def write(network: keras.Model, meaning: ForecastMeaning, path: Path) -> None:
    """Write a network of `network.build_forecaster` as an ONNX file that reads raw values.

    It answers "quantiles" (N, H, Q) float64. Scaling, gaps, the baseline, logarithms and the calendar are inside, in
    float64; the network is in float32. A series without a value, or in logarithms with one that is not above 0, is
    answered with NaN.

    Raises
    ------
    UsageError
        If the network has a layer that ONNX cannot say; it is named.
    """
    graph, framing = Graph(), meaning.framing
    given = {name: graph.input(name, dtype, shape) for name, (dtype, shape, _) in inputs_of(meaning).items()}
    values = given["values"]
    if framing.baseline.logs:
        given["values"] = graph.add("Log", values)
    window = emit_window(graph, meaning, given)
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    inputs = [Value(name, shape) for name, shape in zip((window.steps, window.ahead), shapes, strict=True)]
    (value,) = emit_model(graph, network, inputs)
    added = graph.add("ReduceMean", graph.cast(value.name, "float64"), axes=[1], keepdims=0)
    added = graph.add("Mul", graph.add("Unsqueeze", window.scale, graph.ints(-1)), added)
    answer = graph.add("Add", graph.add("Unsqueeze", window.base, graph.ints(-1)), added)
    if framing.baseline.logs:
        has_none = any_of(graph, graph.add("LessOrEqual", values, number(graph, 0)), [1], keepdims=True)
        has_none = graph.add("Unsqueeze", has_none, graph.ints(-1))
        answer = graph.add("Where", has_none, number(graph, np.nan), graph.add("Exp", answer))
    graph.output("quantiles", answer, "float64", ["series", framing.horizon, len(meaning.quantiles)])
    path.write_bytes(graph.model(metadata_of("past", meaning.as_dict())).SerializeToString())


def answer_with_runtime(path: Path, panel: Panel, meaning: ForecastMeaning) -> np.ndarray:
    """Return the quantiles (N, H, Q) of the steps after the end of each series, by the file at `path`."""
    return ask(path, to_inputs(panel, meaning))["quantiles"]


def to_inputs(panel: Panel, meaning: ForecastMeaning) -> dict[str, np.ndarray]:
    """Return a panel as a file reads it: shorter series have NaN in front.

    Parameters
    ----------
    panel : Panel
        With futures, where covariates are known in advance.
    meaning : ForecastMeaning

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> from glasscell.tasks.forecasting.panels.windows import Framing
    >>> frame = pd.DataFrame({"unique_id": ["a", "b", "b"], "ds": [2, 1, 2], "y": [1.0, 2.0, 3.0]})
    >>> to_inputs(from_frame(frame), ForecastMeaning(Framing(4, 12, 1, Baseline()), (0.5,)))["values"].tolist()
    [[nan, 1.0], [2.0, 3.0]]
    """
    longest, horizon = max(map(len, panel.values)), meaning.framing.horizon

    def in_front(arrays: list[Any], filler: Any) -> np.ndarray:
        padded = [np.concatenate([np.full((longest - len(v), *v.shape[1:]), filler, v.dtype), v]) for v in arrays]
        return np.stack(padded)

    def seconds(times: list[Any]) -> list[np.ndarray]:
        return [np.asarray(one).astype("datetime64[s]").astype("int64") for one in times]

    found = {"values": in_front(panel.values, np.nan)}
    if meaning.framing.cycles:
        found["times"] = in_front(seconds(panel.times), 0)
        found["times_ahead"] = np.stack(seconds(panel.next_times(horizon)))
    if meaning.known:
        found["known"] = in_front(panel.known, np.nan)
        found["known_ahead"] = np.stack([future[:horizon] for future in panel.future])
    if meaning.past:
        found["past"] = in_front(panel.past, np.nan)
    return found | ({"static": panel.static} if meaning.static else {})
