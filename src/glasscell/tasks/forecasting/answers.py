"""What a run of forecasts answers: the next steps of each series, or how improbable each value was."""

import math
from pathlib import Path
from typing import Any

from glasscell.runs.parts import Written
from glasscell.runs.sentences import Runs
from glasscell.system.files import check_picture
from glasscell.tasks.forecasting import opened as forecaster_run
from glasscell.tasks.forecasting.later_values import evaluate
from glasscell.tasks.forecasting.sentences import ForecastRuns

__all__ = ["evaluate", "predict_to"]


def predict_to(
    path: Path, file: str | None, output: str, *, picture: Path | None = None, surprise: bool = False
) -> Written:
    """Write the next steps of each series as a table, and draw them; or the surprise of each value.

    Parameters
    ----------
    path, file, output, picture
        As in `forecaster_run.predict_to`.
    surprise : bool
        Write what `forecaster_run.surprise_to` does.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    if surprise:
        return _surprise_to(path, file, output)
    if picture is not None:
        check_picture(picture)
    counts, notes = forecaster_run.predict_to(path, file, output, picture)
    new = [ForecastRuns.NEW_SERIES.warning(n=counts["new"], series=counts["series"])] if counts["new"] else []
    steps = counts["rows"] // max(counts["series"], 1)
    said = [ForecastRuns.PREDICTED(steps=steps, series=counts["series"], output=output)]
    said += [] if picture is None else [Runs.PICTURE(picture=picture)]
    return Written(counts, [*notes, *new], said)


def _surprise_to(path: Path, file: str | None, output: str) -> Written:
    counts, notes = forecaster_run.surprise_to(path, file, output)
    most: Any = counts["most"]
    largest = None if most is None else ForecastRuns.MOST_SURPRISING(bits=most, where=counts["where"])
    said = ForecastRuns.SURPRISE(n=counts["rows"], output=output, most=largest)
    most = most if most is not None and math.isfinite(most) else None  # JSON has no infinity
    return Written(counts | {"most": most}, [*notes], [said])
