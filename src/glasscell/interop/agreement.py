"""Whether an export answers as the network does, and series of every kind that a file may hold, to try that on.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import keras
import numpy as np
from sklearn.metrics import r2_score

from glasscell.errors import DataError
from glasscell.interop.plain.network import answer_by
from glasscell.interop.savedmodel import read_by_loop
from glasscell.interop.sentences import Interop
from glasscell.networks.anatomy import anatomy_of, bounds_of
from glasscell.networks.meaning import Meaning
from glasscell.training.prediction import predict_series

TOLERANCE = 1e-5  # of probabilities; of numbers, in deviations of what was trained on
TIMES_SENSITIVE = 10  # times what kernel and loop differ by, where a network makes much of little
MIN_AGREEMENT = 0.95  # of labels, or R² of numbers, of an export that is only near the network
LONGEST = 40  # steps of series that are made, where the network does not say how many
ULPS = 2  # of an answer, which may be rounded otherwise; matters for numbers that are large beside their deviation


@dataclass(frozen=True)
class Agreement:
    """How far answers of an export are from the network's.

    Parameters
    ----------
    n : int
        Series that were compared.
    difference : float
        The largest of all answers: of probabilities, or of numbers in deviations of what was trained on.
    labels : float, or None
        The share of series of which the label is the same; None where answers are numbers.
    r2 : float, or None
        How much of the variance of the network's numbers the export's explain; None where answers are labels, or all
        the same.
    """

    n: int
    difference: float
    labels: float | None
    r2: float | None = None


class Rows(NamedTuple):
    """Answers of an export next to those of its network, row by row. Made by `row_by_row`.

    Parameters
    ----------
    difference : array
        The largest of a row; infinite where only one of the two has an answer.
    network, export : array
        The label of each, "" where there is none; or the number that differs most.
    of_series : array
        The number of the series, or text.
    step : array, optional
        The step of it, from 0; None where rows are whole series.
    r2 : float, optional
        As in `Agreement`.
    """

    difference: np.ndarray
    network: np.ndarray
    export: np.ndarray
    of_series: np.ndarray
    step: np.ndarray | None = None
    r2: float | None = None

    def of(self, kept: np.ndarray) -> "Rows":
        """Return those rows that are kept, (N,) or (N, T) bool."""
        columns: Any = (v[kept.ravel()] if isinstance(v, np.ndarray) else v for v in self)
        return Rows(*columns)

    @property
    def agreement(self) -> Agreement:
        """How far the answers of all rows are apart."""
        same = None if self.other_labels is None else float((self.network == self.export).mean())
        return Agreement(len(self.difference), float(self.difference.max(initial=0.0)), same, self.r2)

    @property
    def other_labels(self) -> int | None:
        """How many labels differ; None where answers are numbers."""
        return None if self.network.dtype.kind == "f" else int((self.network != self.export).sum())


def row_by_row(
    found: np.ndarray, wanted: np.ndarray, unit: np.ndarray | float, labels: Sequence[str] | None = None
) -> Rows:
    """Return answers (N, C), or of steps (N, T, C), next to those wanted; NaN is no answer.

    Parameters
    ----------
    found, wanted : array
    unit : array
        What one unit of difference is, for each answer.
    labels : sequence of C str, optional

    Raises
    ------
    DataError
        If the shapes differ: these are not answers of the same network.

    Examples
    --------
    >>> rows = row_by_row(np.array([[0.5, 0.5], [0.1, 0.9]]), np.array([[0.5, 0.5], [0.6, 0.4]]), 1.0, ("a", "b"))
    >>> rows.difference, rows.network, rows.export, rows.other_labels
    (array([0. , 0.5]), array(['a', 'a'], dtype=object), array(['a', 'b'], dtype=object), 1)
    """
    if found.shape != wanted.shape:
        raise DataError(Interop.OTHER_OUTPUTS, found=found.shape, expected=wanted.shape)
    both = np.stack([wanted, found]).astype("float64")
    missing = np.isnan(both)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(both[1] - both[0]) / unit
    off[np.isnan(off)] = np.inf
    off[missing.all(0)] = 0
    at = off.argmax(-1)[..., None]
    if labels is None:
        shown = np.take_along_axis(both, at[None], -1)[..., 0]
    else:
        shown = np.where(missing.any(-1), "", np.array(labels, object)[both.argmax(-1)])
    difference = np.take_along_axis(off, at, -1)[..., 0]
    columns: Any = (v.ravel() for v in (difference, *shown, *np.indices(difference.shape)))
    return Rows(*columns)


def answers_of(network: keras.Model, x: np.ndarray, meaning: Meaning) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers (N, C) that an export has to give to raw series x, and which have one (N,).

    Of a network that answers each step, they are (N, T, C) and (N, T).
    """
    dtype, each = np.dtype(network.outputs[0].dtype), anatomy_of(network).reads_out == "every"
    ask = partial(predict_series, network, padded=each)
    return answer_by(ask, x, meaning, bounds_of(network), dtype, each=each)


