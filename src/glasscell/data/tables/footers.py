"""Rows of totals below a table, as spreadsheets and pivot tables have them: told by a word such as Total or Mean."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import pyarrow as pa

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note

MOST = 5  # rows that may stand below a table
TOTALS = re.compile(
    r"((grand|sub)[ -]?)?totals?|all|sums?|means?|averages?|avg\.?|median|std\.?|min|max|count|gesamt(summe)?|summen?|"
    r"mittel(wert)?|durchschnitt|somme|moyenne|suma|promedio|media|totale|total g[eé]n[eé]ral|soma|média|totaal|"
    r"gemiddelde",
    re.IGNORECASE,
)


def find_footers(table: pa.Table, but: Collection[str | None] = (), start: int = 0) -> tuple[Note, ...]:
    """Return a warning of the last rows if a column calls them totals, and no other row; else none.

    Parameters
    ----------
    table : pyarrow.Table
    but : collection of str
        Columns that are not looked at, such as that of the labels.
    start : int
        The number of the first row, of a part of a table.

    Examples
    --------
    >>> find_footers(pa.table({"id": ["a", "b", "c", "Total"], "u": [1, 2, 3, 6]}))
    ("row 4 may be one of totals ('Total' in column 'id'): if so, delete it",)
    """
    for name in table.column_names:
        if name in but or not table.num_rows or not _is_total(table[name][-1].as_py()):
            continue
        values = table[name].to_pylist()
        n = next((k for k, value in enumerate(reversed(values)) if not _is_total(value)), len(values))
        if n > MOST or len(set(values[-n:])) < n or set(values[-n:]) & set(values[:-n]):
            continue
        last = start + table.num_rows
        code = Tables.FOOTER if n == 1 else Tables.FOOTERS
        return (code.warning(row=last - n + 1, last=last, words=values[-n:], column=name),)
    return ()


@contextmanager
def footers_named(footers: Iterable[Note]) -> Iterator[None]:
    """Add to an error in a row that `find_footers` warns of that it does.

    >>> with footers_named([Tables.FOOTER.warning(row=4, words=["Total"], column="id")]):
    ...     raise DataError(Tables.NO_VALUE, row=4, column="u")
    Traceback (most recent call last):
    glasscell.errors.DataError: row 4, column 'u': the value is missing; every row needs one. But row 4 may be one of \
totals ('Total' in column 'id'): if so, delete it
    """
    try:
        yield
    except DataError as error:
        raise with_footers(error, footers) from error


def with_footers(error: DataError, footers: Iterable[Note]) -> DataError:
    """Return an error with a clause more if it is about a row that may be one of totals."""
    row = error.row
    of_it = [] if row is None else [footer for footer in footers if footer.values["row"] <= row]
    return error.also(*(Tables.PERHAPS_A_FOOTER(footer=footer) for footer in of_it))


def _is_total(value: object) -> bool:
    return isinstance(value, str) and TOTALS.fullmatch(value.strip().removesuffix(":")) is not None
