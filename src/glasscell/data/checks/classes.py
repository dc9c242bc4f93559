"""What labels and groups leave to wish for: classes of few series, or spelled in two ways, and what gives them away.

N series · T time steps · D channels
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.columns import MISSING
from glasscell.data.tables.labels import number_in
from glasscell.facts import Note

MIN_SERIES_OF_CLASS = 10
MAX_CLASS_RATIO = 10  # of the largest class to the smallest
MAX_ELSEWHERE = 0.25  # of the series of other classes that may lack it, too
CHANCE = 1e-3  # of a false alarm, over all channels and classes
SHOWN = 3  # groups of names


def about_classes(train: Sequences) -> Iterator[Note]:
    """Give a warning if there is one class, or nearly one for each series, and for classes that are small, or unequal.

    >>> next(about_classes(Sequences.from_list([[1.0], [2.0]], y=["a", "a"])))
    "all series are of class 'a': there is nothing to learn"
    """
    labels, counts = (v.tolist() for v in np.unique(train.y, return_counts=True))  # pyright: ignore
    for label, count in zip(labels, counts, strict=True):
        if label in MISSING:
            yield Doubts.MISSING_AS_CLASS.warning(label=label, n=count)
    if len(labels) == 1:
        yield Doubts.ONE_CLASS.warning(label=labels[0])
        return
    if 2 * len(labels) > len(train):
        mend = Doubts.MAYBE_NUMBERS() if np.isfinite([number_in(label) for label in labels]).all() else None
        yield Doubts.MANY_CLASSES.warning(classes=len(labels), n=len(train), mend=mend)
        return
    of_each = zip(labels, counts, strict=True)
    few = [Doubts.CLASS_OF(label=label, n=count) for label, count in of_each if count < MIN_SERIES_OF_CLASS]
    if few:
        yield Doubts.FEW_OF_CLASS.warning(least=MIN_SERIES_OF_CLASS, classes=few)
    largest, smallest = max(counts), min(counts)
    if largest >= MAX_CLASS_RATIO * smallest:
        often, seldom = (labels[counts.index(count)] for count in (largest, smallest))
        yield Doubts.UNBALANCED.warning(most=largest, commonest=often, least=smallest, rarest=seldom)


def about_lengths(train: Sequences) -> Iterator[Note]:
    """Give a warning if a small tree that knows the lengths of the series, and nothing else, tells their classes.

    >>> [note.values for note in about_lengths(Sequences.from_list([[1], [1, 2]] * 6, y=["a", "b"] * 6))]
    [{'percent': 100.0, 'commonest': 50.0}]
    """
    if len(set(train.lengths.tolist())) == 1:
        return
    labels, numbers, counts = np.unique(train.y, return_inverse=True, return_counts=True)  # pyright: ignore
    if len(labels) < 2 or counts.min() < 3:
        return
    majority = counts.max() / counts.sum()
    worth_saying = majority + 0.5 * (1 - majority)
    best = pd.crosstab(train.lengths, numbers).max(axis=1).sum() / len(train)  # by a rule that knows these very series
    if best <= worth_saying:
        return
    from sklearn.model_selection import StratifiedKFold, cross_val_score  # not above: it takes a second
    from sklearn.tree import DecisionTreeClassifier

    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    tree = DecisionTreeClassifier(max_leaf_nodes=4 * len(labels), random_state=0)
    accuracy = cross_val_score(tree, train.lengths[:, None], numbers, cv=folds).mean()
    if accuracy > worth_saying:
        yield Doubts.LENGTHS_TELL_CLASS.warning(percent=100 * accuracy, commonest=100 * majority)


def find_absences(train: Sequences) -> Iterator[Note]:
    """Give a warning for the channels that are empty, or have gaps, in all series of some class, and not in others.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 5, 2))
    >>> x[::2, :, 1] = np.nan
    >>> (found,) = find_absences(Sequences.from_list(x, y=["a", "b"] * 10, channels=["u", "v"]))
    >>> found.subject, found.values["classes"], found.values["n"]
    ('v', ('a',), 10)
    """
    missing = np.isnan(train.x) & train.mask[:, :, None]
    empty = missing.sum(1) == train.lengths[:, None]
    found: dict[tuple, list[str]] = {}
    for what, lacks in ((Doubts.CHANNELS_EMPTY, empty), (Doubts.CHANNELS_HAVE_GAPS, missing.any(1) & ~empty)):
        for name, lack in zip(train.channels, lacks.T, strict=True):
            classes = _told(np.asarray(train.y), lack, tries=2 * len(train.channels))
            if classes:
                others = lack[~np.isin(np.asarray(train.y), classes)]
                found.setdefault((what, classes, int(others.sum()), len(others)), []).append(name)
    for (what, classes, some, others), names in found.items():
        in_all = {"classes": classes, "n": len(train) - others, "some": some, "others": others}
        name = names[0] if len(names) == 1 else None
        yield Doubts.ABSENT_IN_CLASS.warning(name, what=what(channels=names), **in_all)


def _told(y: np.ndarray, lack: np.ndarray, tries: int) -> tuple[str, ...]:
    """Return the classes of which all series lack something that most of the others have; none if it may be chance."""
    labels, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    every = np.bincount(classes[lack], minlength=len(labels)) == counts
    others = lack[~every[classes]]
    if not every.any() or not len(others) or others.mean() > MAX_ELSEWHERE:
        return ()
    from scipy.stats import hypergeom  # not above: it takes a while, and few files need it

    n, lacking, of_these = len(y), int(lack.sum()), int(counts[every].sum())
    is_chance = hypergeom.pmf(of_these, n, lacking, of_these) * tries * len(labels) > CHANCE
    return () if is_chance else tuple(map(str, labels[every]))


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
    counts: Any = pd.Series(groups).groupby(labels).nunique()
    return counts[counts == 1].index.tolist()
