"""Which of several columns of words labels steps, where another one names the series."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, texts
from glasscell.data.tables.row_clocks import Clocks

ROWS_OF_A_LABEL = 3  # at least, in the mean: what is rarer is no label


def label_within(table: pa.Table, words: Sequence[str], times: Sequence[str] = ()) -> str | None:
    """Return the one column whose words come back, and vary within the series that another one names.

    A column names series if it has several names, and a time tells the rows of each apart; where no column is a time,
    if the rows of each stand together.

    Parameters
    ----------
    table : pyarrow.Table
    words : sequence of str
        Columns of text.
    times : sequence of str
        Columns that may be the time.

    Returns
    -------
    str or None
        None where there is no such column, or there are several.

    Examples
    --------
    >>> rec, activity = ["a"] * 6 + ["b"] * 6, ["rest", "rest", "walk", "walk", None, "rest"] * 2
    >>> label_within(pa.table({"rec": rec, "activity": activity}), ["rec", "activity"])
    'activity'
    """
    codes, kinds = {name: texts(table[name], name)[0] for name in words}, {name: kind_of(table[name]) for name in times}
    clocks = Clocks(table, kinds, times)
    orders = {name: _order(of, clocks) for name, of in codes.items()}
    found = [
        name
        for name, labels in codes.items()
        if any(
            _comes_back(labels[rows]) and _varies(labels[rows], codes[other][rows])
            for other, rows in orders.items()
            if other != name
        )
    ]
    return found[0] if len(found) == 1 else None


def _order(codes: np.ndarray, clocks: Clocks) -> np.ndarray:
    """Return the rows by what may be series, and their time; in the file's order if there is none."""
    ticks = clocks.of(codes) if (codes >= 0).all() else None
    return np.arange(len(codes)) if ticks is None else np.lexsort((ticks.when, codes))


def _comes_back(labels: np.ndarray) -> bool:
    labels = labels[labels >= 0]
    different = len(np.unique(labels))
    return different > 1 and _runs(labels) > different and len(labels) >= ROWS_OF_A_LABEL * different


def _varies(labels: np.ndarray, series: np.ndarray) -> bool:
    """Return whether rows that have one name stand together, and labels vary in most of the series so named."""
    if (series < 0).any() or series.max() < 1 or _runs(series) != series.max() + 1:
        return False
    there = labels >= 0
    pairs = np.unique(np.stack([series[there], labels[there]]), axis=1)
    return bool(2 * (np.bincount(pairs[0]) > 1).sum() > series.max() + 1)


def _runs(codes: np.ndarray) -> int:
    return 1 + int((np.diff(codes) != 0).sum())
