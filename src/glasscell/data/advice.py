"""What a careful colleague would say of the data before any training.

N series · T time steps · D channels
"""

import numpy as np
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

from glasscell.data import Sequences

FEW = 10  # series of a class
UNBALANCED = 10  # times as many series in the largest class as in the smallest
SCALES_APART = 1e6


def advise(train: Sequences) -> list[str]:
    """Return warnings about the series to train on, one sentence each; none if there is nothing to warn of.

    Examples
    --------
    >>> advise(Sequences.from_list([[1.0, 2.0]] * 20, y=["a"] * 20))
    ["all series are of one class, 'a': there is nothing to tell apart"]
    """
    said = [*_about_steps(train), *_about_channels(train)]
    if train.task == "classification":
        said += [*_about_classes(train), *_about_lengths(train)]
    return said


def _about_steps(train: Sequences):
    n, single = len(train), int((train.lengths == 1).sum())
    if n > 1 and 2 * single > n:
        which = "every series has" if single == n else f"{single} of {n} series have"
        yield f"{which} one step: is what was taken for the names of the series (--id) what tells them apart?"


def _about_classes(train: Sequences):
    labels, counts = (v.tolist() for v in np.unique(train.y, return_counts=True))  # pyright: ignore
    if len(labels) == 1:
        yield f"all series are of one class, {labels[0]!r}: there is nothing to tell apart"
        return
    if 2 * len(labels) > len(train):
        said = (
            f"{len(labels)} classes in {len(train)} series: most are seen once or twice, which is too little to learn"
        )
        yield f"{said}; are the labels numbers? --task regression" if _are_numbers(labels) else said
        return
    few = [f"{label!r} ({count})" for label, count in zip(labels, counts, strict=True) if count < FEW]
    if few:
        more = f" and {len(few) - 5} more" if len(few) > 5 else ""
        yield f"fewer than {FEW} series of class {', '.join(few[:5])}{more}: expect little of them"
    most, least = max(counts), min(counts)
    if most >= UNBALANCED * least:
        yield (
            f"classes are out of balance: {most} series of {labels[counts.index(most)]!r}, {least} of "
            f"{labels[counts.index(least)]!r}; look at balanced accuracy, and think of --class-weight balanced"
        )


def _are_numbers(labels: list[str]) -> bool:
    try:
        return bool(np.isfinite([float(label) for label in labels]).all())
    except ValueError:
        return False


def _about_channels(train: Sequences):
    deviations = {}
    for name, v in zip(train.channels, np.moveaxis(train.x, -1, 0), strict=True):
        there = v[~np.isnan(v)].astype("float64")
        if len(there):
            deviations[name] = float(there.std())
        else:
            yield f"channel {name!r} holds no value at all"
    constant = [name for name, v in deviations.items() if v == 0]
    if constant:
        yield f"channels that never change tell nothing: {', '.join(map(repr, constant[:5]))}"
    moving = {name: v for name, v in deviations.items() if v > 0}
    if not moving:
        return
    largest, smallest = max(moving, key=lambda name: moving[name]), min(moving, key=lambda name: moving[name])
    if moving[largest] > SCALES_APART * moving[smallest]:
        yield (
            f"channels are on scales far apart: {largest!r} varies by {moving[largest]:.3g}, {smallest!r} by "
            f"{moving[smallest]:.3g}; each is scaled, but look whether their units are meant"
        )


def _about_lengths(train: Sequences):
    if len(set(train.lengths.tolist())) == 1:
        return
    labels, numbers, counts = np.unique(train.y, return_inverse=True, return_counts=True)  # pyright: ignore
    if len(labels) < 2 or counts.min() < 3:
        return
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    tree = DecisionTreeClassifier(max_leaf_nodes=4 * len(labels), random_state=0)
    told = cross_val_score(tree, train.lengths[:, None], numbers, cv=folds).mean()
    majority = counts.max() / counts.sum()
    if told > majority + 0.5 * (1 - majority):
        yield (
            f"lengths alone tell the class in {100 * told:.0f} % of the series (the commonest class is "
            f"{100 * majority:.0f} %): is that so where the network will be used?"
        )
