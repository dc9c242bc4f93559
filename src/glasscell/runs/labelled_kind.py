"""Whether a run is one of labelled series, or of digits; the other kinds are not asked as these are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glasscell.runs.config import read_config
from glasscell.runs.forecasts.forecast_kind import refuse_forecasts
from glasscell.runs.tags.step_kind import refuse_steps
from glasscell.runs.texts.kind import refuse_text


def check_series(path: Path) -> None:
    """Raise UsageError if the run in a folder is none of labelled series: the message says what it can be asked."""
    refuse_other_kinds(path, read_config(path / "config.toml"))


def refuse_other_kinds(path: Path, settings: Mapping[str, Any]) -> None:
    """Do the same, given the run's settings, as `config.read_config` returns them.

    >>> refuse_other_kinds(Path("runs/walks"), {"data": "walks.csv"})
    """
    refuse_text(path, settings)
    refuse_forecasts(path, settings)
    refuse_steps(path, settings)
