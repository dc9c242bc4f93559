from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.sentences import Reading
from glasscell.data.sequences import in_order_of, only

NAMES = ["oak", "elm", "ash", "fir", "yew", "box"]


@pytest.fixture
def table():
    x = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 6)), columns=NAMES)
    x.iloc[::2, 4:] = np.nan  # some series end earlier
    return x.assign(label=list("abcabcabc"))


@pytest.mark.parametrize("order", [sorted(NAMES), NAMES[::-1], NAMES[2:] + NAMES[:2]])
def test_the_same_columns_in_another_order_are_read_in_that_of_training(table, order, tmp_path):
    trained = from_frame(table)
    assert trained.step_names == tuple((name,) for name in NAMES)
    table[[*order, "label"]].to_csv(tmp_path / "d.csv", index=False)
    parts = list(
        read_in_parts(tmp_path / "d.csv", series=4, step_names_expected=trained.step_names)
    )
    x = np.concatenate(
        [
            np.pad(p.x, ((0, 0), (0, 6 - p.x.shape[1]), (0, 0)), constant_values=np.nan)
            for p in parts
        ]
    )
    np.testing.assert_array_equal(x, trained.x)
    np.testing.assert_array_equal(np.concatenate([part.lengths for part in parts]), trained.lengths)
    assert all(
        part.warnings == (Reading.COLUMNS_MOVED.warning(first="oak", last="box"),) for part in parts
    )
    same = from_frame(table, step_names_expected=trained.step_names)
    assert same.warnings == ()
    np.testing.assert_array_equal(same.x, trained.x)


def test_channels_go_with_their_steps():
    trained = [["u_a", "v_a"], ["u_b", "v_b"], ["u_c", None]]
    x = np.arange(12, dtype="float32").reshape(2, 3, 2)
    x[:, 0, 1] = np.nan
    names = (("u_c", None), ("u_a", "v_a"), ("u_b", "v_b"))
    plain = from_frame(pd.DataFrame({"p": [1, 2], "q": [3, 4]}))
    series = replace(plain, x=x, lengths=np.array([3, 3]), channels=("u", "v"), step_names=names)
    np.testing.assert_array_equal(in_order_of(series, trained).x, x[:, [1, 2, 0]])
    assert only(series, ("v",)).step_names == ((None,), ("v_a",), ("v_b",))


def test_fewer_columns_and_others(table):
    rows = from_frame(table).step_names
    less = from_frame(table[[*sorted(NAMES[1:]), "label"]], step_names_expected=rows)
    np.testing.assert_array_equal(less.x[:, :, 0], table[NAMES[1:]].to_numpy("float32"))
    assert less.warnings == (Reading.COLUMNS_MOVED.warning(first="elm", last="box"),)
    other = from_frame(table.rename(columns={"oak": "lime"}), step_names_expected=rows)
    assert other.warnings == (Reading.COLUMNS_RENAMED.warning(name="lime"),)
    years = from_frame(
        table.set_axis([*map(str, range(2020, 2026)), "label"], axis=1), step_names_expected=rows
    )
    assert years.warnings == ()


def test_tables_without_names_have_none(table, tmp_path):
    table.dropna().to_csv(tmp_path / "d.csv", index=False, header=False)
    assert read(tmp_path / "d.csv").step_names == ()
    assert in_order_of(s := read(tmp_path / "d.csv"), (("oak",),)) is s
