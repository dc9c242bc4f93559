"""A row for each series, and a column for each time."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.tasks.forecasting.panels.files import read_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

DAYS = pd.date_range("2025-12-01", periods=40)
VALUES = np.random.default_rng(0).normal(10, 1, (3, 40)).round(2)


def wide(names, **first):
    return pd.DataFrame(first | {"shop": [*"abc"]} | dict(zip(names, VALUES.T, strict=True)))


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d 00:00:00"]
)
def test_columns_called_by_dates_are_times(form, tmp_path):
    table = wide(DAYS.strftime(form), region=["n", "n", "s"])
    table.iloc[1, -1] = np.nan
    table.to_csv(tmp_path / "a.csv", index=False)
    found = read_panel(tmp_path / "a.csv", PanelRequest(id="shop", static=("region",)))
    assert found.notes[0].values["layout"] == Panels.ROW_EACH(ids=("shop",), n=40)
    assert (found.panel.ids, found.panel.static_names) == (
        ("a", "b", "c"),
        ("region=n", "region=s"),
    )
    assert (found.panel.times[0] == DAYS).all()
    assert [len(values) for values in found.panel.values] == [40, 39, 40]
    np.testing.assert_array_equal(found.panel.values[2], VALUES[2])
    newer = read_panel(
        tmp_path / "a.csv",
        PanelRequest(recorded=found.roles.recorded, static=("region",)),
        history=found.panel,
    )
    assert newer.panel.ids == found.panel.ids


def test_columns_called_by_years_are_times():
    found = read_panel(wide([str(year) for year in range(1980, 2020)]))
    assert (found.panel.ids, found.panel.times[0].tolist()) == (
        ("a", "b", "c"),
        [*range(1980, 2020)],
    )


def test_a_bad_cell_is_named_by_its_row_and_column(tmp_path):
    table = wide(DAYS.astype(str)).astype(object)
    table.loc[1, "2025-12-09"] = "x"
    table.to_csv(tmp_path / "a.csv", index=False)
    with raises(Panels.NOT_A_NUMBER, row=2, column="2025-12-09", found="x"):
        read_panel(tmp_path / "a.csv")


def test_numbered_columns_are_steps_where_the_rows_have_ids():
    names = [f"d_{k}" for k in range(1, 41)]
    with raises(Panels.ROWS_MAY_BE_SERIES, column="shop", n=40, first="d_1", last="d_40"):
        read_panel(wide(names))
    for table, request in (
        (wide(names), PanelRequest(id="shop")),
        (wide(names).rename(columns={"shop": "item_id"}), PanelRequest()),
    ):
        found = read_panel(table, request)
        assert (found.panel.ids, found.panel.times[0].tolist()) == (
            ("a", "b", "c"),
            [*range(1, 41)],
        )


def test_tables_with_times_in_rows_stay_so():
    names = [f"s_{k}" for k in range(40)]
    found = read_panel(
        wide(names).assign(shop=DAYS[:3].astype(str)).rename(columns={"shop": "date"})
    )
    assert len(found.panel) == 40


def test_columns_named_in_the_format_that_is_given_are_times(tmp_path):
    days = pd.date_range("2013-11-01", periods=40, freq="MS")
    wide(days.strftime("%b-%y")).to_csv(tmp_path / "a.csv", index=False)
    panel = read_panel(tmp_path / "a.csv", PanelRequest(time_format="%b-%y")).panel
    assert panel.ids == ("a", "b", "c")
    np.testing.assert_array_equal(panel.values[1], VALUES[1])
    assert panel.times[0].tolist() == days.tolist()


def test_months_of_a_frame_are_read_as_those_of_a_file(tmp_path):
    months = pd.date_range("2014-01-01", periods=40, freq="MS")
    frame = pd.DataFrame({"ds": months.strftime("%m.%Y"), "y": VALUES[0]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    of_file, of_frame = read_panel(tmp_path / "a.csv").panel, from_frame(frame)
    for panel in (of_file, of_frame):
        assert panel.times[0].tolist() == months.tolist()
        np.testing.assert_array_equal(panel.values[0], VALUES[0])


def test_a_cell_that_is_no_month_is_named(tmp_path):
    months = [*pd.date_range("2014-01-01", periods=39, freq="MS").strftime("%m.%Y"), "NA"]
    pd.DataFrame({"Monat": months, "y": VALUES[0]}).to_csv(tmp_path / "a.csv", index=False)
    with raises(Panels.OTHER_TIME, row=40, column="Monat", like="01.2014"):
        read_panel(tmp_path / "a.csv")
