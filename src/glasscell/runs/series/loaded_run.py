"""A run on labeled series, opened in a program: predicts for arrays, maybe without TensorFlow.

N series · T time steps · D channels · C classes
"""

import os
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from glasscell.data import Sequences, from_frame
from glasscell.data.arrays import series_of
from glasscell.data.checks import profiles, shift
from glasscell.data.offsets import float32, marks_of
from glasscell.data.padding import pad
from glasscell.data.sequences import is_empty, say_empty_rows
from glasscell.errors import DataError, UsageError, warn
from glasscell.facts import Note
from glasscell.inference.network import Stream
from glasscell.runs.loaded_run import LoadedRun
from glasscell.runs.sentences import Runs
from glasscell.runs.series.trained_run import Trained, damaged_extent
from glasscell.runs.tracing import Reading


def is_path(X: Any) -> bool:
    """Return whether the series are in a file, which X names."""
    return isinstance(X, str | os.PathLike)


class ReadsSeries(LoadedRun):
    """A run that takes series from a program: arrays, data frames, output of `glasscell.data.read`.

    A task's class adds predictions. Its opened run has `channels`, `meaning`, `bounds` and
    `extent`.

    Attributes
    ----------
    channels : tuple of D str
    """

    def __init__(self, opened: Any, task: Any):
        super().__init__(opened, task)
        self.channels, self._meaning = tuple(opened.channels), opened.meaning

    def _read(self, X: Any) -> Sequences:
        """Return the series of a data frame, without their labels."""
        raise NotImplementedError

    def _reading(self, X: Any) -> Reading:
        X = self._sequences(X) if hasattr(X, "columns") else X
        x = self._centred(X)
        return Reading(X.ids.tolist() if isinstance(X, Sequences) else [*range(len(x))], x)

    def _sequences(self, X: Any) -> Sequences:
        """Return the series of a data frame; Sequences, which also have columns, unchanged."""
        return X if isinstance(X, Sequences) else self._read(X)

    def _warn(self, x: np.ndarray) -> None:
        """Warn of channels of x (N, T, D) outside of their range in training."""
        if x.size:
            warn(*(self._about_offsets(x) or self._about_shift(x)))

    def _centred(self, X: Any) -> np.ndarray:
        """Return X as the network's input: float32 (N, T, D), padded with NaN, minus offsets."""
        X, width = self._sequences(X) if hasattr(X, "columns") else X, len(self.channels)
        x = self._centred_sequences(X) if isinstance(X, Sequences) else self._centred_arrays(X)
        if x.shape[2] != width:
            raise UsageError(Runs.OTHER_SHAPE, shape=x.shape, width=width, channels=self.channels)
        self._opened.bounds.require(x, self.channels)
        return x

    def _about_offsets(self, x: np.ndarray) -> list[Note]:
        """Return warnings of channels of x (N, T, D) whose offsets seem subtracted twice."""
        return [
            Runs.OFFSET_GONE.warning(name, offset=abs(offset))
            for name, offset, values in zip(
                self.channels, self._meaning.offsets, np.moveaxis(x, -1, 0), strict=False
            )
            if offset
            and not np.isnan(values).all()
            and abs(np.nanmedian(values) + offset) < abs(offset) / 2
        ]

    def _about_shift(self, x: np.ndarray) -> list[Note]:
        """Return warnings of channels of x (N, T, D) outside of their range in training."""
        if (ranges := self._ranges) is None:
            return []
        offset = np.array(self._meaning.offsets) if self._meaning.offsets else None
        seen = profiles.glance(x, offset)
        return shift.channels_outside(ranges, seen, self.channels)

    @cached_property
    def _ranges(self) -> shift.Ranges | None:
        """Ranges of the channels in training; None for old runs, which did not record them."""
        if self._opened.extent is None:
            return None
        with damaged_extent(self.path):
            return shift.ranges_of(self._opened.extent)

    def _centred_arrays(self, X: Any) -> np.ndarray:
        series = series_of(X, len(self.channels))
        if isinstance(series, np.ndarray):
            return self._meaning.centred(series)
        return pad([self._meaning.centred(v) for v in series])

    def _centred_sequences(self, series: Sequences) -> np.ndarray:
        if series.channels != self.channels:
            raise UsageError(Runs.OTHER_CHANNELS, found=series.channels, expected=self.channels)
        own = np.array(self._meaning.offsets or np.zeros(len(self.channels)))
        x = series.x
        if not np.array_equal(series.offset, own):
            x = (x.astype("float64") + (series.offset - own)).astype("float32")
        for mark in marks_of(self._meaning.missing):
            x = np.where(series.x == float32(mark - series.offset), np.float32(np.nan), x)
        return x


