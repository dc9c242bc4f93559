"""Detection of melted tables, with one row per channel's value: rejected with a hint to pivot."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from glasscell.data.tables.column_values import count_different, kind_of
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import EQUAL
from glasscell.errors import DataError

MOST_WORDS, MOST_NUMBERS = 1000, 50  # maximum number of channels named by words, and by numbers
FULL = 0.5  # minimum fraction of filled rows, if each channel had a value at each step


@dataclass(frozen=True)
class Keys:
    """The columns of a table that say what a row is about, but for the channel: id, time, label."""

    id: str
    time: str | None = None
    label: str | None = None

    @property
    def constant(self) -> list[str]:
        """The columns that have one value per series."""
        return [self.id] if self.label is None else [self.id, self.label]


def refuse_melted(table: pa.Table, keys: Keys, names: Sequence[str]) -> None:
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
    >>> refuse_melted(table, Keys("id", "t"), ["sensor", "u", "v"])
    """
    names = [name for name in names if name not in (keys.id, keys.time, keys.label)]
    numbers = [name for name in names if kind_of(table[name]) == "number"]
    candidates: list[str] = []
    if len(numbers) == 1:
        candidates = [name for name in names if kind_of(table[name]) == "text"]
    elif len(numbers) == 2 and keys.time:
        candidates = numbers
    for name in candidates:
        channels = table[name].unique().to_pylist()
        if _holds_channels(table, keys, name, len(channels)):
            (value,) = [number for number in numbers if number != name]
            ids = [column for column in table.column_names if column in (keys.id, name)]
            raise DataError(
                Tables.MELTED,
                column=name,
                id=keys.id,
                snippet=_snippet(keys, name, value),
                channels=channels[:4],
                more=Tables.AND_MORE() if len(channels) > 4 else None,
                ids_as_option=option_of(ids),
            )


def _snippet(keys: Keys, name: str, value: str) -> str:
    """Return the pandas call that gives each channel a column."""
    step, count = keys.time, ""
    if step is None:
        step = "time"
        count = f".assign({step}=lambda f: f.groupby([{keys.id!r}, {name!r}]).cumcount())"
    id, *label = keys.constant
    index = [id, step, *label]
    pivot = f".pivot(index={index!r}, columns={name!r}, values={value!r}).reset_index()"
    return f"pandas.read_csv(FILE){count}{pivot}.to_csv('turned.csv', index=False)"


def _holds_channels(table: pa.Table, keys: Keys, name: str, n_channels: int) -> bool:
    """Return whether a column has few values, which split each step's or series' rows evenly."""
    limit = MOST_WORDS if kind_of(table[name]) == "text" else MOST_NUMBERS
    columns = [keys.id, name, *([keys.time] if keys.time else [])]
    if not 2 <= n_channels <= min(limit, len(table) // 2):
        return False
    if any(table[column].null_count for column in columns):
        return False
    if _count(table, keys.constant) > count_different(table[keys.id]):
        return False
    if keys.time is not None:
        n_steps = _count(table, [keys.id, keys.time])
        has_one_value = len(table) == _count(table, columns)
        is_full = FULL * n_steps * n_channels <= len(table)
        return has_one_value and is_full and n_steps < (1 - EQUAL) * len(table)
    cells = table.group_by(columns).aggregate([([], "count_all")])
    n_rows = cells.group_by(keys.id).aggregate([("count_all", "min"), ("count_all", "max")])
    is_even = n_rows["count_all_min"].equals(n_rows["count_all_max"])
    return is_even and len(n_rows) * n_channels == len(cells) < len(table)


def _count(table: pa.Table, names: Sequence[str]) -> int:
    """Return the number of different rows of some columns."""
    return table.select(names).group_by(list(names)).aggregate([]).num_rows
