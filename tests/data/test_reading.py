"""Reading returns what was written: random arrays, every format, packed and plain, in parts."""

import gzip
import io
import os
import subprocess
import sys
import threading
import zipfile

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises
from support.truth import PACKERS, Truth

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables

SHAPES = [(1, 1, 1), (1, 6, 2), (12, 1, 3), (9, 7, 1), (25, 11, 4)]


@pytest.mark.few(8)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_long_form(shape, separator, tmp_path):
    truth = Truth(*shape)
    truth.long().to_csv(tmp_path / "d.csv", sep=separator, index=False)
    s = read(tmp_path / "d.csv")
    truth.check(s, ids=[f"s{k}" for k in range(shape[0])])
    assert s.channels == tuple(f"c{d}" for d in range(shape[2]))
    assert s.name == "d"
    note = only(s.notes, Tables.LONG_FORM)
    by = [
        note.values[of].values[what]
        for of, what in (("series", "id"), ("order", "time"), ("labels", "label"))
    ]
    assert by == ["id", "t", "label"]


@pytest.mark.parametrize("shape", SHAPES)
def test_long_form_with_decimal_commas(shape, tmp_path):
    truth = Truth(*shape)
    truth.long().to_csv(tmp_path / "d.csv", sep=";", decimal=",", index=False)
    truth.check(read(tmp_path / "d.csv"), ids=[f"s{k}" for k in range(shape[0])])


@pytest.mark.parametrize("shape", SHAPES)
def test_long_form_in_any_order(shape, tmp_path):
    truth = Truth(*shape)
    table = truth.long().sample(frac=1, random_state=1)
    table.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    place = {name: k for k, name in enumerate(s.ids)}
    truth.check(
        s.select([place[f"s{k}"] for k in range(shape[0])]), ids=[f"s{k}" for k in range(shape[0])]
    )
    assert s.ids.tolist() == list(dict.fromkeys(table["id"]))


def test_long_form_without_times_keeps_the_files_order(tmp_path):
    (tmp_path / "d.csv").write_text("id,u\nb,3\na,1\nb,2\na,5\n")
    s = read(tmp_path / "d.csv")
    assert s.ids.tolist() == ["b", "a"]
    assert s.x[..., 0].tolist() == [[3, 2], [1, 5]]
    form, apart = s.notes
    assert form.values["order"].code is Tables.NO_TIME_COLUMN
    assert apart == Tables.IDS_APART(row=3, id="b")
    (tmp_path / "d.csv").write_text("id,u\nb,3\nb,2\na,1\na,5\n")
    together = read(tmp_path / "d.csv")
    np.testing.assert_array_equal(together.x, s.x)
    assert len(together.notes) == 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_wide_form(shape, ending, tmp_path):
    truth = Truth(*shape)
    path = tmp_path / f"d.{ending}"
    truth.wide().to_csv(path, index=False) if ending == "csv" else truth.wide().to_parquet(path)
    s = read(path)
    truth.check(s)
    assert s.channels == tuple(f"c{d}" for d in range(shape[2])) or shape[2] == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_long_form_of_parquet(shape, tmp_path):
    truth = Truth(*shape)
    truth.long().astype({"label": "category"}).to_parquet(tmp_path / "d.parquet")
    truth.check(read(tmp_path / "d.parquet"), ids=[f"s{k}" for k in range(shape[0])])


@pytest.mark.parametrize("shape", SHAPES)
def test_ts(shape, tmp_path):
    truth = Truth(*shape)
    (tmp_path / "d.ts").write_text(truth.ts())
    truth.check(read(tmp_path / "d.ts"))


@pytest.mark.parametrize("shape", SHAPES)
def test_arff(shape, tmp_path):
    truth = Truth(*shape, equal=shape[2] == 1)
    (tmp_path / "d.arff").write_text(truth.arff())
    truth.check(read(tmp_path / "d.arff"))


@pytest.mark.parametrize("shape", SHAPES)
def test_arrays(shape, tmp_path):
    truth = Truth(*shape)
    x = np.zeros((shape[0], truth.lengths.max(), shape[2]))
    for k, one in enumerate(truth.series):
        x[k, : len(one)] = one
    np.savez(tmp_path / "d.npz", X=x, y=truth.y, lengths=truth.lengths)
    truth.check(read(tmp_path / "d.npz"))
    for k, one in enumerate(truth.series):
        x[k, len(one) :] = np.nan
    np.save(tmp_path / "d.npy", np.asfortranarray(x))
    truth.check(read(tmp_path / "d.npy"), y=False)
    np.save(tmp_path / "d.npy", x[:, :, 0])
    np.testing.assert_array_equal(
        read(tmp_path / "d.npy").x[:, :, 0], x[:, :, 0].astype(np.float32)
    )


