"""Gaps as a channel and series on an even grid: against plain loops, in every reading mode."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.respacing import GAP
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables

STARTS = [0.0, 1e9, -5.0]
values = st.floats(-1e6, 1e6, width=32) | st.just(float("nan"))


def frame_of(times, x, dates=False) -> pd.DataFrame:
    ids = np.repeat([f"s{k}" for k in range(len(times))], [len(when) for when in times])
    frame = pd.DataFrame({"id": ids, "t": np.concatenate(times), "u": np.concatenate(x)})
    if dates:
        frame["t"] = pd.Timestamp("2026-03-29 00:30", tz="UTC") + pd.to_timedelta(
            frame["t"], unit="s"
        )
    return frame


@st.composite
def uneven(draw):
    lengths = draw(st.lists(st.integers(1, 8), min_size=1, max_size=4))
    times = [
        sorted(draw(st.lists(st.integers(0, 60), min_size=m, max_size=m, unique=True)))
        for m in lengths
    ]
    return times, [draw(st.lists(values, min_size=m, max_size=m)) for m in lengths]


@given(st.data(), st.floats(1e-3, 1e3), st.sampled_from(STARTS))
def test_what_is_even_and_is_resampled_at_its_own_rate_is_unchanged(data, step, start):
    if abs(start) > 1e6 * step:
        start = 0.0  # float64 cannot hold such times
    lengths = data.draw(st.lists(st.integers(2, 30), min_size=1, max_size=4))
    x = [data.draw(st.lists(values, min_size=m, max_size=m)) for m in lengths]
    frame = frame_of([start + step * np.arange(m) for m in lengths], x)
    before, after = from_frame(frame), from_frame(frame, every=step)
    np.testing.assert_array_equal(after.x, before.x)
    np.testing.assert_array_equal(after.lengths, before.lengths)
    dates = from_frame(
        frame_of([0.5 * np.arange(m) for m in lengths], x, dates=True), every="500ms"
    )
    np.testing.assert_array_equal(dates.x, before.x)


def test_a_series_of_two_steps_is_as_long_as_one_whatever_rounding_does():
    step, start = 1 / 3, -5.0  # (start + step) - start is less than step
    frame = frame_of([start + step * np.arange(2)], [[1.0, 2.0]])
    assert from_frame(frame, every=step).x[0, :, 0].tolist() == [1.0, 2.0]


@given(uneven(), st.sampled_from([1, 2, 3.5, 10]))
def test_each_point_of_the_grid_has_the_mean_of_what_is_within_half_a_step(made, step):
    times, x = made
    if max(one[-1] - one[0] for one in times) < step:
        return
    found = from_frame(frame_of(times, x), every=step)
    for row, length, when, some in zip(found.x[..., 0], found.lengths, times, x, strict=True):
        points = step * np.arange(length)
        assert points[-1] - step / 2 <= when[-1] - when[0] < points[-1] + step / 2
        for point, value in zip(points, row, strict=False):
            away = np.array(when) - when[0] - point
            near = np.array(some)[(-step / 2 <= away) & (away < step / 2) & ~np.isnan(some)]
            np.testing.assert_allclose(
                value, np.mean(near) if len(near) else np.nan, rtol=1e-5, atol=1e-3
            )
        assert np.isnan(row[length:]).all()


@given(uneven(), st.booleans())
def test_gaps_add_up_to_the_span_of_what_was_measured(made, dates):
    times, x = made
    found = from_frame(frame_of(times, x, dates=dates), time_gaps=True)
    assert found.channels == ("u", GAP)
    for (u, gap), when, some in zip(np.moveaxis(found.x, -1, 1), times, x, strict=True):
        there = [t for t, v in zip(when, some, strict=True) if v == v]
        # a step without a value stays one
        np.testing.assert_array_equal(np.isnan(u), np.isnan(gap))
        assert np.nansum(gap) == (there[-1] - there[0] if there else 0)
        np.testing.assert_array_equal(gap[~np.isnan(gap)], np.diff(there, prepend=there[:1]))


@given(
    uneven(),
    st.randoms(use_true_random=False),
    st.sampled_from([{"time_gaps": True}, {"every": 1}]),
)
def test_the_order_of_rows_does_not_matter(made, random, how):
    times, x = made
    if max(one[-1] - one[0] for one in times) < 1:
        return
    frame = frame_of(times, x)
    order = list(range(len(frame)))
    random.shuffle(order)
    one, other = (
        from_frame(frame, **how),
        from_frame(frame.iloc[order].reset_index(drop=True), **how),
    )
    place = [other.ids.tolist().index(id) for id in one.ids.tolist()]
    np.testing.assert_array_equal(other.x[place], one.x)
    np.testing.assert_array_equal(other.lengths[place], one.lengths)


TWO_STEPS = "id,t,u\na,0,1\na,1,2\n"
CLOCKS = {
    "numbers": ["0", "0.5", "2"],
    "iso": ["2026-01-31T12:00:00", "2026-01-31T12:00:00.500", "2026-01-31T12:00:02"],
    "zones": ["2026-01-31T12:00:00Z", "2026-01-31T13:00:00.5+01:00", "2026-01-31T12:00:02Z"],
    "summer begins": [
        "2026-03-29T01:59:59+01:00",
        "2026-03-29T01:59:59.5+01:00",
        "2026-03-29T03:00:01+02:00",
    ],
    "american": ["1/31/2026 11:59:59 PM", "1/31/2026 11:59:59.5 PM", "2/1/2026 12:00:01 AM"],
    "german": ["31.01.2026 23:59:59", "31.01.2026 23:59:59.5", "01.02.2026 00:00:01"],
}


@pytest.mark.few(6)
@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]], ids=["rising", "decreasing"])
def test_times_of_all_kinds_give_the_same_gaps_and_grid(clock, order, tmp_path):
    rows = [f"a,{CLOCKS[clock][k]},{k + 1}" for k in order]
    (tmp_path / "d.csv").write_text("\n".join(["id,t,u", *rows]) + "\n")
    for series in (
        read(tmp_path / "d.csv", time_gaps=True),
        *read_in_parts(tmp_path / "d.csv", time_gaps=True),
    ):
        np.testing.assert_allclose(series.x[0], [[1, 0], [2, 0.5], [3, 1.5]], atol=1e-6)
    every = 0.5 if clock == "numbers" else "500ms"
    for series in (
        read(tmp_path / "d.csv", every=every),
        *read_in_parts(tmp_path / "d.csv", every=every),
    ):
        np.testing.assert_array_equal(series.x[0, :, 0], [1, 2, np.nan, np.nan, 3])


def test_a_time_that_appears_twice_is_warned_of_but_on_a_grid(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,u\na,0,1\na,1,2\na,1,4\na,2,5\n")
    for how in ({}, {"time_gaps": True}):
        (warning,) = read(tmp_path / "d.csv", **how).warnings
        given = {"n": 1, "series": 1, "id": "a", "time": "1", "mend": Tables.AVERAGED_OR_JOINED()}
        assert warning == Tables.EQUAL_TIMES.warning(row=3, column="t", **given)
    np.testing.assert_array_equal(
        read(tmp_path / "d.csv", time_gaps=True).x[0], [[1, 0], [2, 1], [4, 0], [5, 1]]
    )
    found = read(tmp_path / "d.csv", every=1)
    np.testing.assert_array_equal(found.x[0, :, 0], [1, 3, 5])
    assert found.warnings == ()


def test_what_was_not_measured_is_left_out_of_means_and_no_gap_is_taken_for_it(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,u\na,0,1\na,1,-999\na,2,5\na,3,7\n")
    np.testing.assert_array_equal(
        read(tmp_path / "d.csv", every=2, missing=[-999]).x[0, :, 0], [1, 5, 7]
    )
    found = read(tmp_path / "d.csv", time_gaps=True, missing=[-999, 2, 1e9])
    np.testing.assert_array_equal(found.x[0], [[1, 0], [np.nan, np.nan], [5, 2], [7, 1]])


@pytest.mark.parametrize(
    ("text", "how", "code", "values"),
    [
        (TWO_STEPS, {"every": "1s"}, Reading.NO_UNIT, {"option": "--every 1s"}),
        (
            "id,t,u\na,2026-01-01,1\na,2026-01-02,2\n",
            {"every": 2},
            Reading.OF_DATES,
            {"option": "--every 2", "length": 2},
        ),
        (TWO_STEPS, {"every": 5}, Reading.GRID_TOO_LONG, {"every": "5", "longest": "1"}),
        (
            TWO_STEPS,
            {"every": 1e-4},
            Reading.GRID_TOO_FINE,
            {"steps": 10001, "measured": 2, "apart": "1"},
        ),
        (TWO_STEPS, {"every": 1, "time_gaps": True}, Reading.GAPS_AND_GRID, {}),
        (TWO_STEPS, {"every": "soon"}, Reading.EVERY, {"every": "soon"}),
        ("id,u\na,1\na,2\n", {"every": 1}, Reading.NO_TIMES, {"option": "--every 1"}),
        ("id,u\na,1\na,2\n", {"time_gaps": True}, Reading.NO_TIMES, {"option": "--time-gaps"}),
        (
            "x0,x1,x2\n1,2,3\n3,4,5\n",
            {"time_gaps": True},
            Reading.NO_TIMES,
            {"option": "--time-gaps"},
        ),
    ],
)
def test_what_cannot_be_done_is_refused(text, how, code, values, tmp_path):
    (tmp_path / "d.csv").write_text(text)
    with raises(code, **values):
        read(tmp_path / "d.csv", **how)


def test_a_channel_of_the_same_name_is_no_gap(tmp_path):
    (tmp_path / "d.csv").write_text(f"id,t,{GAP}\na,0,1\na,1,2\n")
    with raises(Reading.GAP_TAKEN, channel="time_gap"):
        read(tmp_path / "d.csv", time_gaps=True)


def test_a_ts_file_with_times_is_respaced_too(tmp_path):
    (tmp_path / "d.ts").write_text(
        "@timestamps true\n@classLabel true p q\n@data\n(0,1),(1,2),(3,4):p\n(5,1),(9,2):q\n"
    )
    found = read(tmp_path / "d.ts", every=1)
    np.testing.assert_array_equal(found.x[0, :4, 0], [1, 2, np.nan, 4])
    assert found.lengths.tolist() == [4, 5]
    gaps = next(read_in_parts(tmp_path / "d.ts", time_gaps=True)).x[..., 1]
    np.testing.assert_array_equal(gaps, [[0, 1, 2], [0, 4, np.nan]])


def test_files_of_one_series_each_are_respaced(tmp_path):
    for name, step in (("walk_1", 1), ("walk_2", 2), ("run_1", 1), ("run_2", 2)):
        (tmp_path / f"{name}.csv").write_text(
            "t,u\n" + "".join(f"{step * k},{k}\n" for k in range(4))
        )
    found = read(tmp_path, every=1)
    assert found.lengths.tolist() == [4, 7, 4, 7]
    np.testing.assert_array_equal(found.x[1, :, 0], [0, np.nan, 1, np.nan, 2, np.nan, 3])


def test_a_file_to_be_answered_has_the_gap_where_training_had_it(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,v,u\na,0,9,1\na,2,9,2\n")
    for channels in (("u", GAP), ("u", "v", GAP)):
        (part,) = read_in_parts(tmp_path / "d.csv", time_gaps=True, channels_expected=channels)
        assert part.channels == channels
        np.testing.assert_array_equal(part.x[0, :, -1], [0, 2])
