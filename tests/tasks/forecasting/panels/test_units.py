"""A year and a part of it in two columns, as people call them."""

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises

from glasscell.data.tables.sentences import Tables
from glasscell.tasks.forecasting.panels.files import read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

MONDAYS = pd.date_range("2018-12-31", periods=120, freq="W-MON")  # 2020 has 53 weeks
ISO = MONDAYS.isocalendar()
MONTHS = pd.date_range("2019-01-01", periods=30, freq="MS")


def weekly(times=MONDAYS, form=("%G", "%V"), **more):
    year, week = (times.strftime(part).astype(int) for part in form)
    return pd.DataFrame({"year": year, "week": week, "y": np.arange(len(times)) % 9.0} | more)


@pytest.fixture
def read(tmp_path):
    def read(table, **how):
        table.to_csv(tmp_path / "a.csv", index=False)
        request = PanelRequest(**how)
        return read_panel(tmp_path / "a.csv", request)

    return read


def test_year_and_week_are_iso_weeks_and_it_is_said(read):
    for table in (weekly(), pd.concat([weekly(shop=shop) for shop in "ab"])):
        found = read(table)
        assert (found.panel.times[0] == MONDAYS).all()
        said = only(found.notes, Panels.ISO_WEEKS).values
        assert (said["columns"], said["time"]) == (("year", "week"), "2018-12-31")


def test_weeks_counted_otherwise_are_refused_and_read_as_told(read):
    mondays = pd.date_range("2019-01-07", periods=51, freq="W-MON")
    counted = weekly(mondays, ("%Y", "%W"))
    with raises(Panels.OTHER_TIME, row=1, column="year_week", found="2019-W0"):
        read(counted.assign(week=counted["week"] - 1))
    with raises(Panels.OTHER_TIME, row=3, column="year_week", found="2021-W53"):
        read(pd.DataFrame({"year": 2021, "week": [51, 52, 53], "y": [1, 2, 3]}))
    for form in ("%Y %W", "%Y-%W", "%Y %W %w"):
        assert (read(counted, time="year,week", time_format=form).panel.times[0] == mondays).all()
    for form in ("%G %V", "%G-W%V", "%G%V", "%G %V %u"):
        found = read(weekly(), time="year,week", time_format=form)
        assert (found.panel.times[0] == MONDAYS).all()
    assert (read(weekly(), time="year,week").panel.times[0] == MONDAYS).all()
    joined = weekly()
    joined["week"] = joined.pop("year") * 100 + joined["week"]
    assert (read(joined, time="week", time_format="%G%V").panel.times[0] == MONDAYS).all()


@pytest.mark.parametrize("names", [("yr", "mon"), ("Jahr", "Monat"), ("Year", "Month")])
def test_year_and_month_as_people_call_them(names, read):
    year, month = names
    table = pd.DataFrame(
        {"store": "u", year: MONTHS.year, month: MONTHS.month, "rev": np.arange(30.0) % 7}
    )
    table = pd.concat([table, table.assign(store="v")]).sample(frac=1, random_state=0)
    found = read(table)
    assert sorted(found.panel.ids) == ["u", "v"]
    assert (found.panel.times[0] == MONTHS).all()
    assert Tables.JOINED_TIMES in [note.code for note in found.notes]


def test_a_year_and_a_month_that_tell_rows_apart_win_over_ambiguous_dates(read):
    table = pd.DataFrame({"Stichtag": MONTHS.strftime("%d/%m/%Y"), "Lager": "a", "y": 1.0})
    found = read(table.assign(Jahr=MONTHS.year, Monat=MONTHS.month))
    assert (found.roles.time, found.panel.ids) == ("Jahr_Monat", ("a",))
    assert (found.panel.times[0] == MONTHS).all()


def test_a_month_that_is_none_is_named_by_its_row(read):
    table = pd.DataFrame({"year": MONTHS.year, "month": MONTHS.month, "y": 1.0})
    table.loc[20, "month"] = 13
    with raises(Panels.OTHER_TIME, row=21, column="year_month", found="2020-13"):
        read(table)
    days = pd.DataFrame({"year": 2021, "month": 2, "day": range(20, 30), "y": 1.0})
    for name in ("day", "Tag"):
        with raises(Panels.OTHER_TIME, row=10, found="2021-2-29"):
            read(days.rename(columns={"day": name}))
    with raises(Panels.OTHER_TIME, row=10, column="day", found="2021-2-29"):
        read(days, time="day")


@pytest.mark.parametrize("form", ["%B", "%b"])
def test_names_of_months_are_read_as_told(form, read):
    table = pd.DataFrame(
        {"year": MONTHS.year, "month": MONTHS.strftime(form), "n": np.arange(30.0) % 7}
    )
    with raises(
        Tables.MONTH_BY_NAME, row=1, column="month", form=f"%Y {form}", columns=("year", "month")
    ):
        read(table)
    assert (read(table, time="year,month", time_format=f"%Y {form}").panel.times[0] == MONTHS).all()
    for name in ("month", "mon", "wann"):
        alone = table[["month", "n"]].rename(columns={"month": name})
        with raises(Panels.NO_YEAR, row=1, column=name, form=form):
            read(alone)
        with raises(Panels.FORMAT_WITHOUT_YEAR, form=form):
            read(alone, time=name, time_format=form)
