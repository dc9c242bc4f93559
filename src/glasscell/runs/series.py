"""Training on your own series: a run that is complete in itself, and answers without the file.

N series · C classes, or targets
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.base import clone

from glasscell.data import Sequences, read
from glasscell.data.channels import matched
from glasscell.data.emptiness import with_values
from glasscell.data.formats.sources import naming
from glasscell.data.tables.labels import refuse_unseen
from glasscell.errors import DataError, UsageError
from glasscell.estimators.base import MIN_SERIES_TO_SPLIT, Fitting, Learner
from glasscell.estimators.classifier import LSTMClassifier
from glasscell.estimators.regressor import LSTMRegressor
from glasscell.inspection.probes import fit_probes
from glasscell.plots import runs as plots
from glasscell.runs import lifecycle, scores
from glasscell.runs.baselines import compare_with_baselines
from glasscell.runs.checkpoints import OnEpoch
from glasscell.runs.data_json import read_about
from glasscell.runs.description import (
    check_unchanged_since,
    describe,
    find_again,
    fingerprints_of,
    not_measured,
    seen_from_here,
    with_whole_paths,
)
from glasscell.runs.folder import Run
from glasscell.runs.lifecycle import Course
from glasscell.runs.report import to_markdown
from glasscell.settings import SeriesSettings
from glasscell.system.files import to_json, to_npz
from glasscell.training.prediction import predict_series
from glasscell.training.workers import Workers

OnNote = Callable[[str], None]
BeginSecond = Callable[[int], OnEpoch]  # takes the epochs of another training; what it returns is called after each


def train(
    settings: SeriesSettings,
    *,
    output_dir: Path = Path("runs"),
    name: str | None = None,
    overwrite: bool = False,
    on_epoch: OnEpoch | None = None,
    on_note: OnNote | None = None,
    begin_second: BeginSecond | None = None,
    workers: Workers | None = None,
) -> dict[str, Any]:
    """Train on `settings.data` in a new run directory and return its report.

    Parameters
    ----------
    settings : SeriesSettings
    output_dir, name, overwrite
        As in `folder.create`.
    on_epoch : callable, optional
        Called after each epoch with the number of epochs done and the logs.
    on_note : callable, optional
        Called with sentences: what was understood of the file, warnings, and what is trained besides.
    begin_second : callable, optional
        Called where a second network is to be trained, which measures: with the number of its epochs. Returns what is
        called as `on_epoch`, but for that network.
    workers : Workers, optional
        The processes that train together, of which this one is the chief; the others call `follow`.

    Raises
    ------
    UsageError, DataError, StorageError, TrainingFailed, WorkerLost, Interrupted
    """
    everything = _read(settings)
    series, valid = _with_values(settings, *everything)
    about = describe(*everything, settings)
    for note in (*about["notes"], *(f"warning: {text}" for text in about["warnings"])):
        if on_note is not None:
            on_note(note)
    learner, fitting = _prepare(settings, series, valid, about, workers)
    kept = with_whole_paths(settings)
    stem = "stdin" if settings.data == "-" else re.split(r"[.*?\[]", Path(settings.data).absolute().name)[0] or "data"
    course = _SeriesCourse(kept, learner, fitting, series, about, on_note, begin_second)
    del series, valid, everything  # they would be in memory twice while their parts are trained on
    return lifecycle.create(course, output_dir=output_dir, name=name, overwrite=overwrite, stem=stem, on_epoch=on_epoch)


def resume(
    path: Path,
    *,
    epochs: int | None = None,
    on_epoch: OnEpoch | None = None,
    on_note: OnNote | None = None,
    begin_second: BeginSecond | None = None,
    workers: Workers | None = None,
) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`. `on_note`, `begin_second` and `workers` are as in `train`."""

    def prepare(settings: SeriesSettings) -> "_SeriesCourse":
        before = read_about(path)
        everything = _read(find_again(settings))
        series, valid = _with_values(settings, *everything)
        about = describe(*everything, settings) | {name: before[name] for name in ("source", "valid")}
        check_unchanged_since(before, about)
        return _SeriesCourse(
            settings, *_prepare(settings, series, valid, about, workers), series, about, on_note, begin_second
        )

    return lifecycle.resume(path, prepare, epochs=epochs, on_epoch=on_epoch)


