"""How good answers are: scikit-learn's scores of arrays, as plain numbers for a report. Knows no model.

scikit-learn is imported where something is scored: to import it takes longer than to answer.

N series · C classes · B bins
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.facts import Note
from glasscell.runs.intervals import FEWEST_GROUPS, number_of, of_losses, of_mean_recall, of_share
from glasscell.runs.sentences import Runs

BINS = 10


def score_with_baselines(
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
        As in `score_classes`.

    Returns
    -------
    dict
        What `score_classes` or `score_numbers` returns, and "baselines": the accuracy or R² of each; their intervals
        are among "intervals", and "interval_over" says whether these are over "series" or over "groups", of which
        there are "n_groups".

    Examples
    --------
    >>> y = np.array(list("aab"))
    >>> found = score_with_baselines(y, np.eye(2)[[0, 0, 0]], {"majority": np.array(list("aaa"))}, ["a", "b"])
    >>> found["accuracy"] == found["baselines"]["majority"], found["intervals"]["majority"][0] < 0.3
    (True, True)
    """
    if classes is not None:
        found = score_classes(y, answers, classes, groups, seed=seed)
        right = {name: some == y for name, some in others.items()}
        beside: dict[str, Any] = {name: int(np.sum(some)) / len(y) for name, some in right.items()}
        ends: dict[str, Any] = {name: of_share(some, groups) for name, some in right.items()}
    else:
        found, beside, ends = score_numbers(y, answers.reshape(len(y)), groups, seed=seed), {}, {}
        for name, some in others.items():
            of_it = score_numbers(y, some, groups, seed=seed)
            beside[name], ends[name] = of_it["r2"], of_it["intervals"]["r2"]
    over = {"interval_over": "series"} if groups is None else {"interval_over": "groups", "n_groups": number_of(groups)}
    return found | {"baselines": beside, "intervals": found["intervals"] | ends} | over


def check_groups(report: Mapping[str, Any]) -> list[Note]:
    """Return the warning that there are too few groups for intervals, if so.

    >>> check_groups({"interval_over": "groups", "n_groups": 6})
    []
    """
    n = report["n_groups"] if report.get("interval_over") == "groups" else FEWEST_GROUPS
    return [Runs.FEW_GROUPS.warning(n=n, least=FEWEST_GROUPS)] if n < FEWEST_GROUPS else []


def score_classes(
    y: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    groups: np.ndarray | None = None,
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the scores of a classifier.

    Parameters
    ----------
    y : array (N,)
        The true classes, each one of `classes`.
    probabilities : array (N, C)
    classes : sequence of C names
    groups : array (N,), optional
        Series of one group are alike: intervals are over groups.
    seed : int
        Draws samples of groups.

    Returns
    -------
    dict
        n, right, accuracy, balanced_accuracy (mean recall of the classes there are), log_loss, calibration_error (mean
        distance of confidence and accuracy over bins of confidence), calibration (the bins), per_class (precision,
        recall, f1, n; of a class that no series has, None, None, None, 0), confusion (rows are true classes, columns
        answers), intervals (of accuracy, balanced_accuracy and log_loss: see `intervals` and `groups`).

    Examples
    --------
    >>> scores = score_classes(np.array(["a", "b"]), np.array([[0.9, 0.1], [0.6, 0.4]]), ["a", "b"])
    >>> scores["accuracy"], scores["confusion"], scores["per_class"]["b"]["recall"]
    (0.5, [[1, 0], [1, 0]], 0.0)
    """
    from sklearn import metrics

    names, probabilities = np.asarray(classes), np.asarray(probabilities, "float64")
    number_of = {name: k for k, name in enumerate(classes)}
    truth, answers = np.array([number_of[label] for label in y]), probabilities.argmax(1)
    confusion = np.bincount(truth * len(names) + answers, minlength=len(names) ** 2).reshape(len(names), -1)
    numbers = np.arange(len(names))
    of_classes: Any = metrics.precision_recall_fscore_support(truth, answers, labels=numbers, zero_division=0)  # pyright: ignore
    precision, recall, f1, n = of_classes
    of_each = {"precision": precision, "recall": recall, "f1": f1}
    right, losses = truth == answers, log_losses(probabilities, truth)
    calibration = _calibration(probabilities.max(1), right)
    distances = [bin["n"] * abs(bin["confidence"] - bin["accuracy"]) for bin in calibration]
    return {
        "n": len(truth),
        "right": int(right.sum()),
        "accuracy": float(right.mean()),
        "balanced_accuracy": float(recall[n > 0].mean()),
        "log_loss": float(losses.mean()),
        "calibration_error": float(sum(distances) / len(truth)),
        "calibration": calibration,
        "per_class": {
            str(name): {
                **{score: float(v[k]) if n[k] else None for score, v in of_each.items()},
                "n": int(n[k]),
            }
            for k, name in enumerate(names)
        },
        "confusion": confusion.tolist(),
        "intervals": {
            "accuracy": of_share(right, groups),
            "balanced_accuracy": of_mean_recall(right, truth, groups),
            "log_loss": of_losses(losses, groups=groups, seed=seed),
        },
    }


def log_losses(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return minus the logarithm of the probability of each true class, (N,), given class numbers (N,).

    >>> log_losses(np.array([[0.5, 0.5]]), np.array([1])).round(3).tolist()
    [0.693]
    """
    return np.log(1 / np.clip(probabilities[np.arange(len(truth)), truth], 1e-15, 1))


def score_numbers(
    y: np.ndarray, answers: np.ndarray, groups: np.ndarray | None = None, *, seed: int = 0
) -> dict[str, Any]:
    """Return the scores of a regressor: n, mae, rmse, r2, None where all targets are one, and their intervals.

    Those are over groups (N,), if there are, as in `score_classes`.

    >>> score_numbers(np.array([1.0, 3.0]), np.array([1.0, 2.0]))["mae"]
    0.5
    """
    from sklearn import metrics

    errors, spread = np.asarray(answers, "float64") - y, (y - y.mean()) ** 2
    squares = errors**2
    of_square, of_ratio = (of_losses(squares, others, groups, seed=seed) for others in (None, spread))
    return {
        "n": len(y),
        "mae": float(metrics.mean_absolute_error(y, answers)),
        "rmse": float(metrics.root_mean_squared_error(y, answers)),
        "r2": float(metrics.r2_score(y, answers)) if np.ptp(y) > 0 else None,
        "intervals": {
            "mae": of_losses(np.abs(errors), groups=groups, seed=seed),
            "rmse": of_square and [float(np.sqrt(end)) for end in of_square],
            "r2": [1 - end for end in reversed(of_ratio)] if of_ratio and np.ptp(y) > 0 else None,
        },
    }


def _calibration(confidence: np.ndarray, right: np.ndarray) -> list[dict[str, Any]]:
    """Return for each bin of confidence that is not empty: its mean confidence, its accuracy, and its size."""
    bin_of = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        {
            "confidence": float(confidence[bin_of == b].mean()),
            "accuracy": float(right[bin_of == b].mean()),
            "n": int((bin_of == b).sum()),
        }
        for b in range(BINS)
        if (bin_of == b).any()
    ]
