"""Convert columns of a frame to numbers or times, and report the first cell that does not fit."""

import re
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tables.column_values import are_months
from glasscell.data.tables.moments import UNIX, moments_in
from glasscell.data.tables.times import read_as, to_dates, to_times
from glasscell.errors import DataError
from glasscell.facts import Code, Note
from glasscell.tasks.forecasting.panels.date_order import form_of
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.sentences import Panels

FIRST_YEAR, LAST_YEAR = 1678, 2261  # fully within the range of datetime64[ns]
ZONE = r" ?(?:Z|(?<=:\d\d)[+-]\d{2}:?\d{2})$"  # an offset from UTC
MONTHS = "months"
FIRST_MONTH, LAST_MONTH = 190001, 209912
DAYS = (19000101, 21001231)
FEWEST_MONTHS = 3
LARGEST = 1e100  # sums of its squares still fit into float64
MOSTLY = 0.9  # fraction of dates among whole numbers, from which the rest are errors


def require_none(wrong: Any, column: Any, name: str, code: Code, **values: Any) -> None:
    """Raise DataError for the first cell of a column that is flagged in `wrong`, if any."""
    if wrong.any():
        raise DataError(
            code, row=column.index[wrong][0], column=name, found=column[wrong].iloc[0], **values
        )


def numbers_in(column: Any, name: str) -> Any:
    """Return a column as numbers, NaN where cells are empty.

    `column` (rows,) → (rows,).

    >>> numbers_in(pd.Series(["1.5", None, 2]), "y").tolist()
    [1.5, nan, 2.0]
    """
    if column.dtype.kind in "cO":  # pandas accepts complex values as numbers
        require_none(column.map(np.iscomplexobj).astype(bool), column, name, Panels.NOT_A_NUMBER)
        column = column.map(lambda v: np.inf if isinstance(v, int) and abs(v) > LARGEST else v)
    found: Any = pd.to_numeric(column, errors="coerce")
    values = found.astype("float64")
    require_none(values.isna() & column.notna(), column, name, Panels.NOT_A_NUMBER)
    require_none(values.abs() > LARGEST, column, name, Panels.TOO_LARGE, largest=LARGEST)
    return values


def times_in(
    column: Any, name: str, *, frequency: str | None = None, first: str | None = None
) -> Any:
    """Return a column as times without a zone.

    `column` (rows,) → (rows,).

    >>> times_in(pd.Series(["2026-01-31T00:00+02:00"]), "ds").astype(str).tolist()
    ['2026-01-31']
    """
    require_none(column.isna(), column, name, Panels.NO_TIME)
    if isinstance(column.dtype, pd.PeriodDtype):
        return _in_nanoseconds(column.dt.to_timestamp(), name)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        local = column.dt.tz_localize(None)
        is_of_days = _may_be_days(frequency) and (local == local.dt.normalize()).all()
        return _in_nanoseconds(
            local if is_of_days else column.dt.tz_convert("UTC").dt.tz_localize(None), name
        )
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _in_nanoseconds(column, name)
    if pd.api.types.is_bool_dtype(column.dtype):
        raise DataError(Panels.TIMES_ARE_TRUTHS, column=name)
    if pd.api.types.is_numeric_dtype(column.dtype):
        require_none(column % 1 != 0, column, name, Panels.NO_WHOLE_NUMBER)
        whole = column.astype("int64")
        found = dates_of(whole.to_numpy(), are_dates=frequency is not None)
        if found is None:
            _refuse_no_dates(whole, name)
            return whole
        return pd.Series(found[0], column.index)
    return _times_of_texts(column, name, frequency, first)


def _times_of_texts(column: Any, name: str, frequency: str | None, first: str | None) -> Any:
    texts = column.astype(str).str.strip()
    if are_months(texts.unique()):
        return _without_zone(to_times(texts))
    whole: Any = pd.to_numeric(texts, errors="coerce")
    if whole.notna().all():
        return times_in(whole, name, frequency=frequency)
    if whole.notna().mean() > 0.5 and not (whole.dropna() % 1).any():
        require_none(
            whole.isna(), texts, name, Panels.OTHER_TIME, like=texts[whole.notna()].iloc[0]
        )
    if first is not None and (form := form_of(texts, first)) is not None:
        when: Any = read_as(texts, form)
        require_none(when.isna(), texts, name, Panels.OTHER_DAY_ORDER, first=first)
        return _without_zone(when)
    try:
        when = to_times(texts)
    except DataError as error:
        raise error.at(column=name) from None
    _require_dates(when, texts, name)
    local: Any = to_times(texts.str.replace(ZONE, "", regex=True, case=False))
    is_of_days = (
        _may_be_days(frequency) and local.notna().all() and (local == local.dt.normalize()).all()
    )
    return _without_zone(local if is_of_days else when)


def _require_dates(when: Any, texts: Any, name: str) -> None:
    """Raise DataError for the first text that is not a time."""
    if when.notna().mean() > 0.5:
        require_none(when.isna(), texts, name, Panels.OTHER_TIME, like=texts[when.notna()].iloc[0])
    require_none(when.isna(), texts, name, Panels.NO_DATE)


