"""Dates with slashes in names of columns are read by the order that tells month from day; else it is said."""

import pytest

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.slashed import read_slashed


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["2/1/2026", "1/31/2026"], ["1/31/2026", "2/1/2026"]),
        (["25/1/26", "24/1/26"], ["24/1/26", "25/1/26"]),
        (["4/2/2026", "1/2/2026", "2/2/2026"], ["1/2/2026", "2/2/2026", "4/2/2026"]),  # the same either way
        (["1/13/2026 1:00 PM", "1/13/2026 12:00 PM"], ["1/13/2026 12:00 PM", "1/13/2026 1:00 PM"]),
    ],
)
def test_what_can_be_read_in_one_order_is_read_without_a_word(names, order):
    found = read_slashed(names)
    assert (sorted(found.at, key=found.at.get), found.doubt) == (order, None)


@pytest.mark.parametrize(
    ("names", "order", "how"),
    [
        (["1/2/2026", "2/1/2026"], [0, 1], Tables.IN_FILE_ORDER_AS(part="month")),
        (["2/1/2026", "1/2/2026"], [0, 1], Tables.IN_FILE_ORDER_AS(part="day")),
        (["2/1/2026", "1/4/2026", "1/3/2026"], [2, 1, 0], Tables.IN_ORDER_AS(part="month")),
        (["1/2/2026", "2/1/2026", "1/3/2026"], [0, 1, 2], Tables.IN_FILE_ORDER()),
        (["26/01/02", "26/02/01", "26/03/01"], [0, 1, 2], Tables.IN_ORDER_AS(part="year")),
    ],
)
def test_two_readings_are_named_and_how_to_choose(names, order, how):
    found = read_slashed(names)
    assert sorted(found.at, key=found.at.get) == [names[k] for k in order]
    parts = ["day", "year"] if names[0] == "26/01/02" else ["month", "day"]
    ends = {"first": names[order[0]], "last": names[order[-1]]}
    assert found.doubt == Tables.SLASHED(parts=parts, order=how, **ends)


@pytest.mark.parametrize("names", [["1/2/2026"], ["13/13/2026", "1/1/2026"], ["1/2", "2/1"], ["1/2/2026", "1/2/26"]])
def test_what_is_no_date_is_none(names):
    assert read_slashed(names) is None
