"""The rule of `inference.bounds` as Keras operations, for exports that cannot raise errors.

N series · T time steps · D channels · C classes, or targets
"""

from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from glasscell.inference.bounds import Bounds
from glasscell.inference.meaning import Meaning


class Verdict(NamedTuple):
    """Which series have a value, (N,), and which of them no invalid one, (N,), from `judge`."""

    has_value: Any
    is_read: Any

    def of_steps(self) -> "Verdict":
        """Return the verdict for predictions at each step, (N, 1), which need no value."""
        is_read = ops.logical_or(self.is_read, ops.logical_not(self.has_value))
        return Verdict(ops.expand_dims(self.has_value, -1), ops.expand_dims(is_read, -1))

    def answer(self, found: Any, meaning: Meaning) -> tuple[Any, Any]:
        """Return the final predictions (N, C), given outputs `found`, and which series have one.

        For steps they are (N, T, C) and (N, T).

        >>> verdict = judge(
        ...     np.array([[[1.0]], [[np.inf]], [[np.nan]]], "f"), Bounds(np.ones(1, "f"), True)
        ... )
        >>> answers, answered = verdict.answer(np.ones((3, 1), "f"), Meaning(("x",), prior=(0.5,)))
        >>> answers.numpy().ravel().tolist(), answered.numpy().tolist()
        ([1.0, nan, 0.5], [True, False, False])
        """
        dtype = keras.backend.standardize_dtype(found.dtype)
        # a file keeps the dtype of an array, not that of a scalar
        largest = np.array([np.finfo(dtype).max], dtype)
        is_finite = ops.all(ops.abs(found) <= largest, axis=-1)
        answered = ops.logical_and(self.is_read, is_finite)
        prior, nan = (
            np.array([row], dtype) for row in (meaning.prior_or_nan, [np.nan] * meaning.answers)
        )
        nothing = (
            nan
            if meaning.prior is None
            else ops.where(ops.expand_dims(self.has_value, -1), nan, prior)
        )
        return ops.where(ops.expand_dims(answered, -1), found, nothing), answered


def judge(x: Any, bounds: Bounds) -> Verdict:
    """Return which series x (N, T, D), without their offsets, are valid."""
    missing = ops.isnan(x)
    wrong = ops.abs(x) > bounds.largest
    if not bounds.takes_missing:
        wrong = ops.logical_or(wrong, missing)
    has_value = ops.any(ops.logical_not(missing), axis=(1, 2))
    return Verdict(
        has_value, ops.logical_and(has_value, ops.logical_not(ops.any(wrong, axis=(1, 2))))
    )
