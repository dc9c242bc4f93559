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


def say_footer(table: pa.Table, but: Collection[str | None] = ()) -> str:
    """Return what is said of the last rows if a column calls them totals, and no other row; else nothing.

    Parameters
    ----------
    table : pyarrow.Table
    but : collection of str
        Columns that are not looked at, such as that of the labels.

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
        words = f"({' and '.join(map(repr, values[-n:]))} in column {name!r})"
        if n == 1:
            return f"row {table.num_rows} may be one of totals {words}: if so, delete it"
        return f"rows {table.num_rows - n + 1} to {table.num_rows} may be of totals {words}: if so, delete them"
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
        if footer and found and int(found[1]) >= int(re.findall(r"\d+", footer)[0]):
            raise DataError(f"{error}. But {footer}") from error
        raise


def _is_total(value: object) -> bool:
    return isinstance(value, str) and TOTALS.fullmatch(value.strip().removesuffix(":")) is not None
