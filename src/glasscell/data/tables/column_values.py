"""Conversion of table columns to NumPy arrays of numbers and texts; errors show row and column."""

import re
from collections.abc import Callable, Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Code

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?", "-", "#N/A", "<NA>",
           "NaT", "n.a.", "N.A.", "k.A.", "--", "---", ".", "missing", "#DIV/0!", "#NUM!",
           "#VALUE!", "#REF!", "#NAME?", "#NULL!")  # fmt: skip
MONTH = re.compile(r"(0?[1-9]|1[0-2])\.(?:19|20)\d\d")
FEWEST_MONTHS = 3  # different ones, without a leading zero, from which texts are no numbers
MAX_TEXT_LENGTH = 1000
FLOAT32_MAX = float(np.finfo(np.float32).max)


def plain(table: pa.Table) -> pa.Table:
    """Return a table with trimmed texts, decoded dictionaries, and nulls and decimals as float64.

    >>> plain(pa.table({"a": pa.array(["u ", "v"]).dictionary_encode()}))["a"].to_pylist()
    ['u', 'v']
    """
    columns = []
    for column in table.columns:
        kind = type_of(column)
        if pa.types.is_string(kind) or pa.types.is_string_view(kind):
            kind = pa.large_string()
        elif pa.types.is_null(kind) or pa.types.is_decimal(kind) or pa.types.is_float16(kind):
            kind = pa.float64()
        column = column if column.type == kind else column.cast(kind)
        columns.append(pc.utf8_trim_whitespace(column) if kind == pa.large_string() else column)  # type: ignore
    return pa.table(columns, names=table.column_names)


def type_of(column: pa.ChunkedArray) -> pa.DataType:
    """Return the Arrow type of a column's values, even if dictionary-encoded.

    >>> str(type_of(pa.chunked_array([["u", "v"]]).dictionary_encode()))
    'string'
    """
    return column.type.value_type if pa.types.is_dictionary(column.type) else column.type


def is_text(kind: pa.DataType) -> bool:
    """Return whether an Arrow type is one of the two text types that `plain` leaves.

    >>> is_text(pa.string()), is_text(pa.int64())
    (True, False)
    """
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def kind_of(column: pa.ChunkedArray) -> str:
    """Return the kind of a column's values; a text column is judged by its first hundred values.

    >>> kind_of(pa.chunked_array([["1", "?"]])), kind_of(pa.chunked_array([["walk", "run"]]))
    ('number', 'text')
    """
    kind = type_of(column)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return "list"
    if pa.types.is_temporal(kind):
        return "time"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return "number"
    if not is_text(kind):
        return "other"
    some = [text.strip() for text in column.drop_null().slice(0, 100).to_pylist()]
    some = [text for text in some if text not in MISSING]
    are_texts = some and (are_months(some) or not any(_is_number(text) for text in some))
    return "text" if are_texts else "number"


def are_months(texts: Collection[str]) -> bool:
    """Return whether all texts are months such as 01.2014; exchange rates such as 1.2014 are none.

    >>> are_months(["12.2013", "01.2014"]), are_months(["1.2014", "1.1987", "1.2043"])
    (True, False)
    """
    matches = [MONTH.fullmatch(text) for text in texts]
    months = {match[1] for match in matches if match is not None}
    has_zero = any(month.startswith("0") for month in months)
    return None not in matches and (has_zero or len(months) >= FEWEST_MONTHS)


def numbers(column: pa.ChunkedArray, name: str, start: int = 0) -> np.ndarray:
    """Read a column as numbers.

    `column` (rows,) → (rows,).

    >>> numbers(pa.chunked_array([["1", "2.5", "NA"]]), "x")
    array([1. , 2.5, nan])
    """
    if pa.types.is_dictionary(column.type):
        return by_different(numbers, column, name, start)
    if is_text(column.type):
        column = _parsed(column, name, start)
    try:
        kind = pa.float32() if pa.types.is_float32(column.type) else pa.float64()
        values = np.asarray(column.cast(kind, safe=False).to_numpy())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise DataError(Tables.NO_NUMBERS_IN, column=name, words=str(column.type)) from None
    if len(values) and max(np.fmax.reduce(values), -np.fmin.reduce(values)) > FLOAT32_MAX:
        at = int(np.flatnonzero(np.abs(values) > FLOAT32_MAX)[0])
        raise DataError(Tables.TOO_LARGE, row=start + at + 1, column=name, value=values[at])
    if (missing := np.isnan(values)).any():
        # a signaling NaN would warn in arithmetic
        return np.where(missing, values.dtype.type(np.nan), values)
    return values


