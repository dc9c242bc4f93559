"""Channels that give the label away: its number, its one-hot code, a row counter or clock where classes stand in order.

Two kinds of channels are suspected, however well others predict. Those that have one value in all steps of a series, or
nearly so (`find_constants`): what can be read off a single step is no measurement of what happens in time, and is often
known only because the label is. And those that run on through the file (`find_counters`): they tell when a series was
recorded, or where it stands.

N series · T time steps · D channels
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note
from glasscell.system.formatting import fixed

LOOKED_AT = 2000  # series; of more, that many are drawn: every second of a file may be of one class
MIN_SHARE = 0.9  # of each class that is told, of what is taken for it, and of all classes in the mean
FOLDS = 3
MIN_CORRELATION = 0.95
MIN_LEAVES = 32  # of that tree: enough for a person's number, where each person has one class
CHANCE = 1e-3  # of a false alarm, over all channels
MAX_TOGETHER = 200  # channels that are shown to one tree
SHOWN = 5
# Of channels that are constant within series.
MIN_VALUES = 3  # in the median series, for a channel that could have changed
NEGLIGIBLE = 0.01  # a deviation within series, beside what lies between most of them
NEARLY_ALL = 0.95  # of the series, in which it is negligible
LIVELY = 0.1  # a range within the median series, beside that of all: such a channel changes
# Of channels that run on from series to series.
MIN_SERIES = 6
MIN_OVERALL = 0.95  # rank correlation of a channel's mean with the place of a series in the file
MIN_WITHIN = 0.9  # the same among the series of each class: sorted by class, honest means rise from class to class


class Constant(NamedTuple):
    """A channel that does not change within a series: its value in each, (N,), float64, and whether that is exact."""

    values: np.ndarray
    is_exact: bool


class Counter(NamedTuple):
    """A channel that runs on: its mean in each series, (N,), float64, and how it runs."""

    means: np.ndarray
    how: Note


def find_leaks(train: Sequences) -> Iterator[Note]:
    """Give a warning for the channels that tell the label, though they say nothing of what happens in a series.

    For classes, a small tree is shown one such channel's value of each series, and its answers to series left out are
    counted: for all classes, and for each against the others, as a column of a one-hot code tells one; then it is shown
    all of those together that told nothing alone. For numbers it is the rank correlation.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = ["a", "b"] * 20
    >>> x = [np.stack([rng.normal(size=9), np.full(9, label == "b")], axis=1) for label in y]
    >>> (found,) = find_leaks(Sequences.from_list(x, y=y, channels=["u", "code"]))
    >>> found.code.name, found.subject, found.values["percent"]
    ('TELLS_CLASS', 'code', 100.0)
    """
    if train.y is None or len(train) < 2:
        return
    rng = np.random.default_rng(0)
    some = slice(None) if len(train) <= LOOKED_AT else np.sort(rng.choice(len(train), LOOKED_AT, replace=False))
    x, y, names = train.x[some], train.y[some], train.channels
    are_numbers = train.task == "regression"
    clocks = find_counters(x, None if are_numbers else np.unique(y, return_inverse=True)[1])
    constants = {d: one for d, one in find_constants(x).items() if one.is_exact or d not in clocks}
    if are_numbers:
        yield from _of_numbers(constants, clocks, y, names)
        return
    if constants:
        yield from _of_classes(constants, y, names)
    yield from _clocks_of_classes(clocks, y, names)


def _of_classes(constants: dict[int, Constant], y: np.ndarray, names: tuple[str, ...]) -> Iterator[Note]:
    labels, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    often = counts[classes] >= FOLDS
    labels, classes = np.unique(y[often]), np.unique(classes[often], return_inverse=True)[1]
    if len(labels) < 2:
        return
    tries = len(constants) * len(labels)
    told = {d: _told(one.values[often, None], classes, tries) for d, one in constants.items()}
    alone = [d for d, (score, _) in told.items() if score]
    for d in alone[:SHOWN]:
        yield Doubts.TELLS_CLASS.warning(names[d], how=_how(constants[d]), percent=100 * told[d][0])
    if some := [d for d, (score, which) in told.items() if not score and len(which)]:
        which = sorted({str(labels[k]) for d in some for k in told[d][1]})
        name = names[some[0]] if len(some) == 1 else None
        of = {"channels": [names[d] for d in some], "how": _how_same(constants, some)}
        yield Doubts.TELL_SOME_CLASSES.warning(name, classes=which, **of)
    rest = [d for d in told if not told[d][0] and not len(told[d][1])][:MAX_TOGETHER]
    if len(rest) > 1:
        together = np.stack([constants[d].values[often] for d in rest], axis=1)
        score, _ = _told(together, classes, tries)
        if score:
            from sklearn.tree import DecisionTreeClassifier

            shares = DecisionTreeClassifier(random_state=0).fit(together, classes).feature_importances_
            used = [d for d, share in zip(rest, shares, strict=True) if share > 0]
            of = {"channels": [names[d] for d in used], "how": _how_same(constants, used)}
            yield Doubts.TOGETHER_TELL_CLASS.warning(percent=100 * score, **of)


def _told(values: np.ndarray, classes: np.ndarray, tries: int) -> tuple[float, np.ndarray]:
    """Return what a small tree tells of series left out: the balanced accuracy, and which classes from all others.

    0 and no class where it is not high, or may be chance.
    """
    # not above: few files have a channel to be suspected, and to import these takes longer than to read most files
    from scipy.special import comb
    from scipy.stats import binom
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    n, counts = len(classes), np.bincount(classes)
    tree = DecisionTreeClassifier(max_leaf_nodes=MIN_LEAVES + 4 * len(counts), random_state=0)
    answers: Any = cross_val_predict(tree, values, classes, cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0))
    right = np.bincount(classes[answers == classes], minlength=len(counts))
    recall, precision = right / counts, right / np.maximum(np.bincount(answers, minlength=len(counts)), 1)
    is_chance = binom.sf(right.sum() - 1, n, counts.max() / n) * tries > CHANCE
    score = 0.0 if is_chance or recall.mean() < MIN_SHARE else float(recall.mean())
    is_told = (np.minimum(recall, precision) >= MIN_SHARE) & (comb(n, counts) * CHANCE > tries)
    return score, np.flatnonzero(is_told)


def _how(one: Constant) -> Note:
    return Doubts.NEVER_CHANGES() if one.is_exact else Doubts.HARDLY_CHANGES()


def _how_same(constants: dict[int, Constant], some: list[int]) -> Note:
    return Doubts.THE_SAME() if all(constants[d].is_exact for d in some) else Doubts.NEARLY_THE_SAME()


def _clocks_of_classes(clocks: dict[int, Counter], y: np.ndarray, names: tuple[str, ...]) -> Iterator[Note]:
    labels, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    if len(labels) < 2:
        return
    often = counts[classes] >= FOLDS
    blocks = 1 + int((classes[1:] != classes[:-1]).sum())
    stand = Doubts.CLASSES_IN_BLOCKS() if blocks == len(labels) else Doubts.CLASSES_MIXED()
    for d, clock in clocks.items():
        known = np.unique(classes[often], return_inverse=True)[1]
        score, _ = _told(clock.means[often, None], known, len(names)) if len(set(known.tolist())) > 1 else (0.0, None)
        if score:
            yield Doubts.CLOCK_TELLS_CLASS.warning(names[d], how=clock.how, stand=stand, percent=100 * score)


def _of_numbers(
    constants: dict[int, Constant], clocks: dict[int, Counter], y: np.ndarray, names: tuple[str, ...]
) -> Iterator[Note]:
    if y.min() == y.max():
        return
    from scipy.stats import spearmanr

    alone = [(d, one.values, Doubts.TELLS_NUMBER, _how(one), len(constants)) for d, one in constants.items()]
    if len(names) > 1:  # a single one is what is to be learnt from
        alone += [(d, one.means, Doubts.CLOCK_TELLS_NUMBER, one.how, len(names)) for d, one in clocks.items()]
    for d, values, code, how, tries in alone:
        correlation, chance = (float(v) for v in spearmanr(values, y))  # pyright: ignore
        if abs(correlation) >= MIN_CORRELATION and chance * tries < CHANCE:
            yield code.warning(names[d], how=how, correlation=fixed(correlation, 2))


def find_constants(x: np.ndarray) -> dict[int, Constant]:
    """Return the channels that never change within a series but do between them, and those that hardly do.

    One that hardly changes is none if most channels are like it: then it is what is measured. A series without a value
    has one that is lower than all others.

    Parameters
    ----------
    x : array (N, T, D)
        NaN where there is no value.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 9, 4))
    >>> x[:, :, 1] = np.arange(20)[:, None] % 2
    >>> x[:, :, 2] = x[:, :, 1] + 0.001 * x[:, :, 2]
    >>> [(d, one.is_exact) for d, one in find_constants(x).items()]
    [(1, True), (2, False)]
    """
    found = {d: one for d in range(x.shape[2]) if (one := _constant(x[:, :, d])) is not None}
    hardly = sum(not one.is_exact for one in found.values())
    return found if 2 * hardly <= x.shape[2] and x.shape[2] > 1 else {d: v for d, v in found.items() if v.is_exact}


def _constant(channel: np.ndarray) -> Constant | None:
    lowest, highest = np.fmin.reduce(channel, axis=1), np.fmax.reduce(channel, axis=1)  # NaN where there is no value
    if np.isnan(lowest).all() or _are_lively(lowest, highest):
        return None
    there = ~np.isnan(channel)
    if np.median(there.sum(1)) < MIN_VALUES:
        return None
    is_exact = not (lowest < highest).any()
    if is_exact:
        values = channel[np.arange(len(channel)), there.argmax(1)].astype(np.float64)
    else:
        values, deviations = _measured(channel, there)
        low, high = np.nanquantile(values, [1 - NEARLY_ALL, NEARLY_ALL])
        is_negligible = deviations <= NEGLIGIBLE * (high - low) / 2
        if is_negligible.sum() < NEARLY_ALL * len(channel):
            return None
    values = np.where(np.isnan(values), np.nanmin(values) - 1, values)
    return Constant(values, is_exact) if values.min() < values.max() else None


def _are_lively(lowest: np.ndarray, highest: np.ndarray) -> bool:
    """Return whether half of the series go through much of what there is between all."""
    return bool(np.nanmedian(highest - lowest) > LIVELY * (np.nanmax(highest) - np.nanmin(lowest)))


def _measured(channel: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of each series; NaN and 0 of one without a value."""
    counts = there.sum(1).astype(np.float64)
    some = np.maximum(counts, 1)
    mean = np.where(there, channel, 0).sum(1, dtype=np.float64) / some
    deviation = np.sqrt((np.where(there, channel - mean[:, None], 0.0) ** 2).sum(1) / some)
    return np.where(counts > 0, mean, np.nan), deviation


