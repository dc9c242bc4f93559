"""Which files a folder or a pattern stands for, and what their names say."""

import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.folder import bare_name
from glasscell.data.sentences import Reading
from glasscell.errors import DataError


def fill(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n1\n2\n")


@pytest.mark.parametrize(
    ("names", "folders", "beginnings"),
    [
        (["walk/1.csv", "walk/2.csv", "run/1.csv"], ("run", "walk", "walk"), None),
        (["a/train/walk/1.csv", "a/train/run/2.csv"], ("run", "walk"), None),
        (
            ["walk_01.csv", "walk_02.csv", "run_01.csv", "run_2.csv.gz"],
            None,
            ("run", "run", "walk", "walk"),
        ),
        (["walk1.csv", "walk2.csv", "run1.csv", "run2.csv"], None, ("run", "run", "walk", "walk")),
        (
            ["stand-still 1.txt", "stand-still 2.txt", "up (1).txt", "up (2).txt"],
            None,
            ("stand-still", "stand-still", "up", "up"),
        ),
        (
            ["cold_01_2.csv", "cold_02_1.csv", "hot_01_1.csv", "hot-02-1.csv"],
            None,
            ("cold", "cold", "hot", "hot"),
        ),
        (
            ["x2_a_1_2.csv", "x2_a_3.csv", "x2_b_2026-01-31_1.csv", "x2_b_2.csv"],
            None,
            ("x2_a", "x2_a", "x2_b", "x2_b"),
        ),
        (["a_1.csv", "a_1 (1).csv", "b_1.csv", "b_1(2).csv"], None, ("a", "a", "b", "b")),  # copies
        (["a_1.csv", "a_2.csv", "b_1.csv", "b_2.csv", "b_1 - Copy.csv"], None, None),
        (
            ["train/a_1.csv", "train/b_1.csv", "Test/a_2.csv", "Test/b_2.csv"],
            None,
            ("a", "b", "a", "b"),
        ),
        (["train/a/1.csv", "train/b/1.csv", "test/a/2.csv"], ("a", "a", "b"), None),
        (["train/1.csv", "test/2.csv", "walk/3.csv"], ("test", "train", "walk"), None),
        (["anna.csv", "bert.csv", "carl.csv"], None, None),
        (
            ["anna1.csv", "bert1.csv", "carl1.csv"],
            None,
            None,
        ),  # as many beginnings as files: names, not labels
        (["walk_1.csv", "walk_2.csv"], None, None),
        (["1.csv", "2.csv"], None, None),
    ],
)
def test_labels_in_names(names, folders, beginnings, tmp_path):
    fill(tmp_path, *names)
    found, labels = read(tmp_path), folders or beginnings
    by = (
        Reading.WITH_LABELS(labels=Reading.FOLDER_NAMES() if folders else Reading.BEGINNINGS())
        if labels
        else None
    )
    assert (None if found.y is None else tuple(found.y)) == labels
    assert Reading.FILES(n=len(names), labels=by) in found.notes


@pytest.mark.parametrize("deep", ["", "walk/"])
def test_folders_called_as_parts_of_data_are_named(deep, tmp_path):
    fill(tmp_path, f"Train/{deep}1.csv", f"Train/{deep}2.csv", f"test/{deep}3.csv")
    parts = Reading.PARTS.warning(folders=["Train", "test"], first=tmp_path / "Train")
    assert parts in read(tmp_path).warnings
    assert parts in read(tmp_path / "*" / deep / "*.csv").warnings
    assert read(tmp_path / "Train").warnings == ()
    fill(tmp_path, f"more/{deep}4.csv")
    assert parts in read(tmp_path).warnings


def test_files_are_sorted_and_others_left_out(tmp_path):
    fill(
        tmp_path,
        "b.csv",
        "a/2.csv",
        "a/1.parquet",
        "README.md",
        ".hidden.csv",
        "a/.DS_Store",
        "notes.txt",
    )
    found = read(tmp_path)
    assert found.ids.tolist() == ["a/1", "a/2", "b"]
    assert Reading.FILES_LEFT_OUT(files=("README.md", "notes.txt")) in found.notes
    assert found.name == tmp_path.name


def test_patterns(tmp_path):
    fill(tmp_path, "walk_1.csv", "walk_2.csv", "notes.csv", "deep/er/walk_3.csv", "walk_[1].csv")
    assert read(tmp_path / "walk_?.csv").ids.tolist() == ["walk_1", "walk_2"]
    assert read(tmp_path / "**" / "walk_3.csv").ids.tolist() == ["walk_3"]
    assert read(tmp_path / "walk_*.csv").name == "walk"
    assert read(tmp_path / "*.csv").name == tmp_path.name


@pytest.mark.parametrize(
    ("names", "code", "values"),
    [
        ([], Reading.NO_TABLES, {"n": 0}),
        (["a.png", "b.md", "notes.txt"], Reading.NO_TABLES, {"n": 3}),
        (["a.csv", "a.txt"], Reading.SAME_NAME_BUT_ENDING, {"name": "a"}),
    ],
)
def test_what_is_refused(names, code, values, tmp_path):
    fill(tmp_path, *names)
    with raises(code, **values):
        read(tmp_path)


def test_names_keep_points_that_are_no_endings():
    assert [bare_name(name) for name in ("v1.5", "a/v1.5.csv", ".csv", "a.CSV", "a.tsv.zst")] == [
        "v1.5", "a/v1.5", ".csv", "a", "a"]  # fmt: skip


def test_a_file_whose_rows_are_all_empty_is_named(tmp_path):
    fill(tmp_path, "walk_1.csv")
    (tmp_path / "walk_2.csv").write_text("x,y\n,\n , \n")
    with pytest.raises(DataError, match=r": walk_2\.csv: contains no rows"):
        read(tmp_path)
