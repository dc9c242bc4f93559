"""Texts come from files, folders, patterns, standard input and Python's library, and only those."""

import codecs
import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data.texts.origins import are_texts, is_prose, read_texts
from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError

PROSE = {
    "prose": "It was the best of times, it was the worst of times;\nit was the age of "
    "wisdom.\n\nIt was Light.\n",
    "poem": "Shall I compare thee\nto a summer's day\nThou art more lovely\n",
    "one line": "Call me Ishmael. Some years ago, never mind how long precisely, having little "
    "money\n",
    "another script": "Все счастливые семьи похожи друг на друга\nкаждая несчастливая семья "
    "несчастлива\n",
    "cut within a character": "é à la façon de chez nous\n" * 2000,
}
NO_PROSE = {
    "words in columns": "name of it,what it is,where it is\na red stone,a stone here,there\nblue "
    "sea,big sea,there\n",
    "tabs": "one two three\tfour five\nsix seven eight\tnine ten\n",
    "numbers": "a 1 2 3\nb 4 5 6\n",
    "names": "label\nup\ndown\n",
    "empty": "",
    "binary": "a b c d\0e f g h\n",
}
PNG = b"\x89PNG\r\n\x1a\n\0\0"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder, **files):
    """Write files by their names, in which __ stands for a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )


def names_of(path, **options):
    return [name for name, _ in read_texts(path, **options).texts]


@given(
    st.text(min_size=1, max_size=50),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"]),
)
def test_a_text_of_any_characters_is_read_with_its_line_ends_as_one(text, encoding):
    path = Path(os.environ["PYTEST_TMP"]) / "text.txt"
    path.write_bytes(text.encode(encoding))
    stem = encoding.removesuffix("-sig")
    given = None if encoding in ("utf-8", "utf-8-sig", "utf-16") else stem
    wanted = text.removeprefix("\ufeff") if encoding != "utf-8-sig" else text
    wanted = wanted.replace("\r\n", "\n").replace("\r", "\n")
    if (
        not wanted
        or "\0" in wanted
        or (encoding == "utf-8" and text.encode().startswith((b"\xff\xfe", b"\xfe\xff")))
    ):
        with pytest.raises(DataError) as caught:
            read_texts(path, encoding=given)
        assert caught.value.code in (Texts.EMPTY, Texts.BINARY)
    else:
        assert read_texts(path, encoding=given).texts == (("text.txt", wanted),)


@pytest.fixture(autouse=True, scope="module")
def _folder(tmp_path_factory):
    """Give hypothesis one folder for all its examples."""
    os.environ["PYTEST_TMP"] = str(tmp_path_factory.mktemp("texts"))
    yield
    del os.environ["PYTEST_TMP"]


def test_another_encoding_is_named_and_bytes_are_left_as_they_are(here):
    put(here, a__txt="naïve\r\n".encode("latin-1"))
    with raises(Texts.ODD_BYTE, file="a.txt", encoding="UTF-8", byte=3, found=0xEF):
        read_texts("a.txt")
    assert read_texts("a.txt", encoding="latin-1").texts[0].text == "naïve\n"
    assert read_texts("a.txt", symbols="bytes").texts[0].text == "naïve\r\n"


@pytest.mark.parametrize(
    ("content", "encoding", "code", "values"),
    [
        (b"", None, Texts.EMPTY, {}),
        ("\ufeff".encode(), None, Texts.EMPTY, {}),
        (PNG, None, Texts.ODD_BYTE, {"encoding": "UTF-8", "byte": 1, "found": 0x89}),
        (b"ELF\0\1\2" + bytes(50), None, Texts.BINARY, {}),
        (b"\xff\xfea", None, Texts.ODD_BYTE, {"encoding": "UTF-16", "byte": 3, "found": 0x61}),
        (
            "\ufeffab".encode() + b"\xff",
            None,
            Texts.ODD_BYTE,
            {"encoding": "UTF-8", "byte": 6, "found": 0xFF},
        ),
    ],
)
def test_what_is_no_text_is_refused(content, encoding, code, values, here):
    put(here, a__txt=content)
    with raises(code, file="a.txt", **values):
        read_texts("a.txt", encoding=encoding)


def test_an_encoding_that_does_not_say_which_byte_is_odd_speaks_for_itself(here, request):
    def refuse(content, errors="strict"):
        raise UnicodeError("label too long")

    odd = codecs.CodecInfo(
        codecs.utf_8_encode, refuse, incrementaldecoder=codecs.IncrementalDecoder, name="odd"
    )
    search = {"odd": odd}.get
    codecs.register(search)
    request.addfinalizer(lambda: codecs.unregister(search))
    put(here, a__txt="sea")
    with raises(Texts.OTHER_ENCODING, file="a.txt", encoding="ODD"):
        read_texts("a.txt", encoding="odd")


def test_of_a_folder_all_texts_are_read_and_what_is_none_is_named(here):
    put(
        here / "d",
        b__py="b = 1\n",
        a__txt="a\r\nb",
        empty__txt="",
        c__png=PNG,
        __hidden="x",
        l__txt=b"\xe9t\xe9",
    )
    put(here / "d/sub", z__c="int z;")
    put(here / "d/.git", config="x")
    put(here / "d/__pycache__", a__txt="x")
    texts, notes = read_texts("d")
    assert texts == (("a.txt", "a\nb"), ("b.py", "b = 1\n"), ("sub/z.c", "int z;"))
    assert notes == (Texts.LEFT_OUT(names=["c.png", "l.txt"]),)
    # PNG's zeros show
    assert names_of("d", encoding="latin-1") == ["a.txt", "b.py", "l.txt", "sub/z.c"]
    assert names_of("d/*.txt") == ["a.txt"]
    assert names_of("d/*/**") == ["__pycache__/a.txt", "sub/z.c"]  # as it is named
    assert names_of("d/sub") == ["z.c"]


def test_links_that_go_round_and_what_is_no_file_do_no_harm(here):
    put(here / "d/sub", a__txt="a")
    (here / "d/sub/round").symlink_to(here / "d")
    (here / "d/nowhere.txt").symlink_to(here / "none")
    (here / "d/again.txt").symlink_to(here / "d/sub/a.txt")
    os.mkfifo(here / "d/pipe.txt")
    assert names_of("d") == ["again.txt", "sub/a.txt"]
    assert names_of("d/**/*.txt") == ["again.txt"]  # once


def test_folders_without_text_are_refused(here):
    put(here / "png", a__png=PNG)
    put(here / "empty", a__txt="", b__txt="")
    (here / "none").mkdir()
    for path, code, values in (
        ("png", Texts.NO_TEXT, {"n": 1, "names": ["a.png"]}),
        ("empty", Texts.ALL_EMPTY, {"n": 2}),
        ("none", Texts.NO_FILES, {}),
        ("*.txt", Texts.NO_FILES, {}),
        ("no.txt", Texts.NO_FILE, {}),
        ("x" * 300, Texts.UNREADABLE, {"words": "File name too long"}),
    ):
        with raises(code, file=path, **values):
            read_texts(path)


@pytest.mark.parametrize("path", ["a.txt", "."])
def test_a_file_that_cannot_be_read_is_named(path, here, monkeypatch):
    put(here, a__txt="a")

    def refuse(file):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with raises(Texts.UNREADABLE, file="a.txt", words="Permission denied"):
        read_texts(path)


def test_standard_input_is_a_text(here, monkeypatch):
    (here / "-").mkdir()  # is not asked for
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\r\nb\xc3\xa9")))
    assert read_texts("-").texts == (("standard input", "a\nbé"),)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with raises(Texts.EMPTY, file="standard input"):
        read_texts("-")


def test_python_is_the_library_unless_there_is_a_path_of_that_name(here, monkeypatch):
    top = here / "lib"
    put(top, os__py="import sys\n", x__txt="no source")
    put(top / "json", dec__py="y = 2\n")
    for left_out in ("test", "idlelib", "site-packages", "json/tests", "encodings"):
        put(top / left_out, a__py="no")
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"stdlib": str(top)})
    assert are_texts("python")
    assert names_of("python") == ["json/dec.py", "os.py"]
    put(here, python="a book about snakes")
    assert not are_texts("python")
    assert read_texts("python").texts == (("python", "a book about snakes"),)


def test_source_is_text_and_what_may_be_a_table_is_not(here):
    put(here / "source", a__py="a", b__md="b", LICENSE="c", d__png=PNG)
    put(here / "mixed", a__py="a", walks__csv="t,x\n")
    put(here / "series", a__ts="@data", b__npz=b"PK")
    put(here / "prose", a__txt="a")
    (here / "none").mkdir()
    wanted = {
        "source": True,
        "mixed": False,
        "series": False,
        "prose": False,
        "none": False,
        "*/*.py": True,
    }
    wanted |= {
        "no/*.py": False,
        "-": False,
        "a.c": True,
        "a.PY": True,
        "a.ts": False,
        "a.txt": False,
        "x" * 300: False,
    }
    assert {path: are_texts(path) for path in wanted} == wanted


@pytest.mark.parametrize("encoding", ["klingon", "hex"])
def test_what_is_no_encoding_of_text_is_said(encoding, here):
    put(here, a__txt="sea")
    with raises(Texts.NO_ENCODING, encoding=encoding):
        read_texts("a.txt", encoding=encoding)


def test_a_name_that_is_not_utf_8_can_be_written(here):
    put(
        here / "books",
        a__txt="sea",
        **{os.fsdecode(b"caf\xe9__txt"): "one", os.fsdecode(b"caf\xe8__txt"): "two"},
    )
    found = dict(read_texts("books").texts)
    assert found == {"a.txt": "sea", "caf\\udce8.txt": "two", "caf\\udce9.txt": "one"}
    assert [name.encode() for name in found]
    assert names_of(Path(os.fsdecode(b"books/caf\xe9.txt"))) == ["caf\\udce9.txt"]


@pytest.mark.parametrize("name", [*PROSE, *NO_PROSE])
def test_prose_is_told_from_tables(name, tmp_path):
    (tmp_path / "a.txt").write_text((PROSE | NO_PROSE)[name], encoding="utf-8")
    assert is_prose(tmp_path / "a.txt") == (name in PROSE)


def test_what_is_not_there_is_no_prose(tmp_path):
    assert not any(
        is_prose(path)
        for path in ("-", tmp_path / "none.txt", tmp_path, tmp_path / "*.txt", "x" * 300)
    )
