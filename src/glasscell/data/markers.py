"""Numbers that stand for "not measured", as −999 does in many files.

N series · T time steps · D channels
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from glasscell.data.sequences import Sequences

MIN_REPEATS = 3
MIN_OTHERS = 10  # different numbers that a channel has besides
MIN_GAP = 3.0  # between the marker and the number next to it, in ranges of all the others


def find_markers(series: Sequences) -> dict[str, list[float]]:
    """Return, for each channel that has some, its least or largest number if that looks like a mark, not a measurement.

    It is one if it repeats while it lies far outside all the others.

    Examples
    --------
    >>> x = [0.1, 0.5, 0.2, 0.9, 0.4, -999, 0.7, 0.3, 0.6, 0.8, 1.0, 0.0, -999, -999]
    >>> find_markers(Sequences.from_list([x], channels=["ax"]))
    {'ax': [-999.0]}
    """
    found = {}
    for d, name in enumerate(series.channels):
        values, counts = np.unique(series.x[..., d], return_counts=True)  # NaN is the last, once
        numbers = values[~np.isnan(values)].astype("float64")
        counts = counts[: len(numbers)]
        others = numbers[1:-1]
        if len(others) < MIN_OTHERS:
            continue
        gaps = {0: others[0] - numbers[0], -1: numbers[-1] - others[-1]}
        far = MIN_GAP * (others[-1] - others[0])
        marks = [float(numbers[end]) for end, gap in gaps.items() if gap > far and counts[end] >= MIN_REPEATS]
        if marks:
            found[name] = marks
    return found


def without_markers(series: Sequences, markers: Collection[float]) -> Sequences:
    """Return series in which these numbers are missing values.

    >>> without_markers(Sequences.from_list([[1.0, -999.0]]), [-999]).x[0, :, 0]
    array([ 1., nan], dtype=float32)
    """
    if not markers:
        return series
    marked = np.isin(series.x, np.array(list(markers), "float32"))
    return replace(series, x=np.where(marked, np.float32(np.nan), series.x)) if marked.any() else series
