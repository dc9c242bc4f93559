"""Series that are there more than once, number for number.

N series
"""

import hashlib
from collections.abc import Sequence

import pandas as pd

from glasscell.data.emptiness import is_empty
from glasscell.data.sequences import Sequences


def fingerprints_of(series: Sequences) -> list[str]:
    """Return 16 letters for each series, the same for the same numbers.

    >>> fingerprints_of(Sequences.from_list([[1.0], [1.0, 2.0]]))
    ['e00e5eb9444182f3', 'b9c80b5adeca4507']
    """
    return [
        hashlib.sha256(x[:length].tobytes()).hexdigest()[:16]
        for x, length in zip(series.x, series.lengths, strict=True)
    ]


def about_duplicates(series: Sequences, fingerprints: Sequence[str]) -> list[str]:
    """Return the warning that some series are there more than once, if so, given their fingerprints.

    >>> about_duplicates(Sequences.from_list([[1.0], [2.0], [1.0]]), ["a", "b", "a"])[0][:60]
    '2 of 3 series are there more than once, number for number (0'
    """
    again = ~is_empty(series.x) & pd.Series(fingerprints).duplicated(keep=False).to_numpy()
    if not again.any():
        return []
    shown = ", ".join(map(str, series.ids[again][:3])) + ", …" * int(again.sum() > 3)
    return [
        f"{again.sum()} of {len(series)} series are there more than once, number for number ({shown}): what is "
        "measured on one while another is trained on is no test; leave them out, or give them one group (--group)"
    ]
