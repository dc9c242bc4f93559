"""Columns that form one time: a date and a time of day, in all notations; a year and a part."""

import datetime

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, raises

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.tables.sentences import Tables

START = datetime.datetime(2026, 1, 31, 23, 59, 57)
X = np.random.default_rng(0).normal(size=(4, 8))
MONTHS = np.random.default_rng(0).normal(size=(6, 24)).astype("float32")
NOVEMBER = pd.Timestamp("2024-11-05T00:00:00")


def table(days="%Y-%m-%d", clocks="%H:%M:%S", names=("Date", "Time"), **more):
    """Give four series of 8 steps, one a second over midnight, their rows in another order."""
    when = [START + datetime.timedelta(seconds=t) for t in range(8)]
    columns = {
        names[0]: [one.strftime(days) for one in when] * 4,
        names[1]: [one.strftime(clocks) for one in when] * 4,
    }
    frame = pd.DataFrame({"id": np.repeat([*"abcd"], 8), **columns, "u": X.ravel(), **more})
    return frame.iloc[np.argsort(np.tile(np.arange(8) % 3, 4), kind="stable")]


def check(series, time):
    np.testing.assert_array_equal(series.x[:, :, 0], X.astype("float32"))
    assert (series.channels, series.columns["time"]) == (("u",), time)
    assert (series.spacing.in_seconds, series.spacing.longest) == (True, 1)
    assert Tables.JOINED_TIMES in codes(series.notes)


@pytest.mark.few(7)
@pytest.mark.parametrize("names", [("Date", "Time"), ("Datum", "Uhrzeit"), ("measured on", "at")])
@pytest.mark.parametrize(
    "days", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%Y-%m-%d 00:00:00"]
)
@pytest.mark.parametrize("clocks", ["%H:%M:%S", "%H:%M:%S.000", "%I:%M:%S %p"])
def test_both_are_joined(names, days, clocks, tmp_path):
    frame = table(days, clocks, names)
    frame.to_csv(tmp_path / "d.csv", index=False)
    check(read(tmp_path / "d.csv"), names[1])
    (part,) = (
        read_in_parts(tmp_path / "d.csv")
        if frame["id"].is_monotonic_increasing
        else [read(tmp_path / "d.csv")]
    )
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
    frame["Date"] = (
        pd.to_datetime(frame["Date"]).dt.date
        if kind == "parquet"
        else pd.to_datetime(frame["Date"])
    )
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


@pytest.mark.parametrize(
    ("names", "options"), [(("Date", "Time"), {"time": "tick"}), (("Datum", "Uhrzeit"), {})]
)
def test_where_another_column_is_the_time_they_are_left_out(names, options, tmp_path):
    table(names=names, tick=np.tile(np.arange(8), 4)).to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv", **options)
    assert (s.columns["time"], s.channels, s.spacing.in_seconds) == ("tick", ("u",), False)
    assert Tables.LEFT_OUT(column=names[0], why=Tables.WITHOUT_NUMBERS(hint=None)) in s.notes


def test_series_in_rows_stay_series(tmp_path):
    frame = pd.DataFrame(X, columns=[f"t{t}" for t in range(8)])
    frame.assign(Datum="31.01.2026", Uhrzeit="12:00", label=[*"pqpq"]).to_csv(
        tmp_path / "d.csv", index=False
    )
    assert read(tmp_path / "d.csv").x.shape == (4, 8, 1)


@pytest.mark.parametrize("clock", ["%H%M%S", "seconds"])
def test_a_time_of_day_as_a_number_is_not_taken_for_the_time(clock, tmp_path):
    frame = table("%Y%m%d", "%H%M%S" if clock == "seconds" else clock)
    if clock == "seconds":
        when = pd.to_datetime(frame["Time"], format="%H%M%S")
        frame["Time"] = when.dt.hour * 3600 + when.dt.minute * 60 + when.dt.second
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.TIME_OF_DAY_IS_NUMBER, columns=["Date", "Time"], time="Time"):
        read(tmp_path / "d.csv")
    if clock == "%H%M%S":  # as it is told, though some numbers have lost a zero in front
        check(read(tmp_path / "d.csv", time="Date,Time", time_format="%Y%m%d %H%M%S"), "Date,Time")
    frame["Date"] = frame["id"].map({"a": 20260131, "b": 20260201, "c": 20260203, "d": 20260204})
    frame["Time"] = np.arange(len(frame))
    frame.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert s.channels == ("u",)
    assert Tables.LEFT_OUT(column="Date", why=Tables.ONE_DATE()) in s.notes


