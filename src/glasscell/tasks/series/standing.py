"""How a network stands beside simpler answers to the same series: all scores together, and the verdict in a line.

N series · C classes
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.facts import Note
from glasscell.runs.groups import FEWEST, number_of, of_share
from glasscell.runs.intervals import in_words
from glasscell.runs.report_sentences import Reports
from glasscell.runs.sentences import Runs
from glasscell.runs.ties import alike, digits_apart
from glasscell.tasks.series import scores
from glasscell.tasks.series.baselines import MAX_SECONDS, NAMES


def score_beside(
    y: np.ndarray,
    answers: np.ndarray,
    others: Mapping[str, np.ndarray],
    classes: Sequence[str] | None,
    groups: np.ndarray | None = None,
    *,
    seed: int = 0,
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
    groups, seed
        As in `scores.score_classes`.

    Returns
    -------
    dict
        What `scores` returns, and "baselines": the accuracy or R² of each; their intervals are among "intervals", and
        "interval_over" says whether these are over "series" or over "groups", of which there are "n_groups".

    Examples
    --------
    >>> y = np.array(list("aab"))
    >>> found = score_beside(y, np.eye(2)[[0, 0, 0]], {"majority": np.array(list("aaa"))}, ["a", "b"])
    >>> found["accuracy"] == found["baselines"]["majority"], found["intervals"]["majority"][0] < 0.3
    (True, True)
    """
    if classes is not None:
        found = scores.score_classes(y, answers, classes, groups, seed=seed)
        right = {name: some == y for name, some in others.items()}
        beside: dict[str, Any] = {name: int(np.sum(some)) / len(y) for name, some in right.items()}
        ends: dict[str, Any] = {name: of_share(some, groups) for name, some in right.items()}
    else:
        found, beside, ends = scores.score_numbers(y, answers.reshape(len(y)), groups, seed=seed), {}, {}
        for name, some in others.items():
            of_it = scores.score_numbers(y, some, groups, seed=seed)
            beside[name], ends[name] = of_it["r2"], of_it["intervals"]["r2"]
    over = {"interval_over": "series"} if groups is None else {"interval_over": "groups", "n_groups": number_of(groups)}
    return found | {"baselines": beside, "intervals": found["intervals"] | ends} | over


def over(report: Mapping[str, Any]) -> Note | None:
    """Return a clause of over what the intervals of a report are, where that is not series on their own.

    >>> over({"interval_over": "groups", "n_groups": 12}), over({"accuracy": 0.5})
    (' over 12 groups', None)
    """
    return Runs.OVER_GROUPS(n=report["n_groups"]) if report.get("interval_over") == "groups" else None


def of_few_groups(report: Mapping[str, Any]) -> list[Note]:
    """Return the warning that there are too few groups for intervals, if so.

    >>> of_few_groups({"interval_over": "groups", "n_groups": 6})
    []
    """
    n = report["n_groups"] if report.get("interval_over") == "groups" else FEWEST
    return [Runs.FEW_GROUPS.warning(n=n, least=FEWEST)] if n < FEWEST else []


def left_out(report: Mapping[str, Any]) -> Note | None:
    """Return a note where one of the baselines was skipped, since it takes long.

    >>> left_out({"baselines": {"summaries": 0.5}})
    'nearest neighbor with DTW was skipped: with this many series it takes more than 5 seconds'
    """
    there = report.get("baselines", {})
    if "summaries" not in there or "nearest_neighbour_dtw" in there:  # runs made before there were either have neither
        return None
    return Runs.LEFT_OUT_FOR_TIME(rival=NAMES["nearest_neighbour_dtw"], seconds=MAX_SECONDS)


def score_line(report: Mapping[str, Any], on: str | None = None) -> Note:
    """Return the score that counts as a note, with its interval, and on what it was measured.

    Parameters
    ----------
    report : mapping
        What `score_beside` returned, and "task"; of a run, "measured_by" and "measured_on", too.
    on : str, optional
        The file that was predicted, where that is no run's report.

    Examples
    --------
    >>> found = {"task": "classification", "accuracy": 0.75, "right": 3, "n": 4, "intervals": {"accuracy": [0.3, 0.95]}}
    >>> score_line(found, "new.csv")
    'accuracy 0.750 (3/4, 95% CI 0.300–0.950) on new.csv'
    >>> score_line(found | {"measured_by": "folds", "measured_on": "4 cross-validation folds", "n_folds": 4})
    '4-fold cross-validated accuracy 0.750 (3/4, 95% CI 0.300–0.950)'
    """
    name = "accuracy" if report["task"] == "classification" else "r2"
    ends = report.get("intervals", {}).get(name)
    values: dict[str, Any] = {
        "n": report["n"],
        "interval": Reports.INTERVAL(ends=in_words(ends), over=over(report)) if ends else None,
        "how": None,
        "on": Reports.ON(where=on or report["measured_on"]),
    }
    if on is None and report["measured_by"] == "folds":
        folds = report.get("n_folds")  # runs made before there were reports of it do not say
        values["how"] = Reports.CROSS_VALIDATED(n=folds) if folds else Reports.CROSS_VALIDATED_BEFORE()
        values["on"] = None
    if name == "accuracy":
        return Reports.ACCURACY(accuracy=report["accuracy"], right=report["right"], **values)
    if report["r2"] is None:
        return Reports.NO_R2(mae=report["mae"], **values)
    return Reports.R2(r2=report["r2"], mae=report["mae"], **values)


def verdict(report: Mapping[str, Any]) -> Note | None:
    """Return a note of how a network compares with the best of the baselines; None where there are none.

    Parameters
    ----------
    report : mapping
        What `score_beside` returned, and "task".

    Examples
    --------
    >>> report = {"task": "classification", "accuracy": 0.8, "baselines": {"majority": 0.5, "nearest_neighbour": 0.85}}
    >>> verdict(report | {"intervals": {"accuracy": [0.7, 0.9]}})
    'not better than nearest neighbor: accuracy 0.800 vs 0.850'
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
        return Runs.PERHAPS_NO_BETTER(**both, interval=in_words(ends))
    code = Runs.HIGHER if ends is None else Runs.BETTER
    return code(**both, digits=digits_apart(ours, theirs))
