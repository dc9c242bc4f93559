"""Numbers that often mean "not measured", in series to be answered, where training had nothing like them.

N series · D channels
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from glasscell.data.doubts.profiles import Profile
from glasscell.data.doubts.sentences import Doubts
from glasscell.facts import Note

MARKS = (0, -1, -9, -99, -999, -9999, 99, 999, 9999, 99999, 255, 32767, -32768, 65535)
MIN_GAP = 0.5  # from all values in training, in their range; what lies further is told otherwise
ROUNDING = 1e-6  # of how far it lies outside: what float32 leaves


def about_new_marks(name: str, values: Sequence[float], seen: Profile, d: int) -> Iterator[Note]:
    """Give a warning if some series have such a number at their end, outside of all in training, and none between.

    Parameters
    ----------
    name : str
        Of the channel.
    values : sequence of two float
        Least and most in training.
    seen : Profile
    d : int
        The channel's number.

    Examples
    --------
    >>> from glasscell.data.doubts.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> seen = profile(Sequences.from_list([[80.0, 0.0, 90.0], [75.0, 95.0]]))
    >>> for warning in about_new_marks("pulse", (60.0, 105.0), seen, 0):
    ...     print(str(warning)[:87])
    channel 'pulse' contains 0 in 1 of 2 series ('0'), outside the range in training (60 to
    """
    least, most = values
    for ends, limit, side in ((seen.least[:, d], least, -1), (seen.most[:, d], most, 1)):
        for mark in MARKS:
            gap = side * (mark - limit)
            if not most > least or gap < MIN_GAP * (most - least):
                continue
            is_mark = np.abs(ends - mark) <= ROUNDING * gap
            others = ends[~is_mark & ~np.isnan(ends)]
            if is_mark.any() and not (side * (others - limit) > gap / 2).any():
                ids = seen.ids[is_mark]
                found = {"number": mark, "some": len(ids), "n": len(ends), "ids": ids}
                yield Doubts.NEW_MARK.warning(name, least=least, most=most, **found)


def without_repeated(noticed: Iterable[Note], outside: Iterable[Note]) -> list[Note]:
    """Return what was noticed in a file by itself, without the marks that are spoken of beside training, too.

    >>> without_repeated([Doubts.MARKER_NOTICED.warning("u", number=-999.0)], [])
    ["channel 'u': -999 appears repeatedly, far outside all other values; if it is a missing-value code, use \
--missing -999"]
    """
    said = {(note.subject, note.values["number"]) for note in outside if note.code is Doubts.NEW_MARK}
    return [
        note
        for note in noticed
        if note.code is not Doubts.MARKER_NOTICED or (note.subject, note.values["number"]) not in said
    ]
