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
UNITS = {
    "yearly": "years",
    "quarterly": "months",
    "monthly": "months",
    "weekly": "weeks",
    "daily": "days",
}
UNITS |= {"hourly": "hours", "half_hourly": "minutes", "minutely": "minutes", "secondly": "seconds"}
MANY = {"quarterly": 3, "half_hourly": 30}


def table_of(lines: Iterator[str]) -> tuple[Any, Note]:
    """Return a frame of `unique_id`, `ds` and `y`, and a note on its source.

    Times are dates if the file has the starts and the frequency of series; else they are counted
    from 0.

    >>> head = [
    ...     "@relation sales",
    ...     "@attribute start_timestamp date",
    ...     "@frequency quarterly",
    ...     "@data",
    ... ]
    >>> frame, note = table_of(iter([*head, "1979-01-01 00-00-00:1,?,3"]))
    >>> frame.ds.dt.strftime("%Y-%m").tolist(), note
    (['1979-01', '1979-04', '1979-07'], 'read as .tsf (sales)')
    """
    file = read_tsf(lines)
    frequency = file.head.get("frequency", "")
    parts = []
    for n, one in enumerate(file.each, 1):
        start = (one.attributes or {}).get(START) if frequency else None
        times = range(len(one.values)) if start is None else _times(one, start.strip(), frequency)
        parts.append(
            pd.DataFrame({ID: one.id or f"series_{n}", TIME: times, VALUE: one.values[:, 0]})
        )
    if not parts:
        raise DataError(Panels.NO_SERIES)
    return pd.concat(parts, ignore_index=True), Panels.TSF(form=file.form)


def _times(series: Case, text: str, frequency: str) -> Any:
    start: Any = pd.to_datetime(text, format="%Y-%m-%d %H-%M-%S", errors="coerce")
    if pd.isna(start):
        raise DataError(Panels.NO_START, line=series.line, found=text)
    step = _step(frequency)
    if (
        "months" in step or "years" in step
    ):  # counted from the start: 28 February must not shift later months
        months = step.get("months", 12) * np.arange(len(series.values))
        return pd.DatetimeIndex([start + pd.DateOffset(months=int(count)) for count in months])
    return pd.date_range(start, periods=len(series.values), freq=pd.DateOffset(**step))  # pyright: ignore[reportArgumentType]


def _step(frequency: str) -> dict[str, int]:
    word = frequency.lower()
    found = re.fullmatch(r"(\d+)_(seconds|minutes|hours|days)", word)
    if word not in UNITS and found is None:
        raise DataError(Panels.UNKNOWN_STEP, found=frequency, known=list(UNITS))
    return {UNITS[word]: MANY.get(word, 1)} if found is None else {found[2]: int(found[1])}
