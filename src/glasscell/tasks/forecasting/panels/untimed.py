"""Find columns that may be the time of a table without one, whose order would be a guess."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from glasscell.data.tables.column_values import count_different, texts
from glasscell.data.tables.identification import count_pairs, numbers_of_head
from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.moments import moments_in
from glasscell.data.tables.roles import Columns
from glasscell.data.tables.time_columns import FEWEST_MONTHS, MONTH_NAMES, month_form
from glasscell.errors import DataError
from glasscell.facts import Code, Note
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.values import VALUE_NAMES

DATED = re.compile(
    rf"(?i)(?=.*\d)(.*\b({'|'.join(MONTH_NAMES['%b'])})[a-z]*\b.*|.*\b(19|20)\d\d.*"
    r"|.*\d{1,2}\D\d{1,2}\D\d\d.*)"
)
FEWEST = 4  # rows
DENSE = 3  # maximum ratio of the range of different whole numbers that count to their number


class Doubt(NamedTuple):
    """A column that may be the time, its first value, and whether that needs a format."""

    column: str
    value: str
    form: Note | None = None

    def note(self, code: Code) -> Note:
        """Return a note about it."""
        return code(column=self.column, found=self.value, form=self.form)

    def error(self, code: Code) -> DataError:
        """Return an error about it."""
        return DataError(code, column=self.column, found=self.value, form=self.form)


def find_possible_time(columns: Columns) -> Doubt | None:
    """Return the first column without a role that may be the time; None if there is none.

    It identifies rows, in the table or within each value of a column of texts or ids, and looks
    like dates, counts, or is of whole numbers that are moments.

    >>> import pyarrow as pa
    >>> table = {"wann": ["1 May 26", "2 May 26", "3 May 26", "4 May 26"], "y": [1, 2, 3, 4]}
    >>> find_possible_time(Columns.of(pa.table(table))).column
    'wann'
    """
    return next(_doubts(columns), None) if len(columns.table) >= FEWEST else None


def _doubts(columns: Columns) -> Iterator[Doubt]:
    table = columns.table
    words, numeric = columns.of_kind("text"), columns.of_kind("number")
    ids = {*words, *filter(is_called_id, columns.unassigned)}
    codes = {name: texts(table[name], name)[0] for name in columns.of_kind("text", "number")}

    def tells_rows_apart(name: str) -> bool:
        keys = [codes[id] for id in ids if id != name]
        keys.append(np.zeros(len(table), int))
        return any(count_pairs(key + 1, codes[name] + 1) == len(table) for key in keys)

    for name in words:
        values = table[name].drop_null().unique().to_pylist()
        if all(map(DATED.fullmatch, values)) and tells_rows_apart(name):
            yield Doubt(name, repr(values[0]), Panels.WITH_SOME_FORMAT())
    targets = [name for name in columns.kinds if name.lower().strip() in VALUE_NAMES]
    may_be_value = [*columns.kinds.values()].count("number") == 1
    for name in () if may_be_value else numeric:
        numbers = numbers_of_head(table, name)
        if name in targets or numbers is None or (numbers % 1).any():
            continue
        is_dense = np.ptp(numbers) < DENSE * len(np.unique(numbers))
        # numbers of rows beside a column that is called like a target
        numbers_rows = bool(targets) and bool((np.diff(numbers) == 1).all())
        counts = moments_in(numbers) is not None or (is_dense and not numbers_rows)
        if counts and tells_rows_apart(name):
            yield Doubt(name, f"{numbers[0]:.0f}")


def refuse_months(columns: Columns, time: str | None) -> None:
    """Raise DataError if months by name are the time, and no year is beside them.

    >>> import pyarrow as pa
    >>> table = pa.table({"month": ["May 2026", "June 2026"]})
    >>> refuse_months(Columns.of(table), None)
    """
    for name in columns.of_kind("text") if time is None else [time]:
        column = columns.table[name]
        form = month_form(column)
        if form is not None and count_different(column) >= FEWEST_MONTHS:
            raise DataError(Panels.NO_YEAR, row=1, column=name, found=str(column[0]), form=form)
