"""A model's file without header: its label is found by width and values, or must be named."""

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.data import read, read_in_parts
from glasscell.data.tables.sentences import Tables

STEPS = 12
X = np.round(np.random.default_rng(0).normal(size=(30, STEPS)), 3)
Y = np.random.default_rng(1).integers(1, 3, 30)


def answered(tmp_path, table, classes=("1", "2"), steps=(STEPS, STEPS), known="column1", **options):
    """Read a table as the input of a model trained with labels first: return steps and labels."""
    text = "\n".join(",".join("" if v is None else f"{v:g}" for v in row) for row in table)
    (tmp_path / "d.csv").write_text(text + "\n")
    how = {
        "channels_expected": ("value",),
        "columns_expected": {"label": known},
        "task": "classification",
    }
    (part,) = read_in_parts(
        tmp_path / "d.csv", **how | options, classes_expected=classes, steps_expected=steps
    )
    return part.x[..., 0], part.y


@pytest.mark.parametrize("scale", [1, 10])
@pytest.mark.parametrize("label", ["column1", f"column{STEPS + 1}"])
def test_the_width_tells(scale, label, tmp_path):
    x = np.round(X * scale) if scale > 1 else X  # whole numbers look like labels
    steps, y = answered(tmp_path, x, known=label)
    np.testing.assert_allclose(steps, x, rtol=1e-6)
    assert y is None
    places = [Y, x] if label == "column1" else [x, Y]
    steps, y = answered(tmp_path, np.column_stack(places), known=label)
    np.testing.assert_allclose(steps, x, rtol=1e-6)
    assert y.tolist() == Y.astype(str).tolist()


@pytest.mark.parametrize("width", [STEPS - 4, STEPS, STEPS + 4])
def test_the_values_tell_where_lengths_differ(width, tmp_path):
    x = np.round(np.random.default_rng(2).normal(size=(30, width)), 3)
    assert answered(tmp_path, x, steps=(3, STEPS))[0].shape == (30, width)
    steps, y = answered(tmp_path, np.column_stack([Y, x])[:, :width], steps=(3, STEPS))
    assert (steps.shape, y.tolist()) == ((30, width - 1), Y.astype(str).tolist())


def test_steps_that_are_all_ones_are_no_labels_where_the_width_tells(tmp_path):
    x = np.column_stack([np.ones(30), X[:, 1:]])
    np.testing.assert_allclose(answered(tmp_path, x)[0], x, rtol=1e-6)


def test_a_class_the_model_does_not_know_is_a_label_still(tmp_path):
    y = np.where(np.arange(30) == 3, 7, Y)
    assert answered(tmp_path, np.column_stack([y, X]))[1].tolist() == y.astype(str).tolist()


@pytest.mark.parametrize(
    ("table", "classes", "steps"),
    [
        (
            np.column_stack([Y, X])[:, :STEPS],
            ("1", "2"),
            (STEPS, STEPS),
        ),  # labels by the values, steps by the width
        (np.column_stack([X, X[:, :1]]), ("1", "2"), (STEPS, STEPS)),  # the other way round
        (np.round(X[:, :5] * 2), ("1", "2"), (3, STEPS)),
        (np.random.default_rng(0).integers(0, 2, (30, 5)), ("0", "1"), (3, STEPS)),
        (X[:, :5], (), (3, STEPS)),  # numbers are learnt: nothing tells
    ],
)
def test_what_neither_tells_is_asked_for(table, classes, steps, tmp_path):
    task = "classification" if classes else "regression"
    with raises(Tables.LABEL_OR_STEP, file=str(tmp_path / "d.csv"), place=1, column="column1"):
        answered(tmp_path, table, classes, steps, task=task)
    said, _ = answered(tmp_path, np.abs(table), classes, steps, task=task, label="column1")
    assert said.shape == (len(table), table.shape[1] - 1)


def test_the_ways_out_of_the_question_lead_out(tmp_path):
    table = np.round(X[:, :5] * 2)
    (tmp_path / "d.csv").write_text(
        "t1,t2,t3,t4,t5\n" + "\n".join(",".join(f"{v:g}" for v in row) for row in table)
    )
    how = {
        "channels_expected": ("value",),
        "columns_expected": {"label": "column1"},
        "steps_expected": (3, STEPS),
    }
    (part,) = read_in_parts(tmp_path / "d.csv", classes_expected=("1", "2"), **how)
    assert part.y is None
    np.testing.assert_array_equal(part.x[..., 0], table)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("shuffled", [False, True])
