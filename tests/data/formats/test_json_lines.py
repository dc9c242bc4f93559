"""JSON lines: an object a row, or an object a series with a list for each channel."""

import json

import numpy as np
import pandas as pd
import pytest
from support.facts import raises
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables


def lines(rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def or_null(value):
    return None if np.isnan(value) else float(value)


def test_an_object_a_row(tmp_path):
    truth = Truth(9, 7, 2)
    rows = truth.long().to_dict("records")
    rows = [
        {k: v if isinstance(v, (str, int)) else or_null(v) for k, v in row.items()} for row in rows
    ]
    (tmp_path / "d.jsonl").write_text(lines(rows))
    truth.check(read(tmp_path / "d.jsonl"), ids=[f"s{k}" for k in range(9)])
    assert [len(part) for part in read_in_parts(tmp_path / "d.jsonl", series=4)] == [4, 4, 1]
    missing = [{k: v for k, v in row.items() if v is not None} for row in rows]
    (tmp_path / "d").write_text(lines(missing))  # known by its content alone
    truth.check(read(tmp_path / "d"), ids=[f"s{k}" for k in range(9)])


def test_an_object_a_series(tmp_path):
    truth = Truth(9, 7, 2)
    rows = [
        {
            "label": str(y),
            **{f"c{d}": list(map(or_null, channel)) for d, channel in enumerate(one.T)},
        }
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
        np.testing.assert_array_equal(
            s.x[k :: len(series)][:, : len(x)], np.tile(truth, (1000, 1, 1))
        )


@pytest.mark.parametrize(
    ("text", "line", "code", "values"),
    [
        ('{"id": 1, "x": 1}\n{"id": 1, "x": ', 2, Formats.NO_JSON, {}),
        ('{"id": 1, "x": 1}\n[1, 2]\n', 2, Formats.NO_JSON, {}),
        (
            '{"id": 1, "x": 1}\n{"id": 1, "x": "much"}\n',
            2,
            Formats.MIXED,
            {"column": "x", "found": '"much"', "other": "1", "place": "line", "first": 1},
        ),
        (
            '{"x": [1]}\n{"x": [2]}\n{"x": [3, true]}\n',
            3,
            Formats.MIXED,
            {"column": "x", "found": "[3, true]", "other": "[1]", "first": 1},
        ),
        (
            '{"x": 1}\n{"x": [2]}\n{"x": [3]}\n',
            2,
            Formats.MIXED,
            {"column": "x", "found": "[2]", "other": "1", "first": 1},
        ),
    ],
)
def test_what_is_refused(text, line, code, values, tmp_path):
    (tmp_path / "d.jsonl").write_text(text)
    with raises(code, line=line, **values):
        read(tmp_path / "d.jsonl")


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (
            '{"x": 1}\n{"x": {"a": {"b": 1}}}\n',
            Formats.NESTED,
            {"line": 2, "column": "x.a"},
        ),
        ('{"x": [[1, 2], [3, 4]]}\n', Formats.LISTS_WITHIN, {"name": "x"}),
        (
            '[{"x": [[1, 2], [3]]}]',
            Formats.UNEVEN_STEPS,
            {"row": 1, "column": "x", "t": 1, "n": 1, "expected": 2},
        ),
        ('{"x": {"a": 1}, "x.a": 2}\n{"x": 3}\n', Formats.SAME_NAME, {"column": "x.a"}),
        ('[{"x": [[[1]]]}]', Tables.NO_LISTS_OF_NUMBERS, {"column": "x_0"}),
        (
            '{"x": [1, 2], "z": [1]}\n',
            Tables.OTHER_LENGTH,
            {"row": 1, "column": "z", "n": 1, "expected": 2},
        ),
        ('{"id": 1, "x": 1e999}\n{"id": 1, "x": 1}\n', Tables.TOO_LARGE, {"row": 1, "column": "x"}),
        ('{"id": 1, "x": 1, "x": 2}\n', Formats.SAME_NAME, {"column": "x"}),
        ("{}\n{}\n", Formats.EMPTY, {}),
        ('{"x": ' + "[" * 10**6, Formats.NO_JSON, {}),
        ('{"x": ' + "[" * 900 + "]" * 900 + "}", Formats.LISTS_WITHIN, {"name": "x"}),
    ],
)
def test_what_is_no_table_of_series_is_refused(text, code, values, tmp_path):
    (tmp_path / "d.jsonl").write_text(text)
    with raises(code, **values):
        read(tmp_path / "d.jsonl")