def test_arrays_of_whole_numbers_and_names(tmp_path):
    x = np.arange(12, dtype=np.uint8).reshape(2, 3, 2)
    np.savez_compressed(
        tmp_path / "d.npz", x=x, y=np.array([1.0, 2.0]), channels=["u", "v"], ids=np.array([7, 9])
    )
    s = read(tmp_path / "d.npz", task="classification", channels=["v"])
    assert s.x[..., 0].tolist() == x[..., 1].tolist()
    assert (s.y.tolist(), s.channels, s.ids.tolist()) == (["1", "2"], ("v",), ["7", "9"])


@pytest.mark.few(8)
@pytest.mark.parametrize("packed", PACKERS)
@pytest.mark.parametrize("form", ["csv", "ts", "arff", "parquet", "npy"])
def test_packed(packed, form, tmp_path):
    truth = Truth(9, 7, 2, equal=True)
    plain = tmp_path / f"d.{form}"
    if form == "npy":
        np.save(plain, np.stack(truth.series))
    elif form == "parquet":
        truth.wide().to_parquet(plain)
    else:
        plain.write_text(
            {"csv": truth.wide().to_csv(index=False), "ts": truth.ts(), "arff": truth.arff()}[form]
        )
    path = tmp_path / f"d.{form}.{packed}"
    path.write_bytes(PACKERS[packed](plain.read_bytes()))
    for place in (path, tmp_path / "d"):  # by the name, and by the content alone
        path = path.rename(place)
        s = read(place)
        truth.check(s, y=form != "npy")
        assert s.name == "d"
        parts = list(read_in_parts(place, series=4))
        assert [len(part) for part in parts] == [4, 4, 1]


@pytest.mark.parametrize("packed", [None, "gz", "zip", "zst"])
@pytest.mark.parametrize("form", ["csv", "parquet", "ts"])
def test_standard_input(packed, form, monkeypatch):
    truth = Truth(9, 7, 2)
    stream = io.BytesIO()
    truth.wide().to_parquet(stream)
    content = {
        "csv": truth.wide().to_csv(index=False).encode(),
        "ts": truth.ts().encode(),
        "parquet": stream.getvalue(),
    }[form]
    content = PACKERS[packed](content) if packed else content
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    s = read("-")
    truth.check(s)
    assert s.name == "stdin"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"id,x\na,b\n")))
    with raises(Tables.NO_STEPS, file="standard input"):
        read("-")


def test_a_pipe_is_read(tmp_path):
    truth = Truth(9, 7, 2)
    os.mkfifo(tmp_path / "pipe")
    for content in (truth.wide().to_csv(index=False).encode(), gzip.compress(truth.ts().encode())):
        writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,))
        writer.start()
        truth.check(read(tmp_path / "pipe"))
        writer.join()


def test_a_zip_of_one_array(tmp_path):
    np.save(tmp_path / "d.npy", np.ones((2, 3, 1)))
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.write(tmp_path / "d.npy", "d.npy")
    assert read(tmp_path / "d.zip").x.shape == (2, 3, 1)


