"""`glasscell explain` with a run of forecasts."""

from pathlib import Path
from typing import Any

import typer

from glasscell.cli.forecast import refuse_options_of_labels
from glasscell.cli.forecast_sentences import ForecastCommands
from glasscell.cli.progress import show_stages
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly


def explain_forecast(
    path: Path,
    file: str | None,
    page: Path | None,
    series: list[str] | None,
    limit: int,
    given: dict[str, Any],
    is_quiet: bool,
) -> dict[str, Any]:
    """Write what was seen in the forecast of one series, and the page; return a summary."""
    refuse_options_of_labels(given)
    room = import_quietly("glasscell.runs.forecasts.forecast_explanation", quiet=is_quiet)
    with ctrl_c_reported(), show_stages(is_quiet) as show_stage:
        return room.explain(path, file, series=series, page=page, limit=limit, on_stage=show_stage)


def show_forecast(summary: dict[str, Any]) -> None:
    """Print what was seen in the forecast of one series."""
    for sentence in summary["said"]:
        typer.echo(sentence)
    for note in summary["notes"]:
        typer.echo(f"note: {note}")
    typer.echo(str(ForecastCommands.EXPLAINED(folder=summary["folder"], files=summary["files"])))
    if summary["page"]:
        typer.echo(str(ForecastCommands.PAGE(page=summary["page"], megabytes=summary["bytes"] / 1e6)))
