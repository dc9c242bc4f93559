"""The tasks, and the task of a file or a run. Only the `task` module of each task is imported here.

A custom task is a package with an entry point in the group `glasscell.tasks`: its name is the
task's, its object the `Task`. Packages are searched only for unknown names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.runs.checked_files import read
from glasscell.runs.config import values_of_run
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.task import Task

# In the order in which `recognizes` is called: a task whose files another would take comes first.
MODULES = (
    "glasscell.tasks.language.task",
    "glasscell.tasks.forecasting.task",
    "glasscell.tasks.digits.task",
    "glasscell.tasks.tagging.task",
    "glasscell.tasks.series.task",
)

GROUP = "glasscell.tasks"  # of entry points


@cache
def tasks() -> tuple[Task, ...]:
    """Return the built-in tasks.

    >>> [task.name for task in tasks()]
    ['language', 'forecasting', 'digits', 'tagging', 'series']
    """
    return tuple(import_module(module).TASK for module in MODULES)


def tasks_in_help() -> tuple[Task, ...]:
    """Return the built-in tasks in the order of help: the most general one first."""
    return tuple(reversed(tasks()))


def task_of_the_rest() -> Task:
    """Return the task that takes what no other recognizes.

    >>> task_of_the_rest().name
    'series'
    """
    return next(task for task in tasks() if task.takes_the_rest)


def task_saying(values: Mapping[str, Any]) -> Task:
    """Return the task of a config.toml; that of the rest if it names none.

    >>> task_saying({"task": "forecasting"}).name, task_saying({"data": "walks.csv"}).name
    ('forecasting', 'series')
    """
    found = next((task for task in tasks() if task.settings.owns(values)), None)
    return found or (task_named(values["task"]) if "task" in values else task_of_the_rest())


def task_named(name: str) -> Task:
    """Return the task of a name, built-in or from a package.

    >>> task_named("tagging").name
    'tagging'
    """
    if (task := next((task for task in tasks() if task.name == name), None)) is not None:
        return task
    for point in entry_points(group=GROUP, name=name):
        return point.load()
    installed = [point.name for point in entry_points(group=GROUP)]
    names = [*(task.name for task in tasks()), *installed]
    raise UsageError(Tasks.NO_TASK, found=name, names=names)


def task_of(run: Path) -> Task:
    """Return the task of the run in a folder, or of a model in a file."""
    if not run.is_dir():
        return task_of_the_rest()
    return read(run, "config.toml", lambda file: task_saying(values_of_run(file.parent)))


def task_for(values: Mapping[str, Any], among: Sequence[Task] | None = None) -> Task:
    """Return the task that settings request, the first that recognizes a file, or that of the rest.

    >>> (
    ...     task_for({"data": "sales.csv", "forecast": 12}).name,
    ...     task_for({}).name,
    ...     task_for({"data": "none.csv"}).name,
    ... )
    ('forecasting', 'digits', 'series')
    """
    those = among or tasks()
    asked = next((task for task in those if task.settings.owns(values)), None)
    if asked is None and "task" in values:
        return task_named(values["task"])
    if asked is not None:
        return asked
    return next((task for task in those if task.recognizes(values)), None) or task_of_the_rest()


@contextmanager
def hinting(task: Task, file: str) -> Iterator[None]:
    """Add a hint at another task to errors about a file that no task recognized."""
    try:
        yield
    except (DataError, UsageError) as error:
        if not task.takes_the_rest or (hint := hint_for(file)) is None:
            raise
        raise error.also(Tasks.OR_ELSE(hint=hint)) from None


def hint_for(file: str) -> Note | None:
    """Return a note that a file may be for a task that has to be requested; None otherwise.

    >>> hint_for("-")
    """
    return next((hint for task in tasks() if (hint := task.hint(file)) is not None), None)


def pairings_of(those: Iterable[Task]) -> dict[str, Any]:
    """Return the functions that pair two runs, by task in reports: `runs.comparison.compare`."""
    return {
        str(reported): task.comparison().pairs_of
        for task in those
        if task.comparison
        for reported in task.reported
    }
