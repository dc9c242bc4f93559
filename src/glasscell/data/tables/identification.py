"""Columns that identify series and order their steps where no name says so, by the first rows.

A column identifies series if each of its values has several rows and one label, and no two rows of
a value have the same time. Rows may be in any order; without a time, those of a value are
contiguous. Called by `forms`, `long_form` and `wide_form`, and by `data.steps`.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import (
    count_different,
    is_constant,
    kind_of,
    numbers,
    texts,
)
from glasscell.data.tables.ids import (
    is_called_id,
    is_class_key,
    may_name_series,
    option_of,
)
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.left_out import adorned
from glasscell.data.tables.melted import Keys, refuse_melted
from glasscell.data.tables.request import LIKELY_TIMES
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import holds_times, times
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

HEAD = 50_000  # rows inspected
MIN_ROWS = 3  # of the median series
EQUAL = 0.1  # maximum fraction of rows that repeat the time of another row of their series
EVEN = 1e-6  # relative tolerance for equal steps of decimal numbers
MAX_OF_PAIRS = 8  # columns of which two together may identify the series

Codes = Mapping[str, np.ndarray]  # by column, (rows,): index of each row's value


@dataclass(frozen=True)
class SeriesColumns:
    """The columns that identify series and order their steps, and how sure that is.

    Parameters
    ----------
    counter : str, optional
        Column that counts the rows of each series, so that it may be the time.
    rivals : tuple of str
        Columns that may be the id as well.
    rows_are_steps : bool
        Whether rows are steps of these series, not series of their own.

    >>> SeriesColumns("trial", "day").options
    ['--id', 'trial', '--time', 'day']
    """

    id: str
    time: str | None = None
    counter: str | None = None
    has_labels: bool = False
    is_contiguous: bool = True
    rivals: tuple[str, ...] = ()
    rows_are_steps: bool = False

    @property
    def options(self) -> list[str]:
        """The options that name these columns."""
        time = self.time or self.counter
        return ["--id", shlex.quote(self.id), *(["--time", shlex.quote(time)] if time else [])]


@dataclass(frozen=True)
class Candidates:
    """The columns of a table that may identify its series, order their steps, or label them.

    `ids` are in order of preference: named as ids, then words, then whole numbers. `label` is None
    where no column is known to hold the labels; then the only other one of `words` does.
    """

    head: pa.Table
    ids: Codes
    times: Codes
    words: tuple[str, ...]
    label: str | None

    @classmethod
    def among(cls, table: pa.Table, names: Sequence[str], label: str | None) -> "Candidates":
        """Return the candidates among the columns `names` of a table's first rows."""
        head = table.slice(0, HEAD)
        ids = {name: codes for name in names if (codes := _codes_of_id(head, name)) is not None}
        rank = {name: (not is_called_id(name), kind_of(head[name]) != "text") for name in ids}
        words = [name for name in names if kind_of(head[name]) == "text"]
        words = [name for name in words if not is_constant(table[name])]
        words = [name for name in words if is_class_key(name) or not is_called_id(name)]
        return cls(
            head,
            {name: ids[name] for name in sorted(ids, key=rank.__getitem__)},
            find_possible_times(head, names),
            tuple(name for name in words if adorned(head[name]) is None),
            label,
        )

    def presumed_labels(self, *ids: str) -> np.ndarray | None:
        """Return the codes of the labels (rows,), if the columns `ids` identify the series."""
        words = [name for name in self.words if name not in (*ids, *self.times)]
        label = words[0] if self.label is None and len(words) == 1 else self.label
        return None if label is None else texts(self.head[label], label)[0]

    def identify(
        self,
        ids: Sequence[str],
        codes: np.ndarray,
        instants: np.ndarray | None,
        rows_are_steps: bool,
    ) -> bool:
        """Return whether columns, with joint `codes` (rows,), identify series.

        Each series has one label, and distinct `instants` (rows,) or else contiguous rows.
        """
        labels = self.presumed_labels(*ids)
        if labels is not None and not _has_one_label(labels, codes):
            return False
        if instants is None:
            if labels is not None and ids[0] not in self.times:
                return True  # the days of a table may each have one label by chance
            return (labels is not None or rows_are_steps) and is_contiguous(codes)
        is_likely = labels is not None or is_called_id(ids[0])
        if not is_likely and len(np.unique(instants)) == len(instants):
            return False  # the times alone tell all rows apart, as in one series
        may_repeat = is_likely or (rows_are_steps and kind_of(self.head[ids[0]]) == "text")
        return share_of_pairs(codes, instants) >= 1 - (EQUAL if may_repeat else 0)

    def counters(self, names: Sequence[str], codes: np.ndarray) -> Iterator[str]:
        """Yield the numeric columns that, when sorted, rise in equal steps in each series.

        Not those that only fall, such as the cycles that are left.
        """
        order = np.argsort(codes, kind="stable")
        is_next_step = np.diff(codes[order]) == 0
        for name in names:
            values = numbers_of_head(self.head, name)
            if values is None or step_length(values, codes) is None:
                continue
            if not (np.diff(values[order])[is_next_step] < 0).all():
                yield name