def find_counters(x: np.ndarray, classes: np.ndarray | None = None) -> dict[int, Counter]:
    """Return the channels that run on from one series to the next, by their number.

    Either no two series overlap by more than an end, and within each it never falls or never rises; or, where the
    series are of classes, it rises or falls with their order in the file, within each class, too.

    Parameters
    ----------
    x : array (N, T, D)
        In the order of the file; NaN where there is no value.
    classes : array (N,) of int, optional

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> counter = np.arange(200.0).reshape(20, 10)
    >>> find_counters(np.stack([rng.normal(size=(20, 10)), counter], axis=2))[1].how.code.name
    'RISES'
    """
    found = {}
    for d in range(x.shape[2] if len(x) >= MIN_SERIES else 0):
        channel = x[:, :, d]
        there = ~np.isnan(channel)
        if not there.any(1).all():
            continue
        ends = np.where(there, channel, np.inf).min(1), np.where(there, channel, -np.inf).max(1)
        if np.median(ends[1] - ends[0]) == 0:
            continue
        means = np.where(there, channel, 0).sum(1, dtype=np.float64) / there.sum(1)
        runs_on = _is_apart(channel, there, *ends)
        order = _order(means, classes, x.shape[2])
        if runs_on and order is None:
            found[d] = Counter(means, Doubts.RUNS_ON())
        elif order is not None and (runs_on or classes is not None):
            found[d] = Counter(means, order)
    return found


