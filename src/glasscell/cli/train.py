"""`glasscell train`: the experiment of the original tutorial, or a training on your own file."""

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import MISSING, fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from glasscell.cli.options import RUNS, is_given
from glasscell.cli.sentences import Commands
from glasscell.cli.train_options import TASKS, read_typed, with_train_options
from glasscell.console.progress import show_progress, show_waiting
from glasscell.console.screen import QUIET, print_notes, print_parts, print_text
from glasscell.console.signals import ctrl_c_kills, ctrl_c_waits
from glasscell.console.startup import import_quietly
from glasscell.errors import Interrupted, UsageError
from glasscell.facts import Note
from glasscell.runs.config import read_settings, read_values, settings_from
from glasscell.runs.files import read
from glasscell.runs.folder import check_new, check_old, find_run, finished_report, settle
from glasscell.runs.sentences import Runs
from glasscell.settings.shared import TASK
from glasscell.system.cluster import Place, find_place
from glasscell.system.files import kept_open
from glasscell.system.sentences import Console
from glasscell.tasks.protocols import SharedTraining
from glasscell.tasks.registry import hinting, task_for, task_of, task_saying, tasks, tasks_in_help
from glasscell.tasks.task import Begin, OnEpoch, Task

in_run = partial(typer.Option, rich_help_panel="Run")
_ABOUT_ALL = {"name", "output_dir", "config", "resume", "overwrite", "quiet", "as_json"}


