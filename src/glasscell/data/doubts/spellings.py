"""Classes whose names differ in capitals, spaces or accents' encoding only: probably one, written in two ways."""

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

SHOWN = 3  # groups of names


def about_spellings(train: Sequences) -> Iterator[Note]:
    """Give the warning that classes may be one, as their names differ in no more than how they are written.

    Examples
    --------
    >>> series = Sequences.from_list([[1.0]] * 5, y=["Cold", "cold", "hot", "cold", "very_cold"])
    >>> for warning in about_spellings(series):
    ...     print(str(warning)[:87])
    classes that differ only in spelling are learned separately: 'Cold' (1 series) and 'col
    """
    if train.task != "classification":
        return
    labels, counts = np.unique(np.asarray(train.y)[train.has_label], return_counts=True)
    alike: dict[str, list[Note]] = {}
    for label, count in zip(labels.tolist(), counts.tolist(), strict=True):
        alike.setdefault(_bare(label), []).append(Doubts.SPELLING(label=label, n=count))
    groups = [Doubts.SPELT_ALIKE(names=names) for names in alike.values() if len(names) > 1]
    if groups:
        more = Doubts.OTHER_GROUPS(n=len(groups) - SHOWN) if len(groups) > SHOWN else None
        yield Doubts.SPELLINGS.warning(groups=groups[:SHOWN], more=more)


def _bare(label: str) -> str:
    """Return a name without capitals, and with one space for all that stands between words."""
    text = unicodedata.normalize("NFKC", label).casefold()
    return re.sub(r"(?<=[^\W\d_])[\s_-]+(?=\w)", " ", text).strip()