def compare(
    found: tuple[np.ndarray, np.ndarray], wanted: tuple[np.ndarray, np.ndarray], meaning: Meaning, deviation: np.ndarray
) -> Agreement:
    """Return how far answers (N, C) are from those wanted, both with which series, or steps, have one.

    Raises
    ------
    DataError
        If the two do not answer the same series.

    Examples
    --------
    >>> there = np.array([True])
    >>> found, wanted = (np.array([[0.5, 0.5]]), there), (np.array([[0.5, 0.25]]), there)
    >>> compare(found, wanted, Meaning(("x",), ("a", "b")), np.ones(2))
    Agreement(n=1, difference=0.25, labels=1.0, r2=None)
    """
    (answers, answered), (right, asked) = found, wanted
    if not np.array_equal(answered, asked):
        at = int(np.flatnonzero(answered != asked)[0])
        raise DataError(Interop.OTHER_ANSWER, found=str(answers[at]), series=at, wanted=str(right[at]))
    answers, right = (v[~np.isnan(right).any(-1)].astype("float64") for v in (answers, right))
    if np.isnan(answers).any():
        raise DataError(Interop.EXPORT_ANSWERS_NAN)
    rows = row_by_row(answers, right, deviation, meaning.labels)
    return rows._replace(r2=None if meaning.labels is not None else r2_of(answers, right)).agreement


def r2_of(found: np.ndarray, wanted: np.ndarray) -> float | None:
    """Return how much of the variance of numbers (N, C) others explain; None where these are all the same.

    >>> r2_of(np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])), r2_of(np.zeros((2, 1)), np.zeros((2, 1)))
    (1.0, None)
    """
    varies = len(wanted) > 0 and (np.ptp(wanted, axis=0) > 0).all()
    return float(r2_score(wanted, found)) if varies else None


def deviation_of(network: keras.Model, meaning: Meaning) -> np.ndarray:
    """Return what one unit of difference is, for each answer: 1 for probabilities, else the targets' deviation."""
    rescaling = anatomy_of(network).rescaling
    return np.ones(meaning.answers) if rescaling is None else np.abs(np.asarray(rescaling.scale, "float64"))


def tolerance(network: keras.Model, x: np.ndarray, meaning: Meaning) -> float:
    """Return by how much a float32 export may differ: 1e-5, or ten times what kernel and loop do on these series.

    Where numbers are so large beside their deviation that rounding is more than that, it may differ by their rounding.
    """
    deviation = deviation_of(network, meaning)
    by_kernel, by_loop = (answers_of(one, x, meaning) for one in (network, read_by_loop(network)))
    sensitivity = compare(by_loop, by_kernel, meaning, deviation).difference
    rounding = float(np.nanmax(np.spacing(np.abs(by_kernel[0])) / deviation, initial=0.0))
    return max(TOLERANCE, TIMES_SENSITIVE * sensitivity, ULPS * rounding)


def made_series(network: keras.Model, meaning: Meaning, n: int = 64, *, seed: int = 0) -> np.ndarray:
    """Return raw series (N, T, D), padded with NaN, of the scale that the network was trained on.

    They have 1 step and more: series 0 the longest length, 1 a single step, 2 a gap of some steps in its middle, 3
    single values missing, and 4 no value at all. In 2 and 3 every second value that is missing is a number that means
    so, if the meaning has some. Of a network that reads a fixed number of steps, or makes no mask, all are whole.

    >>> from glasscell.networks.builder import build_network
    >>> made_series(build_network(2, 1), Meaning(("x", "y"))).shape
    (64, 40, 2)
    """
    rng = np.random.default_rng(seed)
    steps, features = network.input_shape[1:]
    anatomy = anatomy_of(network)
    longest = steps or LONGEST * anatomy.stride
    x = np.cumsum(rng.normal(size=(n, longest, features)), 1) / np.sqrt(longest) + rng.normal(size=(n, 1, features))
    if anatomy.scaling is not None:
        x = x * np.asarray(anatomy.scaling.deviation) + np.asarray(anatomy.scaling.mean)
    x = x + np.array(meaning.offsets) if meaning.offsets else x.astype("float32")
    if anatomy.scaling is None or steps is not None:
        return x
    for series, length in zip(x[5:], rng.integers(1, longest + 1, max(n - 5, 0)), strict=True):
        series[length:] = np.nan
    x[1, 1:] = np.nan
    x[2, longest // 3 : longest // 2] = np.nan
    x[3][rng.random((longest, features)) < 0.3] = np.nan
    x[4] = np.nan
    if meaning.missing:
        missing = x[2:4][np.isnan(x[2:4])]
        missing[::2] = np.resize(meaning.missing, len(missing[::2]))
        x[2:4][np.isnan(x[2:4])] = missing
    return x
