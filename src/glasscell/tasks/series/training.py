"""Training on a file of series: the run is self-contained, and predicts without the file.

N series · C classes, or targets
"""

import hashlib
import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data import Sequences, read
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.formats.sources import naming
from glasscell.data.sentences import Reading
from glasscell.data.sequences import in_order_of, matched, with_values
from glasscell.data.tables.labels import refuse_unseen
from glasscell.errors import DataError, UsageError
from glasscell.facts import reported
from glasscell.inspection.evidence import fit_probes
from glasscell.plots import runs as plots
from glasscell.runs import lifecycle
from glasscell.runs.backend import leave_network
from glasscell.runs.config import TO_RESUME, find_again, read_about, with_whole_paths
from glasscell.runs.lifecycle import Begin, Course, OnNote
from glasscell.runs.report import write_report
from glasscell.runs.run_folder import Run
from glasscell.runs.sentences import Runs
from glasscell.runs.training_loop import OnEpoch
from glasscell.system.files import to_npz
from glasscell.tasks.series import baselines, folds
from glasscell.tasks.series.classifier import LSTMClassifier
from glasscell.tasks.series.description import check_classes, check_unchanged_since, describe
from glasscell.tasks.series.duration import Wait
from glasscell.tasks.series.learner import Fitting, Learner
from glasscell.tasks.series.measurement import Measured, measure, to_measure
from glasscell.tasks.series.regressor import LSTMRegressor
from glasscell.tasks.series.report import to_markdown
from glasscell.tasks.series.scores import check_groups, score_with_baselines, usual_half_width
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.series.trained_run import open_run
from glasscell.training.workers import Workers


def train(
    settings: SeriesSettings,
    *,
    on_note: OnNote = lambda note: None,
    begin_further: folds.BeginFurther | None = None,
    begin_rehearsal: Begin | None = None,
    workers: Workers | None = None,
    **how: Any,
) -> dict[str, Any]:
    """Train on `settings.data` in a new run directory and return its report."""
    series, valid, about = _read(settings)
    for note in (*about["notes"], *about["warnings"]):
        on_note(note)
    learner, fitting = _prepare(settings, series, valid, about, workers, on_note, begin_rehearsal)
    course = _SeriesCourse(
        with_whole_paths(settings), learner, fitting, series, valid, about, on_note, begin_further
    )
    del series, valid  # otherwise they are in memory twice during training
    return lifecycle.create(course, **how)


