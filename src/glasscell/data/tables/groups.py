"""Which column says what rows belong together, where none is named so: found by how its values lie beside the others.

Rows are steps of longer series if a column has one label within each of its values, several rows to each, and more
values than there are labels. A file with a row for each series can look so, too, such as several series of each person:
the other columns decide, by whether they follow on down the rows or across them.

Where a column can be the time, all is judged with the rows sorted by series and time, so that it does not matter in
which order they stand in the file.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from glasscell.data.checks.axes import lag_one
from glasscell.data.padding import pad_rows
from glasscell.data.tables.columns import count_different, numbers, texts
from glasscell.data.tables.ids import about_counted, is_called_class, is_called_id, option_of, without_keys
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.melted import refuse_melted
from glasscell.data.tables.row_clocks import TIMELIKE, Clocks, overlap
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import MIN_STEPS, channels_of
from glasscell.errors import DataError, UsageError

HEAD = 50_000  # rows that are looked at; what is found in them must hold for all
MIN_ROWS = 3  # of the median series
FEW_STEPS = 3  # of a series whose rows are more likely steps
MARGIN = 0.2  # by which one direction must follow on better than the other, against the names of the columns
SMOOTH = 0.5  # autocorrelation at lag one down the rows, where columns are numbered as steps are
LOOKED_AT = 100  # series, steps and channels that are compared
MAX_OF_PAIRS = 8  # columns of which two may name the series together
SLIPS = 0.95  # of the series have one label, where a clock that restarts tells that they are series


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
    when: np.ndarray | None  # (rows,), of the clock
    restarts: bool  # whether series lie in the same times
    is_unique: bool  # whether no series has a time twice

    @property
    def count(self) -> int:
        return int(self.codes.max()) + 1

    @property
    def times_come_again(self) -> bool:
        """Whether several series have the same time."""
        pairs = np.unique(np.stack([self.codes, self.when]), axis=1) if self.when is not None else np.empty((2, 0))
        return len(np.unique(pairs[1])) < pairs.shape[1]

    @property
    def order(self) -> np.ndarray:
        """The rows by series and time."""
        return np.lexsort((np.zeros(len(self.codes)) if self.when is None else self.when, self.codes))

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """By which candidates are told apart that have nothing to do with each other: the least is the best."""
        return bool(TIMELIKE.search(self.name)), not self.is_unique, not is_called_id(self.name)


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
    channel_of = channels_of(names) if are_named else {}
    counts = Counter(channel_of.values())
    of_grids = {name for name, channel in channel_of.items() if counts[channel] >= MIN_STEPS}
    names = [name for name in names if name not in of_grids and kinds[name] in ("text", "number", "time")]
    codes = {name: of_rows for name in names if (of_rows := _codes(head[name], name, kinds[name])) is not None}
    codes = {name: of_rows for name, of_rows in codes.items() if not is_called_class(name)}
    if not codes:
        return None
    words = [name for name in names if kinds[name] == "text" and (is_called_class(name) or not is_called_id(name))]
    labels = {name: _labels(head, label, [word for word in words if word != name]) for name in codes}
    clocks = Clocks(head, kinds, names, time)
    found = [one for name in codes if (one := _candidate(name, codes, labels[name], clocks, are_steps))]
    others = [name for name in without_keys(free) if name not in (label, time)]
    values = list(channels) or [name for name in others if kinds[name] == "number"]
    if not any(one.clock for one in found):
        _refuse_pairs(head, codes, label, clocks, values, of_grids, is_timed=time is not None)
    found = [one for one in found if _holds(table, one, label)]
    best = _best(found, head, values)
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
    if not are_names or (codes < 0).any():
        return None
    return np.argsort(np.argsort(different))[codes]  # as they would be if other rows stood first


def _labels(head: pa.Table, label: str | None, words: list[str]) -> np.ndarray | None:
    """Return the label of each row; the only column of words that is left is taken for labels, as elsewhere."""
    label = words[0] if label is None and len(words) == 1 else label
    return None if label is None else _codes(head[label], label, "text", few=1)


def _candidate(
    name: str, columns: dict[str, np.ndarray], labels, clocks: Clocks, are_steps: bool, without: Collection[str] = ()
) -> _Candidate | None:
    """Return a column as one that names the series, if its values lie so."""
    codes = columns[name]
    sizes = np.bincount(codes)
    if len(sizes) < 2 or np.median(sizes) < MIN_ROWS:
        return None
    clock, when, is_unique = clocks.of(codes, (name, *without)) or (None, None, True)
    restarts = when is not None and overlap(when, codes)
    is_contiguous = bool((np.diff(codes) != 0).sum() + 1 == len(sizes))
    if labels is None:
        coarser = (v for k, v in columns.items() if k not in (name, clock) and 1 < v.max() + 1 < len(sizes))
        fits = clock is not None or (
            is_contiguous and (are_steps or any(_is_constant(v, codes).all() for v in coarser))
        )
    else:
        different = len(np.unique(labels))
        if not _go_together(labels, codes, restarts):
            return None
        are_numbers = different == len(sizes) > MAX_NUMBERED_CLASSES and clock is not None
        fits = (len(sizes) > different or are_numbers) and (is_contiguous or clock is not None)
    return _Candidate(name, codes, clock, when, restarts, is_unique) if fits else None


def _is_constant(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return for each series whether all its rows have one value."""
    first = np.unique(codes, return_index=True)[1]
    return np.bincount(codes, values != values[first][codes]) == 0


