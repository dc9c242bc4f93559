"""Series that an estimator is asked about and that lie outside of what it was trained on: another unit, another sensor.

N series · T time steps · D channels
"""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from glasscell.data.doubts.markers import about_markers, markers_in
from glasscell.data.doubts.profiles import GLANCED_AT, glance
from glasscell.data.doubts.shift import channels_outside, extent_of, widened
from glasscell.data.sequences import numbered_channels
from glasscell.errors import FactWarning
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note


def learn_extent(estimator: Any, X: np.ndarray, *, is_new: bool) -> None:
    """Keep as the estimator's `extent_` what the series X (N, T, D) are like, beside those before if it is not new.

    >>> from sklearn.base import BaseEstimator
    >>> estimator = BaseEstimator()
    >>> learn_extent(estimator, np.zeros((3, 7, 1), "float32"), is_new=True)
    >>> estimator.extent_["steps"]
    [7, 7]
    """
    extent = extent_of(glance(X, getattr(estimator, "offsets_", None), _channels(estimator, X), most=len(X)))
    if is_new:
        estimator.extent_ = extent
    elif hasattr(estimator, "extent_"):  # else it was saved before there was any, and what it has seen is not known
        estimator.extent_ = widened(estimator.extent_, extent)


def about_marks(estimator: Any, X: np.ndarray) -> Iterator[Note]:
    """Give a warning of each number in series X (N, T, D) to learn from that looks like a mark, as −999 does.

    >>> from sklearn.base import BaseEstimator
    >>> x = np.array([*np.linspace(0, 5, 20), -999, -999, -999], "float32")
    >>> len(list(about_marks(BaseEstimator(), x[None, :, None])))
    1
    """
    offsets = getattr(estimator, "offsets_", np.zeros(X.shape[2]))
    channels = _channels(estimator, X)
    return about_markers(X, offsets, channels, markers_in(X, offsets, channels), Estimators.PUT_NAN)


def warn_of_shift(estimator: Any, X: np.ndarray) -> None:
    """Warn of channels that lie outside of what the estimator was trained on, in the words of `data.doubts.shift`.

    Nothing is said of lengths: whoever calls with arrays cut them. An estimator that was saved before it kept an
    `extent_` does not warn.

    Parameters
    ----------
    estimator : estimator
        Called by its user's line through two functions.
    X : array (N, T, D), float32
        Without the estimator's `offsets_`.
    """
    extent = getattr(estimator, "extent_", None)
    if extent is None:
        return
    channels = _channels(estimator, X)
    seen = glance(X, getattr(estimator, "offsets_", None), channels)
    if len(seen.lengths):
        some = {"n": len(seen.lengths), "of": len(X)} if len(X) > GLANCED_AT else {}
        for note in channels_outside(extent, seen, channels):
            note = Estimators.SOME_LOOKED_AT.warning(note=note, **some) if some else note
            warnings.warn(FactWarning(note), stacklevel=4)


def _channels(estimator: Any, X: np.ndarray) -> tuple[str, ...]:
    frame = getattr(estimator, "frame_", None)
    return frame.channels if frame is not None and frame.channels else numbered_channels(X.shape[2])
