"""The .ts files of the UCR and UEA archives, as aeon and sktime read them: a head of @-lines, then a series a line."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.formats.cases import Case, Cases, Lines, form_of, read_head, refuse_label, to_numbers, values_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.times import times, unit_of
from glasscell.errors import DataError

PAIR = re.compile(r"\(\s*([^(),\s][^(),]*),([^(),]*)\)")


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
    numbered, given = read_head(lines, ".ts", ("#", "%"))
    head = dict(given)
    has_classes, *classes = (head.get("classlabel") or "false").split()
    is_class, is_target = has_classes.lower() == "true", head.get("targetlabel", "").lower().startswith("true")
    task = "classification" if is_class else "regression" if is_target else "auto"
    each = _cases(numbered, is_class or is_target, set(classes) if is_class else set())
    return Cases(form_of(".ts", head.get("problemname", "")), each, task)


def _cases(numbered: Lines, labelled: bool, classes: set[str]) -> Iterator[Case]:
    for number, line in numbered:
        has_times = "(" in line
        *parts, last = re.split(r":(?![^()]*\))" if has_times else ":", line)
        parts, label = (parts, last.strip()) if labelled else ([*parts, last], None)
        if label is not None:
            refuse_label(label if parts or classes else "", classes, number)
        if has_times:
            yield _stamped(parts, label, number)
        else:
            yield Case(values_of([part.split(",") for part in parts], number), label, number)


def _stamped(parts: list[str], label: str | None, line: int) -> Case:
    """Read a series with a time at each value, (2026-01-31 12:00:00,0.5),(…), in the order of these.

    It has a row for each time that some channel has, NaN where another has none.
    """
    channels, stamps = [], []
    for d, part in enumerate(parts, 1):
        pairs, rest = PAIR.findall(part), PAIR.sub("", part).replace(",", "").strip()
        if rest or not pairs:
            raise DataError(Formats.NO_PAIRS, line=line, channel=d, found=rest or part)
        stamps += [time.strip() for time, _ in pairs]
        channels.append(to_numbers([value for _, value in pairs], line, d - 1))
    when, unit = _times(stamps, line)
    ends = np.cumsum([len(channel) for channel in channels])
    joined = [pd.Series(*one) for one in zip(channels, np.split(when, ends[:-1]), strict=True)]
    for d, channel in enumerate(joined, 1):
        if not channel.index.is_unique:
            raise DataError(Formats.TIME_TWICE, line=line, channel=d)
    table = pd.concat(joined, axis=1).sort_index()
    since = table.index.to_numpy() - table.index[0]
    return Case(table.to_numpy(np.float64), label, line, None, since * (unit or 1.0), unit is not None)


def _times(texts: list[str], line: int) -> tuple[np.ndarray, float | None]:
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    try:
        return times(column, "time"), unit_of(column)
    except DataError as error:
        raise error.at(line=line, row=None, column=None) from error
