"""What a run was trained on is known again."""

import numpy as np
import pytest

from glasscell.runs.sentences import Runs
from glasscell.tasks.series.description import check_labels


@pytest.mark.parametrize("factor", [1000, 1e-3, -100, 1])
def test_labels_in_another_unit_are_warned_of(factor):
    y = np.random.default_rng(0).normal(500, 10, 40)
    found = check_labels({"labels": [y[:20].min(), y[:20].max()]}, factor * y[20:])
    wanted = [] if factor == 1 else [(Runs.LABELS_OUTSIDE, 20, 20)]
    assert [(note.code, note.values["n"], note.values["of"]) for note in found] == wanted
