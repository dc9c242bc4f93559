"""Kinds of bad file: each a name, a function that writes it into a folder, and the words that the message must hold."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

LONG = "id,t,x,label\na,0,1,up\na,1,2,up\nb,0,3,down\nb,1,4,down\n"
TS = "@problemName p\n@timeStamps false\n@univariate true\n@equalLength true\n@classLabel true up down\n@data\n"
ARFF = "@relation r\n@attribute a numeric\n@attribute b numeric\n@attribute class {up,down}\n@data\n"


class Bad(NamedTuple):
    file: str
    write: Callable  # of the path
    words: str
    options: dict = {}  # noqa: RUF012


def text(file, content, words, **options):
    return Bad(
        file, lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode()), words, options
    )


def npz(words, **arrays):
    return Bad("d.npz", lambda path: np.savez(path, **arrays), words)


def npy(array, words):
    return Bad("d.npy", lambda path: np.save(path, array, allow_pickle=True), words)


def parquet(columns, words, **options):
    return Bad("d.parquet", lambda path: pq.write_table(pa.table(columns), path), words, options)


def bytes_of_npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def bytes_of_parquet():
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": ["a", "a", "b"], "x": [1.0, 2.0, 3.0]}), stream)
    return stream.getvalue()


def bytes_of_feather():
    stream = io.BytesIO()
    feather.write_feather(pa.table({"id": ["a", "a", "b"], "x": [1.0, 2.0, 3.0]}), stream)
    return stream.getvalue()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv").replace("_npy", ".npy"), content)
    return stream.getvalue()


def bomb():
    return zipped(d_csv=b"1,2,3\n" * (50 * 2**20))


def loop(path):
    path.with_name("other.csv").symlink_to(path)
    path.symlink_to(path.with_name("other.csv"))


def claimed(shape):
    """Return the bytes of an array that claims to be larger than it is."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return head.getvalue() + b"\0" * 64


class Dangerous:
    def __reduce__(self):
        return (os.mkdir, ("unpickled",))


def with_pickle(path):
    np.savez(path, x=np.array([Dangerous(), None], dtype=object))


