import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.facts import only, raises
from support.texts import prose

from glasscell.data.texts.sentences import Texts
from glasscell.errors import UsageError
from glasscell.runs.config import find_again
from glasscell.system.files import to_json
from glasscell.tasks.language.corpus import read_again, read_corpus, stem_of, with_whole_path
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings


def test_of_a_single_text_the_end_is_held_out(tmp_path):
    text = prose(2000)
    (tmp_path / "a.txt").write_text(text)
    corpus = read_corpus(LanguageSettings(str(tmp_path / "a.txt"), held_out=0.1, rare=1))
    (training,), (held_out,) = corpus.training, corpus.held_out
    assert training.text + held_out.text == text
    assert (training.name, held_out.name) == ("a.txt", "the end of a.txt")
    assert corpus.numbers.tolist() == [0, *corpus.alphabet.encode(training.text)]
    said = only(corpus.notes, TextRuns.READ).values
    assert (said["n"], said["symbols"], said["held_out"].code) == (
        2000,
        "characters",
        Texts.HELD_OUT,
    )


def test_of_a_folder_files_are_and_their_characters_say_nothing_of_the_alphabet(tmp_path):
    for k in range(6):
        (tmp_path / f"{k}.txt").write_text(prose(300 + k, seed=k) + chr(0x2600 + k))
    corpus = read_corpus(LanguageSettings(str(tmp_path), held_out=0.2, rare=1))
    training, held_out = (
        " ".join(text.text for text in texts) for texts in (corpus.training, corpus.held_out)
    )
    assert set(training) >= set(corpus.alphabet.characters)
    assert not set(corpus.alphabet.characters) & {c for c in held_out if ord(c) >= 0x2600}
    assert len(corpus.numbers) == sum(len(text.text) + 1 for text in corpus.training)
    assert [len(numbers) for numbers in corpus.held_out_numbers] == [
        len(text.text) + 1 for text in corpus.held_out
    ]
    characters = sum(len(text.text) for text in corpus.held_out)
    said = TextRuns.HELD_OUT(held_out=len(corpus.held_out), n=6, characters=characters)
    assert only(corpus.notes, TextRuns.READ).values["held_out"] == said


@pytest.mark.parametrize(
    ("rare", "few"),
    [(1, None), (9, TextRuns.FEW_KNOWN(known=3))],
)
def test_how_many_characters_are_different_is_said_and_how_many_have_a_number(rare, few, tmp_path):
    (tmp_path / "a.txt").write_text("xyz " * 3 + "ab" * 100 + "a\n" * 20)
    said = only(
        read_corpus(LanguageSettings(str(tmp_path / "a.txt"), rare=rare)).notes, TextRuns.READ
    ).values
    assert (said["different"], said["few"]) == (7, few)


def test_its_hash_is_of_all_texts_and_names(tmp_path):
    def sha(**files):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        return read_corpus(LanguageSettings(str(tmp_path))).describe()["sha256"]

    first = sha(a=prose(300), b=prose(300, seed=1), c=prose(300, seed=2))
    assert sha() == first
    assert sha(c=prose(300, seed=3)) != first
    assert sha(c=prose(300, seed=2)) == first
    (tmp_path / "c").rename(tmp_path / "d")
    assert sha() != first


def test_what_is_described_goes_into_json(tmp_path):
    (tmp_path / "a.txt").write_text(prose(500) + "☃")
    about = read_corpus(LanguageSettings(str(tmp_path / "a.txt"))).describe()
    assert about["n_training"] + about["n_held_out"] == 501
    assert about["symbols"] == len(about["characters"]) + 2


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [("a", Texts.TOO_FEW_CHARACTERS, {"n": 1}), ("a" * 50, Texts.NO_ALPHABET, {"known": 1})],
)
def test_what_is_too_little_is_refused(text, code, values, tmp_path):
    (tmp_path / "a.txt").write_text(text)
    with raises(code, **values):
        read_corpus(LanguageSettings(str(tmp_path / "a.txt")))


