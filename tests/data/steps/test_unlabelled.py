"""A label that says that a step has none is read as an empty cell is."""

import pandas as pd
import pytest
from support.facts import codes, only, raises
from support.labelled_steps import write_steps

from glasscell.data import read_steps, steps_from_frame
from glasscell.data.steps.sentences import Steps


def written(path, word, other=None):
    """Write a table with some steps labeled by meaningless words, and one where these are empty."""
    frame = pd.read_csv(write_steps(path))
    frame["label"] = frame["label"].where(frame.index % 5 != 0, word)
    frame["label"] = frame["label"].where(frame.index % 7 != 0, other or word)
    frame.to_csv(path, index=False)
    empty = frame.assign(label=frame["label"].where(~frame["label"].isin([word, other]), None))
    empty.to_csv(path.with_name("empty.csv"), index=False)
    return frame, path.with_name("empty.csv")


@pytest.mark.parametrize("words", ["unknown", ["unknown", "?"]])
def test_such_a_label_is_none(words, tmp_path):
    path = tmp_path / "steps.csv"
    frame, empty = written(path, "unknown", None if words == "unknown" else "?")
    expected = read_steps(empty)
    for table in (read_steps(path, unlabelled=words), steps_from_frame(frame, unlabelled=words)):
        assert [y.tolist() for y in table.y] == [y.tolist() for y in expected.y]
        assert any(label is None for y in table.y for label in y)
        assert table.classes == ["high", "low"]
        assert table.series.warnings == ()
    assert "unknown" in read_steps(path).classes


@pytest.mark.parametrize("word", ["-1", "-1.0"])
def test_numbers_are_the_same_however_they_are_written(word, tmp_path):
    frame = pd.read_csv(write_steps(tmp_path / "steps.csv"))
    frame["label"] = (frame["label"] == "high") - 1.0 * (frame.index % 5 == 0) * (
        1 + (frame["label"] == "high")
    )
    assert set(frame["label"]) == {-1.0, 0.0, 1.0}
    assert steps_from_frame(frame, unlabelled=word).classes == ["0", "1"]


def test_among_numbers_a_word_is_no_slip_where_it_is_said_to_be_none(tmp_path):
    path = tmp_path / "steps.csv"
    frame = pd.read_csv(write_steps(path))
    frame["label"] = (
        (frame["label"] == "high").astype(int).astype(str).where(frame.index % 5 != 0, "?")
    )
    frame.to_csv(path, index=False)
    assert read_steps(path, unlabelled="?").classes == ["0", "1"]


def test_a_word_that_is_not_there_is_warned_of(tmp_path):
    path = tmp_path / "steps.csv"
    written(path, "unknown")
    table = read_steps(path, unlabelled=["unknown", "unknwon"])
    found = only(table.series.warnings, Steps.NO_SUCH_LABEL)
    assert (found.subject, found.values["labels"]) == ("unknwon", ["high", "low"])
    known = {"channels_expected": ["u", "v"], "columns_expected": table.series.columns}
    frame = pd.read_csv(path).drop(columns="label")
    assert codes(steps_from_frame(frame, **known, unlabelled="none").series.warnings) == []


def test_nothing_is_to_be_learnt_where_all_labels_are_none(tmp_path):
    path = tmp_path / "steps.csv"
    frame, _ = written(path, "unknown")
    with raises(Steps.ALL_UNLABELLED, column="label", words=("high", "low", "unknown")):
        read_steps(path, unlabelled=["high", "low", "unknown"])
    table = read_steps(path)
    known = {"channels_expected": ["u", "v"], "columns_expected": table.series.columns}
    assert steps_from_frame(frame, **known, unlabelled=["high", "low", "unknown"]).y is None
