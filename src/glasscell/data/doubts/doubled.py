"""Series that hold everything twice: a file that was appended to itself, or each of whose rows was written again.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MIN_STEPS = 4  # that differ, in half a series
MIN_SHARE = 0.5  # of the series that are long enough
SHOWN = 3


def about_doubled(series: Sequences) -> Iterator[Note]:
    """Give a warning if most series repeat themselves, number for number.

    Examples
    --------
    >>> (found,) = about_doubled(Sequences.from_list([[1, 5, 2, 4] * 2, [3, 1, 4, 2] * 2]))
    >>> found.code.name, found.values["ids"]
    ('SECOND_HALF_SAME', ['0', '1'])
    """
    found = np.array([_kind(x[:n]) for x, n in zip(series.x, series.lengths.tolist(), strict=True)])
    for kind, code in (("halves", Doubts.SECOND_HALF_SAME), ("pairs", Doubts.EACH_STEP_TWICE)):
        is_so = found == kind
        if is_so.any() and is_so.sum() > MIN_SHARE * (found != "short").sum():
            more = Doubts.ETC() if is_so.sum() > SHOWN else None
            yield code.warning(some=is_so.sum(), n=len(series), ids=series.ids[is_so][:SHOWN], more=more)


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
