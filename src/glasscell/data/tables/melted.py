"""Detection of melted tables, with one row per channel's value: rejected with a hint to pivot."""

from collections.abc import Sequence

import pyarrow as pa

from glasscell.data.tables.column_values import count_different, kind_of
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import EQUAL
from glasscell.errors import DataError

MOST_WORDS, MOST_NUMBERS = 1000, 50  # maximum number of channels named by words, and by numbers
FULL = 0.5  # minimum fraction of filled rows, if each channel had a value at each step


def refuse_melted(
    table: pa.Table,
    id_column: str,
    time: str | None,
    names: Sequence[str],
    label: str | None = None,
) -> None:
    """Raise DataError if one column holds channel names, and the only other numeric one values.

    >>> table = pa.table(
    ...     {
    ...         "id": [7] * 4,
    ...         "t": [0, 0, 1, 1],
    ...         "sensor": [1, 2, 1, 2],
    ...         "u": [1, 2, 3, 4],
    ...         "v": [5] * 4,
    ...     }
    ... )
    >>> refuse_melted(table, "id", "t", ["sensor", "u", "v"])
    """
    kinds = {name: kind_of(table[name]) for name in names if name not in (id_column, label, time)}
    values, words = (
        [name for name, of in kinds.items() if of == kind] for kind in ("number", "text")
    )
    kept = [label] if label is not None else []
    for name in words if len(values) == 1 else values if len(values) == 2 and time else []:
        channels = table[name].unique().to_pylist()
        if _are_channels(table, id_column, time, name, kept, len(channels)):
            (value,) = [one for one in values if one != name]
            given = {
                "channels": channels[:4],
                "more": Tables.AND_MORE() if len(channels) > 4 else None,
            }
            given["ids_as_option"] = option_of(
                [of for of in table.column_names if of in (id_column, name)]
            )
            snippet = _snippet(id_column, time, name, value, kept)
            raise DataError(Tables.MELTED, column=name, id=id_column, snippet=snippet, **given)


def _snippet(id_column: str, time: str | None, name: str, value: str, kept: Sequence[str]) -> str:
    """Return the pandas call that gives each channel a column."""
    step = time or "time"
    counted = (
        "" if time else f".assign({step}=lambda f: f.groupby([{id_column!r}, {name!r}]).cumcount())"
    )
    index = [id_column, step, *kept]
    turned = f".pivot(index={index!r}, columns={name!r}, values={value!r}).reset_index()"
    return f"pandas.read_csv(FILE){counted}{turned}.to_csv('turned.csv', index=False)"


def _are_channels(
    table: pa.Table, id_column: str, time: str | None, name: str, kept: Sequence[str], n: int
) -> bool:
    """Return whether a column has few values, which split each step's or series' rows evenly."""
    most = MOST_WORDS if kind_of(table[name]) == "text" else MOST_NUMBERS
    keys = [id_column, name, *([time] if time else [])]
    if not 2 <= n <= min(most, len(table) // 2) or any(table[of].null_count for of in keys):
        return False
    if _count(table, id_column, *kept) > count_different(table[id_column]):
        return False
    if time is not None:
        steps = _count(table, id_column, time)
        is_full = FULL * steps * n <= len(table) == _count(table, *keys)
        return is_full and steps < (1 - EQUAL) * len(table)
    cells = table.group_by(keys).aggregate([([], "count_all")])
    of_each = cells.group_by(id_column).aggregate([("count_all", "min"), ("count_all", "max")])
    is_even = of_each["count_all_min"].equals(of_each["count_all_max"])
    return is_even and len(of_each) * n == len(cells) < len(table)


def _count(table: pa.Table, *names: str) -> int:
    """Return the number of different rows of some columns."""
    return table.select(names).group_by(list(names)).aggregate([]).num_rows
