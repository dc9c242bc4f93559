"""The original tutorial's experiment as a run on disk."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from glasscell import article
from glasscell.article import CHANNELS, CLASSES
from glasscell.errors import UsageError
from glasscell.inspection.evidence import fit_probes
from glasscell.plots import runs as plots
from glasscell.runs import lifecycle
from glasscell.runs.backend import leave_network
from glasscell.runs.lifecycle import Course, OnEpoch, OnNote
from glasscell.runs.report import write_report
from glasscell.runs.run_folder import Run
from glasscell.runs.statistics import wilson
from glasscell.settings.article import DigitsSettings
from glasscell.system.files import to_npz
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.digits.trained_run import open_run, to_markdown
from glasscell.training.epoch_graph import Training

SUMMED_LOSS = "summed loss"  # over a batch; that of other tasks is the mean


def train(
    settings: DigitsSettings, *, on_note: OnNote = lambda note: None, **how: Any
) -> dict[str, Any]:
    """Run the experiment in a new run directory and return its report.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = train(DigitsSettings(epochs=1), output_dir=Path(folder))
    >>> report["epochs"], report["n_test"]
    (1, 360)
    """
    return lifecycle.create(_prepare(settings), **how)


def resume(path: Path, **how: Any) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`."""
    return lifecycle.resume(path, DigitsSettings, _prepare, **how)


def _prepare(settings: DigitsSettings) -> "_DigitsCourse":
    digits = article.load_data()
    with _enough_memory(settings):
        return _DigitsCourse(settings, digits, article.prepare(settings, digits))


class _DigitsCourse(Course[DigitsSettings]):
    def __init__(self, settings: DigitsSettings, digits: article.Digits, training: Training):
        super().__init__(settings, training, ["loss", "accuracy", "val_accuracy"])
        self.digits = digits

    def describe_data(self) -> dict[str, Any]:
        digits = self.digits
        arrays = (digits.x_train, digits.x_test, digits.y_train, digits.y_test)
        return {
            "name": "digits",
            "source": "sklearn.datasets.load_digits",
            "sha256": hashlib.sha256(b"".join(v.tobytes() for v in arrays)).hexdigest(),
            "shape": list(digits.x_train.shape[1:]),
            "channels": CHANNELS,
            "classes": CLASSES,
        }

    def shown(self, on_epoch: OnEpoch | None) -> OnEpoch | None:
        """Return a callback that calls the loss what it is."""
        if on_epoch is None:
            return None
        names = {"loss": SUMMED_LOSS}
        return lambda epoch, logs: on_epoch(
            epoch, {names.get(name, name): value for name, value in logs.items()}
        )

    def trouble(self) -> AbstractContextManager[None]:
        return _enough_memory(self.settings)

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        training, digits = self.training, self.digits
        model, history = training.model, training.history
        answers = np.argmax(model(digits.x_test, training=False), axis=1)
        counts = confusion_matrix(np.argmax(digits.y_test, axis=1), answers)
        accuracies = ([logs[name] for logs in history] for name in ("accuracy", "val_accuracy"))
        run.write("model.keras", model.save)
        leave_network(run, model, open_run(run.path).meaning)
        run.write(
            "probes.npz",
            to_npz(fit_probes(model, digits.x_train, np.argmax(digits.y_train, axis=1))),
        )
        run.draw("accuracy.png", plots.accuracy_curves(*accuracies))
        run.draw("confusion.png", plots.confusion_matrix(counts, CLASSES))
        right, n = int(np.trace(counts)), len(digits.x_test)
        report = {
            "data": self.settings.data,
            "epochs": training.epoch,
            **history[-1],
            "right": right,
            "n_test": n,
            "intervals": {"val_accuracy": wilson(right, n)},
            "n_train": training.batches.steps * self.settings.batch_size,
            "seconds": seconds,
            "classes": CLASSES,
            "confusion": counts.tolist(),
        }
        return write_report(run, report, to_markdown)


@contextmanager
def _enough_memory(settings: DigitsSettings) -> Iterator[None]:
    try:
        yield
    except (MemoryError, tf.errors.ResourceExhaustedError):
        sizes = {"hidden_size": settings.hidden_size, "batch_size": settings.batch_size}
        raise UsageError(Digits.NO_MEMORY, **sizes) from None
