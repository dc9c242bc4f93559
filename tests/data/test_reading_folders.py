"""A folder of files of one series each is read as the one file of all of them would be."""

import numpy as np
import pytest
from support.facts import only, raises
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.data.checks.copies import check_copies, fingerprints_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables

WRITE = {
    "csv": lambda table, path: table.to_csv(path, index=False),
    "tsv": lambda table, path: table.to_csv(path, index=False, sep="\t"),
    "csv.gz": lambda table, path: table.to_csv(path, index=False),
    "parquet": lambda table, path: table.to_parquet(path),
    "feather": lambda table, path: table.to_feather(path),
    "jsonl": lambda table, path: table.to_json(
        path, orient="records", lines=True, double_precision=15
    ),
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
    assert Reading.FILES(n=9, labels=Reading.WITH_LABELS(labels=Reading.BEGINNINGS())) in s.notes


@pytest.mark.parametrize("series", [1, 4, 100])
def test_parts_are_the_whole(series, tmp_path):
    truth = Truth(9, 7, 2)
    scatter(truth, tmp_path, lambda k, y: f"{y}/{k}")
    whole, start = read(tmp_path), 0
    assert whole.y.tolist() == [id.partition("/")[0] for id in whole.ids]
    assert (
        Reading.FILES(n=9, labels=Reading.WITH_LABELS(labels=Reading.FOLDER_NAMES())) in whole.notes
    )
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
            (tmp_path / folder / f"{'ab'[k % 2]}{k}.csv").write_text(
                f"u,label\n{k},{label}\n{k},{label}\n"
            )
    assert read(tmp_path).y.tolist() == ["p", "p", "q", "q"]
    why = Reading.OTHER_LABELS(labels=Reading.FOLDER_NAMES())
    assert Tables.LEFT_OUT(column="label", why=why) in read(tmp_path).notes
    assert read(tmp_path, label="label").y.tolist() == ["one", "one", "two", "two"]
    assert read(tmp_path / "p").y.tolist() == ["one", "one"]


def test_a_pattern(tmp_path):
    truth = Truth(9, 7, 2)
    scatter(truth, tmp_path, lambda k, y: f"{k}")
    (tmp_path / "about.csv").write_text("sensor,place\nA,left\n")
    with raises(
        Reading.OTHER_COLUMNS,
        file="about.csv",
        found=["sensor", "place"],
        expected=["t", "c0", "c1"],
    ):
        read(tmp_path)
    truth.check(read(tmp_path / "[0-9].csv"), ids=[str(k) for k in range(9)], y=False)


def test_of_files_that_differ_in_their_columns_both_are_named(tmp_path):
    for name in ("b", "c", "d"):
        (tmp_path / f"{name}.csv").write_text("t,u\n0,1\n1,2\n")
    (tmp_path / "a.csv").write_text("t,other\n0,1\n1,2\n")
    with raises(
        Reading.OTHER_COLUMNS, file="b.csv", found=["t", "u"], expected=["t", "other"], like="a.csv"
    ):
        list(read_in_parts(tmp_path, series=1))
    assert read(tmp_path / "[b-d].csv").channels == ("u",)  # which the error tells to type


def test_without_names_a_first_column_that_counts_is_warned_of(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("a_1", "a_2", "b_1", "b_2"):
        rows = (
            f"{0.02 * t:.6g},{20 + rng.normal():.3f},{rng.normal() - 3:.3f}\n" for t in range(9)
        )
        (tmp_path / f"{name}.csv").write_text("".join(rows))
    s = read(tmp_path)
    assert s.channels == ("column1", "column2", "column3")
    assert only(s.warnings, Tables.COUNTS_STEPS).values["column"] == "column1"
    assert read(tmp_path, time="column1").channels == ("column2", "column3")
    before = {"channels_expected": ["column2", "column3"], "columns_expected": {"time": "column1"}}
    # of a run that took it for that
    assert next(read_in_parts(tmp_path, **before)).channels == ("column2", "column3")


def test_parts_of_data_are_warned_of(tmp_path):
    for name in [f"train/{name}_{k}" for name in "ab" for k in range(3)] + ["test/a_7", "test/b_7"]:
        (tmp_path / f"{name}.csv").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.csv").write_text("t,u\n0,1\n1,2\n")
    s = read(tmp_path)
    assert s.y.tolist() == ["a", "b", *"aaabbb"]
    assert s.warnings == (
        Reading.PARTS.warning(folders=["test", "train"], first=tmp_path / "train"),
    )
    assert read(tmp_path / "train").warnings == ()


def test_a_copy_counts_and_is_warned_of_as_the_same_series(tmp_path):
    for k, name in enumerate(["a_1", "a_2", "b_1", "b_2"]):
        (tmp_path / f"{name}.csv").write_text(f"t,u\n0,{k}\n1,2\n2,{k}\n")
    (tmp_path / "b_2 (1).csv").write_bytes((tmp_path / "b_2.csv").read_bytes())
    s = read(tmp_path)
    assert dict(zip(s.ids.tolist(), s.y.tolist(), strict=True))["b_2 (1)"] == "b"
    assert check_copies(s, fingerprints_of(s)) != []


def test_a_row_is_named_in_its_file(tmp_path):
    (tmp_path / "a.csv").write_text("t,u\n0,1\n1,2\n2,3\n")
    (tmp_path / "b.csv").write_text("t,u\n0,1\n1,much\n")
    for reading in (read, lambda path: list(read_in_parts(path, series=1))):
        with raises(Tables.NOT_A_NUMBER, file="b.csv", row=2, column="u", found="much"):
            reading(tmp_path)


def test_rows_of_totals_at_the_end_of_files_are_named_with_the_file(tmp_path):
    for name, end in {"a_1": "", "a_2": "Total,9\n", "b_1": "", "b_2": "Total,9\n"}.items():
        rows = "".join(f"{word}{name},{k}\n" for k, word in enumerate("pqr"))
        (tmp_path / f"{name}.csv").write_text(f"by,u\n{rows}{end}")
    for s in (read(tmp_path), next(read_in_parts(tmp_path, series=4))):
        assert only(s.warnings, Tables.FOOTER).values["file"] == ("a_2.csv",)


def test_a_column_of_ids_is_left_out_where_it_says_nothing(tmp_path):
    for k in range(3):
        (tmp_path / f"{k}.csv").write_text(f"id,case,u\n7,1,{k}\n7,2,5\n")
    s = read(tmp_path)
    assert (s.channels, s.ids.tolist()) == (("u",), ["0", "1", "2"])
    assert Tables.LEFT_OUT(column="id", why=Reading.OF_ONE_SERIES()) in s.notes


@pytest.mark.parametrize(
    ("written", "options", "code", "values"),
    [
        (
            {"a.csv": "id,u\n1,2\n1,2\n2,3\n"},
            {},
            Reading.MANY_SERIES,
            {"file": "a.csv", "column": "id", "n": 2},
        ),
        ({"a.csv": "t,u\n0,1\n", "b.csv": ""}, {}, Formats.EMPTY, {"file": "b.csv"}),
        ({"a.json": "{}"}, {}, Formats.EMPTY, {"file": "a.json"}),
        (
            {"a.csv": "t,u\n0,1\n", "b.csv": "@relation r\n"},
            {},
            Reading.NO_SINGLE_SERIES,
            {"file": "b.csv", "kind": "arff"},
        ),
        ({"a.csv": "t,u\n0,1\n"}, {"id": "u"}, Reading.ID_OF_FILES, {"id": "u"}),
        (
            {"a.csv": "t,u\n0,1\n"},
            {"label": "v"},
            Tables.NO_COLUMN,
            {"column": "v", "role": "label"},
        ),
    ],
)
def test_what_is_refused(written, options, code, values, tmp_path):
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    with raises(code, **values):
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
    (tmp_path / "about.md").write_text("Walks.")
    for s in (read(tmp_path), next(read_in_parts(tmp_path, series=2))):
        assert s.x.max() == 2.5
        assert Reading.FILES_LEFT_OUT(files=("about.md",)) in s.notes
        of_first = [note.code for note in s.notes if note.values.get("file") == ("run_1.csv",)]
        assert of_first[-2:] == [Formats.TITLES, Formats.UNITS]
        assert (s.warnings[-1].code, s.warnings[-1].values["file"]) == (
            Formats.UNCLEAR_POINT,
            ("run_1.csv",),
        )
    assert read(tmp_path, decimal=",").x.max() == 2500
    assert read(tmp_path, decimal=",").warnings == ()
