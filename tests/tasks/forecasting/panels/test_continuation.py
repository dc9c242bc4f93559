"""Series of a file that have no value there, and files that only say what is known in advance."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.tasks.forecasting.panels.continuation import extend_history
from glasscell.tasks.forecasting.panels.files import GridOptions, read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

MONTHS = pd.date_range("2020-01-01", periods=30, freq="MS")
WITH = {"known": ("promo", "holiday"), "past": ("rain",), "static": ("size",)}


def table() -> pd.DataFrame:
    """Return two shops, complete for 24 months, then 6 months with only known covariates."""
    rng = np.random.default_rng(3)
    parts = []
    for k, shop in enumerate("ab"):
        part = pd.DataFrame(
            {"shop": shop, "month": MONTHS, "sold": rng.normal(10, 1, 30), "size": k}
        )
        part["promo"], part["rain"] = rng.integers(0, 2, 30), rng.normal(size=30)
        part["holiday"] = np.where(MONTHS.month == 12, "Christmas", "none")
        part.loc[part.index >= 24, ["sold", "rain"]] = np.nan
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def read(tmp_path):
    def read(rows, request, **options):
        rows.to_csv(tmp_path / "table.csv", index=False)
        return read_panel(tmp_path / "table.csv", request, **options)

    return read


@pytest.mark.parametrize("left_out", [[], ["sold"], ["sold", "rain", "size"]])
def test_rows_after_the_end_with_what_is_known_in_advance_are_the_future(left_out, read):
    rows = table()
    whole = read(rows, PanelRequest(**WITH)).panel
    early = read(rows[rows["month"] < MONTHS[24]], PanelRequest(**WITH))
    own, covariates = (
        early.panel,
        {"known": early.panel.known_names, "past": ("rain",), "static": ("size",)},
    )
    later = PanelRequest(**covariates, recorded=early.roles.recorded)
    ahead = rows[rows["month"] >= MONTHS[24]].drop(columns=left_out)
    found = read(ahead, later, grid=GridOptions(frequency="MS"), history=own)
    panel = extend_history(own, found.panel)
    assert (panel.ids, panel.frequency) == (whole.ids, whole.frequency)
    for name in ("values", "known", "future", "past"):
        for ours, theirs in zip(getattr(panel, name), getattr(whole, name), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(panel.static, whole.static)
    assert Panels.ONLY_AHEAD(n=2) in found.notes


def test_one_series_may_have_values_and_another_only_its_future_or_nothing(read):
    rows = table()
    early = read(rows[rows["month"] < MONTHS[24]], PanelRequest(**WITH))
    later = PanelRequest(known=early.panel.known_names, past=("rain",), static=("size",),
                         recorded=early.roles.recorded)  # fmt: skip
    ahead = rows[rows["month"] >= MONTHS[24]].copy()
    ahead.loc[(ahead["shop"] == "b") & (ahead["month"] < MONTHS[26]), "sold"] = 7.0
    panel = read(ahead, later, history=early.panel).panel
    assert (panel.ids, [len(values) for values in panel.values]) == (("a", "b"), [24, 2])
    assert [len(coming) for coming in panel.future] == [6, 4]
    ahead["shop"] = ahead["shop"].replace("a", "c")
    with raises(Panels.ONLY_GAPS_OF_NEW, series="c", column="sold"):
        read(ahead, later, history=early.panel)
    past = rows[rows["month"] < MONTHS[24]].assign(sold=np.nan)
    with raises(
        Panels.ALL_GAPS, columns=["sold"], or_ahead=Panels.OR_AHEAD(columns=early.panel.known_names)
    ):
        read(past, later, history=early.panel)


def test_a_series_of_gaps_is_left_out_by_name_and_alone_it_is_an_error(read):
    wide = pd.DataFrame({"month": MONTHS, "A": np.arange(30.0), "B": np.nan})
    found = read(wide, PanelRequest())
    assert (found.panel.ids, found.notes[1]) == (("A",), Panels.GAPS_LEFT_OUT(series=["B"]))
    with raises(Panels.ALL_GAPS, columns=["sold"], or_ahead=None):
        read(wide.drop(columns="A").rename(columns={"B": "sold"}), PanelRequest(channels=("sold",)))
