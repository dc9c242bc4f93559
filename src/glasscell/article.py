"""The article's experiment, to the letter: an LSTM built from scratch reads 8×8 digits row by row.

    N images · T = 8 rows, the steps · D = 8 pixels of a row · H units · C = 10 digits

What is special about it: no tanh between memory cell and output gate; LSTM weights that start at zero; a read-out
applied at every step, of which the last counts; a loss summed over the batch; batches in fixed order, the images left
over never used.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split

from glasscell.cell import Variant
from glasscell.errors import Interrupted, UsageError
from glasscell.inspection.probes import fit_probes
from glasscell.keeping import OnEpoch, check_unchanged, record_what_changed, state_of, train_and_keep
from glasscell.layers.lstm import LSTM
from glasscell.plots import runs as plots
from glasscell.runs import Run, create, open_run, resume_command
from glasscell.settings import ArticleSettings, read_config, to_toml
from glasscell.system import environment
from glasscell.system.files import to_json, to_npz
from glasscell.training.batches import ArrayBatches
from glasscell.training.training import Training

CLASSES = [str(digit) for digit in range(10)]
CHANNELS = [f"column {k}" for k in range(1, 9)]
# Keras's Adam rounds its betas to float32 in one place and not in another, which moves early losses by 3e-6 of their
# size. Given numbers that float32 holds, it computes what TensorFlow 1 did.
BETAS = (float(np.float32(0.9)), float(np.float32(0.999)))


@dataclass(frozen=True)
class Digits:
    """scikit-learn's digits, split as the article splits them: x (N, 8, 8) from 0 to 16, y one-hot (N, 10), float32."""

    x_train: np.ndarray
    x_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray


def load_data() -> Digits:
    """Return 1,437 images to train on and 360 to test with.

    >>> digits = load_data()
    >>> digits.x_train.shape, digits.y_test.shape, float(digits.x_train.max())
    ((1437, 8, 8), (360, 10), 16.0)
    """
    digits: Any = load_digits()
    x = digits.images.astype("float32")
    y = np.eye(10, dtype="float32")[digits.target]
    parts: Any = train_test_split(x, y, test_size=0.2, random_state=42)
    return Digits(*parts)


def build_model(options: ArticleSettings, dtype: str = "float32") -> keras.Model:
    """Return the article's model, compiled: images (N, 8, 8), not rescaled, to probabilities (N, 10).

    Parameters
    ----------
    options : ArticleSettings
    dtype : str
        Of weights and arithmetic.

    Examples
    --------
    >>> build_model(ArticleSettings())(np.zeros((1, 8, 8))).shape
    TensorShape([1, 10])
    """
    small: list[Any] = [keras.initializers.TruncatedNormal(0.0, 0.01, seed=2 * options.seed + k) for k in (0, 1)]
    image = keras.Input((8, 8), name="image")
    h = LSTM(
        options.hidden_size,
        kernel_initializer="zeros",
        recurrent_initializer="zeros",
        unit_forget_bias=False,
        return_sequences=True,
        variant=Variant(output_activation=options.output_activation),
        seed=options.seed,  # drops nothing out; but left to chance, it would make no two saved states alike
        unroll=True,  # eight steps one after another in the graph are a third faster than a loop
        dtype=dtype,
        name="lstm",
    )(image)
    read_out = keras.layers.Dense(10, "tanh", True, small[0], small[1], dtype=dtype, name="read_out")
    answer = read_out(h)[:, -1]
    probabilities = keras.layers.Softmax(dtype=dtype, name="probabilities")(answer)
    model = keras.Model(image, probabilities, name="article")
    model.compile(
        keras.optimizers.Adam(options.learning_rate, *BETAS, epsilon=1e-8),
        keras.losses.CategoricalCrossentropy(reduction="sum", dtype=dtype),
    )
    return model


def prepare(options: ArticleSettings, digits: Digits | None = None, dtype: str = "float32") -> Training:
    """Return the article's training, ready to run.

    After each epoch, with that epoch's final weights, it measures the loss of the last batch anew, the accuracy on the
    first 500 training images, and that on the test images.
    """
    digits = digits or load_data()
    model = build_model(options, dtype)
    batches = ArrayBatches(
        digits.x_train,
        digits.y_train,
        batch_size=options.batch_size,
        shuffle=False,
        drop_remainder=True,
        dtype=dtype,
    )
    last = slice((batches.steps - 1) * options.batch_size, batches.steps * options.batch_size)
    xs, ys = (
        (digits.x_train[last], digits.x_train[:500], digits.x_test),
        (digits.y_train[last], digits.y_train[:500], digits.y_test),
    )
    x, y = (tf.constant(np.concatenate(parts), dtype) for parts in (xs, ys))
    sizes = [len(part) for part in ys]

    def measures():
        answers = tf.split(model(x, training=False), sizes)  # one call for all three: each has its overhead
        last, first_500, test = zip(tf.split(y, sizes), answers, strict=True)
        return {
            "loss": model.compute_loss(None, *last),
            "accuracy": _accuracy(*first_500),
            "val_accuracy": _accuracy(*test),
        }

    return Training(model, batches, measures=measures)


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
        As in `runs.create`.
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


def _accuracy(y, probabilities):
    return tf.reduce_mean(tf.cast(tf.argmax(y, -1) == tf.argmax(probabilities, -1), tf.float64))


def _environment(training: Training) -> dict[str, Any]:
    choice = training.model.get_layer("lstm").choice  # pyright: ignore
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
