"""Runs that the tests of the command line share; each test gets a copy of its own."""

import shutil
from pathlib import Path

import pytest
from support.command import SHORT


@pytest.fixture(scope="session")
def short_run_kept(tmp_path_factory) -> Path:
    from glasscell.settings.article import DigitsSettings
    from glasscell.tasks.digits import training as digit_runs

    folder = tmp_path_factory.mktemp("short")
    digit_runs.train(DigitsSettings(**SHORT), output_dir=folder, name="short")
    return folder / "short"


@pytest.fixture
def short_run(short_run_kept, tmp_path) -> Path:
    """Give a finished run of 6 epochs and 4 units, in tmp_path/runs."""
    return shutil.copytree(short_run_kept, tmp_path / "runs/short")


@pytest.fixture
def unfinished_run(short_run) -> Path:
    """Give the same run as if it was killed before its model was written."""
    for name in ("model.keras", "accuracy.png", "confusion.png", "report.json"):
        (short_run / name).unlink()
    config = short_run / "config.toml"
    config.write_text(config.read_text().replace("epochs = 6", "epochs = 8"))
    return short_run
