"""Forecasters as ONNX files: raw values in, quantiles of the steps ahead in series units out.

N series · T time steps · C steps of context, F features of one · H steps ahead, G features of one ·
Q quantiles
"""

from collections.abc import Mapping
from functools import partial, reduce
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from glasscell.exporters.onnx.file import ask as ask
from glasscell.exporters.onnx.file import metadata_of
from glasscell.exporters.onnx.graph import Graph, Value
from glasscell.exporters.onnx.model import emit_model
from glasscell.inference.bounds import LARGEST
from glasscell.tasks.forecasting.exports import onnx_columns as columns
from glasscell.tasks.forecasting.exports.inputs import inputs_of
from glasscell.tasks.forecasting.model.windows import FEWEST, PER_CHANGE, SEASONS, Framing
from glasscell.tasks.forecasting.panels.panel import Panel


def write(
    network: keras.Model, framing: Framing, panel: Panel, meaning: Mapping[str, Any], path: Path
) -> None:
    """Write a network of `network.build_forecaster` as an ONNX file that reads raw values.

    Its outputs are "quantiles" (N, H, Q) float64, and "answered" (N,), which series have a
    forecast. Scaling, gaps, the baseline, logarithms and the calendar are inside, in float64; the
    network is in float32. Quantiles are NaN for a series without a value, or with one that is
    infinite or overflows. In logarithms, all values must be above 0, too.
    """
    graph = Graph()
    given = {
        name: graph.input(name, dtype, shape)
        for name, (dtype, shape, _) in inputs_of(panel, framing).items()
    }
    values = given["values"]
    if framing.baseline.logs:
        given["values"] = graph.add("Log", values)
    window = emit_window(graph, framing, panel, given)
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    inputs = [
        Value(name, shape)
        for name, shape in zip((window.steps, window.horizon_features), shapes, strict=True)
    ]
    (value,) = emit_model(graph, network, inputs)
    added = graph.add("ReduceMean", graph.cast(value.name, "float64"), axes=[1], keepdims=0)
    added = graph.add("Mul", graph.add("Unsqueeze", window.scale, graph.ints(-1)), added)
    answer = graph.add("Add", graph.add("Unsqueeze", window.base, graph.ints(-1)), added)
    if framing.baseline.logs:
        answer = graph.add("Exp", answer)
    answered = _answered(graph, framing, given | {"values": values}, window, answer)
    answer = _within(graph, framing, answer)
    is_given = graph.add("Unsqueeze", answered, graph.ints(1, 2))
    answer = graph.add("Where", is_given, answer, columns.number(graph, np.nan))
    if framing.median is not None:
        is_still = graph.add("Equal", window.scale, columns.number(graph, 0))
        no_width = graph.add("And", columns.is_short(graph, values, FEWEST), is_still)
        others = np.arange(network.outputs[0].shape[-1]) != framing.median
        no_width = graph.add(
            "And", graph.add("Unsqueeze", no_width, graph.ints(-1)), graph.constant(others, "bool")
        )
        answer = graph.add("Where", no_width, columns.number(graph, np.nan), answer)
    graph.output(
        "quantiles", answer, "float64", ["series", framing.horizon, network.outputs[0].shape[-1]]
    )
    graph.output("answered", answered, "bool", ["series"])
    path.write_bytes(graph.model(metadata_of("past", meaning)).SerializeToString())


def _answered(
    graph: Graph, framing: Framing, raw: Mapping[str, str], window: "Window", answer: str
) -> str:
    """Return which series have a forecast, (N,): nothing is infinite around or in the network."""
    numbers = [name for name in raw if not name.startswith("times")]
    axes = {name: [1] if name in ("values", "static") else [1, 2] for name in numbers}
    wrong = [graph.any_of(graph.add("IsInf", raw[name]), axes[name]) for name in numbers]
    if framing.baseline.logs:
        wrong.append(
            graph.any_of(graph.add("LessOrEqual", raw["values"], columns.number(graph, 0)), [1])
        )
    for part in (window.steps, window.horizon_features):
        is_read = graph.add("LessOrEqual", graph.add("Abs", part), graph.constant(LARGEST))
        wrong.append(graph.any_of(graph.add("Not", is_read), [1, 2]))
    largest = columns.number(graph, float(np.finfo("float64").max))
    is_finite = graph.add("LessOrEqual", graph.add("Abs", answer), largest)
    wrong.append(graph.any_of(graph.add("Not", is_finite), [1, 2]))
    return graph.add("Not", reduce(partial(graph.add, "Or"), wrong))


def _within(graph: Graph, framing: Framing, answer: str) -> str:
    """Clip forecasts to the framing's bounds."""
    lowest, highest = (
        "" if bound is None else columns.number(graph, bound) for bound in framing.bounds
    )
    return graph.add("Clip", answer, lowest, highest) if lowest or highest else answer


class Window(NamedTuple):
    """The inputs of a network, and the base and scale that turn its output into forecasts.

    Parameters
    ----------
    steps, horizon_features : str
        float32 (N, C, F) and (N, H, G).
    base, scale : str
        float64 (N, H) and (N, 1), in logarithms if the framing is.
    """

    steps: str
    horizon_features: str
    base: str
    scale: str


