"""The labels of steps are found among several columns of words."""

import numpy as np
import pyarrow as pa
import pytest
from support.facts import only

from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.step_roles import find_label_within_series
from glasscell.data.steps.step_table import read_steps
from glasscell.data.tables.sentences import Tables

NAMES = np.repeat(["r0", "r1", "r2"], 12)
TAGS = np.tile(np.repeat(["rest", "walk", "rest"], 4), 3)


@pytest.mark.parametrize("first", ["recording", "rec", "file"])
@pytest.mark.parametrize("gaps", [0, 5])
def test_a_column_of_names_and_one_of_labels_are_told_apart(first, gaps, tmp_path):
    rows = [f"{first},clock,ax,activity"]
    for k, (name, tag) in enumerate(zip(NAMES, TAGS, strict=True)):
        rows.append(f"{name},{k % 12 / 50},{np.sin(k):.3f},{'' if gaps and k % gaps == 0 else tag}")
    path = tmp_path / "day.csv"
    path.write_text("\n".join(rows) + "\n")
    assert are_labelled_by_step(path)
    table = read_steps(path)
    assert table.series.columns == {"id": first, "label": "activity"}
    assert only(table.series.warnings, Tables.COUNTS_STEPS).values["as_option"] == "clock"
    assert read_steps(path, time="clock").series.channels == ("ax",)
    form = only(table.series.notes, Tables.LONG_FORM).values
    assert (form["series"], form["labels"]) == (
        Tables.SERIES_BY(id=first),
        Tables.LABEL_OF_STEPS(label="activity"),
    )
    taken = [note for note in table.series.notes if note.code is Tables.TAKEN_FOR_IDS]
    assert all(note.values["also"] is None for note in taken)
    assert table.y is not None
    assert table.y[1].tolist() == [
        None if gaps and k % gaps == 0 else tag for k, tag in enumerate(TAGS) if 12 <= k < 24
    ]


@pytest.mark.parametrize(
    "columns",
    [
        {
            "one": NAMES,
            "label of all": np.repeat(["up", "down", "up"], 12),
        },  # one label for each series
        {"one": np.tile(NAMES[::12], 12), "tag": TAGS},  # names whose rows do not stand together
        {
            "one": NAMES,
            "note": np.array([f"row {k}" for k in range(36)]),
        },  # words that never come back
        {"one": NAMES, "tag": TAGS, "other": TAGS[::-1].copy()},  # two that may be labels
        {"one": np.repeat("r0", 36), "tag": TAGS},  # a single name tells nothing
    ],
    ids=["constant", "mixed", "notes", "two", "single"],
)
def test_nothing_is_guessed_where_it_is_not_plain(columns):
    columns = {name: pa.array(values.tolist()) for name, values in columns.items()}
    assert find_label_within_series(pa.table(columns), list(columns)) is None


@pytest.mark.parametrize("numbered", [True, False])
def test_rows_that_are_series_of_persons_are_no_steps(numbered, tmp_path):
    rng = np.random.default_rng(0)
    waves = np.sin(np.arange(40) / 3 + rng.uniform(0, 6, (36, 1))) + rng.normal(
        scale=0.1, size=(36, 40)
    )
    names = (
        [f"t{k}" for k in range(40)]
        if numbered
        else [f"c{chr(97 + k % 26)}{chr(97 + k // 26)}" for k in range(40)]
    )
    rows = [",".join(["person", "activity", *names])]
    rows += [
        ",".join([who, tag, *(f"{v:.3f}" for v in wave)])
        for who, tag, wave in zip(NAMES, TAGS, waves, strict=True)
    ]
    path = tmp_path / "waves.csv"
    path.write_text("\n".join(rows) + "\n")
    assert not are_labelled_by_step(path)


@pytest.mark.parametrize("flag", [[0, 1], [1, 0]])
def test_a_flag_names_no_series_of_steps(flag, tmp_path):
    rng = np.random.default_rng(0)
    hours = np.datetime64("2024-01-31T00:00") + np.arange(60) * np.timedelta64(30, "m")
    labels = np.repeat([*"abcabc"], 10)
    rows = zip(hours, rng.normal(size=60), np.repeat(flag, 30), labels, strict=True)
    lines = ["stamp,flow,valve,mode", *(f"{t},{x:.3f},{on},{label}" for t, x, on, label in rows)]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    series = read_steps(tmp_path / "a.csv", label="mode").series
    assert (len(series), series.channels) == (1, ("flow", "valve"))
    assert are_labelled_by_step(tmp_path / "a.csv", label="mode")
