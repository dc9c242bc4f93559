"""The files of a run are found again: a folder, a pattern and the labels, too."""

from pathlib import Path

import numpy as np
import pytest

from glasscell.runs.sentences import Runs
from glasscell.tasks.series.description import find_again, labels_outside, with_whole_paths
from glasscell.tasks.series.settings import SeriesSettings


@pytest.mark.parametrize("data", ["walks", "walk_*.csv", "walks.csv"])
def test_files_are_found_where_they_were_or_here_by_the_same_name(data, tmp_path, monkeypatch):
    before, here = tmp_path / "before", tmp_path / "here"
    for folder in (before, here):
        (folder / "walks").mkdir(parents=True)
        for name in ("walk_1.csv", "walks.csv", "labels.csv"):
            (folder / name).write_text("x\n")
    monkeypatch.chdir(before)
    settings = with_whole_paths(SeriesSettings(data, labels="labels.csv"))
    assert (settings.data, settings.labels) == (str(before / data), str(before / "labels.csv"))
    monkeypatch.chdir(here)
    assert find_again(settings) == settings
    before.rename(tmp_path / "gone")
    assert find_again(settings) == SeriesSettings(data, labels="labels.csv")
    assert not Path(settings.data).exists()


@pytest.mark.parametrize("factor", [1000, 1e-3, -100, 1])
def test_labels_in_another_unit_are_warned_of(factor):
    y = np.random.default_rng(0).normal(500, 10, 40)
    found = labels_outside({"labels": [y[:20].min(), y[:20].max()]}, factor * y[20:])
    wanted = [] if factor == 1 else [(Runs.LABELS_OUTSIDE, 20, 20)]
    assert [(note.code, note.values["n"], note.values["of"]) for note in found] == wanted
