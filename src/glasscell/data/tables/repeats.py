"""Ids that appear twice where each row is a series, as its columns say: refused, not joined to series of two rows."""

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import texts
from glasscell.data.tables.grids import MIN_STEPS, prefixes
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError

FEW = 2  # rows with one id, in the middle, of series that are not likely to be as short


def refuse_repeats(table: pa.Table, id_column: str, values: list[str]) -> None:
    """Raise DataError if an id appears twice, but columns are numbered as steps are, and ids hardly repeat.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    values : list of str
        The columns that contain numbers.

    Raises
    ------
    DataError
        Names an id, two of its rows, and what to do.

    Examples
    --------
    >>> refuse_repeats(pa.table({"id": ["a", "a"], "u": [1, 2]}), "id", ["u"])
    """
    steps = [name for name in values if name != id_column]
    numbered = max(prefixes(steps).values(), default=0)
    if numbered < MIN_STEPS or 2 * sum(prefixes(steps).values()) < len(steps):
        return
    codes, ids = texts(table[id_column], id_column)
    of_each = np.bincount(codes[codes >= 0])
    if np.median(of_each) > FEW:
        return
    twice = int(np.flatnonzero(of_each > 1)[0])
    given = {"rows": np.flatnonzero(codes == twice)[:2] + 1, "id": str(ids[twice])}
    raise DataError(Tables.ID_TWICE, column=id_column, first=steps[0], last=steps[-1], **given)
