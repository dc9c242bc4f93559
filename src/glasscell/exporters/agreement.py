"""Agreement of an export with its network, and synthetic series of every kind to measure it on.

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
from glasscell.exporters.savedmodel import read_by_loop
from glasscell.exporters.sentences import Exporters
from glasscell.facts import Note
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import answer_by
from glasscell.networks.anatomy import anatomy_of, bounds_of
from glasscell.training.prediction import predict_series

TOLERANCE = 1e-5  # of probabilities, or of numbers in standard deviations of the training targets
TIMES_SENSITIVE = (
    10  # times the difference of kernel and loop, for networks that amplify rounding errors
)
MIN_AGREEMENT = 0.95  # fraction of equal labels, or R² of numbers, for an inexact export
LONGEST = 40  # steps of synthetic series, if the network does not fix their number
# rounding of a prediction; matters for numbers that are large compared with their standard
# deviation
ULPS = 2


@dataclass(frozen=True)
class Agreement:
    """Differences of an export's predictions from the network's.

    Parameters
    ----------
    n : int
        Series that were compared.
    difference : float
        The largest of all, in probabilities, or in standard deviations of the training targets.
    labels : float, or None
        Fraction of series with the same label; None for regression.
    r2 : float, or None
        R² of the export's numbers, given the network's; None where predictions are labels or all
        the same.
    """

    n: int
    difference: float
    labels: float | None
    r2: float | None = None

    def is_near(self, least: float) -> bool:
        """Whether an inexact export has enough equal labels, or a high enough R²."""
        both = [v for v in (self.labels, self.r2) if v is not None]
        return bool(np.isfinite(self.difference)) and all(max(v, 0.0) >= least for v in both)


class Rows(NamedTuple):
    """Predictions of an export next to those of its network, row by row. Made by `row_by_row`.

    Parameters
    ----------
    difference : array
        The largest of each row; infinite where only one of the two has a prediction.
    network, export : array
        The label of each, "" where there is none; or the number that differs most.
    of_series : array
        Number of the series, or of the text.
    step : array, optional
        Its step, from 0; None where rows are whole series.
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
        """Return the rows for which `kept`, (N,) or (N, T) bool, is true."""
        columns: Any = (v[kept.ravel()] if isinstance(v, np.ndarray) else v for v in self)
        return Rows(*columns)

    @property
    def agreement(self) -> Agreement:
        """The differences of all rows."""
        same = None if self.other_labels is None else float((self.network == self.export).mean())
        return Agreement(
            len(self.difference), float(self.difference.max(initial=0.0)), same, self.r2
        )

    @property
    def other_labels(self) -> int | None:
        """Number of labels that differ; None for regression."""
        return None if self.network.dtype.kind == "f" else int((self.network != self.export).sum())


def row_by_row(
    found: np.ndarray,
    wanted: np.ndarray,
    unit: np.ndarray | float,
    labels: Sequence[str] | None = None,
) -> Rows:
    """Return predictions (N, C), or (N, T, C) of steps, next to the expected ones; NaN means none.

    >>> rows = row_by_row(
    ...     np.array([[0.5, 0.5], [0.1, 0.9]]), np.array([[0.5, 0.5], [0.6, 0.4]]), 1.0, ("a", "b")
    ... )
    >>> rows.difference, rows.network, rows.export, rows.other_labels
    (array([0. , 0.5]), array(['a', 'a'], dtype=object), array(['a', 'b'], dtype=object), 1)
    """
    if found.shape != wanted.shape:
        raise DataError(Exporters.OTHER_OUTPUTS, found=found.shape, expected=wanted.shape)
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


