"""The article's experiment as a run on disk."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from glasscell.article import CHANNELS, CLASSES, Digits, load_data, prepare
from glasscell.errors import Interrupted, UsageError
from glasscell.inspection.probes import fit_probes
from glasscell.networks.anatomy import anatomy_of
from glasscell.plots import runs as plots
from glasscell.runs.checkpoints import OnEpoch, check_unchanged, record_what_changed, state_of, train_and_keep
from glasscell.runs.config import read_config, to_toml
from glasscell.runs.folder import Run, create, open_run, resume_command
from glasscell.settings import ArticleSettings
from glasscell.system import environment
from glasscell.system.files import to_json, to_npz
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
        Told the number of epochs done and the logs, after each.

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
    digits = load_data()
    with _enough_memory(options):
        training = prepare(options, digits)
    first_files: dict[str, bytes | str] = {
        "state.npz": to_npz(state_of(training, options)),
        "config.toml": to_toml(options),
        "environment.json": to_json(_environment(training)),
        "data.json": to_json(_describe(digits)),
    }
    with create(output_dir, name, first_files, overwrite=overwrite, data=options.data) as run:
        return _go_on(run, training, options, digits, on_epoch)


def resume(path: Path, *, epochs: int | None = None, on_epoch: OnEpoch | None = None) -> dict[str, Any]:
    """Go on with a run where its last state was saved, bit for bit as if it had not stopped, and return its report.

    Parameters
    ----------
    path : Path
        The run's folder.
    epochs : int, optional
        How many to have in all; by default as many as the run was made for.
    on_epoch
        As in `train`.

    Raises
    ------
    UsageError, DataError, StorageError, TrainingFailed, Interrupted
    """
    with open_run(path) as run:
        saved = ArticleSettings(**read_config(path / "config.toml"))
        options = saved if epochs is None else replace(saved, epochs=epochs)
        state = run.read_state()
        check_unchanged(saved, run, state)
        digits = load_data()
        with _enough_memory(options):
            training = prepare(options, digits)
        try:
            training.restore(state)
        except (LookupError, TypeError, ValueError) as error:  # a DataError is a ValueError
            raise run.bad_state(error) from None
        if options.epochs < training.epoch:
            raise UsageError(
                f"epochs = {options.epochs}: {path} has done {training.epoch} already; expected at least as many"
            )
        if options != saved:
            run.write("config.toml", to_toml(options))
        record_what_changed(run, {"after_epoch": training.epoch} | _environment(training))
        return _go_on(run, training, options, digits, on_epoch)


def _go_on(run: Run, training: Training, options: ArticleSettings, digits: Digits, on_epoch: OnEpoch | None):
    try:
        with _enough_memory(options):
            train_and_keep(run, training, options, ["loss", "accuracy", "val_accuracy"], on_epoch=on_epoch)
        return _finish(run, training, options, digits)
    except KeyboardInterrupt:
        raise Interrupted(
            f"stopped; the run is safe and goes on after epoch {training.epoch} with: {resume_command(run.path)}"
        ) from None


def _finish(run: Run, training: Training, options: ArticleSettings, digits: Digits) -> dict[str, Any]:
    model, history = training.model, training.history
    answers = np.argmax(model(digits.x_test, training=False), axis=1)
    counts = confusion_matrix(np.argmax(digits.y_test, axis=1), answers)
    curves = plots.accuracy_curves([logs["accuracy"] for logs in history], [logs["val_accuracy"] for logs in history])
    run.write("model.keras", model.save)
    run.write("probes.npz", to_npz(fit_probes(model, digits.x_train, np.argmax(digits.y_train, axis=1))))
    run.write("accuracy.png", lambda path: curves.savefig(path, dpi=150))
    run.write("confusion.png", lambda path: plots.confusion_matrix(counts, CLASSES).savefig(path, dpi=150))
    report = {
        "data": options.data,
        "epochs": training.epoch,
        **history[-1],
        "right": int(np.trace(counts)),
        "n_test": len(digits.x_test),
        "n_train": training.batches.steps * options.batch_size,
        "seconds": run.training_seconds(),
        "classes": CLASSES,
        "confusion": counts.tolist(),
        "files": ["model.keras", "probes.npz", "accuracy.png", "confusion.png"],
    }
    run.write("report.json", to_json(report))
    return report | {"run": str(run.path)}


@contextmanager
def _enough_memory(options: ArticleSettings) -> Iterator[None]:
    try:
        yield
    except (MemoryError, tf.errors.ResourceExhaustedError):
        raise UsageError(
            f"hidden_size = {options.hidden_size}, batch_size = {options.batch_size}: "
            "expected what fits into this machine's memory; make them smaller"
        ) from None


def _environment(training: Training) -> dict[str, Any]:
    choice = anatomy_of(training.model).lstms[0].choice
    return environment.describe() | {"implementation": choice._asdict()}


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
