"""`glasscell train`: the article's experiment, or a training on your own file."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.digits import DIGITS
from glasscell.cli.kinds import Begin, Kind
from glasscell.cli.progress import show_progress
from glasscell.cli.reader_options import Header
from glasscell.cli.series import SERIES
from glasscell.cli.setting_options import setting
from glasscell.cli.signals import NOTHING_WRITTEN, ctrl_c_kills, ctrl_c_waits
from glasscell.cli.startup import import_quietly
from glasscell.errors import Interrupted, UsageError
from glasscell.runs.config import read_config
from glasscell.runs.folder import check_new, check_old, find_run, finished_report
from glasscell.settings import LONGEST_UNSTRIDED, MIN_SERIES_TO_STOP_EARLY, SPREADS, Settings, kind_of, settings_of
from glasscell.system.cluster import Place, find_place

KINDS = (DIGITS, SERIES)
_ABOUT_ALL = {"context", "name", "output_dir", "config", "resume", "overwrite", "quiet", "as_json"}


def train(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Labelled series to train on; without it, the article's digits."),
    ] = None,
    epochs: Annotated[int | None, setting("epochs", "Times to go through the data.")] = None,
    batch_size: Annotated[int | None, setting("batch_size", "Series in a batch.")] = None,
    learning_rate: Annotated[float | None, setting("learning_rate", "Adam's learning rate.")] = None,
    seed: Annotated[int | None, setting("seed", "Decides all that is random.")] = None,
    hidden_size: Annotated[int | None, setting("hidden_size", "Units of the LSTM.")] = None,
    output_activation: Annotated[
        str | None,
        setting("output_activation", "Digits: activation between memory cell and output gate, none in the article."),
    ] = None,
    valid: Annotated[
        str | None,
        setting("valid", "Series that decide when to stop.", default="a part set aside", metavar="FILE"),
    ] = None,
    id: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the series' names.")] = None,
    time: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the time.")] = None,
    label: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the labels.")] = None,
    channels: Annotated[
        str | None, setting("channels", "Columns to read.", default="all that are left", metavar="A,B,…")
    ] = None,
    header: Header = None,
    labels: Annotated[
        str | None, typer.Option(metavar="FILE", help="Table of the labels, beside the series' names.")
    ] = None,
    encoding: Annotated[
        str | None, setting("encoding", "Encoding of text.", default="detected", metavar="NAME")
    ] = None,
    task: Annotated[str | None, setting("task", "What the labels are.", default="as they look")] = None,
    units: Annotated[str | None, setting("units", "Units of each LSTM layer.", metavar="H[,H…]")] = None,
    one_direction: Annotated[
        bool, typer.Option("--one-direction", help="Read forwards only, so that the network can answer step by step.")
    ] = False,
    variant: Annotated[str | None, typer.Option(help="The cell's make-up: V, NIG, NFG, NOG, CIFG, NP, …")] = None,
    dropout: Annotated[float | None, setting("dropout", "Share of h left out while training.")] = None,
    noise: Annotated[
        float | None, setting("noise", "Deviation of the noise added to the input while training.")
    ] = None,
    read_out: Annotated[str | None, setting("read_out", "Answer from the last h, the mean, or both.")] = None,
    forget_bias: Annotated[
        str | None, setting("forget_bias", "Where the forget gates start.", metavar="|".join(["NUMBER", *SPREADS]))
    ] = None,
    stride: Annotated[
        str | None,
        setting("stride", "Steps joined into one.", default=f"auto, to at most {LONGEST_UNSTRIDED}", metavar="K|auto"),
    ] = None,
    clip_norm: Annotated[float | None, setting("clip_norm", "Largest norm of the gradient.")] = None,
    patience: Annotated[int | None, setting("patience", "Epochs without progress before stopping.")] = None,
    validation_fraction: Annotated[
        float | None, setting("validation_fraction", "Share of the series set aside.")
    ] = None,
    early_stopping: Annotated[
        bool | None,
        typer.Option(
            "--early-stopping/--no-early-stopping",
            help="Set series aside, and stop when they show no more progress. "
            f"[default: from {MIN_SERIES_TO_STOP_EARLY} series on]",
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
        str | None, typer.Option(metavar="RUN", help="Resume a run, with more --epochs if given.")
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
            report = _resume(given, resume, output_dir, quiet)
    except KeyboardInterrupt:
        raise Interrupted(NOTHING_WRITTEN) from None
    if report is None:
        return  # the chief reports
    if as_json:
        typer.echo(json.dumps(report))
    elif not quiet:
        typer.echo(_kind_of(report.get("data", "digits")).summary(report))


def _start(
    given: dict[str, Any], config: Path | None, output_dir: Path, name: str | None, overwrite: bool, quiet: bool
) -> dict[str, Any] | None:
    values = {} if config is None else read_config(config, given.get("file"))
    settings = settings_of(values | _values_of(given, values))
    kind, place = _kind_of(settings.data), find_place()
    kind.check_place(place)
    if place is None or place.is_chief:
        check_new(output_dir, name, overwrite=overwrite)
    kind.check_data(settings)
    where = {"output_dir": output_dir, "name": name, "overwrite": overwrite}
    return _run(kind, settings, place, quiet, lambda room, **how: room.train(settings, **where, **how))


def _resume(given: dict[str, Any], resume: str, output_dir: Path, quiet: bool) -> dict[str, Any] | None:
    refused = sorted(given.keys() - {"resume", "epochs", "output_dir", "quiet", "as_json"})
    if refused:
        option = "FILE" if refused[0] == "file" else "--" + refused[0].replace("_", "-")
        raise UsageError(f"{option} does not go with --resume: a run keeps its settings; only --epochs may grow")
    path = find_run(resume, output_dir)
    settings = settings_of(read_config(path / "config.toml") | {k: v for k, v in given.items() if k == "epochs"})
    kind, place = _kind_of(settings.data), find_place()
    kind.check_place(place)
    follows = place is not None and not place.is_chief
    kind.check_run(path)
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
    return _run(kind, settings, place, quiet, lambda room, **how: room.resume(path, epochs=settings.epochs, **how))


def _run(
    kind: Kind, settings: Settings, place: Place | None, quiet: bool, act: Callable[..., dict[str, Any]]
) -> dict[str, Any] | None:
    """Start TensorFlow, and let the kind's room act; a process that follows another has no report."""
    room = import_quietly(kind.room, quiet=quiet)
    workers = _meet(place)
    if workers is not None and not workers.is_chief:
        with ctrl_c_kills():
            room.follow(settings, workers)
        return None
    with _shown(quiet) as begin:
        return act(room, on_epoch=begin(settings.epochs), **kind.more_arguments(begin, _teller(quiet), workers))