def written(parts, path, id="id", step="1h", **more):
    """Write series of 24 steps with a column per part of time, sorted as texts; return the file."""
    when = pd.Series(
        [NOVEMBER + k * pd.Timedelta(step) for k in range(24)]
        if step[0].isdigit()
        else pd.date_range("2024-10-01", periods=24, freq={"month": "MS"}.get(step, "QS"))
    )
    of = {name: [read_part(one) for one in when] * 6 for name, read_part in parts.items()}
    table = pd.DataFrame(
        {id: np.repeat([f"s{k}" for k in range(6)], 24), **of, "x": MONTHS.ravel()}
    ).assign(label=np.repeat([*"ababab"], 24), **more)
    order = sorted(range(len(table)), key=lambda k: (table[id][k], str(table[list(parts)[-1]][k])))
    table.iloc[order].to_csv(path / "d.csv", index=False)
    return path / "d.csv"


DATE = {"date": lambda t: str(t.date())}
HOUR = {"hour": lambda t: t.hour}
YEAR = {"year": lambda t: t.year, "month": lambda t: t.month}


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("parts", "step", "time"),
    [
        (YEAR, "month", "year_month"),
        (YEAR | {"day": lambda t: t.day}, "24h", "year_month_day"),
        (YEAR | {"day": lambda t: t.day} | HOUR, "3h", "year_month_day_hour"),
        (DATE | HOUR, "3h", "date"),
        (
            DATE | HOUR | {"minute": lambda t: t.minute, "second": lambda t: t.second},
            "127s",
            "date",
        ),
        ({"Year": YEAR["year"], "Quarter": lambda t: t.quarter}, "quarter", "Year_Quarter"),
        ({"year": lambda t: t.isocalendar().year, "week": lambda t: t.week}, "7D", "year_week"),
    ],
)
@pytest.mark.parametrize("id", ["id", "site"])
def test_parts_are_one_time(parts, step, time, id, tmp_path):
    file = written(parts, tmp_path, id, step)
    found = read(file)
    np.testing.assert_array_equal(found.x[..., 0], MONTHS)
    assert (found.channels, found.columns["time"], found.spacing.in_seconds) == (("x",), time, True)
    assert Tables.JOINED_TIMES in codes(found.notes)
    known = {"channels_expected": found.channels, "columns_expected": found.columns}
    for k, part in enumerate(read_in_parts(file, series=1, **known)):
        np.testing.assert_array_equal(part.x[..., 0], MONTHS[k : k + 1])


