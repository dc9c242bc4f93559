"""Baselines: majority class or mean, nearest neighbors, and a linear model on summary statistics.

N series · M series to compare with · T time steps · D channels · C classes, or 1
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.tasks.series.sentences import Series

STEPS = 100  # of a resampled series
MAX_SERIES = 2000  # searched for nearest neighbors
MAX_NUMBERS = 2**23  # values of these series, so that a run keeps at most 32 MB
AT_ONCE = 1000  # series whose neighbors are searched for together
MAX_SECONDS = 5.0  # for nearest neighbors by DTW
BAND = 0.1  # largest shift of a step by DTW, as a fraction of the steps
PAIRS_AT_ONCE = 8192  # pairs of series, whose arrays fit in a core's cache
SECONDS_A_STEP = 1.5e-9  # approximate, for two steps of a pair of univariate series
NAMES = {
    "majority": Series.MAJORITY(),
    "mean": Series.MEAN(),
    "nearest_neighbour": Series.NEAREST_NEIGHBOUR(),
    "nearest_neighbour_dtw": Series.NEAREST_NEIGHBOUR_DTW(),
    "summaries": Series.SUMMARIES(),
    "mini_rocket": Series.MINI_ROCKET(),  # not kept in the run: see `rocket`
}


@dataclass(frozen=True)
class Baselines:
    """The fitted baselines as arrays, so that a run can keep them. Made by `fit`.

    Parameters
    ----------
    simplest : array ()
        The majority class, or the mean.
    series : array (M, T, D), float32
        Resampled and scaled, without missing values.
    middle, spread : arrays (D,)
        Mean and standard deviation of each channel.
    classes : array (C,)
        Empty, (0,), for a regression.
    """

    simplest: np.ndarray
    series: np.ndarray
    labels: np.ndarray
    middle: np.ndarray
    spread: np.ndarray
    summary_middle: np.ndarray
    summary_spread: np.ndarray
    coefficients: np.ndarray
    intercepts: np.ndarray
    classes: np.ndarray

    def answer(self, x: np.ndarray, *, warp: bool = True) -> dict[str, np.ndarray]:
        """Return predictions (N,) for series (N, T, D), by baseline name; DTW only if `warp`."""
        resampled = self._scale(resample(x))
        nearest = _nearest(resampled.reshape(len(x), -1), self.series.reshape(len(self.series), -1))
        found = always(self.simplest, len(x)) | {"nearest_neighbour": self.labels[nearest]}
        if warp:
            found["nearest_neighbour_dtw"] = self.labels[
                warped_distances(resampled, self.series).argmin(1)
            ]
        summaries = _fill((summarise(x) - self.summary_middle) / self.summary_spread)
        scores = summaries @ self.coefficients.T + self.intercepts
        return found | {
            "summaries": scores[:, 0]
            if self.labels.dtype.kind == "f"
            else self.classes[scores.argmax(1)]
        }

    def _scale(self, resampled: np.ndarray) -> np.ndarray:
        return _fill((resampled - self.middle) / self.spread).astype("float32")


def fit(x: np.ndarray, y: np.ndarray) -> Baselines:
    """Fit the baselines.

    `x` (N, T, D), `y` (N,).

    >>> x, y = np.arange(6.0).reshape(6, 1, 1), np.array(list("aaabbb"))
    >>> answers = fit(x, y).answer(x)
    >>> {name: "".join(some) for name, some in answers.items()}["nearest_neighbour"]
    'aaabbb'
    """
    y = np.asarray(y)
    few = np.random.default_rng(0).permutation(len(x))[: number_kept(len(x), x.shape[2])]
    resampled = resample(x[few])
    middle, spread = middle_and_spread(resampled.reshape(-1, x.shape[2]))
    summaries = summarise(x[few])
    summary_middle, summary_spread = middle_and_spread(summaries)
    classes = np.zeros(0) if y.dtype.kind == "f" else np.unique(y[few])
    coefficients, intercepts = _fit_line(
        _fill((summaries - summary_middle) / summary_spread), y[few]
    )
    series, of_summaries = (
        _fill((resampled - middle) / spread).astype("float32"),
        (summary_middle, summary_spread),
    )
    line = coefficients, intercepts, classes
    return Baselines(simplest_of(y), series, y[few], middle, spread, *of_summaries, *line)


def simplest_of(y: np.ndarray) -> np.ndarray:
    """Return the majority class of labels (N,), first by alphabet, or the mean of targets: ().

    >>> simplest_of(np.array(["b", "a", "b"])).item(), simplest_of(np.array([1.0, 2.0])).item()
    ('b', 1.5)
    """
    if y.dtype.kind == "f":
        return np.asarray(y.mean())
    labels, counts = np.unique(y, return_counts=True)
    return np.asarray(labels[counts.argmax()])


def always(simplest: np.ndarray, n: int) -> dict[str, np.ndarray]:
    """Return the same prediction for n series, (n,), by its name in `NAMES`.

    >>> always(simplest_of(np.array(["b", "a", "b"])), 2)["majority"].tolist()
    ['b', 'b']
    """
    return {"mean" if simplest.dtype.kind == "f" else "majority": np.repeat(simplest, n)}


def number_kept(n: int, channels: int) -> int:
    """Return how many of n series are kept for the nearest-neighbor search.

    >>> number_kept(50, 3), number_kept(5000, 3), number_kept(5000, 100)
    (50, 2000, 838)
    """
    return min(n, MAX_SERIES, max(MAX_NUMBERS // (STEPS * channels), 1))


def can_warp(pairs: int, channels: int) -> bool:
    """Return whether DTW of this many pairs of series takes at most `MAX_SECONDS`.

    >>> can_warp(10_000, 1), can_warp(10_000_000, 1)
    (True, False)
    """
    return seconds_to_warp(pairs, channels) <= MAX_SECONDS


def seconds_to_warp(pairs: int, channels: int) -> float:
    """Estimate the seconds for DTW of this many pairs of series.

    >>> round(seconds_to_warp(10_000, 1), 2)
    0.04
    """
    within = 2 * int(BAND * STEPS) + 1
    return pairs * STEPS * within * (1 + channels / 8) * SECONDS_A_STEP


def resample(x: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Return series (N, T, D), each interpolated linearly to `steps` steps: (N, steps, D).

    >>> resample(np.array([[[0.0], [2.0], [np.nan]]]), 3)[..., 0].tolist()
    [[0.0, 1.0, 2.0]]
    """
    lengths = np.maximum(lengths_of(x), 1)
    at = np.linspace(0, 1, steps) * (lengths[:, None] - 1)
    before = np.floor(at).astype(int)
    after = np.minimum(before + 1, lengths[:, None] - 1)
    rows, share = np.arange(len(x))[:, None], (at - before)[:, :, None]
    return np.where(
        share == 0, x[rows, before], (1 - share) * x[rows, before] + share * x[rows, after]
    )


