"""Cells of a frame as numbers and as times; what does not fit is named by its row and column."""

from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tables.dates import to_times
from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.counted_times import dates_of
from glasscell.tasks.forecasting.panels.day_order import read_first
from glasscell.tasks.forecasting.panels.frequency import parse_frequency, say_time
from glasscell.tasks.forecasting.panels.sentences import Panels

MONTHS = ("%Y %b", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y-%b", "%m/%Y")  # without a day
FIRST_YEAR, LAST_YEAR = 1678, 2261  # that nanoseconds reach as a whole


def numbers_in(column: Any, name: str) -> Any:
    """Return a column as numbers, NaN where nothing stands.

    Parameters
    ----------
    column : pandas.Series (rows,)
        Its index are the rows, for the message.
    name : str

    Returns
    -------
    pandas.Series (rows,), float64

    Raises
    ------
    DataError
        If a value is no number, or infinite.

    Examples
    --------
    >>> numbers_in(pd.Series(["1.5", None, 2]), "y").tolist()
    [1.5, nan, 2.0]
    """
    found: Any = pd.to_numeric(column, errors="coerce")
    values = found.astype("float64")
    if (wrong := values.isna() & column.notna()).any():
        raise DataError(Panels.NOT_A_NUMBER, row=column.index[wrong][0], column=name, found=column[wrong].iloc[0])
    if (wrong := np.isinf(values)).any():
        raise DataError(Panels.INFINITE, row=column.index[wrong][0], column=name)
    return values


def times_in(column: Any, name: str, *, frequency: str | None = None, first: str | None = None) -> Any:
    """Return a column as times without a zone.

    Parameters
    ----------
    column : pandas.Series (rows,)
        Dates, periods, texts of dates, or whole numbers.
    name : str
    frequency : str, optional
        That dates are known to have, as pandas writes it: whole numbers are dates then, as for
        `counted_times.dates_of`, and below a day midnights are moments like others.
    first : {"day", "month"}, optional
        What dates with slashes are known to begin with.

    Returns
    -------
    pandas.Series (rows,), datetime64[ns] or int64
        What had a zone is in UTC, but days stay the days they were.

    Raises
    ------
    DataError
        If a time is missing, or cannot be read.

    Examples
    --------
    >>> times_in(pd.Series(["2026-01-31T00:00+02:00"]), "ds").astype(str).tolist()
    ['2026-01-31']
    """
    if column.isna().any():
        raise DataError(Panels.NO_TIME, row=column.index[column.isna()][0], column=name)
    if isinstance(column.dtype, pd.PeriodDtype):
        return _in_nanoseconds(column.dt.to_timestamp(), name)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        local = column.dt.tz_localize(None)
        is_of_days = _may_be_days(frequency) and (local == local.dt.normalize()).all()
        return _in_nanoseconds(local if is_of_days else column.dt.tz_convert("UTC").dt.tz_localize(None), name)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _in_nanoseconds(column, name)
    if pd.api.types.is_bool_dtype(column.dtype):
        raise DataError(Panels.TIMES_ARE_TRUTHS, column=name)
    if pd.api.types.is_numeric_dtype(column.dtype):
        if (wrong := column % 1 != 0).any():
            raise DataError(
                Panels.NO_WHOLE_NUMBER, row=column.index[wrong][0], column=name, found=column[wrong].iloc[0]
            )
        whole = column.astype("int64")
        found = dates_of(whole.to_numpy(), are_dates=frequency is not None)
        return whole if found is None else pd.Series(found[0], column.index)
    return _times_of_texts(column, name, frequency, first)


def _times_of_texts(column: Any, name: str, frequency: str | None, first: str | None) -> Any:
    texts = column.astype(str).str.strip()
    whole: Any = pd.to_numeric(texts, errors="coerce")
    if whole.notna().all():
        return times_in(whole, name, frequency=frequency)
    if (periods := _periods(texts)) is not None:
        return periods
    if first is not None and (when := read_first(texts, first, name)) is not None:
        return when.dt.tz_localize(None).astype("datetime64[ns]")
    try:
        when = to_times(texts)
    except DataError as error:
        raise error.at(column=name) from None
    if (wrong := when.isna()).any():
        raise DataError(Panels.NO_DATE, row=column.index[wrong][0], column=name, found=texts[wrong].iloc[0])
    local: Any = to_times(texts.str.replace(r" ?(?:[Zz]|(?<=:\d\d)[+-]\d{2}:?\d{2})$", "", regex=True))
    is_of_days = _may_be_days(frequency) and local.notna().all() and (local == local.dt.normalize()).all()
    return (local if is_of_days else when).dt.tz_localize(None).astype("datetime64[ns]")


def _in_nanoseconds(times: Any, name: str) -> Any:
    try:
        return times.astype("datetime64[ns]")
    except pd.errors.OutOfBoundsDatetime:
        years = times.dt.year
        wrong = times[(years < FIRST_YEAR) | (years > LAST_YEAR)]
        place = {"row": wrong.index[0], "column": name, "time": say_time(wrong.iloc[0])}
        raise DataError(Panels.OUT_OF_YEARS, **place, first=FIRST_YEAR, last=LAST_YEAR) from None


def _may_be_days(frequency: str | None) -> bool:
    return frequency is None or parse_frequency(frequency).is_of_days


def _periods(texts: Any) -> Any | None:
    """Return the beginnings of months, quarters and weeks as statistics offices and R write them; None for others."""
    if texts.str.fullmatch(r"\d{4}[- ]?Q[1-4]").all():
        return (
            pd.PeriodIndex(texts.str.replace(r"[- ]", "", regex=True), freq="Q")
            .to_timestamp()
            .astype("datetime64[ns]")
            .to_series(texts.index)
        )
    if texts.str.fullmatch(r"Q[1-4][- ]\d{4}").all():
        return _periods(texts.str[-4:] + texts.str[:2])
    if texts.str.fullmatch(r"\d{4}M\d{1,2}").all():
        return pd.to_datetime(texts, format="%YM%m").astype("datetime64[ns]")
    if texts.str.fullmatch(r"\d{4}[- ]?W\d{2}").all():
        weeks: Any = pd.to_datetime(texts.str[:4] + texts.str[-3:] + "1", format="%GW%V%u", errors="coerce")
        return None if weeks.isna().any() else weeks.astype("datetime64[ns]")
    for form in MONTHS:
        found: Any = pd.to_datetime(texts, format=form, errors="coerce")
        if found.notna().all():
            return found.astype("datetime64[ns]")
    return None
