"""Steps without a row: missing, or the value of `--fill`; and a warning where they are likely 0."""

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.system.sentences import Settings
from glasscell.tasks.forecasting.data import read_newer, read_source
from glasscell.tasks.forecasting.panels.continuation import extend_history, note_missing
from glasscell.tasks.forecasting.panels.files import GridOptions, read_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.settings import ForecastSettings

DAYS = pd.date_range("2026-01-01", periods=12)


def sparse(**rows):
    """Return a long frame with the values of each series on some days, by their numbers."""
    parts = [
        pd.DataFrame({"unique_id": who, "ds": DAYS[list(y)], "y": list(y.values())})
        for who, y in rows.items()
    ]
    return pd.concat(parts, ignore_index=True)


SALES = sparse(a={0: 2.0, 1: 1.0, 4: np.nan, 6: 3.0, 8: 1.0}, b={3: 5.0, 4: 1.0, 11: 2.0})
BY_ITEM = PanelRequest("item")


def test_a_step_without_a_row_has_the_value_and_a_row_without_a_value_is_missing():
    a, b = from_frame(SALES, fill=0).values
    # to the last time of all series
    np.testing.assert_array_equal(a, [2, 1, 0, 0, np.nan, 0, 3, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(b, [5, 1, 0, 0, 0, 0, 0, 0, 2])  # from its own first value
    assert [len(values) for values in from_frame(SALES).values] == [9, 9]
    assert np.isnan(from_frame(SALES).values[0]).sum() == 5
    assert from_frame(SALES, fill=-1.5).values[1][2] == -1.5


def test_rows_after_the_end_stay_future_and_covariates_of_a_filled_step_are_missing():
    future = sparse(a={9: np.nan, 10: np.nan}, b={})
    panel = from_frame(pd.concat([SALES.iloc[:5], future]).assign(promo=1.0, size=2.0), fill=0,
                       known=["promo"], static=["size"])  # fmt: skip
    np.testing.assert_array_equal(panel.known[0][:4, 0], [1, 1, np.nan, np.nan])
    assert (panel.future[0].tolist(), panel.static.tolist()) == ([[1.0], [1.0]], [[2.0]])


@pytest.mark.parametrize("every", ["1D", 1])
def test_steps_of_every_are_filled_even_where_no_two_neighbors_have_rows(every):
    frame = sparse(a={0: 1.0, 2: 2.0, 6: 1.0, 8: 1.0, 10: 1.0})
    if every == 1:
        frame["ds"] = frame["ds"].dt.day
    assert from_frame(frame, every=every, fill=0).values[0].tolist() == [
        1,
        0,
        2,
        0,
        0,
        0,
        1,
        0,
        1,
        0,
        1,
    ]
    assert from_frame(frame, every=every).values[0].tolist() == pytest.approx(
        [1, 2, np.nan, 1, 1, 1], nan_ok=True
    )


def test_transactions_are_summed_and_days_without_one_are_filled():
    frame = pd.concat([SALES, SALES.iloc[:2]])
    summed = from_frame(frame, every="1D", aggregate="sum", fill=0)
    np.testing.assert_array_equal(summed.values[0], [4, 2, 0, 0, np.nan, 0, 3, 0, 1, 0, 0, 0])


@pytest.mark.parametrize("frequency", ["MS", "ME", "QS", "B", "W-MON", "h"])
def test_every_frequency_is_filled_to_the_end_of_all_series(frequency):
    times = pd.date_range("2024-01-01", periods=30, freq=frequency)
    frame = pd.DataFrame({"unique_id": "whole", "ds": times, "y": 1.0})
    thin = frame.iloc[[4, 5, 9, 20]].assign(unique_id="thin")
    panel = from_frame(pd.concat([frame, thin]), fill=0)
    assert panel.times[1].equals(times[4:].as_unit(panel.times[1].unit))
    assert np.flatnonzero(panel.values[1]).tolist() == [0, 1, 5, 16]


def test_series_out_of_phase_end_at_their_last_step_before_that_of_all():
    frame = pd.DataFrame({"unique_id": [*"aaabb"], "ds": [0, 5, 10, 2, 7], "y": 1.0})
    panel = from_frame(
        pd.concat([frame, pd.DataFrame({"unique_id": ["b"], "ds": [22], "y": [1.0]})]), fill=0
    )
    assert [times.tolist() for times in panel.times] == [[0, 5, 10, 15, 20], [2, 7, 12, 17, 22]]


def test_a_series_with_values_at_every_other_step_is_no_coarser_one_where_steps_are_filled():
    frame = sparse(a=dict.fromkeys(range(12), 1.0), b=dict.fromkeys(range(0, 12, 2), 1.0))
    with raises(Panels.SLOWER):
        from_frame(frame)
    assert from_frame(frame, fill=0).values[1].tolist() == [1, 0] * 6


def test_uneven_rows_are_steps_where_the_others_are_filled():
    frame = sparse(a={0: 1.0, 3: 1.0, 8: 1.0, 11: 1.0})
    with raises(Panels.UNEVEN_STEP):
        from_frame(frame)
    assert from_frame(frame, fill=0).values[0].tolist() == [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1]


def test_a_wrong_time_is_still_one():
    with raises(Panels.BETWEEN_STEPS):
        from_frame(
            pd.concat([SALES, SALES.iloc[:1].assign(ds=DAYS[5] + pd.Timedelta("7h"))]),
            fill=0,
            frequency="D",
        )
    with raises(Panels.MOST_MISSING):
        from_frame(pd.concat([SALES, SALES.iloc[:1].assign(ds=pd.Timestamp("2206-01-01"))]), fill=0)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sales.csv"
    SALES.dropna().rename(columns={"unique_id": "item", "ds": "day", "y": "sold"}).to_csv(
        path, index=False
    )
    return path


def test_a_file_says_how_many_steps_were_filled(file):
    notes = read_panel(file, BY_ITEM, grid=GridOptions(fill=0)).notes
    assert only(notes, Panels.FILLED).values == {"n": 14, "values": 21, "fill": 0.0}
    assert not {Panels.MISSING_ROWS, Panels.GAPS, Panels.ENDS} & {*codes(notes)}
    whole = pd.DataFrame({"day": DAYS, "sold": 1.0})
    assert Panels.FILLED not in codes(read_panel(whole, grid=GridOptions(fill=0)).notes)


def test_where_most_steps_have_no_row_and_no_value_is_0_it_is_a_warning(file):
    warned = only(read_panel(file, BY_ITEM).notes, Panels.MISSING_ROWS)
    assert (warned.level, warned.values) == ("warning", {"n": 11, "values": 18})
    table = pd.read_csv(file)
    for other in (
        table.replace({"sold": {5.0: 0.0}}),  # a 0 has a row
        table[table["item"] == "a"].iloc[:3].assign(day=DAYS[:3]),
        pd.DataFrame({"day": DAYS, "sold": [1.0, *[np.nan] * 10, 1.0]}),  # rows without a value
    ):
        assert Panels.MISSING_ROWS not in codes(
            read_panel(other, BY_ITEM if "item" in other else None).notes
        )
    several = pd.concat([table, table]).assign(day=lambda t: pd.to_datetime(t["day"]))
    assert Panels.MISSING_ROWS in codes(
        read_panel(several, BY_ITEM, grid=GridOptions(every="1D", aggregate="sum")).notes
    )


def test_new_values_of_a_run_are_filled_as_its_own(file, tmp_path):
    settings = ForecastSettings(str(file), 2, id="item", fill=0)
    source = read_source(settings)
    (tmp_path / "data.json").write_text(
        '{"roles": {"ids": ["item"], "time": "day", "values": ["sold"]}, "known": [], "past": '
        '[], "static": [], "frequency": "D"}'
    )
    later = pd.DataFrame(
        {"item": [*"aab"], "day": DAYS[-1] + pd.to_timedelta([3, 6, 4], "D"), "sold": [1.0, 2, 3]}
    )
    newer = read_newer(tmp_path, settings, later, source.panel)
    assert [values.tolist() for values in newer.panel.values] == [[1, 0, 0, 2], [3, 0, 0]]
    assert Panels.MISSING_ROWS not in codes(newer.notes)
    for only_after in (False, True):
        joined = extend_history(source.panel, newer.panel, only_after=only_after, fill=0)
        assert joined.values[0].tolist()[-6:] == [0, 0, 1, 0, 0, 2]
        assert joined.values[1].tolist()[-6:] == [0, 0, 0, 3, 0, 0]
    assert np.isnan(extend_history(source.panel, newer.panel).values[0]).sum() == 2
    assert codes(note_missing(source.panel, newer.panel, joined)) == [Panels.MISSING_BETWEEN]
    between = note_missing(source.panel, newer.panel, joined, 0)
    assert between == [Panels.FILLED_BETWEEN(n=2, most=3, fill=0)]
    without = read_newer(
        tmp_path, ForecastSettings(str(file), 2, id="item"), later, read_panel(file, BY_ITEM).panel
    )
    assert Panels.MISSING_ROWS not in codes(without.notes)  # the run has its answer


@pytest.mark.parametrize("wrong", [np.nan, np.inf, "0", True])
def test_it_is_a_finite_number(wrong):
    with raises(Settings.NOT_ACCEPTED, name="fill"):
        ForecastSettings("a.csv", 3, fill=wrong)


def test_it_has_no_default():
    assert ForecastSettings("a.csv", 3).fill is None
    assert read_panel(SALES, PanelRequest(), grid=GridOptions(fill=2)).panel.values[1][2] == 2
