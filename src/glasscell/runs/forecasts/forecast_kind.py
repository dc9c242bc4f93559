"""Whether a run is one of forecasts; known from its settings alone."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glasscell.errors import UsageError
from glasscell.runs.config import read_config
from glasscell.runs.forecasts.sentences import ForecastRuns


def is_of_forecasts(path: Path) -> bool:
    """Return whether the run in a folder forecasts.

    Raises
    ------
    UsageError
        If its settings are damaged.
    """
    return "forecast" in read_config(path / "config.toml")


def check_forecasts(path: Path) -> None:
    """Raise UsageError if the run in a folder does not forecast."""
    if not is_of_forecasts(path):
        raise UsageError(ForecastRuns.IS_NO_FORECASTER, file=path)


def refuse_forecasts(path: Path, settings: Mapping[str, Any]) -> None:
    """Raise UsageError if settings, as `config.read_config` returns them, are of a run that forecasts.

    >>> refuse_forecasts(Path("runs/walks"), {"data": "walks.csv"})
    """
    if "forecast" in settings:
        raise UsageError(ForecastRuns.FORECASTS_ONLY, file=path, run=shlex.quote(str(path)))
