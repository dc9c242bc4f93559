from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from glasscell.errors import UsageError
from glasscell.runs.bounds import count_held, half_width_of, held


def trained(residuals, task="regression"):
    found = None if residuals is None else np.asarray(residuals, float)[:, None]
    return SimpleNamespace(path=Path("runs/some"), task=task, residuals=found)


def test_the_width_is_that_of_the_residuals():
    assert half_width_of(trained(range(1, 20))) == (18.0, [])
    assert half_width_of(trained(range(1, 20)), 0.5) == (10.0, [])


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (trained(None), "there is no residuals.npz"),
        (trained([1.0] * 8), "8 series were measured, and low and high that hold 0.9 of all need 9; .* at most 0.889"),
    ],
)
def test_where_there_is_none_a_sentence_says_why_and_a_coverage_is_refused(run, why):
    with pytest.raises(UsageError, match=why):
        half_width_of(run, 0.9)
    width, (note,) = half_width_of(run)
    assert width is None
    assert note.startswith("the answers have no low and high: ")


def test_classes_have_none_and_need_none():
    assert half_width_of(trained(None, "classification")) == (None, [])
    with pytest.raises(UsageError, match="runs/some: answers with classes, and coverage goes with numbers"):
        half_width_of(trained(None, "classification"), 0.9)


def test_a_truth_on_the_edge_is_held():
    found = count_held(np.array([0.0, 0.0, 0.0]), np.array([1.0, -1.0, 1.5], "float32"), 1.0, 0.8)
    assert (found["held"], found["n"], found["coverage"]) == (2, 3, 0.8)
    assert found["interval"][0] < found["share"] < found["interval"][1]
    assert "are to hold 0.8 of all: they hold 2 of 3" in held(found)
