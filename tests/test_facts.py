"""Facts: how a code and its values print, their JSON, and survival of pickling and processes."""

import json
import pickle

import numpy as np
import pytest

from glasscell.errors import DataError, FactWarning, StorageError, UsageError
from glasscell.facts import Code, Note, reported


class Rooms(Code):
    NAMES = "{names:names 2}; {names:reprs}; {names:and}; {names:; }"
    COUNT = "{n:,} row{n:|s} {n:is|are} wrong{why}"
    BECAUSE = ", since {cause}"
    QUOTED = "found {found!r}"
    NAMED = "column {column!r} is no time"
    PLAIN = "is empty"
    AT = "{file} exists already{n:, and {other}|}"
    ABOUT = "channel {subject!r}: {value:.3g}"
    TYPED = "use --id {id:typed} --channels {channels:typed}"


@pytest.mark.parametrize(
    ("note", "text"),
    [
        (
            Rooms.NAMES(names=["a", "b", "c"]),
            "a, b and 1 more; 'a', 'b', 'c'; 'a' and 'b' and 'c'; a; b; c",
        ),
        (Rooms.COUNT(n=1, why=None), "1 row is wrong"),
        (
            Rooms.COUNT(n=1200, why=Rooms.BECAUSE(cause=Rooms.PLAIN())),
            "1,200 rows are wrong, since is empty",
        ),
        (Rooms.QUOTED(found="x" * 100), f"found '{'x' * 79}…'"),
        (Rooms.QUOTED(found="a\nb"), r"found 'a\nb'"),
        (Rooms.QUOTED(found=None), "found None"),
        (Rooms.PLAIN(file="a.csv", row=4, column="u"), "a.csv: row 4, column 'u': is empty"),
        (Rooms.PLAIN(line=2, row=None, file=None), "line 2: is empty"),
        (Rooms.NAMED(file="a.csv", row=4, column="u"), "a.csv: row 4: column 'u' is no time"),
        (
            Rooms.PLAIN(row=1, item=3).of("b.csv").of("walks"),
            "walks: b.csv: row 1, value 3 of the list: is empty",
        ),
        (Rooms.AT(file="a", n=1, other="b").of("runs"), "runs: a exists already, and b"),
        (
            Rooms.NAMES(names=["x" * 50, 7]),
            f"{'x' * 39}…, 7; '{'x' * 39}…', 7; '{'x' * 50}' and 7; {'x' * 50}; 7",
        ),
        (Rooms.ABOUT("u", value=np.float32(0.5)), "channel 'u': 0.5"),
        (Rooms.TYPED(id="my id", channels=("u", "v w")), "use --id 'my id' --channels 'u,v w'"),
        (Rooms.TYPED(id=7, channels=["u", "v"]), "use --id 7 --channels u,v"),
    ],
)
def test_a_note_prints_as_its_sentence(note, text):
    assert str(note) == text
    assert repr(note) == repr(text)
    assert not isinstance(note, str)


def test_what_a_template_names_must_be_given():
    with pytest.raises(TypeError, match=r"rooms\.count lacks why"):
        Rooms.COUNT(n=1)
    with pytest.raises(TypeError, match=r"rooms\.at lacks other"):
        Rooms.AT(file="a", n=1)
    with pytest.raises(TypeError, match=r"rooms\.named lacks column"):
        DataError(Rooms.NAMED, row=1)


def test_numpy_does_not_stay_in_values():
    note = Rooms.COUNT.warning(n=np.int64(3), why=None, more=[np.float32(1.5)], array=np.arange(2))
    assert [type(value) for value in note.values.values()] == [int, type(None), list, list]
    assert [type(one) for some in ("more", "array") for one in note.values[some]] == [
        float,
        int,
        int,
    ]
    assert note == Rooms.COUNT.warning(n=3, why=None, more=[1.5], array=[0, 1])
    assert len({note, Rooms.COUNT.warning(n=3, why=None, more=[1.5], array=[0, 1])}) == 1
    assert note != Rooms.COUNT(n=3, why=None, more=[1.5], array=[0, 1])


def test_reports_have_sentences_and_facts():
    notes = [Rooms.COUNT("u", n=2, why=Rooms.BECAUSE(cause="rain"))]
    found = json.loads(
        json.dumps(reported(notes, [Rooms.ABOUT.warning("v", value=float("nan"))]), allow_nan=False)
    )
    assert found["notes"] == ["2 rows are wrong, since rain"]
    assert found["warnings"] == ["channel 'v': nan"]
    why = {"code": "rooms.because", "values": {"cause": "rain"}}
    assert found["facts"] == [
        {"code": "rooms.count", "level": "info", "subject": "u", "values": {"n": 2, "why": why}},
        {"code": "rooms.about", "level": "warning", "subject": "v", "values": {"value": "nan"}},
    ]


@pytest.mark.parametrize("kind", [DataError, UsageError, StorageError])
def test_an_error_has_its_fact_and_its_place(kind):
    error = (
        kind(Rooms.PLAIN, row=4, column="u")
        .of("a.csv")
        .of("walks")
        .also(Rooms.BECAUSE(cause="rain"))
    )
    assert str(error) == "walks: a.csv: row 4, column 'u': is empty, since rain"
    assert (error.code, error.file, error.row, error.column) == (Rooms.PLAIN, "a.csv", 4, "u")
    assert type(error) is kind
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.note, again.added) == (
        kind,
        str(error),
        error.note,
        error.added,
    )
    assert str(error.at(row=7)) == "walks: a.csv: row 7, column 'u': is empty, since rain"
    text = kind("of somebody else's").of("a.csv")
    assert (str(text), text.code, text.row) == ("a.csv: of somebody else's", None, None)


def test_a_pickled_note_is_found_by_the_name_of_its_code():
    note = Note(Rooms.PLAIN, "warning", "u", {"file": "a.csv"})
    assert pickle.loads(pickle.dumps(note)) == note
    assert b"is empty" not in pickle.dumps(note)  # a reworded sentence does not matter


def test_a_warning_of_python_carries_its_note():
    note = Rooms.ABOUT.warning("u", value=1.0)
    with pytest.warns(FactWarning, match=r"^channel 'u': 1$") as caught:
        __import__("warnings").warn(FactWarning(note), stacklevel=1)
    assert caught[0].message.code is Rooms.ABOUT
    assert caught[0].message.note == note
