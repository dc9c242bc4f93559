"""Rare equal times cause a warning, and stay times; if frequent, ids may be of two columns."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from support.facts import codes, raises

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.steps.step_table import read_steps
from glasscell.data.tables.ordering import TimeColumn, refuse_several
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.timed_rows import TimedRows
from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.files import read_panel

CLOCKS = {
    "time": lambda t: t * 0.5,
    "zeit": lambda t: np.cumsum(1 + t % 3 / 7),
    "recorded": lambda t: pd.Timestamp("2026-01-31") + pd.to_timedelta(t * 90, unit="s"),
}


def series(name, id="id", n=4, steps=40) -> pd.DataFrame:
    """Give series of which one has a time twice, the later row with another value."""
    t, rng = np.arange(steps), np.random.default_rng(0)
    table = pd.concat(
        pd.DataFrame(
            {id: f"s{k}", name: CLOCKS[name](t), "u": rng.normal(size=steps), "label": "ab"[k % 2]}
        )
        for k in range(n)
    )
    table = table.reset_index(drop=True)
    table.loc[50, name] = table.loc[49, name]
    return table


@pytest.mark.few(3)
@pytest.mark.parametrize("id", ["id", "probe"])
@pytest.mark.parametrize("name", CLOCKS)
def test_the_column_stays_the_time_and_the_rows_in_the_files_order(name, id):
    table = series(name, id)
    s = from_frame(table)
    assert (s.columns, s.channels) == ({"id": id, "time": name, "label": "label"}, ("u",))
    np.testing.assert_array_equal(s.x[..., 0], table["u"].to_numpy("float32").reshape(4, 40))
    (warning,) = s.warnings
    assert warning.code is Tables.EQUAL_TIMES
    assert {
        "row": 51,
        "column": name,
        "n": 1,
        "series": 1,
        "id": "s1",
        "mend": Tables.AVERAGED_OR_JOINED(),
    }.items() <= warning.values.items()
    shuffled = table.sample(frac=1, random_state=0)
    assert from_frame(shuffled).columns == s.columns
    expected = {name: sorted(x[:, 0].tolist()) for name, x in zip(s.ids.tolist(), s.x, strict=True)}
    found = from_frame(shuffled)
    assert {
        name: sorted(x[:, 0].tolist()) for name, x in zip(found.ids.tolist(), found.x, strict=True)
    } == expected
    first = shuffled.index.get_loc(49) < shuffled.index.get_loc(50)
    step = found.x[found.ids.tolist().index("s1"), 9:11, 0]
    np.testing.assert_array_equal(
        step, table["u"].to_numpy("float32")[[49, 50] if first else [50, 49]]
    )


def test_they_are_counted_with_how_many_series_have_some(tmp_path):
    table = series("time")
    table.loc[[60, 61, 130], "time"] = table.loc[[59, 59, 129], "time"].to_numpy()
    table.to_csv(tmp_path / "d.csv", index=False)
    for s in (read(tmp_path / "d.csv"), next(read_in_parts(tmp_path / "d.csv"))):
        (warning,) = s.warnings
        assert {"n": 4, "series": 2, "row": 51}.items() <= warning.values.items()


def test_steps_that_are_labelled_each_may_have_some_too(tmp_path):
    table = series("time").assign(label=np.tile(["rest", "walk"], 80))
    table.to_csv(tmp_path / "d.csv", index=False)
    found = read_steps(tmp_path / "d.csv")
    assert codes(found.series.warnings) == [Tables.EQUAL_TIMES]
    assert found.series.warnings[0].values["mend"] is None  # there is no --every
    assert found.y[1].tolist() == ["rest", "walk"] * 20


def test_forecasts_refuse_them_and_name_the_rows(tmp_path):
    series("recorded").drop(columns="label").to_csv(tmp_path / "d.csv", index=False)
    with pytest.raises(DataError, match="in rows 50 and 51"):
        read_panel(tmp_path / "d.csv")


def test_one_time_for_all_rows_is_warned_of():
    table = series("time").assign(time=7)
    (warning, *_) = from_frame(table, time="time").warnings
    assert (warning.code, warning.values["n"]) == (Tables.EQUAL_TIMES, 156)


@pytest.mark.parametrize(("id", "other"), [("trial", "who"), ("who", "trial")])
def test_many_that_another_column_tells_apart_are_refused_with_the_option(id, other):
    rng, n = np.random.default_rng(0), 5 * 6 * 20
    table = pd.DataFrame(
        {"who": np.arange(n) // 120, "trial": np.arange(n) // 20 % 6, "time": np.arange(n) % 20}
    )
    table = table.assign(
        who=[f"S{k}" for k in table["who"]],
        u=rng.normal(size=n),
        v=rng.integers(0, 9, n),
        label="a",
    )
    with raises(Tables.TIMES_OF_SEVERAL, column="time", other=other, as_option="who,trial"):
        from_frame(table, id=id)
    assert from_frame(table, id="who,trial").warnings == ()
    halves = table.drop(columns=other).assign(v=0.5 * table["v"])
    assert codes(from_frame(halves, id=id).warnings)[0] is Tables.EQUAL_TIMES


def test_a_state_that_happens_to_tell_two_rows_apart_names_no_series():
    table = series("time").assign(valve=np.arange(160) % 2)
    assert codes(from_frame(table).warnings)[0] is Tables.EQUAL_TIMES


def test_rows_of_what_was_taken_for_one_series_are_of_those_that_the_other_column_names():
    codes_, times = np.zeros(6, int), np.array([0, 1, 2, 0, 1, 2])
    column = TimeColumn(pa.chunked_array([times]), "time", codes_, np.array(["s"]), 0)
    columns = {"trial": pa.chunked_array([[1, 1, 1, 2, 2, 2]])}
    for id_column, as_option in ((None, "trial"), ("who", "who,trial")):
        with raises(Tables.TIMES_OF_SEVERAL, other="trial", as_option=as_option):
            refuse_several(TimedRows(codes_, times, None), column, columns, id_column)
