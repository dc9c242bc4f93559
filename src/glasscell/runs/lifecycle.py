"""The life of a run of any task: created, trained, resumed, finished. What is special of a task is its `Course`.

Where a course has to plan, its folder is there before: a state without progress is that of a run whose plan was not
finished. It is planned again, from the beginning.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import keras

from glasscell.errors import GlasscellError, Interrupted, TrainingFailed, UsageError
from glasscell.networks.anatomy import anatomy_of
from glasscell.runs import folder, milestones
from glasscell.runs.config import check_unchanged, read_settings, stem_of, to_toml
from glasscell.runs.files import bad_file, read, resume_command
from glasscell.runs.folder import Run, open_run
from glasscell.runs.sentences import Runs
from glasscell.runs.training_loop import (
    OnEpoch,
    kept_settings,
    record_what_changed,
    state_of,
    train_and_keep,
)
from glasscell.settings.setting import TaskSettings
from glasscell.system import environment
from glasscell.system.files import parse_object, to_json, to_npz
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
    is_planned : bool
        Whether there is nothing left to `plan`.
    """

    settings: S
    training: Training
    columns: Sequence[str]
    callbacks: Iterable[keras.callbacks.Callback] = ()
    is_planned: bool = True

    @abstractmethod
    def describe_data(self) -> dict[str, Any]:
        """Return what data.json is to hold."""

    def plan(self) -> None:
        """Find out before the first epoch what takes long to find out, such as how many there are to be.

        The settings and the training are complete afterwards, and the same each time.
        """

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
    stem = stem or stem_of(course.settings.data)
    with folder.create(output_dir, name, _files_of(course), overwrite=overwrite, data=stem) as run, _old_kept(run):
        if not course.is_planned:
            try:
                _plan(run, course)
            except TrainingFailed:
                run.discard()  # there is nothing in it to resume
                raise
            _record(run, course)
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
    with open_run(path) as run, _old_kept(run):
        saved = read(path, "config.toml", lambda file: read_settings(file, kind))
        settings = saved if epochs is None else replace(saved, epochs=epochs)
        state = run.read_state()
        check_unchanged(saved, path, _settings_in(path, state))
        course = prepare(settings)
        if not course.is_planned:
            _plan(run, course)
            settings = course.settings
        if state.keys() - {"settings"}:
            try:
                course.training.restore(state)
            except (LookupError, TypeError, ValueError) as error:  # a DataError is a ValueError
                raise bad_file(path, "state.npz", error) from None
        else:
            _record(run, course)
        done = course.training.epoch
        if settings.epochs < done:
            raise UsageError(Runs.FEWER_EPOCHS, epochs=settings.epochs, run=path, done=done)
        if settings != saved:
            run.write("config.toml", to_toml(settings))
        record_what_changed(run, {"after_epoch": done} | _environment(course))
        return _train_and_finish(run, course, on_epoch, begin)


def _files_of(course: Course) -> dict[str, bytes | str]:
    """Return a run's files before its first epoch; that of the state comes last, and says whether they are planned."""
    settings = course.settings
    return {
        "config.toml": to_toml(settings),
        "environment.json": to_json(_environment(course)),
        "data.json": to_json(course.describe_data()),
        "state.npz": to_npz(state_of(course.training, settings) if course.is_planned else kept_settings(settings)),
    }


def _settings_in(path: Path, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a state was saved with; none of runs made before they were."""
    try:
        return parse_object(str(state["settings"])) if "settings" in state else {}
    except (ValueError, RecursionError) as error:
        raise bad_file(path, "state.npz", error) from None


def _plan(run: Run, course: Course) -> None:
    try:
        course.plan()
    except KeyboardInterrupt:
        raise Interrupted(Runs.STOPPED_UNTRAINED, command=resume_command(run.path)) from None
    course.is_planned = True


def _record(run: Run, course: Course) -> None:
    """Write what was planned: a run that is killed meanwhile is planned again."""
    for name, content in _files_of(course).items():
        run.write(name, content)


def _train_and_finish(run: Run, course: Course, on_epoch: OnEpoch | None, begin: Begin | None) -> dict[str, Any]:
    on_epoch = course.shown(on_epoch if begin is None else begin(course.settings.epochs))
    with course.trouble():
        seconds = train_and_keep(
            run, course.training, course.settings, course.columns, callbacks=course.callbacks, on_epoch=on_epoch
        )
    run.written.clear()
    try:
        report = course.finish(run, seconds)
        run.take_place()
        return report | {"run": str(run.path)}
    except KeyboardInterrupt:
        raise Interrupted(Runs.STOPPED_TRAINED, command=resume_command(run.path)) from None


@contextmanager
def _old_kept(run: Run) -> Iterator[None]:
    """Add to any error that the run which this one is to replace is still there."""
    try:
        yield
    except GlasscellError as error:
        if run.replaces is None or not run.replaces.exists():
            raise
        raise error.also(Runs.OLD_RUN_KEPT(run=run.replaces, new=run.path)) from None


def _environment(course: Course) -> dict[str, Any]:
    return environment.describe() | {
        "implementation": course.choice()._asdict(),
        "weights_kept": milestones.describe(course.training.model),
    }
