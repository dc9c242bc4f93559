"""`PanelTable`: the columns of a file to forecast, with the role of each.

In: a `PanelRequest` and rows. Out: the table that `files` turns into a panel, without searching for
roles again.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.column_values import kind_of, numbers, plain
from glasscell.data.tables.roles import Columns
from glasscell.data.tables.table import columns_of
from glasscell.data.tables.time_columns import with_one_time
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import note_of_weeks
from glasscell.tasks.forecasting.panels.continuation import with_columns_of_values
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest, PanelRoles, find_panel_roles
from glasscell.tasks.forecasting.panels.rows import with_row_for_each_time

MOST_WHOLE = 2**53  # beyond, float64 does not hold all whole numbers


@dataclass(frozen=True, eq=False)
class PanelTable:
    """The rows of a file that are not empty, their numbers, and the role of each column.

    >>> rows = pa.table({"day": ["2026-01-31", None, "2026-02-01"], "sold": [1, None, 2]})
    >>> table = PanelTable.of(rows, PanelRequest())
    >>> table.roles.values, table.row_numbers.tolist()
    (('sold',), [1, 3])
    """

    rows: pa.Table
    roles: PanelRoles
    row_numbers: np.ndarray  # (rows,), from 1
    notes: tuple[Note, ...] = ()

    @classmethod
    def of(
        cls, rows: pa.Table, request: PanelRequest, history: Panel | None = None
    ) -> "PanelTable":
        """Return rows with their times joined to one column, and the role of each."""
        rows, row_numbers = _without_empty_rows(plain(rows))
        timed = with_one_time(rows, request)
        rows = with_columns_of_values(timed.rows, request, history)
        weeks = () if timed.time_columns is None else note_of_weeks(rows, timed.time_columns)
        roles = find_panel_roles(Columns.of(rows), replace(request, time=timed.request.time))
        return cls(rows, roles, row_numbers, (*timed.notes, *weeks))

    def to_frame(self) -> Any:
        """Return a pandas frame with a row for each time, and row numbers as its index."""
        columns: dict[str, Any] = {}
        for name, column in columns_of(self.rows).items():
            if kind_of(column) == "number" and not _lose_digits(column):
                try:
                    columns[name] = np.asarray(numbers(column, name), float)
                    continue
                except DataError:
                    pass  # callers that need numbers report it
            columns[name] = column.to_pandas()
        rows: Any = pd.DataFrame(columns).set_axis(self.row_numbers)
        steps = self.roles.steps
        return rows if steps is None else with_row_for_each_time(rows, steps)


def _without_empty_rows(table: pa.Table) -> tuple[pa.Table, np.ndarray]:
    """Return a table without the rows that have no value, and the numbers of the others."""
    is_empty = np.ones(len(table), bool)
    for column in table.columns if len(table) else ():
        is_empty &= column.is_null(nan_is_null=True).to_numpy()
        if not is_empty.any():
            break
    return table.filter(pa.array(~is_empty)), np.flatnonzero(~is_empty) + 1


def _lose_digits(column: pa.ChunkedArray) -> bool:
    """Return whether a column may hold names that change as numbers, such as 007 or 1E5."""
    if pa.types.is_integer(column.type):
        ends: Any = pc.min_max(column).as_py()  # type: ignore
        return any(end is not None and abs(end) > MOST_WHOLE for end in ends.values())
    if not pa.types.is_large_string(column.type):
        return False
    texts = column.drop_null().unique().to_pandas()
    return bool(
        texts.str.fullmatch(r"\d+([Ee]\d+)?").all()
        and texts.str.fullmatch(r"0\d+|\d{16,}|\d+[Ee]\d+").any()
    )