def follow(settings: SeriesSettings, workers: Workers) -> None:
    """Help the chief of the `workers`, which trains with these settings, until it is done; nothing is written.

    Raises
    ------
    UsageError, DataError, TrainingFailed, WorkerLost
    """
    everything = _read(find_again(settings))
    series, valid = _with_values(settings, *everything)
    _, fitting = _prepare(settings, series, valid, describe(*everything, settings), workers)
    fitting.training.follow()


def _read(settings: SeriesSettings) -> tuple[Sequences, Sequences | None]:
    series = read(settings.data, **settings.for_reader())
    if series.y is None:
        raise DataError(
            f"{settings.data}: has no labels, so there is nothing to learn; expected a column of classes or numbers: "
            "name it with --label"
        )
    if settings.valid is None:
        return series, None
    like: dict[str, Any] = settings.for_reader() | {"task": series.task or "auto"}
    valid = read(settings.valid, **like)
    if valid.y is None:
        raise DataError(f"{settings.valid}: has no labels to compare with; name their column with --label")
    with naming(settings.valid):
        return series, matched(valid, series.channels)


def _with_values(
    settings: SeriesSettings, series: Sequences, valid: Sequences | None
) -> tuple[Sequences, Sequences | None]:
    """Return what can be learnt from: the series that have a value."""
    with naming(settings.data):
        series = with_values(series, "to learn from")
    if valid is None:
        return series, None
    with naming(str(settings.valid)):
        valid = with_values(valid, "to measure on")
        if series.task == "classification":
            refuse_unseen(np.asarray(valid.y), series.classes)
        return series, valid


def _prepare(
    settings: SeriesSettings,
    series: Sequences,
    valid: Sequences | None,
    about: dict[str, Any],
    workers: Workers | None,
) -> tuple[Learner, Fitting]:
    if workers is not None:
        trained_on = [about["sha256"], {**asdict(settings), "data": None, "valid": None, "labels": None}]
        workers.agree(hashlib.sha256(json.dumps(trained_on).encode()).hexdigest())
    options = settings.for_estimator()
    if series.task == "regression":
        if options.pop("class_weight") is not None:
            raise UsageError("class_weight goes with classes, and the labels are numbers; leave it out")
        learner: Learner = LSTMRegressor(**options)
    else:
        learner = LSTMClassifier(**options)
    validation = None if valid is None else (valid.x, valid.y)
    return learner, learner.prepare(series.x, series.y, validation_data=validation, workers=workers)


class _SeriesCourse(Course[SeriesSettings]):
    def __init__(
        self,
        settings: SeriesSettings,
        learner: Learner,
        fitting: Fitting,
        series: Sequences,
        about: dict[str, Any],
        on_note: OnNote | None,
        begin_second: BeginSecond | None,
    ):
        names = ["loss", "accuracy"] if series.task == "classification" else ["loss"]
        columns = [*names, *(f"val_{name}" for name in names)] if fitting.validation is not None else names
        super().__init__(settings, fitting.training, columns, fitting.callbacks)
        self.learner, self.fitting, self.about = learner, fitting, about
        self.n = len(series)
        self.fingerprints = fingerprints_of(series)  # the series themselves are kept by the fitting, in parts
        self.on_note, self.begin_second = on_note or (lambda text: None), begin_second

    def describe_data(self) -> dict[str, Any]:
        return self.about | {
            "classes": _classes(self.learner),
            "prior": self.learner.prior_.tolist(),
            "fingerprints": self.fingerprints,
        }

    def choice(self) -> Any:
        return self.learner.choice

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        report = _finish(run, seconds, self.settings, self.learner, self.fitting, self.about, self._train_second)
        for text in report["warnings"][len(self.about["warnings"]) :]:  # the others were reported before training
            self.on_note(f"warning: {text}")
        if self.training.workers is not None:
            self.training.workers.dismiss()
        return report

    def _train_second(self, x: np.ndarray, labels: np.ndarray) -> Any:
        """Return a learner like the run's, trained on some of its series."""
        n = self.n
        twin: Any = clone(self.learner)
        fitting = twin.prepare(x, labels)
        on_epoch = self.begin_second(fitting.epochs) if self.begin_second is not None else None
        self.on_note(
            f"no series were set aside, so a second network is trained in the same way on {len(x)} of the {n}, to "
            f"measure on the other {n - len(x)} how good its answers are: for at most {fitting.epochs} epochs"
        )
        if on_epoch is not None:

            def pass_on(*_):
                on_epoch(fitting.training.epoch, fitting.training.history[-1])

            fitting.callbacks.append(keras.callbacks.LambdaCallback(on_epoch_end=pass_on))
        fitting.run()
        return twin