def resume(
    path: Path,
    *,
    on_note: OnNote = lambda note: None,
    begin_further: folds.BeginFurther | None = None,
    begin_rehearsal: Begin | None = None,
    workers: Workers | None = None,
    **how: Any,
) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`, and `train`."""

    def prepare(settings: SeriesSettings) -> "_SeriesCourse":
        before = read_about(
            path, (*TO_RESUME, "channels", "offsets"), {"step_names": (), "columns": {}}
        )
        series, valid, about = _read(find_again(settings), before["offsets"])
        about |= {name: before[name] for name in ("source", "valid")}
        check_unchanged_since(before, about)
        learner, fitting = _prepare(
            settings, series, valid, about, workers, on_note, begin_rehearsal
        )
        return _SeriesCourse(
            settings, learner, fitting, series, valid, about, on_note, begin_further
        )

    return lifecycle.resume(path, SeriesSettings, prepare, on_note=on_note, **how)


def follow(settings: SeriesSettings, workers: Workers) -> None:
    """Help the chief of the `workers` train with these settings until it is done; write nothing."""
    _prepare(settings, *_read(find_again(settings)), workers)[1].training.follow()


def _read(
    settings: SeriesSettings, offsets: dict[str, float] | None = None
) -> tuple[Sequences, Sequences | None, dict[str, Any]]:
    """Return training and validation series with a value, and data.json's contents for all."""
    series, valid = read(settings.data, **settings.for_reader(), offsets=offsets), None
    if series.y is None:
        ignored = () if series.layout is None else series.layout.ignored
        why = [Series.BESIDES(note=note) for note in ignored if note.level == "warning"]
        raise DataError(Series.NO_LABELS, file=settings.data).also(*why)
    if settings.valid is not None:
        like: dict[str, Any] = settings.for_reader() | {
            "task": series.task or "auto",
            "group": None,
        }
        valid = read(
            settings.valid,
            **like,
            offsets=dict(zip(series.channels, series.offset.tolist(), strict=True)),
        )
        if valid.y is None:
            raise DataError(Series.NO_LABELS_TO_COMPARE, file=settings.valid)
        with naming(settings.valid):
            valid = in_order_of(matched(valid, series.channels), series.step_names)
    everything = series, valid
    with naming(settings.data):
        series = with_values(series, Reading.TO_LEARN_FROM)
        labels = np.unique(np.asarray(series.y))
        if len(labels) == 1:
            which = Series.ONLY_SERIES() if len(series) == 1 else Series.ALL_SERIES(n=len(series))
            code = Series.ONE_CLASS if series.task == "classification" else Series.ONE_NUMBER
            raise DataError(code, which=which, label=labels[0])
    if valid is not None:
        with naming(str(settings.valid)):
            valid = with_values(valid, Reading.TO_MEASURE_ON)
            if series.task == "classification":
                refuse_unseen(np.asarray(valid.y), series.classes)
    return series, valid, describe(*everything, settings)


def _prepare(
    settings: SeriesSettings,
    series: Sequences,
    valid: Sequences | None,
    about: dict[str, Any],
    workers: Workers | None,
    on_note: OnNote = lambda note: None,
    begin_rehearsal: Begin | None = None,
) -> tuple[Learner, Fitting]:
    if workers is not None:
        trained_on = [about["sha256"], {**asdict(settings), **dict.fromkeys(settings.files)}]
        workers.agree(hashlib.sha256(json.dumps(trained_on).encode()).hexdigest())
    if settings.measure == "folds" and valid is not None:
        raise UsageError(Series.MEASURE_AND_VALID)
    options = settings.for_estimator()
    if series.task == "regression":
        if options.pop("class_weight") is not None:
            raise UsageError(Series.CLASS_WEIGHT)
        learner: Learner = LSTMRegressor(**options)
    else:
        learner = LSTMClassifier(**options)
    if valid is None and series.groups is not None and learner._sets_aside(len(series)):
        rest, aside = folds.set_aside(series, learner.validation_fraction, settings.seed)
        part, watched = series.select(rest), series.select(aside)
        fitting = learner.prepare(
            part.x, part.y, validation_data=(watched.x, watched.y), workers=workers
        )
        return learner, replace(fitting, aside=aside)
    if valid is not None:
        return learner, learner.prepare(
            series.x, series.y, validation_data=(valid.x, valid.y), workers=workers
        )
    heard = None
    if learner._rehearses(len(series)):
        on_note(Series.REHEARSAL())
        heard = None if begin_rehearsal is None else begin_rehearsal(settings.epochs)
    fitting = learner.prepare(
        series.x, series.y, workers=workers, groups=series.groups, on_rehearsal=heard
    )
    if fitting.rehearsed is not None:
        code = Runs.NO_WORSE if fitting.rehearsed.epochs == settings.epochs else Runs.BEST_AFTER
        best = code(epochs=fitting.rehearsed.epochs)
        about["notes"].append(best)
        on_note(best)
    return learner, fitting


class _SeriesCourse(Course[SeriesSettings]):
    def __init__(
        self,
        settings: SeriesSettings,
        learner: Learner,
        fitting: Fitting,
        series: Sequences,
        valid: Sequences | None,
        about: dict[str, Any],
        on_note: OnNote,
        begin_further: folds.BeginFurther | None,
    ):
        names = ["loss", "accuracy"] if series.task == "classification" else ["loss"]
        columns = (
            [*names, *(f"val_{name}" for name in names)]
            if fitting.validation is not None
            else names
        )
        super().__init__(settings, fitting.training, columns, fitting.callbacks)
        self.learner, self.fitting, self.about = learner, fitting, about
        self.on_note, self.begin_further = on_note, begin_further
        self.classes = learner.classes_.tolist() if isinstance(learner, LSTMClassifier) else None
        self.fingerprints = fingerprints_of(series)
        self.to_measure = to_measure(settings, fitting, series, valid)

    @property
    def epochs(self) -> int:
        rehearsed = self.fitting.rehearsed  # validation may have chosen another number
        return self.settings.epochs if rehearsed is None else rehearsed.epochs

    def describe_data(self) -> dict[str, Any]:
        return self.about | {
            **reported(self.about["notes"], self.about["warnings"]),
            "classes": self.classes,
            "prior": self.learner.prior_.tolist(),
            "fingerprints": self.fingerprints,
        }

    def choice(self) -> Any:
        return self.learner.choice

    def shown(self, on_epoch: OnEpoch | None) -> OnEpoch:
        """Return a callback that also estimates how long the run will take."""
        wait = Wait(self)

        def show(epoch: int, logs: dict[str, float]) -> None:
            wait.on_epoch(epoch)
            if on_epoch is not None:
                on_epoch(epoch, logs)

        return show

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        # first, so that it can predict during further trainings
        run.write("model.keras", self.learner.network_.save)
        unanswered = leave_network(run, self.learner.network_, open_run(run.path).meaning)
        if unanswered is not None:
            self.on_note(Series.TENSORFLOW_WILL_START.warning(why=unanswered))
        run.write("probes.npz", to_npz(fit_probes(self.learner.network_, *self.fitting.train[:2])))
        simple = baselines.fit(
            self.fitting.train[0], self.learner._labels_of(self.fitting.train[1])
        )
        run.write("baselines.npz", to_npz(vars(simple)))
        key = folds.key_of(self.about, asdict(self.settings))
        # further trainings choose their number of epochs, too
        before = 0.0 if self.fitting.rehearsed is None else self.fitting.rehearsed.seconds
        report = self._report(run, seconds, measure(self, run, simple, before + seconds, key))
        if self.training.workers is not None:
            self.training.workers.dismiss()
        return report

    def _report(self, run: Run, seconds: float, measured: Measured) -> dict[str, Any]:
        """Write the figures and the reports."""
        classes: Any = self.classes
        y, answers = np.asarray(measured.series.y), measured.answers
        scores = score_with_baselines(
            y, answers, measured.others, classes, measured.groups, seed=self.settings.seed
        )
        if measured.by == "training":
            scores |= {"intervals": {}, "interval_over": None}  # intervals are about new series
        if classes is not None:
            run.draw(
                "confusion.png", plots.confusion_matrix(np.array(scores["confusion"]), classes)
            )
            run.draw("calibration.png", plots.calibration(scores["calibration"]))
        else:
            run.draw("answers.png", plots.answers_and_truth(y, answers[:, 0]))
        run.draw("curves.png", plots.learning_curves(self.training.history))
        run.write("measured.csv", measured.to_csv(classes))
        residuals = measured.residuals() if classes is None else None
        if residuals is not None:
            run.write("residuals.npz", to_npz({"residuals": residuals}))
        of_scores = [*check_classes(scores.get("per_class", {})), *check_groups(scores)]
        result = {
            "data": self.about["source"],
            "task": self.about["task"],
            "epochs": self.training.epoch,
            "best_epoch": self.fitting.best_epoch(),
            "stopped": self.training.stopped,
            **self.training.history[-1],
            "measured_on": str(measured.on),
            "measured_by": measured.by,
            **({"n_folds": int(measured.part.max())} if measured.by == "folds" else {}),
            **(
                {"folds_stopped_after": list(measured.stopped_after)}
                if measured.stopped_after
                else {}
            ),
            **scores,
            **({} if classes is not None else {"half_width": usual_half_width(residuals)}),
            "n_train": len(self.fitting.train[0]),
            "n_left_out": self.about["n_left_out"],
            "channels": self.about["channels"],
            "classes": classes,
            "stride": self.learner.stride_,
            "seconds": seconds,
            **reported(warnings=[*self.about["warnings"], *of_scores]),
        }
        folds.drop_folds(run)
        result = write_report(run, result, partial(to_markdown, notes=self.about["notes"]))
        for note in of_scores:  # the others were reported before training
            self.on_note(note)
        return result
