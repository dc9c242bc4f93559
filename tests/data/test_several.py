"""A folder of files of one series each is read as the one file of all of them would be."""

import numpy as np
import pytest
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError, UsageError

WRITE = {
    "csv": lambda table, path: table.to_csv(path, index=False),
    "tsv": lambda table, path: table.to_csv(path, index=False, sep="\t"),
    "csv.gz": lambda table, path: table.to_csv(path, index=False),
    "parquet": lambda table, path: table.to_parquet(path),
    "feather": lambda table, path: table.to_feather(path),
    "jsonl": lambda table, path: table.to_json(path, orient="records", lines=True, double_precision=15),
    "xlsx": lambda table, path: table.to_excel(path, index=False),
}


def scatter(truth, folder, name, form="csv", columns=("t", "c0", "c1")):
    """Write a file for each series; `name` takes its number and its label."""
    for k, (_, table) in enumerate(truth.long().groupby("id", sort=False)):
        path = folder / f"{name(k, truth.y[k])}.{form}"
        path.parent.mkdir(exist_ok=True)
        WRITE[form](table[list(columns)].reset_index(drop=True), path)


@pytest.mark.parametrize("form", WRITE)
def test_every_kind_of_table(form, tmp_path):
    truth = Truth(9, 7, 2)
    scatter(truth, tmp_path, lambda k, y: f"{y}_{k}", form)
    s = read(tmp_path)
    places = np.array([int(id.rpartition("_")[2]) for id in s.ids]).argsort()
    truth.check(s.select(places), ids=[f"{y}_{k}" for k, y in enumerate(truth.y)])
    assert s.channels == ("c0", "c1")
    assert "9 files of one series each, labels are what the files' names have before their numbers" in s.notes


@pytest.mark.parametrize("series", [1, 4, 100])
def test_parts_are_the_whole(series, tmp_path):
    truth = Truth(9, 7, 2)
    scatter(truth, tmp_path, lambda k, y: f"{y}/{k}")
    whole, start = read(tmp_path), 0
    assert whole.y.tolist() == [id.partition("/")[0] for id in whole.ids]
    assert "9 files of one series each, labels are the names of the folders" in whole.notes
    for part in read_in_parts(tmp_path, series=series):
        here = whole.select(slice(start, start + len(part)))
        np.testing.assert_array_equal(part.x, here.x[:, : part.x.shape[1]])
        for what in ("ids", "lengths", "y", "channels", "name"):
            np.testing.assert_array_equal(getattr(part, what), getattr(here, what))
        start += len(part)
    assert start == 9


def test_labels_in_the_files(tmp_path):
    truth = Truth(9, 7, 2)
    scatter(truth, tmp_path, lambda k, y: f"{k}", columns=("t", "c0", "c1", "label"))
    truth.check(read(tmp_path), ids=[str(k) for k in range(9)])


def test_the_names_of_folders_come_before_a_column_and_that_before_the_names_of_files(tmp_path):
    for folder, label in (("p", "one"), ("q", "two")):
        (tmp_path / folder).mkdir()
        for k in (1, 2):
            (tmp_path / folder / f"{'ab'[k % 2]}{k}.csv").write_text(f"u,label\n{k},{label}\n{k},{label}\n")
    assert read(tmp_path).y.tolist() == ["p", "p", "q", "q"]
    assert "left out 'label', as labels are the names of the folders" in read(tmp_path).notes
    assert read(tmp_path, label="label").y.tolist() == ["one", "one", "two", "two"]
    assert read(tmp_path / "p").y.tolist() == ["one", "one"]


def test_a_pattern(tmp_path):
    truth = Truth(9, 7, 2)
    scatter(truth, tmp_path, lambda k, y: f"{k}")
    (tmp_path / "about.csv").write_text("sensor,place\nA,left\n")
    with pytest.raises(DataError, match=r"about\.csv: the columns are sensor, place; expected t, c0, c1"):
        read(tmp_path)
    truth.check(read(tmp_path / "[0-9].csv"), ids=[str(k) for k in range(9)], y=False)


