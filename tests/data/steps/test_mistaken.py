"""A table with a label per step is not one of series: `read` and `from_frame` report a reader."""

import numpy as np
import pandas as pd
import pytest
from support.corpus import CORPUS
from support.facts import raises
from support.labelled_steps import write_steps

from glasscell.data import from_frame, read, read_steps, steps_from_frame
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError


def refused(file, mend=None, **options):
    """Assert that both readers reject a file and its frame, and name the one to use instead."""
    for act, reader in (
        (lambda: read(file, **options), "glasscell.data.read_steps"),
        (lambda: from_frame(pd.read_csv(file), **options), "glasscell.data.steps_from_frame"),
    ):
        with raises(Steps.LABELS_OF_STEPS, reader=reader, mend=mend) as caught:
            act()
        assert caught.type is DataError


@pytest.mark.parametrize("unlabelled", [0, 2])
@pytest.mark.parametrize("single", [False, True])
def test_labels_that_vary_are_those_of_steps(unlabelled, single, tmp_path):
    file = write_steps(tmp_path / "steps.csv", unlabelled=unlabelled, single=single)
    refused(file)
    frame = pd.read_csv(file)
    for table in (read_steps(file), steps_from_frame(frame)):
        assert sum(map(len, table.y)) == len(frame)


def test_rows_are_no_series_of_columns_in_no_order_where_labels_are_those_of_steps():
    file = CORPUS / "steps/sleep.csv"  # by subject, epoch, two channels
    refused(file, Tables.ROWS_AS_SERIES(channels=("value",)))
    assert (
        read(file, channels="value").x.shape
        == from_frame(pd.read_csv(file), channels="value").x.shape
        == (20, 3, 1)
    )
    assert [len(y) for y in read_steps(file).y] == [10, 10]


def to_failure(*sensors, longest=15):
    """Return a table of machines run to failure, and cycles that remain: a target for each step."""
    rng, ends = np.random.default_rng(0), (longest - 3, longest, longest - 6, longest - 4)
    rows = [
        (unit, cycle, end - cycle)
        for unit, end in enumerate(ends, 1)
        for cycle in range(1, end + 1)
    ]
    frame = pd.DataFrame(rows, columns=["unit", "cycle", "RUL"])
    for name in sensors:
        frame.insert(2, name, rng.normal(size=len(frame)))
    return frame


@pytest.mark.parametrize(
    "frame",
    [to_failure("s2", "s1", longest=70), to_failure("s2", "s1").assign(RUL=lambda t: t["RUL"] / 3)],
)
@pytest.mark.parametrize("options", [{}, {"id": "unit"}, {"id": "unit", "time": "cycle"}])
def test_numbers_that_vary_within_an_id_are_no_labels_of_series(frame, options, tmp_path):
    frame.to_csv(tmp_path / "d.csv", index=False)
    for act in (
        lambda: read(tmp_path / "d.csv", label="RUL", **options),
        lambda: from_frame(frame, label="RUL", **options),
    ):
        # not to read each row as a series, in which the unit would be a step
        with raises(Steps.TARGETS_OF_STEPS, mend=None) as caught:
            act()
        assert caught.type is DataError
    assert not are_labelled_by_step(tmp_path / "d.csv", label="RUL")


def test_integers_of_few_values_stay_classes(tmp_path):
    table = to_failure("s2", "s1").assign(RUL=lambda t: t["RUL"] // 4)
    table.to_csv(tmp_path / "d.csv", index=False)
    with raises(Steps.LABELS_OF_STEPS):
        read(tmp_path / "d.csv", label="RUL", id="unit")
    assert are_labelled_by_step(tmp_path / "d.csv", label="RUL", id="unit")


@pytest.mark.parametrize("is_rising", [False, True])
@pytest.mark.parametrize("is_shuffled_by_unit", [False, True])
def test_integers_that_count_steps_are_no_classes(is_rising, is_shuffled_by_unit, tmp_path):
    table = to_failure("s2", "s1")  # 15 different numbers
    if is_rising:
        table["RUL"] = table["cycle"] + 3
    if is_shuffled_by_unit:  # rows of all units one after the other, by cycle
        table = table.sort_values(["cycle", "unit"])
    table.to_csv(tmp_path / "d.csv", index=False)
    for options in ({}, {"id": "unit"}):
        with raises(Steps.TARGETS_OF_STEPS):
            read(tmp_path / "d.csv", label="RUL", **options)
        assert not are_labelled_by_step(tmp_path / "d.csv", label="RUL", **options)


def test_numbered_sensors_look_like_steps_but_the_ignored_id_says_otherwise():
    frame = to_failure(*(f"s{k}" for k in range(8, 0, -1))).assign(RUL=lambda t: t["RUL"] / 3)
    with raises(Steps.TARGETS_OF_STEPS, mend=Tables.ROWS_AS_SERIES(channels=("s",))):
        from_frame(frame, label="RUL")
    assert from_frame(frame, label="RUL", channels=["s"]).x.shape == (47, 8, 1)
    assert from_frame(frame.drop(columns=["unit", "cycle"]), label="RUL").warnings == ()


def test_a_few_labels_that_differ_are_slips_and_the_row_is_named(tmp_path):
    frame = pd.read_csv(write_steps(tmp_path / "steps.csv"))
    frame["label"] = np.where(frame["id"] < "s3", "up", "down")
    assert len(from_frame(frame)) == 6
    frame.loc[3, "label"] = "down"
    with raises(Tables.TWO_LABELS, row=4, found="down"):
        from_frame(frame)


def test_without_labels_rows_need_the_names_of_their_series(tmp_path):
    frame = pd.read_csv(write_steps(tmp_path / "one.csv", single=True)).drop(columns="label")
    with raises(Tables.NO_IDS, time="time"):
        from_frame(frame)


def test_a_column_that_names_series_of_one_label_each_is_no_label_of_steps(tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        (f"P{p}", f"2026-03-{p + 1:02} 10:00:{3 * k:02}", "ab"[p % 2], rng.normal())
        for p in range(9)
        for k in range(12)
    ]
    frame = pd.DataFrame(rows, columns=["Person", "When", "Group", "u"])
    found = from_frame(frame)
    assert (len(found), found.columns) == (9, {"id": "Person", "time": "When", "label": "Group"})
    frame.to_csv(tmp_path / "d.csv", index=False)
    assert not are_labelled_by_step(tmp_path / "d.csv")


def test_words_that_differ_in_each_row_of_a_series_are_no_labels_of_steps(tmp_path):
    rows = [
        f"p{p},{day + 1} Jan 2026,{(p * 7 + day * 5) % 11 / 4}"
        for p in range(6)
        for day in range(9)
    ]
    (tmp_path / "d.csv").write_text("\n".join(["id,logged,out", *rows]))
    assert not are_labelled_by_step(tmp_path / "d.csv")
    with raises(Tables.TWO_LABELS, column="logged"):
        read(tmp_path / "d.csv")
    assert read(tmp_path / "d.csv", time="logged", time_format="%d %b %Y").x.shape == (6, 9, 1)
