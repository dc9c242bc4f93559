"""Series that hold everything twice: a file that was appended to itself, or each of whose rows was written again.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.sequences import Sequences

MIN_STEPS = 4  # that differ, in half a series
MIN_SHARE = 0.5  # of the series that are long enough
SHOWN = 3


def about_doubled(series: Sequences) -> Iterator[str]:
    """Give a warning if most series repeat themselves, number for number.

    Examples
    --------
    >>> for sentence in about_doubled(Sequences.from_list([[1, 5, 2, 4] * 2, [3, 1, 4, 2] * 2])):
    ...     print(sentence[:74])
    the second half of 2 of 2 series is the same as the first, number for numb
    """
    found = np.array([_kind(x[:n]) for x, n in zip(series.x, series.lengths.tolist(), strict=True)])
    for kind, what in (
        ("halves", "the second half of {} series is the same as the first, number for number ({})"),
        ("pairs", "in {} series each step is there twice, number for number ({})"),
    ):
        is_so = found == kind
        if is_so.any() and is_so.sum() > MIN_SHARE * (found != "short").sum():
            ids = ", ".join(map(repr, series.ids[is_so][:SHOWN].tolist())) + ", …" * bool(is_so.sum() > SHOWN)
            said = what.format(f"{is_so.sum()} of {len(series)}", ids)
            yield f"{said}: if the file holds its rows twice, delete those that are there again"


def _kind(x: np.ndarray) -> str:
    half = len(x) // 2
    if half < MIN_STEPS:
        return "short"
    kind = ""
    if len(x) % 2 == 0:
        are_halves, are_pairs = (
            np.array_equal(*of, equal_nan=True) for of in ((x[:half], x[half:]), (x[::2], x[1::2]))
        )
        kind = "halves" if are_halves else "pairs" if are_pairs else ""
    return "short" if kind and len(np.unique(x[:half], axis=0)) < MIN_STEPS else kind
