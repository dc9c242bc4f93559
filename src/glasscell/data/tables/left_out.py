"""Columns that are no channels, skipped or with a warning: not plain numbers, keys, or odd."""

import re
from collections.abc import Sequence
from typing import NoReturn

import pyarrow as pa

from glasscell.data.tables.column_values import (
    MISSING,
    count_different,
    is_text,
    is_unique,
    kind_of,
    type_of,
    varies,
)
from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Code, Note

HEAD = 1000  # rows inspected
NUMBER = r"[+-]?(\d[\d.,'’ \u00a0\u202f]*|[.,]\d+)"
SIGN = r"[$€£¥₹₽%°]|[A-Z]{3}|Rs\.?"
LAKHS = r"[+-]?\d{1,3}(,\d{2,3})+(\.\d+)?"  # 1,23,456
UNIT = r"[A-Za-zµΩ°][\w°µΩ/²³^%.]{0,7}"
ADORNED = re.compile(
    rf"([<>≤≥~≈±]|{SIGN})\s?{NUMBER}|{NUMBER}\s?({SIGN}|{UNIT}|-)|\({NUMBER}\)|{LAKHS}"
)


def adorned(column: pa.ChunkedArray) -> str | None:
    """Return a column's first adorned text if all are numbers, some with a sign or a unit.

    >>> adorned(pa.chunked_array([["$1,234.50", "$7"]])), adorned(pa.chunked_array([["12.5 kg"]]))
    ('$1,234.50', '12.5 kg')
    >>> adorned(pa.chunked_array([["walk_1", "2026-01-31"]]))
    """
    if kind_of(column) not in ("text", "number") or not is_text(type_of(column)):
        return None
    head = column.slice(0, HEAD).cast(pa.large_string()).drop_null().unique()
    texts = [text.strip() for text in head.to_pylist()]
    texts = [text for text in texts if text not in MISSING]
    marked = [text for text in texts if ADORNED.fullmatch(text)]
    are_numbers = all(ADORNED.fullmatch(text) or re.fullmatch(NUMBER, text) for text in texts)
    return marked[0] if marked and are_numbers else None


def first_measured_text(table: pa.Table, id_column: str | None, name: str) -> str | None:
    """Return the result of `adorned`, but None if constant within series: "5 km" may be a label.

    >>> table = pa.table({"id": [7, 7], "u": ["5 kg", "6 kg"], "v": ["5 km", "5 km"]})
    >>> first_measured_text(table, "id", "u"), first_measured_text(table, "id", "v")
    ('5 kg', None)
    """
    if (first := adorned(table[name])) is None:
        return None
    several = (
        2 * count_different(table[name]) > len(table)
        if id_column is None
        else varies(table, id_column, name)
    )
    return first if several else None


def note_left_out(
    table: pa.Table, id_column: str | None, names: Sequence[str], form: str
) -> list[Note]:
    """Return notes about columns that are skipped because they hold no plain numbers.

    >>> table = pa.table({"id": [1, 1, 2], "remark": ["", "new", ""], "price": ["$1", "$2", "$3"]})
    >>> note, warning = note_left_out(table, "id", ["remark", "price"], "long")
    >>> note, warning.values["why"].values
    ("ignored column 'remark': it contains no numbers", {'column': 'price', 'first': '$1'})
    """
    notes = []
    for name in names:
        if first := first_measured_text(table, id_column if form == "long" else None, name):
            notes.append(
                Tables.LEFT_OUT.warning(column=name, why=Tables.ADORNED(column=name, first=first))
            )
        else:
            may_name = form == "wide" and id_column is None and kind_of(table[name]) == "text"
            hint = Tables.USE_ID(id=name) if may_name else None
            notes.append(Tables.LEFT_OUT(column=name, why=Tables.WITHOUT_NUMBERS(hint=hint)))
    return notes


def note_unlike(
    table: pa.Table, names: Sequence[str], steps: Sequence[str], id_column: str | None
) -> list[Note]:
    """Return notes about numeric columns skipped in wide form: named as ids, or unlike the steps.

    >>> table = pa.table({"customer": [7, 8], "x0": [1, 2], "x1": [3, 4]})
    >>> note_unlike(table, ["customer"], ["x0", "x1"], None)
    ["ignored column 'customer': it is not a step like 'x0' to 'x1'; if it names the series, use
    --id customer"]
    """
    notes = []
    for name in names:
        is_first = is_called_id(name) or name == table.column_names[0]
        hint = (
            Tables.USE_ID(id=name)
            if id_column is None and is_first and is_unique(table[name])
            else None
        )
        why = (
            Tables.UNLIKE_STEPS(first=steps[0], last=steps[-1], hint=hint)
            if steps
            else Tables.CALLED_ID(hint=hint)
        )
        notes.append(
            Tables.LEFT_OUT(
                column=name, why=Tables.CALLED_ID(hint=hint) if is_called_id(name) else why
            )
        )
    return notes


def refuse_nothing_left(
    table: pa.Table,
    names: Sequence[str],
    code: Code = Tables.NO_CHANNELS,
    mend: Code = Tables.NAME_THEM,
) -> NoReturn:
    """Raise DataError if no channel is left; `names` are the skipped columns.

    >>> refuse_nothing_left(pa.table({"u": ["5 kg"]}), [])
    Traceback (most recent call last):
    glasscell.errors.DataError: no column is left for the channels; expected a column of
    numbers besides ids, times and labels: name it with --channels; available columns: u
    """
    first = {name: text for name in names if (text := adorned(table[name])) is not None}
    for name, text in first.items():
        raise DataError(code, why=Tables.ADORNED(column=name, first=text))
    raise DataError(code, why=mend(columns=table.column_names))
