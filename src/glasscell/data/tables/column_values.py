"""Conversion of table columns to NumPy arrays of numbers and texts; errors show row and column."""

import re
import shlex
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Code, Note

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?", "-", "#N/A", "<NA>",
           "NaT", "n.a.", "N.A.", "k.A.", "--", "---", ".", "missing", "#DIV/0!", "#NUM!",
           "#VALUE!", "#REF!", "#NAME?", "#NULL!")  # fmt: skip
MONTH = re.compile(r"(0?[1-9]|1[0-2])\.(?:19|20)\d\d")
FEWEST_MONTHS = 3  # different ones, without a leading zero, from which texts are no numbers
MAX_TEXT_LENGTH = 1000
MOST_WORDS = 5  # different ones among numbers, up to which they may mark missing values
FLOAT32_MAX = float(np.finfo(np.float32).max)


def plain(table: pa.Table) -> pa.Table:
    """Return a table with trimmed texts, decoded dictionaries, and nulls and decimals as float64.

    >>> plain(pa.table({"a": pa.array(["u ", "v"]).dictionary_encode()}))["a"].to_pylist()
    ['u', 'v']
    """
    columns = []
    for column in table.columns:
        kind = type_of(column)
        if types.is_string(kind) or types.is_string_view(kind):
            kind = pa.large_string()
        elif types.is_null(kind) or types.is_decimal(kind) or types.is_float16(kind):
            kind = pa.float64()
        column = column if column.type == kind else column.cast(kind)
        columns.append(pc.utf8_trim_whitespace(column) if kind == pa.large_string() else column)  # type: ignore
    return pa.table(columns, names=table.column_names)


def type_of(column: pa.ChunkedArray) -> pa.DataType:
    """Return the Arrow type of a column's values, even if dictionary-encoded.

    >>> str(type_of(pa.chunked_array([["u", "v"]]).dictionary_encode()))
    'string'
    """
    return column.type.value_type if types.is_dictionary(column.type) else column.type


def is_text(kind: pa.DataType) -> bool:
    """Return whether an Arrow type is one of the two text types that `plain` leaves.

    >>> is_text(pa.string()), is_text(pa.int64())
    (True, False)
    """
    return types.is_string(kind) or types.is_large_string(kind)


def kind_of(column: pa.ChunkedArray) -> str:
    """Return the kind of a column's values; a text column is judged by its first hundred values.

    >>> kind_of(pa.chunked_array([["1", "?"]])), kind_of(pa.chunked_array([["walk", "run"]]))
    ('number', 'text')
    """
    kind = type_of(column)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return "list"
    if types.is_temporal(kind):
        return "time"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind):
        return "number"
    if not is_text(kind):
        return "other"
    head = [text.strip() for text in column.drop_null().slice(0, 100).to_pylist()]
    sample = [text for text in head if text not in MISSING]
    different = {*sample}
    n_numbers = sum(map(_is_number, different))
    # of ids such as 12D-06, one may be the number 12E-06; of numbers, some may be ERR
    are_texts = (
        are_months(sample) if n_numbers == len(different) else 2 * n_numbers < len(different)
    )
    return "text" if sample and are_texts else "number"


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
    if types.is_dictionary(column.type):
        return read_by_dictionary(numbers, column, name, start)
    if is_text(column.type):
        column = _parsed(column, name, start)
    try:
        kind = pa.float32() if types.is_float32(column.type) else pa.float64()
        values = np.asarray(column.cast(kind, safe=False).to_numpy())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise DataError(Tables.NO_NUMBERS_IN, column=name, words=str(column.type)) from None
    if len(values) and max(np.fmax.reduce(values), -np.fmin.reduce(values)) > FLOAT32_MAX:
        row = int(np.flatnonzero(np.abs(values) > FLOAT32_MAX)[0])
        raise DataError(Tables.TOO_LARGE, row=start + row + 1, column=name, value=values[row])
    if (missing := np.isnan(values)).any():
        # a signaling NaN would warn in arithmetic
        return np.where(missing, values.dtype.type(np.nan), values)
    return values


