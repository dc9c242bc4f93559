"""`glasscell train`: the article's experiment."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell import runs
from glasscell.cli.ctrl_c import NOTHING_WRITTEN, ctrl_c_waits
from glasscell.cli.progress import show_progress
from glasscell.cli.startup import import_quietly
from glasscell.errors import Interrupted, UsageError
from glasscell.settings import ArticleSettings, read_config

_DEFAULT = ArticleSettings()


def train(
    context: typer.Context,
    epochs: Annotated[int, typer.Option(help="Times to go through the training images.")] = _DEFAULT.epochs,
    hidden_size: Annotated[int, typer.Option(help="Units of the LSTM.")] = _DEFAULT.hidden_size,
    batch_size: Annotated[int, typer.Option(help="Images in a batch.")] = _DEFAULT.batch_size,
    learning_rate: Annotated[float, typer.Option(help="Adam's learning rate.")] = _DEFAULT.learning_rate,
    output_activation: Annotated[
        str,
        typer.Option(
            metavar="identity|tanh", help="Activation between memory cell and output gate: none in the article."
        ),
    ] = _DEFAULT.output_activation,
    seed: Annotated[int, typer.Option(help="Seed of the initial read-out; all else starts at zero.")] = _DEFAULT.seed,
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
    """Train an LSTM to recognise handwritten digits row by row: the article's experiment."""
    given = {name: value for name, value in context.params.items() if _is_given(context, name)}
    try:
        if resume is None:
            report = _start(given, config, output_dir, name, overwrite, quiet)
        else:
            report = _go_on(given, resume, output_dir, quiet)
    except KeyboardInterrupt:
        raise Interrupted(NOTHING_WRITTEN) from None
    if as_json:
        typer.echo(json.dumps(report))
    elif not quiet:
        typer.echo(_summary(report))


def _start(
    given: dict[str, Any], config: Path | None, output_dir: Path, name: str | None, overwrite: bool, quiet: bool
):
    values = {} if config is None else read_config(config)
    options = ArticleSettings(**values | {key: v for key, v in given.items() if key in ArticleSettings.__annotations__})
    runs.check_new(output_dir, name, overwrite=overwrite)
    article = import_quietly("glasscell.article", quiet=quiet)
    with _each_epoch(options.epochs, quiet) as on_epoch:
        return article.train(options, output_dir=output_dir, name=name, overwrite=overwrite, on_epoch=on_epoch)


def _go_on(given: dict[str, Any], resume: str, output_dir: Path, quiet: bool):
    refused = sorted(given.keys() - {"resume", "epochs", "output_dir", "quiet", "as_json"})
    if refused:
        option = "--" + refused[0].replace("_", "-")
        raise UsageError(f"{option} does not go with --resume: a run keeps its settings; only --epochs may grow")
    path = runs.find_run(resume, output_dir)
    options = ArticleSettings(**read_config(path / "config.toml") | {k: v for k, v in given.items() if k == "epochs"})
    report = runs.finished_report(path, options.epochs)
    if report is not None:
        if not quiet:
            done = report["epochs"]
            typer.echo(f"{path} is finished: it has {done} epochs; to train on, give --epochs above {done}", err=True)
        return report
    runs.check_old(path)
    article = import_quietly("glasscell.article", quiet=quiet)
    with _each_epoch(options.epochs, quiet) as on_epoch:
        return article.resume(path, epochs=options.epochs, on_epoch=on_epoch)


@contextmanager
def _each_epoch(epochs: int, quiet: bool) -> Iterator[Callable[[int, dict[str, float]], None]]:
    with show_progress(epochs, quiet) as show, ctrl_c_waits() as heed:

        def on_epoch(epoch, logs):
            show(epoch, logs)
            heed()

        yield on_epoch


def _summary(report: dict[str, Any]) -> str:
    return (
        f"test accuracy {report['val_accuracy']:.3f} ({report['right']} of {report['n_test']} images), "
        f"loss of the last batch {report['loss']:.2f}, epochs: {report['epochs']}, in {report['seconds']:.1f} s\n"
        f"the run is in {report['run']}: accuracy.png, confusion.png, model.keras, report.json\n"
        f"to train on: {runs.resume_command(Path(report['run']))} --epochs {2 * report['epochs']}"
    )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
