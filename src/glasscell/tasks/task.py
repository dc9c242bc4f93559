"""What a task is, to the commands and to the engine: how one writes a sixth.

A task is what a network is trained for. It has a folder (or a package of its own, see `registry`) with a module that
derives from `Task` and makes one, and that imports neither TensorFlow nor pandas: `glasscell --help` reads it. A `Task`
names the modules that do the work, which are imported when they are needed. Their functions have the same names in
every task:

===========  =====================================================  ==================================================
module       function                                               what it does
===========  =====================================================  ==================================================
training     train(settings, *, output_dir, name, overwrite,        trains in a new run, returns its report
             on_epoch, …)
             resume(path, *, epochs, on_epoch, …)                   resumes a run, returns its report
             follow(settings, workers), Workers                     if several processes may train it: helps the chief
report       summary(report)                                        the parts that `train` prints: score, table, verdict
             scored(scores)                                         the parts that `evaluate` prints
predictions  predict_to(path, file, output, **options)              writes predictions, returns what was `Written`
             evaluate(path, file, **options)                        returns scores, for `scored` and for JSON
explanation  look_into(path, file, tell, **options)                 what is shown of a run, as `Explained`
             explain = explaining(look_into)                        writes the folder and the page, returns a summary
             lines(summary)                                         the notes that `explain` prints
trace        trace_to = tracing(open_run)                           writes every gate at every step as a table
contents     look(file, **options)                                  what is in a file: for JSON, and the parts to print
opened       open_run(path)                                         what a run has learned, as `runs.trained.Trained`
             Loaded(opened, task)                                   what a program may ask, as `runs.loaded.LoadedRun`
pairs        pairs_of(first, second)                                what two runs were both scored on, as `Pairs`
export       of_run(path), of_estimator(estimator)                  what is to be exported, as `Exportable`
             on_file(path, file)                                    the same on what a file has, as `OnFile`
===========  =====================================================  ==================================================

A module that a task lacks is a command that it does not have: it is refused, with what to do instead.
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from glasscell.errors import UsageError
from glasscell.facts import Code, Note
from glasscell.runs.config import read_about
from glasscell.settings.setting import TaskSettings
from glasscell.system.cluster import Place
from glasscell.system.files import check_there
from glasscell.tasks.sentences import Tasks

OnEpoch = Callable[[float, dict[str, float]], None]


# of commands that are not called like their module
MODULES = {"predict": "predictions", "evaluate": "evaluation", "explain": "explanation", "load": "opened"}


class Begin(Protocol):
    """Begins to show so many epochs or folds, if the number is known, and returns what is called after each."""

    def __call__(self, epochs: int | None, what: Note | str = "training", unit: str = "epoch") -> OnEpoch: ...


class Task:
    """A task, as commands know it before TensorFlow is started; see the module's text for the modules it names.

    Attributes
    ----------
    settings : type
        A frozen dataclass; its fields are what config.toml and `glasscell train` may say; knows the task's name.
    called : Note
        In messages, what is trained: "forecasting".
    goes_with : Note
        In messages, what its options go with: "forecasting (--forecast N)".
    reported : tuple of str or None
        What its report.json says under "task".
    scores : tuple of str
        What its report.json says that `compare` shows.
    training, report : str
        Modules.
    predictions, explanation, trace, contents, opened, pairs, export : str, optional
        Modules.
    evaluation : str, optional
        The module of `evaluate`, where it is not `predictions` since the task does not predict.
    reader : set of str
        The options of how a file is read that a trained run may be asked with.
    options : mapping
        Of each command's name, the options that it has for this task alone, as Typer reads them, by their names.
    commands : mapping
        Of each command that only this task has, the module that defines it, as a function of that name.
    help : mapping
        Of each command's name, a sentence for its help, in which only this task is spoken of.
    without_file : bool
        Whether `predict` may be asked without a file.
    without_command : Code
        What to do instead where the task lacks a command; may name the `run`, the `command` and the `task`.
    together : bool
        Whether several processes may train it: `training` has `follow` and `Workers`.
    next_step : Code
        What to type after training, given the run.
    at_once : int
        How many operations TensorFlow is to run at once, as in `console.startup.import_quietly`.
    """

    settings: type[TaskSettings]
    called: Note
    goes_with: Note
    reported: tuple[str | None, ...]
    scores: tuple[str, ...]
    training: str
    report: str
    predictions: str | None = None
    evaluation: str | None = None
    explanation: str | None = None
    trace: str | None = None
    contents: str | None = None
    opened: str | None = None
    pairs: str | None = None
    export: str | None = None
    reader: frozenset[str] = frozenset()
    options: Mapping[str, Mapping[str, Any]] = {}
    commands: Mapping[str, str] = {}
    help: Mapping[str, str] = {}
    without_file = False
    without_command: Code = Tasks.NO_COMMAND
    together = False
    next_step: Code = Tasks.TO_INSPECT
    at_once = 1

    @property
    def name(self) -> str:
        """In config.toml, on the command line, and as the name of its folder."""
        return self.settings.task

    @property
    def names(self) -> frozenset[str]:
        """The names of its settings."""
        return frozenset(field.name for field in fields(self.settings))

    def recognizes(self, values: Mapping[str, Any]) -> bool:
        """Return whether the file of settings that were given, "data", is one for this task; it may read the file.

        Asked only where no task was asked for.
        """
        return False

    def hint(self, file: str) -> Note | None:
        """Return a note that a file which no task recognized may be for this one, and how to say so."""
        return None

    def check_data(self, settings: Any) -> None:
        """Raise DataError if the files to train on are not there."""
        check_there(settings.data)

    def check_file(self, file: str | None) -> None:
        """Raise DataError if a file to be predicted or looked into is not there."""
        check_there(file)

    def check_run(self, run: Path) -> None:
        """Raise DataError if what the run in a folder was trained on is not recorded."""
        read_about(run, ("sha256",))

    def more_arguments(self, begin: Begin, note: Callable[[Note], None], workers: Any) -> dict[str, Any]:
        """Return what `train` and `resume` take besides: what shows another training, or a note, and the `Workers`."""
        return {"on_note": note, "begin": begin}

    def needs_tensorflow(self, run: Path) -> bool:
        """Return whether TensorFlow must be started before `predictions` is imported."""
        return True

    def find(self, command: str, run: Path) -> str:
        """Return the module for a command on the run in a folder; raise UsageError if the task does not have it."""
        module = getattr(self, MODULES.get(command, command)) or (self.predictions if command == "evaluate" else None)
        if module is None:
            code, typed = self.without_command, shlex.quote(str(run))
            raise UsageError(code, file=run, run=typed, command=command, task=self.called)
        return module

    def check_place(self, place: Place | None) -> None:
        """Raise UsageError if it cannot be trained by several processes, and is to be."""
        if place is not None and not self.together:
            raise UsageError(Tasks.NOT_IN_CLUSTER, task=self.called)

    def accept(self, command: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a command that were given.

        Parameters
        ----------
        command : str
        given : mapping
            None what was not.

        Raises
        ------
        UsageError
            If one does not go with this task.
        """
        found = {name: value for name, value in given.items() if value is not None}
        for name in found:
            if name not in self.reader and name not in self.options.get(command, {}):
                raise UsageError(Tasks.NOT_WITH, option=name.replace("_", "-"), task=self.called)
        return found


def names_in(text: str | None) -> list[str] | None:
    """Return the names, or labels, that an option has with commas between them.

    >>> names_in("u, v"), names_in(None)
    (['u', 'v'], None)
    """
    return None if text is None else [name.strip() for name in text.split(",")]


# options that several tasks have of a command that they share

SERIES = Annotated[
    str | None,
    typer.Option(metavar="ID,ID,…", callback=names_in, help="Ids of the series to show. [default: some of each class]"),
]
LIMIT = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=1000, help="Number of series to show, at most 1000. [default: 20]")
]
TRACE = Annotated[bool | None, typer.Option("--csv", help="Also write every gate at every step: trace.csv.")]
CHOICE = {"series": SERIES, "limit": LIMIT}  # of the series that `explain` shows

# how a file of series is read
READER = frozenset(
    {"id", "time", "time_format", "label", "channels", "header", "labels", "encoding", "decimal", "missing"}
)
