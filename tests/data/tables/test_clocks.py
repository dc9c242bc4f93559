"""A date and a time of day in two columns are one time: in every way in which both are written, and over midnight."""

import datetime

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, raises

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.tables.sentences import Tables

START = datetime.datetime(2026, 1, 31, 23, 59, 57)
X = np.random.default_rng(0).normal(size=(4, 8))


def table(days="%Y-%m-%d", clocks="%H:%M:%S", names=("Date", "Time"), **more):
    """Give four series of 8 steps, one a second over midnight, their rows in another order."""
    when = [START + datetime.timedelta(seconds=t) for t in range(8)]
    columns = {names[0]: [one.strftime(days) for one in when] * 4, names[1]: [one.strftime(clocks) for one in when] * 4}
    frame = pd.DataFrame({"id": np.repeat([*"abcd"], 8), **columns, "u": X.ravel(), **more})
    return frame.iloc[np.argsort(np.tile(np.arange(8) % 3, 4), kind="stable")]


def check(series, time):
    np.testing.assert_array_equal(series.x[:, :, 0], X.astype("float32"))
    assert (series.channels, series.columns["time"]) == (("u",), time)
    assert (series.spacing.in_seconds, series.spacing.longest) == (True, 1)
    assert Tables.JOINED_TIMES in codes(series.notes)


@pytest.mark.few(7)
@pytest.mark.parametrize("names", [("Date", "Time"), ("Datum", "Uhrzeit"), ("measured on", "at")])
@pytest.mark.parametrize("days", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%Y-%m-%d 00:00:00"])
@pytest.mark.parametrize("clocks", ["%H:%M:%S", "%H:%M:%S.000", "%I:%M:%S %p"])
def test_both_are_joined(names, days, clocks, tmp_path):
    frame = table(days, clocks, names)
    frame.to_csv(tmp_path / "d.csv", index=False)
    check(read(tmp_path / "d.csv"), names[1])
    (part,) = read_in_parts(tmp_path / "d.csv") if frame["id"].is_monotonic_increasing else [read(tmp_path / "d.csv")]
    check(part, names[1])


def test_parts_are_joined_alike_and_found_again_by_a_model(tmp_path):
    table().sort_values("id", kind="stable").to_csv(tmp_path / "d.csv", index=False)
    whole = read(tmp_path / "d.csv")
    known = {"channels_expected": whole.channels, "columns_expected": whole.columns}
    for k, part in enumerate(read_in_parts(tmp_path / "d.csv", series=1, **known)):
        np.testing.assert_array_equal(part.x, whole.x[k : k + 1])


@pytest.mark.parametrize("kind", ["parquet", "frame"])
def test_dates_and_times_of_arrow_are_joined(kind, tmp_path):
    frame = table()
    frame["Date"] = pd.to_datetime(frame["Date"]).dt.date if kind == "parquet" else pd.to_datetime(frame["Date"])
    frame["Time"] = pd.to_datetime(frame["Time"], format="%H:%M:%S").dt.time
    if kind == "frame":
        check(from_frame(frame), "Time")
        return
    frame.to_parquet(tmp_path / "d.parquet")
    check(read(tmp_path / "d.parquet"), "Time")


def test_hours_may_have_one_digit(tmp_path):
    (tmp_path / "d.csv").write_text("id,Date,Time,u\na,2026-01-31,10:00,2\na,2026-01-31,9:30,1\n")
    assert read(tmp_path / "d.csv").x[0, :, 0].tolist() == [1, 2]


@pytest.mark.parametrize("clocks", ["%H:%M:%S", "%I:%M:%S %p", "%H:%M:%S,500"])
def test_times_of_day_alone_must_not_go_back(clocks, tmp_path):
    frame = table(clocks=clocks).drop(columns="Date").sort_values("id", kind="stable")
    frame.to_csv(tmp_path / "d.csv", index=False, sep=";")
    with raises(Tables.PAST_MIDNIGHT, column="Time", id="a"):
        read(tmp_path / "d.csv")
    frame = table(clocks=clocks).drop(columns="Date").sort_index()
    frame[frame["Time"].isin(frame["Time"][:3])].to_csv(tmp_path / "d.csv", index=False, sep=";")
    s = read(tmp_path / "d.csv")
    np.testing.assert_array_equal(s.x[:, :, 0], X[:, :3].astype("float32"))
    assert (s.spacing.in_seconds, s.spacing.longest) == (True, 1)


@pytest.mark.parametrize("time", ["Date", "Time"])
def test_either_may_be_named(time, tmp_path):
    table().to_csv(tmp_path / "d.csv", index=False)
    check(read(tmp_path / "d.csv", time=time), time)


@pytest.mark.parametrize(("names", "options"), [(("Date", "Time"), {"time": "tick"}), (("Datum", "Uhrzeit"), {})])
def test_where_another_column_is_the_time_they_are_left_out(names, options, tmp_path):
    table(names=names, tick=np.tile(np.arange(8), 4)).to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv", **options)
    assert (s.columns["time"], s.channels, s.spacing.in_seconds) == ("tick", ("u",), False)
    assert Tables.LEFT_OUT(column=names[0], why=Tables.WITHOUT_NUMBERS(hint=None)) in s.notes


def test_series_in_rows_stay_series(tmp_path):
    frame = pd.DataFrame(X, columns=[f"t{t}" for t in range(8)])
    frame.assign(Datum="31.01.2026", Uhrzeit="12:00", label=[*"pqpq"]).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (4, 8, 1)


@pytest.mark.parametrize("clock", ["%H%M%S", "seconds"])
def test_a_time_of_day_as_a_number_is_not_taken_for_the_time(clock, tmp_path):
    frame = table("%Y%m%d", "%H%M%S" if clock == "seconds" else clock)
    if clock == "seconds":
        when = pd.to_datetime(frame["Time"], format="%H%M%S")
        frame["Time"] = when.dt.hour * 3600 + when.dt.minute * 60 + when.dt.second
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.TIME_OF_DAY_IS_NUMBER, date="Date", time="Time"):
        read(tmp_path / "d.csv")
    frame["Date"] = frame["id"].map({"a": 20260131, "b": 20260201, "c": 20260203, "d": 20260204})
    frame["Time"] = np.arange(len(frame))
    frame.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert s.channels == ("u",)
    assert Tables.LEFT_OUT(column="Date", why=Tables.ONE_DATE()) in s.notes
