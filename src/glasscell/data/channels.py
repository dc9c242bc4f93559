"""The channels of a file, matched with those that are wanted."""

import re
from dataclasses import replace

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError


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
