"""Find the numeric columns to forecast if none are requested: series of one kind, but no flags."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tables.column_values import are_months
from glasscell.data.tables.ids import without_keys
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.sentences import Panels

VALUE_NAMES = ("y",)
LOOKED_AT = 200  # rows
MOST_KINDS = 20  # columns; a wider table has one per series
GAP = 10  # minimum ratio of adjacent typical values, at which columns are of two kinds
MOST_CODES = (
    12  # distinct whole numbers in a column of codes, if another has more than ten times as many
)


def find_values(table: Any, columns: Sequence[str]) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Return the columns to forecast among those without a role, and notes.

    A column called y is chosen, or the only numeric one. Else each numeric column is a series,
    except for flags, which have only 0 and 1.

    >>> table = pd.DataFrame({"north": [10.0, 12.0], "south": [30.0, 31.0], "holiday": [0, 1]})
    >>> find_values(table, ["north", "south", "holiday"])[0]
    ('north', 'south')
    """
    numeric = [name for name in without_keys(columns) if are_numbers(table[name])]
    if called := [name for name in numeric if name.lower().strip() in VALUE_NAMES]:
        return (called[0],), ()
    numbers: dict[str, Any] = {
        name: pd.Series(pd.to_numeric(table[name], errors="coerce")).dropna() for name in numeric
    }
    flags = [name for name, values in numbers.items() if len(values) and values.isin((0, 1)).all()]
    if len(numeric) == 1:
        return tuple(numeric), ()
    if flags and len(flags) == len(numeric):
        raise DataError(Panels.ONLY_FLAGS, columns=flags)
    found = [name for name in numeric if name not in flags]
    there = {name: numbers[name].to_numpy(float) for name in found if len(numbers[name])}
    if 1 < len(there) <= MOST_KINDS:
        require_one_kind(there, flags)
    return tuple(found), (Panels.FLAGS(columns=flags),) if flags else ()


def require_one_kind(columns: dict[str, np.ndarray], flags: Sequence[str] = ()) -> None:
    """Raise UsageError if numeric columns (rows,) are of several kinds, such as sales and prices.

    The error lists the flags, too.

    >>> require_one_kind({"north": np.array([10.0, 12.0]), "south": np.array([30.0, 31.0])})
    >>> try:
    ...     require_one_kind({"sales": np.array([1000.0, 1200.0]), "price": np.array([1.5, 1.6])})
    ... except UsageError as error:
    ...     error.values["large"], error.values["small"]
    ('sales', 'price')
    """
    names = list(columns)
    typical = {
        name: float(np.median(np.abs(v[v != 0]))) for name, v in columns.items() if (v != 0).any()
    }
    sizes = sorted(typical, key=lambda name: typical[name])
    if any(typical[after] >= GAP * typical[before] for before, after in pairwise(sizes)):
        small, large = sizes[0], sizes[-1]
        ends = {"small": small, "large": large, "least": typical[small], "most": typical[large]}
        raise UsageError(Panels.OTHER_SCALES, columns=names, flags=flags, **ends)
    different = {name: len(np.unique(values)) for name, values in columns.items()}
    code, column = (of(different, key=lambda name: different[name]) for of in (min, max))
    n, many = different[code], different[column]
    if n <= MOST_CODES and many > 10 * n and not (columns[code] % 1).any():
        both = {"code": code, "n": n, "column": column, "many": many}
        raise UsageError(Panels.OTHER_KINDS, columns=names, flags=flags, **both)


def are_numbers(column: Any) -> bool:
    """Return whether a column holds mostly numbers; callers report other values.

    >>> are_numbers(pd.Series(["1", "2.5", "x"])), are_numbers(pd.Series(["a", "b"]))
    (True, False)
    """
    if column.dtype.kind in "mM":  # times and durations convert to numbers of nanoseconds
        return False
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    there = column.dropna().iloc[:LOOKED_AT]
    if are_months(there.astype(str).str.strip().unique()):
        return False
    found: Any = pd.to_numeric(there, errors="coerce")
    return (
        len(there) > 0
        and pd.api.types.is_numeric_dtype(found.dtype)
        and bool(found.notna().mean() > 0.5)
    )