def test_of_files_that_differ_in_their_columns_that_is_blamed_that_fewer_are_like(tmp_path):
    for name in ("b", "c", "d"):
        (tmp_path / f"{name}.csv").write_text("t,u\n0,1\n1,2\n")
    (tmp_path / "a.csv").write_text("t,other\n0,1\n1,2\n")
    with pytest.raises(
        DataError, match=r"a\.csv: the columns are t, other; expected t, u, as in 3 of 4 files, such as b"
    ):
        read(tmp_path)
    (tmp_path / "a.csv").write_text("t,u\n0,1\n1,2\n")
    for name in ("c", "e"):
        (tmp_path / f"{name}.csv").write_text("t,v\n0,1\n1,2\n")
    words = r"c\.csv: the columns are t, v, as in 2 files; expected t, u, as in 3 of 5 files, such as a\.csv"
    with pytest.raises(DataError, match=words):
        list(read_in_parts(tmp_path, series=1))


def without_header(folder, first=lambda t: t, names=("a_1", "a_2", "b_1", "b_2")):
    rng = np.random.default_rng(0)
    for name in names:
        rows = (f"{first(t):.6g},{20 + rng.normal():.3f},{rng.normal() - 3:.3f}\n" for t in range(9))
        (folder / f"{name}.csv").write_text("".join(rows))


@pytest.mark.parametrize("first", [lambda t: t, lambda t: 100 + 0.02 * t])
def test_without_names_a_first_column_that_rises_evenly_in_every_file_is_the_time(first, tmp_path):
    without_header(tmp_path, first)
    s = read(tmp_path)
    assert (s.channels, s.columns["time"]) == (("column2", "column3"), "column1")
    note = (
        "'column1' rises evenly in every file, so it is the time; if it is a channel, use --channels column1,column2,"
    )
    assert any(text.startswith(note) for text in s.notes)
    assert [part.channels for part in read_in_parts(tmp_path, series=3)] == [s.channels] * 2
    assert read(tmp_path, channels=["column1", "column2"]).channels == ("column1", "column2")
    trained = {"channels_expected": ["column1", "column2", "column3"], "columns_expected": {}}
    assert next(read_in_parts(tmp_path, **trained)).channels == ("column1", "column2", "column3")
    rows = (tmp_path / "b_2.csv").read_text().splitlines()
    (tmp_path / "b_2.csv").write_text("\n".join([*rows[3:], *rows[:3]]))
    assert read(tmp_path).channels == ("column1", "column2", "column3")


def test_without_names_a_first_column_that_rises_unevenly_may_be_the_time(tmp_path):
    without_header(tmp_path, lambda t: t + 0.3 * (t % 2))
    s = read(tmp_path)
    assert s.channels == ("column1", "column2", "column3")
    assert "'column1' rises from row to row in every file: if it is the time, use --time column1" in s.warnings
    assert read(tmp_path, time="column1").channels == ("column2", "column3")


def test_what_names_of_files_say_that_is_probably_not_meant(tmp_path):
    names = [f"train/{name}_{k}" for name in "ab" for k in range(3)] + ["test/a_7", "test/b_7", "test/b_7 (1)"]
    for name in names:
        (tmp_path / f"{name}.csv").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.csv").write_text("t,u\n0,1\n1,2\n")
    s = read(tmp_path)
    assert s.y.tolist() == ["a", "b", "b", *"aaabbb"]
    parts, copy = s.warnings
    assert parts.startswith(
        "the folders 'test', 'train' are by their names parts of the data, not classes, and are read "
    )
    assert parts.endswith(f": glasscell train {tmp_path / 'train'}, then glasscell evaluate RUN {tmp_path / 'test'}")
    assert copy == "'b_7 (1).csv' is a copy of 'b_7.csv', byte for byte: leave it out, else it counts twice"
    assert read(tmp_path / "train").warnings == ()


def test_why_some_names_keep_labels_from_being_read_is_said_where_there_are_no_others(tmp_path):
    for name in (*"abcde", "z"):
        (tmp_path / f"{'ab'[name > 'b']}_{name if name == 'z' else ord(name)}.csv").write_text("t,u\n0,1\n1,2\n")
    s = read(tmp_path)
    assert s.y is None
    words = (
        "no labels are read from the files' names: 'b_z' does not end in a number, as 5 others do; rename it (b_z_1)"
    )
    assert s.warnings[0].startswith(words)
    (tmp_path / "labels").mkdir()
    labels = tmp_path / "labels" / "labels.csv"
    labels.write_text("file,label\n" + "".join(f"{id}.csv,{k % 2}\n" for k, id in enumerate(s.ids)))
    found = read(tmp_path / "*.csv", labels=labels)
    assert (found.y.tolist(), found.warnings) == (["0", "1"] * 3, ())
    assert next(read_in_parts(tmp_path / "*.csv", channels_expected=["u"])).warnings == ()


