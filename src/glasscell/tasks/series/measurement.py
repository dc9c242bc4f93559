"""Evaluation of a run's network: which series are scored, how predicted, and what is kept.

N series · C classes, or targets
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.data.checks.classes import can_be_left_out
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.padding import lengths_of
from glasscell.facts import Note
from glasscell.runs.run_folder import Run
from glasscell.system.table_writing import in_digits, names_of_probabilities
from glasscell.tasks.series import folds, rocket
from glasscell.tasks.series.baselines import (
    MAX_SECONDS,
    Baselines,
    always,
    can_warp,
    number_kept,
    seconds_to_warp,
    simplest_of,
)
from glasscell.tasks.series.description import seen_from_here
from glasscell.tasks.series.learner import Fitting
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.training.prediction import predict_series


@dataclass(frozen=True)
class Measured:
    """Series with the predictions that are scored.

    Parameters
    ----------
    by : {"aside", "twin", "folds", "training"}
        How they were predicted: by the run's network, which did not train on them; by one further
        training without them; by cross-validation; or by the run's network, which trained on them.
    on : Note or str
        The same in words, or the file of the series.
    series : Sequences
        N, with labels.
    others : dict from a name to an array (N,)
        Predictions of `baselines`. The majority class or mean is that of scored and training series
        together, except with a validation file.
    part : array (N,)
        Training in which each series was held out, counted from 1; 0 for the run's own.
    groups : array (N,), optional
        Groups that were held out together.
    stopped_after : sequence of int or None
        As in `folds.Answers`, of each further training.
    """

    by: str
    on: Note | str
    series: Sequences
    answers: np.ndarray
    others: dict[str, np.ndarray]
    part: np.ndarray
    groups: np.ndarray | None = None
    stopped_after: Sequence[int | None] = ()

    def residuals(self) -> np.ndarray | None:
        """Return a regression's absolute errors, (N, 1), or None for training series."""
        return (
            None
            if self.by == "training"
            else np.abs(self.answers - np.asarray(self.series.y)[:, None])
        )

    def to_csv(self, classes: list[str] | None) -> str:
        """Return a CSV table with a row for each series: its id, its label, and all predictions."""
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
        return in_digits(pd.DataFrame(columns), names_of_probabilities(classes or ())).to_csv(
            index=False
        )


def to_measure(
    settings: SeriesSettings, fitting: Fitting, series: Sequences, valid: Sequences | None
) -> Sequences:
    """Return the series to score a run on: a validation file's, the validation split, or all.

    The others need not stay in memory, since the fitting has its own training series.
    """
    if not _are_set_aside(settings, fitting):
        return series
    return series.select(fitting.aside) if valid is None else valid


def _are_set_aside(settings: SeriesSettings, fitting: Fitting) -> bool:
    return settings.measure != "folds" and fitting.validation is not None


def measure(course: Any, run: Run, simple: Baselines, seconds: float, key: str) -> Measured:
    """Score a trained network, by further trainings if need be."""
    settings, learner, series = course.settings, course.learner, course.to_measure
    labels, groups = np.asarray(series.y), series.groups
    if _are_set_aside(settings, course.fitting):
        if settings.valid is not None:
            return _measure_aside(course, simple, seen_from_here(settings.valid))
        all_labels = np.concatenate([learner._labels_of(course.fitting.train[1]), labels])
        return _of_all(_measure_aside(course, simple, Series.ON_ASIDE()), all_labels)
    if folds_may_stop(course):
        history = course.training.history
        # folds stop at about the same epoch
        seconds *= folds.epochs_of_fold(history) / len(history)
    trainings = _number_of_trainings(course, run, seconds, key)
    if not trainings:
        answers = predict_series(learner.network_, series.x)
        return Measured(
            "training", Series.ON_TRAINING(), series, answers, {}, np.zeros(len(answers), int)
        )
    if groups is not None and not can_be_left_out(labels, groups):
        groups = None  # a warning was issued before training
    if trainings > 1:
        parts = folds.cut_to_measure(labels, trainings, seed=settings.seed, groups=groups)
        by, on = "folds", Series.ON_FOLDS(n=len(parts))
    else:
        by, on = "twin", Series.ON_TWIN()
        if groups is None:
            parts = [learner._split(course.fitting.train[1], settings.seed)]
        else:
            asides = max(round(1 / learner.validation_fraction), 2)
            parts = folds.cut_to_measure(labels, asides, seed=settings.seed, groups=groups)[:1]
    as_one = None if groups is None else Series.GROUPS_TOGETHER()
    course.on_note(
        _announcement(parts, len(series), folds.seconds_for(len(parts), seconds), as_one)
    )
    if kept := len(folds.predictions_kept(run, parts, key)):
        course.on_note(Series.FOLDS_KEPT(kept=kept, n=len(parts)))
    begun = (
        None if course.begin_further is None else course.begin_further(len(parts), settings.epochs)
    )
    found = folds.answer_left_out(run, learner, series, parts, key, begun)
    sizes = [(len(rest), len(aside)) for rest, aside in parts]
    fits = ((series.x[rest], labels[rest], series.x[aside]) for rest, aside in parts)
    order = np.argsort(np.concatenate([aside for _, aside in parts]))
    others = found.others | {
        name: answers[order] for name, answers in _mini_rocket(course, sizes, fits).items()
    }
    some = series.select(found.places)
    together = None if groups is None else some.groups
    measured = Measured(
        by, on, some, found.answers, others, found.part, together, found.stopped_after
    )
    return _of_all(measured, labels)


