"""One JSON object of columns, as pandas and others write a table, is that table; what only looks like it is not."""

import json

import numpy as np
import pytest
from support.truth import Truth

from glasscell.data import read
from glasscell.errors import DataError

IDS = [f"s{k}" for k in range(9)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("orient", ["columns", "index", "split", "list"])
def test_a_frame_as_pandas_writes_it(orient, indent, tmp_path):
    truth = Truth(9, 7, 2)
    if orient == "list":
        found = json.loads(truth.long().to_json(orient="columns"))
        text = json.dumps({name: list(column.values()) for name, column in found.items()}, indent=indent)
    else:
        text = truth.long().to_json(orient=orient, indent=indent)
    (tmp_path / "d.json").write_text(text)
    s = read(tmp_path / "d.json")
    truth.check(s, ids=IDS)
    assert "one JSON object of 5 columns" in s.notes


def test_lists_in_a_column_are_series(tmp_path):
    (tmp_path / "d.json").write_text('{"x": [[1, 2], [3, 4, 5]], "label": ["a", "b"]}')
    s = read(tmp_path / "d.json")
    assert (s.lengths.tolist(), s.y.tolist()) == ([2, 3], ["a", "b"])


def test_lists_of_numbers_alone_are_one_series(tmp_path):
    (tmp_path / "d.json").write_text('{"u": [0.5, 1.5], "v": [2.5, 3.5]}')
    s = read(tmp_path / "d.json")
    np.testing.assert_array_equal(s.x, [[[0.5, 2.5], [1.5, 3.5]]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": ["a", "b"], "x": [1]}', "'id' has 2 values, but 'x' has 1"),
        (
            '{"x": [1, 2], "label": [1, "1"]}',
            r"column 'label' mixes kinds of values \(value 2 is the text '1', value 1 the number 1\)",
        ),
        ('{"x": [1, 2], "x": [3, 4], "label": ["a", "b"]}', "has the name 'x' twice"),
        ('{"columns": ["id", "x"], "data": [["a", 1], ["b"]]}', "'data' does not fit its 'columns'"),
        ('{"schema": {}, "data": [{"id": 1, "x": 2}]}', "its rows in 'data'; write JSON lines"),
        ('{"id": [99999999999999999999, 1], "x": [1, 2]}', "'id' mixes kinds of values"),
        (r'{"id": ["\ud800", "b"], "x": [1, 2]}', "'id' mixes kinds of values"),
        (r'{"id": ["a", "b"], "\ud800": [1, 2]}', "a name that is no text"),
    ],
)
def test_what_is_refused(text, words, tmp_path):
    (tmp_path / "d.json").write_text(text)
    with pytest.raises(DataError, match=words):
        read(tmp_path / "d.json")


def test_classes_1_and_the_text_1_are_not_mixed_in_json_lines(tmp_path):
    (tmp_path / "d.jsonl").write_text('{"x": [1, 2], "label": 1}\n{"x": [1, 2], "label": "1"}\n')
    with pytest.raises(DataError, match="line 2, column 'label': found the text '1', but the number 1 in line 1"):
        read(tmp_path / "d.jsonl")
