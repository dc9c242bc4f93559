"""The channels of a file, and the order of its steps, matched with those that are wanted, or were trained on.

N series · T time steps · D channels
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from glasscell.data.padding import ended
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.sentences import Tables
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

    Where some columns are missing, those that are there keep to that order, too. Where some are called otherwise, and
    names do not tell the order, a warning says so.

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
    place = {name: (t, d) for t, row in enumerate(found) for d, name in enumerate(row) if name is not None}
    rows = [
        tuple(name if name in place else None for name in row) for row in trained if place.keys() & row or not any(row)
    ]
    known = {name for row in rows for name in row}
    if unknown := [name for name in place if name not in known]:
        return _renamed(sequences, unknown[0])
    return sequences if rows == [*map(tuple, found)] else _moved(sequences, rows, place)


def _renamed(sequences: Sequences, name: str) -> Sequences:
    is_in_file_order = any(note.code is Tables.WIDE_FORM and note.values["order"] for note in sequences.notes)
    said = (Reading.COLUMNS_RENAMED.warning(name=name),) if is_in_file_order else ()
    return replace(sequences, warnings=(*sequences.warnings, *said))


def _moved(sequences: Sequences, rows: list[tuple[str | None, ...]], place: dict[str, tuple[int, int]]) -> Sequences:
    """Return series with the values of columns where `rows` has these; a place without a name has none."""
    before, n, width = sequences.x, len(sequences), len(sequences.channels)
    x = np.full((n, len(rows), width), np.nan, np.float32)
    for t, row in enumerate(rows):
        for d, name in enumerate(row):
            if name is not None and place[name][0] < before.shape[1]:
                x[:, t, d] = before[:, place[name][0], place[name][1]]
    lengths = ended(x)
    names = [name for row in rows for name in row if name is not None]
    warnings = (*sequences.warnings, Reading.COLUMNS_MOVED.warning(first=names[0], last=names[-1]))
    x = np.ascontiguousarray(x[:, : lengths.max(initial=1)])
    return replace(sequences, x=x, lengths=lengths, step_names=tuple(rows), warnings=warnings)