def test_a_row_is_named_in_its_file(tmp_path):
    (tmp_path / "a.csv").write_text("t,u\n0,1\n1,2\n2,3\n")
    (tmp_path / "b.csv").write_text("t,u\n0,1\n1,much\n")
    for reading in (read, lambda path: list(read_in_parts(path, series=1))):
        with pytest.raises(DataError, match=rf"^{tmp_path}: b\.csv: row 2, column 'u': found 'much'"):
            reading(tmp_path)


def test_rows_of_totals_at_the_end_of_files_are_named_with_the_file(tmp_path):
    for name, end in {"a_1": "", "a_2": "Total,9\n", "b_1": "", "b_2": "Total,9\n"}.items():
        rows = "".join(f"{word}{name},{k}\n" for k, word in enumerate("pqr"))
        (tmp_path / f"{name}.csv").write_text(f"by,u\n{rows}{end}")
    said = "a_2.csv: row 4 may be one of totals ('Total' in column 'by'): if so, delete it (the same goes for 1 of the"
    for s in (read(tmp_path), next(read_in_parts(tmp_path, series=4))):
        assert [text for text in s.warnings if "totals" in text] == [f"{said} other files)"]
    (tmp_path / "b_2.csv").write_text("by,u\npb,1\nqb,1\nTotal,much\n")
    with pytest.raises(
        DataError, match=r"b_2\.csv: row 3, column 'u': found 'much'.*\. But row 3 may be one of totals"
    ):
        read(tmp_path, channels=["u"])


def test_a_column_of_ids_is_left_out_where_it_says_nothing(tmp_path):
    for k in range(3):
        (tmp_path / f"{k}.csv").write_text(f"id,case,u\n7,1,{k}\n7,2,5\n")
    s = read(tmp_path)
    assert (s.channels, s.ids.tolist()) == (("u",), ["0", "1", "2"])
    assert "left out 'id', as each file is one series" in s.notes


@pytest.mark.parametrize(
    ("written", "options", "error", "words"),
    [
        ({"a.csv": "id,u\n1,2\n1,2\n2,3\n"}, {}, DataError, r"a\.csv: contains 2 series by the column 'id'"),
        ({"a.csv": "t,u\n0,1\n", "b.csv": ""}, {}, DataError, r"b\.csv: is empty"),
        ({"a.csv": "t,u\n0,1\n", "b.csv": "@relation r\n"}, {}, DataError, r"b\.csv: is a \.arff file, which may have"),
        ({"a.csv": "t,u\n0,1\n"}, {"id": "u"}, UsageError, "id='u': each file is one series here"),
        ({"a.csv": "t,u\n0,1\n"}, {"label": "v"}, UsageError, "there is no column 'v' to use as label"),
    ],
)
def test_what_is_refused(written, options, error, words, tmp_path):
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(error, match=words):
        read(tmp_path, **options)


def test_encodings_of_a_folder(tmp_path):
    (tmp_path / "a.csv").write_bytes("t;größe\n0;1,5\n1;2\n".encode("cp1252"))
    (tmp_path / "b.csv").write_bytes("t;größe\n0;1,5\n".encode("utf-16"))
    s = read(tmp_path)
    assert s.channels == ("größe",)
    assert s.x[:, 0, 0].tolist() == [1.5, 1.5]


def test_what_is_understood_or_doubted_of_the_files_is_said(tmp_path):
    for name in ("walk_1", "walk_2", "run_1", "run_2"):
        (tmp_path / f"{name}.csv").write_text("Walk 7\nt;x\ns;m\n0;1.500\n1;2.500\n")
    for s in (read(tmp_path), next(read_in_parts(tmp_path, series=2))):
        assert s.x.max() == 2.5
        assert "run_1.csv: left out the line above the names: 'Walk 7'" in s.notes
        assert "run_1.csv: left out the row of units below the names: t s, x m" in s.notes
        assert s.warnings[-1].startswith("run_1.csv: '1.500' in column 'x' may be 1.5 or 1500")
    assert read(tmp_path, decimal=",").x.max() == 2500
    assert read(tmp_path, decimal=",").warnings == ()
