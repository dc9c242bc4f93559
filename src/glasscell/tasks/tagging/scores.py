"""Scores of predictions for every step: by step, by class, and by segment.

T time steps · C classes

Unlabeled steps are not scored. A segment continues through them if its class is the same on both
sides.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.steps.sentences import Steps
from glasscell.errors import DataError
from glasscell.runs.statistics import of_totals

FEWEST, BLOCKS = 5, 20  # minimum number of series to draw for an interval; with fewer, blocks
NOTHING: Any = None  # instead of a label
OVERLAPS = (0.1, 0.25, 0.5)  # of Lea et al. 2017


class Segment(NamedTuple):
    """Consecutive steps of one class, from `begin` up to `end`, exclusive."""

    label: Any
    begin: int
    end: int


def step_accuracy(
    truth: Sequence[np.ndarray], answers: Sequence[np.ndarray], weight: Any = None
) -> float:
    """Return the accuracy over the labeled steps.

    `truth` (T,), `answers` (T,).

    >>> step_accuracy([np.array(["up", None, "up"], object)], [np.array(["up", "up", "down"])])
    0.5
    """
    labels, given = labelled_steps(truth, answers)
    if not len(labels):
        raise DataError(Steps.NO_LABELLED_STEP)
    each = (
        None
        if weight is None
        else np.repeat(weight, [sum(v is not None for v in one) for one in truth])
    )
    # as in Python, 1 is 1.0 and True
    is_right = [one == other for one, other in zip(labels, given, strict=True)]
    return float(np.average(is_right, weights=each))


def labelled_steps(
    truth: Sequence[np.ndarray], answers: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and predictions of all labeled steps, concatenated, (L,) each.

    >>> labelled_steps([np.array(["up", None], object)], [np.array(["down", "up"])])[1].tolist()
    ['down']
    """
    labels, given = np.concatenate(truth), np.concatenate(answers)
    known = np.array([label is not None for label in labels], bool)
    return labels[known], given[known]


def segments_of(labels: np.ndarray) -> list[Segment]:
    """Return the segments of labels (T,), None for an unlabeled step: see the module.

    >>> [tuple(one) for one in segments_of(np.array(["a", "a", None, "a", "b", None], object))]
    [('a', 0, 4), ('b', 4, 5)]
    """
    found: list[Segment] = []
    for t, label in enumerate(labels):
        if label is None:
            continue
        if found and found[-1].label == label:
            found[-1] = found[-1]._replace(end=t + 1)
        else:
            found.append(Segment(label, t, t + 1))
    return found


def segment_f1(
    truth: Sequence[np.ndarray], answers: Sequence[np.ndarray], overlap: float = 0.5
) -> float:
    """Return the F1 score of segments, the harmonic mean of their precision and recall.

    A predicted segment is correct if its intersection over union with a true one of its class, not
    yet matched, is at least `overlap`. So its ends may be slightly off, but a segment that is
    predicted in pieces is correct at most once. Steps may be correct where segments are not (Lea et
    al. 2017, Temporal Convolutional Networks for Action Segmentation and Detection, there F1@10, 25
    and 50).

    `truth` (T,), `answers` (T,).

    >>> truth = [np.array(list("aaaabbbb"), object)]
    >>> (
    ...     segment_f1(truth, [np.array(list("aaabbbbb"))]),
    ...     segment_f1(truth, [np.array(list("abaabbbb"))]),
    ... )
    (1.0, 0.6666666666666666)
    """
    right = given = true = 0
    for labels, answer in zip(truth, answers, strict=True):
        known = np.array([label is not None for label in labels], bool)
        there, found = (
            segments_of(labels),
            segments_of(np.where(known, answer.astype(object), NOTHING)),
        )
        free = list(there)
        given, true = given + len(found), true + len(there)
        for one in found:
            shares = [
                (_overlap(one, other), k)
                for k, other in enumerate(free)
                if other.label == one.label
            ]
            share, k = max(shares, default=(0.0, -1))
            if share >= overlap:
                right += 1
                del free[k]
    return 2 * right / (given + true) if given + true else 0.0