def find_series(
    table: pa.Table,
    names: Sequence[str],
    label: str | None = None,
    time: str | None = None,
    channels: Sequence[str] | None = None,
    *,
    rows_are_steps: bool = False,
) -> SeriesColumns | None:
    """Return the columns that identify the series if rows can be their steps; None otherwise.

    Raise UsageError if only two columns do so jointly, unless `channels` is None, as where columns
    may be the steps.

    >>> table = pa.table(
    ...     {"trial": [1, 1, 1, 2, 2, 2], "day": [0, 1, 2] * 2, "u": [0.1, 0.2, 0.4, 0.3, 0.2, 0.1]}
    ... )
    >>> find_series(table, ["trial", "day", "u"]).time
    'day'
    """
    names = [name for name in names if name not in (label, time)]
    candidates = Candidates.among(table, names, label)
    clocks = candidates.times if time is None else _codes_by_name(candidates.head, [time])
    for clock in [*clocks, None]:
        are_steps = rows_are_steps or (time is not None and clock == time)
        instants = clocks.get(clock)
        ids = [
            name
            for name, codes in candidates.ids.items()
            if name != clock and candidates.identify([name], codes, instants, are_steps)
        ]
        if channels and not (ids and (clock or is_contiguous(candidates.ids[ids[0]]))):
            _refuse_pairs(candidates, names, clock, instants, channels)
        if ids:
            return _described(candidates, names, ids, clock)
    return None if time is not None else _unproved(candidates, names)


def _described(
    candidates: Candidates, names: Sequence[str], ids: Sequence[str], time: str | None
) -> SeriesColumns:
    """Return the first of the columns that may identify the series, and what is known of it."""
    id, *rivals = ids
    codes = candidates.ids[id]
    return SeriesColumns(
        id,
        time,
        None if time else next(candidates.counters(names, codes), None),
        candidates.presumed_labels(id) is not None,
        is_contiguous(codes),
        tuple(name for name in rivals if _are_rivals(candidates, id, name)),
    )


def _are_rivals(candidates: Candidates, id: str, rival: str) -> bool:
    """Return whether a column is as likely an id as another, but splits the rows differently."""
    codes, rival_codes = candidates.ids[id], candidates.ids[rival]
    counts = {len(np.unique(codes)), len(np.unique(rival_codes))}
    n_pairs = count_pairs(codes, rival_codes)
    if counts == {n_pairs}:
        return False  # both split the rows alike
    if is_called_id(id):
        return is_called_id(rival)
    is_of_same_kind = kind_of(candidates.head[id]) == kind_of(candidates.head[rival])
    return is_of_same_kind or n_pairs in counts


def _refuse_pairs(
    candidates: Candidates,
    names: Sequence[str],
    time: str | None,
    instants: np.ndarray | None,
    channels: Sequence[str],
) -> None:
    """Raise UsageError if two columns jointly identify series, such as person and trial."""
    # a day and an hour form a time
    columns = [name for name in candidates.ids if name not in candidates.times][:MAX_OF_PAIRS]
    for pair in combinations(columns, 2):
        finer, coarser = sorted(pair, key=lambda name: -candidates.ids[name].max())
        codes = joint_codes(candidates.ids[finer], candidates.ids[coarser])
        is_split_further = codes.max() > candidates.ids[finer].max() and has_long_series(codes)
        if not is_split_further or not (time or is_contiguous(codes)):
            continue
        if candidates.identify([finer, coarser], codes, instants, False):
            if coarser not in channels:  # names of channels, not numbers of trials
                melted = [coarser, *(name for name in channels if name not in (finer, time))]
                clock = time or next(candidates.counters(names, codes), None)
                keys = Keys(finer, clock, candidates.label)
                refuse_melted(candidates.head, keys, melted)
            ids = [name for name in candidates.head.column_names if name in pair]
            raise UsageError(
                Tables.NAMED_TOGETHER, one=ids[0], other=ids[1], as_option=option_of(ids)
            )


