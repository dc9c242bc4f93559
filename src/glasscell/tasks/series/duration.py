"""How long a run will take: estimated from its first epochs, and again if folds will stop early."""

import time
from collections.abc import Callable
from typing import Any

from glasscell.facts import Note
from glasscell.system.formatting import roughly
from glasscell.tasks.series.folds import epochs_of_fold, epochs_to_perfection
from glasscell.tasks.series.measurement import expect, folds_may_stop
from glasscell.tasks.series.sentences import Series
from glasscell.training.timing import Pace

SHORT = 3.0  # seconds that need no estimate
# ratio to the announced time that is worth a line, after and before this fraction of epochs
MUCH, SETTLED = (1.5, 0.2)


class Wait:
    """Estimates the duration of a run: training, further trainings that score it, and baselines.

    Parameters
    ----------
    course : Course
        That of the run, with `settings`, `training`, `fitting`, `learner`, `to_measure` and
        `on_note`.
    clock : callable
        Returns seconds.
    """

    def __init__(self, course: Any, clock: Callable[[], float] = time.perf_counter):
        self._course = course
        self._done, self._epochs = course.training.epoch, course.settings.epochs
        self._pace = Pace(self._done, self._epochs, clock)
        self._announced: float | None = None  # seconds of the training
        # the folds, once it is known that they will stop early
        self._may_shrink = folds_may_stop(course)

    def on_epoch(self, epoch: int) -> None:
        """Give `on_note` an estimate after the first epoch that allows one, and corrections."""
        seconds = self._pace.estimate(epoch)
        if seconds is None:
            return
        shrinks = self._may_shrink and not epochs_to_perfection(self._course.training.history)
        self._may_shrink = self._may_shrink and not shrinks
        if self._announced is None:
            self._report(Series.ESTIMATE, seconds)
        elif shrinks or self._is_off(seconds, epoch):
            self._report(Series.ESTIMATE_NOW, seconds)

    def _is_off(self, seconds: float, epoch: int) -> bool:
        """Return whether training takes much longer or shorter than announced, with enough left."""
        trained = (epoch - self._done) / (self._epochs - self._done)
        low, high = sorted((seconds, self._announced or 0.0))
        return SETTLED <= trained <= 1 - SETTLED and high > MUCH * low

    def _report(self, code: Any, training: float) -> None:
        self._announced = training
        whole = training * self._epochs / (self._epochs - self._done)
        if self._course.fitting.rehearsed is not None:
            # further trainings choose their number of epochs, too
            whole += self._course.fitting.rehearsed.seconds
        if folds_may_stop(self._course) and not self._may_shrink:
            whole *= epochs_of_fold(self._course.training.history) / self._epochs
        expected = expect(self._course, whole)
        total = training + expected.seconds + expected.of_baselines
        if total < SHORT:
            return
        or_less = Series.OR_LESS() if self._may_shrink else None
        further, skip = self._further(expected.trainings, expected.seconds, or_less)
        baselines = (
            Series.BASELINES_TAKE(time=roughly(expected.of_baselines))
            if expected.of_baselines >= 1
            else None
        )
        self._course.on_note(
            code(
                total=roughly(total),
                training=roughly(training),
                further=further,
                baselines=baselines,
                skip=skip,
            )
        )

    def _further(
        self, trainings: int, seconds: float, or_less: Note | None
    ) -> tuple[Note | None, Note | None]:
        """Return clauses on further trainings, and on how to skip them."""
        about = {"time": roughly(seconds), "or_less": or_less}
        if trainings == 0:
            return None, None
        if trainings == 1:
            return Series.SECOND_TAKES(**about), Series.SKIP_SECOND()
        return Series.FOLDS_TAKE(n=trainings, **about), Series.SKIP_FOLDS()
