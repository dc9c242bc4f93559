"""Scores of predictions, as plain numbers for a report, and prediction intervals of regressions.

scikit-learn is imported only for scoring, since the import takes longer than a prediction.

N series · C classes, or targets · B bins · R residuals, of scored series

Prediction intervals are conformal. The residuals are absolute errors on R labeled series that the
network was not trained on. The error on another series of the same kind is equally likely to have
each rank among these R + 1 errors. So the interval extends by the ⌈(R + 1) · coverage⌉-th smallest
residual on either side of the prediction. It contains the target with at least that probability,
for any network and any distribution (Vovk et al. 2005; Lei et al. 2018).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.runs.sentences import Runs
from glasscell.runs.statistics import (
    FEWEST_GROUPS,
    in_words,
    number_of,
    of_losses,
    of_mean_recall,
    of_share,
)
from glasscell.system.checks import is_number
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.trained_run import SeriesRun
from glasscell.training.sentences import Fitting

BINS = 10
COVERAGE = 0.9  # by default


def score_with_baselines(
    y: np.ndarray,
    answers: np.ndarray,
    others: Mapping[str, np.ndarray],
    classes: Sequence[str] | None,
    groups: np.ndarray | None = None,
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the scores of a network, and the accuracy or R² of each baseline.

    `y` (N,), `answers` (N, C), `others` (N,).

    >>> y = np.array(list("aab"))
    >>> found = score_with_baselines(
    ...     y, np.eye(2)[[0, 0, 0]], {"majority": np.array(list("aaa"))}, ["a", "b"]
    ... )
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
    over = (
        {"interval_over": "series"}
        if groups is None
        else {"interval_over": "groups", "n_groups": number_of(groups)}
    )
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

    `y` (N,), `probabilities` (N, C), `groups` (N,).

    >>> scores = score_classes(np.array(["a", "b"]), np.array([[0.9, 0.1], [0.6, 0.4]]), ["a", "b"])
    >>> scores["accuracy"], scores["confusion"], scores["per_class"]["b"]["recall"]
    (0.5, [[1, 0], [1, 0]], 0.0)
    """
    from sklearn import metrics

    names, probabilities = np.asarray(classes), np.asarray(probabilities, "float64")
    number_of = {name: k for k, name in enumerate(classes)}
    truth, answers = np.array([number_of[label] for label in y]), probabilities.argmax(1)
    confusion = np.bincount(truth * len(names) + answers, minlength=len(names) ** 2).reshape(
        len(names), -1
    )
    numbers = np.arange(len(names))
    of_classes: Any = metrics.precision_recall_fscore_support(
        truth,
        answers,
        labels=numbers,
        zero_division=0,  # pyright: ignore
    )
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
    """Return the negative log probability of each true class, (N,), given class numbers (N,).

    >>> log_losses(np.array([[0.5, 0.5]]), np.array([1])).round(3).tolist()
    [0.693]
    """
    return np.log(1 / np.clip(probabilities[np.arange(len(truth)), truth], 1e-15, 1))


def score_numbers(
    y: np.ndarray, answers: np.ndarray, groups: np.ndarray | None = None, *, seed: int = 0
) -> dict[str, Any]:
    """Return a regressor's scores: n, mae, rmse, r2 (None for equal targets), and intervals.

    Intervals are over groups (N,), if given, as in `score_classes`.

    >>> score_numbers(np.array([1.0, 3.0]), np.array([1.0, 2.0]))["mae"]
    0.5
    """
    from sklearn import metrics

    errors, spread = np.asarray(answers, "float64") - y, (y - y.mean()) ** 2
    squares = errors**2
    of_square, of_ratio = (
        of_losses(squares, others, groups, seed=seed) for others in (None, spread)
    )
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
    """Return mean confidence, accuracy and size of each bin of confidence that is not empty."""
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


def half_widths(residuals: np.ndarray, coverage: float = COVERAGE) -> np.ndarray:
    """Return the half-width of the prediction interval of each target: (C,), float64.

    `residuals` (R, C).

    >>> half_widths(np.arange(1, 20)[:, None], 0.9), half_widths(np.ones((8, 1)), 0.9)
    (array([18.]), array([inf]))
    """
    check_coverage(coverage)
    distances = np.sort(np.abs(np.asarray(residuals, "float64")), axis=0)
    rank = _rank(len(distances), coverage)
    return distances[rank - 1] if rank <= len(distances) else np.full(distances.shape[1], np.inf)


