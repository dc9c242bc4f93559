"""A column of numbers, dates, or texts of either → times, or the first value that is none.

`times` reads a column of series, `to_times` texts of a panel; with `--time-format`, `parsed` both.
"""

import datetime
import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.column_values import (
    MISSING,
    is_text,
    kind_of,
    numbers,
    read_by_dictionary,
    refuse_missing,
    refuse_rows,
    type_of,
)
from glasscell.data.tables.date_order import FIRST_PARTS, day_form, day_readings, only_form
from glasscell.data.tables.moments import dates_in_format, to_dates
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_formats import (
    HEAD,
    NO_YEAR,
    read_day_and_clock,
    read_format,
    read_periods,
)
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.system.formatting import UNITS

# digits of dates as whole numbers that do not sort by size
BACKWARDS = {"%d%m%Y": 8, "%m%d%Y": 8, "%y%m%d": 6, "%d%m%y": 6, "%m%d%y": 6}
ZONE = r":\d{2}(?:[.,]\d+)? ?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
COMPACT = re.compile(r"\d{8}(\d{4}|\d{6})?(\.0*)?")
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")
EQUAL = 0.1  # maximum fraction of rows that repeat the time of another row of their series


def to_times(values: pd.Series) -> pd.Series:
    """Read texts as times; NaT for those unlike most.

    `values` (rows,) → (rows,).

    >>> to_times(pd.Series(["1/31/2026 11:59 PM", "2/1/2026 12:00 AM"])).diff()[1].seconds
    60
    """
    texts: Any = values.dropna()
    has_zone = texts.str.contains(ZONE, regex=True)
    if has_zone.any() and not has_zone.all():  # the others may be local times
        zoned, bare = (texts.index[has_zone == has][0] for has in (True, False))
        rows = {"one": zoned, "other": bare, "one_item": None, "other_item": None}
        raise DataError(Tables.MIXED_ZONES, **rows, zoned=texts[zoned], bare=texts[bare])
    times = read_format(values, "ISO8601")
    if times.count() == len(texts):
        return times
    if (periods := read_periods(values)) is not None:
        return periods
    if (form := day_form(texts)) is not None:
        times = max(times, read_day_and_clock(values, form), key=pd.Series.count)
    if times.count() == len(texts):
        return times
    return max(times, read_day_and_clock(values, ""), key=pd.Series.count)


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
    for rows in (column.slice(0, HEAD), column):
        integers = as_whole(decoded(rows).drop_null()) if forms else None
        if integers is None:
            return []
        digits = integers.to_numpy()
        forms = [
            form for form in forms if dates_in_format(digits, form, BACKWARDS[form]) is not None
        ]
    return forms


