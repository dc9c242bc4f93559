import io
import sys

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.system.sentences import System
from glasscell.system.table_writing import write_tables

PARTS = [pd.DataFrame({"n": [1, 2], "name": ["a", "ü"]}), pd.DataFrame({"n": [3], "name": ["c"]})]


def test_parts_stand_one_below_the_other(tmp_path, monkeypatch):
    whole = pd.concat(PARTS, ignore_index=True)
    assert write_tables(iter(PARTS), str(tmp_path / "a.csv")) == 3
    assert write_tables(iter(PARTS), str(tmp_path / "a.parquet")) == 3
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a.csv"), whole)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), whole)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    write_tables(iter(PARTS), "-")
    assert sys.stdout.getvalue() == (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_a_csv_has_the_digits_that_are_true_and_a_parquet_all(tmp_path):
    """Seven digits of 32-bit numbers, six decimals of probabilities: at most half a digit off."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(3, 0.1), 500).astype("float32")
    y = (rng.normal(size=500) * 10.0 ** rng.integers(-9, 9, 500)).astype("float32")
    y[7] = np.nan
    table = pd.DataFrame(
        {"t": rng.random(500), "y": y, "p(a)": p[:, 0], "p(b)": p[:, 1], "p(c)": p[:, 2]}
    )
    names = ["p(a)", "p(b)", "p(c)"]
    for name in ("a.csv", "a.parquet"):
        write_tables([table], str(tmp_path / name), names)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), table)
    shown = pd.read_csv(tmp_path / "a.csv", dtype=str).map(float)
    assert shown["t"].tolist() == table["t"].tolist()
    np.testing.assert_allclose(shown["y"], y, rtol=5.001e-7)
    np.testing.assert_allclose(shown[names], p, rtol=0, atol=5.001e-7)
    np.testing.assert_allclose(shown[names].sum(axis=1), 1, rtol=0, atol=2e-6)
    cells = [line.split(",")[1:] for line in (tmp_path / "a.csv").read_text().splitlines()[1:]]
    assert max(len(text.partition("e")[0].strip("-0.").replace(".", "")) for text, *_ in cells) == 7
    assert {len(text) for _, *texts in cells for text in texts} == {8}


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_what_fails_midway_leaves_the_old_file(tmp_path, name):
    def tables():
        yield PARTS[0]
        raise KeyError

    (tmp_path / name).write_text("old")
    with pytest.raises(KeyError):
        write_tables(tables(), str(tmp_path / name))
    assert (tmp_path / name).read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_gone_is_reported(tmp_path):
    with raises(System.NOT_WRITTEN):
        write_tables(PARTS, str(tmp_path / "gone/a.csv"))
