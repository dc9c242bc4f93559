"""A tagging run, opened to predict or to be inspected.

T time steps · D channels · C classes
"""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.arrays import require_form
from glasscell.data.checks.profiles import Profile, profile
from glasscell.data.checks.shift import outside
from glasscell.data.formats.sources import naming
from glasscell.data.offsets import numbers_among
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences, about_empty
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_frame import steps_from_frame
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.inference.bounds import Bounds, require_each_finite
from glasscell.inference.meaning import Meaning
from glasscell.runs.config import read_about, settings_of_run
from glasscell.runs.options import reading
from glasscell.runs.run_folder import require_model
from glasscell.runs.series.loaded_run import ReadsSeries, is_path
from glasscell.runs.series.trained_run import warn_of_shift
from glasscell.runs.tracing import Reading as Read
from glasscell.runs.tracing import Traceable, reading_of
from glasscell.tasks.tagging.data import TaggingData, cut, read_again
from glasscell.tasks.tagging.options import FileOptions
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TaggingSettings

AS_TRAINED = FileOptions()


@dataclass(frozen=True)
class TaggingRun(Traceable):
    """A tagging run. Made by `open_run`.

    Parameters
    ----------
    columns : dict
        The columns that ids, times and labels were read from.
    offsets : dict
        Offset subtracted from each channel before the network processes it.
    extent : dict, optional
        Ranges of the training series; None for older runs.
    fingerprints : list of str
        Fingerprints of the training series; none for older runs.
    """

    path: Path
    settings: TaggingSettings
    classes: list[str]
    channels: list[str]
    columns: dict[str, str]
    offsets: dict[str, float]
    extent: dict[str, Any] | None
    fingerprints: list[str]

    @cached_property
    def network(self) -> Any:  # pyright: ignore
        """The Keras model: see `network.build_tagging_network`."""
        from glasscell.runs.run_folder import load_model

        return load_model(self.path, compiled=False)

    @property
    def meaning(self) -> Meaning:
        """The meaning of the network's inputs and outputs."""
        return Meaning(
            tuple(self.channels),
            tuple(self.classes),
            offsets=tuple(self.offsets.values()) if any(self.offsets.values()) else (),
            missing=numbers_among(self.settings.missing or ()),
            columns=self.columns,
        )

    @cached_property
    def bounds(self) -> Bounds:
        """The values that the network can process."""
        from glasscell.networks.anatomy import bounds_of

        return bounds_of(self.network)

    def ask(
        self, series: Sequence[np.ndarray], ids: Sequence[str] | np.ndarray | None = None
    ) -> list[np.ndarray]:
        """Return the probabilities (T, C) for each of the series (T, D)."""
        from glasscell.training.prediction import predict_steps

        self.bounds.require_each(series, self.channels, ids)
        answers = predict_steps(self.network, series)
        require_each_finite(answers, ids)
        return answers

    def label(self, table: StepTable, file: str) -> list[np.ndarray]:
        """Return the probabilities (T, C) for each series of a file: see `ask`."""
        _ = self.bounds  # the network is opened first, since its errors are not about the file
        with naming(file):
            return self.ask(table.x, table.series.ids)

    def read(self, file: str, options: FileOptions = AS_TRAINED) -> StepTable:
        """Read a file in the same way as the run's own; labels are optional."""
        reader = self.settings.for_reader() | {
            "encoding": None,
            "label": None,
            "group": None,
            "channels": None,
        }
        reader |= reading(options)
        if options.unlabelled is not None:
            reader["unlabelled"] = options.unlabelled
        known = {"channels_expected": self.channels, "columns_expected": self.columns}
        table = read_steps(file, **reader, offsets=self.offsets, **known)
        if options.unlabelled is None:  # labels of the run's own setting may be in no file
            warnings = tuple(
                note for note in table.series.warnings if note.code is not Steps.NO_SUCH_LABEL
            )
            table = replace(table, series=replace(table.series, warnings=warnings))
        return table

    def held_out(self) -> TaggingData:
        """Read the run's own data again, with the part that it held out."""
        if self.settings.data == "-":
            raise DataError(TagRuns.FROM_STANDARD_INPUT, file=self.path)
        return read_again(self.path, self.settings)

    def readings(self, file: str | None, options: FileOptions) -> Iterator[Read]:
        """Yield a reading of each series of a file, or of the held-out ones without a file.

        Steps are counted from the beginning of their series, and have the times of the file.
        """
        if file is None:
            data, table = self.held_out(), None
            ids, x, times = data.names(data.held_out), data.x(data.held_out), data.table.times
            times = None if times is None else cut(times, data.held_out)
            begins = [part.begin for part in data.held_out]
        else:
            table = self.read(file, options)
            ids, x, times, begins = (
                table.series.ids.tolist(),
                table.x,
                table.times,
                [0] * len(table.x),
            )
        for n, (id, values, begin) in enumerate(zip(ids, x, begins, strict=True)):
            steps = {"step": np.arange(begin, begin + len(values))[None]}
            steps |= {} if times is None else {"time": times[n][None]}
            yield reading_of([id], values[None], steps)

    def check(self, series: Sequences) -> list[Note]:
        """Return warnings about series to predict; none about shift if the run recorded no extent.

        Series may be longer than those in training, which uses windows anyway.
        """

        def find(extent: dict[str, Any], seen: Profile, channels: Sequence[str]) -> list[Note]:
            longer = extent | {"steps": [extent["steps"][0], math.inf]}
            return outside(longer, seen, channels) if len(seen.lengths) else []

        shifted = warn_of_shift(self.path, self.extent, series.channels, [profile(series)], find)
        return [*series.warnings, *about_empty(series, Reading.EMPTY_STEPS_ANSWERED), *shifted]


