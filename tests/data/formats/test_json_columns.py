"""One JSON object of columns, as written by pandas, is that table; what only looks so is not."""

import json

import numpy as np
import pytest
from support.facts import raises
from support.truth import Truth

from glasscell.data import read
from glasscell.data.formats.sentences import Formats

IDS = [f"s{k}" for k in range(9)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("orient", ["columns", "index", "split", "list"])
def test_a_frame_as_pandas_writes_it(orient, indent, tmp_path):
    truth = Truth(9, 7, 2)
    if orient == "list":
        found = json.loads(truth.long().to_json(orient="columns"))
        text = json.dumps(
            {name: list(column.values()) for name, column in found.items()}, indent=indent
        )
    else:
        text = truth.long().to_json(orient=orient, indent=indent)
    (tmp_path / "d.json").write_text(text)
    s = read(tmp_path / "d.json")
    truth.check(s, ids=IDS)
    assert Formats.JSON_OBJECT(n=5) in s.notes


def test_lists_in_a_column_are_series(tmp_path):
    (tmp_path / "d.json").write_text('{"x": [[1, 2], [3, 4, 5]], "label": ["a", "b"]}')
    s = read(tmp_path / "d.json")
    assert (s.lengths.tolist(), s.y.tolist()) == ([2, 3], ["a", "b"])


def test_lists_of_numbers_alone_are_one_series(tmp_path):
    (tmp_path / "d.json").write_text('{"u": [0.5, 1.5], "v": [2.5, 3.5]}')
    s = read(tmp_path / "d.json")
    np.testing.assert_array_equal(s.x, [[[0.5, 2.5], [1.5, 3.5]]])


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (
            '{"id": ["a", "b"], "x": [1]}',
            Formats.LENGTHS_OF_COLUMNS,
            {"least": 1, "most": 2},
        ),
        (
            '{"x": [1, 2], "label": [1, "1"]}',
            Formats.MIXED,
            {"column": "label", "row": 2, "found": '"1"', "other": "1", "place": "row", "first": 1},
        ),
        ('{"x": [1, 2], "x": [3, 4], "label": ["a", "b"]}', Formats.SAME_NAME, {"column": "x"}),
        (
            '{"columns": ["id", "x"], "data": [["a", 1], ["b"]]}',
            Formats.LENGTHS_OF_COLUMNS,
            {"least": 1, "most": 2},
        ),
        ('{"columns": ["x", "x"], "data": [[1, 2], [3, 4]]}', Formats.SAME_NAME, {"column": "x"}),
        ('{"schema": {}, "data": [{"id": 1, "x": 2}]}', Formats.ROWS_WITHIN, {"name": "data"}),
        ('{"id": [99999999999999999999, 1], "x": [1, 2]}', Formats.NO_JSON, {}),
        (r'{"id": ["\ud800", "b"], "x": [1, 2]}', Formats.NO_JSON, {}),
        (r'{"id": ["a", "b"], "\ud800": [1, 2]}', Formats.NO_JSON, {}),
    ],
)
def test_what_is_refused(text, code, values, tmp_path):
    (tmp_path / "d.json").write_text(text)
    with raises(code, **values):
        read(tmp_path / "d.json")


def test_classes_1_and_the_text_1_are_not_mixed_in_json_tables(tmp_path):
    (tmp_path / "d.jsonl").write_text('{"x": [1, 2], "label": 1}\n{"x": [1, 2], "label": "1"}\n')
    with raises(
        Formats.MIXED, line=2, column="label", found='"1"', other="1", place="line", first=1
    ):
        read(tmp_path / "d.jsonl")
