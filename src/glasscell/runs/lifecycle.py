"""The life of a run of any task: created, trained, resumed, finished. What is special of a task is its `Course`."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import keras

from glasscell.errors import Interrupted, UsageError
from glasscell.networks.anatomy import anatomy_of
from glasscell.runs import folder, milestones
from glasscell.runs.config import read_settings, stem_of, to_toml
from glasscell.runs.folder import Run, open_run, resume_command
from glasscell.runs.sentences import Runs
from glasscell.runs.training_loop import OnEpoch, check_unchanged, record_what_changed, state_of, train_and_keep
from glasscell.settings.setting import TaskSettings
from glasscell.system import environment
from glasscell.system.files import to_json, to_npz
from glasscell.training.training import Training

S = TypeVar("S", bound=TaskSettings)
Begin = Callable[[int], OnEpoch]


@dataclass(eq=False)
class Course(ABC, Generic[S]):
    """A training of one task, prepared: what the task brings to each stage of a run's life.

    Parameters
    ----------
    settings : TaskSettings
        As the run keeps them.
    training : Training
        Ready to run, or to be restored.
    columns : sequence of str
        Names of the logs that metrics.csv has of each epoch.
    callbacks : iterable of keras.callbacks.Callback
    """

    settings: S
    training: Training
    columns: Sequence[str]
    callbacks: Iterable[keras.callbacks.Callback] = ()

    @abstractmethod
    def describe_data(self) -> dict[str, Any]:
        """Return what data.json is to hold."""

    def choice(self) -> Any:
        """Return which implementation of the recurrence runs, and why."""
        return anatomy_of(self.training.model).lstms[0].choice

    @abstractmethod
    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        """Write what training has made in so many seconds into the run, the report last, and return that."""

    def shown(self, on_epoch: OnEpoch | None) -> OnEpoch | None:
        """Return what is called after each epoch, given what shows it."""
        return on_epoch

    def trouble(self) -> AbstractContextManager[None]:
        """Return what goes round the training, to say in the task's own words what went wrong."""
        return nullcontext()


def create(
    course: Course,
    *,
    output_dir: Path = Path("runs"),
    name: str | None = None,
    overwrite: bool = False,
    stem: str | None = None,
    on_epoch: OnEpoch | None = None,
    begin: Begin | None = None,
) -> dict[str, Any]:
    """Make a new run, train it, and return its report.

    Parameters
    ----------
    course : Course
    output_dir, name, overwrite
        As in `folder.create`.
    stem : str, optional
        What a run without a name is called, before the time; by default as its data.
    on_epoch : callable, optional
        Called after each epoch with the number of epochs done and the logs.
    begin : callable, optional
        Called with the number of epochs before the first; returns the `on_epoch` to call from then on.

    Raises
    ------
    UsageError, StorageError, TrainingFailed, WorkerLost, Interrupted
    """
    first_files: dict[str, bytes | str] = {
        "state.npz": to_npz(state_of(course.training, course.settings)),
        "config.toml": to_toml(course.settings),
        "environment.json": to_json(_environment(course)),
        "data.json": to_json(course.describe_data()),
    }
    stem = stem or stem_of(course.settings.data)
    with folder.create(output_dir, name, first_files, overwrite=overwrite, data=stem) as run:
        return _train_and_finish(run, course, on_epoch, begin)


def resume(
    path: Path,
    kind: type[TaskSettings],
    prepare: Callable[[Any], Course],
    *,
    epochs: int | None = None,
    on_epoch: OnEpoch | None = None,
    begin: Begin | None = None,
) -> dict[str, Any]:
    """Resume a run where its last state was saved, bit for bit as if it had not stopped, and return its report.

    Parameters
    ----------
    path : Path
        The run's folder.
    kind : type
        Of the run's settings.
    prepare : callable
        Takes these and returns its `Course`, as it was when the run was created.
    epochs : int, optional
        How many to have in all; by default as many as the run was made for.
    on_epoch, begin : callable, optional
        As in `create`.

    Raises
    ------
    UsageError, DataError, StorageError, TrainingFailed, WorkerLost, Interrupted
    """
    with open_run(path) as run:
        saved = read_settings(path / "config.toml", kind)
        settings = saved if epochs is None else replace(saved, epochs=epochs)
        state = run.read_state()
        check_unchanged(saved, run, state)
        course = prepare(settings)
        try:
            course.training.restore(state)
        except (LookupError, TypeError, ValueError) as error:  # a DataError is a ValueError
            raise run.bad_state(error) from None
        done = course.training.epoch
        if settings.epochs < done:
            raise UsageError(Runs.FEWER_EPOCHS, epochs=settings.epochs, run=path, done=done)
        if settings != saved:
            run.write("config.toml", to_toml(settings))
        record_what_changed(run, {"after_epoch": done} | _environment(course))
        return _train_and_finish(run, course, on_epoch, begin)


def _train_and_finish(run: Run, course: Course, on_epoch: OnEpoch | None, begin: Begin | None) -> dict[str, Any]:
    on_epoch = course.shown(on_epoch if begin is None else begin(course.settings.epochs))
    with course.trouble():
        seconds = train_and_keep(
            run, course.training, course.settings, course.columns, callbacks=course.callbacks, on_epoch=on_epoch
        )
    run.written.clear()
    try:
        return course.finish(run, seconds) | {"run": str(run.path)}
    except KeyboardInterrupt:
        raise Interrupted(Runs.STOPPED_TRAINED, command=resume_command(run.path)) from None


def _environment(course: Course) -> dict[str, Any]:
    return environment.describe() | {
        "implementation": course.choice()._asdict(),
        "weights_kept": milestones.describe(course.training.model),
    }
