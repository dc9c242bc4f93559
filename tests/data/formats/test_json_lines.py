"""JSON lines: an object a row, or an object a series with a list for each channel."""

import json

import numpy as np
import pytest
from support.facts import raises
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables

NUMBER_1 = Formats.A_NUMBER(value=1)


def lines(rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def or_null(value):
    return None if np.isnan(value) else float(value)


def test_an_object_a_row(tmp_path):
    truth = Truth(9, 7, 2)
    rows = truth.long().to_dict("records")
    rows = [{k: v if isinstance(v, (str, int)) else or_null(v) for k, v in row.items()} for row in rows]
    (tmp_path / "d.jsonl").write_text(lines(rows))
    truth.check(read(tmp_path / "d.jsonl"), ids=[f"s{k}" for k in range(9)])
    assert [len(part) for part in read_in_parts(tmp_path / "d.jsonl", series=4)] == [4, 4, 1]
    missing = [{k: v for k, v in row.items() if v is not None} for row in rows]
    (tmp_path / "d").write_text(lines(missing))  # known by its content alone
    truth.check(read(tmp_path / "d"), ids=[f"s{k}" for k in range(9)])


def test_an_object_a_series(tmp_path):
    truth = Truth(9, 7, 2)
    rows = [
        {"label": str(y), **{f"c{d}": list(map(or_null, channel)) for d, channel in enumerate(one.T)}}
        for one, y in zip(truth.series, truth.y, strict=True)
    ]
    (tmp_path / "d.jsonl").write_text(lines(rows))
    s = read(tmp_path / "d.jsonl")
    truth.check(s)
    assert (s.notes[0].code, s.notes[0].values["label"]) == (Tables.NESTED_FORM, "label")


@pytest.mark.parametrize("empty", [[None], [None, None], []])
def test_lists_may_begin_with_null(empty, tmp_path):
    series = [[*empty, 2.5, 3.5], [None, 4, 5], [None, None, None], [6, None, 7, None]]
    rows = [{"x": x, "z": x[::-1], "label": "ab"[k % 2]} for k, x in enumerate(series)]
    (tmp_path / "d.jsonl").write_text(lines(rows * 1000))
    s = read(tmp_path / "d.jsonl")
    for k, x in enumerate(series):
        truth = np.array([x, x[::-1]], "float32").T
        np.testing.assert_array_equal(s.x[k :: len(series)][:, : len(x)], np.tile(truth, (1000, 1, 1)))


@pytest.mark.parametrize(
    ("text", "line", "code", "values"),
    [
        ('{"id": 1, "x": 1}\n{"id": 1, "x": ', 2, Formats.NO_JSON_IN_LINE, {}),
        ('{"id": 1, "x": 1}\n[1, 2]\n', 2, Formats.NO_JSON_IN_LINE, {}),
        (
            '{"id": 1, "x": 1}\n{"id": 1, "x": "much"}\n',
            2,
            Formats.MIXED_IN_LINES,
            {"column": "x", "found": Formats.A_TEXT(value="much"), "other": NUMBER_1, "other_line": 1},
        ),
        (
            '{"x": [1]}\n{"x": [2]}\n{"x": [3, true]}\n',
            3,
            Formats.MIXED_IN_LINES,
            {"column": "x", "found": Formats.A_TRUTH_VALUE(value="true"), "other": NUMBER_1, "other_line": 1},
        ),
        (
            '{"x": 1}\n{"x": [2]}\n{"x": [3]}\n',
            1,
            Formats.MIXED_IN_LINES,
            {"column": "x", "found": NUMBER_1, "other": Formats.A_LIST(), "other_line": 2},
        ),
        ('{"x": ' + "[" * 10**6, 1, Formats.DEEP_JSON, {}),
    ],
)
def test_what_is_refused(text, line, code, values, tmp_path):
    (tmp_path / "d.jsonl").write_text(text)
    with raises(code, line=line, **values):
        read(tmp_path / "d.jsonl")


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ('{"x": {"a": 1}}\n{"x": {"a": 2}}\n', Tables.NO_STEPS, {}),
        ('{"x": [[1, 2], [3, 4]]}\n', Tables.NO_LISTS_OF_NUMBERS, {"column": "x"}),
        ('{"x": [1, 2], "z": [1]}\n', Tables.OTHER_LENGTH, {"row": 1, "column": "z", "n": 1, "expected": 2}),
        ('{"id": 1, "x": 1e999}\n{"id": 1, "x": 1}\n', Formats.NO_JSON_IN_LINE, {"line": 1}),
        ("{}\n{}\n", Tables.NO_ROWS, {}),
    ],
)
def test_what_is_no_table_of_series_is_refused(text, code, values, tmp_path):
    (tmp_path / "d.jsonl").write_text(text)
    with raises(code, **values):
        read(tmp_path / "d.jsonl")


def test_an_array_is_refused_with_its_mend(tmp_path):
    (tmp_path / "d.json").write_text('[{"id": 1, "x": 1}]')
    with raises(Formats.JSON_ARRAY):
        read(tmp_path / "d.json")


@pytest.mark.parametrize(("one", "other"), [("00:00", "01:00Z"), ("00:00Z", "01:00"), ("00:00", "01:00+02:00")])
def test_times_of_which_some_have_an_offset_are_refused(one, other, tmp_path):
    one, other = (f"2026-01-01T{clock.replace(':00', ':00:00', 1)}" for clock in (one, other))
    (tmp_path / "d.jsonl").write_text(lines([{"id": 1, "t": t, "x": 1} for t in (one, other)]))
    rows = {"one": 1, "other": 2} if "Z" in one else {"one": 2, "other": 1}
    with raises(Tables.MIXED_ZONES, column="t", **rows):
        read(tmp_path / "d.jsonl")
    (tmp_path / "d.jsonl").write_text(lines([{"t": [one], "x": [1]}, {"t": [one, other], "x": [1, 2]}]))
    with raises(Tables.MIXED_ZONES_IN_LISTS, column="t", one_item=rows["one"], other_item=rows["other"]):
        read(tmp_path / "d.jsonl", time="t")


def test_times_and_labels_are_as_they_are_written(tmp_path):
    rows = [
        {"id": k // 2, "t": f"2026-01-0{1 + k % 2}", "x": 2 - k % 2, "label": f"2026-0{1 + k // 2}-01"}
        for k in range(8)
    ]
    (tmp_path / "d.jsonl").write_text(lines(rows[::-1]))
    s = read(tmp_path / "d.jsonl")
    assert s.classes == ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")
    assert s.x[:, :, 0].tolist() == [[2, 1]] * 4
    assert s.spacing.in_seconds
    assert s.spacing.median.tolist() == [86400] * 4
