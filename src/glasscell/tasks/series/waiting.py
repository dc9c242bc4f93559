"""How long a run will take: estimated from its first epochs, and again once its folds are known to stop early."""

import time
from collections.abc import Callable
from typing import Any

from glasscell.facts import Note
from glasscell.system.formatting import roughly
from glasscell.tasks.series.folds import epochs_of_fold, epochs_to_perfection
from glasscell.tasks.series.measurement import expect, folds_may_stop
from glasscell.tasks.series.sentences import Series
from glasscell.training.timing import FirstEpochs

SHORT = 3.0  # seconds that need no estimate


class Wait:
    """Estimates the duration of a run: training, further trainings that score it, and baselines.

    Parameters
    ----------
    course : Course
        That of the run, with `settings`, `training`, `fitting`, `learner`, `to_measure` and `on_note`.
    clock : callable
        Returns seconds.
    """

    def __init__(self, course: Any, clock: Callable[[], float] = time.perf_counter):
        self._course = course
        self._done, self._epochs = course.training.epoch, course.settings.epochs
        self._first = FirstEpochs(self._done, self._epochs, clock)
        self._seconds: float | None = None  # of the training, once it is known
        self._is_final = not folds_may_stop(course)

    def on_epoch(self, epoch: int) -> None:
        """Give `on_note` an estimate after an epoch that allows one, or a better one."""
        if self._seconds is None:
            self._seconds = self._first.estimate(epoch)
            if self._seconds is not None:
                self._report(Series.ESTIMATE)
        elif not self._is_final and self._is_perfect():
            self._report(Series.ESTIMATE_NOW)

    def _is_perfect(self) -> bool:
        return folds_may_stop(self._course) and not epochs_to_perfection(self._course.training.history)

    def _report(self, code: Any) -> None:
        training = self._seconds or 0.0
        whole = training * self._epochs / (self._epochs - self._done)
        if self._course.fitting.rehearsed is not None:
            whole += self._course.fitting.rehearsed.seconds  # further trainings choose their number of epochs, too
        if self._is_perfect():
            whole *= epochs_of_fold(self._course.training.history) / self._epochs
            self._is_final = True
        expected = expect(self._course, whole)
        total = training + expected.seconds + expected.of_baselines
        if total < SHORT:
            self._is_final = True
            return
        or_less = None if self._is_final else Series.OR_LESS()
        further, skip = self._further(expected.trainings, expected.seconds, or_less)
        baselines = Series.BASELINES_TAKE(time=roughly(expected.of_baselines)) if expected.of_baselines >= 1 else None
        self._course.on_note(
            code(total=roughly(total), training=roughly(training), further=further, baselines=baselines, skip=skip)
        )

    def _further(self, trainings: int, seconds: float, or_less: Note | None) -> tuple[Note | None, Note | None]:
        """Return clauses on further trainings, and on how to skip them."""
        about = {"time": roughly(seconds), "or_less": or_less}
        if trainings == 0:
            return None, None
        if trainings == 1:
            return Series.SECOND_TAKES(**about), Series.SKIP_SECOND()
        return Series.FOLDS_TAKE(n=trainings, **about), Series.SKIP_FOLDS()