def answers_of(
    network: keras.Model, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return the predictions (N, C) that an export must make for raw series x, and for which (N,).

    With predictions at each step, they are (N, T, C) and (N, T).
    """
    dtype, each = np.dtype(network.outputs[0].dtype), anatomy_of(network).reads_out == "every"
    ask = partial(predict_series, network, padded=each)
    return answer_by(ask, x, meaning, bounds_of(network), dtype, each=each)


def compare(
    found: tuple[np.ndarray, np.ndarray],
    wanted: tuple[np.ndarray, np.ndarray],
    meaning: Meaning,
    deviation: np.ndarray,
) -> Agreement:
    """Return the differences of predictions (N, C) from the expected ones, both with masks.

    >>> there = np.array([True])
    >>> found, wanted = (np.array([[0.5, 0.5]]), there), (np.array([[0.5, 0.25]]), there)
    >>> compare(found, wanted, Meaning(("x",), ("a", "b")), np.ones(2))
    Agreement(n=1, difference=0.25, labels=1.0, r2=None)
    """
    (answers, answered), (right, asked) = found, wanted
    if not np.array_equal(answered, asked):
        at = int(np.flatnonzero(answered != asked)[0])
        raise DataError(
            Exporters.OTHER_ANSWER, found=str(answers[at]), series=at, wanted=str(right[at])
        )
    answers, right = (v[~np.isnan(right).any(-1)].astype("float64") for v in (answers, right))
    if np.isnan(answers).any():
        raise DataError(Exporters.EXPORT_ANSWERS_NAN)
    rows = row_by_row(answers, right, deviation, meaning.labels)
    return rows._replace(r2=None if meaning.labels is not None else r2_of(answers, right)).agreement


def r2_of(found: np.ndarray, wanted: np.ndarray) -> float | None:
    """Return R² of numbers (N, C), given the expected ones; None where a column is constant.

    >>> (
    ...     r2_of(np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])),
    ...     r2_of(np.zeros((2, 1)), np.zeros((2, 1))),
    ... )
    (1.0, None)
    """
    varies = len(wanted) > 0 and (np.ptp(wanted, axis=0) > 0).all()
    return float(r2_score(wanted, found)) if varies else None


def check_near(agreement: Agreement, least: float, inexact: list[str]) -> tuple[Note, ...]:
    """Raise DataError if an export is not near; return a remark if labels and R² are unknown."""
    share, r2 = agreement.labels, agreement.r2
    if share is r2 is None:
        return (Exporters.SAME_ANSWER_TO_ALL(),)
    if agreement.is_near(least):
        return ()
    asked = {"n": agreement.n, "least": least, "options": inexact}
    if r2 is None:
        raise DataError(Exporters.FEW_LABELS_SAME, share=share, **asked)
    below = Exporters.R2_BELOW_0() if r2 < 0 else None
    raise DataError(Exporters.LOW_R2, r2=r2, below=below, **asked)


def deviation_of(network: keras.Model, meaning: Meaning) -> np.ndarray:
    """Return each output's unit of difference: 1 for probabilities, else a standard deviation."""
    rescaling = anatomy_of(network).rescaling
    return (
        np.ones(meaning.answers)
        if rescaling is None
        else np.abs(np.asarray(rescaling.scale, "float64"))
    )


def tolerance(network: keras.Model, x: np.ndarray, meaning: Meaning) -> float:
    """Return the largest difference allowed in float32: 1e-5, or 10 times that of kernel and loop.

    It is at least the rounding error of numbers that are large compared with their standard
    deviation.
    """
    deviation = deviation_of(network, meaning)
    by_kernel, by_loop = (answers_of(one, x, meaning) for one in (network, read_by_loop(network)))
    sensitivity = compare(by_loop, by_kernel, meaning, deviation).difference
    rounding = float(np.nanmax(np.spacing(np.abs(by_kernel[0])) / deviation, initial=0.0))
    return max(TOLERANCE, TIMES_SENSITIVE * sensitivity, ULPS * rounding)


def made_series(
    network: keras.Model, meaning: Meaning, n: int = 64, *, seed: int = 0
) -> np.ndarray:
    """Return synthetic raw series (N, T, D), padded with NaN, on the scale of the training data.

    Series 0 has the maximum length, 1 a single step, 2 a gap in its middle, 3 single missing
    values, 4 no value at all. The rest have random lengths. In 2 and 3, every second missing value
    is a missing-value code, if the meaning has any. If the network has a fixed number of steps or
    no mask, all series are complete.

    >>> from glasscell.networks.builder import build_network
    >>> made_series(build_network(2, 1), Meaning(("x", "y"))).shape
    (64, 40, 2)
    """
    rng = np.random.default_rng(seed)
    steps, features = network.input_shape[1:]
    anatomy = anatomy_of(network)
    longest = steps or LONGEST * anatomy.stride
    x = np.cumsum(rng.normal(size=(n, longest, features)), 1) / np.sqrt(longest) + rng.normal(
        size=(n, 1, features)
    )
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
