"""Rows of totals below a table, as spreadsheets and pivot tables have them: told by a word such as Total or Mean."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pyarrow as pa

from glasscell.errors import DataError

MOST = 5  # rows that may stand below a table
TOTALS = re.compile(
    r"((grand|sub)[ -]?)?totals?|all|sums?|means?|averages?|avg\.?|median|std\.?|min|max|count|gesamt(summe)?|summen?|"
    r"mittel(wert)?|durchschnitt|somme|moyenne|suma|promedio|media|totale|total g[eé]n[eé]ral|soma|média|totaal|"
    r"gemiddelde",
    re.IGNORECASE,
)


def say_footer(table: pa.Table, but: Collection[str | None] = (), start: int = 0) -> str:
    """Return what is said of the last rows if a column calls them totals, and no other row; else nothing.

    Parameters
    ----------
    table : pyarrow.Table
    but : collection of str
        Columns that are not looked at, such as that of the labels.
    start : int
        The number of the first row, of a part of a table.

    Examples
    --------
    >>> say_footer(pa.table({"id": ["a", "b", "c", "Total"], "u": [1, 2, 3, 6]}))
    "row 4 may be one of totals ('Total' in column 'id'): if so, delete it"
    """
    for name in table.column_names:
        if name in but or not table.num_rows or not _is_total(table[name][-1].as_py()):
            continue
        values = table[name].to_pylist()
        n = next((k for k, value in enumerate(reversed(values)) if not _is_total(value)), len(values))
        if n > MOST or len(set(values[-n:])) < n or set(values[-n:]) & set(values[:-n]):
            continue
        last = start + table.num_rows
        words = f"({' and '.join(map(repr, values[-n:]))} in column {name!r})"
        if n == 1:
            return f"row {last} may be one of totals {words}: if so, delete it"
        return f"rows {last - n + 1} to {last} may be of totals {words}: if so, delete them"
    return ""


@contextmanager
def footer_named(footer: str) -> Iterator[None]:
    """Add to an error that names a row of totals what is said of it by `say_footer`.

    >>> with footer_named("row 4 may be one of totals: if so, delete it"):
    ...     raise DataError("row 4, column 'u': found 'much'")
    Traceback (most recent call last):
    glasscell.errors.DataError: row 4, column 'u': found 'much'. But row 4 may be one of totals: if so, delete it
    """
    try:
        yield
    except DataError as error:
        found = re.match(r"row (\d+)", str(error))
        if found and (said := said_of_row(int(found[1]), footer)):
            raise DataError(f"{error}{said}") from error
        raise


def said_of_row(row: int, footer: str) -> str:
    """Return what is added to an error in a row, counted from 1, if that may be one of totals by `say_footer`.

    >>> said_of_row(4, "row 4 may be one of totals: if so, delete it")
    '. But row 4 may be one of totals: if so, delete it'
    """
    return f". But {footer}" if footer and row >= int(re.findall(r"\d+", footer)[0]) else ""


def _is_total(value: object) -> bool:
    return isinstance(value, str) and TOTALS.fullmatch(value.strip().removesuffix(":")) is not None
