"""Rows of the hour that local times repeat in autumn stay in order; nothing else is moved."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import codes

from glasscell.data import from_frame, read
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.summer_time import without_repeated_hours


def local_times(minutes, zone="Europe/Berlin", day="2025-10-26", n=40):
    """Return local times without an offset, as a logger writes them, and their seconds in UTC."""
    times = pd.date_range(f"{day} 00:00", periods=n, freq=f"{minutes}min", tz=zone)
    return times.tz_localize(None), times.tz_convert("UTC").tz_localize(None)


def seconds(times):
    return times.to_numpy("datetime64[s]").astype(np.int64)


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60])
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2025-10-26"),
        ("America/New_York", "2025-11-02"),
        ("Australia/Sydney", "2026-04-05"),
    ],
)
def test_times_rise_as_those_in_utc_do(minutes, zone, day):
    local, utc = local_times(minutes, zone, day, n=5 * 60 // minutes)
    series = np.repeat([1, 0], len(local))
    risen, rows = without_repeated_hours(series, np.tile(seconds(local), 2), 1.0)
    steps = np.diff(risen.reshape(2, -1))
    np.testing.assert_array_equal(steps, np.diff(seconds(utc))[None].repeat(2, 0))
    assert len(rows) == 2


@given(st.integers(0, 2**31 - 1))
def test_what_is_in_no_order_is_left_to_sorting(seed):
    rng = np.random.default_rng(seed)
    local, _ = local_times(30, n=12)
    shuffled = rng.permutation(seconds(local))
    risen = without_repeated_hours(np.zeros(12, int), shuffled, 1.0)
    assert risen is None or (np.diff(risen[0]) > 0).all()


@pytest.mark.parametrize("day", ["2025-10-25", "2025-07-27"])  # a Saturday; a Sunday in summer
def test_other_days_repeat_no_hour(day):
    when = seconds(pd.to_datetime([f"{day} {h}" for h in ("01:00", "02:00", "02:00", "03:00")]))
    assert without_repeated_hours(np.zeros(4, int), when, 1.0) is None


def test_plain_numbers_and_rising_times_are_left():
    rising = seconds(local_times(30)[1])
    assert without_repeated_hours(np.zeros(40, int), rising, 1.0) is None
    assert without_repeated_hours(np.zeros(3, int), np.array([0, 1, 0]), None) is None


@pytest.mark.parametrize("every", [None, "30min"])
def test_two_hours_are_neither_mixed_nor_averaged(every, tmp_path):
    local, _ = local_times(30, n=12)
    table = pd.DataFrame(
        {
            "id": np.repeat(["a", "b"], 12),
            "time": np.tile(local.strftime("%Y-%m-%d %H:%M"), 2),
            "u": np.arange(24.0),
            "label": np.repeat(["x", "y"], 12),
        }
    )
    table.to_csv(tmp_path / "d.csv", index=False)
    series = read(tmp_path / "d.csv", every=every)
    np.testing.assert_array_equal(series.x[..., 0], np.arange(24.0).reshape(2, 12))
    assert Tables.HOUR_REPEATED in codes(series.notes)
    assert Tables.EQUAL_TIMES not in codes(series.warnings)


def test_the_repeated_hour_of_a_frame_is_named_as_in_a_file():
    local, _ = local_times(30, n=12)
    table = pd.DataFrame({"id": "a", "time": local, "u": np.arange(12.0)})
    (note,) = (n for n in from_frame(table).notes if n.code == Tables.HOUR_REPEATED)
    assert note.values["time"] == "2025-10-26 02:00:00"


def test_lists_of_times_keep_the_order_of_their_hours(tmp_path):
    local, _ = local_times(30, n=40)
    times = local.strftime("%Y-%m-%d %H:%M").tolist()
    rows = pd.DataFrame({"time": [times] * 2, "u": [[float(k) for k in range(40)]] * 2})
    rows.to_json(tmp_path / "d.jsonl", orient="records", lines=True)
    series = read(tmp_path / "d.jsonl")
    np.testing.assert_array_equal(series.x[0, :, 0], np.arange(40.0))
