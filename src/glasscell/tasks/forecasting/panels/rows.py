"""Convert a table with a row per series and a column per time to a long one."""

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.request import IDS
from glasscell.data.tables.step_columns import named_months
from glasscell.data.tables.time_formats import read_format
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import numbers_in, times_in
from glasscell.tasks.forecasting.panels.date_order import require_one_order
from glasscell.tasks.forecasting.panels.panel import TIME, VALUE
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.values import are_numbers

FEWEST_TIMES, FEWEST_STEPS = 3, 8  # columns
NUMBERED = re.compile(r"(\D+)(\d+)")


class Steps(NamedTuple):
    """Columns that are steps, their times, and whether these are numbers after a name (d_1)."""

    columns: list[str]
    times: list[Any]
    are_numbered: bool = False


def with_row_for_each_time(
    table: Any,
    ids: tuple[str, ...],
    taken: set[str],
    *,
    has_times: bool = False,
    form: str | None = None,
) -> tuple[Any, Note | None]:
    """Return the long form and layout of a table with a row per series; others unchanged.

    >>> table = pd.DataFrame(
    ...     {"shop": ["a", "b"], "2026-01": [1, 4], "2026-02": [2, 5], "2026-03": [3, 6]}
    ... )
    >>> with_row_for_each_time(table, (), set())[0].astype({"ds": str}).to_numpy()[:2].tolist()
    [['a', '2026-01-01', 1.0], ['b', '2026-01-01', 4.0]]
    """
    names = [name for name in table.columns if name not in taken and name not in ids]
    steps = _dated(names, form) or (None if has_times else _numbered(names))
    if steps is None or not all(
        are_numbers(table[name]) or table[name].isna().all() for name in steps.columns
    ):
        return table, None
    rest = [name for name in table.columns if name not in steps.columns]
    ids = ids or _id_of(table, rest)
    if not ids or {TIME, VALUE} & {*rest} or table.duplicated(list(ids)).any() or len(table) < 2:
        return table, None
    if steps.are_numbered and not {*ids} & taken and not any(map(_is_called_id, ids)):
        first, last = steps.columns[0], steps.columns[-1]
        raise DataError(
            Panels.ROWS_MAY_BE_SERIES, column=ids[0], n=len(steps.columns), first=first, last=last
        )
    both = zip(steps.columns, steps.times, strict=True)
    parts = [
        table[rest].assign(**{TIME: time, VALUE: numbers_in(table[name], name)})
        for name, time in both
    ]
    return pd.concat(parts), Panels.ROW_EACH(ids=ids, n=len(steps.columns))


def _dated(names: list[str], form: str | None) -> Steps | None:
    """Return the columns named by dates in a format, or by dates, months or years, or None."""
    if form is not None:
        dates: Any = read_format(pd.Series(names, names, dtype=object), form).dropna()
        dates = dates.dt.tz_localize(None)
        is_complete = len(dates) >= FEWEST_TIMES and dates.is_unique
        return Steps([*dates.index], dates.tolist()) if is_complete else None
    months = {name: date for name, date in named_months(names).items() if date[0] is not None}
    if len(months) >= FEWEST_TIMES and len({*months.values()}) == len(months):
        return Steps([*months], [pd.Timestamp(year, month, 1) for year, month in months.values()])
    columns = [name for name in names if re.match(r"(Q[1-4] )?\d", name.strip())]
    texts = pd.Series(columns, dtype=object)
    if len(columns) < FEWEST_TIMES or (
        texts.str.fullmatch(r"\d+(\.\d+)?").any() and not _are_years(texts)
    ):
        return None
    try:
        require_one_order(texts, TIME)
        times = times_in(texts, TIME)
    except DataError:
        return None
    return Steps(columns, times.tolist()) if times.nunique() == len(columns) else None


def _are_years(texts: Any) -> bool:
    return (
        bool(texts.str.fullmatch(r"(18|19|20)\d\d").all())
        and (np.diff(texts.astype(int)) == 1).all()
    )


def _numbered(names: list[str]) -> Steps | None:
    """Return the columns with one name and consecutive numbers, such as d_1 to d_1913."""
    found = [(name, match) for name in names if (match := NUMBERED.fullmatch(name))]
    numbers = [int(match[2]) for _, match in found]
    one_name = len({match[1] for _, match in found}) == 1
    if not one_name or len(found) < FEWEST_STEPS or (np.diff(numbers) != 1).any():
        return None
    return Steps([name for name, _ in found], numbers, are_numbered=True)


def _id_of(table: Any, rest: list[str]) -> tuple[str, ...]:
    """Return the column that identifies rows: by a name of an id, or the first unique texts."""
    called = [name for name in rest if _is_called_id(name)]
    texts = [
        name
        for name in rest
        if not are_numbers(table[name]) and table[name].dtype.kind not in "bmM"
    ]
    return tuple(
        name for name in (*called, *texts) if table[name].notna().all() and table[name].is_unique
    )[:1]


def _is_called_id(name: str) -> bool:
    return name.lower().strip() in (*IDS, "unique_id") or is_called_id(name)
