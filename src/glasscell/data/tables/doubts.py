"""Warnings of columns that may have another role than the one in which they are read."""

import shlex
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import count_different, is_unique, numbers
from glasscell.data.tables.headerless import MIN_WIDTH
from glasscell.data.tables.identification import (
    EQUAL,
    HEAD,
    codes_of_head,
    count_pairs,
    numbers_of_head,
    order_by,
    share_of_pairs,
    step_length,
)
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.labels import look_like_labels
from glasscell.data.tables.moments import moments_in
from glasscell.data.tables.request import LIKELY_TIMES
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import PARTS as PARTS_OF_TIME
from glasscell.data.tables.time_columns import part_of
from glasscell.data.tables.times import describe_dates
from glasscell.errors import UsageError
from glasscell.facts import Note

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
FEWEST = 4  # rows from which the last column may be found to hold labels
MEASURED = 0.9  # minimum fraction of the other columns
OTHERS = 50  # columns inspected beside the last
MAX_CLASSES = 20  # of labels in the last column
# fraction of series with 0 before the last column from which series seem padded with 0
PADDED = 0.2


def check_possible_times(
    table: pa.Table, id_column: str, time: str | None, channels: Sequence[str]
) -> Iterator[Note]:
    """Yield a warning for each channel that may be the time: dates, moments, or row counts.

    Raise UsageError if rows without a time are in another order.

    >>> (note,) = check_possible_times(
    ...     pa.table({"id": [7, 7], "when": [20260131, 20260201]}), "id", None, ["when"]
    ... )
    >>> note.code.name, note.values["column"], note.values["read"]
    ('MAY_BE_TIME', 'when', ' (dates: 20260131 is 2026-01-31)')
    """
    head = table.slice(0, HEAD)
    if (codes := codes_of_head(head, id_column)) is None:
        return
    order = order_by(head, time, codes)
    is_same_series = np.diff(codes[order]) == 0
    parts = [name for name in channels if name.lower().strip() in LIKELY_TIMES]
    if time is None and len(parts) > 1:  # such as a year and a month
        yield Tables.TIME_TOGETHER.warning(columns=parts, as_option=option_of(parts))
    for name in channels:
        if (values := numbers_of_head(head, name)) is None:
            continue
        steps = np.diff(values[order])[is_same_series]
        rises, falls = bool((steps > 0).all()), bool((steps < 0).all())
        if time is not None and rises:
            continue
        as_option = shlex.quote(name)
        length = step_length(values, codes)
        dates = describe_dates(head[name]) if time is None else None
        counts_otherwise = length is not None and not falls  # unlike cycles that are left
        is_in_doubt = not rises and (dates is not None or counts_otherwise)
        if time is None and is_in_doubt and len(channels) > 1:
            raise UsageError(Tables.ORDER_IN_DOUBT, column=name, as_option=as_option)
        if time is None and dates is None:
            dates = _describe_moments(values, codes, rises)
        if dates is not None:
            yield Tables.MAY_BE_TIME.warning(column=name, read=dates, as_option=as_option)
        elif length is not None and not falls:
            shuffled = None if rises else Tables.THOUGH_SHUFFLED()
            yield Tables.COUNTS_STEPS.warning(
                column=name, as_option=as_option, length=length, shuffled=shuffled
            )


def _describe_moments(values: np.ndarray, codes: np.ndarray, rises: bool) -> Note | None:
    """Return the kind of moments if these tell rows apart; Excel's must also rise."""
    moments = moments_in(values)
    if moments is None or (moments.kind is Tables.EXCEL_DAYS and not rises):
        return None
    instants = np.unique(values, return_inverse=True)[1].reshape(-1)
    if share_of_pairs(codes, instants) < 1 - EQUAL:
        return None
    return Tables.OF_MOMENTS(moments=moments.note)


def check_part_numbers(table: pa.Table, id_column: str, channels: Sequence[str]) -> Iterator[Note]:
    """Yield a warning for each channel whose name suggests that it numbers parts, such as trials.

    >>> table = pa.table({"person": [1] * 4, "trial": [1, 1, 2, 2], "u": [0.5, 0.1, 0.2, 0.4]})
    >>> next(check_part_numbers(table, "person", ["trial", "u"])).values
    {'column': 'trial', 'as_option': 'person,trial'}
    """
    head = table.slice(0, HEAD)
    codes = codes_of_head(head, id_column)
    for name in channels if codes is not None else ():
        parts = codes_of_head(head, name) if name.lower() in PARTS else None
        if codes is None or parts is None:
            continue
        if len(np.unique(codes)) < count_pairs(codes, parts) < len(codes):
            yield Tables.NUMBERS_PARTS.warning(column=name, as_option=option_of([id_column, name]))


