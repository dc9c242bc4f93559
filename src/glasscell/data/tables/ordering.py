"""Order of a long-form table's rows by series and time, and treatment of equal times."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.spacing import Spacing, measure
from glasscell.data.tables.column_values import count_different, kind_of, texts
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.summer_time import without_repeated_hours
from glasscell.data.tables.times import backwards, begin_again, find_equal, times, unit_of
from glasscell.errors import DataError
from glasscell.facts import Note

# fraction of equal times, in series that have some, from which rows may belong to several series
MANY = 0.2
MIN_ROWS = 3  # rows of the median series, if another column tells series apart
MIN_CHANCES = 100  # to one, against a random order with just one step back in each series


def order_of_rows(
    columns: dict[str, pa.ChunkedArray],
    roles: Roles,
    request: Request,
    codes: np.ndarray,
    ids: np.ndarray,
    start: int,
) -> tuple[np.ndarray | None, tuple[Note, ...], Spacing | None]:
    """Return the order of rows by series and time, or None if sorted; notes; and the spacing.

    `codes, ids` (rows,).

    >>> roles = Roles("long", "id", "t", None, ("u",), (("u",),), ())
    >>> codes, ids = np.array([0, 1, 0]), np.array(["a", "b"])
    >>> order_of_rows({"t": pa.chunked_array([[2, 1, 1]])}, roles, Request(), codes, ids, 0)[
    ...     0
    ... ].tolist()
    [2, 0, 1]
    """
    if roles.time is None:
        order, notes = _order_of_file(columns, roles, request, codes, ids, start)
        return order, notes, None
    column = columns.pop(roles.time)
    when, unit, notes = times(column, roles.time, start), unit_of(column), ()
    if unit is None and (forms := backwards(column, roles.time)):
        number = column.drop_null()[0].as_py()
        raise DataError(Tables.LIKE_A_DATE, column=roles.time, number=number, form=forms[0])

    def apart(codes: np.ndarray, when: np.ndarray) -> Spacing:
        return measure(codes, when, len(ids), unit, keep=bool(request.respacing))

    if _are_sorted(codes, when):
        return None, notes, apart(codes, when)
    if (repeated := without_repeated_hours(codes, when, unit)) is not None:
        when, rows = repeated
        first = {"row": start + int(rows[0]) + 1, "time": column[int(rows[0])].as_py()}
        n = len(np.unique(codes[rows]))
        notes = (Tables.HOUR_REPEATED(series=n, column=roles.time, **first),)
        if _are_sorted(codes, when):
            return None, notes, apart(codes, when)
    _refuse_beginning_again(column, roles, codes, when, ids, start)
    order = np.lexsort((when, codes))
    equal = find_equal(codes, when, order)
    if len(equal) and request.respacing.every is None:  # averaged by resampling
        row = int(equal[0])
        first = {"row": start + row + 1, "column": roles.time}
        first |= {"id": str(ids[codes[row]]), "time": column[row].as_py()}
        # no column needs to identify the series
        is_whole = request.rows_are_steps and request.id is None and len(ids) == 1
        refuse_several(equal, codes, when, columns, None if is_whole else roles.id, **first)
        mend = (
            None
            if request.rows_are_steps or request.expected is not None
            else Tables.AVERAGED_OR_JOINED()
        )
        of = {"n": len(equal), "series": len(np.unique(codes[equal]))}
        notes = (Tables.EQUAL_TIMES.warning(mend=mend, **of, **first),)
    if (order == np.arange(len(order))).all():
        return None, notes, apart(codes, when)
    return order, (*notes, Tables.ROWS_SORTED()), apart(codes[order], when[order])


def _are_sorted(codes: np.ndarray, when: np.ndarray) -> bool:
    """Return whether rows are sorted by series and, within each, have rising times."""
    is_same, is_later = codes[1:] == codes[:-1], when[1:] > when[:-1]
    return bool(((codes[1:] > codes[:-1]) | (is_same & is_later)).all())


def _order_of_file(
    columns, roles: Roles, request: Request, codes: np.ndarray, ids: np.ndarray, start: int
):
    """Return the order of rows by series, None if sorted, and notes, also on possible times."""
    is_asked = request.channels is not None or request.expected is not None
    ignored = [] if is_asked else [name for name in columns if name not in roles.channels]
    doubts = [
        Tables.MAY_ORDER.warning(column=name)
        for name in ignored
        if _may_order(columns[name], name, codes)
    ]
    if (codes[1:] >= codes[:-1]).all():
        return None, tuple(doubts)
    row = int(np.flatnonzero(codes[1:] < codes[:-1])[0]) + 1
    note = Tables.IDS_APART(row=start + row + 1, id=str(ids[codes[row]]))
    return np.argsort(codes, kind="stable"), (note, *doubts)


def _may_order(column: pa.ChunkedArray, name: str, codes: np.ndarray) -> bool:
    """Return whether words may be times: distinct within a series, but repeated across series."""
    if column.null_count or kind_of(column) != "text" or 2 * count_different(column) > len(column):
        return False
    pairs = codes.astype(np.int64) * len(column) + texts(column, name)[0]
    return bool(np.median(np.bincount(codes)) >= MIN_ROWS and len(np.unique(pairs)) == len(pairs))


def _refuse_beginning_again(
    column: pa.ChunkedArray, roles: Roles, codes: np.ndarray, when: np.ndarray, ids, start: int
):
    """Raise DataError if times may start over within a series, as at midnight, and sort wrongly.

    Times without a date do so if they go back. Numbers may if each affected series goes back once
    and ends before its first value: few random orders do so.
    """
    rows = np.argsort(codes, kind="stable")
    in_order, of = when[rows], codes[rows]
    back = np.flatnonzero((of[1:] == of[:-1]) & (in_order[1:] < in_order[:-1]))
    if not len(back):
        return
    before, here = (column[int(row)].as_py() for row in rows[back[0] : back[0] + 2])
    given = {"here": str(here), "before": str(before), "id": str(ids[of[back[0]]])}
    given |= {"row": start + int(rows[back[0] + 1]) + 1, "column": roles.time}
    if begin_again(column):
        raise DataError(Tables.PAST_MIDNIGHT, **given)
    again = of[back]
    first, last = np.searchsorted(of, again), np.searchsorted(of, again, "right") - 1
    comes_round = len(np.unique(again)) == len(again) and bool(
        (in_order[last] < in_order[first]).all()
    )
    chances = sum(map(math.lgamma, (last - first + 1)[:100].tolist()))
    if unit_of(column) is None and comes_round and chances > math.log(MIN_CHANCES):
        raise DataError(
            Tables.MAY_BEGIN_AGAIN, **given, n=len(again), channels=[roles.time, *roles.channels]
        )


def refuse_several(
    rows: np.ndarray,
    codes: np.ndarray,
    when: np.ndarray,
    columns: Mapping[str, pa.ChunkedArray],
    by: str | None,
    **first: Any,
) -> None:
    """Raise DataError if many rows repeat a time of their series, and another column splits them.

    `codes, when` (rows,).

    >>> codes, when = np.zeros(6, int), np.array([0, 1, 2, 0, 1, 2])
    >>> columns = {"u": pa.chunked_array([[0.5, 1.0, 2.0, 3.0, 4.0, 5.0]])}
    >>> refuse_several(np.array([3, 4, 5]), codes, when, columns, "id", row=4, column="t", time=0)
    """
    is_touched = np.isin(codes, codes[rows])
    if len(rows) < MANY * is_touched.sum():
        return
    for name, column in columns.items():
        if (apart := _told_apart(column, name, codes, when)) is not None:
            n_ids = int(codes.max()) + 1
            both = [name] if by is None else [by, name] if n_ids <= apart else [name, by]
            raise DataError(
                Tables.TIMES_OF_SEVERAL, other=name, as_option=option_of(both), n=len(rows), **first
            )


def _told_apart(
    column: pa.ChunkedArray, name: str, codes: np.ndarray, when: np.ndarray
) -> int | None:
    """Return how many values of a column split series so that no time repeats, or None."""
    if column.null_count or kind_of(column) not in ("text", "number"):
        return None
    try:
        values, different = texts(column, name)
    except DataError:
        return None
    if (values < 0).any() or not 1 < len(different) <= len(values) / MIN_ROWS:
        return None
    of = np.unique(np.stack([codes, values]), axis=1, return_inverse=True)[1].reshape(-1)
    is_long = np.median(np.bincount(of)) >= MIN_ROWS
    return (
        len(different)
        if is_long and not len(find_equal(of, when, np.lexsort((when, of))))
        else None
    )
