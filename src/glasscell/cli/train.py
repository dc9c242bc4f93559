"""`glasscell train`: the experiment of the original tutorial, or a training on your own file."""

import json
import shlex
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from glasscell.cli.options import RUNS, is_given
from glasscell.cli.sentences import Commands
from glasscell.cli.train_options import (
    TASKS,
    option_of,
    read_typed,
    values_of_settings,
    with_train_options,
)
from glasscell.cli.training_display import TrainingDisplay
from glasscell.console.screen import QUIET, print_notes, print_parts, print_text
from glasscell.console.signals import ctrl_c_kills
from glasscell.console.startup import import_quietly
from glasscell.errors import Interrupted, UsageError
from glasscell.runs.checked_files import read
from glasscell.runs.config import read_settings, read_values, settings_from
from glasscell.runs.run_folder import check_new, check_old, find_run, finished_report, settle
from glasscell.runs.sentences import Runs
from glasscell.settings.shared import TASK
from glasscell.system.cluster import Place, find_place
from glasscell.system.files import kept_open
from glasscell.system.sentences import Console
from glasscell.tasks.protocols import SharedTraining
from glasscell.tasks.registry import hinting, task_for, task_of, task_saying, tasks, tasks_in_help
from glasscell.tasks.task import Task

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
    if config is not None and not values:
        raise UsageError(Runs.CONFIG_EMPTY, file=config)
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
    with hinting(task, settings.data), TrainingDisplay(epochs, quiet) as display:
        further = task.more_arguments(display.begin, display.on_note, workers)
        return act(room, on_epoch=display.on_epoch, **further)


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
    values = values_of_settings({n: v for n, v in given.items() if n not in _ABOUT_ALL})
    if "id" in values:
        values["id"] = ",".join(values["id"])  # repeating the option is equivalent
    own = task.declared("train")
    values = {name: v for name, v in task.settings.current(values).items() if name not in own}
    for name in values.keys() - task.names:
        option = option_of(name)
        other = next(
            one for one in tasks_in_help() if name in one.names or name in one.declared("train")
        )
        raise UsageError(Commands.GOES_WITH, option=option, kind=other.goes_with, task=task.called)
    return read_typed(task.settings, values)
