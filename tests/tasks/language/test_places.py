from pathlib import Path

import pytest
from support.facts import raises

from glasscell.tasks.language.places import find_again, stem_of, with_whole_path
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings


def test_a_text_is_found_from_any_folder_or_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/book.txt").touch()
    monkeypatch.chdir(tmp_path / "a")
    kept = with_whole_path(TextSettings("book.txt"))
    assert kept.data == str(tmp_path / "a/book.txt")
    assert with_whole_path(TextSettings("*.txt")).data == str(tmp_path / "a/*.txt")
    monkeypatch.chdir(tmp_path / "a/b")
    assert find_again(kept) == kept
    Path("../book.txt").rename("book.txt")
    assert find_again(kept).data == "book.txt"
    Path("book.txt").unlink()
    assert find_again(kept) == kept


def test_the_word_python_is_a_path_only_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for data in ("python", "-"):
        assert with_whole_path(TextSettings(data)).data == data == find_again(TextSettings(data)).data
    (tmp_path / "python").touch()
    assert with_whole_path(TextSettings("python")).data == str(tmp_path / "python")


def test_a_path_that_no_settings_can_be_written_with_is_refused(tmp_path):
    with raises(TextRuns.FILE_NAME_NOT_UTF8, file=str(tmp_path / "caf\\udce9.txt")):
        with_whole_path(TextSettings(str(tmp_path / "caf\udce9.txt")))


@pytest.mark.parametrize(
    ("data", "stem"), [(".", "here"), ("..", "above"), ("*", "here"), ("../*.txt", "above"), (".hidden", "hidden")]
)
def test_a_run_is_called_after_it_never_after_a_dot(data, stem, tmp_path, monkeypatch):
    (tmp_path / "above/here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "above/here")
    assert stem_of(data) == stem