def emit_window(graph: Graph, framing: Framing, panel: Panel, given: Mapping[str, str]) -> Window:
    """Return the last window of each series."""
    context, season, reach, horizon = (
        framing.context,
        framing.season,
        framing.reach,
        framing.horizon,
    )
    raw = columns.put_before(graph, given["values"], reach, columns.number(graph, np.nan))
    past = columns.last(graph, columns.fill(graph, raw, season), reach)
    window, now = columns.last(graph, past, context), columns.last(graph, past, 1)
    scale = _scale(graph, past, context, season)
    has_scale = graph.add("Greater", scale, columns.number(graph, 0))
    unit = graph.add("Where", has_scale, scale, columns.number(graph, 1))
    base = columns.forecast_baseline(graph, framing.baseline, past, reach, horizon)

    def in_units(x: str) -> str:
        return columns.arcsinh(graph, graph.add("Div", x, unit))

    before = columns.part(graph, past, reach - context - 1, reach - 1)
    changes = [graph.add("Sub", window, before)]
    if season > 1:
        repeated, _ = columns.mean_of_seasons(
            graph, framing.baseline, past, np.arange(reach - context, reach)
        )
        changes.append(graph.add("Sub", window, repeated))
    own = [in_units(change) for change in changes]
    own += [in_units(graph.add("Sub", window, now))]
    own += [graph.cast(columns.is_known(graph, columns.last(graph, raw, context)), "float64")]
    later = [in_units(graph.add("Sub", base, now))]
    if season > 1:
        later += [in_units(x) for x in _seasons_before(graph, past, reach, horizon, season)]
    in_steps, known_ahead = _covariates(
        graph, framing, panel, given, columns.is_known(graph, window)
    )
    steps = graph.add("Concat", columns.beside(graph, own), *in_steps, axis=-1)
    ahead = graph.add("Concat", columns.beside(graph, later), *known_ahead, axis=-1)
    return Window(graph.cast(steps, "float32"), graph.cast(ahead, "float32"), base, scale)


def _scale(graph: Graph, past: str, context: int, season: int) -> str:
    scale = columns.scale_of(graph, columns.last(graph, past, context + season), season)
    if season > 1:
        of_steps = columns.scale_of(graph, columns.last(graph, past, context + 1), 1)
        scale = graph.add(
            "Where", graph.add("Greater", scale, columns.number(graph, 0)), scale, of_steps
        )
    most = graph.add(
        "ReduceMax", graph.add("Abs", columns.zero_where_unknown(graph, past)), axes=[1], keepdims=1
    )
    least = graph.add("Mul", most, columns.number(graph, PER_CHANGE))
    return graph.add("Where", graph.add("Greater", scale, least), scale, columns.number(graph, 0))


def _seasons_before(graph: Graph, past: str, reach: int, horizon: int, season: int) -> list[str]:
    ahead = np.arange(1, horizon + 1)
    # not negative: the reach is at least `SEASONS` seasons
    index = reach - 1 + ahead - season * -(-ahead // season)
    return [
        graph.add(
            "Sub", columns.taken(graph, past, index), columns.taken(graph, past, index - k * season)
        )
        for k in range(1, SEASONS)
    ]


def _covariates(
    graph: Graph, framing: Framing, panel: Panel, given: Mapping[str, str], begun: str
) -> tuple[list[str], list[str]]:
    """Return features of calendar and covariates in the window (N, C, ·) and ahead (N, H, ·)."""
    context, reach = framing.context, framing.reach
    in_steps, later, done = [], [], 0
    if framing.cycles:
        times = columns.put_before(graph, given["times"], reach, graph.constant(0, "int64"))
        in_steps.append(
            columns.beside(
                graph,
                columns.calendar_features(
                    graph, columns.last(graph, times, context), framing.cycles
                ),
            )
        )
        later.append(
            columns.beside(
                graph, columns.calendar_features(graph, given["times_ahead"], framing.cycles)
            )
        )

    def scaled(name: str, first: int, count: int) -> str:
        centre, spread = (
            graph.constant(v[first : first + count], "float64")
            for v in (framing.centres, framing.spreads)
        )
        found = graph.add("Div", graph.add("Sub", given[name], centre), spread)
        return columns.zero_where_unknown(graph, found)

    for role, names in (("known", panel.known_names), ("past", panel.past_names)):
        if not names:
            continue
        before = columns.put_before(
            graph, scaled(role, done, len(names)), reach, columns.number(graph, 0), rank=3
        )
        in_steps.append(columns.last(graph, before, context))
        if role == "known":
            later.append(scaled("known_ahead", done, len(names)))
        done += len(names)
    if panel.static_names:
        fixed = graph.add(
            "Unsqueeze", scaled("static", done, len(panel.static_names)), graph.ints(1)
        )
        for found, length in ((in_steps, context), (later, framing.horizon)):
            found.append(graph.add("Expand", fixed, graph.ints(1, length, 1)))
    there = graph.add("Unsqueeze", begun, graph.ints(-1))
    return [graph.add("Where", there, x, columns.number(graph, 0)) for x in in_steps], later
