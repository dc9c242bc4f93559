"""Dates and times as people write them: ISO 8601, 20260131, 31.01.2026, 1/31/2026 or 31/1/2026, with AM and PM."""

import datetime
import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note

CLOCKS = ("", " %H:%M:%S", " %H:%M:%S.%f", " %H:%M", " %I:%M:%S %p", " %I:%M:%S.%f %p", " %I:%M %p", " %I %p")
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")
CLOCK_ONLY = CLOCK.pattern + "$"
MINUTES = r"\d{1,2}:\d{2}[.,]\d+$"  # and seconds
FORMS = {  # by how a text begins: how it is read, other than as ISO 8601; nothing where month or day may stand first
    CLOCK_ONLY: "",
    MINUTES: "",
    r"\d{1,2}\.": "%d.%m.%Y",
    r"\d{4}/": "%Y/%m/%d",
    r"\d{4}-": "%Y-%m-%d",
    r"\d{1,2}[/-]": "",
}
ZONE = r":\d{2}(?:[.,]\d+)? ?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
KIND = "datetime64[ns, UTC]"
COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}  # by how many digits there are
HEAD = 1000  # numbers that are looked at first
DAY_ZERO = "1970-01-01"  # that of times of day without a date
CALLED_DAY = re.compile(r"date|datum|fecha|giorno|(?<![a-z])(day|tag|jour|dt)(?![a-z])", re.I)
YEARS = (1900, 2100)  # in which numbers are taken for dates


def to_times(values: pd.Series) -> pd.Series:
    """Read texts as times.

    Parameters
    ----------
    values : pandas.Series (rows,) of str
        Its index are the numbers of the rows, for the message.

    Returns
    -------
    pandas.Series (rows,), datetime64[ns, UTC]
        All read in one way: ISO 8601, or with the day first where dots are between, or with month or day first where
        slashes or hyphens are, or times of day, all of one day; NaT for what cannot be read so, or is not between 1677
        and 2262.

    Raises
    ------
    DataError
        If month and day cannot be distinguished, and the times' order or distances depend on it; if some times have an
        offset from UTC, such as Z or +02:00, and some have none.

    Examples
    --------
    >>> to_times(pd.Series(["1/31/2026 11:59 PM", "2/1/2026 12:00 AM"])).diff()[1].seconds
    60
    """
    refuse_mixed_zones(values)
    iso = _in_bounds(pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True))
    there: Any = values.dropna()
    if not len(there) or iso.notna().sum() == len(there):
        return iso
    of_iso: Any = iso.notna()[there.index]
    rest = there[~of_iso]
    fit = {beginning: int(rest.str.match(beginning).sum()) for beginning in FORMS}
    most = max(fit, key=lambda beginning: fit[beginning])
    if of_iso.sum() >= max(fit[most], 1):
        return iso
    if most == MINUTES:
        return read_as(DAY_ZERO + " 00:" + values.str.replace(",", "."), "%Y-%m-%d")
    if most == CLOCK_ONLY:
        return read_as(DAY_ZERO + " " + values.str.replace(",", "."), "%Y-%m-%d")
    if FORMS[most]:
        return read_as(values, FORMS[most])
    first = str(rest[rest.str.match(most)].iloc[0]) if fit[most] else str(rest.iloc[0])
    mark = "-" if re.match(r"\d{1,2}-", first) else "/"
    read = [read_as(values, days.replace("/", mark)) for days in ("%m/%d/%Y", "%d/%m/%Y")]
    whole = [one for one in read if one.notna().sum() == values.notna().sum()]
    if len(whole) == 2 and not _are_alike(*whole):
        raise DataError(Tables.MONTH_OR_DAY, text=first)
    return whole[0] if whole else max(read, key=lambda one: one.notna().sum())


def refuse_mixed_zones(values: pd.Series) -> None:
    """Raise DataError if some texts end in an offset from UTC and some do not: they may be of two clocks.

    >>> refuse_mixed_zones(pd.Series(["2026-01-31 12:00:00Z", "2026-01-31 14:00:00+02:00"]))
    """
    times: Any = values.dropna()
    has_zone = times.str.contains(ZONE, regex=True)
    if has_zone.any() and not has_zone.all():
        one, other = (times.index[has_zone == has][0] for has in (True, False))
        raise DataError(Tables.MIXED_ZONES, one=one, other=other, zoned=times[one], bare=times[other])


def to_dates(numbers: np.ndarray) -> np.ndarray | None:
    """Read whole numbers as dates: 20260131 as the 31st of January 2026, 20260131235959 as its last second.

    Parameters
    ----------
    numbers : array (rows,), int

    Returns
    -------
    array (rows,), datetime64[s], or None
        None unless all are such dates, as many digits long, of the years 1900 to 2100; or days such as 31012026, of
        which some show whether the month is first.

    Examples
    --------
    >>> to_dates(np.array([20260131, 20260201])).astype("datetime64[D]")
    array(['2026-01-31', '2026-02-01'], dtype='datetime64[D]')
    >>> to_dates(np.array([20260131, 20260132])) is None
    True
    """
    form = COMPACT.get(len(str(numbers[0]))) if len(numbers) else None
    if form is None and not _end_in_years(numbers):
        return None
    digits = pd.Series(numbers).astype(str)
    is_even = form is not None and (digits.str.len() == len(digits.iloc[0])).all()
    found = _days_as(digits, form) if form is not None and is_even else None
    turned = _turned(numbers) if found is None else []
    return turned[0] if len(turned) == 1 else found


