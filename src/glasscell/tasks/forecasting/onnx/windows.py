"""The window that a forecaster reads, made in the graph from raw values: `panels.windows.cut` at their end.

N series · T time steps · C steps of context, F features of one · H steps ahead, G features of one
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from glasscell.interop.onnx.graph import Graph
from glasscell.tasks.forecasting.meaning import ForecastMeaning
from glasscell.tasks.forecasting.onnx import baselines
from glasscell.tasks.forecasting.onnx.columns import (
    arcsinh,
    beside,
    calendar_features,
    is_known,
    last,
    number,
    part,
    put_before,
    taken,
    zero_where_unknown,
)
from glasscell.tasks.forecasting.panels.windows import PER_CHANGE, SEASONS


class Window(NamedTuple):
    """What a network is given, and what its answer is put back with.

    Parameters
    ----------
    steps, ahead : str
        float32 (N, C, F) and (N, H, G).
    base, scale : str
        float64 (N, H) and (N, 1), in logarithms where the framing is.
    """

    steps: str
    ahead: str
    base: str
    scale: str


def emit_window(graph: Graph, meaning: ForecastMeaning, given: Mapping[str, str]) -> Window:
    """Return the window at the end of series.

    Parameters
    ----------
    graph : Graph
    meaning : ForecastMeaning
    given : mapping from str to str
        "values" (N, T), logarithms where the framing is; and, where there are some, "times" (N, T) and "times_ahead"
        (N, H), "known" (N, T, K) and "known_ahead" (N, H, K), "past" (N, T, P), "static" (N, S).
    """
    framing = meaning.framing
    context, season, reach, horizon = framing.context, framing.season, framing.reach, framing.horizon
    raw = put_before(graph, given["values"], reach, number(graph, np.nan))
    past = last(graph, baselines.fill(graph, raw, season), reach)
    window, now = last(graph, past, context), last(graph, past, 1)
    scale = _scale(graph, past, context, season)
    has_scale = graph.add("Greater", scale, number(graph, 0))
    unit = graph.add("Where", has_scale, scale, number(graph, 1))
    base = baselines.forecast(graph, framing.baseline, past, reach, horizon)

    def in_units(x: str) -> str:
        return arcsinh(graph, graph.add("Div", x, unit))

    before = part(graph, past, reach - context - 1, reach - 1)
    changes = [graph.add("Sub", window, before)]
    if season > 1:
        repeated, _ = baselines.mean_of_seasons(graph, framing.baseline, past, np.arange(reach - context, reach))
        changes.append(graph.add("Sub", window, repeated))
    own = [in_units(change) for change in changes]
    own += [in_units(graph.add("Sub", window, now))]
    own += [graph.cast(is_known(graph, last(graph, raw, context)), "float64")]
    later = [in_units(graph.add("Sub", base, now))]
    if season > 1:
        later += [in_units(x) for x in _seasons_before(graph, past, reach, horizon, season)]
    in_steps, known_ahead = _covariates(graph, meaning, given, is_known(graph, window))
    steps = graph.add("Concat", beside(graph, own), *in_steps, axis=-1)
    ahead = graph.add("Concat", beside(graph, later), *known_ahead, axis=-1)
    return Window(graph.cast(steps, "float32"), graph.cast(ahead, "float32"), base, scale)


def _scale(graph: Graph, past: str, context: int, season: int) -> str:
    scale = baselines.scale_of(graph, last(graph, past, context + season), season)
    if season > 1:
        of_steps = baselines.scale_of(graph, last(graph, past, context + 1), 1)
        scale = graph.add("Where", graph.add("Greater", scale, number(graph, 0)), scale, of_steps)
    most = graph.add("ReduceMax", graph.add("Abs", zero_where_unknown(graph, past)), axes=[1], keepdims=1)
    least = graph.add("Mul", most, number(graph, PER_CHANGE))
    return graph.add("Where", graph.add("Greater", scale, least), scale, number(graph, 0))


def _seasons_before(graph: Graph, past: str, reach: int, horizon: int, season: int) -> list[str]:
    ahead = np.arange(1, horizon + 1)
    index = reach - 1 + ahead - season * -(-ahead // season)  # not negative: the reach is `SEASONS` of them and more
    return [
        graph.add("Sub", taken(graph, past, index), taken(graph, past, index - k * season)) for k in range(1, SEASONS)
    ]


def _covariates(
    graph: Graph, meaning: ForecastMeaning, given: Mapping[str, str], begun: str
) -> tuple[list[str], list[str]]:
    """Return what stands beside the values in the window (N, C, ·), and what is known of the steps ahead (N, H, ·)."""
    framing = meaning.framing
    context, reach = framing.context, framing.reach
    in_steps, later, done = [], [], 0
    if framing.cycles:
        times = put_before(graph, given["times"], reach, graph.constant(0, "int64"))
        in_steps.append(beside(graph, calendar_features(graph, last(graph, times, context), framing.cycles)))
        later.append(beside(graph, calendar_features(graph, given["times_ahead"], framing.cycles)))

    def scaled(name: str, first: int, count: int) -> str:
        centre, spread = (
            graph.constant(v[first : first + count], "float64") for v in (framing.centres, framing.spreads)
        )
        found = graph.add("Div", graph.add("Sub", given[name], centre), spread)
        return zero_where_unknown(graph, found)

    for role, names in (("known", meaning.known), ("past", meaning.past)):
        if not names:
            continue
        before = put_before(graph, scaled(role, done, len(names)), reach, number(graph, 0), rank=3)
        in_steps.append(last(graph, before, context))
        if role == "known":
            later.append(scaled("known_ahead", done, len(names)))
        done += len(names)
    if meaning.static:
        fixed = graph.add("Unsqueeze", scaled("static", done, len(meaning.static)), graph.ints(1))
        for found, length in ((in_steps, context), (later, framing.horizon)):
            found.append(graph.add("Expand", fixed, graph.ints(1, length, 1)))
    there = graph.add("Unsqueeze", begun, graph.ints(-1))
    return [graph.add("Where", there, x, number(graph, 0)) for x in in_steps], later
