"""Channels that are missing where the class is a certain one: that they are tells the class, and nothing that happens.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.quoting import list_names
from glasscell.data.sequences import Sequences

MAX_ELSEWHERE = 0.25  # of the series of other classes that may lack it, too
CHANCE = 1e-3  # of a false alarm, over all channels and classes
WORDS = {"is empty": "are empty", "has gaps": "have gaps"}


def find_absences(train: Sequences) -> Iterator[str]:
    """Give a sentence for the channels that are empty, or have gaps, in all series of some class, and not in others.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 5, 2))
    >>> x[::2, :, 1] = np.nan
    >>> for sentence in find_absences(Sequences.from_list(x, y=["a", "b"] * 10, channels=["u", "v"])):
    ...     print(sentence[:76])
    channel 'v' is empty in all 10 series of class 'a', and in 0 of the 10 other
    """
    missing = np.isnan(train.x) & train.mask[:, :, None]
    empty = missing.sum(1) == train.lengths[:, None]
    found: dict[tuple, list[str]] = {}
    for how, lacks in (("is empty", empty), ("has gaps", missing.any(1) & ~empty)):
        for name, lack in zip(train.channels, lacks.T, strict=True):
            classes = _told(np.asarray(train.y), lack, tries=2 * len(train.channels))
            if classes:
                others = lack[~np.isin(np.asarray(train.y), classes)]
                found.setdefault((how, classes, int(others.sum()), len(others)), []).append(name)
    for (how, classes, some, others), names in found.items():
        who = f"channel {names[0]!r} {how}" if len(names) == 1 else f"channels {list_names(names)} {WORDS[how]}"
        of = f"class{'es' * (len(classes) > 1)} {list_names(map(repr, classes))}"
        yield (
            f"{who} in all {len(train) - others} series of {of}, and in {some} of the {others} others: that alone "
            "tells the class; will it be so where the network is used?"
        )


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
