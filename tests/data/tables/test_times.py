"""Times as people write them: against Python's own, and never with the day taken for the month."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import codes, raises

from glasscell.data import read
from glasscell.data.tables.moments import to_dates
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_formats import read_format
from glasscell.data.tables.times import to_times
from glasscell.errors import DataError

FORMS = ("%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
         "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d/%m/%Y %I:%M:%S %p",
         "%Y-%m-%d %I:%M:%S %p")  # fmt: skip
moments = st.datetimes(datetime.datetime(1980, 1, 1), datetime.datetime(2080, 1, 1)).map(
    lambda when: when.replace(microsecond=0)
)


@given(when=st.lists(moments, min_size=2, max_size=20), form=st.sampled_from(FORMS))
def test_times_are_those_that_were_written(when, form):
    try:
        found = to_times(pd.Series([one.strftime(form) for one in when]))
    except DataError:
        assert all(one.day <= 12 for one in when)  # month and day can be told apart by no value
        assert "/" in form
        return
    truth = pd.Series(pd.to_datetime(when, utc=True))
    np.testing.assert_array_equal(
        found.diff().dropna().dt.total_seconds(), truth.diff().dropna().dt.total_seconds()
    )


@pytest.mark.parametrize(
    ("early", "late", "seconds"),
    [
        ("1/31/2026 11:59 PM", "2/1/2026 12:00 AM", 60),
        ("1/31/2026 11:59 AM", "1/31/2026 12:00 PM", 60),
        ("1/2/2026 9:05:01.25 am", "1/2/2026 9:05:01.5 am", 0.25),  # one day: the same either way
        ("31/1/2026", "1/2/2026", 86400),
        ("1/31/2026", "2/1/2026", 86400),
        ("1/31/2026 1 PM", "1/31/2026 2 PM", 3600),
        ("1/31/2026 10:00", "1/31/2026 10:00:30", 30),
        ("31.01.26 23:30", "01.02.26 00:30", 3600),
        ("1/31/26", "2/1/26", 86400),
    ],
)
def test_times_apart(early, late, seconds):
    assert to_times(pd.Series([early, late])).diff()[1].total_seconds() == seconds


def test_a_day_that_may_be_a_month_is_refused(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,x\na,1/2/2026,1\na,2/1/2026,2\n")
    with raises(Tables.MONTH_OR_DAY, text="1/2/2026", column="t", forms=["%m/%d/%Y", "%d/%m/%Y"]):
        read(tmp_path / "d.csv")
    assert read(tmp_path / "d.csv", time_format="%d/%m/%Y").spacing.median.tolist() == [86400 * 30]
    (tmp_path / "d.csv").write_text("id,t,x\na,2/1/2026,2\na,1/31/2026,1\n")
    assert read(tmp_path / "d.csv").x[0, :, 0].tolist() == [1, 2]


def test_a_year_of_two_digits_may_be_a_day():
    with raises(Tables.MONTH_OR_DAY, text="13/1/26", forms=["%d/%m/%y", "%y/%m/%d"]):
        to_times(pd.Series(["13/1/26", "14/1/26"]))


def test_times_of_two_kinds_are_refused(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,x\na,1/31/2026,1\na,31/1/2026,2\n")
    with raises(Tables.NOT_A_TIME, row=2, column="t", found="31/1/2026"):
        read(tmp_path / "d.csv")


FEW = {"2026-01-31": "%d.%m.%Y", "31.01.2026": "%Y-%m-%d", "31.01.2026 10:00": "%Y/%m/%d",
       "10:00": "%d.%m.%Y", "2026/01/31": "%m/%d/%Y", "31/1/2026": "%m/%d/%Y", "noon": "%Y-%m-%d",
       "1.1.2026": "%Y%m%dT%H%M%S"}  # fmt: skip


@pytest.mark.few(8)
@pytest.mark.parametrize("at", [0, 7, 19])
@pytest.mark.parametrize("few", FEW)
def test_the_first_time_that_is_not_as_most_are_is_named(few, at, tmp_path):
    days = [f"{datetime.date(2026, 1, 20) + datetime.timedelta(k):{FEW[few]}}" for k in range(20)]
    others = days[1 if at == 0 else 0]
    days[at] = few
    (tmp_path / "d.csv").write_text("id,t,x\n" + "".join(f"a,{day},1\n" for day in days))
    with raises(
        Tables.NOT_A_TIME, row=at + 1, column="t", found=few, hint=Tables.OTHERS_LIKE(text=others)
    ):
        read(tmp_path / "d.csv")


@pytest.mark.few(5)
@pytest.mark.parametrize("with_zone", ["{}Z", "{}+02:00", "{}.5-0500", "{} +02"])
@pytest.mark.parametrize("few", [1, 10, 19])
def test_times_of_which_some_have_an_offset_are_refused(with_zone, few, tmp_path):
    times = [f"2026-01-31T10:00:{s:02d}" for s in range(20)]
    mixed = [with_zone.format(time) if k < few else time for k, time in enumerate(times)]
    (tmp_path / "d.csv").write_text("id,t,x\n" + "".join(f"a,{time},1\n" for time in mixed))
    with raises(
        Tables.MIXED_ZONES, column="t", one=1, zoned=mixed[0], other=few + 1, bare=times[few]
    ):
        read(tmp_path / "d.csv")
    alike = "".join(f"a,{with_zone.format(time)},1\n" for time in times)
    (tmp_path / "d.csv").write_text("id,t,x\n" + alike)
    assert read(tmp_path / "d.csv").spacing.median.tolist() == [1]


@pytest.mark.parametrize("form", ["2326-01-31 10:00:00", "31.01.2326 10:00", "1/31/1526 10:00 AM"])
def test_times_beyond_what_nanoseconds_hold_are_none(form):
    near = form.replace("2326", "2026").replace("1526", "2026")
    assert to_times(pd.Series([near, form])).isna().tolist() == [False, True]


@given(
    when=st.lists(moments, min_size=1, max_size=20),
    form=st.sampled_from(("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")),
)
def test_dates_as_whole_numbers_are_those_that_were_written(when, form):
    found = to_dates(np.array([int(one.strftime(form)) for one in when]))
    truth = [datetime.datetime.strptime(one.strftime(form), form) for one in when]
    assert found.astype(object).tolist() == truth


@given(
    number=st.integers(0, 10**15), more=st.sampled_from([20260131, 202601312359, 20260131235959])
)
def test_whole_numbers_that_are_no_dates_are_none(number, more):
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(str(number)), "none")
    try:
        year = datetime.datetime.strptime(str(number), form).year
    except ValueError:
        year = 0
    assert (to_dates(np.array([number])) is not None) == (1900 <= year <= 2100)
    both = to_dates(np.array([more, number]))
    assert (both is not None) == (1900 <= year <= 2100 and len(str(number)) == len(str(more)))


@pytest.mark.parametrize(
    "number", [20260229, 20260431, 20261301, 20260100, 18991231, 21010101, 20260131240000]
)
def test_days_that_do_not_exist_are_none(number):
    assert to_dates(np.array([number])) is None


@pytest.mark.parametrize("kind", ["csv", "parquet", "float"])
def test_dates_as_whole_numbers_are_times(kind, tmp_path):
    days = [20260130, 20260131, 20260201, 20260202]
    frame = pd.DataFrame({"id": "a", "when": days, "x": [0.5, 1, 2, 3]}).iloc[[1, 0, 3, 2]]
    path = tmp_path / f"d.{'csv' if kind == 'csv' else 'parquet'}"
    frame = frame.astype({"when": float}) if kind == "float" else frame
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)
    s = read(path, time="when")
    assert s.x[0, :, 0].tolist() == [0.5, 1, 2, 3]
    assert (s.spacing.in_seconds, s.spacing.median.tolist(), s.spacing.longest) == (
        True,
        [86400],
        86400,
    )
    assert s.notes[0].values["time"] == "when"
    assert s.notes[0].values["order"].values["dated"] == Tables.DATED(
        number=20260131, day="2026-01-31"
    )
    even = read(path, time="when", every="1d")
    assert even.lengths.tolist() == [4]


@pytest.mark.parametrize("name", ["reached", "ymd"])
def test_dates_that_are_a_channel_are_refused_out_of_order_and_else_warned_of(name, tmp_path):
    days = [20260130, 20260131, 20260201, 20260202]
    frame = pd.DataFrame({"id": "a", name: days, "x": [0.5, 1, 2, 3]}).iloc[[1, 0, 3, 2]]
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.ORDER_IN_DOUBT, column=name, as_option=name):
        read(tmp_path / "d.csv")
    frame.sort_index().to_csv(tmp_path / "sorted.csv", index=False)
    s = read(tmp_path / "sorted.csv")
    dated = Tables.DATED(number=20260130, day="2026-01-30")
    assert s.warnings == (Tables.MAY_BE_TIME.warning(column=name, read=dated, as_option=name),)
    assert s.channels == (name, "x")
    assert read(tmp_path / "d.csv", time=name).x[0, :, 0].tolist() == [0.5, 1, 2, 3]
    for clean in (
        read(tmp_path / "d.csv", time=name),
        read(tmp_path / "d.csv", channels=[name, "x"]),
    ):
        assert not clean.warnings
    frame.assign(**{name: [20260131, 20260132, 20260133, 20260134]}).to_csv(
        tmp_path / "d.csv", index=False
    )
    assert Tables.MAY_BE_TIME not in codes(read(tmp_path / "d.csv").warnings)


@pytest.mark.parametrize("form", ["%d-%m-%Y", "%m-%d-%Y", "%d-%m-%Y %H:%M", "%m-%d-%Y %I:%M:%S %p"])
def test_days_with_hyphens_are_those_that_were_written(form):
    when = pd.Series(pd.date_range("2026-01-20", periods=20, freq="25h")).dt.floor(
        "min" if "%H" in form else "s"
    )
    when = when if "%" in form[8:] else when.dt.floor("D")
    expected = when.dt.tz_localize("UTC").astype("datetime64[ns, UTC]")
    pd.testing.assert_series_equal(to_times(when.dt.strftime(form)), expected, check_names=False)


def test_days_with_hyphens_that_may_be_months_are_refused():
    with raises(Tables.MONTH_OR_DAY, text="01-02-2026", forms=["%m-%d-%Y", "%d-%m-%Y"]):
        to_times(pd.Series(["01-02-2026", "03-02-2026", "04-05-2026"]))


@pytest.mark.few(3)
@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize(
    ("name", "form", "first"),
    [("date", "%d%m%Y", "2026-02-01"), ("t", "%d%m%Y", "2026-01-20"), ("t", "%m%d%Y", "2025-12-20"),
     ("Datum", "%y%m%d", "2026-01-20"), ("day", "%d%m%y", "2026-01-20")],
)  # fmt: skip
def test_numbers_of_which_larger_ones_need_not_be_later_are_refused_and_read_as_told(
    name, form, first, shuffled, tmp_path
):
    days = pd.date_range(first, periods=20)
    table = pd.DataFrame(
        {"id": "a", name: [int(day.strftime(form)) for day in days], "x": range(20)}
    )
    (table.sample(frac=1, random_state=0) if shuffled else table).to_csv(
        tmp_path / "d.csv", index=False
    )
    with raises(Tables.LIKE_A_DATE, column=name):
        read(tmp_path / "d.csv", time=name)
    s = read(tmp_path / "d.csv", time=name, time_format=form)
    assert s.x[0, :, 0].tolist() == [*range(20)]
    assert s.spacing.median.tolist() == [86400]


@pytest.mark.parametrize(
    ("name", "first"), [("t", 310126), ("date", 1), ("date", 1000), ("date", 310190)]
)
def test_numbers_that_count_are_no_dates(name, first, tmp_path):
    pd.DataFrame({"id": "a", name: [first + k for k in range(40)], "x": range(40)}).to_csv(
        tmp_path / "d.csv", index=False
    )
    assert not read(tmp_path / "d.csv", time=name).spacing.in_seconds


@pytest.mark.parametrize(
    ("written", "beginnings"),
    [
        (["2026-W08", "2026-W9", "2026 W53"], ["2026-02-16", "2026-02-23", "2026-12-28"]),
        (["2026-Q1", "2026Q4", "Q2 2027"], ["2026-01-01", "2026-10-01", "2027-04-01"]),
        (["2026-01", "2026-12"], ["2026-01-01", "2026-12-01"]),
    ],
)
def test_weeks_quarters_and_months_are_their_first_days(written, beginnings):
    found = to_times(pd.Series(written, dtype=object))
    assert found.dt.strftime("%Y-%m-%d").tolist() == beginnings


def test_it_is_said_how_dates_are_read_of_which_one_decides(tmp_path):
    for decides, day in (("13/2/2026", "2026-02-01"), ("2/13/2026", "2026-01-02")):
        (tmp_path / "d.csv").write_text(f"id,t,x\na,1/2/2026 10:00,1\na,{decides} 10:00,2\n")
        dated = read(tmp_path / "d.csv").notes[0].values["order"].values["dated"]
        assert dated == Tables.DATED(number="1/2/2026", day=day)


@pytest.mark.parametrize("form", ["%G-W%V", "%G%V"])
def test_a_week_53_of_a_year_that_has_52_is_no_time(form):
    weeks = [(2021, 53), (2021, 5), (2022, 1), (1953, 1), (2026, 53)]
    texts = [form.replace("%G", str(year)).replace("%V", f"{week:02}") for year, week in weeks]
    found = read_format(pd.Series(texts), form).dt.strftime("%Y-%m-%d").fillna("")
    assert found.tolist() == ["", "2021-02-01", "2022-01-03", "1952-12-29", "2026-12-28"]
