"""Read a .tsf file, the Monash archive's format, as a long frame with Nixtla's column names."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.formats.archives import read_tsf
from glasscell.data.formats.cases import Case
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE
from glasscell.tasks.forecasting.panels.sentences import Panels

START = "start_timestamp"
STEPS = {  # @frequency in words, and as a number of units
    "yearly": "12_months",
    "quarterly": "3_months",
    "monthly": "1_months",
    "weekly": "1_weeks",
    "daily": "1_days",
    "hourly": "1_hours",
    "half_hourly": "30_minutes",
    "minutely": "1_minutes",
    "secondly": "1_seconds",
}


def read_tsf_frame(lines: Iterator[str]) -> tuple[Any, Note]:
    """Return a frame of `unique_id`, `ds` and `y`, and a note on its source.

    Times are dates if the file has the starts and the frequency of series; else they are counted
    from 0.

    >>> head = [
    ...     "@relation sales",
    ...     "@attribute start_timestamp date",
    ...     "@frequency quarterly",
    ...     "@data",
    ... ]
    >>> frame, note = read_tsf_frame(iter([*head, "1979-01-01 00-00-00:1,?,3"]))
    >>> frame.ds.dt.strftime("%Y-%m").tolist(), note
    (['1979-01', '1979-04', '1979-07'], 'read as .tsf (sales)')
    """
    file = read_tsf(lines)
    frequency = file.head.get("frequency", "")
    parts = []
    for n, series in enumerate(file.each, 1):
        start = (series.attributes or {}).get(START) if frequency else None
        times = range(len(series.values))
        if start is not None:
            times = _dates_from(start.strip(), series, frequency)
        columns = {ID: series.id or f"series_{n}", TIME: times, VALUE: series.values[:, 0]}
        parts.append(pd.DataFrame(columns))
    if not parts:
        raise DataError(Panels.NO_SERIES)
    return pd.concat(parts, ignore_index=True), Panels.TSF(form=file.form)


def _dates_from(text: str, series: Case, frequency: str) -> pd.DatetimeIndex:
    """Return the times of the steps of a series that starts at `text`."""
    start: Any = pd.to_datetime(text, format="%Y-%m-%d %H-%M-%S", errors="coerce")
    if pd.isna(start):
        raise DataError(Panels.NO_START, line=series.line, found=text)
    word, steps = frequency.lower(), len(series.values)
    if word not in STEPS and not re.fullmatch(r"\d+_(seconds|minutes|hours|days)", word):
        raise DataError(Panels.UNKNOWN_STEP, found=frequency, known=list(STEPS))
    length, unit = STEPS.get(word, word).split("_")
    if unit == "months":  # counted from the start: 28 February must not shift later months
        months = int(length) * np.arange(steps)
        return pd.DatetimeIndex([start + pd.DateOffset(months=int(n)) for n in months])
    step: Any = pd.DateOffset(**{unit: int(length)})  # pyright: ignore[reportArgumentType]
    return pd.date_range(start, periods=steps, freq=step)
