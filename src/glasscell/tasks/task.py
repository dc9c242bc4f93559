"""The interface between a task and the commands, and how to write a new task.

A task is what a network is trained for. It has a folder (or a package, see `registry`) with a
module that derives from `Task` and creates an instance. This module must not import TensorFlow or
pandas, since `glasscell --help` imports it. The modules that do the work are imported by methods of
the `Task`; what each must have stands in `protocols`.

If a task lacks a module, its command raises `UsageError` with an alternative.
"""

import shlex
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol, overload

from glasscell.errors import UsageError
from glasscell.facts import Code, Note
from glasscell.runs.config import read_about
from glasscell.runs.options import LIMIT, SERIES, TRACE, SeriesOptions, declared  # noqa: F401
from glasscell.settings.setting import TaskSettings
from glasscell.system.cluster import Place
from glasscell.system.files import check_there
from glasscell.tasks.protocols import (
    Contents,
    Evaluation,
    Explanation,
    Opening,
    Pairing,
    Predictions,
    Report,
    RunExport,
    Tracing,
    Training,
)
from glasscell.tasks.sentences import Tasks

OnEpoch = Callable[[float, dict[str, float]], None]


MODULE_OF_COMMAND = {
    "predict": "predictions",
    "evaluate": "evaluation",
    "explain": "explanation",
    "trace": "trace",
    "data": "contents",
    "load": "trained_run",
    "export": "export",
}
FORMER_NAMES = {"opened": "trained_run", "pairs": "comparison"}  # of its methods; for one release
MODULES = ("training", "report", "comparison", *MODULE_OF_COMMAND.values())


class Begin(Protocol):
    """Starts to show progress in epochs or folds, maybe of unknown number; returns a callback."""

    def __call__(
        self, epochs: int | None, what: Note | str = "training", unit: str = "epoch"
    ) -> OnEpoch: ...


