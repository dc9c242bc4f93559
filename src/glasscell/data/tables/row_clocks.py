"""Columns that tell the rows of series apart as a clock does, found whatever the order of the rows in the file."""

import re
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from glasscell.data.tables.times import EQUAL, are_times, times
from glasscell.errors import DataError

UNEVEN = 1.5  # of the longest step of a clock to the shortest
TIMELIKE = re.compile(r"time|zeit|date|datum|stamp|temps|tiempo|tempo|fecha|second|sekund|millis|schritt|step", re.I)
CALLED_TIME = re.compile(
    r"((elapsed|relative|rel|unix|epoch|sample|sampling|measured|recording)[ _.-]?)?"
    r"(time|zeit|uhrzeit|date|datum|temps|tiempo|tempo|heure|hora|fecha|time[ _.-]?stamps?|(time[ _.-]?)?steps?|"
    r"schritt|seconds?|sekunden?|milli(second|sekunde)?(s|n)?|elapsed)"
    r"([ _.-]?[(\[]?(s|sec|seconds?|ms|us|µs|ns|min|h)[)\]]?)?",
    re.IGNORECASE,
)


class Ticks(NamedTuple):
    """A column that is a clock of series: its times (rows,), and whether none of them has one twice."""

    name: str
    when: np.ndarray
    is_unique: bool


class Clocks:
    """The columns of a table that may be times, the likeliest first: those that are called so.

    Parameters
    ----------
    table : pyarrow.Table
    kinds : dict
        What each column contains, as `columns.kind_of` says.
    names : sequence of str
        The columns that may be times.
    time : str, optional
        The one that is known to be, or called so; then another is one only if it counts, alike in all series.

    Examples
    --------
    >>> table = pa.table({"lap": [2, 1, 1, 2], "u": [7, 7, 8, 9]})
    >>> Clocks(table, {"lap": "number", "u": "number"}, ["lap", "u"]).of(np.array([0, 0, 1, 1])).name
    'lap'
    """

    def __init__(self, table: pa.Table, kinds: dict[str, str], names: Collection[str], time: str | None = None):
        self._table, self._kinds, self._time = table, kinds, time
        likely = sorted(names, key=lambda name: (not TIMELIKE.search(name), kinds[name] != "time"))
        self._names = likely if time is None else [time, *likely]
        self._times: dict[str, np.ndarray | None] = {}

    def of(self, codes: np.ndarray, without: Collection[str] = ()) -> Ticks | None:
        """Return the first column that is a clock of the series that rows belong to, by their numbers (rows,)."""
        few = np.flatnonzero(codes == np.bincount(codes).argmin())
        return next((t for name in self._names if name not in without and (t := self._ticks(name, codes, few))), None)

    def _ticks(self, name: str, codes: np.ndarray, few: np.ndarray) -> Ticks | None:
        """Return a column as a clock, given the rows of one series, that are tried first.

        It tells the rows of each series apart, but for a few, and is of dates, or called a time, or goes in even steps.
        Of numbers with a name that may mean something else, such as reaction_time, uneven ones must rise in the file.
        """
        if (name not in self._times and not self._may_tick(name, few)) or (when := self._read(name)) is None:
            return None
        order, within = np.argsort(codes, kind="stable"), np.diff(np.sort(codes)) == 0
        is_known = name == self._time or self._kinds[name] != "number" or CALLED_TIME.fullmatch(name) is not None
        is_known = is_known or bool(TIMELIKE.search(name) and (np.diff(when[order])[within] >= 0).all())
        order = np.lexsort((when, codes))
        steps = np.diff(when[order])[within]
        apart = steps[steps > 0]
        if len(apart) < (1 - EQUAL) * len(steps) or not (is_known or _are_even(apart)):
            return None
        if self._time not in (None, name) and len(np.unique(when[order][np.append(True, ~within)])) > 1:
            return None
        return Ticks(name, when, len(apart) == len(steps))

    def _may_tick(self, name: str, few: np.ndarray) -> bool:
        column, kind = self._table[name], self._kinds[name]
        if column.null_count:
            return False
        if name == self._time or TIMELIKE.search(name) or kind != "number":
            return name == self._time or bool(TIMELIKE.search(name)) or kind == "time" or are_times(column)
        try:
            steps = np.diff(np.sort(times(column.take(few), name)))
        except DataError:
            return False
        apart = steps[steps > 0]
        return len(apart) > 0 and _are_even(apart)

    def _read(self, name: str) -> np.ndarray | None:
        if name not in self._times:
            try:
                self._times[name] = times(self._table[name], name)
            except DataError:  # reported by whoever needs it
                self._times[name] = None
        return self._times[name]


def overlap(when: np.ndarray, codes: np.ndarray) -> bool:
    """Return whether some series begins before another one has ended.

    >>> overlap(np.array([0, 1, 2, 3]), np.array([0, 0, 1, 1])), overlap(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]))
    (False, True)
    """
    order = np.lexsort((when, codes))
    first = np.flatnonzero(np.diff(codes[order], prepend=-1))
    begins, ends = when[order][first], when[order][np.append(first[1:], len(codes)) - 1]
    by = np.argsort(begins, kind="stable")
    return bool((begins[by][1:] <= np.maximum.accumulate(ends[by])[:-1]).any())


def _are_even(steps: np.ndarray) -> bool:
    return bool(steps.max() <= UNEVEN * steps.min())