def test_an_object_in_a_row_is_columns(tmp_path):
    """As pandas' json_normalize names them; more than one level is refused."""
    rows = [
        {"id": f"d{k // 3}", "device": {"x": k / 2, "y": -k}, "label": "ab"[k // 3 % 2]}
        for k in range(12)
    ]
    (tmp_path / "d.jsonl").write_text(lines(rows))
    flat = [pd.json_normalize(row).iloc[0].to_dict() for row in rows]
    (tmp_path / "flat.jsonl").write_text(lines(flat))
    nested, expected = read(tmp_path / "d.jsonl"), read(tmp_path / "flat.jsonl")
    assert nested.channels == ("device.x", "device.y")
    np.testing.assert_array_equal(nested.x, expected.x)
    assert nested.ids.tolist() == expected.ids.tolist() == ["d0", "d1", "d2", "d3"]


@pytest.mark.parametrize("by_id", [True, False])
def test_steps_of_all_channels_are_a_list_of_lists(by_id, tmp_path):
    rng = np.random.default_rng(3)
    x = [rng.normal(size=(n, 2)) for n in (3, 1, 4)]
    rows = [{"x": one.tolist(), "label": label} for one, label in zip(x, "aba", strict=True)]
    ids = ["s0", "s1", "s2"]
    content = (
        dict(zip(ids, rows, strict=True))
        if by_id
        else [{"id": id} | row for id, row in zip(ids, rows, strict=True)]
    )
    (tmp_path / "d.json").write_text(json.dumps(content))
    series = read(tmp_path / "d.json")
    assert (series.ids.tolist(), series.channels) == (ids, ("x_0", "x_1"))
    for one, expected in zip(series.x, x, strict=True):
        np.testing.assert_array_equal(one[: len(expected)], expected.astype("float32"))


def test_an_array_of_arrays_is_series_without_names(tmp_path):
    x = np.random.default_rng(4).normal(size=(3, 5, 2))
    (tmp_path / "d.json").write_text(json.dumps(x.tolist()))
    series = read(tmp_path / "d.json")
    assert series.channels == ("dim_0", "dim_1")
    np.testing.assert_array_equal(series.x, x.astype("float32"))
    (tmp_path / "one.json").write_text(json.dumps(x[..., :1].tolist()))
    assert read(tmp_path / "one.json").channels == ("value",)  # as of an .npy file


def test_an_array_of_objects_is_read_as_its_lines(tmp_path):
    rows = [{"id": k // 2, "x": k / 2, "label": "ab"[k // 2 % 2]} for k in range(8)]
    (tmp_path / "d.jsonl").write_text(lines(rows))
    (tmp_path / "d.json").write_text(json.dumps(rows, indent=1))
    of_lines, of_array = read(tmp_path / "d.jsonl"), read(tmp_path / "d.json")
    np.testing.assert_array_equal(of_lines.x, of_array.x)
    assert of_lines.y.tolist() == of_array.y.tolist()
    (tmp_path / "d.json").write_text("[[1, 2], [3, 4]]")
    with raises(Formats.NO_JSON):
        read(tmp_path / "d.json")


@pytest.mark.parametrize(
    "rows", [["1", "2.5", "null"], ["[null]", "[1]", "[2.5, null]"], ["null", "3", "4"]]
)
def test_kinds_that_come_late_are_those_of_the_whole_column(rows, tmp_path, monkeypatch):
    monkeypatch.setattr("glasscell.data.formats.json_tables.BATCH_ROWS", 1)
    text = "".join(f'{{"id": {k}, "x": {cell}}}\n' for k, cell in enumerate(rows * 2))
    (tmp_path / "d.jsonl").write_text(text)
    truth = [json.loads(cell) for cell in rows * 2]
    found = read(tmp_path / "d.jsonl").x[..., 0].tolist()
    assert [
        row[: len(one)] if isinstance(one, list) else row[0]
        for row, one in zip(found, truth, strict=True)
    ] == [
        pytest.approx(
            [np.nan if v is None else v for v in one] if isinstance(one, list) else one or np.nan,
            nan_ok=True,
        )
        for one in truth
    ]
    (tmp_path / "d.jsonl").write_text(text + '{"id": 9, "x": "much"}\n')
    with raises(Formats.MIXED, line=7, column="x", found='"much"'):
        read(tmp_path / "d.jsonl")


@pytest.mark.parametrize(
    ("one", "other"), [("00:00", "01:00Z"), ("00:00Z", "01:00"), ("00:00", "01:00+02:00")]
)
def test_times_of_which_some_have_an_offset_are_refused(one, other, tmp_path):
    one, other = (f"2026-01-01T{clock.replace(':00', ':00:00', 1)}" for clock in (one, other))
    (tmp_path / "d.jsonl").write_text(lines([{"id": 1, "t": t, "x": 1} for t in (one, other)]))
    rows = {"one": 1, "other": 2} if "Z" in one else {"one": 2, "other": 1}
    with raises(Tables.MIXED_ZONES, column="t", **rows):
        read(tmp_path / "d.jsonl")
    (tmp_path / "d.jsonl").write_text(
        lines([{"t": [one], "x": [1]}, {"t": [one, other], "x": [1, 2]}])
    )
    items = {f"{row}_item": Tables.IN_LIST(item=item) for row, item in rows.items()}
    with raises(Tables.MIXED_ZONES, column="t", **items):
        read(tmp_path / "d.jsonl", time="t")


def test_times_and_labels_are_as_they_are_written(tmp_path):
    rows = [
        {
            "id": k // 2,
            "t": f"2026-01-0{1 + k % 2}",
            "x": 2 - k % 2,
            "label": f"2026-0{1 + k // 2}-01",
        }
        for k in range(8)
    ]
    (tmp_path / "d.jsonl").write_text(lines(rows[::-1]))
    s = read(tmp_path / "d.jsonl")
    assert s.classes == ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")
    assert s.x[:, :, 0].tolist() == [[2, 1]] * 4
    assert s.spacing.in_seconds
    assert s.spacing.median.tolist() == [86400] * 4
