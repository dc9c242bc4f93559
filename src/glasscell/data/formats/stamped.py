"""Series with a time at each value, (2026-01-31 12:00:00,0.5),(…): the values in the order of their times."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.formats.cases import to_numbers
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.columns import times, unit_of
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError

PAIR = re.compile(r"\(([^(),]*),([^(),]*)\)")


class Stamped(NamedTuple):
    """A series with its times: values (T, D), and times (T,) since the first, in seconds or in their own unit."""

    values: np.ndarray
    times: np.ndarray
    in_seconds: bool


def split_channels(line: str) -> list[str]:
    """Split a line at the colons that stand outside parentheses.

    >>> split_channels("(12:00,1),(12:01,2):(12:00,3):up")
    ['(12:00,1),(12:01,2)', '(12:00,3)', 'up']
    """
    return re.split(r":(?![^()]*\))", line)


def to_values(channels: list[str], line: int) -> Stamped:
    """Read the channels of one series, each with its own times.

    Parameters
    ----------
    channels : list of D str
    line : int
        For the message.

    Returns
    -------
    Stamped
        A row for each time that some channel has; NaN where another has none. All are float64.

    Raises
    ------
    DataError
        If something is no pair of a time and a number, or a time appears twice.

    Examples
    --------
    >>> to_values(["(2,1.5),(1,0.5)", "(2,7)"], 1).values
    array([[0.5, nan],
           [1.5, 7. ]])
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
    return Stamped(table.to_numpy(np.float64), since * (unit or 1.0), unit is not None)


def _times(texts: list[str], line: int) -> tuple[np.ndarray, float | None]:
    if "" in texts:
        raise DataError(Tables.NO_VALUE, line=line)
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    try:
        return times(column, "time"), unit_of(column)
    except DataError as error:
        raise error.at(line=line, row=None, column=None) from error
