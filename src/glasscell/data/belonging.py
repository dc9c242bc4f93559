"""Groups of series that belong together, such as those of one person: whether one can be left out to measure by it.

N series
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.facts import Note


def can_be_left_out(labels: np.ndarray, groups: np.ndarray) -> bool:
    """Return whether some group can be left out while a class that it has is still known from another.

    Parameters
    ----------
    labels : array (N,) of str, or of numbers
        Of numbers, any group can be left out if there is another.
    groups : array (N,)

    Examples
    --------
    >>> can_be_left_out(np.array(["a", "b", "a"]), np.array(["Ann", "Ann", "Bob"]))
    True
    >>> can_be_left_out(np.array(["a", "b", "a"]), np.array(["Ann", "Bob", "Ann"]))
    False
    """
    if labels.dtype.kind == "f":
        return len(np.unique(groups)) > 1
    return len(_of_one_group(labels, groups)) < len(np.unique(labels))


def about_groups(series: Sequences) -> Iterator[Note]:
    """Give a warning if groups say less than they seem to: where a class, or all series, are in one group only.

    Examples
    --------
    >>> from dataclasses import replace
    >>> series = Sequences.from_list([[1.0], [2.0], [3.0]], y=["a", "b", "a"])
    >>> [found.code.name for found in about_groups(replace(series, groups=np.array(["Ann", "Bob", "Ann"])))]
    ['CLASS_OF_GROUP']
    """
    if series.y is None or series.groups is None:
        return
    if len(np.unique(series.groups)) == 1:
        yield Reading.ONE_GROUP.warning()
    elif not can_be_left_out(series.y, series.groups):
        yield Reading.CLASS_OF_GROUP.warning()
    elif series.task == "classification" and (alone := _of_one_group(series.y, series.groups)):
        yield Reading.CLASSES_OF_GROUPS.warning(classes=alone)


def _of_one_group(labels: np.ndarray, groups: np.ndarray) -> list[str]:
    """Return the classes of which all series are in one group."""
    return [str(label) for label in np.unique(labels) if len(np.unique(groups[labels == label])) == 1]
