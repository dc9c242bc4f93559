"""How good a run's network is: which series measure it, what answered them, and what is kept of that.

N series · C classes, or targets
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.data.belonging import can_be_left_out
from glasscell.data.doubts.duplicates import fingerprints_of
from glasscell.data.padding import lengths_of
from glasscell.facts import Note
from glasscell.runs.folder import Run
from glasscell.system.tables import in_digits, names_of_probabilities
from glasscell.tasks.series import folds, rocket
from glasscell.tasks.series.baselines import Baselines, always, can_warp, simplest_of
from glasscell.tasks.series.description import seen_from_here
from glasscell.tasks.series.learner import Fitting, Learner
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.training.prediction import predict_series


@dataclass(frozen=True)
class Measured:
    """Series with the answers that are scored.

    Parameters
    ----------
    by : {"aside", "twin", "folds", "training"}
        What measured: series that early stopping watched; one further training without them; several of those; or the
        series trained on.
    on : Note or str
        The same in words; or the file of these series.
    series : Sequences
        N, with labels.
    answers : array (N, C)
    others : dict from a name to an array (N,)
        Those of `baselines`; the simplest is that of all series, measured or trained on, but for a file to measure by.
    part : array (N,)
        The training that left a series out, counted from 1; 0 for the run's own.
    groups : array (N,), optional
        Those that were left out together.
    """

    by: str
    on: Note | str
    series: Sequences
    answers: np.ndarray
    others: dict[str, np.ndarray]
    part: np.ndarray
    groups: np.ndarray | None = None

    def residuals(self) -> np.ndarray | None:
        """Errors of continuous predictions, (N, 1), for `prediction_intervals`; None for training series."""
        return None if self.by == "training" else np.abs(self.answers - np.asarray(self.series.y)[:, None])

    def to_csv(self, classes: list[str] | None) -> str:
        """Return a table with a row for each series: what it is, its label, and all answers."""
        series, answers = self.series, self.answers
        best = answers[:, 0] if classes is None else np.array(classes)[answers.argmax(1)]
        columns = {
            "id": series.ids,
            "fingerprint": fingerprints_of(series),
            "steps": series.lengths,
            "part": self.part,
            "label": series.y,
            "answer": best,
            **({} if self.groups is None else {"group": self.groups}),
            **self.others,
        }
        if classes is not None:
            columns |= zip(names_of_probabilities(classes), answers.T, strict=True)
        return in_digits(pd.DataFrame(columns), names_of_probabilities(classes or ())).to_csv(index=False)


def to_measure(settings: SeriesSettings, fitting: Fitting, series: Sequences, valid: Sequences | None) -> Sequences:
    """Return the series that a run is measured on: those of a file, those that were set aside, or else all.

    No others need stay in memory: of what is trained on, the fitting has its own part.
    """
    if not _are_set_aside(settings, fitting):
        return series
    return series.select(fitting.aside) if valid is None else valid


def _are_set_aside(settings: SeriesSettings, fitting: Fitting) -> bool:
    return settings.measure != "folds" and fitting.validation is not None


@dataclass(frozen=True)
class Measurement:
    """What is needed to measure a network, once it is trained.

    Parameters
    ----------
    settings : SeriesSettings
    learner : Learner
        Trained.
    fitting : Fitting
        Its training.
    series : Sequences
        As `to_measure` returns them.
    simple : Baselines
        Learnt from what was trained on.
    on_note : callable
        Takes a `Note`.
    begin_further : callable, optional
        As in `training.train`.
    """

    settings: SeriesSettings
    learner: Learner
    fitting: Fitting
    series: Sequences
    simple: Baselines
    on_note: Callable[[Note], None]
    begin_further: folds.BeginFurther | None

    def run(self, run: Run, seconds: float, key: str) -> Measured:
        """Measure, by further trainings if need be, of which the one with all series took so many seconds.

        Parameters
        ----------
        run : Run
            Keeps what has been measured, if that is stopped.
        seconds : float
        key : str
            As in `folds.answer_left_out`.
        """
        if _are_set_aside(self.settings, self.fitting):
            if self.settings.valid is not None:
                return self._own(seen_from_here(self.settings.valid))
            labels = np.concatenate([self.learner.labels_of(self.fitting.train[1]), np.asarray(self.series.y)])
            return _of_all(self._own(Series.ON_ASIDE()), labels)
        trainings = self._number(run, seconds, key)
        if not trainings:
            answers = predict_series(self.learner.network_, self.series.x)
            return Measured("training", Series.ON_TRAINING(), self.series, answers, {}, np.zeros(len(answers), int))
        labels: Any = self.series.y
        groups = self.series.groups
        if groups is not None and not can_be_left_out(labels, groups):
            groups = None  # a warning before training says so
        learner, seed = self.learner, self.settings.seed
        if trainings > 1:
            parts = folds.cut_to_measure(labels, trainings, seed=seed, groups=groups)
            by, on = "folds", Series.ON_FOLDS(n=len(parts))
        else:
            by, on = "twin", Series.ON_TWIN()
            if groups is None:
                parts = [learner.split(self.fitting.train[1], seed)]
            else:
                asides = max(round(1 / learner.validation_fraction), 2)
                parts = folds.cut_to_measure(labels, asides, seed=seed, groups=groups)[:1]
        as_one = None if groups is None else Series.GROUPS_TOGETHER()
        self.on_note(_announcement(parts, len(self.series), folds.seconds_for(len(parts), seconds), as_one))
        begun = None if self.begin_further is None else self.begin_further(len(parts), self.settings.epochs)
        found = folds.answer_left_out(run, self.learner, self.series, parts, key, begun)
        some = self.series.select(found.places)
        together = None if groups is None else some.groups
        others = found.others | self._mini_rocket_of(parts, np.asarray(labels))
        return _of_all(Measured(by, on, some, found.answers, others, found.part, together), np.asarray(labels))

    def _number(self, run: Run, seconds: float, key: str) -> int:
        """Return how many further trainings measure."""
        how, n = self.settings.measure, len(self.series)
        if how == "none" or n < folds.MIN_SERIES:
            return 0
        if how == "split":
            return 1
        return folds.folds_begun(run, key) or folds.number_of_folds(n, None if how == "folds" else seconds)

    def _own(self, on: Note | str) -> Measured:
        series = self.series
        answers = predict_series(self.learner.network_, series.x)
        warp = can_warp(len(series) * len(self.simple.series), series.x.shape[2])
        others = self.simple.answer(series.x, warp=warp)
        x, y = self.fitting.train[0], self.learner.labels_of(self.fitting.train[1])
        others |= self._mini_rocket([(len(x), len(series))], [(x, y, series.x)])
        return Measured("aside", on, series, answers, others, np.zeros(len(series), int), series.groups)

    def _mini_rocket_of(self, parts: Sequence[folds.Part], labels: np.ndarray) -> dict[str, np.ndarray]:
        """Return MiniRocket's answers to what was left out of each part, in order of the places."""
        x = self.series.x
        sizes = [(len(rest), len(aside)) for rest, aside in parts]
        found = self._mini_rocket(sizes, ((x[rest], labels[rest], x[aside]) for rest, aside in parts))
        order = np.argsort(np.concatenate([aside for _, aside in parts]))
        return {name: answers[order] for name, answers in found.items()}

    def _mini_rocket(
        self, sizes: Sequence[tuple[int, int]], fits: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]
    ) -> dict[str, np.ndarray]:
        """Return MiniRocket's answers, by its name in `NAMES`; none where it cannot be fitted in time.

        Parameters
        ----------
        sizes : sequence of pairs
            How many series it is fitted to, and how many it answers.
        fits : iterable
            The first arguments of `rocket.predict`, for each of the sizes.
        """
        lengths, channels = lengths_of(self.series.x), self.series.x.shape[2]
        seconds = sum(rocket.seconds_for(n, m, int(lengths.max()), channels) for n, m in sizes)
        if not rocket.can_predict(lengths, seconds, self.on_note):
            return {}
        return {"mini_rocket": np.concatenate([rocket.predict(*fit, seed=self.settings.seed) for fit in fits])}


def _of_all(measured: Measured, labels: np.ndarray) -> Measured:
    """Have the simplest answer be that of all labels: of those in training, it is the worse the more others are out."""
    return replace(measured, others=measured.others | always(simplest_of(labels), len(measured.answers)))


def _announcement(parts: list[folds.Part], n: int, seconds: float, groups: Note | None) -> Note:
    """Return what is trained besides, before it is."""
    if len(parts) == 1:
        rest, aside = map(len, parts[0])
        return Series.SECOND_NETWORK(n=n, rest=rest, aside=aside, seconds=seconds, groups=groups)
    return Series.MORE_NETWORKS(n=n, networks=len(parts), seconds=seconds, groups=groups)
