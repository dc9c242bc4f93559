import numpy as np
import pandas as pd
import polars
import pytest
from support.facts import raises

from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.sentences import Panels

DAYS = pd.date_range("2026-03-01", periods=20, freq="D")


def long(**columns) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    parts = [
        pd.DataFrame({"unique_id": name, "ds": DAYS, "y": rng.normal(size=20)})
        for name in ("b", "a")
    ]
    return pd.concat(parts, ignore_index=True).assign(**columns)


def test_rows_in_any_order_become_the_same_panel_and_holes_are_gaps():
    frame = long()
    whole = from_frame(frame)
    assert whole.ids == ("b", "a")
    assert [len(values) for values in whole.values] == [20, 20]
    dropped = frame.drop(index=[3, 4, 25])
    assert (
        from_frame(polars.from_pandas(dropped)).values[0].tolist()[:3]
        == whole.values[0].tolist()[:3]
    )
    mixed = from_frame(dropped.sample(frac=1, random_state=0))
    b, a = (mixed.values[mixed.ids.index(name)] for name in "ba")
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(b)), [3, 4])
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(a)), [5])
    np.testing.assert_array_equal(b[5:], whole.values[0][5:])
    assert (mixed.times[0] == DAYS).all()


def test_what_is_known_after_the_end_is_the_future_from_rows_or_apart():
    promo = np.arange(40) % 3
    frame = long(promo=promo, shop=["x"] * 20 + ["y"] * 20)
    empty = frame["ds"] > DAYS[14]
    rows = from_frame(frame.assign(y=frame["y"].where(~empty)), known=["promo"], static=["shop"])
    apart = from_frame(
        frame[~empty],
        known=["promo"],
        static=["shop"],
        future=frame.loc[empty, ["unique_id", "ds", "promo"]],
    )
    for panel in (rows, apart):
        assert [len(values) for values in panel.values] == [15, 15]
        np.testing.assert_array_equal(panel.future[1][:, 0], promo[35:])
        np.testing.assert_array_equal(panel.known[1][:, 0], promo[20:35])
        assert panel.static_names == ("shop=x", "shop=y")
        assert panel.static.tolist() == [[1, 0], [0, 1]]
    again = from_frame(frame[frame["unique_id"] == "a"], static=rows.static_names)
    # the names of a training fit a file that lacks some texts
    assert again.static.tolist() == [[0, 1]]
    frame.loc[16, "promo"] = np.nan
    with raises(Panels.NOT_KNOWN_THEN, series="b", column="promo", time="2026-03-17"):
        from_frame(frame.assign(y=frame["y"].where(~empty)), known=["promo"])


def test_zones_days_stay_days_and_hours_become_utc():
    local = pd.date_range("2026-03-27", periods=5, freq="D", tz="Europe/Berlin")
    assert (
        from_frame(pd.DataFrame({"ds": local, "y": 1.0})).times[0] == local.tz_localize(None)
    ).all()
    assert (
        from_frame(pd.DataFrame({"ds": local.astype(str), "y": 1.0})).times[0]
        == local.tz_localize(None)
    ).all()
    hours = pd.date_range("2026-10-24 22:00", periods=30, freq="h", tz="Europe/Berlin")
    for times in (hours, hours.astype(str)):
        panel = from_frame(pd.DataFrame({"ds": times, "y": 1.0}))
        assert (panel.frequency, len(panel.values[0])) == ("h", 30)
    with raises(Panels.TWICE, time="2026-10-25 02:00", first=4, second=5):
        from_frame(pd.DataFrame({"ds": hours.tz_localize(None), "y": 1.0}))


