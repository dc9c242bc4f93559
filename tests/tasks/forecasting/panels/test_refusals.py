"""Frames and files that make no panel, and notes on newer values: the findings, by code."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from support.facts import codes, only, raises

from glasscell.tasks.forecasting.panels.continuation import (
    extend_history,
    note_earlier,
    note_missing,
    require_same_covariates,
)
from glasscell.tasks.forecasting.panels.files import hint_at_forecasts, read_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

COUNTED = pd.DataFrame({"ds": range(60), "y": np.arange(60.0)})
DATED = COUNTED.assign(ds=pd.date_range("2026-01-01", periods=60))


@pytest.mark.parametrize(
    ("frame", "how", "code", "values"),
    [
        (pd.concat([COUNTED, COUNTED[["y"]]], axis=1), {}, Panels.TWO_COLUMNS, {"column": "y"}),
        (COUNTED[:0], {}, Panels.NO_ROWS, {}),
        (COUNTED, {"frequency": "D"}, Panels.FREQUENCY_OF_NUMBERS, {"frequency": "D", "time": 0}),
        (COUNTED.assign(ds=True), {}, Panels.TIMES_ARE_TRUTHS, {"column": "ds"}),
        (DATED, {"every": "7"}, Panels.EVERY_OF_DATES, {"every": "7"}),
        (DATED, {"every": "0"}, Panels.EVERY_OF_DATES, {"every": "0"}),
        (DATED, {"every": "-3"}, Panels.EVERY_OF_DATES, {"every": "-3"}),
        (COUNTED, {"every": "0"}, Panels.EVERY_OF_NUMBERS, {"every": "0"}),
        (COUNTED, {"every": "7D"}, Panels.EVERY_OF_NUMBERS, {"every": "7D"}),
        (
            COUNTED[:5].assign(ds=[0, 3, 10, 14, 31]),
            {},
            Panels.UNEVEN,
            {"least": "3", "most": "17", "every": "7"},
        ),
        (
            pd.concat([COUNTED.assign(unique_id=f"{k}", ds=k * COUNTED["ds"]) for k in (10, 13)]),
            {},
            Panels.NO_COMMON_STEP,
            {"slow": "13", "slow_step": "13", "fast": "10", "fast_step": "10"},
        ),
        (COUNTED, {"known": ["ds"]}, Panels.NO_COVARIATE, {"column": "ds"}),
        (
            COUNTED.assign(promo=np.inf),
            {"past": ["promo"]},
            Panels.TOO_LARGE,
            {"row": 0, "column": "promo"},
        ),
        (COUNTED.assign(y=1e200), {}, Panels.TOO_LARGE, {"row": 0, "column": "y"}),
        (
            COUNTED.assign(y=pd.Series([10**400] * len(COUNTED), dtype=object)),
            {},
            Panels.TOO_LARGE,
            {"row": 0},
        ),
        (COUNTED.assign(y=1j), {}, Panels.NOT_A_NUMBER, {"row": 0, "column": "y"}),
        (
            COUNTED.assign(promo=["?", *map(str, range(59))]),
            {"past": ["promo"]},
            Panels.NOT_A_NUMBER,
            {"row": 0, "column": "promo", "found": "?"},
        ),
        (
            COUNTED.assign(promo=[f"a{k}" for k in range(60)]),
            {"past": ["promo"]},
            Panels.MANY_TEXTS,
            {"n": 60, "most": 50},
        ),
        (
            DATED.assign(promo=1),
            {"known": ["promo"], "future": pd.DataFrame({"ds": [61], "promo": [1]})},
            Panels.OTHER_TIMES_AHEAD,
            {"found": "int64", "expected": "datetime64[ns]"},
        ),
    ],
)
def test_a_frame_that_is_no_panel(frame, how, code, values):
    with raises(code, **values):
        from_frame(frame, **how)


def test_a_file_that_is_no_table_of_series(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    with raises(Panels.NO_TABLE, file=str(tmp_path / "a.npy"), kind="npy"):
        read_panel(tmp_path / "a.npy")
    parquet.write_table(pa.table({"day": [1, 2], "sold": [[1.0], [2.0]]}), tmp_path / "a.parquet")
    with raises(Panels.LISTS, column="sold"):
        read_panel(tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("shop,day,sold\na,1,2\n,1,3\na,2,4\nb,2,5\n")
    with raises(Panels.NO_NAME, row=2, column="shop"):
        read_panel(tmp_path / "a.csv")


def test_many_columns_are_named_in_part(tmp_path):
    wide = DATED.assign(**{f"s{k}": np.nan for k in range(6)})
    wide.to_csv(tmp_path / "a.csv", index=False)
    left = only(
        read_panel(tmp_path / "a.csv", PanelRequest(channels=("y", *wide.columns[2:]))).notes,
        Panels.GAPS_LEFT_OUT,
    )
    assert left.values["series"] == [f"s{k}" for k in range(6)]
    assert str(left).endswith("'s0', 's1', 's2', 's3', 's4' and 1 more")
    long = pd.concat([DATED.assign(shop=shop, a=DATED["y"], b=1.5, c=DATED["y"]) for shop in "xy"])
    long.to_csv(tmp_path / "b.csv", index=False)
    found = read_panel(tmp_path / "b.csv", PanelRequest(channels=("y", "a", "b", "c")))
    assert str(found.notes[0].values["layout"]).endswith("values in 'y', 'a', 'b' and 1 more)")


def test_values_in_a_row_may_be_meant_for_a_forecast(tmp_path):
    COUNTED[["y"]].rename(columns={"y": "sold"}).to_csv(tmp_path / "a.csv", index=False)
    hint = hint_at_forecasts(tmp_path / "a.csv")
    assert (hint.code, hint.values["times"].code, hint.values["n"]) == (
        Panels.TO_FORECAST,
        Panels.IN_A_ROW,
        1,
    )


def test_what_lies_between_and_before_newer_values_is_noted():
    def panel(**ends):
        parts = [
            pd.DataFrame({"unique_id": who, "ds": range(*times), "y": 1.0})
            for who, times in ends.items()
        ]
        return from_frame(pd.concat(parts))

    own = panel(a=(0, 9), b=(0, 9), c=(0, 9))
    newer = panel(a=(11, 14), b=(10, 14), c=(2, 14))
    missing = note_missing(own, newer, extend_history(own, newer))
    assert missing == [Panels.MISSING_BETWEEN(n=2, most=2)]
    others = Panels.OTHERS_END_EARLIER(n=1)
    assert note_earlier(own, panel(a=(0, 5), b=(0, 6), c=(0, 9))) == [
        Panels.ENDS_EARLIER(series="a", time="4", end="8", others=others)
    ]
    of_texts = from_frame(COUNTED.assign(promo=["on", "off"] * 30), known=["promo"])
    with raises(Panels.NUMBERS_IN_COVARIATE, column="promo"):
        require_same_covariates(of_texts, from_frame(COUNTED.assign(promo=1), known=["promo"]))
    assert codes(note_missing(own, own, own)) == []