def find_joint_ids(table: pa.Table, names: Sequence[str], time: str) -> tuple[str, ...]:
    """Return two columns that only together, with the time, tell all rows apart; else ().

    >>> rows = {"person": [1] * 6 + [2] * 6, "trial": ([1] * 3 + [2] * 3) * 2, "t": [0, 1, 2] * 4}
    >>> find_joint_ids(pa.table(rows), ["person", "trial"], "t")
    ('person', 'trial')
    """
    head = table.slice(0, HEAD)
    instants = codes_of_head(head, time)
    if instants is None or len(np.unique(instants)) == len(instants):
        return ()
    ids = {name: codes for name in names if (codes := _codes_of_id(head, name)) is not None}
    keys = fewest_keys(dict(islice(ids.items(), MAX_OF_PAIRS)), instants, 2)
    if len(keys) != 2 or not has_long_series(joint_codes(ids[keys[0]], ids[keys[1]])):
        return ()
    return keys


def _unproved(candidates: Candidates, names: Sequence[str]) -> SeriesColumns | None:
    """Return columns that may be the id and the time of series, without labels to confirm it."""
    for id, codes in candidates.ids.items():
        if candidates.presumed_labels(id) is None:
            clocks = [
                name
                for name, instants in candidates.times.items()
                if name != id and share_of_pairs(codes, instants) == 1
            ]
            counter = next(iter(clocks), None) or next(candidates.counters(names, codes), None)
            if counter is not None:
                return SeriesColumns(id, None, counter)
    return None


def find_time_within_series(
    table: pa.Table, id_column: str, names: Sequence[str]
) -> tuple[str | None, Note | None]:
    """Return the time column of series with known ids, if one tells their rows apart, and a note.

    Raise UsageError if several do, in different orders.

    >>> find_time_within_series(
    ...     pa.table({"id": [7, 7], "day": [2, 1], "u": [1, 2]}), "id", ["day", "u"]
    ... )[0]
    'day'
    """
    head = table.slice(0, HEAD)
    if (codes := codes_of_head(head, id_column)) is None:
        return None, None
    times_of_rows = find_possible_times(head, names)
    clocks = [
        name
        for name, instants in times_of_rows.items()
        if share_of_pairs(codes, instants) >= 1 - EQUAL
    ]
    if not clocks:
        _require_order(head, codes, [name for name in times_of_rows if holds_times(head[name])])
        return None, None
    time, *rivals = clocks
    order = order_by(head, time, codes)
    for name in rivals:
        if (order_by(head, name, codes) != order).any():
            raise UsageError(
                Tables.OTHER_TIMES,
                time=time,
                time_as_option=shlex.quote(time),
                column=name,
                as_option=shlex.quote(name),
            )
    why = Tables.IT_HOLDS_DATES() if holds_times(head[time]) else Tables.IT_IS_CALLED_SO()
    return time, Tables.TAKEN_FOR_TIME(column=time, why=why)


def _require_order(head: pa.Table, codes: np.ndarray, names: Sequence[str]) -> None:
    """Raise UsageError if times that rows of a series share are not in the order of the file."""
    for name in names:
        order = order_by(head, name, codes)
        if (order != np.argsort(codes, kind="stable")).any():
            raise UsageError(Tables.ORDER_IN_DOUBT, column=name, as_option=shlex.quote(name))


def find_possible_times(table: pa.Table, names: Sequence[str]) -> Codes:
    """Return the codes of columns that may be times: those with likely names, then with dates.

    >>> table = pa.table({"u": [7], "when": ["2026-01-31"], "Day": [1]})
    >>> list(find_possible_times(table, ["u", "when", "Day"]))
    ['Day', 'when']
    """
    by_lower_name = {name.lower().strip(): name for name in reversed(names)}
    likely = [by_lower_name[name] for name in LIKELY_TIMES if name in by_lower_name]
    likely = [name for name in likely if kind_of(table[name]) != "list"]
    dated = [name for name in names if holds_times(table[name])]
    return _codes_by_name(table, dict.fromkeys([*likely, *dated]))


def fewest_keys(keys: Codes, instants: np.ndarray, max_keys: int) -> tuple[str, ...]:
    """Return the fewest columns that, with the time, identify all rows; () if more than `max_keys`.

    >>> shop, item = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> fewest_keys({"shop": shop, "item": item}, np.zeros(4, int), 3)
    ('shop', 'item')
    """
    for count in range(1, max_keys + 1):
        for columns in combinations(keys, count):
            codes = instants.astype(np.int64)
            for name in columns:
                codes = codes * (int(keys[name].max()) + 2) + keys[name] + 1
            if len(np.unique(codes)) == len(codes):
                return columns
    return ()


def identifies_series(table: pa.Table, name: str, time: str | None = None) -> bool:
    """Return whether each value of a column has several rows, contiguous or with distinct times.

    >>> (
    ...     identifies_series(pa.table({"rec": [1, 1, 1, 2, 2, 2]}), "rec"),
    ...     identifies_series(pa.table({"tag": [1, 2] * 3}), "tag"),
    ... )
    (True, False)
    """
    head = table.slice(0, HEAD)
    codes = _codes_of_id(head, name)
    if codes is None or time is None:
        return codes is not None and is_contiguous(codes)
    instants = codes_of_head(head, time)
    return instants is not None and share_of_pairs(codes, instants) >= 1 - EQUAL


