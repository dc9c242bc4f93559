"""Nested form with a list of times: steps in their order, as in long form."""

import datetime
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import read_series
from glasscell.data.tables.table import Origin, columns_of

LENGTHS = [5, 3, 1, 7, 4]


def rows(seed, name="t", words=float):
    """Give series as long and as nested rows, their steps in any order."""
    rng, long, nested = np.random.default_rng(seed), [], []
    for k, n in enumerate(LENGTHS):
        times = np.cumsum(rng.integers(1, 9, n))[rng.permutation(n)]
        u, v = np.round(rng.normal(size=(2, n)), 3)
        label = "pq"[k % 2]
        long += [dict(zip(("id", name, "u", "v", "label"), (f"s{k}", words(t), a, b, label),
                          strict=True))
                 for t, a, b in zip(times, u, v, strict=True)]  # fmt: skip
        nested.append(
            {"id": f"s{k}", name: [*map(words, times)], "u": [*u], "v": [*v], "label": label}
        )
    return long, nested


def written(nested, path):
    path.write_text("".join(json.dumps(row) + "\n" for row in nested))
    return path


WORDS = {
    "whole": int,
    "fractions": lambda t: t / 4,
    "moments": lambda t: f"2026-01-31T12:{t:02d}:00",
    "dates": lambda t: f"{datetime.date(2026, 1, 20) + datetime.timedelta(t):%d.%m.%Y}",
}
EVERY = {"whole": 1, "fractions": 0.25, "moments": "1min", "dates": "1d"}


@pytest.mark.few(9)
@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    "options", [{}, {"time_gaps": True}, {"every": ...}, {"channels": ["v"], "time": "when"}]
)
def test_a_list_of_times_is_what_a_column_of_times_is(kind, form, options, tmp_path):
    name = options.get("time", "Timestamp")
    words = WORDS[kind]
    long, nested = rows(3, name, lambda t: words(int(t)))
    pd.DataFrame(long).to_csv(tmp_path / "long.csv", index=False)
    path = tmp_path / f"d.{form}"
    pd.DataFrame(nested).to_parquet(path) if form == "parquet" else written(nested, path)
    options = options | ({"every": EVERY[kind]} if "every" in options else {})
    s, truth = read(path, **options), read(tmp_path / "long.csv", **options)
    assert s.notes[0].code is Tables.NESTED_FORM
    assert {"time": name, "label": "label"}.items() <= s.notes[0].values.items()
    assert s.channels == truth.channels
    assert s.columns["time"] == name
    np.testing.assert_array_equal(s.x, truth.x)
    np.testing.assert_array_equal(s.lengths, truth.lengths)
    for what in ("median", "off", "shortest", "longest"):
        # in whole seconds, or in 1e9 nanoseconds
        one, other = (getattr(of.spacing, what) for of in (s, truth))
        np.testing.assert_allclose(one, other, rtol=1e-15)


@given(seed=st.integers(0, 2**32 - 1))
def test_in_whatever_order_steps_stand(seed):
    _, nested = rows(seed)
    rng = np.random.default_rng(seed)
    shuffled = []
    for row in nested:
        order = rng.permutation(len(row["u"]))
        shuffled.append(
            {name: [v[k] for k in order] if isinstance(v, list) else v for name, v in row.items()}
        )
    one, other = (
        read_series(columns_of(pa.Table.from_pylist(some)), Request(), Origin("d"))
        for some in (nested, shuffled)
    )
    np.testing.assert_array_equal(one.x, other.x)
    np.testing.assert_array_equal(one.spacing.median, other.spacing.median)


def test_times_in_order_are_left_so_and_series_may_be_empty(tmp_path):
    nested = [
        {"t": [0, 1, 2], "x": [1, 2, 3]},
        {"t": [], "x": []},
        {"t": [5, 9], "x": [4, 5]},
        {"t": None, "x": None},
    ]
    s = read(written(nested, tmp_path / "d.jsonl"), time_gaps=True)
    assert s.notes[0].code is Tables.NESTED_FORM
    assert {"time": "t", "label": None, "channels": ("x",)}.items() <= s.notes[0].values.items()
    assert Tables.STEPS_SORTED() not in s.notes
    np.testing.assert_array_equal(s.x[[0, 2], :, 1], [[0, 1, 1], [0, 4, np.nan]])
    assert s.lengths.tolist() == [3, 1, 2, 1]


