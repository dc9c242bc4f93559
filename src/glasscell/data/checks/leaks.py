"""Leaks: values that determine the label independently of what happens over time.

Suspects have one value per series. They are channels constant within each series, such as a class
number or one-hot code; channels that continue from series to series, such as a clock or row
counter; the fraction of missing values of a channel; and the lengths. A small tree, or for
regression the rank correlation, tests whether they determine the label.

N series · T time steps · D channels
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Code, Note
from glasscell.system.formatting import fixed

LOOKED_AT = 2000  # series; of more, a random sample, since every second series may be of one class
MIN_FRACTION = 0.9  # minimum recall and precision of a class
MIN_CORRELATION = 0.95
FOLDS = 3
MIN_LEAVES = 32  # of the tree: enough for a subject's number if each subject has one class
CHANCE = 1e-3  # probability of a false alarm, over all suspects
MIN_VALUES = 3  # in the median series, for a channel that could have changed
MAX_SUSPECTS = 100
MIN_SERIES = 6  # for a channel that continues from series to series


class Suspect(NamedTuple):
    """One value per series, (N,), that may determine the label; its channel and kind."""

    channel: str
    what: Code
    values: np.ndarray


def check_leaks(train: Sequences) -> list[Note]:
    """Return warnings about channels that leak the label.

    >>> rng = np.random.default_rng(0)
    >>> y = ["a", "b"] * 20
    >>> x = [np.stack([rng.normal(size=9), np.full(9, label == "b")], axis=1) for label in y]
    >>> check_leaks(Sequences.from_list(x, y=y, channels=["u", "code"]))
    ["channel 'code', constant within each series, gives away the class (balanced accuracy 100%): if
    unknown at prediction time, exclude it (list the others with --channels)"]
    """
    if train.y is None or len(train) < 2 or len(np.unique(train.y)) < 2:
        return []
    rng = np.random.default_rng(0)
    some = (
        slice(None)
        if len(train) <= LOOKED_AT
        else np.sort(rng.choice(len(train), LOOKED_AT, replace=False))
    )
    suspects = list(
        islice(find_suspects(train.x[some], train.lengths[some], train.channels), MAX_SUSPECTS)
    )
    return list(
        (_of_numbers if train.task == "regression" else _of_classes)(suspects, train.y[some])
    )


def find_suspects(
    x: np.ndarray, lengths: np.ndarray, channels: tuple[str, ...]
) -> Iterator[Suspect]:
    """Yield values that may leak the labels of series x (N, T, D) in file order; NaN where missing.

    >>> x = np.stack(
    ...     [np.arange(80.0).reshape(8, 10), np.ones((8, 10)) * np.arange(8)[:, None]], axis=2
    ... )
    >>> [
    ...     (one.channel, one.what.name)
    ...     for one in find_suspects(x, np.full(8, 10), ("clock", "code"))
    ... ]
    [('clock', 'RUNNING_ON'), ('code', 'CONSTANT_WITHIN')]
    """
    for name, channel in zip(channels, np.moveaxis(x, 2, 0), strict=True):
        # NaN if all missing
        least, most = (np.fmin.reduce(channel, axis=1), np.fmax.reduce(channel, axis=1))
        counts = (~np.isnan(channel)).sum(1)
        if not (least < most).any():
            differ = counts.any() and (np.isnan(least).any() or np.ptp(least) > 0)
            if differ and np.median(counts) >= MIN_VALUES:
                yield Suspect(
                    name,
                    Doubts.CONSTANT_WITHIN,
                    np.where(np.isnan(least), np.nanmin(least) - 1, least),
                )
            continue
        if len(channels) > 1 and len(x) >= MIN_SERIES and _runs_on(channel, least, most):
            yield Suspect(name, Doubts.RUNNING_ON, (least + most) / 2)
        if (counts < lengths).any():
            yield Suspect(name, Doubts.MISSING_OF, 1 - counts / lengths)


def _runs_on(channel: np.ndarray, least: np.ndarray, most: np.ndarray) -> bool:
    """Return whether series cover ranges disjoint up to end points, and all rise or all fall."""
    order = np.argsort(least, kind="stable")
    if np.isnan(least).any() or (least[order][1:] < most[order][:-1]).any():
        return False
    is_there = ~np.isnan(channel)
    rises = np.fmax.accumulate(channel, axis=1)[is_there] == channel[is_there]
    falls = np.fmin.accumulate(channel, axis=1)[is_there] == channel[is_there]
    return bool(rises.all() or falls.all())


def _of_classes(suspects: list[Suspect], y: np.ndarray) -> Iterator[Note]:
    labels, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    often = counts[classes] >= FOLDS
    labels, classes = np.unique(y[often]), np.unique(classes[often], return_inverse=True)[1]
    if len(labels) < 2:
        return
    told = [_told(one.values[often], classes, len(suspects)) for one in suspects]
    for what in (Doubts.CONSTANT_WITHIN, Doubts.RUNNING_ON, Doubts.MISSING_OF):
        here = [k for k, one in enumerate(suspects) if one.what is what and told[k].any()]
        if here:
            names, recall = (
                [suspects[k].channel for k in here],
                np.max([told[k] for k in here], axis=0),
            )
            which = (
                Doubts.THE_CLASS()
                if recall.all()
                else Doubts.OF_CLASSES(classes=labels[recall > 0])
            )
            found = {
                "what": what(channels=names),
                "which": which,
                "percent": 100 * recall[recall > 0].mean(),
            }
            yield Doubts.TELLS_CLASS.warning(
                names[0] if len(names) == 1 else None, channels=names, **found
            )


def predict_held_out(values: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the class (N,) that a small tree predicts from values (N,), in cross-validation.

    >>> predict_held_out(np.arange(12) // 6, np.arange(12) // 6).tolist()
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    """
    # imported here: few files have a suspect, and it takes longer than reading most files
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=MIN_LEAVES + 4 * (classes.max() + 1), random_state=0
    )
    return np.asarray(cross_val_predict(tree, values[:, None], classes, cv=folds))