def _overlap(one: Segment, other: Segment) -> float:
    common = min(one.end, other.end) - max(one.begin, other.begin)
    return max(common, 0) / (max(one.end, other.end) - min(one.begin, other.begin))


def measure(
    truth: Sequence[np.ndarray], answers: Sequence[np.ndarray], classes: Sequence[str]
) -> dict[str, Any]:
    """Return all scores of predictions.

    `truth` (T,), `answers` (T,).

    >>> found = measure(
    ...     [np.array(["a", "a", "b"], object)], [np.array(["a", "a", "a"])], ["a", "b"]
    ... )
    >>> found["n"], round(found["macro_f1"], 3), found["confusion"]
    (3, 0.4, [[2, 0], [1, 0]])
    """
    from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

    labels, given = labelled_steps(truth, answers)
    series = np.repeat(
        np.arange(len(truth)), [sum(label is not None for label in one) for one in truth]
    )
    labels, given = labels.astype(str), given.astype(str)
    names = [str(label) for label in classes]
    none: Any = 0  # for a class that is never predicted
    precision, recall, f1, count = (
        np.asarray(v)
        for v in precision_recall_fscore_support(labels, given, labels=names, zero_division=none)
    )
    occurs = np.isin(names, labels) | np.isin(names, given)
    return {
        "n": len(labels),
        "accuracy": float(accuracy_score(labels, given)),
        "macro_f1": float(f1[occurs].mean()),
        "intervals": intervals_of(labels, given, names, series),
        "segment_f1": {f"{overlap:g}": segment_f1(truth, answers, overlap) for overlap in OVERLAPS},
        "per_class": {
            name: {"precision": float(p), "recall": float(r), "f1": float(f), "n": int(n)}
            for name, p, r, f, n in zip(names, precision, recall, f1, count, strict=True)
        },
        "confusion": confusion_matrix(labels, given, labels=names).tolist(),
    }


def number_units(series: Any) -> np.ndarray:
    """Return the number of the bootstrap unit of each of L labeled steps, (L,).

    The steps of a series are not independent. So a unit is a series, or with fewer than five
    series, one of 20 blocks of steps.

    >>> number_units(["a", "b", "b", "c", "d", "e"]).tolist(), int(number_units(["a"] * 40).max())
    ([0, 1, 1, 2, 3, 4], 19)
    """
    unit, names = pd.factorize(np.asarray(series))
    return unit if len(names) >= FEWEST else np.arange(len(unit)) * BLOCKS // len(unit)


def intervals_of(
    labels: np.ndarray, given: np.ndarray, classes: Sequence[str], series: np.ndarray
) -> dict[str, list[float] | None]:
    """Return the intervals of accuracy and macro F1 of L labeled steps.

    An interval is None with fewer than 20 steps, or if all samples agree, as when all steps are
    correct.

    `labels, given` (L,), `series` (L,).
    """
    if len(labels) < BLOCKS:
        return {"accuracy": None, "macro_f1": None}
    unit = number_units(series)
    kinds = [labels, given, np.where(labels == given, labels, "")]
    true, said, right = (
        np.stack(
            [np.bincount(unit[kind == name], minlength=unit.max() + 1) for name in classes], -1
        )
        for kind in kinds
    )

    def macro_f1(true: np.ndarray, said: np.ndarray, right: np.ndarray) -> np.ndarray:
        occurs = true + said > 0
        return np.divide(2 * right, true + said, out=np.zeros(right.shape), where=occurs).sum(
            -1
        ) / occurs.sum(-1)

    ends = {
        "accuracy": of_totals(np.divide, right.sum(-1), true.sum(-1)),
        "macro_f1": of_totals(macro_f1, true, said, right),
    }
    # all samples agree
    return {name: both if both[0] < both[1] else None for name, both in ends.items()}
