"""`glasscell explain` with a run of forecasts."""

from pathlib import Path
from typing import Any

from glasscell.cli.forecast import refuse_options_of_labels
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
