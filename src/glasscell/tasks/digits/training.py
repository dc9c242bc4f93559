"""The article's experiment as a run on disk."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from glasscell.article import CHANNELS, CLASSES, Digits, load_data, prepare
from glasscell.errors import UsageError
from glasscell.inspection.probes import fit_probes
from glasscell.networks.anatomy import anatomy_of
from glasscell.plots import runs as plots
from glasscell.runs import lifecycle
from glasscell.runs.answering import leave_network, left
from glasscell.runs.checkpoints import OnEpoch
from glasscell.runs.folder import Run
from glasscell.runs.intervals import wilson
from glasscell.runs.lifecycle import Course
from glasscell.runs.sentences import Runs
from glasscell.settings.article import ArticleSettings
from glasscell.system.files import to_json, to_npz
from glasscell.tasks.digits.opened import open_run
from glasscell.tasks.digits.report import to_markdown
from glasscell.training.training import Training


def train(
    options: ArticleSettings,
    *,
    output_dir: Path = Path("runs"),
    name: str | None = None,
    overwrite: bool = False,
    on_epoch: OnEpoch | None = None,
) -> dict[str, Any]:
    """Run the experiment in a new run directory and return its report.

    Parameters
    ----------
    options : ArticleSettings
    output_dir, name, overwrite
        As in `folder.create`.
    on_epoch : callable, optional
        Called after each epoch with the number of epochs done and the logs.

    Raises
    ------
    UsageError, StorageError, TrainingFailed, Interrupted

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = train(ArticleSettings(epochs=1), output_dir=Path(folder))
    >>> report["epochs"], report["n_test"]
    (1, 360)
    """
    course = _prepare(options)
    return lifecycle.create(
        course, output_dir=output_dir, name=name, overwrite=overwrite, stem=options.data, on_epoch=on_epoch
    )


def resume(path: Path, *, epochs: int | None = None, on_epoch: OnEpoch | None = None) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`."""
    return lifecycle.resume(path, ArticleSettings, _prepare, epochs=epochs, on_epoch=on_epoch)


def _prepare(options: ArticleSettings) -> "_DigitsCourse":
    digits = load_data()
    with _enough_memory(options):
        return _DigitsCourse(options, digits, prepare(options, digits))


class _DigitsCourse(Course[ArticleSettings]):
    def __init__(self, options: ArticleSettings, digits: Digits, training: Training):
        super().__init__(options, training, ["loss", "accuracy", "val_accuracy"])
        self.digits = digits

    def describe_data(self) -> dict[str, Any]:
        return _describe(self.digits)

    def choice(self) -> Any:
        return anatomy_of(self.training.model).lstms[0].choice

    def trouble(self) -> AbstractContextManager[None]:
        return _enough_memory(self.settings)

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        return _finish(run, self.training, seconds, self.settings, self.digits)


def _finish(run: Run, training: Training, seconds: float, options: ArticleSettings, digits: Digits) -> dict[str, Any]:
    model, history = training.model, training.history
    answers = np.argmax(model(digits.x_test, training=False), axis=1)
    counts = confusion_matrix(np.argmax(digits.y_test, axis=1), answers)
    curves = plots.accuracy_curves([logs["accuracy"] for logs in history], [logs["val_accuracy"] for logs in history])
    run.write("model.keras", model.save)
    leave_network(run, model, open_run(run.path).meaning)
    run.write("probes.npz", to_npz(fit_probes(model, digits.x_train, np.argmax(digits.y_train, axis=1))))
    run.write("accuracy.png", lambda path: curves.savefig(path, dpi=150))
    run.write("confusion.png", lambda path: plots.confusion_matrix(counts, CLASSES).savefig(path, dpi=150))
    report = {
        "data": options.data,
        "epochs": training.epoch,
        **history[-1],
        "right": int(np.trace(counts)),
        "n_test": len(digits.x_test),
        "intervals": {"val_accuracy": wilson(int(np.trace(counts)), len(digits.x_test))},
        "n_train": training.batches.steps * options.batch_size,
        "seconds": seconds,
        "classes": CLASSES,
        "confusion": counts.tolist(),
        "files": ["model.keras", *left(run), "probes.npz", "accuracy.png", "confusion.png", "report.md"],
    }
    run.write("report.md", to_markdown(report))
    run.write("report.json", to_json(report))
    return report


@contextmanager
def _enough_memory(options: ArticleSettings) -> Iterator[None]:
    try:
        yield
    except (MemoryError, tf.errors.ResourceExhaustedError):
        sizes = {"hidden_size": options.hidden_size, "batch_size": options.batch_size}
        raise UsageError(Runs.NO_MEMORY, **sizes) from None


def _describe(digits: Digits) -> dict[str, Any]:
    arrays = (digits.x_train, digits.x_test, digits.y_train, digits.y_test)
    return {
        "name": "digits",
        "source": "sklearn.datasets.load_digits",
        "sha256": hashlib.sha256(b"".join(v.tobytes() for v in arrays)).hexdigest(),
        "shape": list(digits.x_train.shape[1:]),
        "channels": CHANNELS,
        "classes": CLASSES,
    }
