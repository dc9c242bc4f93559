"""What a task is to the commands, beside what each of them tests."""

import pytest

from glasscell.runs import lifecycle
from glasscell.tasks.task import Task


def test_modules_named_by_strings_are_imported_as_before():
    with pytest.warns(DeprecationWarning, match=r"Old.training is a string; .*runs.lifecycle"):

        class Old(Task):
            training = "glasscell.runs.lifecycle"  # pyright: ignore

    assert Old().training() is lifecycle
