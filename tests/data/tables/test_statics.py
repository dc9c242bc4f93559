import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import unlike_steps

M = [f"m{k}" for k in range(1, 7)]


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    steps = pd.DataFrame(rng.normal(100, 10, (40, 6)), columns=M)
    front = pd.DataFrame({"customer": 20000 + rng.permutation(40), "age": rng.integers(18, 80, 40)})
    return pd.concat([front, steps], axis=1).assign(churn=["yes", "no"] * 20)


def test_columns_beside_numbered_steps_are_left_out(table, tmp_path):
    assert unlike_steps(["age", "zip", "latitude", *M]) == ("age", "zip", "latitude")
    assert unlike_steps([*"abcdefg", *M]) == ()
    table.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert (s.channels, s.x.shape) == (("m",), (40, 6, 1))
    assert [note for note in s.notes if note.code is Tables.LEFT_OUT] == [
        Tables.LEFT_OUT(
            column="customer",
            why=Tables.UNLIKE_STEPS(first="m1", last="m6", hint=Tables.USE_ID(id="customer")),
        ),
        Tables.LEFT_OUT(column="age", why=Tables.UNLIKE_STEPS(first="m1", last="m6", hint=None)),
    ]


def test_a_first_column_that_may_name_the_rows_is_warned_of_where_names_do_not_tell(
    table, tmp_path
):
    names = ["oak", "elm", "ash", "fir", "yew", "box"]
    table.rename(columns=dict(zip(M, names, strict=True))).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").warnings == (Tables.MAY_NAME_ROWS.warning(column="customer"),)
    assert read(tmp_path / "d.csv", id="customer").warnings == ()
    assert not read(tmp_path / "d.csv", channels=names).warnings


def test_steps_that_drift_are_not_warned_of(tmp_path):
    rng = np.random.default_rng(0)
    names = ["oak", "elm", "ash", "fir", "yew", "box"]
    drift = pd.DataFrame(rng.normal(10 * np.arange(6), 1, (40, 6)), columns=names)
    drift.assign(label=["yes", "no"] * 20).to_csv(tmp_path / "d.csv", index=False)
    assert not read(tmp_path / "d.csv").warnings


@pytest.mark.parametrize("pump", ["P{}", "{}"])
def test_rows_that_may_be_steps_are_asked_about(pump, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(36, 4)), columns=["temp", "flow", "pressure", "rpm"])
    frame.insert(0, "pump_no", [pump.format(k // 12) for k in range(36)])
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.STEPS_OR_SERIES, id="pump_no", options=["--id", "pump_no"]):
        read(tmp_path / "d.csv")
    assert read(tmp_path / "d.csv", id="pump_no").x.shape == (3, 12, 4)
    frame.sample(frac=1, random_state=1).rename(columns={"pump_no": "class"}).to_csv(
        tmp_path / "d.csv", index=False
    )
    assert read(tmp_path / "d.csv").x.shape == (36, 4, 1)
