"""Ends of series that were filled up to one length with 0 or −1, so that how long each was is hidden.

N series · T time steps · D channels
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

NUMBERS = (0.0, -1.0)
MIN_STEPS = 3  # of an end that is no chance
MIN_SHARE = 1 / 3  # of the series, that end so
MIN_LENGTHS = 3  # different ones, of these ends
MAX_BEFORE = 0.01  # of the steps before these ends, that are the same number
OF_ONE_LENGTH = 0.9  # of the series, at least


class Filling(NamedTuple):
    """The number that series are filled up with, and at how many steps at the end each is nothing else, (N,), int."""

    number: float
    steps: np.ndarray


def find_filling(series: Sequences) -> Filling | None:
    """Return what series of one length are filled up with; None if they end in numbers like those before.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(9, 30, 2))
    >>> for k in range(9):
    ...     x[k, 30 - 2 * k :] = -1
    >>> filling = find_filling(Sequences.from_list(x))
    >>> filling.number, filling.steps.tolist()
    (-1.0, [0, 2, 4, 6, 8, 10, 12, 14, 16])
    """
    longest = series.lengths == series.x.shape[1]
    if longest.mean() < OF_ONE_LENGTH:
        return None
    for number in NUMBERS:
        mark = (number - series.offset).astype(np.float32)
        if np.count_nonzero((series.x[longest, -MIN_STEPS:] == mark).all((1, 2))) < MIN_SHARE * longest.sum():
            continue  # found out without a look at all steps
        is_mark = (series.x == mark).all(2)
        steps = np.where(longest & ~is_mark.all(1), (~is_mark[:, ::-1]).argmax(1), 0)
        before = series.lengths - steps
        filled = steps >= MIN_STEPS
        is_rare = is_mark.sum() - is_mark.all(1) @ series.lengths - steps.sum() <= MAX_BEFORE * before.sum()
        if is_rare and filled.mean() >= MIN_SHARE and len(np.unique(steps[filled])) >= MIN_LENGTHS:
            return Filling(number, steps)
    return None


def about_filling(series: Sequences, filling: Filling) -> Note:
    """Return the warning about a filling: in how many series, how long, and how to have it read as nothing.

    >>> str(about_filling(Sequences.from_list([[1, 0, 0, 0]] * 4), Filling(0.0, np.array([4, 3, 2, 0]))))[:72]
    '2 of 4 series end in 3 to 4 steps of 0, a value that is rare before: if '
    """
    steps = filling.steps[filling.steps >= MIN_STEPS]
    return Doubts.FILLED.warning(
        some=len(steps),
        n=len(series),
        least=steps.min(),
        most=steps.max(),
        number=filling.number,
        where=Doubts.IN_ALL_CHANNELS() if len(series.channels) > 1 else None,
        steps=series.x.shape[1],
    )


def without_filling(series: Sequences, filling: Filling | None) -> Sequences:
    """Return series whose filled ends are missing.

    >>> without_filling(Sequences.from_list([[1, 0, 0]]), Filling(0.0, np.array([2]))).x[0, :, 0].tolist()
    [1.0, nan, nan]
    """
    if filling is None:
        return series
    ends = np.arange(series.x.shape[1]) >= (series.lengths - filling.steps)[:, None]
    return replace(series, x=np.where(ends[..., None], np.float32(np.nan), series.x))