BAD = {
    # no file
    "missing": Bad("d.csv", lambda path: None, "cannot be opened"),
    "folder of nothing": Bad("d.csv", lambda path: path.mkdir(), "stands for no files"),
    "pattern of nothing": Bad("*.csv", lambda path: None, "stands for no files"),
    "symlink loop": Bad("d.csv", loop, "cannot be opened"),
    "empty": text("d.csv", "", "is empty"),
    "empty lines": text("d.csv", "\n\n  \n", "nothing but empty lines"),
    # not text
    "NUL bytes": text("d.csv", LONG + "c,0,\0,up\n", "line 6: a NUL byte"),
    "UTF-8, damaged": text(
        "d.csv", (LONG + "c,0,1,größer\n").encode() + b"c,1,1,gr\xf6", "line 7: the byte 0xf6 is not UTF-8"
    ),
    "neither UTF-8 nor Windows-1252": text("d.csv", LONG.encode() + b"c,0,1,\x81\xff\n", "line 6: the byte 0x81 is"),
    "cut within a letter": text("d.csv", (LONG + "c,0,1,ö").encode()[:-1], "is not UTF-8"),
    "UTF-16, cut": text("d.csv", LONG.encode("utf-16")[:-1], "is not UTF-16"),
    "UTF-16 of nothing": text("d.csv", b"\xff\xfe", "nothing but empty lines"),
    "unknown encoding": text("d.csv", LONG, "encoding='klingon': expected the name", encoding="klingon"),
    "pickle": text("d.pkl", pickle.dumps([1, 2]), "a pickle"),
    "HDF5": text("d.h5", b"\x89HDF\r\n\x1a\n", "HDF5"),
    "prose": text("d.csv", "Once upon a time\nthere was a king\n", "no column with the ids of the series was found"),
    # packed
    "gzip, cut": text("d.csv.gz", gzip.compress(LONG.encode())[:-12], "damaged or incomplete"),
    "gzip, damaged": text("d.csv.gz", gzip.compress(LONG.encode())[:12] + b"xxxxxxxxxxxxx", "damaged or incomplete"),
    "bz2, cut": text("d.csv.bz2", bz2.compress(LONG.encode())[:-12], "damaged or incomplete"),
    "xz, cut": text("d.csv.xz", lzma.compress(LONG.encode())[:-12], "damaged or incomplete"),
    "zstd, damaged": text("d.csv.zst", b"\x28\xb5\x2f\xfd" + b"x" * 30, "damaged or incomplete"),
    "zip, cut": text("d.csv.zip", zipped(d_csv=LONG)[:-12], "damaged or incomplete"),
    "zip of two": text("d.zip", zipped(a_csv=LONG, b_csv=LONG), "a zip of 2 files (a.csv, b.csv)"),
    "zip of none": text("d.zip", zipped(), "an empty zip"),
    "zip, a name of nothing": text(
        "d.zip",
        zipped(d_csv=LONG)[:-60].replace(b"d.csv", b"0.csv") + zipped(d_csv=LONG)[-60:].replace(b"d.csv", b"\0.csv"),
        "damaged or incomplete",
    ),
    "packed twice": text("d.csv.gz.gz", gzip.compress(gzip.compress(LONG.encode())), "packed twice"),
    "zip bomb": Bad("d.zip", lambda path: path.write_bytes(bomb()), "unpacks to more than 100 times"),
    # separated columns
    "header only": text("d.csv", "id,t,x,label\n", "a header but no rows"),
    "cut row": text("d.csv", LONG + "c,0", "2 columns; expected 4"),
    "long row": text("d.csv", LONG + "c,0,1,up,5\n", "5 columns; expected 4"),
    "ragged": text("d.csv", "1,2,3\n4,5\n6,7,8,9\n", "columns; expected 3"),
    "open quote": text("d.csv", LONG + '"c,0,1,up\n', "columns; expected 4"),
    "same names": text("d.csv", "id,x,x\na,1,2\na,1,2\n", "two columns are called 'x'"),
    "text among numbers": text("d.csv", LONG + "c,0,seven,up\n", "row 5, column 'x': found 'seven'; expected a number"),
    "infinite": text("d.csv", LONG + "c,0,-inf,up\n", "row 5, column 'x': -inf is infinite"),
    "beyond float32": text("d.csv", LONG + "c,0,1e39,up\n", "row 5, column 'x': 1e+39 is infinite, or beyond"),
    "same time": text("d.csv", LONG + "a,1,7,up\n", "row 5, column 't': series 'a' has the time '1' twice"),
    "no time": text("d.csv", LONG + "a,,7,up\n", "row 5, column 't' of times: nothing there"),
    "NaN as time": text("d.csv", LONG + "a,NaN,7,up\n", "row 5, column 't': the time is missing"),
    "day or month": text("d.csv", "id,t,x\na,3/1/2026,1\na,1/4/2026,2\n", "'3/1/2026' may begin with the month"),
    "no id": text("d.csv", LONG + ",2,7,up\n", "row 5, column 'id' of ids: nothing there"),
    "no ids": text("d.csv", "t,x\n0,1\n1,2\n", "no column with the ids of the series was found"),
    "no channels": text("d.csv", "id,t,label\na,0,up\na,1,up\n", "no column is left for the channels"),
    "two labels": text(
        "d.csv", LONG + "b,2,7,up\n", "row 5, column 'label': found 'up', but series 'b' began with 'down'"
    ),
    "a label missing": text("d.csv", LONG + "c,0,7,\n", "row 5, column 'label': the label is missing"),
    "a target missing": text(
        "d.csv", "x0,x1,y\n1,2,1.5\n1,2,2.5\n1,2,nan\n", "row 3, column 'y': the label is missing"
    ),
    "spaces as id": text("d.csv", LONG + "  ,2,7,up\n", "row 5, column 'id' of ids: nothing there"),
    "half a label": text("d.csv", LONG + "b,2,7,\n", "found nothing, but series 'b' began with 'down'"),
    "label column missing": text(
        "d.csv", LONG, "no column 'gesture' to use as label; the columns are id, t, x", label="gesture"
    ),
    "id column missing": text("d.csv", LONG, "no column 'case' to use as id", id="case"),
    "time column missing": text("d.csv", LONG, "no column 'when' to use as time", time="when"),
    "channel missing": text("d.csv", LONG, "no column 'z' to use as channel", channels=["x", "z"]),
    "channels empty": text("d.csv", LONG, "channels is empty", channels=[]),
    "named twice": text("d.csv", LONG, "'x' is named twice", label="x", channels=["x"]),
    "unknown task": text("d.csv", LONG, "task='cluster': expected one of auto", task="cluster"),
    "text as target": text("d.csv", LONG, "the label of series 1 is 'up'; a regression expects", task="regression"),
    "mixed marks": text("d.csv", "id;x\na;1,5\na;2.5\n", "row 2, column 'x': '2.5' has a decimal point"),
    "thousands": text("d.csv", "id;x\na;1,500\na;2,500\n", "'1,500' may have a decimal comma"),
    "comma late": text(
        "d.csv", "id;x\n" + "a;1\n" * 60000 + "a;1,5\n", "row 60001, column 'x': found '1,5'; expected a number"
    ),
    "thousands in quotes": text("d.csv", 'id,x\na,"1,500"\na,2\n', "'1,500' may have a decimal comma"),
    "long text": text("d.csv", "id,x\n" + "a" * 2000 + ",1\nb,1\nb,1\n", "a text of 2000 characters"),
    "wide, several texts": text("d.csv", "p,q,x0\n" + "a,b,1\n" * 5, "the columns p, q contain text"),
    "padded size": text("d.csv", "id,x\n" + "a,1\n" * 60000 + "".join(f"s{k},1\n" for k in range(60000)), "need 13 GB"),
    # Parquet
    "Parquet, cut": text("d.parquet", bytes_of_parquet()[:-20], "damaged or incomplete"),
    "Parquet, head only": text("d.parquet", b"PAR1", "damaged or incomplete"),
    "Parquet, no rows": parquet({"id": pa.array([], pa.string()), "x": pa.array([], pa.float64())}, "no rows"),
    "Parquet, text channel": parquet({"id": [1, 1], "x": ["1", "b"]}, "row 2, column 'x': found 'b'"),
    "Parquet, lists differ": parquet(
        {"u": [[1.0, 2.0], [3.0]], "v": [[1.0, 2.0], [3.0, 4.0]]}, "row 2, column 'v': a list"
    ),
    "Parquet, lists of text": parquet({"u": [["p", "q"], ["r"]]}, "expected lists of numbers"),
    "Parquet, struct": parquet({"u": [{"p": 1}, {"p": 2}]}, "no column contains numbers"),
    # Excel, Feather, JSON lines
    "xlsx, cut": text("d.xlsx", zipped(**{"xl/workbook.xml": "<workbook/>"})[:-12], "damaged or incomplete"),
    "xlsx of nothing": text("d.xlsx", zipped(**{"xl/workbook.xml": "<workbook/>"}), "damaged or incomplete"),
    "xls": text("d.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel file (.xls)"),
    "xlsx, a CSV": text("d.xlsx", LONG + "c,0\n", "2 columns; expected 4"),
    "Feather, cut": text("d.feather", bytes_of_feather()[:-20], "damaged or incomplete"),
    "Feather, head only": text("d.feather", b"ARROW1", "damaged or incomplete"),
    "JSON, cut": text("d.jsonl", '{"id": 1, "x": 1}\n{"id": 1, "x"', "one object of JSON"),
    "JSON, an array": text("d.json", '[{"id": 1, "x": 1}]', "is one JSON array"),
    "JSON, deep": text("d.jsonl", '{"x": ' + "[" * 10**5, "line 1: lists within lists"),
    # arrays
    "npz with a pickle": Bad("d.npz", with_pickle, "array 'x' contains a pickle"),
    "npy with a pickle": npy(np.array([{}, 1], dtype=object), "the array contains a pickle"),
    "npz without x": npz("there is no array x, only series", series=np.ones(3)),
    "npz, labels too few": npz("y has the shape (1,); expected (2,)", x=np.ones((2, 3, 1)), y=np.array(["a"])),
    "npz, lengths too long": npz("expected whole numbers from 0 to 3", x=np.ones((2, 3, 1)), lengths=np.array([1, 4])),
    "npz, time last": npz(r"time is its last axis", x=np.ones((2, 3, 9)), lengths=np.array([9, 4])),
    "npz, lengths of floats": npz("lengths is float64", x=np.ones((2, 3, 1)), lengths=np.array([1.0, 2.0])),
    "npz, damaged": text("d.npz", zipped(x_npy=bytes_of_npy(np.ones((9, 9))))[:60] + b"xxxx", "damaged or incomplete"),
    "npz, same channels": npz("2 different names", x=np.ones((2, 3, 2)), channels=np.array(["a", "a"])),
    "npz bomb": Bad(
        "d.npz", lambda p: np.savez_compressed(p, x=np.zeros((300, 2**20), np.uint8)), "unpacks to more than"
    ),
    "npy of 4 axes": npy(np.ones((2, 2, 2, 2)), "expected numbers (N, T, D)"),
    "npy of 1 axis": npy(np.ones(5), "expected numbers (N, T, D)"),
    "npy of text": npy(np.array([["a", "b"]]), "expected numbers (N, T, D)"),
    "npy of complex": npy(np.ones((2, 2), complex), "an array of complex128; expected numbers"),
    "npy, infinite": npy(np.array([[1.0, np.inf]]), "is infinite, or beyond"),
    "npy, cut": text("d.npy", bytes_of_npy(np.ones((5, 5)))[:-9], "is incomplete"),
    "npy, head cut": text("d.npy", bytes_of_npy(np.ones((5, 5)))[:40], "damaged at its start"),
    "npy that claims a terabyte": text("d.npy", claimed((10**6, 10**6)), "is incomplete"),
    "npy, negative": text("d.npy", claimed((-3, 5)), "has the impossible shape (-3, 5)"),
    "npy with a column named": Bad(
        "d.npy", lambda p: np.save(p, np.ones((2, 2))), "has no columns with names", {"label": "y"}
    ),
    # .ts
    "ts without @data": text("d.ts", TS.removesuffix("@data\n"), "the line @data is missing"),
    "ts without head": text("d.ts", "1,2,3:up\n", "line 1: found '1,2,3:up' before @data"),
    "ts without series": text("d.ts", TS, "a head but no series"),
    "ts with times, cut": text("d.ts", TS + "(0,1),(1,2", "line 7: the label is"),
    "ts with a time twice": text("d.ts", TS + "(0,1),(0,2):up\n", "line 7, channel 1: a time appears twice"),
    "ts, unknown label": text(
        "d.ts", TS + "1,2:up\n3,4:side\n", "line 8: the label is 'side'; expected one of down, up"
    ),
    "ts, cut": text("d.ts", TS + "1,2:up\n3,4", "line 8: the label is '3,4'"),
    "ts, unequal": text("d.ts", TS + "1,2:up\n3:down\n", "line 8: 1 steps, but the first series has 2"),
    "ts, two channels": text("d.ts", TS + "1,2:3,4:up\n", "line 7: 2 channels; expected 1"),
    "ts, channels differ": text("d.ts", TS.replace("univariate true", "dimensions 2") + "1,2:3:up\n", "1 to 2 values"),
    "ts, dimensions": text("d.ts", "@dimensions many\n@data\n1\n", "@dimensions is 'many'"),
    "ts, no number": text("d.ts", TS + "1,b:up\n", "line 7, channel 1, value 2: found 'b'"),
    "ts, infinite": text("d.ts", TS + "1,inf:up\n", "line 7, channel 1, value 2: found 'inf'"),
    "ts, with a column named": text("d.ts", TS + "1,2:up\n", "has no columns with names", id="id"),
    "tsf, attributes missing": text("d.tsf", "# To forecast\n@relation r\n@data\nT1:1,2\n", "line 4: 1 attributes"),
    "tsf, head only": text("d.tsf", "@relation r\n@attribute series_name string\n", "@data is missing"),
    "tsf, a CSV": text("d.tsf", LONG, "line 1: found 'id,t,x,label' before @data"),
    # .arff
    "arff without @data": text("d.arff", ARFF.removesuffix("@data\n"), "the line @data is missing"),
    "arff without attributes": text("d.arff", "@relation r\n@data\n1\n", "no @attribute"),
    "arff, unknown label": text("d.arff", ARFF + "1,2,side\n", "line 6: the label is 'side'"),
    "arff, cut": text("d.arff", ARFF + "1,2,up\n1,2", "line 7: the label is '2'"),
    "arff, a value short": text("d.arff", ARFF + "1,up\n", "line 6: 1 values; expected 2"),
    "arff, sparse": text("d.arff", ARFF + "{0 1}\n", "sparse"),
    "arff of text": text("d.arff", ARFF.replace("b numeric", "b string") + "1,2,up\n", "attribute 'b' is 'string'"),
    "arff, open relation": text(
        "d.arff", "@relation r\n@attribute s relational\n@attribute t numeric\n", "does not end"
    ),
}
