"""Columns that are no channels, left out or warned of: those without plain numbers, keys, those of another range."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NoReturn

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import MISSING, count_different, is_text, kind_of, numbers, type_of, varies
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
MIN_STEPS = 4  # in one range, which most columns have to be
LONGEST = 60  # letters of names in a hint
MOST_ROWS = 50_000  # rows that are looked at


def adorned(column: pa.ChunkedArray) -> str | None:
    """Return the first text of a column if all are numbers with a sign or a unit beside them, or marks of their own.

    >>> adorned(pa.chunked_array([["$1,234.50", "$7"]])), adorned(pa.chunked_array([["12.5 kg"]]))
    ('$1,234.50', '12.5 kg')
    >>> adorned(pa.chunked_array([["walk_1", "2026-01-31"]]))
    """
    if kind_of(column) not in ("text", "number") or not is_text(type_of(column)):
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
    if not is_text(type_of(table[name])) or not 2 <= count_different(table[name]) <= MAX_STATES:
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


def about_statics(table: pa.Table, names: Sequence[str], id_column: str | None) -> Iterator[Note]:
    """Give the warning that columns at either end may be no steps, as the middle half of their numbers lies apart.

    Parameters
    ----------
    table : pyarrow.Table
    names : sequence of str
        Of columns whose names do not tell which steps they are, in the file's order.
    id_column : str or None
        That names the series, if one does.

    Examples
    --------
    >>> table = pa.table({"customer": [901, 902, 903], **{name: [1.0, 2.0, 3.0] for name in "abcd"}})
    >>> [(note.code.name, note.values["column"]) for note in about_statics(table, table.column_names, None)]
    [('MAY_NAME_ROWS', 'customer')]
    """
    if len(names) <= MIN_STEPS:
        return
    try:
        values = [numbers(table[name].slice(0, MOST_ROWS), name) for name in names]
    except DataError:  # reported where they are read
        return
    if any(np.isnan(column).all() for column in values):
        return
    least, most = np.transpose([np.nanquantile(column, (0.25, 0.75)) for column in values])
    alike = _in_one_range(least, most)
    if len(alike) < max(MIN_STEPS, len(names) / 2 + 0.5) or len(alike) == len(names):
        return
    first, last = min(alike), max(alike)
    odd = [name for k, name in enumerate(names) if k < first or k > last]
    if odd and id_column is None and odd[0] == names[0] and _names_rows(table[odd[0]]):
        yield Tables.MAY_NAME_ROWS.warning(column=odd[0])
        odd = odd[1:]
    if odd:
        steps = shlex.quote(",".join(names[first : last + 1]))
        yield Tables.MAY_BE_NO_STEPS.warning(
            columns=odd, channels=steps if len(steps) < LONGEST else Tables.TOO_MANY_TO_LIST()
        )


def say_strangers(table: pa.Table, odd: Sequence[str], steps: Sequence[str], id_column: str | None) -> list[Note]:
    """Return that columns are left out, as they are no steps like others, and that the first may name the series.

    >>> say_strangers(pa.table({"customer": [7, 8], "x0": [1, 2], "x1": [3, 4]}), ["customer"], ["x0", "x1"], None)
    ["ignored column 'customer': it is not a step like 'x0' to 'x1'; if it names the series, use --id customer"]
    """
    said = []
    for name in odd:
        may_name = id_column is None and name == table.column_names[0] and _names_rows(table[name])
        why = Tables.UNLIKE_STEPS(first=steps[0], last=steps[-1], hint=Tables.USE_ID(id=name) if may_name else None)
        said.append(Tables.LEFT_OUT(column=name, why=why))
    return said


def say_keys(table: pa.Table, keys: Sequence[str], id_column: str | None) -> list[Note]:
    """Return that columns are left out which are called as keys are, and that one may name the series.

    >>> say_keys(pa.table({"shop_id": [7, 8], "x0": [1, 2]}), ["shop_id"], None)[0].values["why"].values
    {'hint': '; if it names the series, use --id shop_id'}
    """
    said = []
    for name in keys:
        hint = Tables.USE_ID(id=name) if id_column is None and _names_rows(table[name]) else None
        said.append(Tables.LEFT_OUT(column=name, why=Tables.CALLED_ID(hint=hint)))
    return said


def _in_one_range(least: np.ndarray, most: np.ndarray) -> list[int]:
    """Return the columns of the largest group whose ranges hang together."""
    groups: list[list[int]] = []
    end = -np.inf
    for k in np.argsort(least, kind="stable").tolist():
        if least[k] > end:
            groups.append([])
        groups[-1].append(k)
        end = max(end, most[k])
    return max(groups, key=len)


def _names_rows(column: pa.ChunkedArray) -> bool:
    return not column.null_count and count_different(column) == len(column)