def _measure(settings: SeriesSettings, learner: Learner, fitting: Fitting, train_second: Callable[..., Any]):
    """Return series to train on with labels, series to test on with labels and answers, and what these are in words."""
    x, targets, _ = fitting.train
    labels = learner.labels_of(targets)
    if fitting.validation is not None:
        x_test, targets_test, _ = fitting.validation
        words = "series set aside" if settings.valid is None else seen_from_here(settings.valid)
        answers = predict_series(learner.network_, x_test)
        return (x, labels), (x_test, learner.labels_of(targets_test), answers), words
    if len(x) < MIN_SERIES_TO_SPLIT:
        return (x, labels), (x, labels, predict_series(learner.network_, x)), "the training data"
    rest, some = learner.split(targets, settings.seed)  # none could be spared: so train once more, without some
    twin = train_second(x[rest], labels[rest])
    words = "series left out of a second training like the first"
    answers = predict_series(twin.network_, x[some])
    if isinstance(learner, LSTMClassifier) and len(twin.classes_) < len(learner.classes_):
        known, columns = answers, np.searchsorted(learner.classes_, twin.classes_)
        answers = np.zeros((len(known), len(learner.classes_)), known.dtype)  # what it never saw it never answers
        answers[:, columns] = known
    return (x[rest], labels[rest]), (x[some], labels[some], answers), words


def _finish(run, seconds, settings, learner, fitting, about, train_second) -> dict[str, Any]:
    """Write the model, the pictures and the reports; what is reported was measured on series not trained on, if any."""
    train, (x, y, answers), measured_on = _measure(settings, learner, fitting, train_second)
    classes: Any = _classes(learner)
    if about["task"] == "classification":
        measured = scores.score_classes(y, answers, classes)
        pictures = {
            "confusion.png": plots.confusion_matrix(np.array(measured["confusion"]), classes),
            "calibration.png": plots.calibration(measured["calibration"]),
        }
    else:
        measured = scores.score_numbers(y, answers[:, 0])
        pictures = {"answers.png": plots.answers_and_truth(y, answers[:, 0])}
    history = fitting.training.history
    pictures["curves.png"] = plots.learning_curves(history)
    baselines = compare_with_baselines(*train, x, y) if x is not train[0] else {}
    run.write("model.keras", learner.network_.save)
    run.write("probes.npz", to_npz(fit_probes(learner.network_, fitting.train[0], fitting.train[1])))
    for name, figure in pictures.items():
        run.write(name, lambda path, figure=figure: figure.savefig(path, dpi=150))
    result = {
        "data": about["source"],
        "task": about["task"],
        "epochs": fitting.training.epoch,
        "best_epoch": fitting.best_epoch(),
        "stopped": fitting.training.stopped,
        **history[-1],
        "measured_on": measured_on,
        **measured,
        "baselines": baselines,
        "n_train": len(fitting.train[0]),
        "n_left_out": about["n_left_out"],
        "channels": about["channels"],
        "classes": _classes(learner),
        "stride": learner.stride_,
        "seconds": seconds,
        "warnings": [*about["warnings"], *not_measured(measured.get("per_class", {}))],
        "files": ["model.keras", "probes.npz", *pictures, "report.md"],
    }
    run.write("report.md", to_markdown(result, about["notes"]))
    run.write("report.json", to_json(result))
    return result


def _classes(learner: Learner) -> list[str] | None:
    return learner.classes_.tolist() if isinstance(learner, LSTMClassifier) else None