@pytest.mark.parametrize(
    ("parts", "step", "form"),
    [
        ({"Jahr": YEAR["year"], "Monat": YEAR["month"], "Tag": lambda t: t.day}, "24h", "%Y %m %d"),
        (DATE | {"h": lambda t: t.hour, "m": lambda t: t.minute}, "25min", "%Y-%m-%d %H %M"),
        (
            {"when": lambda t: t.isoformat()[:19], "ms": lambda t: t.microsecond // 1000},
            "250ms",
            "%Y-%m-%dT%H:%M:%S %f",
        ),
    ],
)
def test_parts_are_one_time_as_they_are_named(parts, step, form, tmp_path):
    file, names = written(parts, tmp_path, step=step), ",".join(parts)
    found = read(file, time=names, time_format=form)
    np.testing.assert_array_equal(found.x[..., 0], MONTHS)
    assert (found.channels, found.columns["time"], found.spacing.in_seconds) == (
        ("x",),
        names,
        True,
    )
    known = {"channels_expected": found.channels, "columns_expected": found.columns}
    for k, part in enumerate(read_in_parts(file, series=1, time_format=form, **known)):
        np.testing.assert_array_equal(part.x[..., 0], MONTHS[k : k + 1])


def test_what_is_no_part_of_the_time_stays_a_channel(tmp_path):
    stamps = {"time": lambda t: t.isoformat()} | HOUR  # that tell rows apart alone
    assert read(written(stamps, tmp_path, step="3h")).channels == ("hour", "x")
    out = DATE | {"hour": lambda t: t.hour + 0.5}
    assert "date" not in read(written(out, tmp_path, step="24h")).channels
    assert read(
        written(YEAR, tmp_path, step="month"), channels=["month", "x"], id="id"
    ).channels == ("month", "x")
    file = written(YEAR, tmp_path, step="month")
    (part,) = read_in_parts(
        file, channels_expected=["year", "month", "x"], columns_expected={"id": "id"}
    )
    assert part.channels == ("year", "month", "x")  # as of a run that was trained so


def test_rows_of_wide_form_keep_theirs(tmp_path):
    x = pd.DataFrame(
        np.random.default_rng(1).normal(size=(24, 9)), columns=[f"t{k}" for k in range(9)]
    )
    x = x.assign(
        region=[*"abcdef"] * 4,
        year=np.repeat([2024, 2025], 12),
        month=np.tile(np.repeat([1, 2], 6), 2),
    )
    x.assign(label=["u", "v"] * 12).to_csv(tmp_path / "d.csv", index=False)
    assert Tables.JOINED_TIMES not in codes(read(tmp_path / "d.csv", label="label").notes)


@pytest.mark.parametrize(
    ("names", "time"),
    [(("Jahr", "Monat"), "Jahr_Monat"), (("año", "mes"), "año_mes"), (("rok", "month"), None)],
)
def test_a_year_and_a_month_in_other_languages_are_one_time_or_warned_of(names, time):
    months = [(2025 + k // 12, k % 12 + 1) for k in range(24)]
    rows = [
        (shop, year, month, (shop + k) ** 2)
        for shop in (7, 8)
        for k, (year, month) in enumerate(months)
    ]
    frame = pd.DataFrame(rows, columns=["id", *names, "u"]).sample(frac=1, random_state=3)
    found = from_frame(frame)
    assert found.columns.get("time") == time
    found = from_frame(frame, time=",".join(names), time_format="%Y %m")
    shops = [int(id) for id in found.ids]
    assert (found.x[:, :, 0] == np.add.outer(shops, range(24)) ** 2).all()


def test_a_month_is_no_id_where_it_tells_rows_apart_only_within_a_year():
    frame = pd.DataFrame({"Jahr": np.repeat(range(2019, 2024), 12), "Monat": [*range(1, 13)] * 5})
    frame["Umsatz"] = np.random.default_rng(4).normal(size=60)
    with raises(Tables.NO_IDS, time="Jahr_Monat"):
        from_frame(frame.sample(frac=1, random_state=3))
    found = from_frame(frame.assign(id="north").sample(frac=1, random_state=3))
    np.testing.assert_allclose(found.x[0, :, 0], frame["Umsatz"], rtol=1e-6)  # float32


def test_times_that_rows_of_a_series_share_are_asked_for_where_the_file_is_in_another_order():
    times = [f"2026-05-01 08:{minute:02}" for minute in (0, 30, 10, 20, 20)] * 12
    frame = pd.DataFrame({"patient": np.repeat([*"abcdefghijkl"], 5), "charttime": times})
    frame = frame.assign(hr=np.random.default_rng(6).normal(size=60), outcome=["v", "w"] * 30)
    frame["outcome"] = frame.groupby("patient")["outcome"].transform("first")
    with raises(Tables.ORDER_IN_DOUBT, column="charttime"):
        from_frame(frame, id="patient")
    assert from_frame(frame, id="patient", time="charttime").columns["time"] == "charttime"
