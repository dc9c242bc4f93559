"""Convert columns of a frame to numbers or times, and report the first cell that does not fit."""

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.tables.column_values import are_months as are_texts_of_months
from glasscell.data.tables.date_order import form_with_first
from glasscell.data.tables.moments import COMPACT, UNIX, are_months, moments_in, to_dates
from glasscell.data.tables.time_columns import TimeColumns
from glasscell.data.tables.time_formats import read_day_and_clock, read_format
from glasscell.data.tables.times import to_times
from glasscell.errors import DataError
from glasscell.facts import Code, Note
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.sentences import Panels

FIRST_YEAR, LAST_YEAR = 1678, 2261  # fully within the range of datetime64[ns]
ZONE = r" ?(?:Z|(?<=:\d\d)[+-]\d{2}:?\d{2})$"  # an offset from UTC
MONTHS = "months"
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
    numbers: Any = pd.to_numeric(column, errors="coerce")
    values = numbers.astype("float64")
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
        is_of_days = _may_be_days(frequency) and _are_midnights(local)
        utc = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return _in_nanoseconds(local if is_of_days else utc, name)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _in_nanoseconds(column, name)
    if pd.api.types.is_bool_dtype(column.dtype):
        raise DataError(Panels.TIMES_ARE_TRUTHS, column=name)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return _times_of_numbers(column, name, frequency)
    return _times_of_texts(column, name, frequency, first)


def _times_of_numbers(column: Any, name: str, frequency: str | None) -> Any:
    """Return whole numbers as dates, or unchanged."""
    require_none(column % 1 != 0, column, name, Panels.NO_WHOLE_NUMBER)
    integers = column.astype("int64")
    numbers = integers.to_numpy()
    if (dates := dates_of(numbers, are_dates=frequency is not None)) is not None:
        return pd.Series(dates.times, column.index)
    is_day = read_format(
        integers.astype(str).where(integers.ge(10**7)), next(iter(COMPACT))
    ).notna()
    for fits in (is_day, are_months(integers)):
        dates = integers[fits]
        if dates.nunique() >= FEWEST_MONTHS and len(dates) / len(integers) >= MOSTLY:
            _require_like_most(dates.reindex(integers.index), integers, name)
    return integers


def _times_of_texts(column: Any, name: str, frequency: str | None, first: str | None) -> Any:
    texts = column.astype(str).str.strip()
    if are_texts_of_months(texts.unique()):
        return without_zone(to_times(texts))
    numbers: Any = pd.to_numeric(texts, errors="coerce")
    if numbers.notna().all():
        return times_in(numbers, name, frequency=frequency)
    if not (numbers.dropna() % 1).any():
        _require_like_most(numbers, texts, name)
    if first is not None and (form := form_with_first(texts, first)) is not None:
        times: Any = read_day_and_clock(texts, form)
        require_none(times.isna(), texts, name, Panels.OTHER_DAY_ORDER, first=first)
        return without_zone(times)
    try:
        times = to_times(texts)
    except DataError as error:
        raise error.at(column=name) from None
    _require_like_most(times, texts, name)
    require_none(times.isna(), texts, name, Panels.NO_DATE)
    local: Any = to_times(texts.str.replace(ZONE, "", regex=True, case=False))
    is_of_days = _may_be_days(frequency) and local.notna().all() and _are_midnights(local)
    return without_zone(local if is_of_days else times)


class UnlikeMostTimes(DataError):
    """Most cells of a column are times of one form, but not all."""


def _require_like_most(times: Any, cells: Any, name: str) -> None:
    """Raise UnlikeMostTimes for the first cell that is no time, if most are."""
    is_time = times.notna()
    if is_time.mean() <= 0.5 or is_time.all():
        return
    cell, example = cells[~is_time], str(cells[is_time].iloc[0])
    place = {"row": cell.index[0], "column": name}
    hint = Panels.OTHER_WEEKS() if "W" in example else None
    raise UnlikeMostTimes(Panels.OTHER_TIME, **place, found=cell.iloc[0], like=example, hint=hint)


