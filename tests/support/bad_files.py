"""Kinds of bad file: each a name, a function that writes it into a folder, and the error's fact."""

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

from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables

LONG = "id,t,x,label\na,0,1,up\na,1,2,up\nb,0,3,down\nb,1,4,down\n"
TS = (
    "@problemName p\n@timeStamps false\n@univariate true\n@equalLength true\n@classLabel true "
    "up down\n@data\n"
)
RELATION = (
    "@relation r\n@attribute s relational\n@attribute t numeric\n@end s\n@attribute class "
    "{up,down}\n@data\n"
)
ARFF = (
    "@relation r\n@attribute a numeric\n@attribute b numeric\n@attribute class {up,down}\n@data\n"
)


class Bad(NamedTuple):
    file: str
    write: Callable  # of the path
    fact: tuple  # a code, and some of its values
    options: dict = {}  # noqa: RUF012


def fact(code, **values):
    return code, values


def text(file, content, found, **options):
    return Bad(
        file,
        lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode()),
        found,
        options,
    )


def npz(found, **arrays):
    return Bad("d.npz", lambda path: np.savez(path, **arrays), found)


def npy(array, found):
    return Bad("d.npy", lambda path: np.save(path, array, allow_pickle=True), found)


def parquet(columns, found, **options):
    return Bad("d.parquet", lambda path: pq.write_table(pa.table(columns), path), found, options)


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
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    return head.getvalue() + b"\0" * 64


class Dangerous:
    def __reduce__(self):
        return (os.mkdir, ("unpickled",))


def with_pickle(path):
    np.savez(path, x=np.array([Dangerous(), None], dtype=object))


