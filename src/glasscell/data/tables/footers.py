"""Rows of totals below a table, as in spreadsheets, found by words such as Total or Mean."""

import re
from collections.abc import Collection
from itertools import takewhile

import pyarrow as pa

from glasscell.data.tables.sentences import Tables
from glasscell.facts import Note

MAX_ROWS = 5
TOTALS = re.compile(
    r"((grand|sub)[ -]?)?totals?|all|sums?|means?|averages?|avg\.?|median|std\.?|min|max|count"
    r"|gesamt(summe)?|summen?|mittelwert|durchschnitt",
    re.IGNORECASE,
)


def find_footers(
    table: pa.Table, but: Collection[str | None] = (), start: int = 0
) -> tuple[Note, ...]:
    """Return a warning about the last rows if, in some column, only they hold words for totals.

    >>> find_footers(pa.table({"id": ["a", "b", "c", "Total"], "u": [1, 2, 3, 6]}))
    ("row 4 may be one of totals ('Total' in column 'id'): if so, delete it",)
    """
    last = start + table.num_rows
    for name in table.column_names:
        if name in but or not _is_total(table[name][-1].as_py()):
            continue
        values = table[name].to_pylist()
        n = len([*takewhile(_is_total, reversed(values))])
        words = values[-n:]
        if n <= MAX_ROWS and len({*words} - {*values[:-n]}) == n:
            code = Tables.FOOTER if n == 1 else Tables.FOOTERS
            return (code.warning(row=last - n + 1, last=last, words=words, column=name),)
    return ()


def _is_total(value: object) -> bool:
    return isinstance(value, str) and TOTALS.fullmatch(value.strip().removesuffix(":")) is not None