def refuse_doubtful(column: pa.ChunkedArray, name: str) -> None:
    """Raise DataError if whole numbers are days of which larger ones need not be later: 1022026, or 310126.

    The latter have to be called like a date. What `to_dates` reads is not refused.

    >>> refuse_doubtful(pa.chunked_array([[1000, 1020]]), "t")
    """
    for some in (column.slice(0, HEAD), column):
        kind = some.type.value_type if pa.types.is_dictionary(some.type) else some.type
        try:
            numbers = some.cast(kind).cast(pa.int64()).drop_null().to_numpy()
        except pa.ArrowInvalid:
            return
        if not (len(_turned(numbers)) > 1 or (CALLED_DAY.search(name) and _are_short(numbers))):
            return
    raise DataError(Tables.LIKE_A_DATE, column=name, number=numbers[0])


def _are_short(numbers: np.ndarray) -> bool:
    """Return whether numbers are dates of two digits each, in some order."""
    if not len(numbers) or numbers.min() < 10**4 or numbers.max() >= 10**6:
        return False
    digits = pd.Series(numbers).astype(str).str.zfill(6)
    return any(_days_as(digits, form) is not None for form in ("%y%m%d", "%d%m%y", "%m%d%y"))


def _end_in_years(numbers: np.ndarray) -> bool:
    ends = numbers % 10**4
    is_year = (ends >= YEARS[0]) & (ends <= YEARS[1]) & (numbers >= 10**6) & (numbers < 10**8)
    return len(numbers) > 0 and bool(is_year.all())


def _turned(numbers: np.ndarray) -> list[np.ndarray]:
    """Return what numbers are that end in a year: with the day first, and with the month first."""
    if not _end_in_years(numbers):
        return []
    digits = pd.Series(numbers).astype(str).str.zfill(8)
    read = [_days_as(digits, form) for form in ("%d%m%Y", "%m%d%Y")]
    found = [days for days in read if days is not None]
    return found[:1] if len(found) == 2 and (found[0] == found[1]).all() else found


def _days_as(digits: pd.Series, form: str) -> np.ndarray | None:
    when = pd.to_datetime(digits, format=form, errors="coerce")
    return when.to_numpy("datetime64[s]") if when.dt.year.between(*YEARS).all() else None


def dated(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of whole numbers that `to_dates` reads as times; any other as it is.

    >>> dated(pa.chunked_array([["20260131", "20260201"]])).type, dated(pa.chunked_array([[17, 18]])).type
    (TimestampType(timestamp[s]), DataType(int64))
    """
    first = column.drop_null().slice(0, 1).to_pylist()
    if not first or not re.fullmatch(r"\d{7,8}(\d{4}|\d{6})?(\.0*)?", str(first[0])):
        return column
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    try:
        whole = column.cast(kind).cast(pa.int64())
    except pa.ArrowInvalid:
        return column
    found = to_dates(whole.drop_null().to_numpy())
    if found is None:
        return column
    when = np.full(len(column), np.datetime64("NaT", "s"))
    when[whole.is_valid().to_numpy()] = found
    return pa.chunked_array([pa.array(when)])


def say_dated(column: pa.ChunkedArray) -> Note | None:
    """Return how a column of times is read if it holds dates as whole numbers; None if it does not.

    >>> say_dated(pa.chunked_array([[20260131]])), say_dated(pa.chunked_array([[17]]))
    (' (dates: 20260131 is 2026-01-31)', None)
    """
    if (when := dated(column)) is column:
        return None
    day = str(when.drop_null()[0].as_py()).removesuffix(" 00:00:00")
    return Tables.DATED(number=int(column.drop_null()[0].as_py()), day=day)


def are_clocks(column: pa.ChunkedArray) -> bool:
    """Return whether a column of times holds times of day, without a date.

    >>> are_clocks(pa.chunked_array([["23:59", "0:00"]])), are_clocks(pa.chunked_array([["2026-01-31 23:59"]]))
    (True, False)
    """
    first = column.drop_null().slice(0, 1).to_pylist()
    is_text = bool(first) and isinstance(first[0], str)  # a length of time looks the same when it is written
    return CLOCK.fullmatch(first[0]) is not None if is_text else bool(first) and isinstance(first[0], datetime.time)


def read_as(values: pd.Series, days: str) -> pd.Series:
    """Return the times of texts in which a day is written in this form, and a time of day may follow; NaT for others.

    >>> read_as(pd.Series(["1/31/26", "31/1/26"]), "%m/%d/%y").dt.month.tolist()
    [1.0, nan]
    """
    read = pd.Series(pd.NaT, values.index, KIND)
    for clock in CLOCKS:
        left: Any = values[read.isna() & values.notna()]
        if not len(left):
            break
        read.loc[left.index] = _in_bounds(pd.to_datetime(left, format=days + clock, errors="coerce", utc=True))
    return read


def _in_bounds(times: Any) -> pd.Series:
    """Return times in nanoseconds, which reach from 1677 to 2262; NaT for others."""
    first, last = (bound.tz_localize("UTC") for bound in (pd.Timestamp.min, pd.Timestamp.max))
    return times.where((times > first) & (times < last)).astype(KIND)


def _are_alike(one: pd.Series, other: pd.Series) -> bool:
    """Return whether times are in the same order and as far apart either way, as within one day."""
    apart = [np.diff(times.dropna().to_numpy("datetime64[ns]").astype("int64")) for times in (one, other)]
    return bool((apart[0] == apart[1]).all())
