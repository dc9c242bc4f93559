import re
from pathlib import Path

import pytest
from support.facts import raises

from glasscell.errors import StorageError
from glasscell.system.files import (
    check_table,
    is_there,
    kept_open,
    one_line,
    open_shared,
    parse_object,
    parse_toml,
    read_json,
    save_picture,
    split_sheet,
    storage_trouble,
    write_whole,
)
from glasscell.system.sentences import System


@pytest.mark.parametrize(
    "content", ["ünï", "ünï".encode(), lambda path: path.write_text("ünï", encoding="utf-8")]
)
def test_text_bytes_or_whatever_writes_to_a_path(content, tmp_path):
    write_whole(tmp_path / "a.txt", content)
    write_whole(tmp_path / "a.txt", content)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "ünï"


def test_who_reads_a_file_together_has_a_place_of_its_own(tmp_path):
    path, content = tmp_path / "a.bin", bytes(range(256)) * 100
    path.write_bytes(content)
    with open_shared(path) as first:
        assert first.read(100) == content[:100]
        with kept_open(path) as second:
            assert second.seek(-56, 2) == len(content) - 56
            assert (second.read(), first.read(3)) == (content[-56:], content[100:103])
        assert first.read() == content[103:]
        path.rename(tmp_path / "b.bin")
        path.write_bytes(b"new")
        with open_shared(path) as other:  # another file by then
            assert (other.read(), first.seek(1), first.read(2)) == (b"new", 1, content[1:3])
    with open_shared(path) as again:
        assert again.read() == b"new"
    with kept_open(tmp_path) as none:  # a folder
        assert none is None


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt(), RuntimeError("bug")])
def test_what_fails_half_way_leaves_the_old_file(error, tmp_path):
    (tmp_path / "a.txt").write_text("old")

    def fail(path: Path):
        path.write_text("half")
        raise error

    with pytest.raises(type(error)):
        write_whole(tmp_path / "a.txt", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_the_file_is_not_there_before_it_is_whole(tmp_path):
    def look(path: Path):
        path.write_text("half")
        assert path.suffix == ".txt"
        assert path.parent == tmp_path
        assert not (tmp_path / "a.txt").exists()

    write_whole(tmp_path / "a.txt", look)


def test_the_old_file_is_replaced_and_never_written_into(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "same.txt").hardlink_to(tmp_path / "a.txt")
    write_whole(tmp_path / "a.txt", "new")
    assert (tmp_path / "same.txt").read_text() == "old"


def test_trouble_is_reported_in_one_sentence():
    with (
        raises(System.NOT_WRITTEN, file="a.txt", words="No space left on device"),
        storage_trouble(Path("a.txt")),
    ):
        raise OSError(28, "No space left on device")


def test_trouble_reported_already_and_other_errors_are_let_through():
    with raises(System.IS_FOLDER), storage_trouble(Path("a.txt")):
        raise StorageError(System.IS_FOLDER, output="a")
    with pytest.raises(ZeroDivisionError), storage_trouble(Path("a.txt")):
        raise ZeroDivisionError


def test_one_line_of_an_error():
    assert one_line(ValueError("two\n   lines")) == "two lines"
    assert one_line(ValueError()) == "ValueError"
    assert len(one_line(ValueError("x" * 1000))) == 200


def test_a_folder_that_is_not_there_is_reported_for_a_picture_as_for_a_table(tmp_path):
    with raises(System.NO_FOLDER, parent=str(tmp_path / "no")):
        save_picture(None, tmp_path / "no/a.png")
    with raises(System.NO_FOLDER):
        check_table(str(tmp_path / "no/a.csv"), "-")


def test_a_sheet_may_be_named_after_an_excel_file(tmp_path):
    path = tmp_path / "d.xlsx"
    assert split_sheet(f"{path}#a#b") == (str(path), "a#b")
    assert split_sheet("d.XLSX#a") == ("d.XLSX", "a")
    assert split_sheet("d#1.csv") == ("d#1.csv", None)
    assert not is_there(f"{path}#a")
    path.write_bytes(b"")
    assert is_there(f"{path}#a")
    path.with_name("d.xlsx#a").write_bytes(b"")
    assert split_sheet(f"{path}#a") == (f"{path}#a", None)


MISSING = "something is missing, such as a bracket, a quotation mark or a value"
BAD = {
    "labels": f"line 1, 'labels': {MISSING}",
    "a = 1\nlabels = [": f"line 2, 'labels = [': {MISSING}",
    "[words": f"line 1, '[words': {MISSING}",
    'labels = ["a", "b\n': 'line 1, \'labels = ["a", "b\': a text has no quotation mark at its end',
    'labels = ["a"\nmean = 3': "line 2, 'mean = 3': unexpected character: 'm'",
    "a = 1\na = 2": "line 2, 'a = 2': key \"a\" already exists",
    "mean = 1.2.3": "line 1, 'mean = 1.2.3': invalid number",
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_said_of_its_line(text):
    with pytest.raises(ValueError, match=re.escape(BAD[text])) as caught:
        parse_toml(text)
    assert r"\x00" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[]", "3", "{", '{"n": 1' + 400 * "0" + "}", 100_000 * "["], ids=range(5)
)
def test_what_is_no_object_in_json_is_refused_and_read_as_nothing(text, tmp_path):
    (tmp_path / "a.json").write_text(text)
    assert read_json(tmp_path / "a.json") == {}
    with pytest.raises((ValueError, RecursionError)):
        parse_object(text)
