"""Text in any encoding is decoded correctly, however it is split; anything else is rejected."""

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.encodings import ToUtf8
from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.sentences import Formats

TEXT = "id;zeit;größe;label\na;0;1,5;höher\na;1;2,5;höher\nb;0;3,5;tiefer\n"


def in_pieces(content: bytes, sizes: list[int], encoding=None):
    """Return the text and what was detected, from pieces of these sizes in turn."""
    to_utf8, found, at = ToUtf8(content[:4], encoding), b"", 0
    while at < len(content):
        size = sizes[at % len(sizes)]
        found, at = found + to_utf8(content[at : at + size]), at + size
    return (found + to_utf8(b"")).decode(), to_utf8.detected


@pytest.mark.parametrize("sizes", [[1], [2, 3], [10**6]])
@pytest.mark.parametrize(
    ("encoding", "detected"),
    [("utf-8", None), ("utf-8-sig", None), ("windows-1252", "Windows-1252"), ("utf-16", "UTF-16")],
)  # fmt: skip
def test_an_encoding_is_detected(encoding, detected, sizes):
    assert in_pieces(TEXT.encode(encoding), sizes) == (TEXT, detected)


# All but zero and what stands for half a character in UTF-16; Hypothesis takes a second to find
# these out of a codec.
ANY = st.integers(1, 0x17F) | st.integers(0x800, 0xD7FF) | st.integers(0xE000, 0x10FFFF)
CP1252 = st.sampled_from(bytes(range(1, 256)).decode("cp1252", "ignore"))


@given(text=st.text(ANY.map(chr)), sizes=st.lists(st.integers(1, 9), min_size=1))
def test_utf_8_in_any_pieces(text, sizes):
    """What begins as UTF-16 does, with zero bytes or a mark of one, is none of these texts."""
    assert in_pieces(text.encode(), sizes) == (text.removeprefix("\ufeff"), None)


@given(
    words=st.text(CP1252),
    sizes=st.lists(st.integers(1, 9), min_size=1),
    encoding=st.sampled_from(["cp1252", "utf-16", "utf-16-be", "utf-8", "gb18030"]),
)
def test_a_named_encoding_in_any_pieces(words, sizes, encoding):
    assert in_pieces(words.encode(encoding), sizes, encoding) == (words, None)


def test_all_that_is_ascii_at_first_leaves_the_choice_open():
    to_utf8 = ToUtf8(b"a")
    assert to_utf8(b"a" * 100) == b"a" * 100
    assert to_utf8.detected is None
    assert to_utf8(b"\xe4 und \xf6") == "ä und ö".encode()
    assert to_utf8.detected == "Windows-1252"


@pytest.mark.parametrize(
    ("content", "code", "values"),
    [
        # one damaged letter among good ones
        (
            "äöü".encode() + b"\n\xf6",
            Formats.WRONG_BYTE,
            {"line": 2, "byte": 0xF6, "encoding": "UTF-8"},
        ),
        # cut within a letter
        (b"a\nb\xc3", Formats.WRONG_BYTE, {"line": 2, "byte": 0xC3, "encoding": "UTF-8"}),
        (
            b"x\xf6\n\n\x81",
            Formats.WRONG_BYTE,
            {"line": 3, "byte": 0x81, "encoding": "Windows-1252"},
        ),
        (
            "ab\ncd".encode("utf-16")[:-1],
            Formats.WRONG_BYTE,
            {"line": 2, "byte": 0x64, "encoding": "UTF-16"},
        ),
        (b"a\nb\0\0", Formats.NUL_BYTE, {"line": 2}),
        (TEXT.encode("utf-16-le"), Formats.NUL_BYTE, {"line": 1}),
        (TEXT.encode("utf-32"), Formats.NUL_BYTE, {"line": 1}),
    ],
)
def test_what_is_in_no_encoding_is_refused(content, code, values):
    with raises(code, **values):
        in_pieces(content, [10**6])


def test_what_is_not_in_the_encoding_that_is_named_is_refused():
    with raises(Formats.NOT_ENCODED, encoding="utf-16"):
        in_pieces(b"no mark of byte order", [10**6], "utf-16")


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "", "a\0b"])
def test_an_unknown_encoding_is_refused(encoding, tmp_path):
    (tmp_path / "d.csv").write_text(TEXT)
    with raises(Formats.UNKNOWN_ENCODING, encoding=encoding):
        read(tmp_path / "d.csv", encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_what_is_refused_for_its_zero_bytes_is_read_where_its_encoding_is_named(encoding, tmp_path):
    (tmp_path / "d.csv").write_bytes(TEXT.encode(encoding))
    assert read(tmp_path / "d.csv", encoding=encoding, time="zeit").y.tolist() == [
        "höher",
        "tiefer",
    ]


def test_a_file_is_read_in_its_encoding_and_the_first_note_says_so(tmp_path):
    path = tmp_path / "d.csv"
    at_last, at_once = (
        Formats.ENCODING_AT_LAST(encoding="Windows-1252"),
        Formats.ENCODING(encoding="UTF-16"),
    )
    for encoding, note in (("cp1252", at_last), ("utf-16", at_once)):
        path.write_bytes(TEXT.encode(encoding))
        s = read(path, time="zeit")
        assert s.channels == ("größe",)
        assert s.y.tolist() == ["höher", "tiefer"]
        assert s.notes[0] == note
        assert [part.y.tolist() for part in read_in_parts(path, series=1, time="zeit")] == [
            ["höher"],
            ["tiefer"],
        ]
    path.write_bytes(TEXT.encode("cp437"))
    found = read(path, time="zeit", encoding="cp437")
    assert found.channels == ("größe",)
    assert not {Formats.ENCODING, Formats.ENCODING_AT_LAST} & {note.code for note in found.notes}


def test_a_letter_far_down_decides_and_is_reported(tmp_path):
    rows = "".join(f"s{k},0,1.5,up\ns{k},1,1.5,up\n" for k in range(20_000))
    (tmp_path / "d.csv").write_bytes(
        ("id,t,x,label\n" + rows + "z,0,1,h\xf6her\nz,1,1,h\xf6her\n").encode("cp1252")
    )
    s = read(tmp_path / "d.csv")
    assert s.y[-1] == "höher"
    assert s.notes[0].code is Formats.ENCODING_AT_LAST


def test_ts_files_have_encodings_too(tmp_path):
    (tmp_path / "d.ts").write_bytes(
        "@classLabel true höher tiefer\n@data\n1,2:höher\n3,4:tiefer\n".encode("cp1252")
    )
    assert read(tmp_path / "d.ts").classes == ("höher", "tiefer")


def test_a_mark_is_dropped_once():
    stream = Guarded(io.BytesIO(codecs.BOM_UTF8 + b"a,b")).expect_text()
    assert stream.read() == b"a,b"


@pytest.mark.parametrize("before", ["", "é,"], ids=["ASCII", "letters"])
def test_marks_of_byte_order_where_files_were_joined_are_no_letters(before, tmp_path):
    rows = [f"{before}s{k // 3},{k % 3},{k}" for k in range(12)]
    names = "e," * bool(before) + "id,time,x"
    text = f"{names}\n" + "\n".join(rows[:6]) + "\n\ufeff" + "\n".join(rows[6:]) + "\n"
    (tmp_path / "d.csv").write_text(text, encoding="utf-8-sig")
    assert read(tmp_path / "d.csv").ids.tolist() == ["s0", "s1", "s2", "s3"]