@with_train_options
def train(
    call: typer.Context,
    task: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"{', '.join(TASKS)}; or what the labels of series are: classification, "
            f"regression. "
            "[default: detected]",
            rich_help_panel=TASK,
        ),
    ] = None,
    name: Annotated[
        str | None,
        in_run(
            "--name", metavar="NAME", help="Name of the run. [default: name of the data and time]"
        ),
    ] = None,
    output_dir: Annotated[
        Path, in_run("--output-dir", metavar="FOLDER", help="Folder of runs, also for --resume.")
    ] = RUNS,
    overwrite: Annotated[
        bool, in_run("--overwrite", help="Replace a run of the same name.")
    ] = False,
    resume: Annotated[
        str | None,
        in_run(
            "--resume",
            metavar="RUN",
            help="Resume an interrupted run, or extend a finished one with more --epochs.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        in_run("--config", metavar="FILE", help="Train with the settings in a run's config.toml."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=f"{QUIET} (and the report of --json).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    **settings: Any,
) -> None:
    """Train an LSTM.

    {tasks}
    """
    given = {name: value for name, value in call.params.items() if is_given(call, name)}
    try:
        if resume is None:
            with kept_open(given.get("file", "-")):
                report = _start(given, config, output_dir, name, overwrite, quiet)
        else:
            report = _resume(given, resume, output_dir, quiet)
    except KeyboardInterrupt:
        raise Interrupted(Console.NOTHING_WRITTEN) from None
    if report is None:
        return  # the chief reports
    if as_json:
        typer.echo(json.dumps(report))
    elif not quiet:
        run = report["run"]
        trained = task_of(Path(run))
        summary = trained.report().summary(report)
        print_parts([*summary, Commands.SAVED(run=run), trained.next_step(run=shlex.quote(run))])


def _start(
    given: dict[str, Any],
    config: Path | None,
    output_dir: Path,
    name: str | None,
    overwrite: bool,
    quiet: bool,
) -> dict[str, Any] | None:
    values = {} if config is None else read_values(config)
    task = _task_for(given, values)
    if config is not None:  # first, so that the message names this file
        own = task.settings.current(values) | ({"data": given["file"]} if "file" in given else {})
        settings_from(own, task.settings, str(config))
    values = task.settings.current(values) | _values_of(task, given)
    for field in fields(task.settings):
        if field.default is field.default_factory is MISSING and field.name not in values:
            option = "FILE" if field.name == "data" else f"--{field.name}"
            raise UsageError(Commands.NEEDED, option=option, task=task.called)
    settings, place = task.settings(**values), find_place()
    task.check_place(place)
    if place is None or place.is_chief:
        print_notes(check_new(output_dir, name, overwrite=overwrite))
    task.check_data(settings)
    where = {"output_dir": output_dir, "name": name, "overwrite": overwrite}
    return _run(
        task, settings, place, quiet, lambda room, **how: room.train(settings, **where, **how)
    )


def _resume(
    given: dict[str, Any], resume: str, output_dir: Path, quiet: bool
) -> dict[str, Any] | None:
    refused = sorted(given.keys() - {"resume", "epochs", "output_dir", "quiet", "as_json"})
    if refused:
        option = "FILE" if refused[0] == "file" else "--" + refused[0].replace("_", "-")
        raise UsageError(Commands.KEPT_BY_RUN, option=option)
    path = find_run(resume, output_dir)
    task, place = task_of(path), find_place()
    settings = read(path, "config.toml", lambda file: read_settings(file, task.settings))
    more = {name: value for name, value in given.items() if name == "epochs"}
    settings = replace(settings, **read_typed(task.settings, more))
    task.check_place(place)
    follows = place is not None and not place.is_chief
    task.check_run(path)
    report = finished_report(path, settings.epochs)
    if report is not None and follows:
        return None
    if report is not None:
        path = settle(path)
        report["run"] = str(path)
        if not quiet:
            code = Commands.FINISHED_EARLIER if report.get("stopped") else Commands.FINISHED
            print_text(code(run=path, epochs=report["epochs"]), err=True)
        return report
    if not follows:
        check_old(path)
    return _run(
        task,
        settings,
        place,
        quiet,
        lambda room, **how: room.resume(path, epochs=settings.epochs, **how),
    )


def _run(
    task: Task, settings: Any, place: Place | None, quiet: bool, act: Callable[..., dict[str, Any]]
) -> dict[str, Any] | None:
    """Start TensorFlow and run the task's training; only the chief process has a report."""
    room = import_quietly(task.training, quiet=quiet, at_once=task.at_once)
    workers = None
    if place is not None:
        shared = cast(SharedTraining, room)
        with ctrl_c_kills():
            workers = shared.Workers(place)  # waits for the other processes
            if not workers.is_chief:
                shared.follow(settings, workers)
                return None
    epochs = settings.epochs if isinstance(settings.epochs, int) else None  # unknown as yet
    with hinting(task, settings.data), _shown(epochs, quiet) as (begin, on_epoch, on_note):
        return act(room, on_epoch=on_epoch, **task.more_arguments(begin, on_note, workers))


def _task_for(given: dict[str, Any], config: dict[str, Any]) -> Task:
    """Return the task of a config.toml, or the one implied by options and FILE."""
    if "file" not in given:
        return task_saying(config | given) if config else task_for(given)
    file = given["file"]
    task = task_for(values := config | given | {"data": file})
    if task.settings.owns(values):
        other = next((one for one in tasks() if one.recognizes(values | {"task": task.name})), task)
        if other is not task:
            raise UsageError(Commands.OTHER_FILE, file=file, task=task.called, other=other.called)
    return task


def _values_of(task: Task, given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings given by options; raise UsageError for one foreign to the task."""
    values = {name: v for name, v in given.items() if name not in _ABOUT_ALL}
    if "file" in values:
        values["data"] = values.pop("file")
    if "id" in values:
        values["id"] = ",".join(values["id"])  # repeating the option is equivalent
    if "one_direction" in values:
        values["bidirectional"] = not values.pop("one_direction")
    own = task.options.get("train", ())
    values = {name: v for name, v in task.settings.current(values).items() if name not in own}
    for name in values.keys() - task.names:
        option = "--one-direction" if name == "bidirectional" else "--" + name.replace("_", "-")
        other = next(
            one
            for one in tasks_in_help()
            if name in one.names or name in one.options.get("train", ())
        )
        raise UsageError(Commands.GOES_WITH, option=option, kind=other.goes_with, task=task.called)
    return read_typed(task.settings, values)


@contextmanager
def _shown(
    epochs: int | None, quiet: bool
) -> Iterator[tuple[Begin, OnEpoch, Callable[[Note], None]]]:
    """Yield functions to begin a training's display, to call after each epoch, and to show notes.

    The main training, of `epochs` epochs, is displayed from its first note or epoch on; until then
    its file is read. It can be stopped after each epoch.
    """
    with ExitStack() as shown, ctrl_c_waits() as heed:
        preparing = Commands.PREPARING()
        live: Any = None  # `on_epoch` of the displayed training, or the message while waiting

        def wait_for(what: Note | str) -> None:
            nonlocal live
            shown.close()
            shown.enter_context(show_waiting(what, quiet))
            live = what

        def training(
            epochs: int | None, what: Note | str, unit: str
        ) -> tuple[Callable[[], None], OnEpoch]:
            show: OnEpoch

            def open_it() -> None:
                nonlocal live, show
                if not epochs:  # unknown as yet, or nothing to train
                    wait_for(what)
                    return
                shown.close()
                show = shown.enter_context(show_progress(epochs, quiet, what, unit))
                live = on_epoch

            def on_epoch(epoch: float, logs: dict[str, float]) -> None:
                if live is not on_epoch:  # another training has begun meanwhile
                    open_it()
                show(epoch, logs)
                if epoch == epochs:
                    wait_for(Commands.FINISHING())
                heed()

            return open_it, on_epoch

        def begin(
            epochs: int | None, what: Note | str = "training", unit: str = "epoch"
        ) -> OnEpoch:
            open_it, on_epoch = training(epochs, what, unit)
            open_it()
            return on_epoch

        open_it, on_main_epoch = training(epochs, "training", "epoch")

        def on_epoch(epoch: float, logs: dict[str, float]) -> None:
            on_main_epoch(epoch, logs)

        def on_note(note: Note) -> None:
            nonlocal open_it, on_main_epoch
            print_notes([note], quiet=quiet)
            if note.code is Runs.BEST_AFTER:  # validation chose another number of epochs
                open_it, on_main_epoch = training(note.values["epochs"], "training", "epoch")
            if live is preparing:
                open_it()

        wait_for(preparing)
        yield begin, on_epoch, on_note
