"""The .ts files of the UCR and UEA archives, as aeon and sktime read them: a head of @-lines, then a series a line."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.formats.cases import Case, Cases, numbered_lines, to_numbers, values_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import times, unit_of
from glasscell.errors import DataError

PAIR = re.compile(r"\(([^(),]*),([^(),]*)\)")


def read_ts(lines: Iterator[str]) -> Cases:
    """Read the head of a .ts file now, its series when they are iterated over.

    Parameters
    ----------
    lines : iterator of str

    Returns
    -------
    Cases

    Raises
    ------
    DataError
        If the head or a line is not as the format requires; for a line, when its turn comes.

    Examples
    --------
    >>> cases = read_ts(iter(["@classLabel true up down", "@data", "1,2:3,?:up"]))
    >>> next(cases.each).values
    array([[ 1.,  3.],
           [ 2., nan]])
    """
    numbered = numbered_lines(lines, ("#", "%"))
    head: dict[str, str] = {}
    for number, line in numbered:
        if not line.startswith("@"):
            raise DataError(Formats.BEFORE_DATA, line=number, found=line)
        key, _, rest = line[1:].partition(" ")
        if key.lower() == "data":
            break
        head[key.lower()] = rest.strip()
    else:
        raise DataError(Formats.NO_DATA, form=".ts")
    words = head.get("classlabel", "false").split()
    is_class, is_target = words[:1] in (["true"], ["True"]), _is_true(head, "targetlabel")
    name = head.get("problemname")
    form = Formats.FORM_OF(form=".ts", name=name) if name else ".ts"
    task = "classification" if is_class else "regression" if is_target else "auto"
    each = _cases(numbered, head, is_class or is_target, set(words[1:]) if is_class else set())
    return Cases(form, each, task)


def _cases(numbered: Iterator[tuple[int, str]], head: dict, labelled: bool, classes: set[str]) -> Iterator[Case]:
    width, steps = _whole(head, "dimensions") or _whole(head, "dimension"), None
    if _is_true(head, "univariate"):
        width = 1
    for number, line in numbered:
        has_times = "(" in line
        *parts, last = re.split(r":(?![^()]*\))" if has_times else ":", line)
        parts, label = (parts, last.strip()) if labelled else ([*parts, last], None)
        if label is not None and (not label or (classes and label not in classes)):
            code = Formats.UNKNOWN_LABEL if classes else Formats.NO_LABEL
            raise DataError(code, line=number, label=label, classes=sorted(classes))
        if width is not None and len(parts) != width:
            raise DataError(Formats.CHANNEL_COUNT, line=number, n=len(parts), expected=width)
        if not parts:
            raise DataError(Formats.NO_CHANNELS, line=number)
        width = len(parts)
        if has_times:
            values, times, in_seconds = _stamped(parts, number)
            yield Case(values, label, number, None, times, in_seconds)
            continue
        values = values_of([part.split(",") for part in parts], number)
        if _is_true(head, "equallength") and steps not in (None, len(values)):
            raise DataError(Formats.OTHER_LENGTH, line=number, n=len(values), expected=steps)
        steps = len(values)
        yield Case(values, label, number)


def _is_true(head: dict[str, str], key: str) -> bool:
    return head.get(key, "").lower().startswith("true")


def _whole(head: dict[str, str], key: str) -> int | None:
    if key not in head:
        return None
    if not head[key].isdecimal() or not 1 <= int(head[key][:9]) < 10**8:
        raise DataError(Formats.NO_COUNT, key=key, found=head[key])
    return int(head[key])


def _stamped(channels: list[str], line: int) -> tuple[np.ndarray, np.ndarray, bool]:
    """Read the channels of a series with a time at each value, (2026-01-31 12:00:00,0.5),(…), in the order of these.

    Values (T, D) have a row for each time that some channel has, NaN where another has none; times (T,) are those since
    the first, in seconds or in their own unit.
    """
    stamps, values = [], []
    for d, channel in enumerate(channels):
        pairs = PAIR.findall(channel)
        rest = PAIR.sub("", channel).replace(",", "").strip()
        if rest or not pairs:
            raise DataError(Formats.NO_PAIRS, line=line, channel=d + 1, found=rest or channel)
        stamps.append([time.strip() for time, _ in pairs])
        values.append(to_numbers([value for _, value in pairs], line, d))
    ends = np.cumsum([len(channel) for channel in values])
    found, unit = _times([time for channel in stamps for time in channel], line)
    when = np.split(found, ends[:-1])
    for d, here in enumerate(when):
        if len(np.unique(here)) < len(here):
            raise DataError(Formats.TIME_TWICE, line=line, channel=d + 1)
    joined = [pd.Series(channel, here) for channel, here in zip(values, when, strict=True)]
    table = pd.concat(joined, axis=1).sort_index()
    since = table.index.to_numpy() - table.index[0]
    return table.to_numpy(np.float64), since * (unit or 1.0), unit is not None


def _times(texts: list[str], line: int) -> tuple[np.ndarray, float | None]:
    if "" in texts:
        raise DataError(Tables.NO_VALUE, line=line)
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    try:
        return times(column, "time"), unit_of(column)
    except DataError as error:
        raise error.at(line=line, row=None, column=None) from error
