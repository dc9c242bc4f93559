"""MiniRocket as a baseline, if aeon is installed: fitted while a run is scored, and not kept.

N series · M others · T time steps · D channels
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeClassifierCV, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glasscell.data.padding import lengths_of
from glasscell.facts import Note
from glasscell.system.files import one_line
from glasscell.tasks.series.baselines import NAMES, middle_and_spread, resample
from glasscell.tasks.series.sentences import Series

FEWEST_STEPS = 9  # the length of its kernels
LONG = 100  # steps: the baseline is recommended for longer series
MAX_SECONDS = 30.0
SECONDS_TO_IMPORT = 4.0
SECONDS_TO_COMPILE = 30.0  # once for each installation, since numba caches what it compiled


def can_predict(lengths: np.ndarray, seconds: float, on_note: Callable[[Note], None]) -> bool:
    """Import aeon, and return whether MiniRocket can be a baseline.

    `lengths` (N,).

    >>> can_predict(np.array([5, 8]), 1.0, print)
    False
    """
    if lengths.max() < FEWEST_STEPS:
        return False
    if find_spec("aeon") is None:
        if np.median(lengths) > LONG:
            on_note(Series.NO_MINI_ROCKET(steps=LONG))
        return False
    if seconds > MAX_SECONDS:
        on_note(Series.LEFT_OUT_FOR_TIME(rival=NAMES["mini_rocket"], seconds=MAX_SECONDS))
        return False
    on_note(
        Series.FITTING_MINI_ROCKET(seconds=seconds + SECONDS_TO_IMPORT, first=SECONDS_TO_COMPILE)
    )
    try:
        _mini_rocket()
    except (
        Exception
    ) as error:  # such as a NumPy that is too new for numba: the run is scored without it
        on_note(Series.AEON_BROKEN.warning(words=one_line(error)))
        return False
    return True


def seconds_for(n: int, m: int, steps: int, channels: int) -> float:
    """Estimate the seconds to fit n series and predict m others, of these many steps and channels.

    >>> round(seconds_for(100, 25, 100, 1), 1), round(seconds_for(3000, 1000, 100, 1), 1)
    (0.3, 34.8)
    """
    return 0.1 + 2e-6 * (n + m) * steps * (1 + channels / 3) + 1e-3 * n + 3.4e-6 * n**2


def seconds_in_all(lengths: np.ndarray, seconds: float) -> float:
    """Return the seconds of importing aeon and of all fits, `seconds`; 0 if MiniRocket is skipped.

    >>> seconds_in_all(np.array([5, 8]), 1.0)
    0.0
    """
    is_skipped = lengths.max() < FEWEST_STEPS or seconds > MAX_SECONDS or find_spec("aeon") is None
    return 0.0 if is_skipped else SECONDS_TO_IMPORT + seconds


def predict(x: np.ndarray, y: np.ndarray, others: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Return predictions (M,) of MiniRocket with a ridge classifier, or ridge regression.

    The model is that of aeon's MiniRocketClassifier and MiniRocketRegressor; the latter rejects
    integer targets. aeon's MiniRocket needs series of equal length without missing values. So all
    series are stretched to the longest of x (at least 9 steps), and missing values are
    interpolated. Channels are scaled, since the kernels add them up.

    `x` (N, T, D), `y` (N,).
    """
    if len(np.unique(y)) == 1:
        return np.repeat(y[:1], len(others))  # a ridge classifier needs two classes
    steps = max(int(lengths_of(x).max()), FEWEST_STEPS)
    middle, spread = middle_and_spread(x.reshape(-1, x.shape[2]))
    ridge = RidgeCV if y.dtype.kind == "f" else RidgeClassifierCV
    learner = make_pipeline(
        _mini_rocket()(random_state=seed, n_jobs=1),
        StandardScaler(with_mean=False),
        ridge(np.logspace(-3, 3, 10)),
    )
    with _undisturbed():
        learner.fit(complete((x - middle) / spread, steps), y)
        return learner.predict(complete((others - middle) / spread, steps))


def complete(x: np.ndarray, steps: int) -> np.ndarray:
    """Return scaled series (N, T, D) as aeon needs them: (N, D, steps), without missing values.

    >>> complete(np.array([[[1.0], [np.nan], [3.0], [np.nan]]]), 5).tolist()
    [[[1.0, 1.5, 2.0, 2.5, 3.0]]]
    """
    filled = _interpolate(x)
    is_as_long = (lengths_of(filled) == steps).all()
    stretched = filled[:, :steps] if is_as_long else resample(filled, steps)
    return np.ascontiguousarray(np.nan_to_num(stretched).transpose(0, 2, 1), "float32")


def _interpolate(x: np.ndarray) -> np.ndarray:
    """Interpolate missing values before the end of series (N, T, D); empty channels become 0."""
    n, steps, channels = x.shape
    is_real = np.arange(steps) < lengths_of(x)[:, None]
    if not np.isnan(x[is_real]).any():
        return x
    table = (
        pd.DataFrame(x.transpose(1, 0, 2).reshape(steps, -1))
        .interpolate(limit_direction="both")
        .fillna(0.0)
    )
    filled = table.to_numpy().reshape(steps, n, channels).transpose(1, 0, 2)
    return np.where(is_real[:, :, None], filled, np.nan)


def _mini_rocket() -> Any:
    """Return aeon's transformer. Importing it takes seconds."""
    with _undisturbed():
        from aeon.transformations.collection.convolution_based import MiniRocket  # pyright: ignore[reportMissingImports]  # an extra

    return MiniRocket


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hide aeon's side effects: it seeds NumPy's global generator, and warns of constant series."""
    state = np.random.get_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(state)
