"""Files too large for memory are rejected before reading; unreadable ones report the reason."""

import io
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather
from support.facts import raises

from glasscell.data import read
from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import naming, opened

TABLE = pa.table({"id": ["a"] * 9, "x": [1.5] * 9})
GB = 2**30


def write_text(text):
    return lambda path: path.write_text(text)


LIMITS = {
    "Parquet": (lambda path: pq.write_table(TABLE, path), "tables.MAX_BYTES", Formats.TOO_LARGE),
    "Feather": (
        lambda path: feather.write_feather(TABLE, path),
        "tables.MAX_BYTES",
        Formats.TOO_LARGE,
    ),
    "npy": (lambda path: np.save(path, np.ones((3, 5))), "arrays.MAX_BYTES", Formats.TOO_LARGE),
    "npz": (lambda path: np.savez(path, x=np.ones((3, 5))), "arrays.MAX_BYTES", Formats.TOO_LARGE),
    "csv": (write_text("x" * 2**17), "delimited.MAX_LINE_BYTES", Formats.LONG_LINE),
    "txt": (write_text("#" + "x" * 2**17), "delimited.MAX_LINE_BYTES", Formats.LONG_LINE),
}


@pytest.mark.parametrize("form", LIMITS)
def test_what_is_too_large_is_refused(form, tmp_path, monkeypatch):
    write, limit, code = LIMITS[form]
    path = tmp_path / f"d.{form.lower()}"
    with path.open("wb") if form in ("npy", "npz") else io.BytesIO() as file:
        write(file if form in ("npy", "npz") else path)
    monkeypatch.setattr(f"glasscell.data.formats.{limit}", 8)
    with raises(code, file=str(path)):
        read(path)


def test_a_stream_ends_at_its_limit():
    with raises(Formats.TOO_LARGE, gigabytes=8 / GB):
        Guarded(io.BytesIO(b"a,b,c,d,e"), limit=8).read()


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("a," + "1" * 10_000 + "\n", Formats.LONG_LINE),
        ('a,"1\n' + "a,1\n" * 1000, Formats.OPEN_QUOTE),
    ],
)
def test_a_line_that_does_not_end_is_refused(end, code, tmp_path, monkeypatch):
    monkeypatch.setattr("glasscell.data.formats.delimited.BLOCK_BYTES", 2**10)
    monkeypatch.setattr("glasscell.data.formats.delimited.MAX_LINE_BYTES", 2**12)
    (tmp_path / "d.csv").write_text("id,x\n" + "a,1\n" * 20_000 + end)
    with raises(code):
        read(tmp_path / "d.csv")


def test_a_folder_is_no_file(tmp_path):
    with raises(Formats.NOT_OPENED), opened(tmp_path):
        pass


def test_a_file_may_end_in_an_error_of_the_system(monkeypatch):
    class Torn:
        def read(self, size):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Torn()))
    with raises(Formats.DAMAGED, words="[Errno 5] Input/output error"), opened("-"):
        pass


@pytest.mark.parametrize(
    ("error", "code"),
    [(MemoryError(), Formats.BEYOND_MEMORY), (pa.ArrowInvalid("no such type"), Formats.UNREADABLE)],
)
def test_what_others_raise_is_told_of_the_file(error, code):
    with raises(code, file="a.csv"), naming("a.csv"):
        raise error
