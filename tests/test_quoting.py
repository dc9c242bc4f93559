"""Whatever a file has, messages and notes quote a little of it only."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import read
from glasscell.data.checks.advice import advise
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError
from glasscell.facts import LISTED, NAMES, QUOTED, Code, list_names

LONG = "Ab'\"c," * 5000
WORDS = 700  # characters: a list of names, and our own


class Rooms(Code):
    FOUND = "it's {word!r}: found {text!r}; expected columns' names"


@given(text=st.text(max_size=300), word=st.text(alphabet="abc' ", max_size=20))
def test_what_is_quoted_is_cut_and_the_rest_stays(text, word):
    found = str(Rooms.FOUND(word=word, text=text))
    assert found.startswith(f"it's {word!r}: found ")
    assert found.endswith("; expected columns' names")
    assert len(found) - len(str(Rooms.FOUND(word=word, text=""))) <= QUOTED
    if len(repr(text)) <= QUOTED + 2:
        assert found == f"it's {word!r}: found {text!r}; expected columns' names"


@given(names=st.lists(st.text(max_size=99), max_size=30))
def test_lists_of_names_are_short(names):
    assert len(list_names(names)) <= NAMES * (LISTED + 2) + len(" and 18 more")
    assert list_names(names).endswith(f" and {len(names) - NAMES} more") == (len(names) > NAMES)


def columns(path, **more):
    pq.write_table(pa.table({"id": ["a", "a", "b"], "x": [1.5, 2.5, 3.5], **more}), path)


FILES = {
    "a line of text": ("d.csv", LONG.replace("'", "").replace('"', "")),
    "a cell": ("d.csv", f"id,x\na,1\na,2\nb,{'seven' * 5000}\n"),
    "a label": ("d.csv", f"id,x,label\na,1,{'u' * 900}\na,2,{'v' * 900}\n"),
    "a name twice": ("d.csv", f"{'n' * 9000},{'n' * 9000}\n1,2\n"),
    "names without numbers": ("d.csv", f"{'n' * 9000},{'m' * 9000}\n" + "a,b\n" * 9),
    "a line of .ts": ("d.ts", LONG),
    "a label of .ts": ("d.ts", f"@classLabel true a b\n@data\n1,2:{LONG}\n"),
    "a line of .tsf": ("d.tsf", f"@relation r\n@attribute {LONG}\n@data\n"),
    "a line of .arff": (
        "d.arff",
        f"@relation r\n@attribute a numeric\n@attribute class {{a,b}}\n@data\n1,{LONG}\n",
    ),
    "a kind of .arff": (
        "d.arff",
        f"@relation r\n@attribute a {LONG}\n@attribute class {{a,b}}\n@data\n",
    ),
    "times of .ts": ("d.ts", f"@timeStamps true\n@data\n(1,2){'x' * 9000}\n"),
    "objects of objects": (
        "d.json",
        json.dumps({"a": {f"key{k}": {"b": k} for k in range(3000)}, "c": {}}),
    ),
    "lists of objects": (
        "d.jsonl",
        json.dumps({"a": [[{f"key{k}": 1 for k in range(3000)}]]}) + "\n{}",
    ),
    "a name of JSON": ("d.jsonl", f'{{"{"n" * 9000}": 1}}\n{{"{"n" * 9000}": "b"}}'),
}


@pytest.mark.few(10)
@pytest.mark.parametrize(("name", "content"), FILES.values(), ids=FILES)
def test_a_refusal_quotes_a_little_of_the_file(name, content, tmp_path):
    (tmp_path / name).write_text(content)
    with pytest.raises((DataError, UsageError)) as refused:
        read(tmp_path / name)
    assert len(str(refused.value)) < len(str(tmp_path / name)) + WORDS


def test_a_refusal_of_binary_files_does_too(tmp_path):
    columns(tmp_path / "d.parquet", y=[{f"key{k}": 1 for k in range(500)}] * 3)
    with raises(Tables.NO_TEXTS_IN) as refused:
        read(tmp_path / "d.parquet", label="y")
    assert len(str(refused.value)) < len(str(tmp_path)) + WORDS
    np.savez(tmp_path / "d.npz", **{f"{k}{'n' * 200}": np.ones(3) for k in range(20)})
    with raises(Formats.NO_X) as refused:
        read(tmp_path / "d.npz")
    assert len(str(refused.value)) < len(str(tmp_path)) + WORDS


def test_notes_and_warnings_do_too(tmp_path):
    columns(
        tmp_path / "d.parquet",
        **{"n" * 9000: ["u", "v", "w"], "label": ["u" * 900, "u" * 900, "v" * 900]},
    )
    s = read(tmp_path / "d.parquet")
    assert any(
        note.code is Tables.LEFT_OUT and note.values["column"] == "n" * 9000
        for note in (*s.notes, *s.warnings)
    )
    assert max(len(str(note)) for note in [*s.notes, *advise(s)]) < WORDS