def check_runs(table: pa.Table, id_column: str, channels: Sequence[str]) -> Iterator[Note]:
    """Yield a warning for each channel that counts, but begins again within the series.

    >>> table = pa.table({"user": [1] * 6 + [2] * 3, "sample": [0, 1, 2] * 3})
    >>> next(check_runs(table, "user", ["sample"])).values["row"]
    4
    """
    head = table.slice(0, HEAD)
    codes = codes_of_head(head, id_column)
    for name in channels if codes is not None else ():
        values = None if part_of(name) in PARTS_OF_TIME else numbers_of_head(head, name)
        if codes is None or values is None:
            continue
        order = np.argsort(codes, kind="stable")
        steps, is_start = np.diff(values[order]), np.diff(codes[order]) != 0
        falls = np.flatnonzero((steps < 0) & ~is_start)
        if not len(falls):
            continue
        runs = np.empty(len(order), np.int64)
        runs[order] = np.cumsum(np.append(0, (steps < 0) | is_start))
        if (length := step_length(values, runs)) is None:
            continue
        mend = Tables.NUMBER_RUNS(id=id_column)
        others = [other for other in head.column_names if other not in (id_column, *channels)]
        for other in others:
            parts = codes_of_head(head, other)
            if parts is not None and _split_alike(runs, codes, parts):
                mend = Tables.RUNS_BY(as_option=option_of([id_column, other]))
                break
        yield Tables.BEGINS_AGAIN.warning(
            column=name, length=length, row=int(order[falls[0] + 1]) + 1, mend=mend
        )


def _split_alike(runs: np.ndarray, codes: np.ndarray, parts: np.ndarray) -> bool:
    """Return whether each pair of codes and parts, all (rows,), is one of the runs."""
    return count_pairs(codes, parts) == count_pairs(runs, parts) == len(np.unique(runs))


def check_first_step(table: pa.Table, steps: Sequence[str]) -> list[Note]:
    """Return the warning that the first step may be the id: the only one with distinct integers.

    >>> check_first_step(
    ...     pa.table({"customer": [901, 902, 903], "u": [1.0, 2, 1], "v": [3.0, 2, 3]}),
    ...     ["customer", "u", "v"],
    ... )
    ["'customer' differs in every row, unlike the other columns; if it is an id, not a step, use
    --id customer"]
    """
    names_of_rows = [
        name
        for name in steps
        if look_like_labels(table[name], max_labels=len(table)) and is_unique(table[name])
    ]
    if names_of_rows != [steps[0]]:
        return []
    return [Tables.MAY_NAME_ROWS.warning(column=steps[0])]


def check_last_step(table: pa.Table, steps: Sequence[str]) -> list[Note]:
    """Return the warning that the last step may be the label: a few integers after measurements.

    Ignored: constant columns, and the ends of series padded with 0.

    >>> table = pa.table(
    ...     {"column1": [0.5, 1.5, 2.5, 3.5], "column2": [3.5, 4, 5, 6], "column3": [1, 2, 1, 2]}
    ... )
    >>> check_last_step(table, table.column_names)[0].values
    {'column': 'column3', 'n': 2}
    """
    if len(steps) < MIN_WIDTH or table.num_rows < FEWEST or not look_like_labels(table[steps[-1]]):
        return []
    *earlier, last = steps
    n_classes = count_different(table[last])
    ends_before = numbers(table[earlier[-1]], earlier[-1]) == 0
    is_zero = numbers(table[last], last) == 0
    is_padded = ends_before.mean() >= PADDED and is_zero[ends_before].all()
    if is_padded or not 2 <= n_classes <= min(MAX_CLASSES, table.num_rows // 2):
        return []
    varied = [name for name in earlier[-OTHERS:] if count_different(table[name]) > 1]
    n_measured = sum(not look_like_labels(table[name]) for name in varied)
    if not varied or n_measured < MEASURED * len(varied):
        return []
    return [Tables.LAST_MAY_BE_LABEL.warning(column=last, n=n_classes)]
