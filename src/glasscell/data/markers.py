"""Numbers that stand for "not measured", as −999 does in many files.

N series · T time steps · D channels
"""

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
    for d, (name, offset) in enumerate(zip(series.channels, series.offset.tolist(), strict=True)):
        values, counts = np.unique(series.x[..., d], return_counts=True)  # NaN is the last, once
        values, counts = values[~np.isnan(values)], counts[~np.isnan(values)]
        numbers = values.astype("float64")
        others = numbers[1:-1]
        if len(others) < MIN_OTHERS:
            continue
        gaps = {0: others[0] - numbers[0], -1: numbers[-1] - others[-1]}
        far = MIN_GAP * (others[-1] - others[0])
        ends = [end for end, gap in gaps.items() if gap > far and counts[end] >= MIN_REPEATS]
        marks = [float(str(values[end])) + offset for end in ends]  # the shortest decimal: as it stands in the file
        if marks:
            found[name] = marks
    return found
