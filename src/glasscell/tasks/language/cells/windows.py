"""Windows of texts, in which something is marked often enough to be looked into.

W windows · L symbols of a window
"""

from collections.abc import Sequence

import numpy as np

LENGTH, WARM_UP, COUNT = 500, 200, 24
LEAST = 10  # symbols inside, of a window, and outside


def windows_of(
    texts: Sequence[np.ndarray],
    marks: Sequence[np.ndarray],
    *,
    length: int = LENGTH,
    warm_up: int = WARM_UP,
    count: int = COUNT,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return windows (W, warm_up + length + 1) of texts and their marks (W, length), at most `count`, drawn by a seed.

    Parameters
    ----------
    texts : sequence of int arrays (1 + T,)
        Each begins with the boundary.
    marks : sequence of arrays (T,)
        After each symbol but the boundary: 1, 0, or NaN.
    length, warm_up : int
        The marks are those of the last `length` symbols read.
    count : int
    seed : int

    Examples
    --------
    >>> text, marks = np.arange(100), np.arange(99) % 2.0
    >>> windows, inside = windows_of([text], [marks], length=30, warm_up=5, count=2)
    >>> windows.shape, inside.shape, bool((windows[:, 5:-1] % 2 != inside).all())
    ((2, 36), (2, 30), True)
    """
    found = []
    for text, mark in zip(texts, marks, strict=True):
        for start in range(0, len(text) - warm_up - length, length):
            here = mark[start + warm_up - 1 : start + warm_up - 1 + length]  # of symbol k the mark is number k - 1
            if min((here == 1).sum(), (here == 0).sum()) >= LEAST:
                found.append((text[start : start + warm_up + length + 1], here))
    order = np.random.default_rng(seed).permutation(len(found))[:count]
    if not len(order):
        return np.zeros((0, warm_up + length + 1), "int32"), np.zeros((0, length))
    return np.stack([found[k][0] for k in order]), np.stack([found[k][1] for k in order])