BAD = {
    # no file
    "missing": Bad("d.csv", lambda path: None, fact(Formats.NOT_OPENED)),
    "folder of nothing": Bad("d.csv", lambda path: path.mkdir(), fact(Reading.NO_TABLES)),
    "pattern of nothing": Bad("*.csv", lambda path: None, fact(Reading.NO_TABLES)),
    "symlink loop": Bad("d.csv", loop, fact(Formats.NOT_OPENED)),
    "empty": text("d.csv", "", fact(Formats.EMPTY)),
    "empty lines": text("d.csv", "\n\n  \n", fact(Formats.EMPTY)),
    # not text
    "NUL bytes": text("d.csv", LONG + "c,0,\0,up\n", fact(Formats.NUL_BYTE, line=6)),
    "UTF-8, damaged": text(
        "d.csv",
        (LONG + "c,0,1,größer\n").encode() + b"c,1,1,gr\xf6",
        fact(Formats.WRONG_BYTE, line=7, encoding="UTF-8"),
    ),
    "neither UTF-8 nor Windows-1252": text(
        "d.csv", LONG.encode() + b"c,0,1,\x81\xff\n", fact(Formats.WRONG_BYTE, line=6)
    ),
    "cut within a letter": text(
        "d.csv", (LONG + "c,0,1,ö").encode()[:-1], fact(Formats.WRONG_BYTE, encoding="UTF-8")
    ),
    "UTF-16, cut": text(
        "d.csv", LONG.encode("utf-16")[:-1], fact(Formats.WRONG_BYTE, encoding="UTF-16")
    ),
    "UTF-16 of nothing": text("d.csv", b"\xff\xfe", fact(Formats.EMPTY)),
    "unknown encoding": text(
        "d.csv", LONG, fact(Formats.UNKNOWN_ENCODING, encoding="klingon"), encoding="klingon"
    ),
    "pickle": text("d.pkl", pickle.dumps([1, 2]), fact(Formats.OTHER_KIND)),
    "MATLAB": text("d.mat", "MATLAB 5.0 MAT-file", fact(Formats.OTHER_KIND)),
    "database": text("d.db", b"SQLite format 3\0", fact(Formats.OTHER_KIND)),
    "PDF": text("d.pdf", "%PDF-1.7", fact(Formats.OTHER_KIND)),
    "HDF5": text("d.h5", b"\x89HDF\r\n\x1a\n", fact(Formats.OTHER_KIND)),
    "prose": text("d.csv", "Once upon a time\nthere was a king\n", fact(Tables.NO_IDS)),
    # packed
    "gzip, cut": text("d.csv.gz", gzip.compress(LONG.encode())[:-12], fact(Formats.DAMAGED)),
    "gzip, damaged": text(
        "d.csv.gz", gzip.compress(LONG.encode())[:12] + b"xxxxxxxxxxxxx", fact(Formats.DAMAGED)
    ),
    "bz2, cut": text("d.csv.bz2", bz2.compress(LONG.encode())[:-12], fact(Formats.DAMAGED)),
    "xz, cut": text("d.csv.xz", lzma.compress(LONG.encode())[:-12], fact(Formats.DAMAGED)),
    "zstd, damaged": text("d.csv.zst", b"\x28\xb5\x2f\xfd" + b"x" * 30, fact(Formats.DAMAGED)),
    "zip, cut": text("d.csv.zip", zipped(d_csv=LONG)[:-12], fact(Formats.DAMAGED)),
    "zip of two": text(
        "d.zip",
        zipped(a_csv=LONG, b_csv=LONG),
        fact(Formats.ZIP_OF_SEVERAL, n=2, names=["a.csv", "b.csv"]),
    ),
    "zip of none": text("d.zip", zipped(), fact(Formats.OTHER_KIND)),
    "zip, a name of nothing": text(
        "d.zip",
        zipped(d_csv=LONG)[:-60].replace(b"d.csv", b"0.csv")
        + zipped(d_csv=LONG)[-60:].replace(b"d.csv", b"\0.csv"),
        fact(Formats.DAMAGED),
    ),
    "zip of a folder": text("d.zip", zipped(**{"walks/": ""}), fact(Formats.ZIP_OF_SEVERAL, n=0)),
    "packed twice": text(
        "d.csv.gz.gz",
        gzip.compress(gzip.compress(LONG.encode())),
        fact(Formats.OTHER_KIND, kind="gzip"),
    ),
    "zip bomb": Bad("d.zip", lambda path: path.write_bytes(bomb()), fact(Formats.BOMB, times=100)),
    # separated columns
    "header only": text("d.csv", "id,t,x,label\n", fact(Formats.HEADER_ONLY)),
    "cut row": text("d.csv", LONG + "c,0", fact(Formats.WIDTH, line=6, n=2, expected=4)),
    "long row": text("d.csv", LONG + "c,0,1,up,5\n", fact(Formats.WIDTH, line=6, n=5, expected=4)),
    "ragged": text("d.csv", "1,2,3\n4,5\n6,7,8,9\n", fact(Formats.WIDTH, line=2, expected=3)),
    "open quote": text("d.csv", LONG + '"c,0,1,up\n', fact(Formats.WIDTH, line=6, expected=4)),
    "long cell": text("d.csv", "id,x\na," + "1" * 200_000 + "\n", fact(Formats.NO_TABLE)),
    "same names": text("d.csv", "id,x,x\na,1,2\na,1,2\n", fact(Formats.SAME_NAME, column="x")),
    "text among numbers": text(
        "d.csv",
        LONG + "c,0,seven,up\n",
        fact(Tables.NOT_A_NUMBER, row=5, column="x", found="seven"),
    ),
    "infinite": text(
        "d.csv", LONG + "c,0,-inf,up\n", fact(Tables.TOO_LARGE, row=5, column="x", value=-np.inf)
    ),
    "beyond float32": text(
        "d.csv", LONG + "c,0,1e39,up\n", fact(Tables.TOO_LARGE, row=5, column="x", value=1e39)
    ),
    "same times": text(
        "d.csv",
        "id,trial,t,x,y,label\n"
        + "".join(f"a,{k},{t},{k + t / 7},1.5,up\n" for k in (1, 2) for t in range(4)),
        fact(
            Tables.TIMES_OF_SEVERAL,
            row=5,
            column="t",
            id="a",
            time="0",
            other="trial",
            as_option="id,trial",
        ),
    ),
    "no time": text("d.csv", LONG + "a,,7,up\n", fact(Tables.NO_TIME, row=5, column="t")),
    "NaN as time": text("d.csv", LONG + "a,NaN,7,up\n", fact(Tables.NO_TIME, row=5, column="t")),
    "day or month": text(
        "d.csv",
        "id,t,x\na,3/1/2026,1\na,1/4/2026,2\n",
        fact(Tables.MONTH_OR_DAY, text="3/1/2026", column="t"),
    ),
    "no id": text("d.csv", LONG + ",2,7,up\n", fact(Tables.NO_ID, row=5, column="id")),
    "no ids": text("d.csv", "t,x\n0,1\n1,2\n", fact(Tables.NO_IDS, time="t")),
    "no channels": text("d.csv", "id,t,label\na,0,up\na,1,up\n", fact(Tables.NO_CHANNELS)),
    "two labels": text(
        "d.csv",
        LONG + "b,2,7,up\n",
        fact(Tables.TWO_LABELS, row=5, column="label", id="b", found="up", before="down"),
    ),
    "a label missing": text(
        "d.csv", LONG + "c,0,7,\n", fact(Tables.LABEL_MISSING, row=5, column="label")
    ),
    "a target missing": text(
        "d.csv",
        "x0,x1,y\n1,2,1.5\n1,2,2.5\n1,2,nan\n",
        fact(Tables.LABEL_MISSING, row=3, column="y", total=3),
    ),
    "spaces as id": text("d.csv", LONG + "  ,2,7,up\n", fact(Tables.NO_ID, row=5, column="id")),
    "half a label": text(
        "d.csv", LONG + "b,2,7,\n", fact(Tables.LABEL_ENDS, id="b", before="down")
    ),
    "label column missing": text(
        "d.csv",
        LONG,
        fact(Tables.NO_COLUMN, column="gesture", role="label", columns=["id", "t", "x", "label"]),
        label="gesture",
    ),
    "id column missing": text(
        "d.csv", LONG, fact(Tables.NO_COLUMN, column="case", role="id"), id="case"
    ),
    "time column missing": text(
        "d.csv", LONG, fact(Tables.NO_COLUMN, column="when", role="time"), time="when"
    ),
    "channel missing": text(
        "d.csv", LONG, fact(Tables.NO_COLUMN, column="z", role="channel"), channels=["x", "z"]
    ),
    "channels empty": text("d.csv", LONG, fact(Tables.CHANNELS_EMPTY), channels=[]),
    "named twice": text(
        "d.csv", LONG, fact(Tables.NAMED_TWICE, column="x"), label="x", channels=["x"]
    ),
    "unknown task": text("d.csv", LONG, fact(Tables.UNKNOWN_TASK, task="cluster"), task="cluster"),
    "text as target": text(
        "d.csv", LONG, fact(Tables.NO_TARGET, series=1, label="up"), task="regression"
    ),
    "mixed marks": text(
        "d.csv", "id;x\na;1,5\na;2.5\n", fact(Formats.OTHER_MARKS, found="2.5", row=2, column="x")
    ),
    "thousands": text(
        "d.csv", "id;x\na;1,500\na;2,500\n", fact(Formats.UNCLEAR_COMMA, found="1,500")
    ),
    "comma late": text(
        "d.csv",
        "id;x\n" + "a;1\n" * 60000 + "a;1,5\n",
        fact(Tables.NOT_A_NUMBER, row=60001, column="x", found="1,5"),
    ),
    "thousands in quotes": text(
        "d.csv", 'id,x\na,"1,500"\na,2\n', fact(Formats.UNCLEAR_COMMA, found="1,500")
    ),
    "long text": text(
        "d.csv", "id,x\n" + "a" * 2000 + ",1\nb,1\nb,1\n", fact(Tables.LONG_TEXT, length=2000)
    ),
    "wide, several texts": text(
        "d.csv", "p,q,x0\n" + "a,b,1\n" * 5, fact(Tables.SEVERAL_OF_WORDS, columns=["p", "q"])
    ),
    "padded size": text(
        "d.csv",
        "id,x\n" + "a,1\n" * 60000 + "".join(f"s{k},1\n" for k in range(60000)),
        fact(Reading.TOO_LARGE, n=60001, steps=60000, width=1),
    ),
    # Parquet
    "Parquet, cut": text("d.parquet", bytes_of_parquet()[:-20], fact(Formats.DAMAGED)),
    "Parquet, head only": text("d.parquet", b"PAR1", fact(Formats.DAMAGED)),
    "Parquet, no rows": parquet(
        {"id": pa.array([], pa.string()), "x": pa.array([], pa.float64())},
        fact(Formats.HEADER_ONLY),
    ),
    "Parquet, text channel": parquet(
        {"id": [1, 1], "x": ["1", "b"]}, fact(Tables.NOT_A_NUMBER, row=2, column="x", found="b")
    ),
    "Parquet, lists differ": parquet(
        {"u": [[1.0, 2.0], [3.0]], "v": [[1.0, 2.0], [3.0, 4.0]]},
        fact(Tables.OTHER_LENGTH, row=2, column="v", n=2, other="u"),
    ),
    "Parquet, lists of text": parquet(
        {"u": [["p", "q"], ["r"]]}, fact(Tables.NO_LISTS_OF_NUMBERS, column="u")
    ),
    "Parquet, struct": parquet({"u": [{"p": 1}, {"p": 2}]}, fact(Tables.NO_STEPS)),
    # Excel, Feather, JSON lines
    "xlsx, cut": text(
        "d.xlsx", zipped(**{"xl/workbook.xml": "<workbook/>"})[:-12], fact(Formats.DAMAGED)
    ),
    "xlsx of nothing": text(
        "d.xlsx", zipped(**{"xl/workbook.xml": "<workbook/>"}), fact(Formats.DAMAGED)
    ),
    "xls": text(
        "d.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, fact(Formats.OTHER_KIND)
    ),
    "xlsx, a CSV": text("d.xlsx", LONG + "c,0\n", fact(Formats.WIDTH, line=6, n=2, expected=4)),
    "Feather, cut": text("d.feather", bytes_of_feather()[:-20], fact(Formats.DAMAGED)),
    "Feather, head only": text("d.feather", b"ARROW1", fact(Formats.DAMAGED)),
    "JSON, cut": text("d.jsonl", '{"id": 1, "x": 1}\n{"id": 1, "x"', fact(Formats.NO_JSON)),
    "JSON, closed twice": text("d.jsonl", '{"x": 1}}\n', fact(Formats.NO_JSON)),
    "JSON, an array": text("d.json", "[1, 2]", fact(Formats.NO_JSON)),
    "JSON, deep": text("d.jsonl", '{"x": ' + "[" * 10**5, fact(Formats.NO_JSON)),
    # arrays
    "npz with a pickle": Bad("d.npz", with_pickle, fact(Formats.NO_ARRAY)),
    "npy with a pickle": npy(np.array([{}, 1], dtype=object), fact(Formats.NO_ARRAY)),
    "npz without x": npz(fact(Formats.NO_X, names=["series"]), series=np.ones(3)),
    "npz, labels too few": npz(
        fact(Formats.OTHER_SHAPE, name="y", shape=(1,), expected=2),
        x=np.ones((2, 3, 1)),
        y=np.array(["a"]),
    ),
    "npz, lengths too long": npz(
        fact(Formats.NO_LENGTHS, steps=3), x=np.ones((2, 3, 1)), lengths=np.array([1, 4])
    ),
    "npz, time last": npz(
        fact(Formats.NO_LENGTHS, steps=3), x=np.ones((2, 3, 9)), lengths=np.array([9, 4])
    ),
    "npz, lengths of floats": npz(
        fact(Formats.NO_LENGTHS, dtype="float64"),
        x=np.ones((2, 3, 1)),
        lengths=np.array([1.0, 2.0]),
    ),
    "npz, damaged": text(
        "d.npz", zipped(x_npy=bytes_of_npy(np.ones((9, 9))))[:60] + b"xxxx", fact(Formats.DAMAGED)
    ),
    "npz, same channels": npz(
        fact(Reading.CHANNEL_NAMES, n=2), x=np.ones((2, 3, 2)), channels=np.array(["a", "a"])
    ),
    "npz bomb": Bad(
        "d.npz",
        lambda p: np.savez_compressed(p, x=np.zeros((300, 2**20), np.uint8)),
        fact(Formats.BOMB),
    ),
    "npy of 4 axes": npy(np.ones((2, 2, 2, 2)), fact(Formats.X_WITHOUT_SERIES)),
    "npy of 1 axis": npy(np.ones(5), fact(Formats.X_WITHOUT_SERIES)),
    "npy of text": npy(np.array([["a", "b"]]), fact(Formats.X_WITHOUT_SERIES)),
    "npy of complex": npy(
        np.ones((2, 2), complex), fact(Formats.X_WITHOUT_SERIES, dtype="complex128")
    ),
    "npy, infinite": npy(np.array([[1.0, np.inf]]), fact(Reading.INFINITE, series="0", step=2)),
    "npy, cut": text("d.npy", bytes_of_npy(np.ones((5, 5)))[:-9], fact(Formats.NO_ARRAY)),
    "npy, head cut": text("d.npy", bytes_of_npy(np.ones((5, 5)))[:40], fact(Formats.NO_ARRAY)),
    "npy that claims a terabyte": text("d.npy", claimed((10**6, 10**6)), fact(Formats.NO_ARRAY)),
    "npy, negative": text("d.npy", claimed((-3, 5)), fact(Formats.NO_ARRAY)),
    "npy with a column named": Bad(
        "d.npy",
        lambda path: np.save(path, np.ones((2, 2))),
        fact(Reading.NO_NAMED_COLUMNS, role="label", name="y"),
        {"label": "y"},
    ),
    # .ts
    "ts without @data": text("d.ts", TS.removesuffix("@data\n"), fact(Formats.NO_DATA)),
    "ts without head": text(
        "d.ts", "1,2,3:up\n", fact(Formats.BEFORE_DATA, line=1, found="1,2,3:up")
    ),
    "ts without series": text("d.ts", TS, fact(Formats.HEAD_ONLY)),
    "ts with times, cut": text("d.ts", TS + "(0,1),(1,2", fact(Formats.UNKNOWN_LABEL, line=7)),
    "ts with a time twice": text(
        "d.ts", TS + "(0,1),(0,2):up\n", fact(Formats.TIME_TWICE, line=7, channel=1)
    ),
    "ts, unknown label": text(
        "d.ts",
        TS + "1,2:up\n3,4:side\n",
        fact(Formats.UNKNOWN_LABEL, line=8, label="side", classes=["down", "up"]),
    ),
    "ts, cut": text("d.ts", TS + "1,2:up\n3,4", fact(Formats.UNKNOWN_LABEL, line=8, label="3,4")),
    "ts, no label": text("d.ts", "@classLabel true\n@data\n1,2:\n", fact(Formats.NO_LABEL, line=3)),
    "ts, no channel": text("d.ts", "@classLabel true\n@data\nup\n", fact(Formats.NO_LABEL, line=3)),
    "ts, two channels": text(
        "d.ts",
        TS + "1,2:up\n1,2:3,4:up\n",
        fact(Formats.OTHER_CHANNEL_COUNT, line=8, n=2, expected=1),
    ),
    "ts, channels differ": text(
        "d.ts",
        TS.replace("univariate true", "dimensions 2") + "1,2:3:up\n",
        fact(Formats.CHANNEL_LENGTHS, least=1, most=2),
    ),
    "ts, no number": text(
        "d.ts", TS + "1,b:up\n", fact(Formats.NO_NUMBER, line=7, channel=1, place=2, found="b")
    ),
    "ts, infinite": text(
        "d.ts", TS + "1,inf:up\n", fact(Formats.NO_NUMBER, line=7, channel=1, place=2, found="inf")
    ),
    "ts, with a column named": text(
        "d.ts", TS + "1,2:up\n", fact(Reading.NO_NAMED_COLUMNS, role="id", name="id"), id="id"
    ),
    "tsf, attributes missing": text(
        "d.tsf",
        "# To forecast\n@relation r\n@data\nT1:1,2\n",
        fact(Formats.ATTRIBUTE_COUNT, line=4, n=1),
    ),
    "tsf, head only": text(
        "d.tsf", "@relation r\n@attribute series_name string\n", fact(Formats.NO_DATA)
    ),
    "tsf, a CSV": text("d.tsf", LONG, fact(Formats.BEFORE_DATA, line=1, found="id,t,x,label")),
    # .arff
    "arff without @data": text(
        "d.arff", ARFF.removesuffix("@data\n"), fact(Formats.NO_DATA, form=".arff")
    ),
    "arff without attributes": text(
        "d.arff", "@relation r\n@data\n1\n", fact(Formats.VALUE_COUNT, line=3, expected=0)
    ),
    "arff, unknown label": text(
        "d.arff", ARFF + "1,2,side\n", fact(Formats.UNKNOWN_LABEL, line=6, label="side")
    ),
    "arff, cut": text(
        "d.arff", ARFF + "1,2,up\n1,2", fact(Formats.UNKNOWN_LABEL, line=7, label="2")
    ),
    "arff, a value short": text(
        "d.arff", ARFF + "1,up\n", fact(Formats.VALUE_COUNT, line=6, n=1, expected=2)
    ),
    "arff, sparse": text("d.arff", ARFF + "{0 1}\n", fact(Formats.UNKNOWN_LABEL, line=6)),
    "arff of text": text(
        "d.arff",
        ARFF.replace("b numeric", "b string") + "1,2,up\n",
        fact(Formats.ATTRIBUTE_NOT_NUMERIC, attribute="b", kind="string"),
    ),
    "arff, no kind": text(
        "d.arff",
        ARFF.replace("b numeric", "b"),
        fact(Formats.ATTRIBUTE_NOT_NUMERIC, attribute="b", kind=""),
    ),
    "arff, no number as label": text(
        "d.arff",
        "@relation r\n@attribute a numeric\n@attribute y numeric\n@data\n5\n",
        fact(Formats.NO_LABEL, line=5),
    ),
    "arff, beside a relation": text(
        "d.arff",
        RELATION.replace("@end s\n", "@end s\n@attribute u numeric\n"),
        fact(Formats.ATTRIBUTE_NOT_NUMERIC, attribute="s", kind="relational"),
    ),
    "arff, no quotes": text(
        "d.arff", RELATION + "1,2,up\n", fact(Formats.NO_RELATION, line=7, found="1,2")
    ),
    "arff, a channel short": text(
        "d.arff",
        RELATION + "'1,2\\n3,4',up\n'1,2',up\n",
        fact(Formats.OTHER_CHANNEL_COUNT, line=8, n=1, expected=2),
    ),
    "arff, open relation": text(
        "d.arff",
        "@relation r\n@attribute s relational\n@attribute t numeric\n",
        fact(Formats.NO_DATA),
    ),
}
