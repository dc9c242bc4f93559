"""Parts of a forecaster's ONNX graph, in float64: columns of a table (N, T), baselines, calendar.

Times of the calendar are int64 seconds since 1970, of any shape.

N series · T time steps · H steps ahead
"""

from collections.abc import Sequence

import numpy as np

from glasscell.exporters.onnx.graph import Graph
from glasscell.tasks.forecasting.baselines.naive import Baseline

END = np.iinfo("int64").max
SECONDS = 86_400  # of a day
TO_MARCH_0000 = 719_468  # days from 1 March of year 0 to 1970; 400 years have 146,097 days
TO_MONDAY = 3  # 1 January 1970 was a Thursday


def forecast_baseline(graph: Graph, baseline: Baseline, past: str, reach: int, horizon: int) -> str:
    """Return `Baseline.forecast_in_logs` (N, H) for a past (N, T) without gaps, NaN before it."""
    ahead = np.arange(1, horizon + 1)
    length = graph.add(
        "ReduceSum", graph.cast(is_known(graph, past), "int64"), graph.ints(1), keepdims=1
    )
    now = last(graph, past, 1)
    if baseline.season == 1:
        if not baseline.steps:
            return graph.add("Add", now, graph.constant(np.zeros((1, horizon)), "float64"))
        steps = graph.add(
            "Min", graph.ints(baseline.steps), graph.add("Sub", length, graph.ints(1))
        )
        back = graph.add("Max", steps, graph.ints(0))
        before = graph.add(
            "GatherElements", past, graph.add("Sub", graph.ints(reach - 1), back), axis=1
        )
        count = graph.cast(graph.add("Max", steps, graph.ints(1)), "float64")
        drift = graph.add("Div", graph.add("Sub", now, before), count)
        return graph.add(
            "Add", now, graph.add("Mul", drift, graph.constant(ahead[None], "float64"))
        )
    rounds = -(-ahead // baseline.season)
    repeated, distance = mean_of_seasons(
        graph, baseline, past, reach - 1 + ahead - baseline.season * (rounds - 1)
    )
    if baseline.steps and reach > baseline.season:
        recent = np.arange(max(reach - baseline.steps, baseline.season), reach)
        mean, back = mean_of_seasons(graph, baseline, past, recent)
        change = graph.add("Div", graph.add("Sub", taken(graph, past, recent), mean), back)
        seasons = graph.add("Add", distance, graph.constant(rounds[None] - 1, "float64"))
        repeated = graph.add(
            "Add", repeated, graph.add("Mul", mean_of_known(graph, change), seasons)
        )
    is_short = graph.add("Less", length, graph.ints(baseline.season))
    return graph.add("Where", is_short, now, repeated)


def mean_of_seasons(
    graph: Graph, baseline: Baseline, past: str, places: np.ndarray
) -> tuple[str, str]:
    """Return `Baseline.mean_of_seasons`, (N, I) twice, at steps (I,) with all past seasons."""
    total = taken(graph, past, places - baseline.season)
    count = graph.constant(np.ones((1, len(places))), "float64")
    for k in range(2, baseline.seasons + 1):
        one = taken(graph, past, places - k * baseline.season)
        total = graph.add("Add", total, zero_where_unknown(graph, one))
        count = graph.add("Add", count, graph.cast(is_known(graph, one), "float64"))
    distance = graph.add("Mul", graph.add("Add", count, number(graph, 1)), number(graph, 0.5))
    return graph.add("Div", total, count), distance


def scale_of(graph: Graph, past: str, season: int) -> str:
    """Return the scale as `baselines.scale_of` does, (N, 1)."""
    change = graph.add("Sub", part(graph, past, season), part(graph, past, 0, -season))
    return mean_of_known(graph, graph.add("Abs", change))


def fill(graph: Graph, values: str, season: int) -> str:
    """Fill gaps in series (N, T) as `baselines.fill` does: one season before, else the last value.

    This is a scan over time; its state is the last filled season.
    """
    size = graph.add("Concat", graph.add("Unsqueeze", graph.size_of(values, 0), graph.ints(0)),
                     graph.ints(season), axis=0)  # fmt: skip
    nothing = graph.add("Expand", number(graph, np.nan), size)
    step = Graph(outer=graph)
    tag = graph.unique("fill")
    before = step.input(f"{tag}/season", "float64", None)
    now = step.add("Unsqueeze", step.input(f"{tag}/value", "float64", None), graph.ints(-1))
    first, newest = part(step, before, 0, 1), last(step, before, 1)
    there = step.add("Where", step.add("IsNaN", first), newest, first)
    filled = step.add("Where", step.add("IsNaN", now), there, now)
    step.output(
        f"{tag}/season_after",
        step.add("Concat", part(step, before, 1), filled, axis=1),
        "float64",
        None,
    )
    step.output(f"{tag}/filled", step.add("Squeeze", filled, graph.ints(-1)), "float64", None)
    _, found = graph.add_all(
        "Scan",
        [nothing, values],
        2,
        body=step.body(tag),
        num_scan_inputs=1,
        scan_input_axes=[1],
        scan_output_axes=[1],
    )
    return found


def number(graph: Graph, value: float) -> str:
    """Return a float64 constant."""
    return graph.constant(value, "float64")


def whole(graph: Graph, value: int) -> str:
    """Return an int64 constant."""
    return graph.constant(value, "int64")


def part(graph: Graph, x: str, start: int, end: int = END) -> str:
    """Return x[:, start:end]; negative indices count from the end."""
    return graph.add("Slice", x, graph.ints(start), graph.ints(end), graph.ints(1))


def last(graph: Graph, x: str, steps: int) -> str:
    """Return the last steps of x (N, T, …)."""
    return part(graph, x, -steps)


def taken(graph: Graph, x: str, places: Sequence[int] | np.ndarray) -> str:
    """Return x[:, places] for non-negative places."""
    return graph.add("Gather", x, graph.ints(*map(int, places)), axis=1)


def put_before(graph: Graph, x: str, steps: int, filler: str, rank: int = 2) -> str:
    """Pad x (N, T, …) with steps in front, which hold a number of the same dtype."""
    return graph.add("Pad", x, graph.ints(0, steps, *[0] * (2 * rank - 2)), filler)


def is_known(graph: Graph, x: str) -> str:
    """Return where x is not NaN: bool."""
    return graph.add("Not", graph.add("IsNaN", x))


def is_short(graph: Graph, values: str, fewest: int) -> str:
    """Return which series (N, T) span fewer than `fewest` steps: bool (N, 1)."""
    longer = put_before(graph, values, fewest, number(graph, np.nan))
    return graph.add(
        "Not", graph.any_of(is_known(graph, part(graph, longer, 0, 1 - fewest)), [1], keepdims=True)
    )


def zero_where_unknown(graph: Graph, x: str) -> str:
    """Return x with 0 instead of NaN."""
    return graph.add("Where", graph.add("IsNaN", x), number(graph, 0), x)


def mean_of_known(graph: Graph, x: str) -> str:
    """Return the mean over time without NaN, (N, 1); 0 if all are NaN."""
    count = graph.add(
        "ReduceSum", graph.cast(is_known(graph, x), "float64"), graph.ints(1), keepdims=1
    )
    total = graph.add("ReduceSum", zero_where_unknown(graph, x), graph.ints(1), keepdims=1)
    return graph.add("Div", total, graph.add("Max", count, number(graph, 1)))


def arcsinh(graph: Graph, x: str) -> str:
    """Return the inverse hyperbolic sine, 0 for NaN; runtimes have it only in float32.

    Its absolute error is that of float64, which float32 does not resolve unless numbers are tiny.
    """
    x = zero_where_unknown(graph, x)
    size = graph.add("Abs", x)
    root = graph.add("Sqrt", graph.add("Add", graph.add("Mul", size, size), number(graph, 1)))
    return graph.add("Mul", graph.add("Sign", x), graph.add("Log", graph.add("Add", size, root)))


def beside(graph: Graph, columns: Sequence[str]) -> str:
    """Stack columns (N, T) to (N, T, D)."""
    return graph.add(
        "Concat", *(graph.add("Unsqueeze", x, graph.ints(-1)) for x in columns), axis=-1
    )


def calendar_features(graph: Graph, times: str, cycles: tuple[str, ...]) -> list[str]:
    """Return sine and cosine of each cycle, as `model.windows` does: float64, shaped as times."""
    # from there on all numbers are positive, so integer division floors
    first = whole(graph, TO_MARCH_0000 * SECONDS)
    seconds = graph.add("Add", times, first)
    days = graph.add("Div", seconds, whole(graph, SECONDS))
    of_day = graph.cast(graph.add("Mod", seconds, whole(graph, SECONDS)), "float64")
    of_day = graph.add("Div", of_day, graph.constant(SECONDS, "float64"))

    def share_of(steps: str, length: float) -> str:
        steps = graph.add("Add", graph.cast(steps, "float64"), of_day)
        return graph.add("Div", steps, graph.constant(length, "float64"))

    found = []
    for cycle in cycles:
        if cycle == "year":
            phase = share_of(_day_of_year(graph, days), 365.25)
        elif cycle == "week":
            since_monday = graph.add("Add", days, whole(graph, TO_MONDAY - TO_MARCH_0000 % 7 + 7))
            phase = share_of(graph.add("Mod", since_monday, whole(graph, 7)), 7)
        else:
            phase = of_day
        angle = graph.add("Mul", phase, graph.constant(2 * np.pi, "float64"))
        found.append(graph.add("Sin", angle))
        # runtimes have the cosine only in float32
        found.append(
            graph.add("Sin", graph.add("Add", angle, graph.constant(np.pi / 2, "float64")))
        )
    return found


def _day_of_year(graph: Graph, days: str) -> str:
    """Return the day of the year, from 0 for 1 January, given days since 1 March of year 0.

    As in H. Hinnant's `civil_from_days`, years begin in March, so that the leap day is the last
    day.
    """

    def over(x: str, value: int) -> str:
        return graph.add("Div", x, whole(graph, value))

    day = graph.add("Mod", days, whole(graph, 146_097))  # of 400 years
    leapt = graph.add("Sub", graph.add("Add", graph.add("Sub", day, over(day, 1460)),
                                       over(day, 36_524)), over(day, 146_096))  # fmt: skip
    year = over(leapt, 365)
    before = graph.add("Add", graph.add("Mul", year, whole(graph, 365)), over(year, 4))
    since_march = graph.add("Sub", day, graph.add("Sub", before, over(year, 100)))

    def divides(value: int) -> str:
        return graph.cast(
            graph.add("Equal", graph.add("Mod", year, whole(graph, value)), whole(graph, 0)),
            "int64",
        )

    leap = graph.add("Add", graph.add("Sub", divides(4), divides(100)), divides(400))
    in_spring = graph.add("Add", graph.add("Add", since_march, whole(graph, 59)), leap)
    is_new_year = graph.add("GreaterOrEqual", since_march, whole(graph, 306))
    return graph.add(
        "Where", is_new_year, graph.add("Sub", since_march, whole(graph, 306)), in_spring
    )
