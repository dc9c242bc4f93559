"""The baselines of `panels.baselines` as operators of ONNX, in float64.

N series · T time steps · H steps ahead
"""

import numpy as np

from glasscell.interop.onnx.gaps import size_of
from glasscell.interop.onnx.graph import Graph
from glasscell.tasks.forecasting.onnx.columns import (
    is_known,
    last,
    mean_of_known,
    number,
    part,
    taken,
    zero_where_unknown,
)
from glasscell.tasks.forecasting.panels.baselines import Baseline


def forecast(graph: Graph, baseline: Baseline, past: str, reach: int, horizon: int) -> str:
    """Return what `Baseline.forecast_in_logs` does of a past (N, T) without gaps, NaN before it begins: (N, H).

    Parameters
    ----------
    graph : Graph
    baseline : Baseline
    past : str
    reach : int
        T, at least what the baseline looks back.
    horizon : int
        H.
    """
    ahead = np.arange(1, horizon + 1)
    length = graph.add("ReduceSum", graph.cast(is_known(graph, past), "int64"), graph.ints(1), keepdims=1)
    now = last(graph, past, 1)
    if baseline.season == 1:
        if not baseline.steps:
            return graph.add("Add", now, graph.constant(np.zeros((1, horizon)), "float64"))
        steps = graph.add("Min", graph.ints(baseline.steps), graph.add("Sub", length, graph.ints(1)))
        back = graph.add("Max", steps, graph.ints(0))
        before = graph.add("GatherElements", past, graph.add("Sub", graph.ints(reach - 1), back), axis=1)
        count = graph.cast(graph.add("Max", steps, graph.ints(1)), "float64")
        drift = graph.add("Div", graph.add("Sub", now, before), count)
        return graph.add("Add", now, graph.add("Mul", drift, graph.constant(ahead[None], "float64")))
    rounds = -(-ahead // baseline.season)
    repeated, distance = mean_of_seasons(graph, baseline, past, reach - 1 + ahead - baseline.season * (rounds - 1))
    if baseline.steps and reach > baseline.season:
        recent = np.arange(max(reach - baseline.steps, baseline.season), reach)
        mean, back = mean_of_seasons(graph, baseline, past, recent)
        change = graph.add("Div", graph.add("Sub", taken(graph, past, recent), mean), back)
        seasons = graph.add("Add", distance, graph.constant(rounds[None] - 1, "float64"))
        repeated = graph.add("Add", repeated, graph.add("Mul", mean_of_known(graph, change), seasons))
    is_short = graph.add("Less", length, graph.ints(baseline.season))
    return graph.add("Where", is_short, now, repeated)


def mean_of_seasons(graph: Graph, baseline: Baseline, past: str, places: np.ndarray) -> tuple[str, str]:
    """Return what `Baseline.mean_of_seasons` does at places (I,) that have all its seasons before them: (N, I) twice.

    Parameters
    ----------
    graph : Graph
    baseline : Baseline
    past : str
    places : array (I,) of int
    """
    total = taken(graph, past, places - baseline.season)
    count = graph.constant(np.ones((1, len(places))), "float64")
    for k in range(2, baseline.seasons + 1):
        one = taken(graph, past, places - k * baseline.season)
        total = graph.add("Add", total, zero_where_unknown(graph, one))
        count = graph.add("Add", count, graph.cast(is_known(graph, one), "float64"))
    distance = graph.add("Mul", graph.add("Add", count, number(graph, 1)), number(graph, 0.5))
    return graph.add("Div", total, count), distance


def lifted(graph: Graph, past: str, lag: int) -> str:
    """Return how much each step lies above the one so many steps before, (N, T − lag)."""
    return graph.add("Sub", part(graph, past, lag), part(graph, past, 0, -lag))


def scale_of(graph: Graph, past: str, season: int) -> str:
    """Return what `baselines.scale_of` does, (N, 1)."""
    return mean_of_known(graph, graph.add("Abs", lifted(graph, past, season)))


def fill(graph: Graph, values: str, season: int) -> str:
    """Return series (N, T) without gaps, as `baselines.fill` does: in each stands what was a season before, or last.

    A scan over time, whose state is the last season as it was filled.
    """
    size = graph.add("Concat", graph.add("Unsqueeze", size_of(graph, values, 0), graph.ints(0)), graph.ints(season),
                     axis=0)  # fmt: skip
    nothing = graph.add("Expand", number(graph, np.nan), size)
    step = Graph(outer=graph)
    tag = graph.unique("fill")
    before = step.input(f"{tag}/season", "float64", None)
    now = step.add("Unsqueeze", step.input(f"{tag}/value", "float64", None), graph.ints(-1))
    first, newest = part(step, before, 0, 1), last(step, before, 1)
    there = step.add("Where", step.add("IsNaN", first), newest, first)
    filled = step.add("Where", step.add("IsNaN", now), there, now)
    step.output(f"{tag}/season_after", step.add("Concat", part(step, before, 1), filled, axis=1), "float64", None)
    step.output(f"{tag}/filled", step.add("Squeeze", filled, graph.ints(-1)), "float64", None)
    _, found = graph.add_all(
        "Scan", [nothing, values], 2, body=step.body(tag), num_scan_inputs=1, scan_input_axes=[1], scan_output_axes=[1]
    )
    return found