def fewest(coverage: float = COVERAGE) -> int:
    """Return the minimum number of residuals for finite intervals.

    >>> fewest(0.9), fewest(0.95)
    (9, 19)
    """
    check_coverage(coverage)
    return max(math.ceil(round(coverage / (1 - coverage), 9)), 1)


def most_covered(n: int) -> float:
    """Return the largest coverage for which n residuals are enough, rounded down to three decimals.

    >>> most_covered(8), fewest(0.888)
    (0.888, 8)
    """
    return math.floor(1000 * n / (n + 1)) / 1000


def check_coverage(coverage: float) -> None:
    """Raise UsageError if `coverage` is not a number above 0 and below 1.

    >>> check_coverage(95)
    Traceback (most recent call last):
    glasscell.errors.UsageError: coverage=95: expected a fraction above 0 and below 1, such as 0.9
    """
    if not is_number(coverage) or not 0 < coverage < 1:
        raise UsageError(Fitting.COVERAGE, coverage=coverage)


def _rank(n: int, coverage: float) -> int:
    # rounded, or 100 · 0.07 would be slightly more than 7
    return max(math.ceil(round((n + 1) * coverage, 9)), 1)


def half_width_of(
    trained: SeriesRun, coverage: float | None = None
) -> tuple[float | None, list[Note]]:
    """Return the half-width of a run's prediction intervals; or None, and why there are none."""
    if coverage is not None:
        check_coverage(coverage)
    if trained.task == "classification":
        if coverage is not None:
            raise UsageError(Series.NOT_NUMBERS, file=trained.path)
        return None, []
    residuals, asked = trained.residuals, COVERAGE if coverage is None else coverage
    if residuals is None:
        why = Series.NO_RESIDUALS(file=trained.path)
    elif (n := len(residuals)) < fewest(asked):
        why = Series.FEW_RESIDUALS(n=n, coverage=asked, fewest=fewest(asked), most=most_covered(n))
    else:
        return float(half_widths(residuals, asked)[0]), []
    if coverage is not None:
        raise UsageError(why, file=trained.path)
    return None, [Series.NO_LOW_AND_HIGH.warning(why=why)]


def usual_half_width(residuals: np.ndarray | None) -> float | None:
    """Return the half-width of 90% prediction intervals; None if there are too few residuals.

    >>> usual_half_width(np.arange(1.0, 20.0)[:, None]), usual_half_width(np.ones((3, 1)))
    (18.0, None)
    """
    return (
        None if residuals is None or len(residuals) < fewest() else float(half_widths(residuals)[0])
    )


def measure_coverage(
    y: np.ndarray,
    answers: np.ndarray,
    half_width: float,
    coverage: float | None,
    groups: np.ndarray | None = None,
) -> dict[str, Any]:
    """Return how often low and high contain the target, with the 95% interval of this fraction.

    `y, answers` (N,), `groups` (N,).

    >>> found = measure_coverage(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 1.0]), 1.0, None)
    >>> (
    ...     found["held"],
    ...     found["n"],
    ...     round(found["share"], 3),
    ...     [round(end, 3) for end in found["interval"]],
    ... )
    (2, 3, 0.667, [0.208, 0.939])
    """
    off = np.abs(np.asarray(answers, "float64") - y)
    is_held = off <= half_width
    return {
        "coverage": COVERAGE if coverage is None else coverage,
        "half_width": half_width,
        "held": int(is_held.sum()),
        "n": len(y),
        "share": float(is_held.mean()),
        "interval": of_share(is_held, groups),
    }


def coverage_line(found: Mapping[str, Any]) -> Note:
    """Return the result of `measure_coverage` as a note.

    >>> coverage_line(measure_coverage(np.zeros(3), np.array([0.0, 1.0, 9.0]), 1.0, None))
    'low and high (±1) contain the target of 2 of 3 series: coverage 0.667 (95% CI 0.208–0.939),
    nominal 0.9'
    """
    ends = found["interval"]
    interval = None if ends is None else Series.HELD_INTERVAL(ends=in_words(ends))
    return Series.INTERVALS_HELD(**{**found, "interval": interval})
