"""Inference of the id and time columns without common names, by types and the order of values.

Each value of an id column has several rows and one label, and no two rows of a series have the same
time. Rows may be in any order; without a time, the rows of a series must be contiguous.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import count_different, kind_of, numbers, texts
from glasscell.data.tables.ids import is_called_class, is_called_id, option_of
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.left_out import adorned
from glasscell.data.tables.melted import refuse_melted
from glasscell.data.tables.moments import moments_in
from glasscell.data.tables.request import LIKELY_TIMES
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import are_times, say_dated, times
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

HEAD = 50_000  # rows inspected
MIN_ROWS = 3  # of the median series
EQUAL = 0.1  # maximum fraction of rows that repeat the time of another row of their series
EVEN = 1e-6  # relative tolerance for equal steps of decimal numbers
PARTS = (
    "trial",
    "session",
    "repetition",
    "rep",
    "round",
    "block",
    "segment",
    "run",
    "lap",
    "sweep",
    "visit",
)
MAX_OF_PAIRS = 8  # columns of which two together may identify the series

Keys = Mapping[str, np.ndarray]  # by column, (rows,): index of each row's value


class Series(NamedTuple):
    """Columns of the ids and times of series, and how sure they are.

    `counter` counts the rows, so it may be the time; `rivals` may be ids as well. Rows of a series
    may be scattered.
    """

    id: str
    time: str | None = None
    counter: str | None = None
    are_labelled: bool = False
    lie_together: bool = True
    rivals: tuple[str, ...] = ()


def holds_times(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds dates or times, by its type or its texts.

    >>> (
    ...     holds_times(pa.chunked_array([["2026-01-31", "2026-02-01"]])),
    ...     holds_times(pa.chunked_array([[20260131]])),
    ... )
    (True, False)
    """
    return kind_of(column) == "time" or are_times(column)


def may_be_times(table: pa.Table, names: Sequence[str]) -> Keys:
    """Return the codes of columns that may be times: those with likely names, then with dates.

    >>> list(
    ...     may_be_times(
    ...         pa.table({"u": [7], "when": ["2026-01-31"], "Day": [1]}), ["u", "when", "Day"]
    ...     )
    ... )
    ['Day', 'when']
    """
    lower = {name.lower().strip(): name for name in reversed(names)}
    likely = [
        lower[name]
        for name in LIKELY_TIMES
        if name in lower and kind_of(table[lower[name]]) != "list"
    ]
    found = dict.fromkeys([*likely, *(name for name in names if holds_times(table[name]))])
    return {name: codes for name in found if (codes := _codes(table, name)) is not None}


def find_time(
    table: pa.Table, id_column: str, names: Sequence[str]
) -> tuple[str | None, list[Note]]:
    """Return the time column of series with known ids, if one tells their rows apart, and notes.

    >>> find_time(pa.table({"id": [7, 7], "day": [2, 1], "u": [1, 2]}), "id", ["day", "u"])[0]
    'day'
    """
    head = table.slice(0, HEAD)
    if (codes := _codes(head, id_column)) is None:
        return None, []
    found = [
        name
        for name, when in may_be_times(head, names).items()
        if _share_apart(codes, when) >= 1 - EQUAL
    ]
    if not found:
        return None, []
    time, *others = found
    why = Tables.IT_HOLDS_DATES() if holds_times(head[time]) else Tables.IT_IS_CALLED_SO()
    others = [
        name for name in others if (_order(head, name, codes) != _order(head, time, codes)).any()
    ]
    of = {"time": time, "time_as_option": shlex.quote(time)}
    doubts = [
        Tables.OTHER_TIMES.warning(column=other, as_option=shlex.quote(other), **of)
        for other in others
    ]
    return time, [Tables.TAKEN_FOR_TIME(column=time, why=why), *doubts]


