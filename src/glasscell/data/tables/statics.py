"""Columns beside steps without numbers that may be none: ids, ages, totals, which lie in another range."""

import shlex
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import count_different, numbers
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note

MIN_STEPS = 4  # in one range, which most columns have to be
LONGEST = 60  # letters of names in a hint
HEAD = 50_000  # rows that are looked at


def about_statics(table: pa.Table, names: Sequence[str], id_column: str | None) -> Iterator[Note]:
    """Give the warning that columns at either end may be no steps, as the middle half of their numbers lies apart.

    Parameters
    ----------
    table : pyarrow.Table
    names : sequence of str
        Of columns whose names do not tell which steps they are, in the file's order.
    id_column : str or None
        That names the series, if one does.

    Examples
    --------
    >>> table = pa.table({"customer": [901, 902, 903], **{name: [1.0, 2.0, 3.0] for name in "abcd"}})
    >>> [(note.code.name, note.values["column"]) for note in about_statics(table, table.column_names, None)]
    [('MAY_NAME_ROWS', 'customer')]
    """
    if len(names) <= MIN_STEPS:
        return
    try:
        values = [numbers(table[name].slice(0, HEAD), name) for name in names]
    except DataError:  # reported where they are read
        return
    if any(np.isnan(column).all() for column in values):
        return
    least, most = np.transpose([np.nanquantile(column, (0.25, 0.75)) for column in values])
    alike = _in_one_range(least, most)
    if len(alike) < max(MIN_STEPS, len(names) / 2 + 0.5) or len(alike) == len(names):
        return
    first, last = min(alike), max(alike)
    odd = [name for k, name in enumerate(names) if k < first or k > last]
    if odd and id_column is None and odd[0] == names[0] and _names_rows(table[odd[0]]):
        yield Tables.MAY_NAME_ROWS.warning(column=odd[0])
        odd = odd[1:]
    if odd:
        steps = shlex.quote(",".join(names[first : last + 1]))
        yield Tables.MAY_BE_NO_STEPS.warning(
            columns=odd, channels=steps if len(steps) < LONGEST else Tables.TOO_MANY_TO_LIST()
        )


def say_strangers(table: pa.Table, odd: Sequence[str], steps: Sequence[str], id_column: str | None) -> list[Note]:
    """Return that columns are left out, as they are no steps like others, and that the first may name the series.

    >>> say_strangers(pa.table({"customer": [7, 8], "x0": [1, 2], "x1": [3, 4]}), ["customer"], ["x0", "x1"], None)
    ["ignored column 'customer': it is not a step like 'x0' to 'x1'; if it names the series, use --id customer"]
    """
    said = []
    for name in odd:
        may_name = id_column is None and name == table.column_names[0] and _names_rows(table[name])
        why = Tables.UNLIKE_STEPS(first=steps[0], last=steps[-1], hint=Tables.USE_ID(id=name) if may_name else None)
        said.append(Tables.LEFT_OUT(column=name, why=why))
    return said


def say_keys(table: pa.Table, keys: Sequence[str], id_column: str | None) -> list[Note]:
    """Return that columns are left out which are called as keys are, and that one may name the series.

    >>> say_keys(pa.table({"shop_id": [7, 8], "x0": [1, 2]}), ["shop_id"], None)[0].values["why"].values
    {'hint': '; if it names the series, use --id shop_id'}
    """
    said = []
    for name in keys:
        hint = Tables.USE_ID(id=name) if id_column is None and _names_rows(table[name]) else None
        said.append(Tables.LEFT_OUT(column=name, why=Tables.CALLED_ID(hint=hint)))
    return said


def _in_one_range(least: np.ndarray, most: np.ndarray) -> list[int]:
    """Return the columns of the largest group whose ranges hang together."""
    groups: list[list[int]] = []
    end = -np.inf
    for k in np.argsort(least, kind="stable").tolist():
        if least[k] > end:
            groups.append([])
        groups[-1].append(k)
        end = max(end, most[k])
    return max(groups, key=len)


def _names_rows(column: pa.ChunkedArray) -> bool:
    return not column.null_count and count_different(column) == len(column)
