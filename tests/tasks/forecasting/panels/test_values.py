"""What is forecast where nobody names it: series of one kind, and no flags."""

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises

from glasscell.tasks.forecasting.panels.files import hint_at_forecasts, read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

DAYS = pd.date_range("2026-01-01", periods=60).astype(str)
RNG = np.random.default_rng(0)
SALES, PRICE, WEEKDAY = RNG.normal(1000, 50, 60), RNG.normal(20, 1, 60), np.arange(60) % 7
FLAG = (WEEKDAY == 6).astype(int)


def test_flags_are_not_forecast_unasked():
    table = pd.DataFrame({"date": DAYS, "sales": SALES, "holiday": FLAG, "promo": 1.0 - FLAG})
    found = read_panel(table)
    assert found.panel.ids == ("sales",)
    assert only(found.notes, Panels.FLAGS).values["columns"] == ["holiday", "promo"]
    assert read_panel(table, PanelRequest(known=("holiday",))).panel.known_names == ("holiday",)
    assert read_panel(table, PanelRequest(channels=("sales", "promo"))).panel.ids == (
        "sales",
        "promo",
    )
    again = PanelRequest(recorded={"ids": [], "time": "date", "values": ["sales", "promo"]})
    assert read_panel(table, again).panel.ids == ("sales", "promo")  # a run of before
    with raises(Panels.ONLY_FLAGS, columns=["holiday", "promo"]):
        read_panel(table.drop(columns="sales"))


def test_columns_of_several_scales_are_asked_for(tmp_path):
    table = pd.DataFrame({"date": DAYS, "sales": SALES, "price": PRICE, "holiday": FLAG})
    ends = {"small": "price", "large": "sales", "columns": ["sales", "price"]}
    with raises(Panels.OTHER_SCALES, **ends) as caught:
        read_panel(table)
    assert "such as --channels sales," in str(caught.value)
    long = pd.concat([table.assign(shop=shop) for shop in "ab"])
    with raises(Panels.OTHER_SCALES, **ends):
        read_panel(long)
    found = read_panel(long, PanelRequest(channels=("sales",)))
    assert found.panel.ids == ("a", "b")
    layout = found.notes[0].values["layout"]
    assert layout.values["values"] == ("sales",)  # what is forecast stands in the first line
    assert Panels.LEFT_OUT(columns=["price", "holiday"]) in found.notes
    table.to_csv(tmp_path / "a.csv", index=False)
    assert hint_at_forecasts(tmp_path / "a.csv").code is Panels.TO_FORECAST


def test_codes_are_no_series():
    days = pd.date_range("2026-01-01", periods=210)
    table = pd.DataFrame(
        {"date": days, "load": RNG.normal(6, 1, 210), "weekday": np.arange(210) % 7 + 1}
    )
    with raises(Panels.OTHER_KINDS, n=7, column="load", many=210) as caught:
        read_panel(table)
    assert caught.value.values["code"] == "weekday"


@pytest.mark.parametrize(
    "sizes", [(100, 300, 40), (1, 9, 80, 700), tuple(2.0**k for k in range(30))]
)
def test_series_of_one_kind_are_all_forecast(sizes):
    wide = pd.DataFrame({f"s{k}": size * RNG.normal(1, 0.05, 60) for k, size in enumerate(sizes)})
    assert len(read_panel(wide.assign(date=DAYS)).panel) == len(sizes)


def test_a_wide_table_of_many_columns_has_one_for_each_series():
    wide = pd.DataFrame({f"s{k}": 10.0 ** (k % 7) * RNG.normal(1, 0.05, 60) for k in range(30)})
    assert len(read_panel(wide.assign(date=DAYS)).panel) == 30
    with raises(Panels.OTHER_SCALES):
        read_panel(wide[["s0", "s3"]].assign(date=DAYS))


def test_y_is_it_whatever_else_there_is():
    table = pd.DataFrame({"ds": DAYS, "y": SALES, "price": PRICE})
    assert read_panel(table).panel.ids == ("y",)
