"""Find the numeric columns to forecast if none are requested: series of one kind, but no flags."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.sentences import Panels

VALUE_NAMES = ("y",)
MOST_KINDS = 20  # columns; a wider table has one per series
GAP = 10  # minimum ratio of adjacent typical values, at which columns are of two kinds
MOST_CODES = 12  # distinct whole numbers of a column of codes
CODES_RATIO = 10  # another column has more than so many times as many distinct values


class ValueColumns(NamedTuple):
    """Columns to forecast, flags that are not, and why the columns are of several kinds, if so."""

    names: tuple[str, ...]
    flags: Sequence[str] = ()
    mixture: Note | None = None


def find_values(table: pa.Table, numeric: Sequence[str]) -> ValueColumns:
    """Return the columns to forecast among those of numbers without a role.

    A column called y is chosen, or the only numeric one. Else each numeric column is a series,
    except for flags, which have only 0 and 1.

    >>> table = pa.table({"north": [10.0, 12.0], "south": [30.0, 31.0], "holiday": [0, 1]})
    >>> find_values(table, table.column_names)
    ValueColumns(names=('north', 'south'), flags=['holiday'], mixture=None)
    """
    targets = [name for name in numeric if name.lower().strip() in VALUE_NAMES]
    if targets or len(numeric) == 1:
        return ValueColumns((*targets, *numeric)[:1])
    cells: dict[str, Any] = {
        # callers report words among numbers
        name: pd.Series(pd.to_numeric(table[name].to_pandas(), errors="coerce")).dropna()
        for name in numeric
    }
    flags = [name for name, values in cells.items() if len(values) and values.isin((0, 1)).all()]
    if flags and len(flags) == len(numeric):
        raise DataError(Panels.ONLY_FLAGS, columns=flags)
    names = tuple(name for name in numeric if name not in flags)
    return ValueColumns(
        names, flags, find_mixture({name: cells[name].to_numpy(float) for name in names}, flags)
    )


def find_mixture(columns: dict[str, np.ndarray], flags: Sequence[str] = ()) -> Note | None:
    """Return the fact that numeric columns (rows,) are of several kinds, such as sales and prices.

    It lists the flags, too.

    >>> find_mixture({"north": np.array([10.0, 12.0]), "south": np.array([30.0, 31.0])})
    >>> note = find_mixture({"sales": np.array([1000.0, 1200.0]), "price": np.array([1.5, 1.6])})
    >>> note.values["large"], note.values["small"]
    ('sales', 'price')
    """
    columns = {name: values for name, values in columns.items() if len(values)}
    if not 1 < len(columns) <= MOST_KINDS:
        return None
    shown = {"columns": list(columns), "flags": flags}
    sizes = {
        name: float(np.median(np.abs(values[values != 0])))
        for name, values in columns.items()
        if (values != 0).any()
    }
    by_size = sorted(sizes, key=sizes.__getitem__)
    if any(sizes[larger] >= GAP * sizes[smaller] for smaller, larger in pairwise(by_size)):
        small, large = by_size[0], by_size[-1]
        return Panels.OTHER_SCALES(
            **shown, small=small, large=large, least=sizes[small], most=sizes[large]
        )
    counts = {name: len(np.unique(values)) for name, values in columns.items()}
    code = min(counts, key=counts.__getitem__)
    column = max(counts, key=counts.__getitem__)
    n, many = counts[code], counts[column]
    if n <= MOST_CODES and many > CODES_RATIO * n and not (columns[code] % 1).any():
        return Panels.OTHER_KINDS(**shown, code=code, n=n, column=column, many=many)
    return None
