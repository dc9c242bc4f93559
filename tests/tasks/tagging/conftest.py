"""A small run of tagging, trained once for the tests that only read it."""

from pathlib import Path

import pytest
from support.labelled_steps import SMALL, write_steps


@pytest.fixture(scope="session")
def run(tmp_path_factory, undraw):
    from glasscell.tasks.tagging import training
    from glasscell.tasks.tagging.settings import TaggingSettings

    folder = tmp_path_factory.mktemp("steps")
    settings = TaggingSettings(str(write_steps(folder / "steps.csv", n=10, unlabelled=3)), **SMALL)
    with undraw():
        return Path(training.train(settings, output_dir=folder, name="run")["run"])
