"""Which column says what rows belong together, where none is named so: found by how its values lie beside the others.

Rows are steps of longer series if a column has one label within each of its values, several rows to each, and more
values than there are labels. A file with a row for each series can look so, too, such as several series of each person:
the other columns decide, by whether they follow on down the rows or across them.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.layout import pad
from glasscell.data.smoothness import lag_one
from glasscell.data.tables.columns import count_different, numbers, texts, times
from glasscell.data.tables.grids import MIN_STEPS, find_places
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.melted import refuse_melted
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.worded import are_times
from glasscell.errors import DataError, UsageError

HEAD = 50_000  # rows that are looked at; what is found in them must hold for all
MIN_ROWS = 3  # of the median series
FEW_STEPS = 3  # of a series whose rows are more likely steps
MARGIN = 0.2  # by which one direction must follow on better than the other, against the names of the columns
SMOOTH = 0.5  # autocorrelation at lag one down the rows, where columns are numbered as steps are
LOOKED_AT = 100  # series, steps and channels that are compared
MAX_OF_PAIRS = 8  # columns of which two may name the series together
SLIPS = 0.95  # of the series have one label, where a clock that restarts tells that they are series
UNEVEN = 1.5  # of the longest step of a clock to the shortest
TIMELIKE = re.compile(r"time|zeit|date|datum|stamp|temps|tiempo|tempo|fecha|second|sekund|millis|schritt|step", re.I)


@dataclass(frozen=True)
class Groups:
    """What the rows of a table can be taken for.

    Parameters
    ----------
    id : str
        The column whose values name the series, if rows are steps.
    time : str or None
        That in which the steps of each series are in order.
    others : tuple of str
        Columns that could name the series as well.
    are_steps : bool
        Whether rows are more likely steps than series.
    are_labelled : bool
        Whether each has one label.

    Examples
    --------
    >>> table = pa.table({"trial": [1, 1, 1, 2, 2, 2], "clock": [0, 1, 2] * 2, "u": [0.1, 0.2, 0.4, 0.3, 0.2, 0.1]})
    >>> find_groups(table, {"trial": "number", "clock": "number", "u": "number"}, ["trial", "clock", "u"])
    Groups(id='trial', time='clock', others=(), are_steps=True, are_labelled=False)
    """

    id: str
    time: str | None
    others: tuple[str, ...]
    are_steps: bool
    are_labelled: bool


@dataclass(frozen=True)
class _Candidate:
    name: str
    codes: np.ndarray  # (rows,), which series a row belongs to
    clock: str | None
    restarts: bool  # whether the clock goes back where another series begins
    is_contiguous: bool

    @property
    def count(self) -> int:
        return int(self.codes.max()) + 1


def find_groups(
    table: pa.Table,
    kinds: dict[str, str],
    free: Sequence[str],
    label: str | None = None,
    time: str | None = None,
    channels: Sequence[str] = (),
    are_steps: bool = False,
    are_named: bool = True,
) -> Groups | None:
    """Return which column names the series, if rows can be steps of longer ones; None if they cannot.

    Parameters
    ----------
    table : pyarrow.Table
        Texts without spaces around them.
    kinds : dict
        What each column contains, as `columns.kind_of` says.
    free : sequence of str
        The columns whose roles are open.
    label, time : str, optional
        Columns whose roles are known.
    channels : sequence of str
        Columns known to be channels; by default all numbers that are left.
    are_steps : bool
        Whether it is known that rows are steps.
    are_named : bool
        Whether the columns have names of their own; numbers in others say nothing of steps.

    Returns
    -------
    Groups or None

    Raises
    ------
    UsageError
        If two columns name the series together, and none does alone.
    """
    head = table.slice(0, HEAD)
    names = [name for name in free if name not in (label, time, *channels)]
    channels_of = {name: channel for name, (channel, _) in find_places(names).of.items()} if are_named else {}
    counts = Counter(channels_of.values())
    of_grids = {name for name, channel in channels_of.items() if counts[channel] >= MIN_STEPS}
    names = [name for name in names if name not in of_grids and kinds[name] in ("text", "number", "time")]
    codes = {name: of_rows for name in names if (of_rows := _codes(head[name], name, kinds[name])) is not None}
    if not codes:
        return None
    words = [name for name in names if kinds[name] == "text"]
    labels = {name: _labels(head, label, [word for word in words if word != name]) for name in codes}
    clocks = _clocks(head, kinds, names if time is None else [time])
    found = [one for name in codes if (one := _candidate(name, codes, labels[name], clocks, are_steps))]
    values = list(channels) or [name for name in free if name not in (label, time) and kinds[name] == "number"]
    if not any(one.clock for one in found):
        _refuse_pairs(head, codes, label, clocks, values, of_grids, is_timed=time is not None)
    found = [one for one in found if _holds(table, one, label)]
    best = _best(found)
    if best is None:
        return None
    are_steps = are_steps or time is not None or _follow_on(head, values, best, of_grids)
    others = tuple(one.name for one in found if one is not best)
    return Groups(best.name, best.clock, others, are_steps, labels[best.name] is not None)


def _codes(column: pa.ChunkedArray, name: str, kind: str, few: int = 2) -> np.ndarray | None:
    """Return which of its values each row has, if a column can name things: by words, or by whole numbers."""
    if kind == "time" or column.null_count or count_different(column) * few > len(column):
        return None
    try:
        codes, different = texts(column, name)
    except DataError:
        return None
    are_names = kind == "text" or all(re.fullmatch(r"-?\d+(\.0*)?", text) for text in different)
    return codes if are_names and (codes >= 0).all() else None


def _labels(head: pa.Table, label: str | None, words: list[str]) -> np.ndarray | None:
    """Return the label of each row; the only column of words that is left is taken for labels, as elsewhere."""
    label = words[0] if label is None and len(words) == 1 else label
    return None if label is None else _codes(head[label], label, "text", few=1)


def _clocks(head: pa.Table, kinds: dict[str, str], names: list[str]) -> dict[str, np.ndarray]:
    """Return the columns that may be times, as numbers, the likeliest first, but not what falls as often as rises."""
    found = {}
    for name in sorted(names, key=lambda name: (not TIMELIKE.search(name), kinds[name] != "time")):
        is_word = kinds[name] == "text" and not TIMELIKE.search(name)
        if head[name].null_count or (is_word and not are_times(head[name], name)):
            continue
        try:
            if TIMELIKE.search(name) or (np.diff(times(head[name].slice(0, 1000), name)) >= 0).mean() > 0.6:
                found[name] = times(head[name], name)
        except DataError:
            continue
    return found


def _candidate(name: str, columns: dict[str, np.ndarray], labels, clocks, are_steps: bool) -> _Candidate | None:
    """Return a column as one that names the series, if its values lie so."""
    codes = columns[name]
    sizes = np.bincount(codes)
    if len(sizes) < 2 or np.median(sizes) < MIN_ROWS:
        return None
    order, within = np.argsort(codes, kind="stable"), np.diff(np.sort(codes)) == 0
    restarts = {k: r for k, v in clocks.items() if k != name and (r := _ticks(k, v, codes, order, within)) is not None}
    clock = next(iter(restarts), None)
    is_contiguous = bool((np.diff(codes) != 0).sum() + 1 == len(sizes))
    if labels is None:
        coarser = (v for k, v in columns.items() if k not in (name, clock) and 1 < v.max() + 1 < len(sizes))
        fits = clock is not None or (
            is_contiguous and (are_steps or any(_is_constant(v, codes).all() for v in coarser))
        )
    else:
        different = len(np.unique(labels))
        if not _go_together(labels, codes, restarts.get(clock, False)):
            return None
        are_numbers = different == len(sizes) > MAX_NUMBERED_CLASSES and clock is not None
        fits = (len(sizes) > different or are_numbers) and (is_contiguous or clock is not None)
    return _Candidate(name, codes, clock, restarts.get(clock, False), is_contiguous) if fits else None


def _is_constant(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return for each series whether all its rows have one value."""
    first = np.unique(codes, return_index=True)[1]
    return np.bincount(codes, values != values[first][codes]) == 0


