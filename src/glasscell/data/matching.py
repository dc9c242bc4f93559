"""The channels of a file, and the order of its steps, matched with those that are wanted, or were trained on.

N series · T time steps · D channels
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from glasscell.data.padding import ended
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import tell_order
from glasscell.errors import DataError, UsageError

OF_ORDER = (Reading.COLUMNS_MOVED, Reading.COLUMNS_RENAMED)
Rows = Sequence[Sequence[str | None]]


def only(sequences: Sequences, channels: tuple[str, ...]) -> Sequences:
    """Return some of the channels, in the order given.

    Parameters
    ----------
    sequences : Sequences
    channels : tuple of str

    Returns
    -------
    Sequences

    Raises
    ------
    UsageError
        If one does not exist.

    Examples
    --------
    >>> only(Sequences.from_list([[[1, 2]]], channels=["u", "v"]), ("v",)).x.tolist()
    [[[2.0]]]
    """
    for name in channels:
        if name not in sequences.channels:
            raise UsageError(Tables.NO_CHANNEL, channel=name, channels=sequences.channels)
    places = [sequences.channels.index(name) for name in channels]
    offsets = {name: v for name, v in sequences.offsets.items() if name in channels}
    kept = {"channels": tuple(channels), "offsets": offsets}
    kept["step_names"] = tuple(tuple(names[place] for place in places) for names in sequences.step_names)
    return replace(sequences, x=np.ascontiguousarray(sequences.x[:, :, places]), **kept)


def matched(sequences: Sequences, expected: tuple[str, ...]) -> Sequences:
    """Return the channels that a model was trained on, in its order.

    Channels without names of their own ("value", "dim_0", …) are matched by their place.

    Parameters
    ----------
    sequences : Sequences
    expected : tuple of str

    Returns
    -------
    Sequences

    Raises
    ------
    DataError
        If the channels differ.

    Examples
    --------
    >>> matched(Sequences.from_list([[[1, 2]]], channels=["u", "v"]), ("v", "u")).x.tolist()
    [[[2.0, 1.0]]]
    """
    found, expected = sequences.channels, tuple(expected)
    if set(expected) <= set(found):
        return sequences if found == expected else only(sequences, expected)
    if len(found) == len(expected) and (are_numbered(found) or are_numbered(expected)):
        names = dict(zip(found, expected, strict=True))
        return replace(sequences, channels=expected, offsets={names[name]: v for name, v in sequences.offsets.items()})
    counts = {"n_found": len(found), "n_expected": len(expected)}
    raise DataError(Reading.OTHER_CHANNELS, found=found, expected=expected, **counts)


def are_numbered(channels: tuple[str, ...]) -> bool:
    """Return whether channels have no names of their own.

    >>> are_numbered(("dim_0", "dim_1")), are_numbered(("ax", "ay"))
    (True, False)
    """
    return all(re.fullmatch(r"value|dim_\d+|column\d+", name) for name in channels)


def in_order_of(sequences: Sequences, trained: Rows) -> Sequences:
    """Return series with their steps in the order of the columns trained on, with a warning if that differs.

    Where columns are called otherwise, or some are missing, those that are the same keep to that order, too. A warning
    says so where names neither tell the order nor are those trained on.

    Parameters
    ----------
    sequences : Sequences
        As read; what has no names of columns for its steps stays as it is.
    trained : sequence of T sequences of D str or None
        The `Sequences.step_names` of those trained on.

    Returns
    -------
    Sequences

    Examples
    --------
    >>> s = replace(Sequences.from_list([[1, 2, 3]]), step_names=(("c",), ("a",), ("b",)))
    >>> in_order_of(s, [["a"], ["b"], ["c"]]).x.ravel()
    array([2., 3., 1.], dtype=float32)
    """
    found = sequences.step_names
    if not found or not trained or len(found[0]) != len(trained[0]):
        return sequences
    there = {name for row in found for name in row if name is not None}
    place = {name: t for t, row in enumerate(trained) for name in row if name is not None}
    if place.keys() == there:
        if [*map(tuple, found)] == [*map(tuple, trained)]:
            return sequences
        return _moved(sequences, trained)
    if not there <= place.keys():
        return _about_names(sequences, trained)
    at = [min(place[name] for name in row if name is not None) for row in found]
    if all(before < after for before, after in pairwise(at)):
        return sequences
    return _moved(sequences, [found[t] for t in np.argsort(at, kind="stable")])


def _moved(sequences: Sequences, rows: Rows) -> Sequences:
    """Return series with the values of columns where `rows` has these; a place without a name has none."""
    found = {name: (t, d) for t, row in enumerate(sequences.step_names) for d, name in enumerate(row)}
    steps = len(sequences.step_names)
    whole = np.full((len(sequences), steps, len(sequences.channels)), np.nan, np.float32)
    whole[:, : sequences.x.shape[1]] = sequences.x
    x = np.full((len(sequences), len(rows), len(sequences.channels)), np.nan, np.float32)
    for t, row in enumerate(rows):
        for d, name in enumerate(row):
            if name is not None:
                before, channel = found[name]
                x[:, t, d] = whole[:, before, channel]
    lengths = ended(x)
    names = tuple(map(tuple, rows))
    first, last = (next(name for name in row if name is not None) for row in (names[0], names[-1]))
    said = Reading.COLUMNS_MOVED.warning(first=first, last=last)
    x = np.ascontiguousarray(x[:, : lengths.max(initial=1)])
    return replace(sequences, x=x, lengths=lengths, step_names=names, warnings=(*sequences.warnings, said))


def _about_names(sequences: Sequences, trained: Rows) -> Sequences:
    names = [name for row in sequences.step_names for name in row if name is not None]
    if len(names) < 2 or tell_order(names):
        return sequences
    known = {name for row in trained for name in row}
    unknown = next(name for name in names if name not in known)
    return replace(sequences, warnings=(*sequences.warnings, Reading.COLUMNS_RENAMED.warning(name=unknown)))
