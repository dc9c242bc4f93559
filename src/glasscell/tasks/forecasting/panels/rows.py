"""Convert a table with a row per series and a column per time to a long one."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.tables.column_values import is_unique, kind_of
from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.request import IDS
from glasscell.data.tables.roles import Columns
from glasscell.data.tables.step_names import named_months
from glasscell.data.tables.time_formats import read_format
from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.cells import numbers_in, times_in
from glasscell.tasks.forecasting.panels.date_order import require_one_order
from glasscell.tasks.forecasting.panels.panel import TIME, VALUE
from glasscell.tasks.forecasting.panels.sentences import Panels

FEWEST_TIMES, FEWEST_STEPS = 3, 8  # columns
NUMBERED = re.compile(r"(\D+)(\d+)")


class StepColumns(NamedTuple):
    """Columns that are steps, their times, and the columns of ids."""

    names: list[str]
    times: Sequence[Any]
    ids: tuple[str, ...] = ()


def find_step_columns(
    columns: Columns, ids: tuple[str, ...], time_format: str | None = None, *, has_times: bool
) -> StepColumns | None:
    """Return the columns that are steps if each row is a series: its `ids` tell rows apart.

    >>> table = {"shop": ["a", "b"], "2026-01": [1, 4], "2026-02": [2, 5], "2026-03": [3, 6]}
    >>> columns = Columns.of(pa.table(table))
    >>> find_step_columns(columns, (), has_times=False).names
    ['2026-01', '2026-02', '2026-03']
    """
    table = columns.table
    dated = _dated([*columns.unassigned], time_format)
    numbered = None if dated or has_times else _numbered([*columns.unassigned])
    steps = dated or numbered
    if steps is None or any(columns.kinds[name] != "number" for name in steps.names):
        return None
    other_columns = [name for name in table.column_names if name not in steps.names]
    ids_of_rows = ids or _find_id(table, other_columns)
    if not ids_of_rows or {TIME, VALUE} & {*other_columns} or len(table) < 2:
        return None
    if table.group_by([*ids_of_rows]).aggregate([]).num_rows < len(table):
        return None
    if numbered and not ids and not _is_called_id(ids_of_rows[0]):
        ends = {"first": steps.names[0], "last": steps.names[-1]}
        raise DataError(
            Panels.ROWS_MAY_BE_SERIES, column=ids_of_rows[0], n=len(steps.names), **ends
        )
    return steps._replace(ids=ids_of_rows)


def with_row_for_each_time(rows: pd.DataFrame, steps: StepColumns) -> pd.DataFrame:
    """Return the long form of a table with a row per series.

    >>> rows = pd.DataFrame({"shop": ["a", "b"], "d1": [1, 4], "d2": [2, 5]})
    >>> with_row_for_each_time(rows, StepColumns(["d1", "d2"], [1, 2])).to_numpy().tolist()
    [['a', 1, 1.0], ['b', 1, 4.0], ['a', 2, 2.0], ['b', 2, 5.0]]
    """
    other_columns = rows.drop(columns=steps.names)
    parts = [
        other_columns.assign(**{TIME: time, VALUE: numbers_in(rows[name], name)})
        for name, time in zip(steps.names, steps.times, strict=True)
    ]
    return pd.concat(parts)


def _dated(names: list[str], time_format: str | None) -> StepColumns | None:
    """Return the columns named by dates in a format, or by dates, months or years, or None."""
    if time_format is not None:
        dates: Any = read_format(pd.Series(names, names, dtype=object), time_format).dropna()
        return _distinct([*dates.index], dates.dt.tz_localize(None))
    months = {name: date for name, date in named_months(names).items() if date[0] is not None}
    firsts = [pd.Timestamp(year, month, 1) for year, month in months.values()]
    if (steps := _distinct([*months], pd.Series(firsts))) is not None:
        return steps
    columns = [name for name in names if re.match(r"(Q[1-4] )?\d", name.strip())]
    texts = pd.Series(columns, dtype=object)
    are_years = (
        texts.str.fullmatch(r"(18|19|20)\d\d").all() and (np.diff(texts.astype(int)) == 1).all()
    )
    has_numbers = texts.str.fullmatch(r"\d+(\.\d+)?").any()
    if len(texts) < FEWEST_TIMES or (has_numbers and not are_years):
        return None
    try:
        require_one_order(texts, TIME)
        return _distinct(columns, times_in(texts, TIME))
    except DataError:
        return None


def _distinct(names: list[str], times: Any) -> StepColumns | None:
    """Return columns with their times if these are enough and distinct, else None."""
    if len(names) < FEWEST_TIMES or not times.is_unique:
        return None
    return StepColumns(names, times.tolist())


def _numbered(names: list[str]) -> StepColumns | None:
    """Return the columns with one name and consecutive numbers, such as d_1 to d_1913."""
    matches = [match for name in names if (match := NUMBERED.fullmatch(name))]
    numbers = [int(match[2]) for match in matches]
    is_one_name = len({match[1] for match in matches}) == 1
    if not is_one_name or len(matches) < FEWEST_STEPS or (np.diff(numbers) != 1).any():
        return None
    return StepColumns([match[0] for match in matches], numbers)


def _find_id(table: pa.Table, names: Sequence[str]) -> tuple[str, ...]:
    """Return the column that identifies rows: by a name of an id, or the first unique texts."""
    words = [name for name in names if kind_of(table[name]) == "text"]
    candidates = (*filter(_is_called_id, names), *words)
    return tuple(name for name in candidates if is_unique(table[name]))[:1]


def _is_called_id(name: str) -> bool:
    return name.lower().strip() in IDS or is_called_id(name)