def texts(column: pa.ChunkedArray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a column as texts with few different values.

    `column` (rows,) → (rows,).

    >>> texts(pa.chunked_array([["b", "a", None, "b"]]), "id")
    (array([ 0,  1, -1,  0], dtype=int32), array(['b', 'a'], dtype='<U1'))
    """
    if kind_of(column) in ("list", "other"):
        raise DataError(Tables.NO_TEXTS_IN, column=name, words=str(column.type))
    codes, dictionary = _encoded(column)
    different = [_text(value) for value in dictionary.to_pylist()]
    if long := [text for text in different if len(text) > MAX_TEXT_LENGTH]:
        given = {"length": len(long[0]), "beginning": long[0][:20], "most": MAX_TEXT_LENGTH}
        raise DataError(Tables.LONG_TEXT, column=name, **given)
    if "" in different:
        codes[codes == different.index("")] = -1
    return codes, np.array(different, str) if different else np.array([], "U1")


def count_different(column: pa.ChunkedArray) -> int:
    """Return the number of different values of a column, not counting missing ones.

    >>> count_different(pa.chunked_array([["a", "b", None, "a"]]))
    2
    """
    return len(column.drop_null().unique())


def has_repeats(column: pa.ChunkedArray) -> bool:
    """Return whether a value appears in several rows of a column.

    >>> has_repeats(pa.chunked_array([["a", None, None]]))
    False
    """
    return count_different(column) < len(column) - column.null_count


def is_unique(column: pa.ChunkedArray) -> bool:
    """Return whether all values of a column are different, and none is missing.

    >>> is_unique(pa.chunked_array([[1, 2]])), is_unique(pa.chunked_array([[1, None]]))
    (True, False)
    """
    return not column.null_count and not has_repeats(column)


def varies(table: pa.Table, id_column: str, name: str) -> bool:
    """Return whether a column has several values within a series.

    >>> varies(pa.table({"id": [1, 1, 2], "u": ["a", "a", "b"]}), "id", "u")
    False
    """
    ids, of = texts(table[id_column], id_column)
    values, _ = texts(table[name], name)
    return len(np.unique(np.stack([ids, values]), axis=1).T) > len(of)


def refuse_missing(
    column: pa.ChunkedArray, name: str, start: int = 0, code: Code = Tables.NO_VALUE
) -> None:
    """Raise DataError with `code` if a value is missing.

    >>> refuse_missing(pa.chunked_array([["a"]]), "id")
    """
    if column.null_count:
        refuse_rows(column.is_null().to_numpy(), code, name, start)


def refuse_rows(wrong: np.ndarray, code: Code, name: str, start: int = 0) -> None:
    """Raise DataError with `code` for the first row where `wrong` is true, (rows,), if any.

    >>> refuse_rows(np.array([False, True]), Tables.NO_ID, "id")
    Traceback (most recent call last):
    glasscell.errors.DataError: row 2, column 'id': the id is missing; every row needs one
    """
    if wrong.any():
        raise DataError(code, row=start + int(wrong.argmax()) + 1, column=name)


def _encoded(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Return the code of each row's value, -1 if missing, and the values in order of appearance."""
    was_encoded = pa.types.is_dictionary(column.type)
    encoded = column if was_encoded else column.dictionary_encode()
    codes, known, at = np.empty(len(column), np.int32), {}, 0
    last, numbers_of_last = None, np.array([])
    for (
        chunk
    ) in encoded.chunks:  # Arrow's unified dictionaries would need as much memory as the column
        if last is None or not chunk.dictionary.equals(last):
            last, values = chunk.dictionary, chunk.dictionary.to_pylist()
            numbers_of_last = np.array(
                [*(known.setdefault(value, len(known)) for value in values), -1], np.int32
            )
        codes[at : at + len(chunk)] = numbers_of_last[
            chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        ]
        at += len(chunk)
    dictionary = pa.array(list(known), encoded.type.value_type)
    appears = np.zeros(len(known) + 1, bool)
    appears[codes] = True
    if was_encoded and (
        not appears[:-1].all() or any(chunk.offset for chunk in encoded.chunks)
    ):  # a slice of a column
        return _encoded(column.cast(dictionary.type))
    return codes, dictionary


def by_different(read: Callable, column: pa.ChunkedArray, name: str, start: int) -> np.ndarray:
    """Read a column via its different values; on failure, by row, for an error with the row.

    >>> by_different(numbers, pa.chunked_array([["1", "2", "1"]]).dictionary_encode(), "x", 0)
    array([1., 2., 1.])
    """
    codes, dictionary = _encoded(column)
    values = pa.chunked_array(
        [pa.concat_arrays([dictionary, pa.nulls((codes < 0).any(), dictionary.type)])]
    )
    try:
        return read(values, name)[codes]
    except DataError:
        return read(column.cast(dictionary.type), name, start)


def _parsed(column: pa.ChunkedArray, name: str, start: int) -> pa.ChunkedArray:
    """Cast texts to numbers; the error message shows the first one that fails."""
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid:
        pass
    empty = pc.is_in(column, value_set=pa.array(MISSING, column.type))  # type: ignore
    cleaned = pc.if_else(empty, pa.scalar(None, column.type), column)  # type: ignore
    cleaned = pc.replace_substring_regex(cleaned, r"^\+", "")  # type: ignore
    try:
        return cleaned.cast(pa.float64())
    except pa.ArrowInvalid:
        values = pd.Series(
            cleaned.to_pylist(), range(start + 1, start + 1 + len(cleaned)), dtype=object
        )
    converted: pd.Series = pd.to_numeric(values, errors="coerce")  # type: ignore
    wrong = np.flatnonzero((converted.isna() & values.notna()).to_numpy())
    if not len(wrong):
        return pa.chunked_array([pa.array(converted)])
    found, hint = str(values.iloc[wrong[0]]), None
    if found == name:
        hint = Tables.NAME_AGAIN()
    elif list(wrong) == [len(values) - 1] and converted.notna().sum() > 1:
        hint = Tables.ONLY_LAST()
    raise DataError(
        Tables.NOT_A_NUMBER, row=values.index[wrong[0]], column=name, found=found[:40], hint=hint
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _text(value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value).strip()
