"""All checks of the series of a file, in order of importance."""

import numpy as np

from glasscell.data.checks.axes import check_axes
from glasscell.data.checks.channels import check_channels
from glasscell.data.checks.classes import check_classes, check_groups
from glasscell.data.checks.codes import check_codes, check_padding, check_targets
from glasscell.data.checks.copies import check_copies, fingerprints_of
from glasscell.data.checks.leaks import check_leaks, check_lengths
from glasscell.data.checks.overlaps import check_overlaps
from glasscell.data.checks.sentences import Doubts
from glasscell.data.respacing import GAP
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences, about_empty, are_numbered, is_empty
from glasscell.data.spacing import about_spacing
from glasscell.facts import Note

FEW_STEPS = 3  # of a series that may be part of a longer one


def advise(train: Sequences, is_weighted: bool = False) -> list[Note]:
    """Return warnings about the training series, trained on with weights of classes or without.

    >>> advise(Sequences.from_list([[1.0, 2.0, 1.0, 3.0]] * 20, y=["a"] * 20))[0]
    "all series are of class 'a': there is nothing to learn"
    """
    empty = about_empty(train, Reading.EMPTY_UNANSWERED)
    if empty:
        train = train.select(~is_empty(train.x))
        if not len(train):
            return empty
    fingerprints = fingerprints_of(train)
    spacing = [] if GAP in train.channels else about_spacing(train.spacing)
    return [
        *_check_steps(train),
        *train.warnings,
        *_check_ids(train),
        *empty,
        *(check_axes(train.x) if are_numbered(train.channels) else []),
        *spacing,
        *check_values(train),
        *check_leaks(train),
        *check_lengths(train),
        *check_classes(train, is_weighted),
        *check_groups(train),
        *check_copies(train, fingerprints),
        *check_overlaps(train, fingerprints),
    ]


def check_values(train: Sequences) -> list[Note]:
    """Return warnings about missing-value codes, padding, and uninformative channels; for any task.

    >>> check_values(Sequences.from_list([[*range(20), -999, -999, -999]], channels=["u"]))[
    ...     0
    ... ].values["number"]
    -999.0
    """
    padding, rest = check_padding(train)
    codes = check_codes(rest.x, train.offset, train.channels, train.ids)
    return [*padding, *codes, *check_targets(train), *check_channels(train)]


def _check_steps(train: Sequences) -> list[Note]:
    is_short = train.lengths <= FEW_STEPS
    if len(train) < 2 or 2 * is_short.sum() <= len(train):
        return []
    return [
        Doubts.SHORT.warning(
            some=is_short.sum(), n=len(train), longest=train.lengths[is_short].max()
        )
    ]


def _check_ids(train: Sequences) -> list[Note]:
    ids, counts = np.unique(train.ids, return_counts=True)
    again = counts > 1
    return (
        [Doubts.SAME_ID.warning(some=counts[again].sum(), n=len(train), ids=ids[again])]
        if again.any()
        else []
    )
