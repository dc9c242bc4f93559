"""Rows of a file without header are steps of longer series, or series, as in files with one."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables


@pytest.mark.parametrize("label", [None, "column5"])
def test_steps_and_the_column_of_the_series_are_found(tmp_path, label):
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(12, 9, 2)).cumsum(1).round(3)
    rows = [
        f"{k},{t},{u},{v},{'ab'[k % 2]}"
        for k, walk in enumerate(walks)
        for t, (u, v) in enumerate(walk)
    ]
    (path := tmp_path / "d.csv").write_text("\n".join(rows))
    with raises(Tables.STEPS_OR_SERIES, options=["--id", "column1", "--time", "column2"]):
        read(path, label=label)
    s = read(path, label=label, id="column1", time="column2")
    np.testing.assert_array_equal(s.x, walks.astype(np.float32))
    assert (s.channels, s.y.tolist()) == (("column3", "column4"), ["a", "b"] * 6)
    assert read(path, label=label, channels=["value"]).x.shape == (108, 4, 1)


@pytest.mark.parametrize("place", [0, 20])
def test_series_with_a_label_each_stay_rows(tmp_path, place):
    x = np.random.default_rng(0).normal(size=(24, 20)).cumsum(1).round()
    table = np.insert(x, place, np.repeat([1, 2, 3], 8), axis=1).astype(int)
    np.savetxt(tmp_path / "d.csv", table, "%d", ",")
    s = read(tmp_path / "d.csv", label=f"column{place + 1}")
    np.testing.assert_array_equal(s.x[..., 0], x)
