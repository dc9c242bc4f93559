"""Lines of blanks, and rows in which every cell is empty, as sheets leave them: passed over as empty lines are."""

from collections.abc import Generator, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.formats.sentences import Formats
from glasscell.facts import Note


def without_empty_rows(batches: Iterable[pa.RecordBatch], notes: list[Note]) -> Generator[pa.RecordBatch, None, None]:
    """Leave out the rows in which no cell has more than blanks; in a table of one column, where a cell has blanks only.

    (There, `""` is how a value that is missing is written, and a blank line is no row.)

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        All columns as text, None where a cell is empty.
    notes : list of Note
        Becomes a note of how many rows were left out that do not stand at the end, as far as the batches were read.

    Yields
    ------
    pyarrow.RecordBatch

    Examples
    --------
    >>> notes, batch = [], pa.record_batch({"id": ["a", None, "b", None], "x": ["1", " ", None, None]})
    >>> next(without_empty_rows([batch], notes)).to_pylist(), notes
    ([{'id': 'a', 'x': '1'}, {'id': 'b', 'x': None}], ['skipped 1 empty row'])
    """
    within = since = 0  # rows left out before the last that was kept, and after it
    for batch in batches:
        if (is_empty := _are_empty(batch)) is None:
            kept, last = batch, batch.num_rows - 1
            empty_before = 0
        else:
            kept = batch.filter(pa.array(~is_empty))
            last = int(np.flatnonzero(~is_empty).max(initial=-1))
            empty_before = int(is_empty[: last + 1].sum())
        if last < 0:
            since += batch.num_rows
        else:
            within, since = within + since + empty_before, batch.num_rows - 1 - last
        if within and batch.num_columns > 1:
            notes[:] = [Formats.EMPTY_ROWS(n=within)]
        yield kept


def is_blank(line: str, separator: str) -> bool:
    r"""Return whether a line has nothing but blanks and separators.

    >>> is_blank(" \t", ","), is_blank(",,", ","), is_blank("0,", ",")
    (True, True, False)
    """
    return not line.strip().strip(separator + " \t")


def _are_empty(batch: pa.RecordBatch) -> np.ndarray | None:
    """Return which rows are empty, None if none is; whoever has a value in the first column is not looked at again."""
    if not batch.num_rows:
        return None
    is_single = batch.num_columns == 1
    is_empty = _without_text(batch.column(0), if_null=not is_single)
    for column in batch.columns[1:]:
        if not is_empty.any():
            break
        is_empty[is_empty] = _without_text(column.filter(pa.array(is_empty)), if_null=True)
    return is_empty if is_empty.any() else None


def _without_text(column: pa.Array, *, if_null: bool) -> np.ndarray:
    """Return where a column of texts has none, or blanks only."""
    is_blank = pc.equal(pc.utf8_trim_whitespace(column), "")  # type: ignore
    return pc.fill_null(is_blank, if_null).to_numpy(zero_copy_only=False).copy()