def open_run(path: Path) -> TaggingRun:
    """Open the run in a folder."""
    settings = settings_of_run(path, TaggingSettings)
    require_model(path)
    names = ("classes", "channels", "columns", "offsets")
    return TaggingRun(
        path, settings, **read_about(path, names, {"extent": None, "fingerprints": []})
    )


def labels_of(probabilities: Sequence[np.ndarray], classes: Sequence[str]) -> list[np.ndarray]:
    """Return the most probable class of each step, objects (T,) each, given probabilities (T, C).

    >>> labels_of([np.array([[0.9, 0.1], [0.2, 0.8]])], ["down", "up"])[0].tolist()
    ['down', 'up']
    """
    names = np.array(classes, object)
    return [names[of_each.argmax(1)] for of_each in probabilities]


class Loaded(ReadsSeries):
    """A trained run that predicts a label for every step. Made by `glasscell.load`.

    Attributes
    ----------
    channels : tuple of D str
    classes_ : array (C,) of str
    """

    def __init__(self, opened: TaggingRun, task: Any):
        super().__init__(opened, task)
        self.classes_ = np.array(opened.classes)

    def predict(self, X: Any) -> list[np.ndarray]:
        """Return the most probable class of each step, a list of arrays (T_n,).

        Parameters
        ----------
        X : list of N arrays (T_n, D), array (N, T, D), data frame, path of a file, or Sequences
            Raw values, as in the run's file. Missing values are NaN, or the codes given with
            `--missing` in training. A frame has a row for each step, and the columns of the run's
            file. Its series are in the order in which they first appear, and steps in the order of
            time.

        Raises
        ------
        UsageError
            If X is not of these forms, or not of the run's channels.
        DataError
            If `inference.bounds` rejects a series, or a data frame cannot be read as series.
        """
        return [self.classes_[of_each.argmax(1)] for of_each in self.predict_proba(X)]

    def predict_proba(self, X: Any) -> list[np.ndarray]:
        """Return each step's probabilities, (T_n, C), in the order of `classes_`: see `predict`."""
        from glasscell.tasks.tagging.inputs import require_series

        if is_path(X):
            X = self._opened.read(os.fspath(X)).series
        require_form(X)
        X = self._sequences(X) if hasattr(X, "columns") else require_series(X, len(self.channels))
        lengths = X.lengths if isinstance(X, Sequences) else [len(v) for v in X]
        x = self._centred(X)
        self._warn(x)
        return self._opened.ask([v[:n] for v, n in zip(x, lengths, strict=True)])

    def stream(self, streams: int = 1) -> Any:
        """Return streams that process one step at a time, (M, D): see `networks.streams.Stream`.

        Raises
        ------
        UsageError
            If the run is bidirectional.
        """
        from glasscell.networks.streams import Stream

        offset = np.array(self._meaning.offsets) if self._meaning.offsets else None
        return Stream(self.network, streams, offset=offset, missing=self._meaning.missing)

    def _read(self, X: Any) -> Sequences:
        known = {"channels_expected": self.channels, "columns_expected": self._opened.columns}
        known["time_format"] = self._opened.settings.time_format
        return steps_from_frame(X, **known, offsets=self._opened.offsets).series
