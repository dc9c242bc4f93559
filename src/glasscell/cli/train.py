"""`glasscell train`: the article's experiment, or a training on a file of one's own."""

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.ctrl_c import NOTHING_WRITTEN, ctrl_c_kills, ctrl_c_waits
from glasscell.cli.inputs import check_there
from glasscell.cli.progress import show_progress
from glasscell.cli.startup import import_quietly
from glasscell.errors import Interrupted, UsageError
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import check_new, check_old, find_run, finished_report, resume_command
from glasscell.settings import ArticleSettings, SeriesSettings, Settings, read_config, settings_of
from glasscell.system.cluster import Place, find_place

BASELINES = {"majority": "commonest class", "mean": "mean", "nearest_neighbour": "nearest neighbour"}
_ABOUT_ALL = {"context", "name", "output_dir", "config", "resume", "overwrite", "quiet", "as_json"}


def train(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Labelled series to train on; without it, the article's digits."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Times to go through the data. [default: 100; a file: 300]")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="Series in a batch. [default: 100; a file: 8]")] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Adam's learning rate. [default: 0.001; a file: 0.003]")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Decides all that is random. [default: 0]")] = None,
    hidden_size: Annotated[int | None, typer.Option(help="Units of the LSTM. [default: 50]")] = None,
    output_activation: Annotated[
        str | None,
        typer.Option(
            metavar="identity|tanh",
            help="Digits: activation between memory cell and output gate, none in the article. [default: identity]",
        ),
    ] = None,
    valid: Annotated[
        str | None, typer.Option(metavar="FILE", help="Series that tell when to stop. [default: a part set aside]")
    ] = None,
    id: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the series' names.")] = None,
    time: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the time.")] = None,
    label: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the labels.")] = None,
    channels: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Columns to read. [default: all that are left]")
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(metavar="classification|regression", help="What the labels are. [default: as they look]"),
    ] = None,
    units: Annotated[str | None, typer.Option(metavar="H[,H…]", help="Units of each LSTM layer. [default: 64]")] = None,
    one_direction: Annotated[
        bool, typer.Option("--one-direction", help="Read forwards only, so that the network can answer step by step.")
    ] = False,
    variant: Annotated[str | None, typer.Option(help="The cell's make-up: V, NIG, NFG, NOG, CIFG, NP, …")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share of h left out while training. [default: 0.3]")] = None,
    noise: Annotated[
        float | None, typer.Option(help="Deviation of the noise added to the input while training. [default: 0.3]")
    ] = None,
    read_out: Annotated[
        str | None,
        typer.Option(metavar="last|mean|both", help="Answer from the last h, the mean, or both. [default: both]"),
    ] = None,
    forget_bias: Annotated[
        str | None, typer.Option(metavar="NUMBER|chrono|mixed", help="Where the forget gates start. [default: mixed]")
    ] = None,
    stride: Annotated[
        str | None, typer.Option(metavar="K|auto", help="Steps joined into one. [default: auto, to at most 1000]")
    ] = None,
    clip_norm: Annotated[float | None, typer.Option(help="Largest norm of the gradient. [default: 1]")] = None,
    patience: Annotated[int | None, typer.Option(help="Epochs without progress before stopping. [default: 50]")] = None,
    validation_fraction: Annotated[
        float | None, typer.Option(help="Share of the series set aside. [default: 0.15]")
    ] = None,
    early_stopping: Annotated[
        bool | None,
        typer.Option(
            "--early-stopping/--no-early-stopping",
            help="Set series aside, and stop when they tell that more does not help. [default: from 1000 series on]",
        ),
    ] = None,
    class_weight: Annotated[
        str | None, typer.Option(metavar="balanced", help="Give rare classes as much weight as common ones.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run. [default: the data's name and the time]")] = None,
    output_dir: Annotated[
        Path, typer.Option(help="Folder of runs: where a new one is made, and --resume looks.")
    ] = Path("runs"),
    config: Annotated[
        Path | None, typer.Option(help="A run's config.toml: its settings instead of the defaults.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run, with more --epochs if given.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a run of the same name.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but errors (and what --json prints).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Train an LSTM: on a FILE of labelled series, or on handwritten digits, as the article does."""
    given = {name: value for name, value in context.params.items() if _is_given(context, name)}
    try:
        if resume is None:
            report = _start(given, config, output_dir, name, overwrite, quiet)
        else:
            report = _go_on(given, resume, output_dir, quiet)
    except KeyboardInterrupt:
        raise Interrupted(NOTHING_WRITTEN) from None
    if report is None:
        return  # the chief tells
    if as_json:
        typer.echo(json.dumps(report))
    elif not quiet:
        typer.echo(_summary(report))


def _start(
    given: dict[str, Any], config: Path | None, output_dir: Path, name: str | None, overwrite: bool, quiet: bool
):
    values = {} if config is None else read_config(config, given.get("file"))
    settings = settings_of(values | _values_of(given, values))
    place = _find_place(settings)
    if place is None or place.is_chief:
        check_new(output_dir, name, overwrite=overwrite)
    where: dict[str, Any] = {"output_dir": output_dir, "name": name, "overwrite": overwrite}
    if isinstance(settings, ArticleSettings):
        digits = import_quietly("glasscell.runs.digits", quiet=quiet)
        with _each_epoch(settings.epochs, quiet) as on_epoch:
            return digits.train(settings, **where, on_epoch=on_epoch)
    check_there(settings.data, settings.valid)
    series = import_quietly("glasscell.runs.series", quiet=quiet)
    workers = _meet(place)
    if workers is not None and not workers.is_chief:
        return _follow(series, settings, workers)
    with _each_epoch(settings.epochs, quiet) as on_epoch:
        return series.train(settings, **where, on_epoch=on_epoch, on_note=_teller(quiet), workers=workers)


def _go_on(given: dict[str, Any], resume: str, output_dir: Path, quiet: bool):
    refused = sorted(given.keys() - {"resume", "epochs", "output_dir", "quiet", "as_json"})
    if refused:
        option = "FILE" if refused[0] == "file" else "--" + refused[0].replace("_", "-")
        raise UsageError(f"{option} does not go with --resume: a run keeps its settings; only --epochs may grow")
    path = find_run(resume, output_dir)
    settings = settings_of(read_config(path / "config.toml") | {k: v for k, v in given.items() if k == "epochs"})
    place = _find_place(settings)
    follows = place is not None and not place.is_chief
    if isinstance(settings, SeriesSettings):
        read_about(path)
    report = finished_report(path, settings.epochs)
    if report is not None and follows:
        return None
    if report is not None:
        if not quiet:
            done = report["epochs"]
            more = "it was stopped there" if report.get("stopped") else f"to train on, give --epochs above {done}"
            typer.echo(f"{path} is finished: it has {done} epochs; {more}", err=True)
        return report
    if not follows:
        check_old(path)
    if isinstance(settings, ArticleSettings):
        digits = import_quietly("glasscell.runs.digits", quiet=quiet)
        with _each_epoch(settings.epochs, quiet) as on_epoch:
            return digits.resume(path, epochs=settings.epochs, on_epoch=on_epoch)
    series = import_quietly("glasscell.runs.series", quiet=quiet)
    workers = _meet(place)
    if workers is not None and follows:
        return _follow(series, settings, workers)
    with _each_epoch(settings.epochs, quiet) as on_epoch:
        return series.resume(path, epochs=settings.epochs, on_epoch=on_epoch, on_note=_teller(quiet), workers=workers)


def _find_place(settings: Settings) -> Place | None:
    place = find_place()
    if place is not None and isinstance(settings, ArticleSettings):
        raise UsageError(
            "TF_CONFIG is set, but the article's digits are trained by one process: unset it, or give a FILE"
        )
    return place


def _meet(place: Place | None) -> Any:
    """Wait for the others that train with this process, if there are any."""
    if place is None:
        return None
    with ctrl_c_kills():
        return import_module("glasscell.training.workers").Workers(place)


def _follow(series: Any, settings: SeriesSettings, workers: Any) -> None:
    with ctrl_c_kills():
        series.follow(settings, workers)


def _values_of(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that the options given stand for; one that does not belong to the data is refused."""
    values = {name: v for name, v in given.items() if name not in _ABOUT_ALL}
    if "file" in values:
        values["data"] = values.pop("file")
    is_article = values.get("data", config.get("data", "digits")) == "digits"
    if "one_direction" in values:
        values["bidirectional"] = not values.pop("one_direction")
    known = {field.name for field in fields(ArticleSettings if is_article else SeriesSettings)}
    for name in values.keys() - known:
        option = "--one-direction" if name == "bidirectional" else "--" + name.replace("_", "-")
        goes_with = "a FILE to train on" if is_article else "the article's digits, not with a FILE"
        raise UsageError(f"{option} goes with {goes_with}")
    if "channels" in values:
        values["channels"] = [channel.strip() for channel in values["channels"].split(",")]
    if "units" in values:
        sizes = [_number_or_text(size) for size in values["units"].split(",")]
        values["units"] = sizes[0] if len(sizes) == 1 else sizes
    for name in values.keys() & {"stride", "forget_bias"}:
        values[name] = _number_or_text(values[name])
    return values


def _number_or_text(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _teller(quiet: bool) -> Callable[[str], None]:
    return lambda note: None if quiet else typer.echo(note, err=True)


@contextmanager
def _each_epoch(epochs: int, quiet: bool) -> Iterator[Callable[[int, dict[str, float]], None]]:
    with show_progress(epochs, quiet) as show, ctrl_c_waits() as heed:

        def on_epoch(epoch, logs):
            show(epoch, logs)
            heed()

        yield on_epoch


def _summary(report: dict[str, Any]) -> str:
    run = Path(report["run"])
    train_on = f"to train on: {resume_command(run)} --epochs {2 * report['epochs']}"
    if "task" not in report:
        return (
            f"test accuracy {report['val_accuracy']:.3f} ({report['right']} of {report['n_test']} images), "
            f"loss of the last batch {report['loss']:.2f}, epochs: {report['epochs']}, in {report['seconds']:.1f} s\n"
            f"the run is in {run}: accuracy.png, confusion.png, model.keras, report.json\n{train_on}"
        )
    kind = "accuracy"
    if report["task"] == "classification":
        measured = f"accuracy {report['accuracy']:.3f} ({report['right']} of {report['n']} series)"
    else:
        kind, r2 = "R²", "" if report["r2"] is None else f", R² {report['r2']:.3f}"
        measured = f"mean absolute error {report['mae']:.4g}{r2} ({report['n']} series)"
    others = [f"the {BASELINES[name]} {v:.3f}" for name, v in report["baselines"].items() if v is not None]
    compared = f"for comparison, {kind} of {', of '.join(others)}\n" if others else ""
    stopped = ", stopped since more did not help" if report["stopped"] else ""
    return (
        f"{measured} on {report['measured_on']}\n{compared}"
        f"epochs: {report['epochs']} in {report['seconds']:.1f} s{stopped}; kept are the weights of epoch "
        f"{report['best_epoch']}\n"
        f"the run is in {run}: {', '.join(report['files'])}, report.json\n"
        f"to test it on other labelled series: glasscell evaluate {shlex.quote(str(run))} FILE\n"
        f"to have its answers: glasscell predict {shlex.quote(str(run))} FILE -o answers.csv"
    )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