@pytest.mark.parametrize(
    ("t", "said"),
    [
        ([1, 1, 2], Tables.TIME_REPEATED_IN_LISTS(column="t", time=1, row=2)),  # a sixth of all
        ([1, None, 2], Tables.TIME_MISSING_IN_LISTS(column="t")),
    ],
)
def test_what_is_no_time_at_each_step_is_a_channel(t, said, tmp_path):
    nested = [{"t": [0, 1, 2], "x": [1, 2, 3]}, {"t": t, "x": [1, 2, 3]}]
    path = written(nested, tmp_path / "d.jsonl")
    s = read(path)
    assert s.channels == ("t", "x")
    assert said in s.notes
    if None in t:
        with raises(Tables.NO_TIME, row=2, column="t"):
            read(path, time="t")
        return
    warning = Tables.EQUAL_TIMES_IN_LISTS.warning(
        row=2, column="t", n=1, series=1, time=1, mend=Tables.EVERY_AVERAGES()
    )
    assert read(path, time="t").warnings == (warning,)
    assert read(path, time="t", every=1).channels == ("x",)


def test_a_few_equal_times_among_many_stay_times_in_the_lists_order(tmp_path):
    times, values = (
        [list(range(10)) for _ in range(3)],
        [[10.0 * k + n for k in range(10)] for n in range(3)],
    )
    times[1][7], values[1][7] = 3, -1.0  # the time 3 once more, after its own
    times[2], values[2] = times[2][::-1], values[2][::-1]
    path = written(
        [{"t": t, "x": x} for t, x in zip(times, values, strict=True)], tmp_path / "d.jsonl"
    )
    s = read(path)
    assert (s.channels, s.columns) == (("x",), {"time": "t"})
    assert s.warnings == (
        Tables.EQUAL_TIMES_IN_LISTS.warning(
            row=2, column="t", n=1, series=1, time=3, mend=Tables.EVERY_AVERAGES()
        ),
    )
    np.testing.assert_array_equal(s.x[1, :, 0], [1, 11, 21, 31, -1, 41, 51, 61, 81, 91])
    np.testing.assert_array_equal(s.x[2, :, 0], values[2][::-1])


def test_a_run_that_knows_t_as_a_channel_keeps_it(tmp_path):
    path = written([{"t": [2, 0, 1], "x": [1, 2, 3]}], tmp_path / "d.jsonl")
    (part,) = read_in_parts(path, channels_expected=("t", "x"))
    assert part.x[0].tolist() == [[2, 1], [0, 2], [1, 3]]
    assert read(path, channels=["x", "t"]).channels == ("x", "t")
    (part,) = read_in_parts(path, channels_expected=("x",), columns_expected={"time": "t"})
    assert part.x[0, :, 0].tolist() == [2, 3, 1]


def test_messages(tmp_path):
    path = written([{"t": [0, 1], "x": [1, 2], "n": 7}], tmp_path / "d.jsonl")
    with raises(Tables.NO_LIST, role="time", column="n", kind="number"):
        read(path, time="n")
    written([{"t": [0, 1], "x": [1, 2]}, {"t": [0], "x": [1, 2]}], path)
    with raises(Tables.OTHER_LENGTH, row=2, column="t", n=1, other="x", expected=2):
        read(path)
    written(
        [
            {"time": ["2026-01-31", "2026-02-01"], "x": [1, 2]},
            {"time": ["2026-02-01", "noon"], "x": [1, 2]},
        ],
        path,
    )
    with raises(Tables.NOT_A_TIME, row=2, column="time", found="noon", item=2):
        read(path, time="time")


def test_what_is_wrong_is_named_by_its_row_and_its_place_in_the_list(tmp_path):
    times = [["2026-01-31 10:00", "2026-01-31 11:00"], ["2026-01-31 12:00", "2026-01-31 13:00Z"]]
    path = written([{"t": t, "x": [1, 2]} for t in times], tmp_path / "d.jsonl")
    items = {"one_item": Tables.IN_LIST(item=2), "other_item": Tables.IN_LIST(item=1)}
    with raises(Tables.MIXED_ZONES, column="t", one=2, other=1, **items):
        read(path, time="t")
    path = written([{"x": [1, 2]}, {"x": [1, 1e39]}], tmp_path / "d.jsonl")
    with raises(Tables.TOO_LARGE, row=2, item=2, column="x", value=1e39):
        read(path)
