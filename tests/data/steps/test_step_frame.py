"""Data frames with a label for every step are read as the table is that they are of."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from support.facts import codes, raises
from support.labelled_steps import make_steps, write_steps

from glasscell.data import read_steps, steps_from_frame
from glasscell.data.sentences import Reading
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables

FORMS = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "two levels": lambda frame: frame.set_index(["id", "time"]),
    "ids as index": lambda frame: frame.set_index("id"),
    "times as index": lambda frame: frame.set_index("time"),
    "categories": lambda frame: frame.astype({"label": "category", "id": "category"}),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_frame_is_read_as_its_file(form, tmp_path):
    path = write_steps(tmp_path / "steps.csv", unlabelled=2)
    frame = pd.read_csv(path).sample(frac=1, random_state=0)
    frame.to_csv(path, index=False)
    table, found = read_steps(path), steps_from_frame(FORMS[form](frame))
    assert found.series.ids.tolist() == table.series.ids.tolist() == frame["id"].unique().tolist()
    assert (found.series.channels, dict(found.series.columns)) == (
        ("u", "v"),
        dict(table.series.columns),
    )
    assert (
        codes(found.series.notes)
        == codes(table.series.notes)
        == [Tables.LONG_FORM, Tables.ROWS_SORTED]
    )
    for x, y, rows, other, labels, others in zip(
        found.x, found.y, found.rows, table.x, table.y, table.rows, strict=True
    ):
        np.testing.assert_array_equal(x, other)
        assert y.tolist() == labels.tolist()
        assert rows.tolist() == others.tolist()
        assert frame["label"].to_numpy()[rows].tolist() == [
            np.nan if one is None else one for one in y
        ]


@pytest.mark.parametrize("index", [None, "dates"])
def test_a_frame_of_one_series_needs_no_ids(index):
    (x, *_), (y, *_) = make_steps()
    times = pd.date_range("2026-01-31", periods=len(x), freq="s") if index else np.arange(len(x))
    frame = pd.DataFrame({"time": times, "u": x[:, 0], "v": x[:, 1], "phase": y})
    table = steps_from_frame(frame.set_index("time").rename_axis(None) if index else frame)
    assert (len(table.series), table.y[0].tolist()) == (1, y.tolist())
    np.testing.assert_array_equal(table.x[0], x)


def test_a_frame_to_answer_is_read_as_that_before_and_needs_no_labels():
    x, y = make_steps(2)
    frame = pd.concat(
        pd.DataFrame(
            {"rec": f"r{k}", "u": v[:, 0].astype(float) + 1e7, "v": v[:, 1], "phase": labels}
        )
        for k, (v, labels) in enumerate(zip(x, y, strict=True))
    )
    table = steps_from_frame(frame)
    assert table.series.offsets
    known = {"channels_expected": ["u", "v"], "columns_expected": table.series.columns}
    other = frame.drop(columns="phase").assign(note="dry", w=0.5)[["w", "v", "note", "u", "rec"]]
    found = steps_from_frame(other, **known, offsets=table.series.offsets)
    assert (found.y, found.series.channels) == (None, ("u", "v"))
    for one, two in zip(found.x, table.x, strict=True):
        np.testing.assert_array_equal(one, two)
    with raises(Steps.NO_CHANNEL, channel="u", expected=("u", "v")):
        steps_from_frame(other.drop(columns="u"), **known)


@pytest.mark.parametrize(
    ("frame", "options", "code", "values"),
    [
        ([[1.0, 2.0]], {}, Reading.NO_FRAME, {"kind": "list"}),
        (pd.DataFrame({"id": [], "u": [], "label": []}), {}, Steps.NO_ROWS, {}),
        (
            pd.DataFrame({"u": [0.5, 1.5], "v": [0.5, 1.5]}),
            {},
            Steps.NO_LABELS,
            {"columns": ["u", "v"]},
        ),
        (
            pd.DataFrame({"u": [0.5, 1.5]}),
            {"label": "phase"},
            Tables.NO_COLUMN,
            {"column": "phase"},
        ),
    ],
)
def test_what_is_no_frame_of_steps_is_reported(frame, options, code, values):
    with raises(code, **values) as caught:
        steps_from_frame(frame, **options)
    assert caught.value.file == "the data frame"
