"""Tables that are larger than memory: written part by part, whole or not at all."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.system.files import storage_trouble, write_whole


def write_tables(tables: Iterable[pd.DataFrame], output: str) -> int:
    """Write tables with the same columns, one below the other, and return the number of rows.

    Parameters
    ----------
    tables : iterable of DataFrame
    output : str
        A name that ends with .csv or .parquet; "-" is standard output, as CSV.

    Raises
    ------
    StorageError
        If it cannot be written.

    Examples
    --------
    >>> write_tables([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})], "-")
    a
    1
    2
    2
    """
    if output == "-":
        return _write_csv(tables, sys.stdout)
    count = 0

    def write(part: Path) -> None:
        nonlocal count
        if Path(output).suffix == ".parquet":
            count = _write_parquet(tables, part)
        else:
            with part.open("w", encoding="utf-8", newline="") as out:
                count = _write_csv(tables, out)

    with storage_trouble(Path(output)):
        write_whole(Path(output), write)
    return count


def _write_csv(tables: Iterable[pd.DataFrame], out: Any) -> int:
    count = 0
    for table in tables:
        table.to_csv(out, index=False, header=count == 0, lineterminator="\n")
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
