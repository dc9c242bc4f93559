"""Which input a network accepts: one rule for missing, infinite and huge values, used everywhere.

A series has a prediction if it contains a value and no value exceeds its channel's `largest`.
Missing values need a network that accepts them, and the output must be finite. Commands and Python
raise an error that names the offending series. Exports cannot raise: they give NaN, no label, and
`answered` false. A series without any value gets the prior, if there is one.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.inference.sentences import Inputs

LARGEST = (
    1e20  # in standard deviations: weighted sums overflow in no order, nor pass the 1e26 of LiteRT
)


class Place(NamedTuple):
    """The position of a value that a network cannot process."""

    series: int
    step: int
    channel: int
    is_missing: bool


@dataclass(frozen=True)
class Bounds:
    """Which input values a network accepts. Made by `bounds_for`.

    Parameters
    ----------
    largest : array (D,), float32
        Largest magnitude of each channel after subtraction of its offset.
    takes_missing : bool
        Whether a value may be missing.
    steps : int, optional
        Length of every series; by default any.
    """

    largest: np.ndarray
    takes_missing: bool
    steps: int | None = None

    def first_beyond(self, x: np.ndarray) -> Place | None:
        """Return the position of the first unacceptable value of series x (N, T, D), or None.

        >>> bounds_for(1).first_beyond(np.array([[[0.0]], [[np.inf]]]))
        Place(series=1, step=0, channel=0, is_missing=False)
        """
        size = np.abs(x)
        if (size <= self.largest).all():  # as nearly always
            return None
        missing = np.isnan(x)
        wrong = size > self.largest if self.takes_missing else (size > self.largest) | missing
        if not wrong.any():
            return None
        at = np.unravel_index(np.argmax(wrong), wrong.shape)
        return Place(*map(int, at), is_missing=bool(missing[at]))

    def are_read(self, x: np.ndarray) -> np.ndarray:
        """Return which series of x (N, T, D) have a value and only acceptable ones: (N,), bool.

        >>> bounds_for(1).are_read(
        ...     np.array([[[0.0], [1e31]], [[1.0], [2.0]], [[np.nan], [1.0]]])
        ... ).tolist()
        [False, True, False]
        """
        is_nan = np.isnan(x)
        has_steps = x.shape[1] == self.steps if self.steps else x.shape[1] > 0
        there = ~is_nan.all((1, 2)) if self.takes_missing else ~is_nan.any((1, 2))
        return np.asarray(has_steps & there & ~(np.abs(x) > self.largest).any((1, 2)))

    def require(
        self, x: np.ndarray, channels: Sequence[str], ids: Sequence[str] | np.ndarray | None = None
    ) -> None:
        """Raise DataError if x (N, T, D) has an unacceptable value, with series, step, channel."""
        if self.steps and len(x) and x.shape[1] != self.steps:
            raise DataError(
                Inputs.OTHER_STEPS, series=_named(0, ids), found=x.shape[1], expected=self.steps
            )
        if (place := self.first_beyond(x)) is not None:
            self._reject(place, _named(place.series, ids), channels)

    def require_each(
        self,
        series: Sequence[np.ndarray],
        channels: Sequence[str],
        ids: Sequence[str] | np.ndarray | None = None,
    ) -> None:
        """Raise DataError as `require` does, for series (T, D) of any lengths."""
        for n, x in enumerate(series):
            if (place := self.first_beyond(x[None])) is not None:
                self._reject(place, _named(n, ids), channels)

    def _reject(self, place: Place, series: Note, channels: Sequence[str]) -> NoReturn:
        code = Inputs.VALUE_MISSING if place.is_missing else Inputs.VALUE_TOO_LARGE
        where = {"series": series, "step": place.step + 1, "channel": channels[place.channel]}
        raise DataError(code, **where, largest=float(self.largest[place.channel]))

    def require_step(self, x: np.ndarray) -> None:
        """Raise UsageError if the next step of a stream, x (M, D), has an unacceptable value."""
        if (place := self.first_beyond(x[:, None])) is not None:
            code = Inputs.STREAM_MISSING if place.is_missing else Inputs.STREAM_TOO_LARGE
            where = {"stream": place.series, "channel": place.channel}
            raise UsageError(code, **where, largest=float(self.largest[place.channel]))


def bounds_for(
    width: int,
    scaling: tuple[np.ndarray, np.ndarray] | None = None,
    stride: int = 1,
    *,
    takes_missing: bool = False,
    steps: int | None = None,
) -> Bounds:
    """Return the bounds of a network.

    `scaling` (mean, deviation).

    >>> [f"{v:.3g}" for v in bounds_for(2, (np.array([0, 5]), np.array([1e9, 1e-3]))).largest]
    ['1e+29', '1e+17']
    """
    mean, deviation = (
        (np.zeros(width), np.ones(width))
        if scaling is None
        else (np.asarray(v, "float64") for v in scaling)
    )
    most = np.minimum(LARGEST * np.abs(deviation) - np.abs(mean), np.finfo("float32").max / stride)
    # so that rounding cannot raise it
    largest = np.nextafter(most.astype("float32"), np.float32(0))
    own = np.abs(mean).astype("float32")  # a constant channel is accepted at any distance from zero
    return Bounds(np.maximum(largest, own), takes_missing or scaling is not None, steps)


def in_float32(width: int) -> Bounds:
    """Return the bounds of D channels of training data: the range of float32.

    >>> in_float32(1).first_beyond(np.float32([[[3e38]], [[np.inf]]]))
    Place(series=1, step=0, channel=0, is_missing=False)
    """
    return Bounds(np.full(width, np.finfo("float32").max), takes_missing=True)


def require_finite(answers: np.ndarray, ids: Sequence[str] | np.ndarray | None = None) -> None:
    """Raise DataError if an output (N, …) is not finite: the network overflows for this series.

    >>> require_finite(np.array([[0.5], [np.nan]]))
    Traceback (most recent call last):
    glasscell.errors.DataError: X[1]: the output of the network is not finite; check the values and
    their unit
    """
    if (at := _first_overflow(answers)) is not None:
        raise DataError(Inputs.OVERFLOW, series=_named(at, ids))


def require_each_finite(
    answers: Sequence[np.ndarray], ids: Sequence[str] | np.ndarray | None = None
) -> None:
    """Raise DataError as `require_finite` does, for outputs (T, C) of series of any lengths."""
    for n, of_each in enumerate(answers):
        if not np.isfinite(of_each).all():
            raise DataError(Inputs.OVERFLOW, series=_named(n, ids))


def require_finite_step(answers: np.ndarray) -> None:
    """Raise UsageError if the output (M, C) for a step of the streams is not finite."""
    if (at := _first_overflow(answers)) is not None:
        raise UsageError(Inputs.STREAM_OVERFLOW, stream=at)


def _first_overflow(answers: np.ndarray) -> int | None:
    is_finite = np.isfinite(answers)
    if is_finite.all():
        return None
    return int(np.argmin(is_finite.reshape(len(answers), -1).all(1)))


def _named(series: int, ids: Sequence[str] | np.ndarray | None) -> Note:
    return Inputs.ROW_OF_X(row=series) if ids is None else Inputs.OF_ID(id=ids[series])
