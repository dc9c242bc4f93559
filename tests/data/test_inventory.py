import numpy as np
import pytest

from glasscell.data import Sequences, inventory, read
from glasscell.data.tables.sentences import Tables
from glasscell.system.formatting import to_table


def test_what_is_in_series_is_counted():
    series = Sequences.from_list(
        [np.array([[1.0, np.nan], [3.0, 4.0]]), np.array([[5.0, np.nan]])],
        y=["b", "a"],
        channels=["u", "v"],
    )
    found = inventory.take(series)
    assert found["n"] == 2
    assert found["steps"] == {"least": 1, "mean": 1.5, "most": 2}
    assert found["channels"][0] == {
        "channel": "u", "missing": 0, "least": 1, "mean": 3, "most": 5,
        "deviation": pytest.approx(np.std([1, 3, 5])),
    }  # fmt: skip
    assert found["channels"][1]["missing"] == 2
    assert found["classes"] == {"a": 1, "b": 1}
    assert inventory.classes_table(found)["series"].tolist() == [1, 1]
    assert inventory.channels_table(found)["channel"].tolist() == ["u", "v"]


def test_a_channel_without_a_value_and_numbers_for_labels():
    found = inventory.take(
        Sequences.from_list([[np.nan, np.nan], [np.nan]], y=np.array([1.5, 2.5]))
    )
    assert found["channels"][0]["mean"] is None
    assert found["targets"] == {"least": 1.5, "mean": 2.0, "most": 2.5}
    assert found["classes"] == {}


@pytest.mark.parametrize(
    ("series", "y", "expected"),
    [
        ([[1.0]], None, "one series of 1 step, 1 channel (value), no labels"),
        (
            [np.ones((3, 2))] * 4,
            np.arange(4.0),
            "4 series of 3 steps, 2 channels (dim_0, dim_1), continuous targets",
        ),
        ([[1.0, 2.0], [3.0]], ["a", "b"], "2 series of 1–2 steps, 1 channel (value), 2 classes"),
    ],
)
def test_what_was_read_is_said_in_a_line(series, y, expected):
    assert [*map(str, inventory.understood(Sequences.from_list(series, y=y)))] == [expected]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("id,time,u,label\na,0,1,x\na,1,2,x\nb,0,3,y\n",
         "2 series of 1–2 steps, 1 channel (u), 2 classes; id 'id', time 'time', label 'label'"),
        ("id,u\na,1\na,2\nb,4\n", "2 series of 1–2 steps, 1 channel (u), no labels; id 'id', "
         f"{Tables.NO_TIME_COLUMN()}"),
        ("id,t0,t1,label\na,1,2,x\nb,3,4,y\n",
         "2 series of 2 steps, 1 channel (t), 2 classes; one row per series, id 'id', "
         "label 'label'"),
    ],
)  # fmt: skip
def test_the_line_says_which_column_is_what_and_nothing_is_said_twice(table, expected, tmp_path):
    (tmp_path / "a.csv").write_text(table)
    series = read(str(tmp_path / "a.csv"))
    line, *others = inventory.understood(series)
    assert str(line) == expected
    assert others == [*series.notes[1:]]


@pytest.mark.few(1)
@pytest.mark.parametrize("y", [None, ["a", "b"] * 3, np.arange(6.0)])
def test_series_are_drawn(y, tmp_path):
    series = Sequences.from_list(list(np.random.default_rng(0).normal(size=(6, 4, 2))), y=y)
    inventory.draw(series, tmp_path / "p.png")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_small_numbers_are_shown_in_three_digits():
    x = 1.25e-12 * np.arange(1.0, 9.0)
    shown = to_table(inventory.channels_table(inventory.take(Sequences.from_list([x]))))
    assert all(number in shown for number in ("1.25e-12", f"{x.mean():.2e}", "1.00e-11"))
    assert "0.000" not in shown


def test_tables_cut_long_names_and_what_is_counted_keeps_them():
    name = "n" * 3000
    found = inventory.take(Sequences.from_list([[1.0], [2.0]], y=[name, "b"], channels=[name]))
    assert found["channels"][0]["channel"] == name
    assert inventory.channels_table(found)["channel"].tolist() == ["n" * 79 + "…"]
    assert inventory.classes_table(found)["class"].tolist() == ["b", "n" * 79 + "…"]