def test_bytes_are_read_as_they_are(tmp_path):
    content = bytes(range(256)) * 8
    (tmp_path / "a.bin").write_bytes(content)
    corpus = read_corpus(LanguageSettings(str(tmp_path / "a.bin"), symbols="bytes"))
    assert len(corpus.alphabet) == 258
    assert np.concatenate([corpus.numbers[1:], corpus.held_out_numbers[0][1:]]).tolist() == [
        b + 2 for b in content
    ]


def kept(folder, settings, corpus):
    (folder / "data.json").write_text(to_json(corpus.describe()))
    return folder, settings


def test_standard_input_is_to_be_piped_again(tmp_path, monkeypatch):
    def pipe(content, is_terminal=False):
        stdin = SimpleNamespace(buffer=io.BytesIO(content), isatty=lambda: is_terminal)
        monkeypatch.setattr("sys.stdin", stdin)

    text = prose(900).encode()
    pipe(text)
    run = kept(tmp_path, LanguageSettings("-"), corpus := read_corpus(LanguageSettings("-")))
    pipe(text)
    assert read_again(*run).held_out == corpus.held_out
    pipe(text, is_terminal=True)
    for mend in (TextRuns.PIPE_AGAIN, TextRuns.PIPED_OR_TEXT):
        with raises(mend, file=str(tmp_path)) as caught:
            read_again(*run, mend)
        assert caught.type is UsageError
    pipe(b"")
    with raises(TextRuns.PIPE_AGAIN) as caught:
        read_again(*run)
    (added,) = caught.value.added
    assert (added.code, added.values["cause"].code) == (TextRuns.IN_PARENTHESES, Texts.EMPTY)
    pipe(text[::-1])
    with raises(TextRuns.OTHER_TEXTS):
        read_again(*run)


def test_the_library_stays_the_library_where_a_folder_is_called_python(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    for k in range(4):
        (tmp_path / f"lib/{k}.py").write_text(prose(300, seed=k))
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"stdlib": str(tmp_path / "lib")})
    monkeypatch.chdir(tmp_path)
    run = kept(
        tmp_path, LanguageSettings("python"), corpus := read_corpus(LanguageSettings("python"))
    )
    (tmp_path / "python").mkdir()
    (tmp_path / "python/mine.py").write_text(prose(900, seed=9))
    assert read_again(*run).held_out == corpus.held_out
    assert [text.name for text in read_corpus(LanguageSettings("python")).training] == ["mine.py"]


def test_a_text_is_found_from_any_folder_or_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/book.txt").touch()
    monkeypatch.chdir(tmp_path / "a")
    kept = with_whole_path(LanguageSettings("book.txt"))
    assert kept.data == str(tmp_path / "a/book.txt")
    assert with_whole_path(LanguageSettings("*.txt")).data == str(tmp_path / "a/*.txt")
    monkeypatch.chdir(tmp_path / "a/b")
    assert find_again(kept) == kept
    Path("../book.txt").rename("book.txt")
    assert find_again(kept).data == "book.txt"
    Path("book.txt").unlink()
    assert find_again(kept) == kept


def test_the_word_python_is_a_path_only_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for data in ("python", "-"):
        assert (
            with_whole_path(LanguageSettings(data)).data
            == data
            == find_again(LanguageSettings(data)).data
        )
    (tmp_path / "python").touch()
    assert with_whole_path(LanguageSettings("python")).data == str(tmp_path / "python")


def test_a_path_that_no_settings_can_be_written_with_is_refused(tmp_path):
    with raises(TextRuns.FILE_NAME_NOT_UTF8, file=str(tmp_path / "caf\\udce9.txt")):
        with_whole_path(LanguageSettings(str(tmp_path / "caf\udce9.txt")))


@pytest.mark.parametrize(
    ("data", "stem"),
    [(".", "here"), ("..", "above"), ("*", "here"), ("../*.txt", "above"), (".hidden", "hidden")],
)
def test_a_run_is_called_after_it_never_after_a_dot(data, stem, tmp_path, monkeypatch):
    (tmp_path / "above/here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "above/here")
    assert stem_of(data) == stem
