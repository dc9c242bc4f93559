"""Selection of the series to explain: many for means, and a few to show individually.

N series
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from glasscell.data import Sequences
from glasscell.data.formats.sources import naming
from glasscell.data.padding import pad
from glasscell.data.sentences import Reading
from glasscell.data.sequences import about_empty, is_empty, with_values
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.inspection.clamps import lstm_layers
from glasscell.runs.sentences import Runs
from glasscell.runs.series.trained_run import Trained

MAX_SERIES = 1000  # for means
MAX_TRACE_BYTES = 2**30  # of a trace in memory
MAX_STEPS = 20_000  # of a series in an explorer
NAMES_IN_MESSAGE = 5  # of existing series in the message that a series does not exist


@dataclass(frozen=True)
class Selection:
    """Series to explain. Made by `select_series`.

    Parameters
    ----------
    many : Sequences
        The first series of the file, for means.
    few : Sequences
        Those to show.
    places : int array, or None
        Positions of `few` in `many`; None if one is not in `many`.
    left_out : list of Note
        Notes on skipped series without a value.
    """

    many: Sequences
    few: Sequences
    places: np.ndarray | None
    left_out: list[Note]


def select_series(
    trained: Trained,
    file: str | None,
    options: dict[str, Any],
    *,
    ids: list[str] | None,
    limit: int,
) -> Selection:
    """Read a file once, as far as needed, and return its series to explain: those with a value."""
    parts, network = trained.read(file, options), trained.network
    first = next(parts)
    some = first.select(slice(MAX_SERIES))
    left_out = about_empty(some, Runs.LEFT_OUT)
    with naming(trained.source if file is None else file):
        many = _fitting(network, with_values(some, Reading.TO_LOOK_INTO))
    if not ids:
        places = spread_over_classes(trained.truth(many), len(many), limit)
        return Selection(many, many.select(places), places, left_out)
    few = _named(itertools.chain([first], parts), ids, file or trained.source)
    for name in few.ids[is_empty(few.x)]:
        raise DataError(Runs.NOTHING_OF_SERIES, name=str(name))
    few = _fitting(network, few)
    return Selection(many, few, _places_among(many, few), left_out)


def spread_over_classes(truth: np.ndarray | None, n: int, most: int) -> np.ndarray:
    """Return the places of at most `most` of n series: each class's first, then second, and so on.

    >>> spread_over_classes(np.array([0, 0, 0, 1, 1]), 5, 3).tolist()
    [0, 3, 1]
    """
    if truth is None or truth.dtype.kind != "i":
        return np.arange(min(n, most))
    turns = itertools.zip_longest(*(np.flatnonzero(truth == k).tolist() for k in np.unique(truth)))
    return np.array([place for turn in turns for place in turn if place is not None][:most], int)


def _fitting(network: keras.Model, series: Sequences) -> Sequences:
    """Return as many of the first series as a trace in memory allows."""
    too_long = np.flatnonzero(series.lengths > MAX_STEPS)
    if len(too_long):
        k = too_long[0]
        raise DataError(
            Runs.TOO_MANY_STEPS, series=str(series.ids[k]), steps=series.lengths[k], most=MAX_STEPS
        )
    units = sum(layer.units for layer in lstm_layers(network).values())
    return series.select(slice(max(1, MAX_TRACE_BYTES // (24 * units * series.x.shape[1]))))


def _named(parts: Iterable[Sequences], ids: list[str], where: str) -> Sequences:
    """Return the series with these ids, in this order."""
    found, known = {}, []
    for part in parts:
        known += part.ids[: max(0, NAMES_IN_MESSAGE - len(known))].tolist()
        for k in np.flatnonzero(np.isin(part.ids, ids)):
            found.setdefault(str(part.ids[k]), part.select(slice(k, k + 1)))
        if len(found) == len(set(ids)):
            break
    for name in ids:
        if name not in found:
            raise UsageError(Runs.NO_SUCH_SERIES, series=name, where=where, there=known)
    return _side_by_side([found[name] for name in ids])


def _side_by_side(parts: list[Sequences]) -> Sequences:
    first, x = parts[0], pad([part.x[0] for part in parts])
    some = [part.y for part in parts if part.y is not None]
    none = "" if not some or some[0].dtype.kind == "U" else np.nan
    y = (
        np.concatenate([np.array([none]) if part.y is None else part.y for part in parts])
        if some
        else None
    )
    lengths, ids, labelled = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("lengths", "ids", "has_label")
    )
    kept = {"offsets": first.offsets, "labelled": None if y is None or labelled.all() else labelled}
    return Sequences(x, lengths, y, first.channels, ids, first.name, **kept)


def _places_among(many: Sequences, few: Sequences) -> np.ndarray | None:
    """Return the positions of `few` in `many`, first of each id, as in `_named`; else None."""
    place = {str(name): k for k, name in reversed(list(enumerate(many.ids)))}
    found = [place.get(str(name)) for name in few.ids]
    return None if None in found else np.array(found)