def middle_and_spread(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of columns (N, F), ignoring NaN; 0 and 1 if empty.

    >>> middle_and_spread(np.array([[1.0, np.nan], [3.0, np.nan]]))
    (array([2., 0.]), array([1., 1.]))
    """
    there = ~np.isnan(table)
    n = np.maximum(there.sum(0), 1)
    middle = np.where(there, table, 0.0).sum(0, dtype="float64") / n
    spread = np.sqrt((np.where(there, table - middle, 0.0) ** 2).sum(0) / n)
    return middle, np.where(spread > 1e-12 * np.abs(middle), spread, 1.0)


def _fit_line(summaries: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (C, F) and intercepts (C,) of the linear model of summaries (N, F)."""
    # imported here, since prediction needs no scikit-learn
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression, Ridge

    if y.dtype.kind == "f":
        ridge: Any = Ridge().fit(summaries, y)
        return ridge.coef_[None], np.array([ridge.intercept_])
    if len(np.unique(y)) == 1:
        return np.zeros((1, summaries.shape[1])), np.zeros(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # accurate enough for a baseline
        line = LogisticRegression(max_iter=300).fit(summaries, y)
    if len(line.classes_) > 2:
        return line.coef_, line.intercept_
    return np.stack([0 * line.coef_[0], line.coef_[0]]), np.array([0.0, line.intercept_[0]])


def _nearest(x: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the index of the nearest of the others (M, F) to each x (N, F): Euclidean distance."""
    squares = np.sum(others**2, 1)
    parts = [x[start : start + AT_ONCE] for start in range(0, len(x), AT_ONCE)]
    return np.concatenate([(squares - 2 * (part @ others.T)).argmin(1) for part in parts])


def _fill(scaled: np.ndarray) -> np.ndarray:
    """Impute missing values with the mean, 0."""
    return np.where(np.isnan(scaled), 0.0, scaled)


def summarise(x: np.ndarray) -> np.ndarray:
    """Return mean, standard deviation, minimum, maximum, ends and slope of each channel: (N, 7·D).

    Missing values are ignored; a channel without any value gives NaN. The slope, per step, is that
    of the least-squares line; 0 for a single value.

    `x` (N, T, D).

    >>> summarise(np.array([[[1.0], [np.nan], [5.0], [np.nan]]])).tolist()
    [[3.0, 2.0, 1.0, 5.0, 1.0, 5.0, 2.0]]
    """
    x = np.asarray(x, "float64")[:, : max(int(lengths_of(x).max()), 1)]
    there = ~np.isnan(x)
    count = there.sum(1)
    values, empty = np.where(there, x, 0.0), count == 0
    n = np.maximum(count, 1)
    steps = np.arange(x.shape[1])[:, None]
    mean, mean_step = values.sum(1) / n, (steps * there).sum(1) / n
    apart, later = (
        np.where(there, x - mean[:, None], 0.0),
        np.where(there, steps - mean_step[:, None], 0.0),
    )
    spread = (later**2).sum(1)
    slope = (apart * later).sum(1) / np.where(spread > 0, spread, 1.0)
    first, last = there.argmax(1), x.shape[1] - 1 - there[:, ::-1].argmax(1)
    each = (
        mean,
        np.sqrt((apart**2).sum(1) / n),
        np.where(there, x, np.inf).min(1),
        np.where(there, x, -np.inf).max(1),
        np.take_along_axis(values, first[:, None], 1)[:, 0],
        np.take_along_axis(values, last[:, None], 1)[:, 0],
        slope,
    )
    return np.concatenate([np.where(empty, np.nan, one) for one in each], axis=1)


def warped_distances(a: np.ndarray, b: np.ndarray, band: float = BAND) -> np.ndarray:
    """Return the DTW distances between N series and M series, all of T steps: (N, M), float32.

    A distance is the minimum sum of squared differences between aligned steps, over all channels.
    The alignment is monotonic and shifts a step by at most `band`·T steps (Sakoe & Chiba 1978).

    `a` (N, T, D), `b` (M, T, D).

    >>> slow, late = np.array([[[0.0], [1], [0], [0]]]), np.array([[[0.0], [0], [1], [0]]])
    >>> warped_distances(slow, late, 0.25).item(), warped_distances(slow, late, 0).item()
    (0.0, 2.0)
    """
    (n, steps, _), m = a.shape, len(b)
    # A squared difference is a² − 2ab + b²: for two steps, one matrix product sums it over the
    # channels for all pairs.
    of_a = _as_factor([-2 * a, np.sum(a**2, 2, keepdims=True), np.ones((n, steps, 1))]).swapaxes(
        1, 2
    )
    of_b = _as_factor([b, np.ones((m, steps, 1)), np.sum(b**2, 2, keepdims=True)])
    found = np.empty((n, m), "float32")
    rows = max(1, PAIRS_AT_ONCE // m)
    for start in range(0, n, rows):
        found[start : start + rows] = _least_sums(
            of_a[:, start : start + rows], of_b, int(band * steps)
        )
    return np.maximum(found, 0.0)  # rounding may make them negative


def _as_factor(parts: list[np.ndarray]) -> np.ndarray:
    """Concatenate parts (N, T, …) along their last axis, and return them as (T, …, N), float32."""
    return np.ascontiguousarray(np.concatenate(parts, 2).transpose(1, 2, 0), "float32")


def _least_sums(a: np.ndarray, b: np.ndarray, shift: int) -> np.ndarray:
    """Return minimum sums (N, M), from factors (T, N, …) and (T, …, M) of squared differences."""
    steps = len(a)
    beyond = np.full((a.shape[1], b.shape[2]), np.inf, "float32")
    above = [beyond] * steps
    for i in range(steps):
        row, left = [beyond] * steps, beyond
        for j in range(max(0, i - shift), min(steps, i + shift + 1)):
            least = a[i] @ b[j]
            if i or j:
                before = np.minimum(above[j], left)
                least += np.minimum(before, above[j - 1], out=before) if j else before
            row[j] = left = least
        above = row
    return above[-1]