def _kind_of(data: str) -> Kind:
    return next(kind for kind in KINDS if kind.settings is kind_of({"data": data}))


def _meet(place: Place | None) -> Any:
    """Wait for the others that train with this process, if there are any."""
    if place is None:
        return None
    with ctrl_c_kills():
        return import_module("glasscell.training.workers").Workers(place)


def _values_of(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that the options given stand for; one that does not belong to the data is refused."""
    values = {name: v for name, v in given.items() if name not in _ABOUT_ALL}
    if "file" in values:
        values["data"] = values.pop("file")
    kind = _kind_of(values.get("data", config.get("data", "digits")))
    if "one_direction" in values:
        values["bidirectional"] = not values.pop("one_direction")
    for name in values.keys() - kind.options:
        option = "--one-direction" if name == "bidirectional" else "--" + name.replace("_", "-")
        other = next(other for other in KINDS if name in other.options)
        raise UsageError(f"{option} goes with {other.goes_with}")
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
def _shown(quiet: bool) -> Iterator[Begin]:
    """Yield what begins to show a training, in place of the one before; after each epoch it may be stopped."""
    with ExitStack() as shown, ctrl_c_waits() as heed:

        def begin(epochs: int, what: str = "epoch"):
            shown.close()
            show = shown.enter_context(show_progress(epochs, quiet, what))

            def on_epoch(epoch, logs):
                show(epoch, logs)
                heed()

            return on_epoch

        yield begin


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