def find_series(
    table: pa.Table,
    names: Sequence[str],
    label: str | None = None,
    time: str | None = None,
    values: Sequence[str] = (),
    are_steps: bool = False,
) -> Series | None:
    """Return the columns that identify the series if rows can be their steps; None otherwise.

    >>> table = pa.table(
    ...     {"trial": [1, 1, 1, 2, 2, 2], "day": [0, 1, 2] * 2, "u": [0.1, 0.2, 0.4, 0.3, 0.2, 0.1]}
    ... )
    >>> find_series(table, ["trial", "day", "u"]).time
    'day'
    """
    rows = _Rows(table.slice(0, HEAD), [name for name in names if name not in (label, time)], label)
    if not rows.keys:
        return None
    likely = rows.likely if time is None else {time: _codes(rows.head, time)}
    for when in [*(name for name in likely if likely[name] is not None), None]:
        rows.when, rows.time, rows.are_steps = (
            likely.get(when),
            when,
            are_steps or when == time is not None,
        )
        found = [
            name
            for name, codes in rows.keys.items()
            if name != when and rows.are_named_by(name, codes)
        ]
        if values and not (found and (when or _lie_together(rows.keys[found[0]]))):
            rows.refuse_pairs(values)
        if found:
            return rows.series(found)
    if time is not None:
        return None
    return next((Series(name, None, counter) for name, counter in rows.unproved()), None)


