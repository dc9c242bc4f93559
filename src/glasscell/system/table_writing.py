"""Tables that are larger than memory: written part by part, atomically."""

import io
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.facts import visible
from glasscell.system.files import storage_trouble, write_whole

FRACTION, SINGLE = "%.6f", "%.7g"  # formats of probabilities, and of other float32 numbers


def write_tables(
    tables: Iterable[pd.DataFrame], output: str, fractions: Collection[str] = ()
) -> int:
    """Write tables with the same columns as one, and return the number of rows.

    >>> write_tables([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})], "-")
    a
    1
    2
    2
    """
    if output == "-":
        return _write_csv(tables, _Terminal() if sys.stdout.isatty() else sys.stdout, fractions)
    count = 0

    def write(part: Path) -> None:
        nonlocal count
        if Path(output).suffix == ".parquet":
            count = _write_parquet(tables, part)
        else:
            with part.open("w", encoding="utf-8", newline="") as out:
                count = _write_csv(tables, out, fractions)

    with storage_trouble(Path(output)):
        write_whole(Path(output), write)
    return count


def names_of_probabilities(classes: Iterable[str]) -> list[str]:
    """Return the names of the columns of class probabilities.

    >>> names_of_probabilities(["a", "b"])
    ['p(a)', 'p(b)']
    """
    return [f"p({name})" for name in classes]


def in_digits(table: pd.DataFrame, fractions: Collection[str] = ()) -> pd.DataFrame:
    """Return a table with float32 as texts of seven digits, and probabilities of six decimals.

    Further digits are rounding noise that differs between processors. float64 numbers are
    unchanged.

    >>> table = pd.DataFrame(
    ...     {
    ...         "y": np.float32([0.1, np.nan]),
    ...         "p(a)": np.float32([2.5758462e-07, 1]),
    ...         "t": [0.1, 0.2],
    ...     }
    ... )
    >>> print(in_digits(table, ["p(a)"]).to_csv(index=False))
    y,p(a),t
    0.1,0.000000,0.1
    ,1.000000,0.2
    <BLANKLINE>
    """
    shown = {}
    for name, column in table.items():
        form = FRACTION if name in fractions else SINGLE if column.dtype == "float32" else None
        shown[name] = column if form is None else _in_form(column.to_numpy("float64"), form)
    return pd.DataFrame(shown, index=table.index)


class _Terminal(io.TextIOBase):
    def write(self, text: str, /) -> int:
        return sys.stdout.write(visible(text, kept="\n"))


def _in_form(numbers: np.ndarray, form: str) -> np.ndarray:
    texts = np.char.mod(form, numbers).astype(object)
    texts[np.isnan(numbers)] = None
    return texts


def _write_csv(tables: Iterable[pd.DataFrame], out: Any, fractions: Collection[str]) -> int:
    count = 0
    for table in tables:
        in_digits(table, fractions).to_csv(out, index=False, header=count == 0, lineterminator="\n")
        count += len(table)
    return count


def _write_parquet(tables: Iterable[pd.DataFrame], path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count, writer = 0, None
    try:
        for table in tables:
            rows = pa.Table.from_pandas(table, preserve_index=False)
            writer = writer or pq.ParquetWriter(path, rows.schema)
            writer.write_table(rows)
            count += len(table)
    finally:
        if writer is not None:
            writer.close()
    return count