def _go_together(labels: np.ndarray, codes: np.ndarray, restarts: bool) -> bool:
    """Return whether series have one label each: all, or nearly all of those that a clock tells, too.

    The others are slips, and reported by their row.
    """
    return _is_constant(labels, codes).mean() >= (SLIPS if restarts else 1)


def _refuse_pairs(
    head: pa.Table, codes: dict[str, np.ndarray], label, clocks, values: list[str], of_grids, is_timed: bool
) -> None:
    """Refuse series that are named by two columns together, such as a person and the number of a trial."""
    labels = _labels(head, label, [])
    for one, other in combinations(list(codes)[:MAX_OF_PAIRS], 2):
        together = np.unique(codes[one] * (codes[other].max() + 1) + codes[other], return_inverse=True)[1].reshape(-1)
        both = _candidate("", {"": together}, labels, clocks, are_steps=False, without=(one, other))
        is_finer = both and both.count > max(codes[one].max(), codes[other].max()) + 1
        are_told = both and is_finer and (both.restarts or is_timed or _count_together(head, one, other))
        if both and are_told and _follow_on(head, values, both, of_grids):
            few, many = sorted((one, other), key=lambda name: codes[name].max())
            left = [name for name in values if name not in (one, other, both.clock)]
            if few not in values:  # names, not numbers of trials
                refuse_melted(head, many, both.clock, [few], left, [] if label is None else [label])
            raise UsageError(Tables.NAMED_TOGETHER, one=one, other=other, as_option=option_of([one, other]))


def _count_together(head: pa.Table, one: str, other: str) -> bool:
    """Return whether one of two columns counts parts of what the other names."""
    return any(any(about_counted(head, *pair)) for pair in ((one, [other]), (other, [one])))


def _holds(table: pa.Table, one: _Candidate, label: str | None) -> bool:
    """Return whether what was found in the first rows holds in all."""
    if label is None or table.num_rows <= HEAD:
        return True
    try:
        return _go_together(texts(table[label], label)[0], texts(table[one.name], one.name)[0], one.restarts)
    except DataError:
        return False


def _best(found: list[_Candidate], head: pa.Table, values: list[str]) -> _Candidate | None:
    """Return the candidate that explains most.

    Without a clock that is the finest. Of those with one, names decide between columns that have nothing to do with
    each other, and which stands first; between a column and those within or above it, whether times come again in
    several series: if so the coarsest whose rows they tell apart, else the finest. Where all series are equally long,
    the steps of a clock could name series, too: then also by whether values follow on.
    """
    ticking = [one for one in found if one.clock]
    if not ticking:
        return max(found, key=lambda one: one.count, default=None)
    restarting = [one for one in ticking if one.restarts and one.times_come_again]
    some = restarting or ticking
    first = min(some, key=lambda one: one.rank)
    rival = next((one for one in some if one.clock == first.name and first.clock == one.name), None)
    if rival is not None and rival.rank == first.rank and _follow(head, values, rival) > _follow(head, values, first):
        first = rival
    akin = [one for one in some if one.rank == first.rank and (_is_within(first, one) or _is_within(one, first))]
    return (min if restarting else max)(akin, key=lambda one: one.count)


def _is_within(one: _Candidate, other: _Candidate) -> bool:
    """Return whether each series of one candidate is a part of one of another."""
    return bool(_is_constant(other.codes, one.codes).all())


def _follow(head: pa.Table, values: list[str], series: _Candidate) -> float:
    """Return how much values follow on down the rows of a series, in steps of `MARGIN`."""
    values = [name for name in values if name not in (series.name, series.clock)]
    try:
        x, lengths = _standardised(head, values, series) if values else (np.empty((0, 0)), np.array([]))
    except DataError:
        return 0.0
    return float(np.floor(_down(x, lengths) / MARGIN)) if x.size else 0.0


def _follow_on(head: pa.Table, values: list[str], series: _Candidate, of_grids: Collection[str]) -> bool:
    """Return whether the values follow on down the rows of a series, more than across the columns."""
    values = [name for name in values if name not in (series.name, series.clock)]
    if len(values) <= FEW_STEPS:
        return True
    try:
        x, lengths = _standardised(head, values, series)
    except DataError:
        return False
    if x.shape[1] <= 1:
        return True
    down = _down(x, lengths)
    across = lag_one(x, axis=1)
    are_numbered = 2 * sum(name in of_grids for name in values) > len(values)
    return down > max(across + MARGIN, SMOOTH) if are_numbered else down > across - MARGIN


def _standardised(head: pa.Table, values: list[str], series: _Candidate) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of some series, (rows, columns) by series and time, that vary; and how long the series are."""
    rows = series.order[series.codes[series.order] < LOOKED_AT]
    x = np.stack([numbers(head[name], name)[rows] for name in values[:LOOKED_AT]], axis=1)
    missing = np.isnan(x)
    x = x[:, np.where(missing, -np.inf, x).max(0) > np.where(missing, np.inf, x).min(0)]
    if x.shape[1]:
        x = (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0)
    return x, np.bincount(series.codes[rows])


def _down(x: np.ndarray, lengths: np.ndarray) -> float:
    return lag_one(pad_rows(x, lengths)[:, :LOOKED_AT], axis=1)
