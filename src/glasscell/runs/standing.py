"""How a network stands beside simpler answers to the same series: all scores together, and the verdict in a line.

N series · C classes
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.facts import Note
from glasscell.runs import scores
from glasscell.runs.baselines import NAMES
from glasscell.runs.intervals import wilson
from glasscell.runs.sentences import Runs
from glasscell.runs.ties import alike
from glasscell.system.decimals import in_decimals


def score_beside(
    y: np.ndarray, answers: np.ndarray, others: Mapping[str, np.ndarray], classes: Sequence[str] | None
) -> dict[str, Any]:
    """Return a network's scores, and that of each of the simpler answers.

    Parameters
    ----------
    y : array (N,)
        Labels.
    answers : array (N, C) or (N,)
        Probabilities, or numbers.
    others : mapping from a name to an array (N,)
        Labels, as `baselines.Baselines.answer` gives them.
    classes : sequence of C names, or None for numbers

    Returns
    -------
    dict
        What `scores` returns, and "baselines": the accuracy or R² of each; their intervals are among "intervals".

    Examples
    --------
    >>> y = np.array(list("aab"))
    >>> found = score_beside(y, np.eye(2)[[0, 0, 0]], {"majority": np.array(list("aaa"))}, ["a", "b"])
    >>> found["accuracy"] == found["baselines"]["majority"], found["intervals"]["majority"][0] < 0.3
    (True, True)
    """
    if classes is not None:
        found = scores.score_classes(y, answers, classes)
        right = {name: int(np.sum(some == y)) for name, some in others.items()}
        beside: dict[str, Any] = {name: k / len(y) for name, k in right.items()}
        ends: dict[str, Any] = {name: wilson(k, len(y)) for name, k in right.items()}
    else:
        found, beside, ends = scores.score_numbers(y, answers.reshape(len(y))), {}, {}
        for name, some in others.items():
            of_it = scores.score_numbers(y, some)
            beside[name], ends[name] = of_it["r2"], of_it["intervals"]["r2"]
    return found | {"baselines": beside, "intervals": found["intervals"] | ends}


def left_out(report: Mapping[str, Any]) -> Note | None:
    """Return a note where one of the simpler answers was left out, since it takes long.

    >>> left_out({"baselines": {"summaries": 0.5}})
    'the nearest neighbour under DTW is left out: of so many series it would take longer than some seconds'
    """
    there = report.get("baselines", {})
    if "summaries" not in there or "nearest_neighbour_dtw" in there:  # runs made before there were either have neither
        return None
    return Runs.LEFT_OUT_FOR_TIME(rival=NAMES["nearest_neighbour_dtw"])


def verdict(report: Mapping[str, Any]) -> Note | None:
    """Return a note where a network is as good as the best of the simpler answers, not better, or perhaps not better.

    Parameters
    ----------
    report : mapping
        What `score_beside` returned, and "task".

    Examples
    --------
    >>> report = {"task": "classification", "accuracy": 0.8, "baselines": {"majority": 0.5, "nearest_neighbour": 0.85}}
    >>> verdict(report | {"intervals": {"accuracy": [0.7, 0.9]}})
    'not better than the nearest neighbour: accuracy 0.800 against 0.850'
    """
    name, score = ("accuracy", "accuracy") if report["task"] == "classification" else ("r2", "R²")
    known = {other: v for other, v in report.get("baselines", {}).items() if v is not None}
    ours = report.get(name)
    if not known or ours is None:
        return None
    best = max(known, key=lambda other: known[other])
    theirs, ends = known[best], report.get("intervals", {}).get(name)
    both = {"rival": NAMES[best], "score": score, "ours": ours, "theirs": theirs}
    if alike(ours, theirs):
        return Runs.AS_GOOD(**both)
    if ours < theirs:
        return Runs.NOT_BETTER(**both)
    if ends is not None and ends[0] <= theirs:
        return Runs.PERHAPS_NO_BETTER(**both, interval=[*map(in_decimals, ends)])
    return None