def _number_of_trainings(course: Any, run: Run, seconds: float, key: str) -> int:
    trainings = number_of_trainings(course.settings, len(course.to_measure), seconds)
    return (
        course.settings.measure != "split" and trainings and folds.folds_begun(run, key)
    ) or trainings


def number_of_trainings(settings: SeriesSettings, n: int, seconds: float) -> int:
    """Return how many more trainings score a run on n series, if one on all takes so many seconds.

    >>> settings = SeriesSettings("walks.csv", measure="split")
    >>> number_of_trainings(settings, 60, 5.0), number_of_trainings(settings, 3, 5.0)
    (1, 0)
    """
    how = settings.measure
    if how == "none" or n < folds.MIN_SERIES:
        return 0
    return 1 if how == "split" else folds.number_of_folds(n, None if how == "folds" else seconds)


def folds_may_stop(course: Any) -> bool:
    """Return whether further trainings stop once their training series are perfect."""
    return course.to_measure.task == "classification" and course.fitting.validation is None


class Expected(NamedTuple):
    """The expected further trainings of a run and their seconds, and those of its baselines."""

    trainings: int
    seconds: float
    of_baselines: float


def expect(course: Any, seconds: float) -> Expected:
    """Return what `measure` will take, if such a training takes so many seconds on all series."""
    n, x = len(course.to_measure), course.to_measure.x
    trainings = 0
    if _are_set_aside(course.settings, course.fitting):
        sizes = [(len(course.fitting.train[0]), n)]
    else:
        trainings = number_of_trainings(course.settings, n, seconds)
        held_out = n / trainings if trainings > 1 else n * course.learner.validation_fraction
        sizes = [(round(n - held_out), round(held_out))] * trainings
    if not sizes:
        return Expected(0, 0.0, 0.0)
    lengths, channels = course.to_measure.lengths, x.shape[2]
    warping = seconds_to_warp(
        sum(number_kept(train, channels) * some for train, some in sizes), channels
    )
    fitting = sum(
        rocket.seconds_for(train, some, int(lengths.max()), channels) for train, some in sizes
    )
    of_baselines = (warping if warping <= MAX_SECONDS else 0.0) + rocket.seconds_in_all(
        lengths, fitting
    )
    return Expected(
        trainings, folds.seconds_for(trainings, seconds) if trainings else 0.0, of_baselines
    )


def _measure_aside(course: Any, simple: Baselines, on: Note | str) -> Measured:
    """Score the run's own network, which was not trained on these series."""
    series = course.to_measure
    answers = predict_series(course.learner.network_, series.x)
    warp = can_warp(len(series) * len(simple.series), series.x.shape[2])
    x, y = course.fitting.train[0], course.learner._labels_of(course.fitting.train[1])
    others = simple.answer(series.x, warp=warp) | _mini_rocket(
        course, [(len(x), len(series))], [(x, y, series.x)]
    )
    return Measured("aside", on, series, answers, others, np.zeros(len(series), int), series.groups)


def _mini_rocket(
    course: Any,
    sizes: Sequence[tuple[int, int]],
    fits: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> dict[str, np.ndarray]:
    """Return MiniRocket's predictions, by its name in `NAMES`; empty unless `rocket.can_predict`.

    For each fit, `sizes` has the numbers of series to train on and to predict, and `fits` the first
    arguments of `rocket.predict`.
    """
    lengths, channels = lengths_of(course.to_measure.x), course.to_measure.x.shape[2]
    seconds = sum(rocket.seconds_for(n, m, int(lengths.max()), channels) for n, m in sizes)
    if not rocket.can_predict(lengths, seconds, course.on_note):
        return {}
    return {
        "mini_rocket": np.concatenate(
            [rocket.predict(*fit, seed=course.settings.seed) for fit in fits]
        )
    }


def _of_all(measured: Measured, labels: np.ndarray) -> Measured:
    """Take the majority class or mean of all labels; that of training is biased."""
    return replace(
        measured, others=measured.others | always(simplest_of(labels), len(measured.answers))
    )


def _announcement(parts: list[folds.Part], n: int, seconds: float, groups: Note | None) -> Note:
    """Return the note that announces further trainings."""
    if len(parts) == 1:
        rest, aside = map(len, parts[0])
        return Series.SECOND_NETWORK(n=n, rest=rest, aside=aside, seconds=seconds, groups=groups)
    return Series.MORE_NETWORKS(n=n, networks=len(parts), seconds=seconds, groups=groups)
