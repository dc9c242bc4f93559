"""Groups of series that belong together, such as those of one person: whether one can be left out to measure by it.

N series
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.quoting import list_names
from glasscell.data.sequences import Sequences


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


def about_groups(series: Sequences) -> Iterator[str]:
    """Give a warning if groups say less than they seem to: where a class, or all series, are in one group only.

    Examples
    --------
    >>> from dataclasses import replace
    >>> series = Sequences.from_list([[1.0], [2.0], [3.0]], y=["a", "b", "a"])
    >>> for sentence in about_groups(replace(series, groups=np.array(["Ann", "Bob", "Ann"]))):
    ...     print(sentence[:83])
    each class is in one group only, so no group can be left out without its class: to
    """
    if series.y is None or series.groups is None:
        return
    consequence = (
        "to measure, series are left out while others of their group are trained on; how good the answers to another "
        "group's series are, this file cannot say"
    )
    if len(np.unique(series.groups)) == 1:
        yield f"all series are in one group: {consequence}"
    elif not can_be_left_out(series.y, series.groups):
        yield f"each class is in one group only, so no group can be left out without its class: {consequence}"
    elif series.task == "classification" and (alone := _of_one_group(series.y, series.groups)):
        which = f"class{'es' * (len(alone) > 1)} {list_names(map(repr, alone))}"
        each = "is" if len(alone) == 1 else "are each"
        yield f"{which} {each} in one group only, and not known without it: the scores by group say nothing about that"


def _of_one_group(labels: np.ndarray, groups: np.ndarray) -> list[str]:
    """Return the classes of which all series are in one group."""
    return [str(label) for label in np.unique(labels) if len(np.unique(groups[labels == label])) == 1]
