"""Columns without plain numbers, which are left out: said, and warned of where something measured is lost with them."""

import re
from collections.abc import Sequence
from typing import NoReturn

import pyarrow as pa

from glasscell.data.tables.columns import MISSING, count_different, kind_of, varies
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Code, Note

LEFT_OUT = (Tables.LEFT_OUT, Tables.LEFT_OUT_UNNAMED)
HEAD = 1000  # rows that are looked at
MAX_STATES = 10  # different words of a column that are states, as on and off, and no remarks
NUMBER = r"[+-]?(\d[\d.,'’ \u00a0\u202f]*|[.,]\d+)"
SIGN = r"[$€£¥₹₽%°]|[A-Z]{3}|Rs\.?"
LAKHS = r"[+-]?\d{1,3}(,\d{2,3})+(\.\d+)?"  # 1,23,456
UNIT = r"[A-Za-zµΩ°][\w°µΩ/²³^%.]{0,7}"
ADORNED = re.compile(rf"([<>≤≥~≈±]|{SIGN})\s?{NUMBER}|{NUMBER}\s?({SIGN}|{UNIT}|-)|\({NUMBER}\)|{LAKHS}")


def adorned(column: pa.ChunkedArray) -> str | None:
    """Return the first text of a column if all are numbers with a sign or a unit beside them, or marks of their own.

    >>> adorned(pa.chunked_array([["$1,234.50", "$7"]])), adorned(pa.chunked_array([["12.5 kg"]]))
    ('$1,234.50', '12.5 kg')
    >>> adorned(pa.chunked_array([["walk_1", "2026-01-31"]]))
    """
    if kind_of(column) not in ("text", "number") or not _is_text(column):
        return None
    some = [text for text in _texts(column) if text not in MISSING]
    beside = [text for text in some if ADORNED.fullmatch(text)]
    are_numbers = all(ADORNED.fullmatch(text) or re.fullmatch(NUMBER, text) for text in some)
    return beside[0] if beside and are_numbers else None


def are_measured(table: pa.Table, id_column: str | None, name: str) -> str | None:
    """Return what `adorned` does, but None for what is one in each series, as a label such as 5 km is.

    >>> table = pa.table({"id": [7, 7], "u": ["5 kg", "6 kg"], "v": ["5 km", "5 km"]})
    >>> are_measured(table, "id", "u"), are_measured(table, "id", "v")
    ('5 kg', None)
    """
    first = adorned(table[name])
    if first is None:
        return None
    several = 2 * count_different(table[name]) > len(table) if id_column is None else _varies(table, id_column, name)
    return first if several else None


def say_left_out(
    table: pa.Table, id_column: str | None, names: Sequence[str], may_be_ids: bool = False
) -> tuple[list[Note], list[Note]]:
    """Return what is noted, and what is warned of, of columns that are left out.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str or None
        That of the series, where rows are steps.
    names : sequence of str
    may_be_ids : bool
        Whether a column of texts may name the series, as none else does.

    Examples
    --------
    >>> table = pa.table({"id": [1, 1, 2], "remark": ["", "new", ""], "valve": ["on", "off", "on"]})
    >>> notes, warnings = say_left_out(table, "id", ["remark", "valve"])
    >>> notes, warnings[0].values["why"].values
    (["ignored column 'remark': it contains no numbers"], {'states': ['on', 'off']})
    """
    notes, warnings = [], []
    for name in names:
        if (first := are_measured(table, id_column, name)) is not None:
            warnings.append(Tables.LEFT_OUT.warning(column=name, why=Tables.ADORNED(column=name, first=first)))
        elif id_column is not None and (states := _states(table, id_column, name)):
            warnings.append(Tables.LEFT_OUT.warning(column=name, why=Tables.STATES(states=states)))
        else:
            hint = Tables.USE_ID(id=name) if may_be_ids and kind_of(table[name]) == "text" else None
            notes.append(Tables.LEFT_OUT(column=name, why=Tables.WITHOUT_NUMBERS(hint=hint)))
    return notes, warnings


def refuse_nothing_left(
    table: pa.Table, names: Sequence[str], code: Code = Tables.NO_CHANNELS, mend: Code = Tables.NAME_THEM
) -> NoReturn:
    """Raise DataError where no channel is left, given the columns that were left out.

    >>> refuse_nothing_left(pa.table({"u": ["5 kg"]}), [])
    Traceback (most recent call last):
    glasscell.errors.DataError: no column is left for the channels; list them with --channels; available columns: u
    """
    first = {name: text for name in names if (text := adorned(table[name])) is not None}
    if not first:
        raise DataError(code, why=mend(columns=table.column_names))
    name, text = next(iter(first.items()))
    raise DataError(code, why=Tables.ADORNED(column=name, first=text))


def _states(table: pa.Table, id_column: str, name: str) -> list[str]:
    """Return the few words that a column has in turn, none of which is numbered, as trials and times are."""
    if not _is_text(table[name]) or not 2 <= count_different(table[name]) <= MAX_STATES:
        return []
    some = [text for text in _texts(table[name]) if text not in MISSING]
    if len(some) < 2:
        return []
    are_numbered = any(map(str.isdigit, "".join(some)))
    return some if not are_numbered and _varies(table, id_column, name) else []


def _varies(table: pa.Table, id_column: str, name: str) -> bool:
    try:
        return varies(table, id_column, name)
    except DataError:
        return False


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [text.strip() for text in column.slice(0, HEAD).cast(pa.large_string()).drop_null().unique().to_pylist()]


def _is_text(column: pa.ChunkedArray) -> bool:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
