import io
import sys

import pandas as pd
import pytest
from support.facts import raises

from glasscell.system.sentences import System
from glasscell.system.tables import write_tables

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
