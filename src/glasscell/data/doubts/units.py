"""Units that are not the same in all series of a file, as where some are in mV and others in V.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.doubts.levels import find_mixed_levels, say_which
from glasscell.data.doubts.markers import find_markers
from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MIN_GAP = 30.0  # the factor between neighbours, where deviations are sorted
MIN_GAP_OF_ONE = 300.0  # where a single series lies apart: the factor to the median of the others
MIN_SIZE = 10.0  # the factor between the values themselves on both sides, which other units change, too
ROUNDING = 1e-6  # of a value: what float32 leaves of a channel that never changes


def find_mixed_units(train: Sequences) -> Iterator[Note]:
    """Give a warning for each channel that has two kinds of series, on scales or on levels that lie far apart.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 50, 1))
    >>> x[:3] *= 1000
    >>> for warning in find_mixed_units(Sequences.from_list(x)):
    ...     print(str(warning)[:74])
    channel 'value' varies about 1000 times as much in 3 of 20 series (0, 1, 2
    """
    found = {d: apart for d in range(train.x.shape[2]) if (apart := _apart(train, d)) is not None}
    marked = find_markers(train)
    for d, (few, factor) in found.items():
        name = train.channels[d]
        if name in marked:
            continue
        code, times = (
            Doubts.MORE_IN_SOME if factor > 1 else Doubts.LESS_IN_SOME,
            float(f"{max(factor, 1 / factor):.1g}"),
        )
        yield code.warning(name, factor=times, which=say_which(train, few))
    passed = {*found, *(d for d, name in enumerate(train.channels) if name in marked)}
    yield from find_mixed_levels(train, passed)


def _apart(train: Sequences, d: int) -> tuple[np.ndarray, float] | None:
    """Return the fewer series that are on another scale, and by which factor; None if all are on one."""
    x = train.x[..., d].astype(np.float64)
    deviations = np.zeros(len(x))
    there = (~np.isnan(x)).sum(1) > 1
    deviations[there] = np.nanstd(x[there], axis=1)
    moving = np.flatnonzero(deviations > ROUNDING * np.fmax.reduce(np.abs(x), axis=1))
    moving = moving[np.argsort(deviations[moving])]
    if len(moving) < 3:
        return None
    gaps = deviations[moving[1:]] / deviations[moving[:-1]]
    at = int(gaps.argmax()) + 1
    calm, loud = moving[:at], moving[at:]
    factor = float(np.median(deviations[loud]) / np.median(deviations[calm]))
    if gaps.max() < MIN_GAP or (min(len(calm), len(loud)) == 1 and factor < MIN_GAP_OF_ONE):
        return None
    sizes = np.zeros(len(x))
    sizes[moving] = np.nanmedian(np.abs(x[moving] + train.offset[d]), axis=1)
    if np.median(sizes[loud]) < MIN_SIZE * np.median(sizes[calm]):
        return None  # a spike, or rest and movement about the same level
    few, factor = (loud, factor) if len(loud) <= len(calm) else (calm, 1 / factor)
    return np.sort(few), factor