def dated(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of whole numbers read by `to_dates`; any other column unchanged.

    >>> (
    ...     dated(pa.chunked_array([["20260131.0", "20260201.0"]])).type,
    ...     dated(pa.chunked_array([[17, 18]])).type,
    ... )
    (TimestampType(timestamp[s]), DataType(int64))
    """
    if not COMPACT.fullmatch(str(first_of(column))):
        return column
    integers = as_whole(decoded(column))
    dates = None if integers is None else to_dates(integers.drop_null().to_numpy())
    if integers is None or dates is None:
        return column
    times = np.full(len(column), np.datetime64("NaT", "s"))
    times[integers.is_valid().to_numpy()] = dates
    return pa.chunked_array([pa.array(times)])


def describe_dates(column: pa.ChunkedArray) -> Note | None:
    """Return a note on dates that are whole numbers or have an ambiguous order; None for others.

    >>> describe_dates(pa.chunked_array([[20260131]])), describe_dates(pa.chunked_array([[17]]))
    (' (dates: 20260131 is 2026-01-31)', None)
    >>> describe_dates(pa.chunked_array([["1/2/2026", "13/2/2026"]]))
    ' (dates: 1/2/2026 is 2026-02-01)'
    """
    first = first_of(column)
    if isinstance(first, str) and re.match(r"\d{1,2}[./-]\d{1,2}[./-]\d", first):
        texts = decoded(column).drop_null().to_pandas()
        form = only_form(day_readings(texts))
        if form not in FIRST_PARTS:
            return None
        first = first.split(" ")[0]
        time = pd.to_datetime(first, format=form, errors="coerce")
    elif (dates := dated(column)) is not column:
        first, time = int(float(first)), pd.Timestamp(first_of(dates))
    elif forms := backwards(column, ""):
        first = int(float(first))
        time = pd.to_datetime(f"{first:0{BACKWARDS[forms[0]]}}", format=forms[0])
    else:
        return None
    day = str(time).removesuffix(" 00:00:00")
    return None if pd.isna(time) else Tables.DATED(number=first, day=day)


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
        if (integers := as_whole(column)) is not None:
            column = integers
        elif kind_of(column) == "text":
            column = parsed(column, name, start)
    if pa.types.is_temporal(column.type):
        refuse_missing(column, name, start, Tables.NO_TIME)  # NA and other missing-value codes
        column = column.cast(pa.timestamp("ms")) if pa.types.is_date(column.type) else column
        whole_type = pa.int32() if column.type.bit_width == 32 else pa.int64()
        return np.asarray(column.cast(whole_type).to_numpy())
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
    kind = type_of(dated(column))
    if pa.types.is_date(kind):
        return UNITS["ms"]
    if pa.types.is_temporal(kind):
        return UNITS[kind.unit]
    return UNITS["ns"] if kind_of(column) == "text" else None


def holds_times(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds times, by its type, or texts of which some of the first are.

    >>> (
    ...     holds_times(pa.chunked_array([["12:05", "12:10"]])),
    ...     holds_times(pa.chunked_array([["u1", "u2"]])),
    ...     holds_times(pa.chunked_array([[20260131]])),
    ... )
    (True, False, False)
    """
    head = decoded(column.slice(0, HEAD)).drop_null()
    if pa.types.is_temporal(head.type):
        return True
    if not is_text(head.type) or not len(head) or kind_of(head) != "text":
        return False
    try:
        return bool(to_times(pd.Series(head.unique().to_pylist(), dtype=object)).notna().any())
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
    first = first_of(column)
    if isinstance(first, datetime.datetime):
        return first.year == NO_YEAR and pc.all(pc.equal(pc.year(column), NO_YEAR)).as_py()  # type: ignore
    is_clock = isinstance(first, str) and CLOCK.fullmatch(first) is not None
    return is_clock or isinstance(first, datetime.time)


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
    return column.cast(type_of(column))


def first_of(column: pa.ChunkedArray) -> Any:
    """Return the first value that is not missing; None if all are.

    >>> first_of(pa.chunked_array([[None, 7, 8]]))
    7
    """
    row = pc.index(column.is_valid(), True).as_py()  # type: ignore
    return None if row < 0 else column[row].as_py()


def as_whole(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return whole numbers, or texts of these, as int64, which holds nanoseconds; else None.

    >>> (
    ...     as_whole(pa.chunked_array([["1769900400000000001"]]))[0].as_py(),
    ...     as_whole(pa.chunked_array([["1959.0", "1960"]])).to_pylist(),
    ...     as_whole(pa.chunked_array([[0.5]])),
    ... )
    (1769900400000000001, [1959, 1960], None)
    """
    if is_text(column.type) and re.fullmatch(r"\d+\.0+", str(first_of(column))):
        column = pc.replace_substring_regex(column, r"^(\d+)\.0+$", r"\1")  # type: ignore
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
    rows = range(start + 1, start + 1 + len(column))
    texts: Any = pd.Series(column.to_pylist(), rows, dtype=object)
    texts = texts.where(~texts.isin(MISSING), None)
    try:
        times: Any = to_times(texts) if form is None else read_format(texts, form)
    except DataError as error:
        raise error.at(column=name) from None
    is_wrong = times.isna() & texts.notna()
    if not is_wrong.any():
        return pa.chunked_array([pa.array(times.dt.tz_localize(None))])
    text = texts[is_wrong].iloc[0]
    place = {"row": texts.index[is_wrong][0], "column": name, "found": text[:40]}
    if form is not None:
        raise DataError(Tables.OTHER_TIME_FORMAT, **place, form=form)
    right = texts[times.notna()].iloc[:1]
    hint = Tables.OTHERS_LIKE(text=str(right.iloc[0])[:40]) if len(right) else Tables.NOT_TIMES()
    raise DataError(Tables.NOT_A_TIME, **place, hint=Tables.NAME_AGAIN() if text == name else hint)
