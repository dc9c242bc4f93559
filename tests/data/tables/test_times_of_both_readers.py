"""The same texts are the same times to the reader of series and to that of panels."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import times, unit_of
from glasscell.tasks.forecasting.panels.cells import times_in
from glasscell.tasks.forecasting.panels.files import read_panel
from glasscell.tasks.forecasting.panels.sentences import Panels

DAYS = pd.date_range("2026-01-20", periods=16)
MONTHS = pd.date_range("2025-03-01", periods=16, freq="MS")
QUARTERS = pd.date_range("2020-01-01", periods=16, freq="QS")
WEEKS = pd.date_range("2025-09-01", periods=16, freq="W-MON")
ISO = WEEKS.isocalendar()
HOURS = pd.date_range("2026-01-31 20:00", periods=16, freq="h")
Y = np.random.default_rng(0).normal(size=(2, 16)).round(3)

COLUMNS = [
    (DAYS, DAYS.strftime("%d.%m.%Y")),
    (DAYS, DAYS.strftime("%d.%m.%y")),
    (DAYS, DAYS.strftime("%m/%d/%y")),
    (DAYS, DAYS.strftime("%d-%m-%Y")),
    (DAYS, DAYS.strftime("%Y%m%d")),
    (DAYS, DAYS.strftime("%Y%m%d.0")),
    (DAYS - pd.DateOffset(years=30), (DAYS - pd.DateOffset(years=30)).strftime("%y.%m.%d")),
    (HOURS, HOURS.strftime("%m/%d/%Y %I:%M %p")),
    (HOURS, HOURS.strftime("%Y-%m-%dT%H:%M:%SZ")),
    (MONTHS, MONTHS.strftime("%m.%Y")),
    (QUARTERS, [f"Q{time.quarter} {time.year}" for time in QUARTERS]),
    (WEEKS, WEEKS.strftime("%G-W%V")),
]


@pytest.mark.parametrize(("expected", "texts"), COLUMNS)
def test_a_column_is_the_same_times(expected, texts):
    column = pa.chunked_array([pa.array(list(texts), pa.large_string())])
    series = times(column, "t") * unit_of(column)
    panel = times_in(pd.Series(list(texts)), "t").to_numpy()
    np.testing.assert_allclose(series, expected.to_numpy("datetime64[s]").astype(int))
    assert (panel == expected.to_numpy()).all()


@pytest.mark.parametrize(
    ("texts", "forms"),
    [
        (pd.date_range("2026-01-01", periods=10).strftime("%d/%m/%Y"), ["%m/%d/%Y", "%d/%m/%Y"]),
        (pd.date_range("2020-12-01", periods=31).strftime("%y.%m.%d"), ["%d.%m.%y", "%y.%m.%d"]),
        (
            pd.date_range("2020-01-01", periods=12, freq="MS").strftime("%d.%m.%y"),
            ["%d.%m.%y", "%y.%m.%d"],
        ),
    ],
)
def test_an_order_that_no_value_shows_is_refused(texts, forms, tmp_path):
    pd.DataFrame({"t": texts, "y": np.arange(len(texts)) % 3}).to_csv(
        tmp_path / "d.csv", index=False
    )
    code = Panels.DAY_OR_MONTH if "/" in texts[0] else Panels.DAY_OR_YEAR
    with raises(code, column="t"):
        read_panel(tmp_path / "d.csv")
    pd.DataFrame({"id": "a", "t": texts, "y": np.arange(len(texts)) / 2}).to_csv(
        tmp_path / "d.csv", index=False
    )
    with raises(Tables.MONTH_OR_DAY, text=texts[0], column="t", forms=forms):
        read(tmp_path / "d.csv", time="t")


@pytest.mark.parametrize(
    ("expected", "columns"),
    [
        (MONTHS, {"Jahr": MONTHS.year, "Monat": MONTHS.month}),
        (MONTHS, {"yr": MONTHS.year, "mon": MONTHS.month}),
        (QUARTERS, {"year": QUARTERS.year, "qtr": QUARTERS.quarter}),
        (QUARTERS, {"jahr": QUARTERS.year + 0.0, "quartal": QUARTERS.quarter + 0.0}),
        (WEEKS, {"jahr": ISO.year, "kw": ISO.week}),
        (WEEKS, {"year": ISO.year, "wk": ISO.week}),
        (DAYS, {"jahr": DAYS.year, "monat": DAYS.month, "tag": DAYS.day}),
    ],
)
def test_columns_of_a_year_and_its_parts_are_one_time(expected, columns, tmp_path):
    parts = [pd.DataFrame({"id": id, **columns}).assign(y=y) for id, y in zip("ab", Y, strict=True)]
    pd.concat(parts).sample(frac=1, random_state=0).to_csv(tmp_path / "d.csv", index=False)
    series, panel = read(tmp_path / "d.csv"), read_panel(tmp_path / "d.csv")
    assert series.columns["time"] == panel.roles.time == "_".join(columns)
    for id, x in zip(series.ids, series.x[:, :, 0], strict=True):
        np.testing.assert_allclose(x, Y["ab".index(id)], atol=1e-6)
    assert series.spacing.in_seconds
    assert (panel.panel.times[0] == expected).all()
