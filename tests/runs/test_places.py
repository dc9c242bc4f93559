"""The files of a run are found again: a folder, a pattern and the labels, too."""

from pathlib import Path

import pytest

from glasscell.runs.places import find_again, with_whole_paths
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
