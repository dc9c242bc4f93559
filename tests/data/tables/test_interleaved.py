"""Tables read in parts with scattered series: the same parts as of a table sorted by series."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from support.facts import only, raises

from glasscell.data import read_in_parts
from glasscell.data.formats import delimited
from glasscell.data.tables import parts as parts_of_tables
from glasscell.data.tables.parts import table_in_parts
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.table import Origin


def table(n=23, seed=0):
    """Return n contiguous series of 3 to 9 steps, in the order of their first rows below."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(3, 10, n)
    names = np.array([f"s{k}" for k in rng.permutation(n)])
    rows = pd.DataFrame(
        {"id": np.repeat(names, lengths), "time": np.concatenate([np.arange(k) for k in lengths])}
    )
    return rows.assign(
        u=rng.normal(size=len(rows)).round(3),
        label=np.repeat(np.array(["a", "b"])[np.arange(n) % 2], lengths),
    )


def by_time(rows):
    return rows.sort_values("time", kind="stable")


def in_two_blocks(rows):
    """As where a file of new steps was appended to one of old steps."""
    return pd.concat([rows[rows["time"] < 2], rows[rows["time"] >= 2]])


def write(rows, path):
    rows.to_parquet(path, index=False) if path.suffix == ".parquet" else rows.to_csv(
        path, index=False
    )


def assert_same(parts, others):
    assert len(parts) == len(others)
    for part, other in zip(parts, others, strict=True):
        assert part.ids.tolist() == other.ids.tolist()
        assert part.y.tolist() == other.y.tolist()
        np.testing.assert_array_equal(part.x, other.x)


@pytest.mark.few(6)
@pytest.mark.parametrize("apart", [by_time, in_two_blocks])
@pytest.mark.parametrize("name", ["d.csv", "d.csv.gz", "d.parquet"])
@pytest.mark.parametrize("series", [1, 5, 1000])
def test_parts_are_those_of_the_sorted_table(apart, name, series, tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 200)
    rows = table()
    (tmp_path / "sorted").mkdir()
    for where, some in ((tmp_path, apart(rows)), (tmp_path / "sorted", rows)):
        write(some, where / name)
    found = list(read_in_parts(tmp_path / name, series=series))
    assert_same(found, list(read_in_parts(tmp_path / "sorted" / name, series=series)))


def test_without_times_rows_stay_in_the_order_of_the_file(tmp_path):
    rows = table()
    write(by_time(rows).drop(columns="time"), tmp_path / "d.csv")
    write(rows.drop(columns="time"), tmp_path / "sorted.csv")
    found = list(read_in_parts(tmp_path / "d.csv", series=8))
    assert_same(found, list(read_in_parts(tmp_path / "sorted.csv", series=8)))
    # of the file, in each of its parts
    notes = [only(part.notes, Tables.IDS_APART).values for part in found]
    assert notes[0] == notes[1]
    assert by_time(rows)["id"].tolist()[notes[0]["row"] - 1] == notes[0]["id"]


def test_a_wrong_cell_is_named_by_its_row_in_the_file(tmp_path):
    rows = by_time(table())
    place = int(np.flatnonzero(rows["id"] == rows["id"].iloc[20])[2])
    rows["u"] = rows["u"].astype(object)
    rows.iloc[place, 2] = "1,x"
    write(rows, tmp_path / "d.csv")
    with raises(Tables.NOT_A_NUMBER, row=place + 1, column="u"):
        list(read_in_parts(tmp_path / "d.csv", series=8))


def test_what_stands_together_is_not_gathered(tmp_path, monkeypatch):
    monkeypatch.setattr(parts_of_tables, "gather_table", None)
    write(table(), tmp_path / "d.csv")
    assert sum(len(part) for part in read_in_parts(tmp_path / "d.csv", series=8)) == 23


@pytest.mark.parametrize(("apart", "series"), [(by_time, 1000), (in_two_blocks, 5)])
def test_more_than_is_gathered_is_refused_before_the_first_part(
    apart, series, tmp_path, monkeypatch
):
    rows = apart(table())
    write(rows, tmp_path / "d.csv")
    size = (tmp_path / "d.csv").stat().st_size
    monkeypatch.setattr(parts_of_tables, "MOST", size)
    next(read_in_parts(tmp_path / "d.csv", series=series))
    monkeypatch.setattr(parts_of_tables, "MOST", size - 100)
    ids = rows["id"]
    again = int(np.flatnonzero(ids.duplicated() & (ids != ids.shift()))[0])
    with raises(Tables.ID_AGAIN, row=again + 1, column="id", id=ids.iloc[again]):
        next(read_in_parts(tmp_path / "d.csv", series=series))


def test_of_a_pipe_what_appears_again_in_the_first_part_is_gathered_and_later_refused():
    def parts(ids):
        rows = pa.table({"id": list(ids), "t": range(4), "u": [1.0, 2, 3, 4]})
        return table_in_parts(rows.to_batches(max_chunksize=1), Request(), 2, Origin("d"))

    assert [part.ids.tolist() for part in parts("abac")] == [["a", "b"], ["c"]]
    late = parts("abca")
    assert next(late).ids.tolist() == ["a", "b"]
    with raises(Tables.ID_AGAIN_IN_PIPE, row=4, column="id", id="a"):
        next(late)
