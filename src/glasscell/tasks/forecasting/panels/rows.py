"""Convert a table with a row per series and a column per time to a long one."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.request import IDS
from glasscell.data.tables.step_names import named_months
from glasscell.data.tables.time_formats import read_format
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import numbers_in, times_in
from glasscell.tasks.forecasting.panels.date_order import require_one_order
from glasscell.tasks.forecasting.panels.panel import TIME, VALUE
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.values import are_numbers

FEWEST_TIMES, FEWEST_STEPS = 3, 8  # columns
NUMBERED = re.compile(r"(\D+)(\d+)")


class StepColumns(NamedTuple):
    """Columns that are steps, their times, and whether these are numbers after a name (d_1)."""

    names: list[str]
    times: Sequence[Any]
    are_numbered: bool = False


def with_row_for_each_time(
    table: Any, request: PanelRequest, *, has_times: bool = False
) -> tuple[Any, Note | None]:
    """Return the long form and layout of a table with a row per series; any other table unchanged.

    >>> table = pd.DataFrame(
    ...     {"shop": ["a", "b"], "2026-01": [1, 4], "2026-02": [2, 5], "2026-03": [3, 6]}
    ... )
    >>> rows, _ = with_row_for_each_time(table, PanelRequest())
    >>> rows.astype({"ds": str}).to_numpy()[:2].tolist()
    [['a', '2026-01-01', 1.0], ['b', '2026-01-01', 4.0]]
    """
    assigned = request.columns_in(table.columns)
    names = [name for name in table.columns if name not in assigned]
    steps = _dated(names, request.time_format) or (None if has_times else _numbered(names))
    if steps is None or not all(
        are_numbers(table[name]) or table[name].isna().all() for name in steps.names
    ):
        return table, None
    other_columns = table.drop(columns=steps.names)
    ids = request.ids_in(table.columns) or _find_id(other_columns)
    is_unique = len(table) > 1 and ids and not table.duplicated(list(ids)).any()
    if not is_unique or {TIME, VALUE} & {*other_columns}:
        return table, None
    if steps.are_numbered and not {*ids} & assigned and not _is_called_id(ids[0]):
        ends = {"first": steps.names[0], "last": steps.names[-1]}
        raise DataError(Panels.ROWS_MAY_BE_SERIES, column=ids[0], n=len(steps.names), **ends)
    parts = [
        other_columns.assign(**{TIME: time, VALUE: numbers_in(table[name], name)})
        for name, time in zip(steps.names, steps.times, strict=True)
    ]
    return pd.concat(parts), Panels.ROW_EACH(ids=ids, n=len(steps.names))


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
    return StepColumns([match[0] for match in matches], numbers, are_numbered=True)


def _find_id(table: Any) -> tuple[str, ...]:
    """Return the column that identifies rows: by a name of an id, or the first unique texts."""
    texts = [
        name
        for name in table.columns
        if not are_numbers(table[name]) and table[name].dtype.kind not in "bmM"
    ]
    candidates = [*filter(_is_called_id, table.columns), *texts]
    return tuple(
        name for name in candidates if table[name].notna().all() and table[name].is_unique
    )[:1]


def _is_called_id(name: str) -> bool:
    return name.lower().strip() in (*IDS, "unique_id") or is_called_id(name)