class _Rows:
    """First rows of a table, candidate id columns, and the time column under test."""

    def __init__(self, head: pa.Table, names: Sequence[str], label: str | None):
        self.head, self.names, self.label = head, names, label
        keys = {name: codes for name in names if (codes := _key(head, name)) is not None}
        rank = {name: (not is_called_id(name), kind_of(head[name]) != "text") for name in keys}
        self.keys = {name: keys[name] for name in sorted(keys, key=rank.__getitem__)}
        self.time: str | None = None
        self.when: np.ndarray | None = None
        self.are_steps, self.likely = False, may_be_times(head, names)

    def are_named_by(self, name: str, codes: np.ndarray, but: Sequence[str] = ()) -> bool:
        """Return whether each series has one label, and distinct times or else contiguous rows."""
        labels = self.labels_for(name, *but)
        if labels is not None and not _are_of_series(labels, codes):
            return False
        if self.when is None:
            # a day may determine a label at random
            is_sure = labels is not None and name not in self.likely
            return is_sure or ((labels is not None or self.are_steps) and _lie_together(codes))
        if labels is not None or is_called_id(name):
            return _share_apart(codes, self.when) >= 1 - EQUAL  # a few are reported as equal times
        if len(np.unique(self.when)) == len(codes):
            return False  # the times alone tell all rows apart, as in one series
        if self.are_steps and kind_of(self.head[name]) == "text":
            return _share_apart(codes, self.when) >= 1 - EQUAL
        return _share_apart(codes, self.when) == 1

    def labels_for(self, *but: str) -> np.ndarray | None:
        """Return the label of each row; if unknown, the only other column of words is used."""
        words = [
            name
            for name in self.names
            if name not in (*but, *self.likely) and kind_of(self.head[name]) == "text"
        ]
        words = [name for name in words if is_called_class(name) or not is_called_id(name)]
        words = [name for name in words if adorned(self.head[name]) is None]
        name = words[0] if self.label is None and len(words) == 1 else self.label
        return None if name is None else texts(self.head[name], name)[0]

    def series(self, found: Sequence[str]) -> Series:
        first, codes = found[0], self.keys[found[0]]
        counter = None if self.time else next(self.counters(codes), None)
        rivals = tuple(name for name in found[1:] if self._is_rival(name, first))
        is_labelled = self.labels_for(first) is not None
        return Series(first, self.time, counter, is_labelled, _lie_together(codes), rivals)

    def _is_rival(self, name: str, first: str) -> bool:
        """Return whether a column is as likely an id as the first, but splits rows differently."""
        n, m = (len(np.unique(self.keys[one])) for one in (first, name))
        both = _count(self.keys[first], self.keys[name])
        is_likely = kind_of(self.head[name]) == kind_of(self.head[first]) or both in (n, m)
        return (is_called_id(name) if is_called_id(first) else is_likely) and not n == m == both

    def refuse_pairs(self, values: Sequence[str]) -> None:
        """Raise UsageError if two columns jointly identify series, such as person and trial."""
        self.are_steps = False
        # a day and an hour form a time
        open_ones = [name for name in self.keys if name not in self.likely]
        for pair in combinations(open_ones[:MAX_OF_PAIRS], 2):
            many, few = sorted(pair, key=lambda name: -self.keys[name].max())
            codes = np.unique(
                np.stack([self.keys[many], self.keys[few]]), axis=1, return_inverse=True
            )[1].reshape(-1)
            is_finer = (
                codes.max() > self.keys[many].max()
                and _are_long(codes)
                and (self.time or _lie_together(codes))
            )
            if is_finer and self.are_named_by(many, codes, pair):
                if few not in values:  # names, not numbers of trials
                    left = [name for name in values if name not in (many, self.time)]
                    time = self.time or next(self.counters(codes), None)
                    refuse_melted(self.head, many, time, [few, *left], self.label)
                one, other = (name for name in self.head.column_names if name in pair)
                raise UsageError(
                    Tables.NAMED_TOGETHER, one=one, other=other, as_option=option_of([one, other])
                )

    def unproved(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of a possible id, without labels to confirm it, and a possible time."""
        for name, codes in self.keys.items():
            if self.labels_for(name) is None:
                clocks = (
                    time
                    for time, when in self.likely.items()
                    if time != name and _share_apart(codes, when) == 1
                )
                yield from ((name, time) for time in (*clocks, *self.counters(codes)))

    def counters(self, codes: np.ndarray) -> Iterator[str]:
        """Yield the numeric columns that, when sorted, rise in equal steps in each series."""
        for name in self.names:
            if (values := _numbers(self.head, name)) is not None and _even(values, codes):
                yield name


def fewest_keys(keys: Keys, when: np.ndarray, most: int) -> tuple[str, ...]:
    """Return the fewest columns that, with the time, identify all rows; () if more than `most`.

    >>> one, other = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> fewest_keys({"shop": one, "item": other}, np.zeros(4, int), 3)
    ('shop', 'item')
    """
    for chosen in (chosen for count in range(1, most + 1) for chosen in combinations(keys, count)):
        codes = when.astype(np.int64)
        for name in chosen:
            codes = codes * (int(keys[name].max()) + 2) + keys[name] + 1
        if len(np.unique(codes)) == len(codes):
            return chosen
    return ()


def tells_series(table: pa.Table, name: str, time: str | None = None) -> bool:
    """Return whether each value of a column has several rows, contiguous or with distinct times.

    >>> (
    ...     tells_series(pa.table({"rec": [1, 1, 1, 2, 2, 2]}), "rec"),
    ...     tells_series(pa.table({"tag": [1, 2] * 3}), "tag"),
    ... )
    (True, False)
    """
    head = table.slice(0, HEAD)
    codes, when = _key(head, name), None if time is None else _codes(head, time)
    if codes is None or time is None:
        return codes is not None and _lie_together(codes)
    return when is not None and _share_apart(codes, when) >= 1 - EQUAL


def about_times(
    table: pa.Table, id_column: str, time: str | None, channels: Sequence[str]
) -> Iterator[Note]:
    """Yield a warning for each channel that may be the time: dates, moments, or row counts.

    >>> (note,) = about_times(
    ...     pa.table({"id": [7, 7], "when": [20260131, 20260201]}), "id", None, ["when"]
    ... )
    >>> note.code.name, note.values["column"], note.values["read"]
    ('MAY_BE_TIME', 'when', ' (dates: 20260131 is 2026-01-31)')
    """
    head = table.slice(0, HEAD)
    if (codes := _codes(head, id_column)) is None:
        return
    order = _order(head, time, codes)
    within = np.diff(codes[order]) == 0
    together = [name for name in channels if name.lower().strip() in LIKELY_TIMES]
    if time is None and len(together) > 1:  # such as a year and a month
        yield Tables.TIME_TOGETHER.warning(columns=together, as_option=option_of(together))
    for name in channels:
        if (values := _numbers(head, name)) is None:
            continue
        rises = bool((np.diff(values[order])[within] > 0).all())
        if time is None and (read := say_dated(head[name]) or _as_moments(values, codes, rises)):
            yield Tables.MAY_BE_TIME.warning(column=name, read=read, as_option=shlex.quote(name))
        elif (length := _even(values, codes)) and not (time and rises):
            given = {"length": length, "shuffled": None if rises else Tables.THOUGH_SHUFFLED()}
            yield Tables.COUNTS_STEPS.warning(column=name, as_option=shlex.quote(name), **given)


def about_parts(table: pa.Table, id_column: str, channels: Sequence[str]) -> Iterator[Note]:
    """Yield a warning for each channel whose name suggests that it numbers parts, such as trials.

    >>> table = pa.table({"person": [1] * 4, "trial": [1, 1, 2, 2], "u": [0.5, 0.1, 0.2, 0.4]})
    >>> next(about_parts(table, "person", ["trial", "u"])).values
    {'column': 'trial', 'as_option': 'person,trial'}
    """
    head = table.slice(0, HEAD)
    for name in channels:
        if (
            name.lower() not in PARTS
            or (of := _codes(head, name)) is None
            or (codes := _codes(head, id_column)) is None
        ):
            continue
        if len(np.unique(codes)) < _count(codes, of) < len(codes):
            yield Tables.NUMBERS_PARTS.warning(column=name, as_option=option_of([id_column, name]))


def _key(head: pa.Table, name: str) -> np.ndarray | None:
    """Return the code of each row's value if the column can identify series: words or integers."""
    column, kind = head[name], kind_of(head[name])
    if kind not in ("text", "number") or is_called_class(name):
        return None
    if not 2 <= count_different(column) <= len(column) / 2 or (codes := _codes(head, name)) is None:
        return None
    is_name = kind == "text" or all(
        re.fullmatch(r"-?\d+(\.0*)?", text) for text in texts(column, name)[1]
    )
    return codes if is_name and _are_long(codes) else None


def _codes(head: pa.Table, name: str) -> np.ndarray | None:
    """Return the code of each row's value; None if one is missing."""
    try:
        codes, _ = texts(head[name], name)
    except DataError:  # reported where the column is needed
        return None
    return codes if codes.min(initial=0) >= 0 else None


def _numbers(head: pa.Table, name: str) -> np.ndarray | None:
    try:
        values = (
            numbers(head[name], name) if kind_of(head[name]) == "number" else np.array([np.nan])
        )
    except DataError:  # reported where the column is needed
        return None
    return None if np.isnan(values).any() else values


def _order(head: pa.Table, time: str | None, codes: np.ndarray) -> np.ndarray:
    try:
        return (
            np.argsort(codes, kind="stable")
            if time is None
            else np.lexsort((times(head[time], time), codes))
        )
    except DataError:  # reported where the column is needed
        return np.argsort(codes, kind="stable")


def _even(values: np.ndarray, codes: np.ndarray) -> float | None:
    """Return the step length if numbers, when sorted, have equal steps in all series, or None."""
    order = np.lexsort((values, codes))
    steps = np.diff(values[order])[np.diff(codes[order]) == 0]
    is_even = _are_long(codes) and steps.min() > 0 and np.ptp(steps) <= EVEN * steps.max()
    return float(np.median(steps)) if is_even else None


def _as_moments(values: np.ndarray, codes: np.ndarray, rises: bool) -> Note | None:
    """Return the kind of moments if these tell rows apart; Excel's must also rise."""
    moments = moments_in(values)
    if moments is None or (moments.kind is Tables.EXCEL_DAYS and not rises):
        return None
    is_apart = (
        _share_apart(codes, np.unique(values, return_inverse=True)[1].reshape(-1)) >= 1 - EQUAL
    )
    return Tables.OF_MOMENTS(moments=moments.note) if is_apart else None


def _are_of_series(labels: np.ndarray, codes: np.ndarray) -> bool:
    """Return whether each series has one label, and labels are fewer than series, or targets."""
    there = labels >= 0
    n, n_labels = (len(np.unique(of[there])) for of in (codes, labels))
    return _count(codes[there], labels[there]) == n and (n > n_labels or n > MAX_NUMBERED_CLASSES)


def _share_apart(codes: np.ndarray, when: np.ndarray) -> float:
    return _count(codes, when) / max(len(codes), 1)


def _count(one: np.ndarray, other: np.ndarray) -> int:
    """Return the number of different pairs."""
    return len(np.unique(one.astype(np.int64) * (int(other.max(initial=0)) + 1) + other))


def _lie_together(codes: np.ndarray) -> bool:
    return bool((np.diff(codes) != 0).sum() == codes.max(initial=0))


def _are_long(codes: np.ndarray) -> bool:
    return bool(np.median(np.bincount(codes)) >= MIN_ROWS)