def _go_together(labels: np.ndarray, codes: np.ndarray, restarts: bool) -> bool:
    """Return whether series have one label each: all, or nearly all of those that a clock tells, too.

    The others are slips, and reported by their row.
    """
    return _is_constant(labels, codes).mean() >= (SLIPS if restarts else 1)


def _ticks(name: str, values: np.ndarray, codes: np.ndarray, order: np.ndarray, within: np.ndarray) -> bool | None:
    """Return None if a column is no clock of the series, else whether it goes back where another one begins.

    A clock rises from row to row of each series, in even steps unless its name says what it is. Where rows stand in
    another order it is known by even steps alone.
    """
    steps = np.diff(values[order])[within]
    is_in_order = bool((steps > 0).all())
    restarts = not is_in_order or bool((np.diff(values)[np.diff(codes) != 0] <= 0).any())
    if not is_in_order:
        steps = np.diff(values[np.lexsort((values, codes))])[within]
    is_even = steps.min() > 0 and steps.max() <= UNEVEN * steps.min()
    return restarts if is_even or (is_in_order and TIMELIKE.search(name)) else None


def _refuse_pairs(
    head: pa.Table, codes: dict[str, np.ndarray], label, clocks, values: list[str], of_grids, is_timed: bool
) -> None:
    """Refuse series that are named by two columns together, such as a person and the number of a trial."""
    labels = _labels(head, label, [])
    for one, other in combinations(list(codes)[:MAX_OF_PAIRS], 2):
        together = pd.factorize(codes[one] * (codes[other].max() + 1) + codes[other])[0]
        rest = {k: v for k, v in clocks.items() if k not in (one, other)}
        both = _candidate("", {"": together}, labels, rest, are_steps=False)
        is_finer = both and both.count > max(codes[one].max(), codes[other].max()) + 1
        if both and is_finer and (both.restarts or is_timed) and _follow_on(head, values, both, of_grids):
            few, many = sorted((one, other), key=lambda name: codes[name].max())
            left = [name for name in values if name not in (one, other, both.clock)]
            if few not in values:  # names, not numbers of trials
                refuse_melted(head, many, both.clock, [few], left, [] if label is None else [label])
            raise UsageError(Tables.NAMED_TOGETHER, one=one, other=other)