def texts(column: pa.ChunkedArray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the code of each row's text, -1 if missing, and the distinct texts.

    `column` (rows,) → (rows,).

    >>> texts(pa.chunked_array([["b", "a", None, "b"]]), "id")
    (array([ 0,  1, -1,  0], dtype=int32), array(['b', 'a'], dtype='<U1'))
    """
    if kind_of(column) in ("list", "other"):
        raise DataError(Tables.NO_TEXTS_IN, column=name, words=str(column.type))
    codes, values = _factorize(column)
    distinct = [_text(value) for value in values.to_pylist()]
    if text := next((text for text in distinct if len(text) > MAX_TEXT_LENGTH), None):
        values = {"length": len(text), "beginning": text[:20], "most": MAX_TEXT_LENGTH}
        raise DataError(Tables.LONG_TEXT, column=name, **values)
    if "" in distinct:
        codes[codes == distinct.index("")] = -1
    return codes, np.array(distinct, str) if distinct else np.array([], "U1")


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


def is_constant(column: pa.ChunkedArray) -> bool:
    """Return whether several rows all have the same value.

    >>> is_constant(pa.chunked_array([["a", "a"]])), is_constant(pa.chunked_array([["a"]]))
    (True, False)
    """
    return count_different(column) == 1 < len(column) - column.null_count


def varies(table: pa.Table, id_column: str, name: str) -> bool:
    """Return whether a column has several values within a series.

    >>> varies(pa.table({"id": [1, 1, 2], "u": ["a", "a", "b"]}), "id", "u")
    False
    """
    codes, ids = texts(table[id_column], id_column)
    values, _ = texts(table[name], name)
    return len(np.unique(np.stack([codes, values]), axis=1).T) > len(ids)


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


def _factorize(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Return the code of each row's value, -1 if missing, and the values in order of appearance."""
    is_encoded = types.is_dictionary(column.type)
    encoded = column if is_encoded else column.dictionary_encode()
    codes, code_of, start = np.empty(len(column), np.int32), {}, 0
    dictionary, codes_of_chunk = None, np.array([])
    # Arrow's unified dictionaries would need as much memory as the column
    for chunk in encoded.chunks:
        if dictionary is None or not chunk.dictionary.equals(dictionary):
            dictionary = chunk.dictionary
            known = [code_of.setdefault(value, len(code_of)) for value in dictionary.to_pylist()]
            codes_of_chunk = np.array([*known, -1], np.int32)
        indices = chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        codes[start : start + len(chunk)] = codes_of_chunk[indices]
        start += len(chunk)
    values = pa.array(list(code_of), encoded.type.value_type)
    if is_encoded:
        appears = np.zeros(len(values) + 1, bool)
        appears[codes] = True
        if not appears[:-1].all() or any(chunk.offset for chunk in encoded.chunks):
            return _factorize(column.cast(values.type))  # a slice of a column
    return codes, values


def read_by_dictionary(
    read: Callable, column: pa.ChunkedArray, name: str, start: int
) -> np.ndarray:
    """Read a column via its distinct values; on failure, by row, for an error with the row.

    >>> column = pa.chunked_array([["1", "2", "1"]]).dictionary_encode()
    >>> read_by_dictionary(numbers, column, "x", 0)
    array([1., 2., 1.])
    """
    codes, values = _factorize(column)
    missing = pa.nulls((codes < 0).any(), values.type)  # at the end, where code -1 finds it
    try:
        return read(pa.chunked_array([pa.concat_arrays([values, missing])]), name)[codes]
    except DataError:
        return read(column.cast(values.type), name, start)


class WordAmongNumbers(DataError):
    """A column of numbers holds words, such as ERR, which may mark missing values."""

    words: Collection[str] = ()


def words_among(column: pa.ChunkedArray) -> list[str]:
    """Return the words in a column of texts that are mostly numbers; empty for other columns.

    >>> words_among(pa.chunked_array([["1", "2.5", "ERR", "NA"]]))
    ['ERR']
    """
    if not is_text(type_of(column)):
        return []
    texts: Any = pd.Series(column.to_pylist(), dtype=object)
    texts = texts[texts.notna() & ~texts.isin(MISSING)]
    parsed: Any = pd.to_numeric(texts, errors="coerce")
    is_word = parsed.isna()
    return [] if is_word.mean() >= 0.5 else [*map(str, texts[is_word].unique())]


def _parsed(column: pa.ChunkedArray, name: str, start: int) -> pa.ChunkedArray:
    """Cast texts to numbers; the error message shows the first one that fails."""
    with suppress(pa.ArrowInvalid):
        return column.cast(pa.float64())
    is_missing = pc.is_in(column, value_set=pa.array(MISSING, column.type))  # type: ignore
    cleaned = pc.if_else(is_missing, pa.scalar(None, column.type), column)  # type: ignore
    cleaned = pc.replace_substring_regex(cleaned, r"^\+", "")  # type: ignore
    with suppress(pa.ArrowInvalid):
        return cleaned.cast(pa.float64())
    values = pd.Series(cleaned.to_pylist(), dtype=object)
    converted: pd.Series = pd.to_numeric(values, errors="coerce")  # type: ignore
    failures = np.flatnonzero(converted.isna() & values.notna())
    if not len(failures):
        return pa.chunked_array([pa.array(converted)])
    row, hint = int(failures[0]), None
    text = str(values[row])
    if text == name:
        hint = Tables.NAME_AGAIN()
    elif row == len(values) - 1 and converted.notna().sum() > 1:
        hint = Tables.ONLY_LAST()
    elif words := words_among(cleaned):
        place = {"row": start + row + 1, "column": name}
        error = WordAmongNumbers(
            Tables.NOT_A_NUMBER, **place, found=text[:40], hint=advise_missing(words)
        )
        error.words = words
        raise error
    raise DataError(
        Tables.NOT_A_NUMBER, row=start + row + 1, column=name, found=text[:40], hint=hint
    )


def advise_missing(words: Iterable[str]) -> Note | None:
    """Return the option that lists words for missing values; None if they are many.

    >>> print(advise_missing(["ERR", "<LOD"]))
    ; if it marks a missing value, use --missing 'ERR,<LOD'
    """
    words = [*dict.fromkeys(words)]
    if len(words) > MOST_WORDS:
        return None
    return Tables.MAY_BE_MISSING(words=shlex.quote(",".join(words)))


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