def _told(values: np.ndarray, classes: np.ndarray, tries: int) -> np.ndarray:
    """Return the recall (C,) of classes that a small tree recognizes from values; 0 for others."""
    from scipy.special import comb

    n, counts = len(classes), np.bincount(classes)
    predicted = predict_held_out(values, classes)
    right = np.bincount(classes[predicted == classes], minlength=len(counts))
    recall, precision = (
        right / counts,
        right / np.maximum(np.bincount(predicted, minlength=len(counts)), 1),
    )
    is_no_chance = comb(n, counts) * CHANCE > tries * len(counts)
    return np.where((np.minimum(recall, precision) >= MIN_FRACTION) & is_no_chance, recall, 0.0)


def _of_numbers(suspects: list[Suspect], y: np.ndarray) -> Iterator[Note]:
    for one in suspects:
        if one.values.min() < one.values.max():
            from scipy.stats import spearmanr

            correlation, chance = (float(v) for v in spearmanr(one.values, y))  # pyright: ignore
            if abs(correlation) >= MIN_CORRELATION and chance * len(suspects) < CHANCE:
                about = {"channels": [one.channel], "what": one.what(channels=[one.channel])}
                yield Doubts.TELLS_NUMBER.warning(
                    one.channel, **about, correlation=fixed(correlation, 2)
                )


def check_lengths(train: Sequences) -> list[Note]:
    """Return a warning if lengths predict the class of half the series outside the majority class.

    >>> check_lengths(Sequences.from_list([[1], [1, 2]] * 6, y=["a", "b"] * 6))[0].values
    {'percent': 100.0, 'commonest': 50.0}
    """
    labels, classes, counts = np.unique(
        np.asarray(train.y), return_inverse=True, return_counts=True
    )
    if (
        train.task != "classification"
        or np.ptp(train.lengths) == 0
        or len(labels) < 2
        or counts.min() < FOLDS
    ):
        return []
    majority = counts.max() / len(train)
    enough = majority + (1 - majority) / 2
    # accuracy on the same series
    best = pd.crosstab(train.lengths, classes).max(axis=1).sum() / len(train)
    if (
        best <= enough
        or (accuracy := (predict_held_out(train.lengths, classes) == classes).mean()) <= enough
    ):
        return []
    return [Doubts.LENGTHS_TELL_CLASS.warning(percent=100 * accuracy, commonest=100 * majority)]