def codes_of_head(head: pa.Table, name: str) -> np.ndarray | None:
    """Return the code of each row's value, (rows,); None if one is missing.

    >>> codes_of_head(pa.table({"id": ["a", "b", "a"]}), "id").tolist()
    [0, 1, 0]
    """
    try:
        codes, _ = texts(head[name], name)
    except DataError:  # reported where the column is needed
        return None
    return codes if codes.min(initial=0) >= 0 else None


def _codes_by_name(head: pa.Table, names: Iterable[str]) -> Codes:
    codes = {name: codes_of_head(head, name) for name in names}
    return {name: values for name, values in codes.items() if values is not None}


def _codes_of_id(head: pa.Table, name: str) -> np.ndarray | None:
    """Return the code of each row's value if the column can identify series: words or integers."""
    kind = kind_of(head[name])
    if kind not in ("text", "number") or not may_name_series(name):
        return None
    if not 2 <= count_different(head[name]) <= len(head) / 2:
        return None
    if (codes := codes_of_head(head, name)) is None:
        return None
    if kind == "number":
        values = texts(head[name], name)[1]
        if not all(re.fullmatch(r"-?\d+(\.0*)?", text) for text in values):
            return None
        if {*values} == {"0", "1"} and not is_called_id(name):
            return None  # a flag
    return codes if has_long_series(codes) else None


def numbers_of_head(head: pa.Table, name: str) -> np.ndarray | None:
    """Return a column's numbers, (rows,); None if it holds others, or one is missing."""
    try:
        values = numbers(head[name], name) if kind_of(head[name]) == "number" else None
    except DataError:  # reported where the column is needed
        return None
    return None if values is None or np.isnan(values).any() else values


def order_by(head: pa.Table, time: str | None, codes: np.ndarray) -> np.ndarray:
    """Return the order of rows by series, and by time if there is one that can be read, (rows,)."""
    try:
        return (
            np.argsort(codes, kind="stable")
            if time is None
            else np.lexsort((times(head[time], time), codes))
        )
    except DataError:  # reported where the column is needed
        return np.argsort(codes, kind="stable")


def step_length(values: np.ndarray, codes: np.ndarray) -> float | None:
    """Return the step between numbers that, when sorted, are even in all series; None if uneven.

    >>> step_length(np.array([2.0, 0, 1, 5, 4, 6]), np.array([0, 0, 0, 1, 1, 1]))
    1.0
    """
    order = np.lexsort((values, codes))
    steps = np.diff(values[order])[np.diff(codes[order]) == 0]
    is_even = has_long_series(codes) and steps.min() > 0 and np.ptp(steps) <= EVEN * steps.max()
    return float(np.median(steps)) if is_even else None


def joint_codes(codes: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return the code of each pair of codes, (rows,)."""
    return np.unique(np.stack([codes, parts]), axis=1, return_inverse=True)[1].reshape(-1)


def count_pairs(codes: np.ndarray, parts: np.ndarray) -> int:
    """Return the number of different pairs of codes (rows,).

    >>> count_pairs(np.array([0, 0, 1]), np.array([0, 0, 0]))
    2
    """
    return len(np.unique(codes.astype(np.int64) * (int(parts.max(initial=0)) + 1) + parts))


def share_of_pairs(codes: np.ndarray, instants: np.ndarray) -> float:
    """Return the number of different pairs of codes (rows,), as a fraction of the rows."""
    return count_pairs(codes, instants) / max(len(codes), 1)


def is_contiguous(codes: np.ndarray) -> bool:
    """Return whether the rows of each series, by codes (rows,) from 0 as they appear, are adjacent.

    >>> is_contiguous(np.array([0, 0, 1])), is_contiguous(np.array([0, 1, 0]))
    (True, False)
    """
    return bool((np.diff(codes) != 0).sum() == codes.max(initial=0))


def has_long_series(codes: np.ndarray) -> bool:
    """Return whether the median series, by codes (rows,), has at least `MIN_ROWS` rows."""
    return bool(np.median(np.bincount(codes)) >= MIN_ROWS)


def _has_one_label(labels: np.ndarray, codes: np.ndarray) -> bool:
    """Return whether each series has one label, and labels are fewer than series, or targets."""
    is_labelled = labels >= 0
    n_series, n_labels = (len(np.unique(values[is_labelled])) for values in (codes, labels))
    if count_pairs(codes[is_labelled], labels[is_labelled]) != n_series:
        return False
    return n_series > n_labels or n_series > MAX_NUMBERED_CLASSES
