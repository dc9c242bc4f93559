"""How good a run's network is: which series measure it, what answered them, and what is kept of that.

N series · C classes, or targets
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.data.checks.classes import can_be_left_out
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.padding import lengths_of
from glasscell.facts import Note
from glasscell.runs.folder import Run
from glasscell.system.tables import in_digits, names_of_probabilities
from glasscell.tasks.series import folds, rocket
from glasscell.tasks.series.baselines import Baselines, always, can_warp, simplest_of
from glasscell.tasks.series.description import seen_from_here
from glasscell.tasks.series.learner import Fitting
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


def measure(course: Any, run: Run, simple: Baselines, seconds: float, key: str) -> Measured:
    """Measure a network that is trained, by further trainings if need be.

    Parameters
    ----------
    course : Course
        That of the run: its `settings`, `learner`, `fitting`, what is `to_measure`, `on_note` and `begin_further`.
    run : Run
        Keeps what has been measured, if that is stopped.
    simple : Baselines
        Learnt from what was trained on.
    seconds : float
        Which the training with all series took.
    key : str
        As in `folds.answer_left_out`.
    """
    settings, learner, series = course.settings, course.learner, course.to_measure
    labels, groups = np.asarray(series.y), series.groups
    if _are_set_aside(settings, course.fitting):
        if settings.valid is not None:
            return _measure_aside(course, simple, seen_from_here(settings.valid))
        all_labels = np.concatenate([learner._labels_of(course.fitting.train[1]), labels])
        return _of_all(_measure_aside(course, simple, Series.ON_ASIDE()), all_labels)
    trainings = _number_of_trainings(course, run, seconds, key)
    if not trainings:
        answers = predict_series(learner.network_, series.x)
        return Measured("training", Series.ON_TRAINING(), series, answers, {}, np.zeros(len(answers), int))
    if groups is not None and not can_be_left_out(labels, groups):
        groups = None  # a warning before training says so
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
    course.on_note(_announcement(parts, len(series), folds.seconds_for(len(parts), seconds), as_one))
    begun = None if course.begin_further is None else course.begin_further(len(parts), settings.epochs)
    found = folds.answer_left_out(run, learner, series, parts, key, begun)
    sizes = [(len(rest), len(aside)) for rest, aside in parts]
    fits = ((series.x[rest], labels[rest], series.x[aside]) for rest, aside in parts)
    order = np.argsort(np.concatenate([aside for _, aside in parts]))
    others = found.others | {name: answers[order] for name, answers in _mini_rocket(course, sizes, fits).items()}
    some = series.select(found.places)
    together = None if groups is None else some.groups
    return _of_all(Measured(by, on, some, found.answers, others, found.part, together), labels)


def _number_of_trainings(course: Any, run: Run, seconds: float, key: str) -> int:
    how, n = course.settings.measure, len(course.to_measure)
    if how == "none" or n < folds.MIN_SERIES:
        return 0
    if how == "split":
        return 1
    return folds.folds_begun(run, key) or folds.number_of_folds(n, None if how == "folds" else seconds)


def _measure_aside(course: Any, simple: Baselines, on: Note | str) -> Measured:
    """Measure by the run's own network, which has not seen these series."""
    series = course.to_measure
    answers = predict_series(course.learner.network_, series.x)
    warp = can_warp(len(series) * len(simple.series), series.x.shape[2])
    x, y = course.fitting.train[0], course.learner._labels_of(course.fitting.train[1])
    others = simple.answer(series.x, warp=warp) | _mini_rocket(course, [(len(x), len(series))], [(x, y, series.x)])
    return Measured("aside", on, series, answers, others, np.zeros(len(series), int), series.groups)


def _mini_rocket(
    course: Any, sizes: Sequence[tuple[int, int]], fits: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return MiniRocket's answers, by its name in `NAMES`; none where it cannot be fitted in time.

    Of each fit, `sizes` has how many series it learns from and how many it answers, and `fits` the first arguments of
    `rocket.predict`.
    """
    lengths, channels = lengths_of(course.to_measure.x), course.to_measure.x.shape[2]
    seconds = sum(rocket.seconds_for(n, m, int(lengths.max()), channels) for n, m in sizes)
    if not rocket.can_predict(lengths, seconds, course.on_note):
        return {}
    return {"mini_rocket": np.concatenate([rocket.predict(*fit, seed=course.settings.seed) for fit in fits])}


def _of_all(measured: Measured, labels: np.ndarray) -> Measured:
    """Have the simplest answer be that of all labels: of those in training, it is the worse the more others are out."""
    return replace(measured, others=measured.others | always(simplest_of(labels), len(measured.answers)))


def _announcement(parts: list[folds.Part], n: int, seconds: float, groups: Note | None) -> Note:
    """Return what is trained besides, before it is."""
    if len(parts) == 1:
        rest, aside = map(len, parts[0])
        return Series.SECOND_NETWORK(n=n, rest=rest, aside=aside, seconds=seconds, groups=groups)
    return Series.MORE_NETWORKS(n=n, networks=len(parts), seconds=seconds, groups=groups)