def test_numbers_of_rows_are_neither_labels_nor_steps(first, shuffled, tmp_path):
    rows = np.arange(30) + first
    rows = np.random.default_rng(0).permutation(rows) if shuffled else rows
    np.savetxt(tmp_path / "d.csv", np.column_stack([rows, X]), fmt="%g", delimiter=",")
    s = read(tmp_path / "d.csv")
    np.testing.assert_allclose(s.x[..., 0], X, rtol=1e-5)
    assert (s.y, s.ids.tolist()) == (None, rows.astype(str).tolist())
    assert s.warnings[0] == Tables.ROW_NUMBERS.warning(column="column1")
    assert read(tmp_path / "d.csv", label="column1").y.tolist() == rows.tolist()
    np.savetxt(tmp_path / "d.csv", np.column_stack([rows, X, Y]), fmt="%g", delimiter=",")
    s = read(tmp_path / "d.csv", label=f"column{STEPS + 2}")
    assert (s.x.shape, s.y.tolist(), s.warnings) == ((30, STEPS, 1), Y.astype(str).tolist(), ())


def test_labels_that_repeat_are_labels(tmp_path):
    np.savetxt(
        tmp_path / "d.csv", np.column_stack([np.arange(30) // 2 + 1, X]), fmt="%g", delimiter=","
    )
    assert read(tmp_path / "d.csv").classes[0] == "1"


@pytest.mark.parametrize(("labels", "classes"), [([0, 1, 2], 3), ([0, 7], 2), (range(20), 20)])
def test_a_last_column_of_a_few_whole_numbers_is_hinted_at(labels, classes, tmp_path):
    y = np.resize(list(labels), 60)
    x = np.random.default_rng(0).normal(size=(60, STEPS))
    np.savetxt(tmp_path / "d.csv", np.column_stack([x, y]), delimiter=",", fmt="%.6g")
    s = read(tmp_path / "d.csv")
    assert s.x.shape == (60, STEPS + 1, 1)
    (warning,) = s.warnings
    assert warning == Tables.LAST_MAY_BE_LABEL.warning(column="column13", n=classes)
    labelled = read(tmp_path / "d.csv", label="column13")
    assert (labelled.warnings, labelled.classes) == ((), tuple(map(str, labels)))
    text = np.column_stack([x.astype(str), np.array([f"c{k}" for k in y])])
    np.savetxt(tmp_path / "d.csv", text, delimiter=",", fmt="%s")
    # words are labels
    assert read(tmp_path / "d.csv").classes == tuple(sorted({f"c{k}" for k in labels}))


@pytest.mark.parametrize(
    "x",
    [
        np.random.default_rng(0).normal(size=(60, STEPS)),
        np.random.default_rng(0).integers(-500, 500, (60, STEPS)) * 0.5,
        np.random.default_rng(0).integers(0, 9, (60, STEPS))
        + 0.5 * (np.arange(STEPS) == 0),  # all but one whole
        np.column_stack([np.random.default_rng(0).normal(size=(60, STEPS)), np.ones(60)]),
        np.column_stack(
            [np.random.default_rng(0).normal(size=(60, STEPS)), np.arange(60) // 2]
        ),  # 30 classes
    ],
)
def test_of_other_last_columns_nothing_is_said(x, tmp_path):
    np.savetxt(tmp_path / "d.csv", x, delimiter=",", fmt="%.6g")
    assert read(tmp_path / "d.csv").warnings == ()


def filled_up(n=20, width=60):
    """Return series of different lengths, filled up with 0, as those of Kaggle's heartbeats are."""
    rng = np.random.default_rng(0)
    x = rng.random((n, width)).round(3) + 0.0005
    x[np.arange(width) >= rng.integers(20, width - 5, n)[:, None]] = 0
    return x, np.arange(n) % 5


@pytest.mark.parametrize("named", [False, True])
def test_a_last_column_of_labels_is_hinted_at_after_zeros_and_where_names_count_the_columns(
    named, tmp_path
):
    x, y = filled_up()
    pd.DataFrame(np.column_stack([x, y])).to_csv(tmp_path / "d.csv", header=named, index=False)
    last = str(x.shape[1]) if named else f"column{x.shape[1] + 1}"
    assert only(read(tmp_path / "d.csv").warnings, Tables.LAST_MAY_BE_LABEL).values == {
        "column": last,
        "n": 5,
    }
    assert read(tmp_path / "d.csv", label=last).classes == tuple("01234")


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("to_the_end", [0, 3])
def test_of_the_end_of_series_that_are_filled_up_nothing_is_said(named, to_the_end, tmp_path):
    x, _ = filled_up()
    if to_the_end:
        x[:to_the_end] = np.random.default_rng(1).random((to_the_end, x.shape[1]))
        x[:to_the_end, -1] = range(1, to_the_end + 1)  # whole by chance
    pd.DataFrame(x).to_csv(tmp_path / "d.csv", header=named, index=False)
    assert Tables.LAST_MAY_BE_LABEL not in codes(read(tmp_path / "d.csv").warnings)
