"""The life of a run of any task: created, trained, resumed, finished. A task supplies its `Course`.

If a course has to plan, the run's folder is made first. A state without progress means that
planning was interrupted; it then starts again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import keras

from glasscell.errors import GlasscellError, Interrupted, TrainingFailed, UsageError
from glasscell.facts import Note
from glasscell.networks.anatomy import anatomy_of
from glasscell.runs import milestones, run_folder
from glasscell.runs.checked_files import bad_file, read, resume_command
from glasscell.runs.config import check_unchanged, read_settings, stem_of, to_toml
from glasscell.runs.run_folder import Run, open_run
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
from glasscell.training.epoch_graph import Training

S = TypeVar("S", bound=TaskSettings)
Begin = Callable[[int], OnEpoch]
OnNote = Callable[[Note], None]


@dataclass(eq=False)
class Course(ABC, Generic[S]):
    """A prepared training of one task: the task's part in each stage of a run's life.

    Parameters
    ----------
    settings : TaskSettings
        As recorded in the run.
    training : Training
        Ready to run or to be restored.
    columns : sequence of str
        Names of the logs in metrics.csv.
    callbacks : iterable of keras.callbacks.Callback
    is_planned : bool
        Whether `plan` has nothing left to do.
    """

    settings: S
    training: Training
    columns: Sequence[str]
    callbacks: Iterable[keras.callbacks.Callback] = ()
    is_planned: bool = True

    @property
    def epochs(self) -> int:
        """The number of epochs of the training, if nothing stops it."""
        return self.settings.epochs

    @abstractmethod
    def describe_data(self) -> dict[str, Any]:
        """Return the content of data.json."""

    def plan(self) -> None:
        """Do slow preparations before the first epoch, such as finding the number of epochs.

        They complete the settings and the training, with the same result each time.
        """

    def choice(self) -> Any:
        """Return the implementation of the recurrence, and why it was chosen."""
        return anatomy_of(self.training.model).lstms[0].choice

    @abstractmethod
    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        """Write a training's results and duration into the run; return the report, written last."""

    def shown(self, on_epoch: OnEpoch | None) -> OnEpoch | None:
        """Return the callback after each epoch, given the caller's."""
        return on_epoch

    def trouble(self) -> AbstractContextManager[None]:
        """Return a context for the training that turns errors into the task's messages."""
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
        As in `run_folder.create`.
    stem : str, optional
        Beginning of the name of an unnamed run, before the time; by default the data's name.
    on_epoch : callable, optional
        Called after each epoch with the number of epochs done and the logs.
    begin : callable, optional
        Called with the number of epochs before the first; returns the `on_epoch` to call from then
        on.

    Raises
    ------
    UsageError, StorageError, TrainingFailed, WorkerLost, Interrupted
    """
    stem = stem or stem_of(course.settings.data)
    with (
        run_folder.create(
            output_dir, name, _files_of(course), overwrite=overwrite, data=stem
        ) as run,
        _old_kept(run),
    ):
        if not course.is_planned:
            try:
                _plan(run, course)
            except TrainingFailed:
                run.discard()  # nothing to resume
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
    on_note: OnNote = lambda note: None,
    begin: Begin | None = None,
) -> dict[str, Any]:
    """Resume a run from its last state, with bit-identical results, and return its report.

    Parameters
    ----------
    path : Path
        The run's folder.
    kind : type
        Of the run's settings.
    prepare : callable
        Takes the settings and returns the same `Course` as when the run was created.
    epochs : int, optional
        Total number of epochs; by default that of the run's settings.
    on_epoch, begin : callable, optional
        As in `create`.
    on_note : callable, optional
        Called with a note that says where the run continues.

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
            on_note(Runs.PLANS_AGAIN())
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
        on_note(Runs.CONTINUES(epochs=done, of=settings.epochs))
        record_what_changed(run, {"after_epoch": done} | _environment(course))
        return _train_and_finish(run, course, on_epoch, begin)


def _files_of(course: Course) -> dict[str, bytes | str]:
    """Return a run's files before its first epoch; the state is last: it marks them planned."""
    settings = course.settings
    return {
        "config.toml": to_toml(settings),
        "environment.json": to_json(_environment(course)),
        "data.json": to_json(course.describe_data()),
        "state.npz": to_npz(
            state_of(course.training, settings) if course.is_planned else kept_settings(settings)
        ),
    }


def _settings_in(path: Path, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings in a state; none for old runs, which did not save them."""
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
    """Write the plan; if the process is killed before the end, the run is planned again."""
    for name, content in _files_of(course).items():
        run.write(name, content)


def _train_and_finish(
    run: Run, course: Course, on_epoch: OnEpoch | None, begin: Begin | None
) -> dict[str, Any]:
    on_epoch = course.shown(on_epoch if begin is None else begin(course.epochs))
    with course.trouble():
        seconds = train_and_keep(
            run,
            course.training,
            course.settings,
            course.columns,
            callbacks=course.callbacks,
            on_epoch=on_epoch,
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
    """Add to any error that the run to be replaced still exists."""
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