def test_whole_numbers_are_times_and_resampling_takes_means():
    years = from_frame(
        pd.DataFrame({"unique_id": ["a", "a", "b", "b"], "ds": [1980, 1981, 1990, 1992], "y": 1.0})
    )
    assert years.frequency is None
    assert years.times[1].tolist() == [1990, 1991, 1992]
    assert years.next_times(2)[1].tolist() == [1993, 1994]
    assert from_frame(pd.DataFrame({"ds": [0, 5, 15], "y": 1.0})).next_times(2)[0].tolist() == [
        20,
        25,
    ]
    uneven = pd.DataFrame({"ds": [0, 3, 10, 14, 31], "y": [1.0, 3.0, 5.0, 7.0, 9.0]})
    np.testing.assert_array_equal(
        from_frame(uneven, every="10", aggregate="mean").values[0], [2, 6, np.nan, 9]
    )


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        ({"y": np.nan}, Panels.ONLY_GAPS, {"series": "b"}),
        ({"y": "x"}, Panels.NOT_A_NUMBER, {"row": 0, "column": "y", "found": "x"}),
        ({"y": np.inf}, Panels.TOO_LARGE, {"row": 0, "column": "y"}),
        ({"ds": pd.NaT}, Panels.NO_TIME, {"row": 0, "column": "ds"}),
        ({"ds": 1.5}, Panels.NO_WHOLE_NUMBER, {"row": 0, "column": "ds", "found": 1.5}),
        ({"ds": "soon"}, Panels.NO_DATE, {"row": 0, "column": "ds", "found": "soon"}),
        (
            {"ds": DAYS[0]},
            Panels.TWICE,
            {"whose": Panels.WHOSE(series="b"), "time": "2026-03-01", "first": 0, "second": 1},
        ),
        (
            {"ds": [DAYS[0] - pd.Timedelta(days=9000), *DAYS[1:]] * 2},
            Panels.MOST_MISSING,
            {"before": "2001-07-10", "after": "2026-03-02"},
        ),
        ({"shop": range(40)}, Panels.STATIC_CHANGES, {"series": "b", "column": "shop", "row": 1}),
        ({"unique_id": None}, Panels.NO_ID, {"row": 0}),
    ],
)
def test_bad_input_is_named_by_series_or_row(change, code, values):
    with raises(code, **values) as caught:
        from_frame(long(**change), static=["shop"] if "shop" in change else [])
    assert type(caught.value) is DataError


@pytest.mark.parametrize(
    ("time", "frequency", "code"),
    [("2025-01-01", "ME", Panels.NO_LAST_DAY), ("2026-02-14", "B", Panels.NO_WORKING_DAY)],
)
def test_a_single_time_that_is_not_among_those_of_a_frequency_is_named(time, frequency, code):
    with raises(code, time=time):
        from_frame(pd.DataFrame({"ds": [time], "y": [1.0]}), frequency=frequency)


@pytest.mark.parametrize("unit", ["s", "us"])
def test_a_time_before_those_that_nanoseconds_reach_is_named(unit):
    years = np.array([f"{year}-01-01" for year in range(1676, 1690)], f"datetime64[{unit}]")
    with raises(Panels.OUT_OF_YEARS, row=0, column="ds", time="1676-01-01", first=1678, last=2261):
        from_frame(pd.DataFrame({"ds": years, "y": 1.0}))


def test_the_future_is_made_regular_too_and_has_no_time_twice():
    hours = pd.DataFrame(
        {"ds": pd.date_range("2026-01-01", periods=72, freq="h"), "y": 1.0, "promo": 0.0}
    )
    later = pd.DataFrame(
        {"ds": pd.date_range("2026-01-04", periods=48, freq="h"), "promo": np.arange(48.0)}
    )
    panel = from_frame(hours, known=["promo"], future=later, every="1D", aggregate="mean")
    assert panel.future[0].ravel().tolist() == [11.5, 35.5]
    with raises(Panels.TWICE, time="2026-01-04", first=0, second=0):
        from_frame(hours, known=["promo"], future=pd.concat([later, later]))


def test_what_is_asked_for_has_to_be_there():
    with raises(Panels.NO_COLUMN, column="promo"):
        from_frame(long(), known=["promo"])
    with raises(Panels.NAMED_TWICE, column="promo"):
        from_frame(long(promo=1), known=["promo"], past=["promo"])
    with raises(Panels.NO_FRAME, type="list"):
        from_frame([1, 2, 3])
    slow = pd.DataFrame({"unique_id": "c", "ds": DAYS[::3], "y": 1.0})
    with raises(Panels.SLOWER, series="c", n=3):
        from_frame(pd.concat([long(), slow]))