def _without_zone(times: Any) -> Any:
    return times.dt.tz_localize(None).astype("datetime64[ns]")


def _in_nanoseconds(times: Any, name: str) -> Any:
    try:
        return times.astype("datetime64[ns]")
    except pd.errors.OutOfBoundsDatetime:
        years = times.dt.year
        wrong = times[(years < FIRST_YEAR) | (years > LAST_YEAR)]
        place = {"row": wrong.index[0], "column": name, "time": format_time(wrong.iloc[0])}
        raise DataError(Panels.OUT_OF_YEARS, **place, first=FIRST_YEAR, last=LAST_YEAR) from None


def _may_be_days(frequency: str | None) -> bool:
    return frequency is None or parse_frequency(frequency).is_of_days


def dates_of(
    numbers: np.ndarray, *, are_dates: bool = False
) -> tuple[np.ndarray, str | None] | None:
    """Read whole numbers as dates.

    `numbers` (rows,) → (rows,).

    >>> dates_of(np.array([202511, 202512, 202601]))
    (array(['2025-11-01T00:00:00.000000000', '2025-12-01T00:00:00.000000000',
           '2026-01-01T00:00:00.000000000'], dtype='datetime64[ns]'), 'months')
    >>> dates_of(np.array([202611, 202612, 202613])) is None
    True
    >>> dates_of(np.array([1769900400, 1769904000]))[1]
    'seconds'
    """
    if (days := to_dates(numbers)) is not None:
        return days.astype("datetime64[ns]"), None
    if (months := _months(numbers, are_dates)) is not None:
        return months.astype("datetime64[ns]"), MONTHS
    moments = moments_in(numbers)
    unit = None if moments is None else moments.unit
    if unit not in UNIX:
        return None
    return (numbers.astype(np.int64) * (10**9 // UNIX[unit])).astype("datetime64[ns]"), unit


def _refuse_no_dates(whole: Any, name: str) -> None:
    """Raise DataError for the first whole number that is no day or month, if nearly all are."""
    days: Any = pd.to_datetime(
        whole.astype(str).where(whole.between(*DAYS)), format="%Y%m%d", errors="coerce"
    )
    for fits in (
        days.notna(),
        whole.between(FIRST_MONTH, LAST_MONTH) & (whole % 100).between(1, 12),
    ):
        likes = whole[fits]
        if likes.nunique() >= FEWEST_MONTHS and len(likes) / len(whole) >= MOSTLY:
            require_none(~fits, whole, name, Panels.OTHER_TIME, like=str(likes.iloc[0]))


def are_moments(column: Any) -> bool:
    """Return whether a column holds numbers that are read as Unix times.

    >>> are_moments(pd.Series([1769900400, 1769904000])), are_moments(pd.Series(["2026-01-31"]))
    (True, False)
    """
    if (numbers := _whole(column)) is None:
        return False
    found = dates_of(numbers)
    return found is not None and found[1] in UNIX


def note_of_times(column: Any, first: Any, *, are_dates: bool = False) -> Note | None:
    """Return a note on how a column of times was read; None if it is obvious.

    `column` (rows,).

    >>> note_of_times(pd.Series(["2023-11-02T22:00+01:00"]), pd.Timestamp("2023-11-02T21:00"))
    "times with an offset are read as UTC: '2023-11-02T22:00+01:00' is 2023-11-02 21:00"
    """
    if (
        not isinstance(first, pd.Timestamp)
        or pd.api.types.is_datetime64_dtype(column.dtype)
        or not len(column)
    ):
        return None
    when = str(first).removesuffix(" 00:00:00").removesuffix(":00")
    if (numbers := _whole(column)) is not None:
        found = dates_of(numbers, are_dates=are_dates)
        if found is None or found[1] is None:
            return None
        code = Panels.MONTHS if found[1] == MONTHS else Panels.UNIX_TIMES
        return code(column=str(column.name), unit=found[1], number=numbers[0], time=when)
    written = str(column.iloc[0]).strip()
    bare = re.sub(ZONE, "", written, flags=re.IGNORECASE)
    if bare == written or pd.Timestamp(bare) == first:
        return None
    return Panels.TIMES_IN_UTC(found=written, time=when)


def _months(numbers: np.ndarray, are_dates: bool) -> np.ndarray | None:
    years, months = np.divmod(numbers, 100)
    may_be = (numbers >= FIRST_MONTH) & (numbers <= LAST_MONTH) & (months >= 1) & (months <= 12)
    if not len(numbers) or not may_be.all():
        return None
    counted = np.unique(years * 12 + months - 1)
    follow = (np.diff(counted) == 1).sum() >= FEWEST_MONTHS - 1
    if not are_dates and not (follow and len(np.unique(years)) > 1):
        return None
    return ((years - 1970) * 12 + months - 1).astype("datetime64[M]")


def _whole(column: Any) -> np.ndarray | None:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return None
    numbers: Any = pd.to_numeric(column, errors="coerce")
    return (
        None
        if numbers.isna().any() or (numbers % 1 != 0).any()
        else numbers.to_numpy().astype(np.int64)
    )
