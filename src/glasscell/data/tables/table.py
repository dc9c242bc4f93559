"""`Table`: the columns of a file and the role of each; `Sequences` and labels of steps come of it.

A file becomes a table once: a `Request`, which the caller states, and columns become a `Table`, of
which an adapter makes what a task needs, without searching for roles again: `series` and
`steps.step_table`. `steps.step_roles` finds the roles of labeled steps.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.column_values import is_text, kind_of, plain
from glasscell.data.tables.groups import find_roles_and_group
from glasscell.data.tables.ids import with_joint_id
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import TimeColumns, with_one_time
from glasscell.errors import DataError
from glasscell.facts import Note

ColumnsByName = dict[str, pa.ChunkedArray]


@dataclass(frozen=True)
class Origin:
    """Where a table comes from.

    Parameters
    ----------
    name : str
        Name of the data.
    has_header : bool
        Whether the first line names the columns.
    notes : tuple of Note
        Notes of the file's reader.
    footers : tuple of Note, optional
        Warnings of rows of totals; the last rows are inspected by default.
    """

    name: str
    has_header: bool = True
    notes: tuple[Note, ...] = ()
    footers: tuple[Note, ...] | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a file, or of a part of it, with the role of each.

    Parameters
    ----------
    columns : dict of str to pyarrow.ChunkedArray
        Texts as by `column_values.plain`, a joint id in one column, and a time in one. An adapter
        takes each column out when it has read it, so that no value is in memory twice for long.
    request : Request
        What the caller states about the columns, with the name of the joined time.
    start : int
        Number of rows of the file before these.
    time_columns : TimeColumns, optional
        The columns that were joined to the time, or read in a format.

    >>> table = Table.of({"id": pa.chunked_array([[1, 1]]), "u": pa.chunked_array([[5, 7]])})
    >>> table.roles.form, table.n_rows
    ('long', 2)
    """

    columns: ColumnsByName
    roles: Roles
    request: Request
    start: int = 0
    time_columns: TimeColumns | None = None

    @classmethod
    def of(
        cls,
        columns: ColumnsByName,
        request: Request | None = None,
        has_header: bool = True,
    ) -> "Table":
        """Return the columns, those of a time joined to one, with the role of each."""
        if not columns or not len(next(iter(columns.values()))):
            raise DataError(Tables.NO_ROWS)
        timed = with_one_time(pa.table(columns), request or Request())
        roles = find_roles_and_group(timed.rows, timed.request, has_header).noted(*timed.notes)
        if timed.time_columns is not None:
            columns = columns_of(timed.rows)
        return cls(columns, roles, timed.request, time_columns=timed.time_columns)

    @property
    def n_rows(self) -> int:
        """Number of rows of a table of which a column is left."""
        return len(next(iter(self.columns.values())))


def columns_of(rows: pa.Table) -> ColumnsByName:
    """Return the columns of a table by name.

    >>> list(columns_of(pa.table({"u": [1, 2]})))
    ['u']
    """
    return dict(zip(rows.column_names, rows.columns, strict=True))


def plain_columns(rows: pa.Table, request: Request) -> ColumnsByName:
    """Return columns with texts as by `column_values.plain`, and one column of ids.

    >>> rows = pa.table({"who": ["a", "a"], "trial": [1, 2], "u": [0.5, 0.7]})
    >>> list(plain_columns(rows, Request(id="who,trial")))
    ['who,trial', 'u']
    """
    return columns_of(plain_rows(rows, request))


def plain_rows(rows: pa.Table, request: Request) -> pa.Table:
    """Return rows with trimmed texts, one column of ids, and words for missing values removed.

    >>> rows = pa.table({"u": ["0.5 ", "ERR"], "label": ["ERR", "OK"]})
    >>> plain_rows(rows, Request(missing_words=("ERR",))).to_pydict()
    {'u': ['0.5', None], 'label': ['ERR', 'OK']}
    """
    rows = plain(rows)
    for place, name in enumerate(rows.column_names if request.missing_words else ()):
        column = rows[name]
        if is_text(column.type):
            is_missing = pc.is_in(column, value_set=pa.array(request.missing_words, column.type))  # type: ignore
            numbers = pc.if_else(is_missing, pa.scalar(None, column.type), column)  # type: ignore
            if kind_of(numbers) == "number":  # elsewhere the word may be a label
                rows = rows.set_column(place, name, numbers)
    return with_joint_id(rows, request)
