"""`glasscell train`, `predict`, `evaluate` and `data` with forecasts."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from glasscell.cli.forecast_sentences import ForecastCommands
from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.cli.screen import Part, print_notes, print_parts, print_text
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.runs.data_json import read_about
from glasscell.runs.forecasts.sentences import ForecastRuns
from glasscell.settings import ForecastSettings
from glasscell.system.files import check_picture, check_table


def _summary(report: dict[str, Any]) -> Iterator[Part]:
    if report["scores"]:
        room = import_quietly("glasscell.runs.forecasts.forecast_report", quiet=True)
        yield room.score_line(report["scores"], report["beside"]["n"], report["horizon"])
        yield room.show_scores(report["scores"])[["forecast", "MASE", "sMAPE", "coverage"]]
        yield report["verdict"]
        yield report["measured_as"]
    else:
        yield ForecastCommands.NOT_MEASURED(why=report["not_measured"])
    if report.get("trust_said"):
        yield report["trust_said"]
    if report["reason"] is not None:
        yield ForecastRuns.ALONE(base=report["base"], why=report["reason"])


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
    print_notes([*notes, *more], quiet=quiet)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **counts}))
    elif output != "-" and not quiet:
        steps = counts["rows"] // max(counts["series"], 1)
        print_text(ForecastCommands.PREDICTED(steps=steps, series=counts["series"], output=output))
        if picture is not None:
            print_text(Commands.PICTURE(picture=picture))


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
    from glasscell.runs.forecasts.forecast_report import score_line, show_scores

    for note in found["notes"]:
        print_text(note, err=True)
    score = score_line(found["scores"], found["beside"]["n"], found["horizon"])
    said = (found[name] for name in ("verdict", "measured_as", "coverage_said"))
    print_parts([score, show_scores(found["scores"]), *said])


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
    print_notes(notes, quiet=quiet)
    most = found["most"]
    if as_json:
        found["most"] = most if most is not None and math.isfinite(most) else None  # JSON has no infinity
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **found}))
    elif output != "-" and not quiet:
        largest = None if most is None else ForecastCommands.MOST(bits=most, where=found["where"])
        print_text(ForecastCommands.SURPRISE(n=found["rows"], output=output, most=largest))


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
