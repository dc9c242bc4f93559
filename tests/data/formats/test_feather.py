"""Feather files are read as the Parquet of the same table would be."""

import io

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather
from support.facts import raises
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats


@pytest.mark.parametrize("form", ["long", "wide"])
@pytest.mark.parametrize("packing", ["lz4", "zstd", "uncompressed"])
def test_tables(form, packing, tmp_path):
    truth = Truth(9, 7, 2)
    getattr(truth, form)().to_feather(tmp_path / "d.feather", compression=packing, chunksize=5)
    ids = [f"s{k}" for k in range(9)] if form == "long" else None
    truth.check(read(tmp_path / "d.feather"), ids=ids)
    assert [len(part) for part in read_in_parts(tmp_path / "d.feather", series=4)] == [4, 4, 1]


def test_categories_and_lists(tmp_path):
    table = pd.DataFrame(
        {"id": ["a", "a", "b"], "x": [1.0, 2.0, 3.0], "label": pd.Categorical(["p", "p", "q"])}
    )
    table.to_feather(tmp_path / "d.feather")
    assert read(tmp_path / "d.feather").y.tolist() == ["p", "q"]
    feather.write_feather(
        pa.table({"u": [[1.0, 2.0], [3.0]], "label": ["p", "q"]}), tmp_path / "d.feather"
    )
    assert read(tmp_path / "d.feather").lengths.tolist() == [2, 1]


def content(table) -> bytes:
    stream = io.BytesIO()
    feather.write_feather(table, stream)
    return stream.getvalue()


GOOD = content(pa.table({"id": ["a", "a"], "x": [1.0, 2.0]}))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (GOOD[:-20], Formats.DAMAGED),
        (GOOD[:10], Formats.DAMAGED),
        (content(pa.table({"id": pa.array([], pa.string())})), Formats.HEADER_ONLY),
        (content(pa.table([[1], [2]], names=["x", "x"])), Formats.SAME_NAME),
        (b"FEA1" + b"\0" * 40, Formats.OTHER_KIND),
    ],
)
def test_what_is_refused(written, code, tmp_path):
    (tmp_path / "d.feather").write_bytes(written)
    for reading in (read, lambda path: list(read_in_parts(path))):
        with raises(code):
            reading(tmp_path / "d.feather")