class Task:
    """A task, as commands know it before TensorFlow starts; see the docstring on its modules.

    Attributes
    ----------
    settings : type
        A frozen dataclass with the task's name, whose fields are the settings in config.toml and of
        `glasscell train`.
    called : Note
        The task in messages: "forecasting".
    goes_with : Note
        The task in messages about its options: "forecasting (--forecast N)".
    reported : tuple of str or None
        Values of "task" in its report.json.
    scores : tuple of str
        Keys of its report.json that `compare` shows.
    speeds : tuple of str
        Keys that it shows after the seconds, as whole numbers.
    training, report : method
        Import and return these modules.
    predictions, explanation, trace, contents, trained_run, comparison, export : method, optional
        The same.
    evaluation : method, optional
        The module of `evaluate` if the task does not predict; else it is `predictions`.
    reader : set of str
        In tasks written for an earlier release, options for reading a file.
    options : mapping
        By command, the dataclass of its options for this task, as in `runs.options`.
    commands : mapping
        By command that only this task has, the module with a function of that name.
    help : mapping
        By command, a sentence about this task for its help.
    takes_the_rest : bool
        Whether it takes files that no other task recognizes, and opens models in files.
    without_file : bool
        Whether `predict` works without a file.
    without_command : Code
        Alternative for a command that the task lacks; may use `run`, `command` and `task`.
    together : bool
        Whether several processes may train it: `training` has `follow` and `Workers`.
    next_step : Code
        The command to suggest after training, given the run.
    at_once : int
        Number of operations that TensorFlow runs at once, as in `console.startup.import_quietly`.
    """

    settings: type[TaskSettings]
    called: Note
    goes_with: Note
    reported: tuple[str | None, ...]
    scores: tuple[str, ...]
    speeds: tuple[str, ...] = ()
    training: Callable[[], Training[Any]]
    report: Callable[[], Report]
    predictions: Callable[[], Predictions] | None = None
    evaluation: Callable[[], Evaluation] | None = None
    explanation: Callable[[], Explanation] | None = None
    trace: Callable[[], Tracing] | None = None
    contents: Callable[[], Contents] | None = None
    trained_run: Callable[[], Opening] | None = None
    comparison: Callable[[], Pairing] | None = None
    export: Callable[[], RunExport] | None = None
    reader: frozenset[str] = frozenset()
    options: Mapping[str, type | Mapping[str, Any]] = {}
    commands: Mapping[str, str] = {}
    help: Mapping[str, str] = {}
    takes_the_rest = False
    without_file = False
    without_command: Code = Tasks.NO_COMMAND
    together = False
    next_step: Code = Tasks.TO_INSPECT
    at_once = 1

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        for former, name in FORMER_NAMES.items():
            if (module := vars(cls).get(former)) is not None:
                message = f"{cls.__name__}.{former} is now called {name}; rename it"
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                setattr(cls, name, module)
        for name in MODULES:  # strings work for one release
            if isinstance(module := vars(cls).get(name), str):
                warnings.warn(
                    f"{cls.__name__}.{name} is a string; make it a method that imports and "
                    f"returns {module}",
                    DeprecationWarning,
                    stacklevel=2,
                )
                setattr(cls, name, staticmethod(partial(import_module, module)))

    @property
    def name(self) -> str:
        """The name in config.toml, on the command line, and of the folder."""
        return self.settings.task

    @property
    def names(self) -> frozenset[str]:
        """The names of its settings."""
        return frozenset(field.name for field in fields(self.settings))

    def recognizes(self, values: Mapping[str, Any]) -> bool:
        """Return whether "data", the file in settings, is for this task; may read the file.

        Called only if no task was requested.
        """
        return False

    def hint(self, file: str) -> Note | None:
        """Return a note that an unrecognized file may be for this task, and how to request it."""
        return None

    def doubts(self, contents: Mapping[str, Any]) -> bool:
        """Return whether a file with these contents, of `contents.look`, may be for another task.

        `glasscell data` then prints the `hint` of that task.
        """
        return False

    def check_data(self, settings: Any) -> None:
        """Raise DataError if the training files are missing."""
        check_there(settings.data)

    def check_file(self, file: str | None) -> None:
        """Raise DataError if a file for prediction or inspection is missing."""
        check_there(file)

    def check_run(self, run: Path) -> None:
        """Raise DataError if the run in a folder has no record of its training data."""
        read_about(run, ("sha256",))

    def more_arguments(
        self, begin: Begin, note: Callable[[Note], None], workers: Any
    ) -> dict[str, Any]:
        """Return further arguments of `train` and `resume`: callbacks, and the `Workers`."""
        return {"on_note": note, "begin": begin}

    def needs_tensorflow(self, run: Path) -> bool:
        """Return whether TensorFlow must be started before `predictions` is imported."""
        return True

    @overload
    def find(self, command: Literal["predict"], run: Path) -> Callable[[], Predictions]: ...
    @overload
    def find(self, command: Literal["evaluate"], run: Path) -> Callable[[], Evaluation]: ...
    @overload
    def find(self, command: Literal["explain"], run: Path) -> Callable[[], Explanation]: ...
    @overload
    def find(self, command: Literal["trace"], run: Path) -> Callable[[], Tracing]: ...
    @overload
    def find(self, command: Literal["data"], run: Path) -> Callable[[], Contents]: ...
    @overload
    def find(self, command: Literal["load"], run: Path) -> Callable[[], Opening]: ...
    @overload
    def find(self, command: Literal["export"], run: Path) -> Callable[[], RunExport]: ...
    @overload
    def find(self, command: str, run: Path) -> Callable[[], Any]: ...
    def find(self, command: str, run: Path) -> Callable[[], Any]:
        """Return the method that imports the module of a command; raise UsageError if none does."""
        module = getattr(self, MODULE_OF_COMMAND[command])
        if module is None and command == "evaluate":
            module = self.predictions
        if module is None:
            code, typed = self.without_command, shlex.quote(str(run))
            raise UsageError(code, file=run, run=typed, command=command, task=self.called)
        return module

    def check_place(self, place: Place | None) -> None:
        """Raise UsageError if several processes are to train the task but cannot."""
        if place is not None and not self.together:
            raise UsageError(Tasks.NOT_IN_CLUSTER, task=self.called)

    def declared(self, command: str) -> dict[str, Any]:
        """Return the options of a command that only this task has, as Typer annotations by name."""
        kind = self.options.get(command, {})
        return dict(kind) if isinstance(kind, Mapping) else declared(kind)

    def accept(self, command: str, given: Mapping[str, Any]) -> Any:
        """Return the options of a command, as declared in `options`.

        Parameters
        ----------
        command : str
        given : mapping
            None for options that were not given.

        Raises
        ------
        UsageError
            If one does not go with this task.
        """
        kind = self.options.get(command, {})
        is_former = isinstance(kind, Mapping)
        names = {*kind, *self.reader} if is_former else {field.name for field in fields(kind)}
        values = {name: value for name, value in given.items() if value is not None}
        for name in values:
            if name not in names:
                raise UsageError(Tasks.NOT_WITH, option=name.replace("_", "-"), task=self.called)
        return values if is_former else kind(**values)


# for tasks written for an earlier release, which name options one by one and import them, and TRACE
CHOICE = {"series": SERIES, "limit": LIMIT}
READER = frozenset(field.name for field in fields(SeriesOptions))
