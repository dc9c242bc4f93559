"""Two halves of a text, of whole files: a unit is chosen on one and scored on the other.

T characters · F files
"""

import numpy as np

SMALLEST = 0.25  # of the text, that a half of whole files must have; else the text is cut in the middle


def split(starts: np.ndarray, length: int) -> np.ndarray:
    """Return which characters are in the half on which units are chosen.

    From the longest file to the shortest, each joins the half that is shorter so far.

    Parameters
    ----------
    starts : array (F,), int
        Where each file begins, in order.
    length : int
        T.

    Returns
    -------
    array (T,), bool
        A single file, or one much longer than all others, is cut in the middle.

    Examples
    --------
    >>> split(np.array([0, 3, 5]), 6).astype(int).tolist(), split(np.array([0]), 4).tolist()
    ([1, 1, 1, 0, 0, 0], [True, True, False, False])
    """
    lengths = np.diff(np.r_[starts, length])
    is_first, sizes = np.zeros(len(lengths), bool), [0, 0]
    for k in np.argsort(-lengths, kind="stable"):
        half = int(sizes[1] < sizes[0])
        is_first[k] = half == 0
        sizes[half] += int(lengths[k])
    if min(sizes) < SMALLEST * length:
        return np.arange(length) < length // 2
    return np.repeat(is_first, lengths)
