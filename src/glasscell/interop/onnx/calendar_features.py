"""Where in the year, the week and the day a time is, as operators of ONNX: `data.panels.calendar_features`.

Times are whole seconds since 1970, int64, of any shape.
"""

import numpy as np

from glasscell.interop.onnx.graph import Graph

SECONDS = 86_400  # of a day
TO_MARCH_0000 = 719_468  # days from the 1st of March of the year 0 to 1970, counted in 400 years of 146,097 days
TO_MONDAY = 3  # the 1st of January 1970 was a Thursday


def calendar_features(graph: Graph, times: str, cycles: tuple[str, ...]) -> list[str]:
    """Return the sine and the cosine of each cycle, in that order, float64 of the times' shape."""

    def number(value: int) -> str:
        return graph.constant(value, "int64")

    first = number(TO_MARCH_0000 * SECONDS)  # from there on all numbers are positive, and whole division is floor
    seconds = graph.add("Add", times, first)
    days = graph.add("Div", seconds, number(SECONDS))
    of_day = graph.cast(graph.add("Mod", seconds, number(SECONDS)), "float64")
    of_day = graph.add("Div", of_day, graph.constant(SECONDS, "float64"))

    def share_of(steps: str, length: float) -> str:
        steps = graph.add("Add", graph.cast(steps, "float64"), of_day)
        return graph.add("Div", steps, graph.constant(length, "float64"))

    found = []
    for cycle in cycles:
        if cycle == "year":
            phase = share_of(_day_of_year(graph, days), 365.25)
        elif cycle == "week":
            since_monday = graph.add("Add", days, number(TO_MONDAY - TO_MARCH_0000 % 7 + 7))
            phase = share_of(graph.add("Mod", since_monday, number(7)), 7)
        else:
            phase = of_day
        angle = graph.add("Mul", phase, graph.constant(2 * np.pi, "float64"))
        found.append(graph.add("Sin", angle))
        # runtimes have the cosine of float32 alone
        found.append(graph.add("Sin", graph.add("Add", angle, graph.constant(np.pi / 2, "float64"))))
    return found


def _day_of_year(graph: Graph, days: str) -> str:
    """Return 0 for the 1st of January and so on, given days since the 1st of March of the year 0.

    As H. Hinnant's `civil_from_days` does it: years begin in March, so that the leap day is the last of one.
    """

    def number(value: int) -> str:
        return graph.constant(value, "int64")

    def over(x: str, value: int) -> str:
        return graph.add("Div", x, number(value))

    day = graph.add("Mod", days, number(146_097))  # of 400 years
    leapt = graph.add("Sub", graph.add("Add", graph.add("Sub", day, over(day, 1460)), over(day, 36_524)),
                      over(day, 146_096))  # fmt: skip
    year = over(leapt, 365)
    before = graph.add("Add", graph.add("Mul", year, number(365)), over(year, 4))
    since_march = graph.add("Sub", day, graph.add("Sub", before, over(year, 100)))

    def divides(value: int) -> str:
        return graph.cast(graph.add("Equal", graph.add("Mod", year, number(value)), number(0)), "int64")

    leap = graph.add("Add", graph.add("Sub", divides(4), divides(100)), divides(400))
    in_spring = graph.add("Add", graph.add("Add", since_march, number(59)), leap)
    is_new_year = graph.add("GreaterOrEqual", since_march, number(306))
    return graph.add("Where", is_new_year, graph.add("Sub", since_march, number(306)), in_spring)
