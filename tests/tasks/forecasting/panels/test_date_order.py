"""Days, months and two-digit years: what comes first follows from values, or must be given."""

import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.tasks.forecasting.panels.files import read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels


def table(times, form):
    return pd.DataFrame({"Tag": times.strftime(form), "y": range(len(times))})


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2020-12-26", periods=40),
        pd.date_range("2020-12-01", periods=31),
        pd.date_range("2020-12-01", periods=30)[[0, 1, 5, 6, 8, 9, 17, 29]],
        pd.date_range("2019-01-01", periods=24, freq="MS"),
    ],
)
def test_days_with_dots_come_first_and_it_is_said(times):
    found = read_panel(table(times, "%d.%m.%y"))
    assert found.panel.times[0][0] == times[0]
    assert found.panel.times[0][-1] == times[-1]
    assert found.first == "day"
    said = only(found.notes, Panels.DAYS_FIRST).values
    assert (said["column"], said["time"]) == ("Tag", str(times[0].date()))
    newer = read_panel(table(times[:1], "%d.%m.%y"), PanelRequest(first="day"))
    assert newer.panel.times[0][0] == times[0]


@pytest.mark.parametrize(
    ("times", "form"),
    [
        (pd.date_range("2020-12-01", periods=31), "%y.%m.%d"),
        (pd.date_range("2020-01-01", periods=12, freq="MS"), "%d.%m.%y"),
    ],
)
def test_where_the_year_may_come_first_as_well_it_is_asked_for(times, form):
    found = times.strftime(form)[0]
    with raises(
        Panels.DAY_OR_YEAR, row=1, column="Tag", found=found, forms=["%d.%m.%y", "%y.%m.%d"]
    ):
        read_panel(table(times, form))
    panel = read_panel(table(times, form), PanelRequest(time="Tag", time_format=form)).panel
    assert (panel.times[0] == times).all()


def test_slashes_of_short_years():
    found = read_panel(table(pd.date_range("2020-12-01", periods=40), "%m/%d/%y"))
    assert (found.first, codes(found.notes)) == ("month", [Panels.READ_AS])
    with raises(Panels.DAY_OR_MONTH, row=1, column="Tag", found="05/02/26 00:00"):
        read_panel(table(pd.date_range("2026-05-02", periods=24, freq="h"), "%m/%d/%y %H:%M"))


BAD = {
    "31.11.20": pd.date_range("2020-11-11", periods=40).strftime("%d.%m.%y"),
    "2020-11-31": pd.date_range("2020-11-11", periods=40).astype(str),
    "20201131": pd.date_range("2020-11-11", periods=40).strftime("%Y%m%d"),
    "202013": pd.date_range("2019-01-01", periods=40, freq="MS").strftime("%Y%m"),
    "2020Q5": pd.Index([f"{2010 + k // 4}Q{k % 4 + 1}" for k in range(40)]),
    "2021-W53": pd.date_range("2020-11-30", periods=40, freq="W-MON").strftime("%G-W%V"),
    "x": pd.Index(map(str, range(1, 41))),
}


@pytest.mark.parametrize("name", ["date", "wann"])
@pytest.mark.parametrize("bad", BAD)
def test_the_row_at_fault_is_named(bad, name, tmp_path):
    if (bad, name) == ("x", "wann"):
        return
    times = pd.Series(BAD[bad])
    times[20] = bad
    pd.DataFrame({name: times, "sold": [k % 7 + 0.5 for k in range(40)]}).to_csv(
        tmp_path / "a.csv", index=False
    )
    with raises(Panels.OTHER_TIME, row=21, column=name):
        read_panel(tmp_path / "a.csv")
