"""Channels that give the label away: its number, its one-hot code, a row counter or clock where classes stand in order.

Two kinds of channels are suspected, however well others predict. Those that have one value in all steps of a series, or
nearly so (see `constants`): what can be read off a single step is no measurement of what happens in time, and is often
known only because the label is. And those that run on through the file (see `counters`): they tell when a series was
recorded, or where it stands.

N series · T time steps · D channels
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from glasscell.data.doubts.constants import Constant, find_constants
from glasscell.data.doubts.counters import Counter, find_counters
from glasscell.data.doubts.sentences import Doubts
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
    some = slice(None) if len(train) <= LOOKED_AT else _draw(len(train))
    x, y, names = train.x[some], train.y[some], train.channels
    are_numbers = train.task == "regression"
    clocks = find_counters(x, None if are_numbers else np.unique(y, return_inverse=True)[1])
    constants = {d: one for d, one in find_constants(x).items() if one.is_exact or d not in clocks}
    if constants:
        yield from (_of_numbers if are_numbers else _of_classes)(constants, y, names)
    yield from (_clocks_of_numbers if are_numbers else _clocks_of_classes)(clocks, y, names)


def _draw(n: int) -> np.ndarray:
    return np.sort(np.random.default_rng(0).choice(n, LOOKED_AT, replace=False))


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


def _of_numbers(constants: dict[int, Constant], y: np.ndarray, names: tuple[str, ...]) -> Iterator[Note]:
    from scipy.stats import spearmanr

    for d, one in constants.items():
        if y.min() == y.max():
            return
        correlation, chance = (float(v) for v in spearmanr(one.values, y))  # pyright: ignore
        if abs(correlation) >= MIN_CORRELATION and chance * len(constants) < CHANCE:
            yield Doubts.TELLS_NUMBER.warning(names[d], how=_how(one), correlation=fixed(correlation, 2))


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


def _clocks_of_numbers(clocks: dict[int, Counter], y: np.ndarray, names: tuple[str, ...]) -> Iterator[Note]:
    from scipy.stats import spearmanr

    if len(names) == 1 or y.min() == y.max():  # a single one is what is to be learnt from
        return
    for d, clock in clocks.items():
        correlation, chance = (float(v) for v in spearmanr(clock.means, y))  # pyright: ignore
        if abs(correlation) >= MIN_CORRELATION and chance * len(names) < CHANCE:
            yield Doubts.CLOCK_TELLS_NUMBER.warning(names[d], how=clock.how, correlation=fixed(correlation, 2))
