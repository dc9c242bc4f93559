import numpy as np
import pandas as pd
import pytest

from glasscell.data.panels.panel_files import read_panel
from glasscell.data.panels.panel_roles import PanelRequest
from glasscell.errors import DataError, UsageError

MONTHS = pd.date_range("2020-01-01", periods=24, freq="MS")
VALUES = np.random.default_rng(0).normal(10, 1, 24).round(3)


@pytest.fixture
def write(tmp_path):
    def write(table, **options):
        path = tmp_path / "table.csv"
        if isinstance(table, str):
            path.write_text(table, encoding="utf-8")
        else:
            table.to_csv(path, index=False, **options)
        return path

    return write


@pytest.mark.parametrize(
    "times",
    [
        MONTHS.astype(str),
        MONTHS.strftime("%Y-%m"),
        MONTHS.strftime("%d.%m.%Y"),
        MONTHS.strftime("%Y%m%d"),
        MONTHS.strftime("%b %Y"),
        MONTHS.strftime("%YM%m"),
    ],
)
def test_one_single_series_with_times_as_people_write_them(times, write):
    found = read_panel(write(pd.DataFrame({"when": times, "sold": VALUES})))
    assert found.notes[0] == ("read as one single series: 'sold', time by 'when': 1 series of 24 steps, a month each")
    assert (found.panel.times[0] == MONTHS).all()
    np.testing.assert_array_equal(found.panel.values[0], VALUES)


def test_year_and_month_or_quarter_apart_and_no_times_at_all(write):
    flights = pd.DataFrame({"year": MONTHS.year, "month": MONTHS.strftime("%B"), "n": VALUES})
    assert (read_panel(write(flights)).panel.times[0] == MONTHS).all()
    macro = pd.DataFrame({"year": np.repeat(np.arange(1960.0, 1966), 4), "quarter": [1.0, 2, 3, 4] * 6, "gdp": VALUES})
    assert read_panel(write(macro)).panel.frequency == "QS"
    lone = read_panel(write("sold\n" + "\n".join(map(str, VALUES))))
    assert "no column of times, so that rows are counted" in lone.notes[0]
    assert lone.panel.times[0].tolist() == list(range(24))
    years = pd.DataFrame({"unique_id": ["Y1"] * 12 + ["Y2"] * 12, "ds": [*range(1960, 1972)] * 2, "y": VALUES})
    panel = read_panel(write(years)).panel
    assert (panel.ids, panel.frequency, panel.times[1].tolist()[-1]) == (("Y1", "Y2"), None, 1971)


def test_long_tables_by_name_or_by_kind(write):
    parts = [
        pd.DataFrame({"day": MONTHS, "shop": shop, "item": item, "north": shop == "s1", "sold": VALUES})
        for shop in ("s1", "s2")
        for item in (1, 2)
    ]
    found = read_panel(write(pd.concat(parts)), PanelRequest(static=("north",)))
    assert found.panel.ids == ("s1/1", "s1/2", "s2/1", "s2/2")
    assert found.panel.static.ravel().tolist() == [1, 1, 0, 0]
    assert "series by 'shop' and 'item', time by 'day', 'sold' is forecast" in found.notes[0]
    stores = pd.concat(pd.DataFrame({"date": MONTHS, "store": k, "sold": VALUES}) for k in range(3))
    assert read_panel(write(stores)).panel.ids == ("0", "1", "2")
    nixtla = stores.set_axis(["ds", "unique_id", "y"], axis=1).assign(price=1.5)
    assert "left out price; --known, --past or --static use it as covariates" in read_panel(write(nixtla)).notes


def test_a_column_for_each_series_and_a_future_in_trailing_rows(write):
    table = pd.DataFrame({"date": MONTHS, "a": VALUES, "b": VALUES, "promo": [0, 1] * 12})
    assert read_panel(write(table)).panel.ids == ("a", "b", "promo")
    table.loc[20:, ["a", "b"]] = np.nan
    table.loc[5, "a"] = np.nan
    found = read_panel(write(table), PanelRequest(known=("promo",)))
    assert found.panel.ids == ("a", "b")
    assert [len(rows) for rows in found.panel.future] == [4, 4]
    assert "1 of 40 values are missing, and are gaps" in found.notes
    only = read_panel(write(table), PanelRequest(channels=("b",)))
    assert only.panel.ids == ("b",)
    again = read_panel(write(table.rename(columns={"promo": "c"})), PanelRequest(expected=found.roles.recorded))
    assert again.panel.ids == ("a", "b")  # what a model was trained on is found again


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"day": MONTHS, "sold": ["x", *VALUES[1:]]}), "row 1, column 'sold': found 'x'"),
        (pd.DataFrame({"day": ["1/2/2024", "1/3/2024"], "sold": [1, 2]}), "column 'day': .* begin with the month"),
        (pd.DataFrame({"day": [MONTHS[0], None], "sold": [1, 2]}), "row 2, column 'day': no time there"),
        (pd.DataFrame({"year": np.arange(1700.5, 1710), "spots": range(10)}), "1700.5 is no whole number"),
        (pd.DataFrame({"day": MONTHS, "who": "me"}), "no column of numbers to forecast"),
    ],
)
def test_bad_files_are_named_by_row_and_column(table, message, write):
    with pytest.raises(DataError, match=rf"table\.csv: .*{message}"):
        read_panel(write(table))


def test_a_column_that_is_named_has_to_be_there(write):
    with pytest.raises(UsageError, match="no column 'promo' to use as known; the columns are day, sold"):
        read_panel(write(pd.DataFrame({"day": MONTHS, "sold": VALUES})), PanelRequest(known=("promo",)))


def test_a_word_among_numbers_is_named_by_its_row(write):
    rows = [f"p{k % 3},2026-01-{k // 3 + 1:02d},{'Low' if k == 7 else k / 2},{k % 5}" for k in range(60)]
    with pytest.raises(DataError, match="row 8, column 'glucose': found 'Low'"):
        read_panel(write("patient,timestamp,glucose,meals\n" + "\n".join(rows) + "\n"))
