"""Times in words, in the rows of a table as in the names of columns: 2026-W08, Q2 2020, Feb, 26.01.26, month 24."""

import re
from functools import lru_cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.dates import to_times
from glasscell.data.tables.named_steps import find_times
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Code, Note

HEAD = 1000  # rows that are looked at, to see whether there is anything to read
MOST = 5000  # different texts
FIRST = re.compile(r"base ?line|basis|beginn?|start|bl", re.I)  # that is 0, beside numbers above it
NUMBERED = re.compile(r"(\D*?)(\d+(?:\.\d+)?)(\D*)")
OF_TIME = re.compile(
    r"(^|[^a-z])(t|time|step|frame|visit|visite|wave|day|tag|jour|week|woche|month|monat|mois|quarter|quartal|year|jahr|"
    r"hour|stunde|min(ute)?|sec(ond)?|sekunde|ms|round|tick)s?([^a-z]|$)",
    re.IGNORECASE,
)


def worded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of times in words as numbers, of which larger ones are later; any other as it is.

    They are read as `named_steps.find_times` reads the names of columns, or by the one number that varies in them.

    Parameters
    ----------
    column : pyarrow.ChunkedArray (rows,)

    Returns
    -------
    pyarrow.ChunkedArray (rows,)
        float64, if it was read.

    Examples
    --------
    >>> worded(pa.chunked_array([["Mar 2026", "Jan 2026", "Feb 2026"]])).to_pylist()
    [24314.0, 24312.0, 24313.0]
    """
    found = _read(column)
    return column if found is None else found[1]


def say_worded(column: pa.ChunkedArray) -> Note | None:
    """Return what times in words are read as; None for other columns.

    >>> say_worded(pa.chunked_array([["2026-W08", "2026-W09"]])), say_worded(pa.chunked_array([["up", "down"]]))
    (' (read as weeks)', None)
    """
    found = _read(column)
    return None if found is None else Tables.WORDED(kind=found[0]())


def are_times(column: pa.ChunkedArray, name: str) -> bool:
    """Return whether texts are times: in words, or in numbers as `dates.to_times` reads them.

    What is read by its number alone has to be called like a time, in the text or by the name of the column.

    >>> are_times(pa.chunked_array([["month 6", "month 24"]]), "v"), are_times(pa.chunked_array([["u1", "u2"]]), "v")
    (True, False)
    """
    some = _texts(column.slice(0, HEAD))
    if not some:
        return False
    if _are_plain(tuple(some)):
        return True
    found = _read(column)
    return found is not None and (
        found[0] is not Tables.NUMBERS or bool(OF_TIME.search(name) or OF_TIME.search(some[0]))
    )


def _texts(column: pa.ChunkedArray) -> list[str]:
    """Return the different texts of a column; none if it is no text."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_text = pa.types.is_large_string(kind) or pa.types.is_string(kind)
    return column.cast(kind).drop_null().unique().to_pylist() if is_text else []


@lru_cache(maxsize=32)  # several who read a file ask about the same column
def _are_plain(texts: tuple[str, ...]) -> bool:
    if all(re.fullmatch(r"[+-]?\d+(\.\d*)?", text) for text in texts):
        return False
    try:
        return bool(to_times(pd.Series(texts, dtype=object)).notna().all())
    except DataError:  # times, of which something is not clear
        return True


def _read(column: pa.ChunkedArray) -> tuple[Code, pa.ChunkedArray] | None:
    """Return what texts are called as times, and their numbers."""
    some = _texts(column.slice(0, HEAD))
    first = tuple(some[:20])
    if len(some) < 2 or not all(re.search(r"\d|[^\W\d_]{3}", text) for text in first) or _are_plain(first):
        return None
    if not any(re.search(r"[^\d.eE+-]|\..*\.", text) for text in first):
        return None  # numbers
    texts = _texts(column)
    if len(texts) > MOST:
        return None
    found = find_times(texts)
    if found and not found.doubt and len(found.at) == len(texts):
        at, kind = found.at, found.kind
    else:
        at, kind = _numbered(texts), Tables.NUMBERS
    if not at:
        return None
    plain = column.cast(pa.large_string())
    places = pc.index_in(plain, value_set=pa.array(texts, pa.large_string()))  # type: ignore
    return kind, pc.take(pa.array([at[text] for text in texts], pa.float64()), places)  # type: ignore


def _numbered(texts: list[str]) -> dict[str, float] | None:
    """Return the one number that varies between texts that are alike otherwise."""
    first = [text for text in texts if FIRST.fullmatch(text)]
    texts = [text for text in texts if text not in first]
    found = {text: match.groups() for text in texts if (match := NUMBERED.fullmatch(text))}
    if not found or len(found) < len(texts) or len({(before, after) for before, _, after in found.values()}) > 1:
        return None
    before = next(iter(found.values()))[0]
    at = {text: float(number) for text, (_, number, _) in found.items()}
    if len(first) > 1 or (first and min(at.values()) <= 0):
        return None
    at |= dict.fromkeys(first, 0.0)
    return None if before.rstrip().endswith(("-", "+")) or len(set(at.values())) < len(at) else at
