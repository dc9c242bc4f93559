import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.tasks.forecasting.model.forecasts import frame_forecasts, name_quantiles
from glasscell.tasks.forecasting.panels.continuation import extend_history
from glasscell.tasks.forecasting.panels.files import hint_at_forecasts
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import Panel, cut_off, to_frame
from glasscell.tasks.forecasting.panels.sentences import Panels

ROLES = {"known": ["promo"], "past": ["rain"], "static": ["size"]}


def frame(start="2026-01-01", steps=20, empty=4, seed=0):
    rng = np.random.default_rng(seed)
    parts = []
    for k, name in enumerate("ba"):
        days = pd.date_range(start, periods=steps + k, freq="D")
        part = pd.DataFrame(rng.normal(size=(steps + k, 3)), columns=["y", "promo", "rain"])
        part["y"] = part["y"].where(np.arange(len(part)) < len(part) - empty)
        parts.append(part.assign(unique_id=name, ds=days, size=k))
    return pd.concat(parts, ignore_index=True)


def assert_same(one: Panel, other: Panel):
    assert (one.ids, one.frequency, one.known_names) == (
        other.ids,
        other.frequency,
        other.known_names,
    )
    for name in ("values", "known", "future", "past"):
        for ours, theirs in zip(getattr(one, name), getattr(other, name), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert all((ours == theirs).all() for ours, theirs in zip(one.times, other.times, strict=True))
    np.testing.assert_array_equal(one.static, other.static)


def test_a_panel_is_a_frame_and_a_panel_again():
    panel = from_frame(frame(), **ROLES)
    assert_same(from_frame(to_frame(panel), **ROLES), panel)


@pytest.mark.parametrize(
    "of",
    [
        lambda table: table.set_index("unique_id"),
        lambda table: table.set_index("unique_id", drop=False),
        lambda table: table.set_index("ds"),
        lambda table: table.assign(ds=table["ds"].astype(str)).set_index("ds"),
        lambda table: table.set_index(["unique_id", "ds"]),
        lambda table: table.set_index(["ds", "unique_id"]),
        lambda table: table.set_index(["unique_id", "ds"], drop=False),
        lambda table: table.set_index(["ds", "unique_id"]).rename_axis([None, None]),
        lambda table: table.set_index(["unique_id", "ds"]).rename_axis(["shop", "day"]),
    ],
)
def test_ids_and_times_may_be_the_index(of):
    table = frame()
    assert_same(from_frame(of(table), **ROLES), from_frame(table, **ROLES))
    own, ahead = from_frame(table, known=["promo"]), table[table["y"].isna()]
    assert_same(
        from_frame(
            of(table[table["y"].notna()]), known=["promo"], future=of(ahead).drop(columns="y")
        ),
        own,
    )


def test_newer_values_go_on_with_covariates_that_were_texts():
    table = pd.DataFrame({"ds": range(6), "y": np.arange(6.0), "holiday": list("ababab")})
    own = from_frame(table[:4], known=["holiday"])
    newer = from_frame(table[4:], known=own.known_names)
    assert_same(extend_history(own, newer), from_frame(table, known=["holiday"]))


def test_what_is_cut_off_is_as_if_it_had_not_come_yet():
    table = frame()
    panel = from_frame(table, **ROLES)
    for back in (1, 7):
        cut = cut_off(panel, back)
        last = table.groupby("unique_id")["ds"].transform("max") - pd.Timedelta(days=4 + back)
        then = table.assign(y=table["y"].where(table["ds"] <= last))
        assert_same(cut, from_frame(then, **ROLES))
    assert [len(values) for values in cut_off(panel, [3, 5]).values] == [13, 12]


def test_newer_values_go_on_from_the_own():
    table = frame(steps=40, empty=0)
    early, late = table[table["ds"] < "2026-01-20"], table[table["ds"] >= "2026-01-20"]
    own, newer, whole = (from_frame(part, **ROLES) for part in (early, late, table))
    assert_same(extend_history(own, newer), whole)
    assert_same(extend_history(own, whole, only_after=True), whole)
    only = extend_history(own, newer.of([1]))
    assert (only.ids, len(only.values[0])) == (("a",), 41)
    with raises(Panels.NUMBERS_WHERE_DATES):
        extend_history(own, from_frame(table.assign(ds=range(len(table))), **ROLES))


def test_forecasts_stand_as_nixtla_writes_them():
    panel = from_frame(frame(), **ROLES)
    found = frame_forecasts(
        panel, np.arange(2 * 3 * 5.0).reshape(2, 3, 5), (0.05, 0.1, 0.5, 0.9, 0.95)
    )
    assert found.columns.tolist()[2:] == [
        "LSTM",
        "LSTM-lo-80",
        "LSTM-hi-80",
        "LSTM-lo-90",
        "LSTM-hi-90",
    ]
    assert found["unique_id"].tolist() == ["b"] * 3 + ["a"] * 3
    assert found["ds"].iloc[0] == panel.times[0][-1] + pd.Timedelta(days=1)
    assert found["LSTM-hi-80"].tolist() == [3, 8, 13, 18, 23, 28]
    assert name_quantiles((0.005, 0.5, 0.75)) == ("LSTM-lo-99", "LSTM", "LSTM-hi-50")


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("day,sold\n" + "".join(f"2026-01-{k:02},{k}\n" for k in range(1, 20)), True),
        ("unique_id,ds,y\n" + "".join(f"a,{k},{k % 3}\n" for k in range(1990, 2010)), True),
        (
            "id,t,x,label\n" + "".join(f"{k // 5},{k % 5},{k},{'ab'[k > 9]}\n" for k in range(20)),
            False,
        ),
        ("x0,x1,class\n" + "".join(f"{k},{k * k % 7},{'ab'[k % 2]}\n" for k in range(20)), False),
        ("day,sold\n2026-01-01,1\n2026-01-02,2\n", False),
        ("t,x\n" + "".join(f"{k},{k % 3 + 1}\n" for k in range(20)), True),
        ("t,x,flag\n" + "".join(f"{k},{k},{k % 2}\n" for k in range(20)), False),
        ("t,label\n" + "".join(f"{k},{k % 3}\n" for k in range(20)), False),
    ],
)
def test_a_hint_where_there_are_times_and_values_and_no_label(text, hints, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    assert (hint_at_forecasts(tmp_path / "a.csv") is not None) == hints