def test_no_tensorflow_is_imported():
    code = (
        "import sys, glasscell.data; print(sorted({'tensorflow', 'keras', 'sklearn', "
        "'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("form", ["csv", "ts"])
def test_line_ends_and_byte_order_marks(end, mark, form, tmp_path):
    truth = Truth(9, 7, 2)
    text = truth.ts() if form == "ts" else "\n\n" + truth.wide().to_csv(index=False) + "\n\n"
    (tmp_path / "d").write_bytes(mark + text.replace("\n", end).encode())
    truth.check(read(tmp_path / "d"))


@pytest.mark.parametrize("separator", ["\t", ",", "  ", ";"])
def test_files_of_the_old_archive(separator, tmp_path):
    """No header, the label first, in scientific notation; shorter series end in NaN."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 6)).astype(np.float32), rng.integers(-1, 3, 20)
    x[3, 4:] = np.nan
    lines = [
        separator.join(f"{v:.7e}" if np.isfinite(v) else "NaN" for v in (y[k], *x[k]))
        for k in range(20)
    ]
    (tmp_path / "Old_TRAIN.txt").write_text(
        "".join(f"  {line}\n" if separator == "  " else f"{line}\n" for line in lines)
    )
    s = read(tmp_path / "Old_TRAIN.txt")
    np.testing.assert_allclose(s.x[..., 0], x, rtol=1e-6)
    assert s.y.tolist() == y.astype(str).tolist()
    assert s.lengths.tolist() == [6, 6, 6, 4, *[6] * 16]
    assert s.name == "Old_TRAIN"
    assert s.classes == ("-1", "0", "1", "2")


def test_targets_of_ts_and_series_without_labels(tmp_path):
    (tmp_path / "d.ts").write_text("@targetlabel true\n@data\n1,2:0.5\n3:7\n")
    assert read(tmp_path / "d.ts").y.tolist() == [0.5, 7.0]
    (tmp_path / "d.ts").write_text("@classLabel false\n@data\n1,2:3,4\n5:6\n")
    s = read(tmp_path / "d.ts")
    assert s.y is None
    assert s.x.tolist()[0] == [[1, 3], [2, 4]]


@pytest.mark.few(12)
@pytest.mark.parametrize(
    "form", ["csv", "parquet", "ts", "arff", "npy", "npz", "wide.csv", "wide.parquet"]
)
@pytest.mark.parametrize("series", [1, 4, 25, 1000])
def test_parts_are_the_whole(form, series, tmp_path):
    truth = Truth(25, 11, 2)
    path = tmp_path / f"d.{form}"
    table = truth.wide() if "wide" in form else truth.long()
    x = np.full((25, 11, 2), np.nan)
    for k, one in enumerate(truth.series):
        x[k, : len(one)] = one
    write = {
        "csv": lambda: table.to_csv(path, index=False),
        "parquet": lambda: table.to_parquet(path, row_group_size=10),
        "ts": lambda: path.write_text(truth.ts()),
        "arff": lambda: path.write_text(truth.arff()),
        "npy": lambda: np.save(path, x),
        "npz": lambda: np.savez(path, x=x, y=truth.y),
    }
    write[form.removeprefix("wide.")]()
    whole = read(path)
    start = 0
    for part in read_in_parts(path, series=series):
        assert len(part) == min(series, 25 - start)
        here = whole.select(slice(start, start + len(part)))
        assert part.x.shape[1] == part.lengths.max()
        np.testing.assert_array_equal(part.x, here.x[:, : part.x.shape[1]])
        for what in ("ids", "lengths", "y", "channels", "name"):
            np.testing.assert_array_equal(getattr(part, what), getattr(here, what))
        start += len(part)
    assert start == 25


@pytest.mark.few(1)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_parts_of_many_batches(form, tmp_path):
    """Series that lie across the batches of the parsers."""
    rng = np.random.default_rng(1)
    lengths = rng.integers(1, 2000, 300)
    ids = np.repeat(rng.permutation(10**6)[:300], lengths)
    table = pd.DataFrame(
        {"series": ids, "u": np.arange(len(ids)) % 1000, "v": rng.normal(size=len(ids))}
    )
    path = tmp_path / f"d.{form}"
    table.to_csv(path, index=False) if form == "csv" else table.to_parquet(path)
    parts = list(read_in_parts(path, series=7))
    assert np.concatenate([part.lengths for part in parts]).tolist() == lengths.tolist()
    assert (
        np.concatenate([part.x[part.mask][:, 0] for part in parts]).tolist() == table["u"].tolist()
    )


def test_parts_have_series_that_appear_again(tmp_path):
    (tmp_path / "d.csv").write_text("id,u\na,1\na,2\nb,3\nb,3\nc,1\na,4\n")
    for series in (1, 2, 10):
        parts = list(read_in_parts(tmp_path / "d.csv", series=series))
        assert [id for part in parts for id in part.ids] == ["a", "b", "c"]
        assert [n for part in parts for n in part.lengths] == [3, 2, 1]


def test_parts_have_the_channels_of_the_model(tmp_path):
    (tmp_path / "d.csv").write_text("id,u,v,w\na,1,2,3\na,4,5,6\n")
    for kind in ("d.csv",):
        (part,) = read_in_parts(tmp_path / kind, channels_expected=("w", "u"))
        assert (part.channels, part.x.tolist()) == (("w", "u"), [[[3, 1], [6, 4]]])
        with raises(
            Reading.OTHER_CHANNELS,
            found=("u", "v", "w"),
            n_found=3,
            expected=("u", "q"),
            n_expected=2,
        ):
            list(read_in_parts(tmp_path / kind, channels_expected=("u", "q")))
    np.save(tmp_path / "d.npy", np.ones((2, 3, 2)))
    (part,) = read_in_parts(tmp_path / "d.npy", channels_expected=("w", "u"))
    assert part.channels == ("w", "u")
    with raises(Reading.OTHER_CHANNELS, expected=("w",)):
        list(read_in_parts(tmp_path / "d.npy", channels_expected=("w",)))
    with raises(Tables.NO_CHANNEL, channel="u", channels=("dim_0", "dim_1")):
        read(tmp_path / "d.npy", channels=["u"])


def test_parts_begin_before_the_end_is_read(tmp_path):
    (tmp_path / "d.ts").write_text("@classLabel true a b\n@data\n1:a\n2:b\n3:c\n")
    parts = read_in_parts(tmp_path / "d.ts", series=2)
    assert next(parts).y.tolist() == ["a", "b"]
    with raises(Formats.UNKNOWN_LABEL, line=5, label="c"):
        next(parts)


@pytest.mark.few(1)
@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_parts_may_be_left_early(form, tmp_path):
    truth = Truth(25, 11, 2)
    table = pd.concat([truth.wide()] * 1000)
    path = tmp_path / f"d.{form}"
    table.to_parquet(path) if form == "parquet" else table.to_csv(path, index=False)
    parts = read_in_parts(path, series=25)
    truth.check(next(parts))
    parts.close()
    path.unlink()


def test_labels_decide_the_task(tmp_path):
    (tmp_path / "d.csv").write_text("x0,x1,y\n" + "1,2,0\n1,2,1\n" * 4)
    assert read(tmp_path / "d.csv").classes == ("0", "1")
    assert read(tmp_path / "d.csv", task="regression").y.tolist() == [0, 1] * 4
    parts = [part.task for part in read_in_parts(tmp_path / "d.csv", series=4)]
    assert parts == ["classification"] * 2


@pytest.mark.parametrize(
    ("text", "options", "channels", "x", "y"),
    [
        ("id,x,y,z\na,1,2,3\na,4,5,6\n", {}, ("x", "y", "z"), [[1, 2, 3], [4, 5, 6]], None),
        ("id,time,y\na,0,2\na,1,5\n", {}, ("y",), [[2], [5]], None),
        ("id,time,u,y\na,0,2,1.5\na,1,5,1.5\n", {}, ("u",), [[2], [5]], [1.5]),
        ("id,t,u\na,0,2\na,1,5\n", {"channels": ["t", "u"]}, ("t", "u"), [[0, 2], [1, 5]], None),
        ("id,t,u,w\na,0,2,p\na,1,5,p\n", {}, ("u",), [[2], [5]], ["p"]),
        (",id,t,u\n0,a,0,2\n1,a,1,5\n", {}, ("u",), [[2], [5]], None),
        ("Series_ID,Time,u,Class\na,2026-01-02,5,p\na,2026-01-01T10:00,2,p\n", {}, ("u",),
         [[2], [5]], ["p"]),
        ("id;t;u\na;1.2.2024 01:59;5\na;31.01.2024 23:59:30;2\n", {}, ("u",), [[2], [5]], None),
        ("id;t;u\na;01.02.2024 00:00:00.25;5,5\na;01.02.2024;2,5\n", {}, ("u",), [[2.5], [5.5]],
         None),
        ("id,t,u\na,1700000000000000001,5\na,1700000000000000000,2\n", {}, ("u",), [[2], [5]],
         None),
        ("case,u\na, 2 \na,+5\n", {"id": "case"}, ("u",), [[2], [5]], None),
        ("id,u\na,2\na,NA\na,5\n", {}, ("u",), [[2], [np.nan], [5]], None),
        ("x_0,y_0,x_1,y_1\n1,2,3,4\n", {}, ("x", "y"), [[1, 2], [3, 4]], None),
        ("x_0,x_1,y_0,y_1\n1,3,2,4\n", {"channels": ["y"]}, ("y",), [[2], [4]], None),
        ("t10,t9,class\n1,3,p\n", {}, ("t",), [[3], [1]], ["p"]),
        ("label,0,1,2\nwalk,1.5,2.5,3.5\n", {}, ("value",), [[1.5], [2.5], [3.5]], ["walk"]),
        ("0,1,2\n1.5,2.5,3.5\n", {}, ("value",), [[1.5], [2.5], [3.5]], None),
        ("walk,0.5,1,2\nrun,1.5,2.5,3.5\nrun,1,1,1\n", {}, ("value",), [[0.5], [1], [2]],
         ["walk", "run", "run"]),
        ("label,0.0,0.5,1.0\nwalk,1,2,3\n", {}, ("value",), [[1], [2], [3]], ["walk"]),
        ("country,2024,2025,2026\nNorway,1,2,3\n", {}, ("value",), [[1], [2], [3]], ["Norway"]),
        ("walk,3,1,2\nrun,1,2,3\n", {}, ("value",), [[3], [1], [2]], ["walk", "run"]),
        ("gesture,0,1,2\nwalk,1,2,3\n", {}, ("value",), [[1], [2], [3]], ["walk"]),
        ("2026-01-01,2026-02-01,2026-03-01,class\n1,2,3,p\n", {}, ("value",), [[1], [2], [3]],
         ["p"]),
        ("id,u,label\na ,1,walk\n a,2,walk \n", {}, ("u",), [[1], [2]], ["walk"]),
        ("id,acc,label\na,1,None\na,2,None\n", {"channels": "acc"}, ("acc",), [[1], [2]], ["None"]),
        ("7\n", {}, ("value",), [[7]], None),
        ("a,b,c\n1,2,3\n", {"channels": ["b"]}, ("value",), [[2]], None),
        ("a,b,c\n1,2,3\n", {"channels": ["c", "a"]}, ("value",), [[3], [1]], None),
    ],
)  # fmt: skip
def test_columns_are_understood(text, options, channels, x, y, tmp_path):
    (tmp_path / "d.csv").write_text(text)
    s = read(tmp_path / "d.csv", **options)
    assert s.channels == channels
    np.testing.assert_array_equal(s.x[0], np.array(x, np.float32))
    assert (None if s.y is None else s.y.tolist()) == y


def test_what_is_guessed_and_left_out_is_reported(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,u,who,label\na,0,2,bob,up\na,5,5,bob,up\na,6,5,bob,up\n")
    notes = read(tmp_path / "d.csv").notes
    assert codes(notes) == [Tables.LONG_FORM, Tables.LEFT_OUT]
    assert (notes[0].values["channels"], notes[1].values["column"]) == (("u",), "who")
    assert notes[1].values["why"].code is Tables.WITHOUT_NUMBERS


def test_a_column_of_names_may_be_named_as_one(tmp_path):
    (tmp_path / "d.csv").write_text("who,u0,u1,label\nbob,1,2,p\nbob,3,4,q\n")
    why = only(read(tmp_path / "d.csv").notes, Tables.LEFT_OUT).values["why"]
    assert (why.code, why.values["hint"].code) == (Tables.WITHOUT_NUMBERS, Tables.USE_ID)
    (tmp_path / "d.csv").write_text("id,who,u0,u1,label\n1,bob,1,2,p\n2,bob,3,4,q\n")
    assert (
        only(read(tmp_path / "d.csv").notes, Tables.LEFT_OUT).values["why"].values["hint"] is None
    )


def test_times_of_two_kinds_are_not_guessed_at(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,u\na,31.01.2024,5\na,13/31/2024,2\n")
    with raises(Tables.NOT_A_TIME, row=2, column="t", found="13/31/2024"):
        read(tmp_path / "d.csv")


def test_lists_in_the_cells_of_parquet(tmp_path):
    pd.DataFrame({"u": [[1.0, 2.0], [3.0]], "v": [[4, 5], [6]], "y": ["p", "q"]}).to_parquet(
        tmp_path / "d.parquet"
    )
    s = read(tmp_path / "d.parquet")
    assert s.x[0].tolist() == [[1, 4], [2, 5]]
    assert (s.lengths.tolist(), s.y.tolist(), s.channels) == ([2, 1], ["p", "q"], ("u", "v"))


def test_one_class_and_constant_channels_are_read(tmp_path):
    (tmp_path / "d.csv").write_text("id,u,label\na,1,p\na,1,p\nb,1,p\n")
    s = read(tmp_path / "d.csv")
    assert s.classes == ("p",)


def test_columns_that_a_model_was_trained_with_mean_the_same(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("p,q,u,v\na,1,1,2\na,0,3,4\n")
    columns = {"id": "p", "time": "q", "label": "r"}
    (part,) = read_in_parts(path, channels_expected=("u", "v"), columns_expected=columns)
    assert (part.x.tolist(), part.ids.tolist(), part.y) == ([[[3, 4], [1, 2]]], ["a"], None)
    assert part.columns == {"id": "p", "time": "q"}
    (part,) = read_in_parts(path, channels=["q", "u"], columns_expected=columns)
    assert part.x.tolist() == [[[1, 1], [0, 3]]]
    (part,) = read_in_parts(path, id="p", columns_expected={"id": "v", "time": "p"})
    assert (part.channels, part.columns) == (("q", "u", "v"), {"id": "p"})
