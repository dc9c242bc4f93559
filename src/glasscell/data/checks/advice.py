"""What a careful colleague would remark on in the data before any training.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data import Sequences
from glasscell.data.checks.axes import about_axes
from glasscell.data.checks.classes import about_classes, about_groups, about_lengths, about_spellings, find_absences
from glasscell.data.checks.codes import about_codes
from glasscell.data.checks.duplicates import about_doubled
from glasscell.data.checks.leaks import find_leaks
from glasscell.data.checks.markers import (
    about_filling,
    about_markers,
    find_filling,
    find_marked_labels,
    markers_in,
    without_filling,
)
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.units import find_mixed_units, find_swaps
from glasscell.data.matching import are_numbered
from glasscell.data.respacing import GAP
from glasscell.data.sentences import Reading
from glasscell.data.sequences import about_empty, is_empty
from glasscell.data.spacing import about_spacing
from glasscell.data.tables.sentences import Tables
from glasscell.facts import Note

FEW_STEPS = 3  # of a series that may be rows of a longer one
MAX_SCALE_RATIO = 1e6  # of the channel that varies most to the one that varies least


def advise(train: Sequences) -> list[Note]:
    """Return warnings about the training series; none if all is well.

    Examples
    --------
    >>> advise(Sequences.from_list([[1.0, 2.0, 1.0, 3.0]] * 20, y=["a"] * 20))
    ["all series are of class 'a': there is nothing to learn"]
    """
    warnings = about_empty(train, Reading.EMPTY_UNANSWERED)
    if warnings:
        train = train.select(~is_empty(train.x))
        if not len(train):
            return warnings
    axes = about_axes(train.x) if are_numbered(train.channels) else []
    first = [*_about_steps(train), *train.warnings, *_about_ids(train), *warnings]
    spacing = [] if GAP in train.channels else about_spacing(train.spacing)
    warnings = [*first, *axes, *spacing, *about_unmeasured(train), *find_leaks(train), *about_channels(train)]
    warnings += about_doubled(train)
    warnings += [*find_mixed_units(train), *find_swaps(train)]
    if train.task == "classification":
        warnings += [*about_classes(train), *about_spellings(train), *about_lengths(train), *find_absences(train)]
    return [*warnings, *about_groups(train)]


def _about_steps(train: Sequences) -> Iterator[Note]:
    n, few = len(train), int((train.lengths <= FEW_STEPS).sum())
    if n > 1 and 2 * few > n:
        longest = int(train.lengths[train.lengths <= FEW_STEPS].max())
        steps = Doubts.ONE_STEP() if longest == 1 else Doubts.FEW_STEPS(longest=longest)
        mend = Doubts.NAME_IDS() if _is_of_columns(train) else Doubts.JOIN_PIECES()
        yield (Doubts.ALL_SHORT if few == n else Doubts.SHORT).warning(some=few, n=n, steps=steps, mend=mend)


def _is_of_columns(train: Sequences) -> bool:
    """Return whether a column may hold the ids, by its reader's notes: of tables, unless each file is one series."""
    is_table = any(note.code in (Tables.LONG_FORM, Tables.WIDE_FORM) for note in train.notes)
    return is_table and not any(note.code is Reading.FILES for note in train.notes)


def _about_ids(train: Sequences) -> Iterator[Note]:
    ids, counts = np.unique(train.ids, return_counts=True)
    if (repeated := int((counts > 1).sum())) == 0:
        return
    most = int(counts.argmax())
    others = Doubts.OTHER_IDS(n=repeated - 1) if repeated > 1 else None
    yield Doubts.SAME_ID.warning(id=ids[most], some=counts[most], n=len(train), others=others)


def about_unmeasured(train: Sequences) -> Iterator[Note]:
    """Give a warning for each number that may mean: not measured; among labels that are numbers, too.

    >>> next(about_unmeasured(Sequences.from_list([[*range(20), -999, -999, -999]], channels=["u"]))).values["number"]
    -999.0
    """
    measured = [d for d, name in enumerate(train.channels) if name != GAP]
    channels = [train.channels[d] for d in measured]
    filling = find_filling(train)
    if filling is not None:
        yield about_filling(train, filling)
    x = without_filling(train, filling).x
    x = x if GAP not in train.channels else x[..., measured]
    offset = train.offset[measured]
    markers = markers_in(x, offset, channels)
    yield from about_markers(x, offset, channels, markers, Doubts.USE_MISSING)
    yield from about_codes(x, offset, channels, train.ids, markers)
    for marker in find_marked_labels(np.asarray(train.y)) if train.task == "regression" else ():
        yield Doubts.MARKED_LABEL.warning(number=marker, n=(train.y == marker).sum())


def about_channels(train: Sequences) -> Iterator[Note]:
    """Give a warning about channels without a value, about those that never change, and about scales far apart.

    >>> list(about_channels(Sequences.from_list([[[1, 5], [2, 5]]], channels=["u", "v"])))
    ["channel 'v' never changes and carries no information"]
    """
    deviations = {}
    for name, v in zip(train.channels, np.moveaxis(train.x, -1, 0), strict=True):
        there = v[~np.isnan(v)].astype("float64")
        if len(there):
            deviations[name] = float(there.std())
        else:
            yield Doubts.NO_VALUES.warning(name)
    constant = [name for name, v in deviations.items() if v == 0]
    if constant:
        yield Doubts.CONSTANT.warning(constant[0] if len(constant) == 1 else None, channels=constant)
    moving = {name: v for name, v in deviations.items() if v > 0}
    if not moving:
        return
    largest, smallest = max(moving, key=lambda name: moving[name]), min(moving, key=lambda name: moving[name])
    if moving[largest] > MAX_SCALE_RATIO * moving[smallest]:
        ends = {"widest": largest, "most": moving[largest], "narrowest": smallest, "least": moving[smallest]}
        yield Doubts.FAR_SCALES.warning(**ends)