def _is_apart(channel: np.ndarray, there: np.ndarray, least: np.ndarray, most: np.ndarray) -> bool:
    """Return whether no two series (N, T) overlap by more than an end, and each goes one way only, all the same."""
    order = np.argsort(least, kind="stable")
    if (least[order][1:] < most[order][:-1]).any():
        return False
    rises = np.fmax.accumulate(channel, axis=1)[there] == channel[there]
    falls = np.fmin.accumulate(channel, axis=1)[there] == channel[there]
    return bool(rises.all() or falls.all())


def _order(means: np.ndarray, classes: np.ndarray | None, tries: int) -> Note | None:
    """Return how it runs where means follow the order of the series in the file, within their classes, too."""
    if means.min() == means.max():
        return None
    ranks = pd.DataFrame({"place": np.arange(len(means)), "mean": means}).rank()
    overall = ranks["place"].corr(ranks["mean"])
    if abs(overall) < MIN_OVERALL:
        return None
    if classes is not None:
        from scipy.stats import pearsonr  # not above: few files have such a channel

        groups = ranks.groupby(classes)
        within = groups.rank() - groups.rank().groupby(classes).transform("mean")
        if (np.ptp(within, axis=0) == 0).any():
            return None
        found: Any = pearsonr(within["place"], within["mean"])
        if found.statistic * np.sign(overall) < MIN_WITHIN or found.pvalue * tries > CHANCE:
            return None
    return Doubts.RISES() if overall > 0 else Doubts.FALLS()