def _holds(table: pa.Table, one: _Candidate, label: str | None) -> bool:
    """Return whether what was found in the first rows holds in all."""
    if label is None or table.num_rows <= HEAD:
        return True
    try:
        return _go_together(texts(table[label], label)[0], texts(table[one.name], one.name)[0], one.restarts)
    except DataError:
        return False


def _best(found: list[_Candidate]) -> _Candidate | None:
    """Return the candidate that explains most: of those whose clock restarts the coarsest, else the finest.

    Where all series are equally long, the steps of a clock could name series, too: names and runs of rows decide.
    """
    if restarting := [one for one in found if one.restarts]:
        return min(restarting, key=lambda one: (bool(TIMELIKE.search(one.name)), not one.is_contiguous, one.count))
    ticking = [one for one in found if one.clock]
    return max(ticking or found, key=lambda one: one.count, default=None)


def _follow_on(head: pa.Table, values: list[str], series: _Candidate, of_grids: Collection[str]) -> bool:
    """Return whether the values follow on down the rows of a series, more than across the columns."""
    values = [name for name in values if name not in (series.name, series.clock)]
    if len(values) <= FEW_STEPS:
        return True
    order = np.argsort(series.codes, kind="stable")
    rows = order[series.codes[order] < LOOKED_AT]
    try:
        x = np.stack([numbers(head[name], name)[rows] for name in values[:LOOKED_AT]], axis=1)
    except DataError:
        return False
    missing = np.isnan(x)
    x = x[:, np.where(missing, -np.inf, x).max(0) > np.where(missing, np.inf, x).min(0)]
    if x.shape[1] <= 1:
        return True
    x = (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0)
    down = lag_one(pad(x, np.bincount(series.codes[rows]))[:, :LOOKED_AT], axis=1)
    across = lag_one(x, axis=1)
    are_numbered = 2 * sum(name in of_grids for name in values) > len(values)
    return down > max(across + MARGIN, SMOOTH) if are_numbered else down > across - MARGIN
