from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.facts import raises

from glasscell.runs.sentences import Runs
from glasscell.tasks.series.bounds import count_held, half_width_of, held


def trained(residuals, task="regression"):
    found = None if residuals is None else np.asarray(residuals, float)[:, None]
    return SimpleNamespace(path=Path("runs/some"), task=task, residuals=found)


def test_the_width_is_that_of_the_residuals():
    assert half_width_of(trained(range(1, 20))) == (18.0, [])
    assert half_width_of(trained(range(1, 20)), 0.5) == (10.0, [])


@pytest.mark.parametrize(
    ("run", "code", "values"),
    [
        (trained(None), Runs.NO_RESIDUALS, {}),
        (trained([1.0] * 8), Runs.FEW_RESIDUALS, {"n": 8, "coverage": 0.9, "fewest": 9, "most": 0.888}),
    ],
)
def test_where_there_is_none_a_note_says_why_and_a_coverage_is_refused(run, code, values):
    with raises(code, **values, file="runs/some"):
        half_width_of(run, 0.9)
    width, (note,) = half_width_of(run)
    assert (width, note.code, note.values["why"].code) == (None, Runs.NO_LOW_AND_HIGH, code)


def test_classes_have_none_and_need_none():
    assert half_width_of(trained(None, "classification")) == (None, [])
    with raises(Runs.NOT_NUMBERS, file="runs/some"):
        half_width_of(trained(None, "classification"), 0.9)


def test_a_truth_on_the_edge_is_held():
    found = count_held(np.array([0.0, 0.0, 0.0]), np.array([1.0, -1.0, 1.5], "float32"), 1.0, 0.8)
    assert (found["held"], found["n"], found["coverage"]) == (2, 3, 0.8)
    assert found["interval"][0] < found["share"] < found["interval"][1]
    note = held(found)
    assert (note.code, note.values["coverage"], note.values["held"], note.values["n"]) == (
        Runs.INTERVALS_HELD,
        0.8,
        2,
        3,
    )
