"""Conversion of a table's column to times: numbers, dates, or texts of either.

Formats of texts: ISO 8601, weeks and quarters, `DAYS` with `CLOCKS`, or the one of `--time-format`.
"""

import datetime
import re
import shlex
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.column_values import (
    MISSING,
    MONTH,
    is_text,
    kind_of,
    numbers,
    read_by_dictionary,
    refuse_missing,
    refuse_rows,
)
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.system.formatting import UNITS

DAYS = (
    *("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y-%m-%d"),
    *("%d.%m.%y", "%m/%d/%y", "%d/%m/%y", "%y/%m/%d"),
)
CLOCKS = (
    "",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    " %H:%M",
    " %I:%M:%S %p",
    " %I:%M:%S.%f %p",
    " %I:%M %p",
    " %I %p",
    " %H",
)
COMPACT = {"%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14}  # digits of dates as whole numbers
# digits; do not sort by size
BACKWARDS = {"%d%m%Y": 8, "%m%d%Y": 8, "%y%m%d": 6, "%d%m%y": 6, "%m%d%y": 6}
YEARS = (1900, 2100)  # in which numbers are interpreted as dates
NO_YEAR = 1900  # default of strptime
QUARTERS = {"1": "01", "2": "04", "3": "07", "4": "10"}  # first month of each
ZONE = r":\d{2}(?:[.,]\d+)? ?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
KIND = "datetime64[ns, UTC]"

CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")
EITHER_FIRST = re.compile(r"\d{1,2}([/-])\d{1,2}\1(\d{4}|\d{2})(?!\d).*")  # month or day first
HEAD = 1000  # rows inspected
EQUAL = 0.1  # maximum fraction of rows that repeat the time of another row of their series


def to_times(values: pd.Series) -> pd.Series:
    """Read texts as times.

    `values` (rows,) → (rows,).

    >>> to_times(pd.Series(["1/31/2026 11:59 PM", "2/1/2026 12:00 AM"])).diff()[1].seconds
    60
    """
    there: Any = values.dropna()
    _refuse_mixed_zones(there)
    read = [read_format(values, "ISO8601")]
    if read[0].notna().sum() == len(there):
        return read[0]
    if (periods := read_periods(values)) is not None:
        return periods
    read += [read_as(values, form) for form in day_forms(there)]
    whole = [one for one in read if one.notna().sum() == len(there)]
    if any(not _are_alike(whole[0], other) for other in whole[1:]):
        first, forms = there.iloc[:1], ["".join(form) for form in product(DAYS, CLOCKS)]
        forms = [shlex.quote(form) for form in forms if read_format(first, form).notna().all()]
        raise DataError(Tables.MONTH_OR_DAY, text=first.iloc[0], forms=forms)
    return whole[0] if whole else max(*read, read_as(values, ""), key=lambda one: one.notna().sum())


def day_forms(texts: Any) -> list[str]:
    """Return the formats of `DAYS` that fit all days at the beginning of texts, or else most.

    >>> day_forms(pd.Series(["1/2/2026 9:05", "13/2/2026 9:05"])), day_forms(pd.Series(["9:05"]))
    (['%d/%m/%Y'], [])
    """
    days = pd.Series(texts.str.split(" ", n=1).str[0].unique(), dtype=object)
    fits = {form: read_format(days, form).notna().sum() for form in DAYS}
    return [form for form, n in fits.items() if n == max(fits.values()) > 0]


def read_as(values: pd.Series, days: str) -> pd.Series:
    """Read texts of a day in the format `days` and an optional time of day; NaT for other texts.

    >>> read_as(pd.Series(["1/31/26", "31/1/26"]), "%m/%d/%y").dt.month.tolist()
    [1.0, nan]
    """
    read = pd.Series(pd.NaT, values.index, KIND)
    values = values.str.replace(",", ".")
    some = values.dropna().iloc[:HEAD]
    forms = filter(None, ((days + clock).strip() for clock in CLOCKS))
    for form in sorted(
        forms, key=lambda form: -read_format(some, form).notna().sum()
    ):  # failed parses are slow
        left: Any = values[read.isna() & values.notna()]
        if not len(left):
            break
        read.loc[left.index] = read_format(left, form)
    return read


def read_periods(values: pd.Series) -> pd.Series | None:
    """Return the first days of 2026-Q1, 2026-W08 or 01.2026; None if most texts are none of these.

    >>> read_periods(pd.Series(["2026Q1", "2026Q2"])).dt.month.tolist()
    [1, 4]
    """
    texts: Any = values.str.replace(r"^(Q[1-4])[- ](\d{4})$", r"\2\1", regex=True)
    there = texts.dropna()
    if there.str.fullmatch(r"\d{4}[- ]?Q[1-4]").mean() > 0.5:
        return read_format(
            (texts.str[:4] + texts.str[-1].map(QUARTERS)).where(texts.str.contains("Q", na=False)),
            "%Y%m",
        )
    if there.str.fullmatch(MONTH).mean() > 0.5:
        return read_format(texts, "%m.%Y")
    if there.str.fullmatch(r"\d{4}[- ]?W\d{1,2}").mean() > 0.5:
        return read_format(texts.str.replace("[- ]?W", "-", regex=True) + "-1", "%G-%V-%u")
    return None


def read_format(values: Any, form: str) -> pd.Series:
    """Read times in a format, in nanoseconds, which cover 1677–2262; NaT for texts that do not fit.

    Weeks without a weekday become their first day, and days without a year are of 1900.

    >>> read_format(pd.Series(["31. Jan 26", "noon"]), "%d. %b %y").dt.year.tolist()
    [2026.0, nan]
    >>> read_format(pd.Series(["2026-W05"]), "%G-W%V").dt.day.tolist()
    [26]
    """
    if (whole := with_weekday(form)) != form:
        values, form = (
            values.where(values.isna(), values.astype(str) + (" 0" if "%U" in form else " 1")),
            whole,
        )
    if "%d" in form and not re.search("%[YyG]", form):  # an error from Python 3.15 on
        values, form = values.where(values.isna(), f"{NO_YEAR} " + values.astype(str)), f"%Y {form}"
    times: Any = pd.to_datetime(values, format=form, errors="coerce", utc=True)
    if "%G" in form:
        times = times.mask(_are_beyond_years(values, times))
    first, last = (bound.tz_localize("UTC") for bound in (pd.Timestamp.min, pd.Timestamp.max))
    return times.where((times > first) & (times < last)).astype(KIND)


def _are_beyond_years(texts: pd.Series, times: Any) -> np.ndarray:
    """Return which texts are week 53 of 52, to pandas 2 the next year's first, (rows,) bool."""
    iso = times.dt.isocalendar()
    other_year = [
        str(year) not in text for year, text in zip(iso["year"], texts.astype(str), strict=True)
    ]
    return (iso["week"] == 1).fillna(False).to_numpy(bool) & other_year


def with_weekday(form: str) -> str:
    """Add a weekday to a format of weeks without one: Monday, or Sunday for weeks of `%U`.

    >>> with_weekday("%G-W%V"), with_weekday("%Y %U"), with_weekday("%G-W%V-%u")
    ('%G-W%V %u', '%Y %U %w', '%G-W%V-%u')
    """
    week = re.search("%([VWU])", form)
    if week is None or re.search("%[uwaA]", form):
        return form
    return f"{form} %u" if week[1] == "V" else f"{form} %w"


def _are_alike(one: pd.Series, other: pd.Series) -> bool:
    """Return whether both readings have the same intervals, and so the same order."""
    apart = [
        np.diff(times.dropna().to_numpy("datetime64[ns]").astype("int64")) for times in (one, other)
    ]
    return bool((apart[0] == apart[1]).all())


def _refuse_mixed_zones(there: Any) -> None:
    """Raise DataError if only some texts end in a UTC offset: the others may be local times."""
    has_zone = there.str.contains(ZONE, regex=True)
    if has_zone.any() and not has_zone.all():
        one, other = (there.index[has_zone == has][0] for has in (True, False))
        raise DataError(
            Tables.MIXED_ZONES, one=one, other=other, zoned=there[one], bare=there[other]
        )


def to_dates(numbers: np.ndarray) -> np.ndarray | None:
    """Read whole numbers as dates: 20260131, or 20260131235959 as the last second of that day.

    `numbers` (rows,) → (rows,).

    >>> to_dates(np.array([20260131, 20260201])).astype("datetime64[D]")
    array(['2026-01-31', '2026-02-01'], dtype='datetime64[D]')
    >>> to_dates(np.array([20260131, 20260132])) is None
    True
    """
    read = (_dates_as(numbers, form, width) for form, width in COMPACT.items())
    return next((dates for dates in read if dates is not None), None)


def _dates_as(numbers: np.ndarray, form: str, width: int) -> np.ndarray | None:
    """Read numbers of `width` digits, or one fewer, as dates; None if any is not a date."""
    if not len(numbers) or numbers.min() < 10 ** (width - 2) or numbers.max() >= 10**width:
        return None
    when = pd.to_datetime(
        pd.Series(numbers).astype(str).str.zfill(width), format=form, errors="coerce"
    )
    return when.to_numpy("datetime64[s]") if when.dt.year.between(*YEARS).all() else None


def backwards(column: pa.ChunkedArray, name: str) -> list[str]:
    """Return the formats in which whole numbers are days that do not sort by size, as in 31012026.

    Six digits count only if the column's name suggests a date.

    >>> (
    ...     backwards(pa.chunked_array([[31012026]]), "t"),
    ...     backwards(pa.chunked_array([[1000, 1020]]), "t"),
    ... )
    (['%d%m%Y'], [])
    """
    forms = [*BACKWARDS] if re.search("date|datum|day", name, re.IGNORECASE) else [*BACKWARDS][:2]
    for some in (column.slice(0, HEAD), column):
        whole = as_whole(decoded(some).drop_null()) if forms else None
        digits = np.zeros(0, int) if whole is None else whole.to_numpy()
        forms = [form for form in forms if _dates_as(digits, form, BACKWARDS[form]) is not None]
    return forms


def dated(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of whole numbers read by `to_dates`; any other column unchanged.

    >>> (
    ...     dated(pa.chunked_array([["20260131", "20260201"]])).type,
    ...     dated(pa.chunked_array([[17, 18]])).type,
    ... )
    (TimestampType(timestamp[s]), DataType(int64))
    """
    first = column.drop_null().slice(0, 1).to_pylist()
    if not first or not re.fullmatch(r"\d{8}(\d{4}|\d{6})?(\.0*)?", str(first[0])):
        return column
    whole = as_whole(decoded(column))
    found = None if whole is None else to_dates(whole.drop_null().to_numpy())
    if whole is None or found is None:
        return column
    when = np.full(len(column), np.datetime64("NaT", "s"))
    when[whole.is_valid().to_numpy()] = found
    return pa.chunked_array([pa.array(when)])


def say_dated(column: pa.ChunkedArray) -> Note | None:
    """Describe how dates are read that are whole numbers or have an ambiguous order; else None.

    >>> say_dated(pa.chunked_array([[20260131]])), say_dated(pa.chunked_array([[17]]))
    (' (dates: 20260131 is 2026-01-31)', None)
    >>> say_dated(pa.chunked_array([["1/2/2026", "13/2/2026"]]))
    ' (dates: 1/2/2026 is 2026-02-01)'
    """
    first: Any = next(iter(column.drop_null().slice(0, 1).to_pylist()), None)
    if isinstance(first, str) and EITHER_FIRST.fullmatch(first):
        first, forms = first.split(" ")[0], day_forms(decoded(column).drop_null().to_pandas())
        when = (
            pd.to_datetime(first, format=forms[0], errors="coerce") if len(forms) == 1 else pd.NaT
        )
    elif (dates := dated(column)) is not column:
        when, first = pd.Timestamp(dates.drop_null()[0].as_py()), int(first)
    elif forms := backwards(column, ""):
        first = int(first)
        when = pd.to_datetime(f"{first:0{BACKWARDS[forms[0]]}}", format=forms[0])
    else:
        return None
    return (
        None
        if pd.isna(when)
        else Tables.DATED(number=first, day=str(when).removesuffix(" 00:00:00"))
    )


def times(column: pa.ChunkedArray, name: str, start: int = 0) -> np.ndarray:
    """Read a column of times: numbers, timestamps, or texts of these, by `to_times` and `to_dates`.

    `column` (rows,) → (rows,).

    >>> np.diff(times(pa.chunked_array([["2026-01-01 10:00", "2026-01-01 10:01"]]), "t")) > 0
    array([ True])
    """
    refuse_missing(column, name, start, Tables.NO_TIME)
    column = dated(column)
    if pa.types.is_dictionary(column.type):
        return read_by_dictionary(times, column, name, start)
    if is_text(column.type):
        whole = as_whole(column)
        column = (
            whole
            if whole is not None
            else parsed(column, name, start)
            if kind_of(column) == "text"
            else column
        )
    if pa.types.is_temporal(column.type):
        refuse_missing(column, name, start, Tables.NO_TIME)  # NA and other missing-value codes
        column = column.cast(pa.timestamp("ms")) if pa.types.is_date(column.type) else column
        return np.asarray(
            column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64()).to_numpy()
        )
    if pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy())
    values = numbers(column, name, start)
    refuse_rows(np.isnan(values), Tables.NO_TIME, name, start)
    return values


def unit_of(column: pa.ChunkedArray) -> float | None:
    """Return the unit of `times(column)` in seconds; None if the column holds plain numbers.

    >>> unit_of(pa.chunked_array([["2026-01-01 10:00"]])), unit_of(pa.chunked_array([["17", "18"]]))
    (1e-09, None)
    """
    kind = decoded(dated(column).slice(0, 0)).type
    if pa.types.is_date(kind):
        return UNITS["ms"]
    if pa.types.is_temporal(kind):
        return UNITS[kind.unit]
    return UNITS["ns"] if kind_of(column) == "text" else None


def are_times(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds texts, not numbers, and some of its first rows are times.

    >>> (
    ...     are_times(pa.chunked_array([["12:05", "12:10"]])),
    ...     are_times(pa.chunked_array([["u1", "u2"]])),
    ... )
    (True, False)
    """
    some = decoded(column.slice(0, HEAD)).drop_null()
    if not is_text(some.type) or not len(some) or kind_of(some) != "text":
        return False
    try:
        return bool(to_times(pd.Series(some.unique().to_pylist(), dtype=object)).notna().any())
    except DataError:  # times, but ambiguous
        return True


def begin_again(column: pa.ChunkedArray) -> bool:
    """Return whether times have no date, or no year, and so can start over.

    >>> (
    ...     begin_again(pa.chunked_array([["23:59", "0:00"]])),
    ...     begin_again(pa.chunked_array([["2026-01-31 23:59"]])),
    ... )
    (True, False)
    """
    (first,) = column.drop_null().slice(0, 1).to_pylist() or [None]
    if isinstance(first, datetime.datetime):
        return first.year == NO_YEAR and pc.all(pc.equal(pc.year(column), NO_YEAR)).as_py()  # type: ignore
    return isinstance(first, datetime.time) or (
        isinstance(first, str) and CLOCK.fullmatch(first) is not None
    )


def find_equal(codes: np.ndarray, when: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the rows that repeat another row's time in their series; `order` sorts by both.

    >>> find_equal(np.array([0, 0, 0, 1]), np.array([2, 1, 2, 2]), np.array([1, 0, 2, 3]))
    array([2])
    """
    codes, when = codes[order], when[order]
    return np.sort(order[1:][(codes[1:] == codes[:-1]) & (when[1:] == when[:-1])])


def decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column with its dictionary encoding removed.

    >>> decoded(pa.chunked_array([["u", "v"]]).dictionary_encode()).type
    DataType(string)
    """
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def as_whole(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return whole numbers, or texts of these, as int64, which holds nanoseconds; else None.

    >>> (
    ...     as_whole(pa.chunked_array([["1769900400000000001"]]))[0].as_py(),
    ...     as_whole(pa.chunked_array([[0.5]])),
    ... )
    (1769900400000000001, None)
    """
    try:
        return column.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def parsed(
    column: pa.ChunkedArray, name: str, start: int, form: str | None = None
) -> pa.ChunkedArray:
    """Parse texts as times, in `form` if given; the error message shows the first one that fails.

    >>> parsed(pa.chunked_array([["31. Jan 26"]]), "t", 0, "%d. %b %y")[0].as_py().isoformat()
    '2026-01-31T00:00:00'
    """
    if form is None:
        try:
            return column.cast(pa.timestamp("ns"))
        except pa.ArrowInvalid:
            pass
    values: Any = pd.Series(
        column.to_pylist(), range(start + 1, start + 1 + len(column)), dtype=object
    )
    values = values.where(~values.isin(MISSING), None)
    try:
        found: Any = to_times(values) if form is None else read_format(values, form)
    except DataError as error:
        raise error.at(column=name) from None
    wrong = np.flatnonzero((found.isna() & values.notna()).to_numpy())
    if len(wrong):
        given = {"row": values.index[wrong[0]], "column": name, "found": values.iloc[wrong[0]][:40]}
        if form is not None:
            raise DataError(Tables.OTHER_TIME_FORMAT, **given, form=form)
        right = values[found.notna()]
        hint = (
            Tables.OTHERS_LIKE(text=str(right.iloc[0])[:40]) if len(right) else Tables.NOT_TIMES()
        )
        raise DataError(
            Tables.NOT_A_TIME, **given, hint=Tables.NAME_AGAIN() if given["found"] == name else hint
        )
    return pa.chunked_array([pa.array(found.dt.tz_localize(None))])
