"""What a task is to the commands, beside what each of them tests."""

from pathlib import Path
from typing import ClassVar

import pytest

from glasscell.errors import UsageError
from glasscell.runs import lifecycle
from glasscell.runs.options import Choice, SeriesOptions, arguments, reading
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.task import CHOICE, READER, Task


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


GIVEN = {"series": ["a"], "label": "y", "limit": None}


def test_options_are_a_dataclass_or_refused():
    class New(Task):
        called = Series.CALLED()
        options: ClassVar = {"explain": Choice, "trace": SeriesOptions}

    assert New().accept("explain", {"series": ["a"], "limit": None}) == Choice(series=["a"])
    assert arguments(New().accept("explain", {})) == {"options": Choice()}
    assert reading(New().accept("trace", {"label": "y"})) == {"label": "y"}
    assert New().declared("explain") == CHOICE
    assert (New().declared("trace"), New().declared("predict")) == ({}, {})
    for command in ("explain", "predict"):  # a task without options for a command has none
        with pytest.raises(UsageError) as refused:
            New().accept(command, {"label": "y"})
        assert (refused.value.code, refused.value.values["option"]) == (Tasks.NOT_WITH, "label")
    assert arguments(New().accept("predict", {"label": None})) == {}


def test_options_of_tasks_for_an_earlier_release_are_given_one_by_one():
    class Old(Task):
        called = Series.CALLED()
        reader = READER
        options: ClassVar = {"explain": {**CHOICE}}

    found = Old().accept("explain", GIVEN)
    assert arguments(found) == reading(found) == {"series": ["a"], "label": "y"}
    with pytest.raises(UsageError):
        Old().accept("predict", {"series": ["a"]})
