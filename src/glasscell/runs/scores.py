"""How good answers are: scores of arrays, as plain numbers for a report. Knows no model.

They are scikit-learn's, which a test holds them to; to import that takes longer than to answer.

N series · C classes · B bins
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

BINS = 10


def score_classes(y: np.ndarray, probabilities: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """Return the scores of a classifier.

    Parameters
    ----------
    y : array (N,)
        The true classes, each one of `classes`.
    probabilities : array (N, C)
    classes : sequence of C names

    Returns
    -------
    dict
        n, right, accuracy, balanced_accuracy (mean recall of the classes there are), log_loss, calibration_error (mean
        distance of confidence and accuracy over bins of confidence), calibration (the bins), per_class (precision,
        recall, f1, n; of a class that no series has, None, None, None, 0), confusion (rows are true classes, columns
        answers).

    Examples
    --------
    >>> scores = score_classes(np.array(["a", "b"]), np.array([[0.9, 0.1], [0.6, 0.4]]), ["a", "b"])
    >>> scores["accuracy"], scores["confusion"], scores["per_class"]["b"]["recall"]
    (0.5, [[1, 0], [1, 0]], 0.0)
    """
    names, probabilities = np.asarray(classes), np.asarray(probabilities, "float64")
    number_of = {name: k for k, name in enumerate(classes)}
    truth, answers = np.array([number_of[label] for label in y]), probabilities.argmax(1)
    confusion = np.bincount(truth * len(names) + answers, minlength=len(names) ** 2).reshape(len(names), -1)
    found, n, answered = confusion.diagonal(), confusion.sum(1), confusion.sum(0)
    precision, recall = found / np.maximum(answered, 1), found / np.maximum(n, 1)
    of_each = {"precision": precision, "recall": recall, "f1": 2 * found / np.maximum(n + answered, 1)}
    calibration = _calibration(probabilities.max(1), truth == answers)
    distances = [bin["n"] * abs(bin["confidence"] - bin["accuracy"]) for bin in calibration]
    return {
        "n": len(truth),
        "right": int((truth == answers).sum()),
        "accuracy": float((truth == answers).mean()),
        "balanced_accuracy": float(recall[n > 0].mean()),
        "log_loss": float(np.log(1 / np.clip(probabilities[np.arange(len(truth)), truth], 1e-15, 1)).mean()),
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
    }


def score_numbers(y: np.ndarray, answers: np.ndarray) -> dict[str, Any]:
    """Return the scores of a regressor: n, mae, rmse, and r2, None where all targets are one.

    >>> score_numbers(np.array([1.0, 3.0]), np.array([1.0, 2.0]))["mae"]
    0.5
    """
    errors = np.asarray(answers, "float64") - y
    return {
        "n": len(y),
        "mae": float(np.abs(errors).mean()),
        "rmse": float(np.sqrt((errors**2).mean())),
        "r2": float(1 - (errors**2).mean() / np.var(y, dtype="float64")) if np.ptp(y) > 0 else None,
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
