"""Channels that are missing where the class is a certain one: that they are tells the class, and nothing that happens.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MAX_ELSEWHERE = 0.25  # of the series of other classes that may lack it, too
CHANCE = 1e-3  # of a false alarm, over all channels and classes
EMPTY, GAPS = (Doubts.CHANNEL_EMPTY, Doubts.CHANNELS_EMPTY), (Doubts.CHANNEL_HAS_GAPS, Doubts.CHANNELS_HAVE_GAPS)


def find_absences(train: Sequences) -> Iterator[Note]:
    """Give a warning for the channels that are empty, or have gaps, in all series of some class, and not in others.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 5, 2))
    >>> x[::2, :, 1] = np.nan
    >>> (found,) = find_absences(Sequences.from_list(x, y=["a", "b"] * 10, channels=["u", "v"]))
    >>> found.subject, found.values["classes"], found.values["n"]
    ('v', ('a',), 10)
    """
    missing = np.isnan(train.x) & train.mask[:, :, None]
    empty = missing.sum(1) == train.lengths[:, None]
    found: dict[tuple, list[str]] = {}
    for how, lacks in ((EMPTY, empty), (GAPS, missing.any(1) & ~empty)):
        for name, lack in zip(train.channels, lacks.T, strict=True):
            classes = _told(np.asarray(train.y), lack, tries=2 * len(train.channels))
            if classes:
                others = lack[~np.isin(np.asarray(train.y), classes)]
                found.setdefault((how, classes, int(others.sum()), len(others)), []).append(name)
    for ((of_one, of_several), classes, some, others), names in found.items():
        name = names[0] if len(names) == 1 else None
        what = of_several(channels=names) if name is None else of_one(name)
        in_all = {"classes": classes, "n": len(train) - others, "some": some, "others": others}
        yield Doubts.ABSENT_IN_CLASS.warning(name, what=what, **in_all)


def _told(y: np.ndarray, lack: np.ndarray, tries: int) -> tuple[str, ...]:
    """Return the classes of which all series lack something that most of the others have; none if it may be chance."""
    labels, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    every = np.bincount(classes[lack], minlength=len(labels)) == counts
    others = lack[~every[classes]]
    if not every.any() or not len(others) or others.mean() > MAX_ELSEWHERE:
        return ()
    from scipy.stats import hypergeom  # not above: it takes a while, and few files need it

    n, lacking, of_these = len(y), int(lack.sum()), int(counts[every].sum())
    is_chance = hypergeom.pmf(of_these, n, lacking, of_these) * tries * len(labels) > CHANCE
    return () if is_chance else tuple(map(str, labels[every]))
