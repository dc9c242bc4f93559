"""`glasscell train`, `predict`, `evaluate` and `data` with forecasts."""

import json
import math
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from glasscell.cli.forecast_sentences import ForecastCommands
from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.cli.tables import show_table
from glasscell.cli.telling import tell
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.forecasts.sentences import ForecastRuns
from glasscell.settings import ForecastSettings
from glasscell.system.files import check_picture, check_table


def _summary(report: dict[str, Any]) -> str:
    run = Path(report["run"])
    name = shlex.quote(str(run))
    lines: list[Any] = []
    if said := report.get("trust_said"):
        lines.append(said)
    if report["scores"]:
        lines += [report["verdict"], ""]
        rows: list[tuple[str, ...]] = [("", "MASE", "median", "sMAPE", "coverage")]
        for forecaster, found in report["scores"].items():
            numbers = (found["MASE"], found["median MASE"], found["sMAPE"], found["coverage"])
            rows.append((forecaster, *("" if number is None else f"{number:.3f}" for number in numbers)))
        widths = [max(len(row[k]) for row in rows) for k in range(5)]
        lines += [
            row[0].ljust(widths[0]) + "".join(f"  {v:>{w}}" for v, w in zip(row[1:], widths[1:], strict=True))
            for row in rows
        ]
        lines += ["", report["measured_as"], report["coverage_said"]]
    else:
        lines.append(ForecastCommands.NOT_MEASURED(why=report["not_measured"]))
    is_trained = report["reason"] is None
    lines += [
        ForecastCommands.EPOCHS(n=report["epochs"], seconds=report["seconds"])
        if is_trained
        else ForecastRuns.ALONE(base=report["base"], why=report["reason"]),
        ForecastCommands.WRITTEN(run=run, files=report["files"]),
        ForecastCommands.TO_PREDICT(run=name),
        ForecastCommands.TO_EVALUATE(run=name),
    ]
    if is_trained:
        lines.append(ForecastCommands.TO_TRAIN_ON(command=resume_command(run), epochs=2 * report["epochs"]))
    return "\n".join(map(str, lines))


def refuse_options_of_labels(given: dict[str, Any]) -> None:
    """Raise UsageError for an option that a run of forecasts has no use for: it reads files as the run's own was.

    >>> refuse_options_of_labels({"label": None})
    >>> refuse_options_of_labels({"label": "y"})
    Traceback (most recent call last):
    glasscell.errors.UsageError: --label is for labeled series; a forecaster reads FILE as it read its training data
    """
    for name, value in given.items():
        if value is not None:
            raise UsageError(ForecastCommands.OF_LABELS, option=name.replace("_", "-"))


def predict_forecasts(
    path: Path,
    file: str | None,
    output: str,
    given: dict[str, Any],
    picture: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the next steps of each series as a run forecasts them."""
    refuse_options_of_labels(given)
    check_there(file)
    check_table(output, file or "-")
    if picture is not None:
        check_picture(picture)
    room = import_quietly("glasscell.runs.forecasts.forecaster_run", quiet=quiet or as_json)
    with ctrl_c_reported():
        counts, notes = room.predict_to(path, file, output, picture)
    more = [ForecastCommands.NEW_SERIES.warning(n=counts["new"], series=counts["series"])] if counts["new"] else []
    tell([*notes, *more], quiet=quiet)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **counts}))
    elif output != "-" and not quiet:
        steps = counts["rows"] // max(counts["series"], 1)
        typer.echo(str(ForecastCommands.PREDICTED(steps=steps, series=counts["series"], output=output)))
        if picture is not None:
            typer.echo(str(Commands.PICTURE(picture=picture)))


def evaluate_forecasts(path: Path, file: str, given: dict[str, Any], as_json: bool) -> None:
    """Print how good a run's forecasts were, given what came later."""
    refuse_options_of_labels(given)
    check_there(file)
    room = import_quietly("glasscell.runs.forecasts.later_values", quiet=as_json)
    with ctrl_c_reported():
        found = room.evaluate(path, file)
    if as_json:
        typer.echo(json.dumps(found))
        return
    from glasscell.runs.forecasts.forecast_report import show_scores

    for note in found["notes"]:
        typer.echo(str(note), err=True)
    typer.echo(found["verdict"])
    show_table(show_scores(found["scores"]), found["measured_as"])
    typer.echo(found["coverage_said"])


def hint_for(file: str, series: Any) -> Note | None:
    """Return a hint at `--forecast` where series that were read have no labels, or all are of one step.

    >>> from glasscell.data import Sequences
    >>> hint_for("-", Sequences.from_list([[1.0]]))
    """
    if series.y is not None and series.x.shape[1] > 1:
        return None
    from glasscell.data.panels.hints import hint_at_forecasts  # not above: --help does not wait for pandas

    return hint_at_forecasts(file)


def write_surprise(path: Path, file: str | None, output: str, given: dict[str, Any], *, as_json: bool, quiet: bool):
    """Write how improbable each value was one step before it came."""
    refuse_options_of_labels(given)
    check_there(file)
    check_table(output, file or "-")
    room = import_quietly("glasscell.runs.forecasts.forecaster_run", quiet=quiet or as_json)
    with ctrl_c_reported():
        found, notes = room.surprise_to(path, file, output)
    tell(notes, quiet=quiet)
    most = found["most"]
    if as_json:
        found["most"] = most if most is not None and math.isfinite(most) else None  # JSON has no infinity
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **found}))
    elif output != "-" and not quiet:
        largest = None if most is None else ForecastCommands.MOST(bits=most, where=found["where"])
        typer.echo(str(ForecastCommands.SURPRISE(n=found["rows"], output=output, most=largest)))


@contextmanager
def hinting_at_forecasts(file: str) -> Iterator[None]:
    """Add to what is said of a file of labelled series that it may be meant to be forecast, where it looks so."""
    try:
        yield
    except (DataError, UsageError) as error:
        from glasscell.data.panels.hints import hint_at_forecasts  # not above: --help does not wait for pandas

        if (hint := hint_at_forecasts(file)) is None:
            raise
        raise error.also(ForecastCommands.OR_FORECAST(hint=hint)) from None


FORECAST = Kind(
    settings=ForecastSettings,
    room="glasscell.runs.forecasts.forecasting",
    goes_with=ForecastCommands.FORECAST(),
    summary=_summary,
    check_data=lambda settings: check_there(settings.data),
    check_run=lambda path: read_about(path, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    called=ForecastCommands.CALLED(),
    alone=ForecastCommands.ONE_PROCESS(),
)