class LoadedSeries(ReadsSeries):
    """A trained run that predicts a label for each series. Made by `glasscell.load`.

    Attributes
    ----------
    classes_ : array (C,) of str, or None for regression
    answered_by : {"kernel", "numpy", "tensorflow"}
        Backend of predictions: the kernel's core, called from NumPy; only NumPy; or TensorFlow.
    """

    def __init__(self, trained: Trained, task: Any):
        super().__init__(trained, task)
        self.classes_ = None if trained.classes is None else np.array(trained.classes)
        self.answered_by = trained.backend.by
        if trained.backend.warning is not None:
            warn(trained.backend.warning)

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each series, or the predicted number, (N,).

        Parameters
        ----------
        X : Sequences, data frame, path, array (N, T, D) or (N, T), or list of N arrays (T_n, D)
            As in the run's file, not scaled. Missing values are NaN, or the `--missing` codes of
            the training. Pass the whole result of `glasscell.data.read`, not its `x`, from which
            offsets have been subtracted. A data frame is read as by `glasscell.data.from_frame`,
            and a file as by `glasscell predict`, with the columns of the run's file. Predictions
            have the order in which series first appear. An array (N, T) is of one channel.

        Raises
        ------
        UsageError
            If X has another form, or other channels than the run.
        DataError
            If a series is outside of `inference.bounds`, or a data frame cannot be read as series.
            Also if a series has no value, and the run is old and has no prediction for it.
        """
        answers = self._answers(X)
        return answers[:, 0] if self.classes_ is None else self.classes_[answers.argmax(1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return each class's probability, (N, C), ordered as `classes_`; X as in `predict`.

        Raises
        ------
        UsageError
            Also for regression.
        """
        if self.classes_ is None:
            raise UsageError(Runs.NO_PROBABILITIES, file=self.path)
        return self._answers(X)

    def stream(self, streams: int = 1) -> Any:
        """Return M streams to process step by step, (M, D): see `inference.network.Stream`.

        Raises
        ------
        UsageError
            If the run is bidirectional.
        """
        if self._opened.backend.network is not None:
            return Stream(replace(self._opened.backend.network, meaning=self._meaning), streams)
        from glasscell.networks import streams as by_tensorflow

        prior = None if self._meaning.prior is None else self._meaning.prior_or_nan
        offset = np.array(self._meaning.offsets) if self._meaning.offsets else None
        missing = self._meaning.missing
        return by_tensorflow.Stream(
            self._opened.network, streams, prior=prior, offset=offset, missing=missing
        )

    def _answers(self, X: Any) -> np.ndarray:
        if is_path(X):
            return np.concatenate(
                [self._answers(part) for part in self._opened.read(os.fspath(X), {})]
            )
        X = self._sequences(X) if hasattr(X, "columns") else X
        x = self._centred(X)
        self._warn(x)
        empty = is_empty(x)
        if (
            isinstance(X, Sequences) and self._opened.extent is not None
        ):  # callers cut arrays themselves
            warn(*shift.check_lengths(self._opened.extent["steps"], X.lengths[~empty]))
        if empty.any():
            said = say_empty_rows(empty)
            if self._meaning.prior is None:
                raise DataError(Runs.NO_PRIOR, empty=said, run=self.path)
            warn(Runs.ANSWERED_BY_AVERAGE.warning(empty=said))
        if empty.all():
            return np.tile(self._meaning.prior_or_nan, (len(x), 1))
        if not empty.any():
            return self._opened.ask(x)
        some = self._opened.ask(x[~empty], [f"X[{row}]" for row in np.flatnonzero(~empty)])
        answers = np.tile(self._meaning.prior_or_nan.astype(some.dtype), (len(x), 1))
        answers[~empty] = some
        return answers

    def _read(self, X: Any) -> Sequences:
        columns, reader = dict(self._opened.columns), self._opened.reader
        label = columns.pop("label", None)
        if label in X.columns:
            X = X[[name for name in X.columns if name != label]]
        return from_frame(
            X,
            time_format=reader.get("time_format"),
            time_gaps=bool(reader.get("time_gaps")),
            every=reader.get("every"),
            channels_expected=self.channels,
            columns_expected=columns,
            step_names_expected=self._opened.step_names,
            offsets=self._opened.offsets,
        )
