"""Repeated ids: rows that are series are rejected by number, rows that are steps are read."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables


def wide(ids, steps=10, **more):
    x = np.random.default_rng(0).normal(size=(len(ids), steps))
    return pd.DataFrame(x, columns=[f"t{t}" for t in range(steps)]).assign(id=ids, **more)


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "more", [{}, {"label": ["p", "q"] * 10}, {"label": ["p"] * 10 + ["q"] * 10}]
)
@pytest.mark.parametrize(
    ("ids", "rows", "twice"),
    [
        ([*range(19), 4], [5, 20], "4"),
        ([f"p{k // 2}" for k in range(20)], [1, 2], "p0"),
        ([*"abcdefghijk", *"ddd", *"lmnopq"], [4, 12], "d"),
    ],
)
def test_an_id_that_two_series_have_is_refused_by_both_rows(ids, rows, twice, more, tmp_path):
    wide(ids, **more).to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.ID_TWICE, rows=rows, column="id", id=twice, first="t0", last="t9"):
        read(tmp_path / "d.csv")
    # as is proposed
    wide(ids, **more).rename(columns={"id": "subject"}).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (20, 10, 1)


def test_rows_of_series_that_are_longer_are_steps_still(tmp_path):
    wide(np.repeat(range(5), 4)).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (5, 4, 10)
    wide(np.repeat(range(10), 2)).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv", id="id").x.shape == (10, 2, 10)
    wide(np.repeat(range(10), 2)).assign(time=[0, 1] * 10).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (10, 2, 10)
    wide(np.repeat(range(10), 2), 3).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (10, 2, 3)
