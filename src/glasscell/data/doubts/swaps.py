"""Series two of whose channels are probably swapped, where columns have no names that would tell.

N series · T time steps · D channels
"""

import re
from collections.abc import Iterator

import numpy as np

from glasscell.data.doubts.profiles import profile
from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MIN_SERIES = 4
MAX_SHARE = 0.25  # of the series, that may be swapped
MIN_GAP = 1.0  # between what two channels are like, in ranges of the wider one
MAX_CHANNELS = 30  # whose pairs are looked at


def find_swaps(train: Sequences) -> Iterator[Note]:
    """Give a warning for each two columns without names that some series have the other way round.

    Levels, or how much channels vary, do not overlap between the two in all other series; and in these few each is
    where the other is elsewhere. Nothing is said where the few are all series of some classes.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(9, 20, 2)) + [0, 50]
    >>> x[4] = x[4, :, ::-1]
    >>> for warning in find_swaps(Sequences.from_list(x, channels=["column1", "column2"])):
    ...     print(str(warning)[:65])
    columns 'column1' and 'column2' look swapped in 1 of 9 series (4)
    """
    if len(train) < MIN_SERIES or not all(re.fullmatch(r"column\d+", name) for name in train.channels):
        return
    seen = profile(train)
    if len(seen.ids) < len(train) or np.isnan(seen.mean).any():
        return
    tiny = np.finfo(np.float64).tiny
    for one in range(min(seen.mean.shape[1], MAX_CHANNELS)):
        for two in range(one + 1, min(seen.mean.shape[1], MAX_CHANNELS)):
            for traits in (seen.mean, np.log(seen.deviation + tiny)):
                few = _swapped(traits[:, one], traits[:, two])
                if len(few) and not _are_classes(train, few):
                    found = {"some": len(few), "n": len(train), "ids": train.ids[few]}
                    yield Doubts.SWAPPED.warning(train.channels[one], other=train.channels[two], **found)
                    break


def _swapped(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return the series in which two traits (N,) are swapped; none if they are not far apart in all others."""
    is_above = one > two
    is_few = is_above != (2 * is_above.sum() > len(one))
    few, rest = np.flatnonzero(is_few), ~is_few
    width = max(np.ptp(one[rest]), np.ptp(two[rest]))
    gap = max(one[rest].min() - two[rest].max(), two[rest].min() - one[rest].max())
    if not 0 < len(few) <= MAX_SHARE * len(one) or gap <= MIN_GAP * width:
        return few[:0]
    fits = _is_near(one[few], two[rest], gap / 2) & _is_near(two[few], one[rest], gap / 2)
    return few if fits.all() else few[:0]


def _is_near(values: np.ndarray, others: np.ndarray, margin: float) -> np.ndarray:
    return (values >= others.min() - margin) & (values <= others.max() + margin)


def _are_classes(train: Sequences, few: np.ndarray) -> bool:
    if train.y is None or train.task != "classification":
        return False
    return not set(train.y[few]) & set(np.delete(train.y, few))