def without_zone(times: Any) -> Any:
    """Return times in nanoseconds without a zone, (rows,)."""
    return times.dt.tz_localize(None).astype("datetime64[ns]")


def _are_midnights(times: Any) -> bool:
    return bool((times == times.dt.normalize()).all())


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


class Dates(NamedTuple):
    """Times of whole numbers, (rows,), and what they count: None for days, `MONTHS` or a unit."""

    times: np.ndarray
    kind: str | None = None


def dates_of(numbers: np.ndarray, *, are_dates: bool = False) -> Dates | None:
    """Read whole numbers (rows,) as days, months or Unix times; None if they are neither.

    >>> dates_of(np.array([202511, 202512, 202601])).times.astype("datetime64[M]").tolist()
    [datetime.date(2025, 11, 1), datetime.date(2025, 12, 1), datetime.date(2026, 1, 1)]
    >>> dates_of(np.array([202611, 202612, 202613])) is None
    True
    >>> dates_of(np.array([1769900400, 1769904000])).kind
    'seconds'
    """
    if (days := to_dates(numbers)) is not None:
        return Dates(days.astype("datetime64[ns]"))
    if len(numbers) and are_months(numbers).all():
        since_1970 = (numbers // 100 - 1970) * 12 + numbers % 100 - 1
        follow = (np.diff(np.unique(since_1970)) == 1).sum() >= FEWEST_MONTHS - 1
        if are_dates or (follow and len(np.unique(numbers // 100)) > 1):
            return Dates(since_1970.astype("datetime64[M]").astype("datetime64[ns]"), MONTHS)
    moments = moments_in(numbers)
    if moments is None or moments.unit is None:
        return None
    factor = 10**9 // UNIX[moments.unit]
    return Dates((numbers.astype(np.int64) * factor).astype("datetime64[ns]"), moments.unit)


def are_moments(column: Any) -> bool:
    """Return whether a column holds numbers that are read as Unix times.

    >>> are_moments(pd.Series([1769900400, 1769904000])), are_moments(pd.Series(["2026-01-31"]))
    (True, False)
    """
    numbers = whole_numbers(column)
    dates = None if numbers is None else dates_of(numbers)
    return dates is not None and dates.kind in UNIX


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
    if (numbers := whole_numbers(column)) is not None:
        dates = dates_of(numbers, are_dates=are_dates)
        if dates is None or dates.kind is None:
            return None
        code = Panels.MONTHS if dates.kind == MONTHS else Panels.UNIX_TIMES
        return code(column=str(column.name), unit=dates.kind, number=numbers[0], time=when)
    written = str(column.iloc[0]).strip()
    bare = re.sub(ZONE, "", written, flags=re.IGNORECASE)
    if bare == written or pd.Timestamp(bare) == first:
        return None
    return Panels.TIMES_IN_UTC(found=written, time=when)


def note_of_weeks(table: pa.Table, joint: TimeColumns) -> tuple[Note, ...]:
    """Return a note on the first ISO week joined from year and week; empty for other times."""
    texts = table[joint.name].drop_null()
    if joint.marks[-1:] != ("-W",) or joint.form is not None or not len(texts):
        return ()
    week = texts[0].as_py()
    time = str(to_times(pd.Series([week])).iloc[0])[:10]
    return (Panels.ISO_WEEKS(columns=joint.columns, found=week, time=time),)


def whole_numbers(column: Any) -> np.ndarray | None:
    """Return whole numbers, or texts of these, as int64 (rows,); None for other columns."""
    if column.dtype.kind in "bmM" or isinstance(column.dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
        return None
    numbers: Any = pd.to_numeric(column, errors="coerce")
    if numbers.isna().any() or (numbers % 1 != 0).any() or (numbers.abs() > 2**62).any():
        return None
    return numbers.to_numpy().astype(np.int64)
