"""What a task is to the commands, beside what each of them tests."""

from pathlib import Path

import pytest

from glasscell.runs import lifecycle
from glasscell.tasks.task import Task


def test_modules_named_by_strings_are_imported_as_before():
    with pytest.warns(DeprecationWarning, match=r"Old.training is a string; .*runs.lifecycle"):

        class Old(Task):
            training = "glasscell.runs.lifecycle"  # pyright: ignore

    assert Old().training() is lifecycle


def test_modules_by_their_former_names_are_found():
    with pytest.warns(DeprecationWarning, match="Old.opened is now called trained_run; rename it"):

        class Old(Task):
            def opened(self):
                return lifecycle

    assert Old().find("load", Path("run"))() is lifecycle
