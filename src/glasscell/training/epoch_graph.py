"""Training: an epoch is one TensorFlow graph over arrays in memory; Keras's callbacks are outside.

At small sizes, everything but the recurrence dominates the cost. So one graph gathers batches,
applies gradients and updates metrics; it is called once per epoch, or once for several short ones.
Optimizer, loss, metrics and callbacks are Keras's.
"""

import json
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import DataError, TrainingFailed, UsageError
from glasscell.system.checks import require_whole
from glasscell.training.adam import FlatAdam, can_flatten
from glasscell.training.batches import ArrayBatches, DatasetBatches
from glasscell.training.callbacks import changes, pack, snapshot, unpack, warn_of_hooks_never_called
from glasscell.training.optimizers import clip_by_norm
from glasscell.training.sentences import Fitting
from glasscell.training.workers import OVER, Workers, lost_workers_reported, share_out

PROGRESS = "progress"  # key in a state: epochs done, their logs, and the state of callbacks
SECONDS_AT_ONCE = 0.1  # limit for short epochs in one call; a call costs about a millisecond
Batches = ArrayBatches | DatasetBatches
Logs = dict[str, Any]


class Training:
    """A training in progress: a compiled Keras model, its batches, and the epochs so far.

    `glasscell.fit` makes one from arrays or a dataset, and returns it. `run` continues it.

    Parameters
    ----------
    model : keras.Model
        Compiled model; its optimizer, loss and metrics are used.
    batches : ArrayBatches or DatasetBatches
        Training data, as `glasscell.fit` makes them.
    validation : ArrayBatches or DatasetBatches, optional
        Validation data: after each epoch they give `val_loss` and `val_…` for each metric.
    measures : callable, optional
        Called in the graph after each epoch; returns further logs, a dict of scalar tensors.
    clip_norm : float, optional
        Clip gradients to this norm, over all weights together.
    jit_compile : bool
        Whether to compile a step with XLA.
    workers : Workers, optional
        Processes that train this model together. Each makes the same training; the chief calls
        `run`, the others `follow`. Layers that use a whole batch, such as batch normalization, see
        the part of one worker.

    Attributes
    ----------
    epoch : int
        Epochs completed.
    history : list of dict
        Logs of each epoch.
    stopped : bool
        Whether a callback has stopped the training; `run` then does nothing.

    Raises
    ------
    UsageError
        If the model is not compiled, has no weights to train, or has its own `train_step`; or if
        `workers` come with `jit_compile`.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> training = glasscell.fit(model, x, 3 * x, batch_size=8, epochs=10)
    >>> training = training.run(epochs=30)
    >>> training.epoch, training.history[-1]["loss"] < training.history[0]["loss"]
    (30, True)
    """

    def __init__(
        self,
        model: keras.Model,
        batches: Batches,
        *,
        validation: Batches | None = None,
        measures: Callable[[], Logs] | None = None,
        clip_norm: float | None = None,
        jit_compile: bool = False,
        workers: Workers | None = None,
    ):
        if clip_norm is not None and not clip_norm > 0:
            raise UsageError(Fitting.CLIP_NORM, clip_norm=clip_norm)
        if workers is not None and jit_compile:
            raise UsageError(Fitting.WORKERS_WITH_XLA)
        self.model, self.batches, self.validation, self.measures = (
            model,
            batches,
            validation,
            measures,
        )
        self.clip_norm, self.workers = clip_norm, workers
        self.epoch, self.history, self.stopped, model.stop_training = 0, [], False, False
        self._callbacks, self._callbacks_before, self._callbacks_restored = [], [], []
        self._make_variables()
        self._update = _graph(self._update, jit_compile=True) if jit_compile else self._update
        self._epochs_graph = _graph(self._epochs_graph)
        if workers is not None:
            self._differentiate = share_out(workers, self._differentiate)
            self._epochs_graph = lost_workers_reported()(self._epochs_graph)
        self._flat, self._good = None, []
        self._calls, self._calls_begun = 0, tf.Variable(tf.constant(0))
        self._loops = isinstance(batches, ArrayBatches) and workers is None
        self._at_once, self._seconds_at_once = 1, SECONDS_AT_ONCE

    def run(
        self,
        epochs: int,
        callbacks: Iterable[keras.callbacks.Callback] = (),
        on_logs: Callable[[int, Logs], Any] | None = None,
        stops_in: Callable[[list[Logs]], int] | None = None,
    ) -> "Training":
        """Train until `epochs` epochs are completed in all, or a callback stops the training.

        Parameters
        ----------
        epochs : int
            Total number of epochs, those already completed included.
        callbacks : iterable of keras.callbacks.Callback
            Called once per epoch. A warning is issued for those that wait for batches.
        on_logs : callable, optional
            Called with the number of epochs completed and the logs of the last one. Without
            callbacks, several short epochs run in one call, so it may be called up to 0.1 s late.
        stops_in : callable, optional
            Takes `history` and returns the minimum number of further epochs after which the
            training may stop. It stops at 0, after exactly that epoch, however many run in one
            call.

        Returns
        -------
        Training
            This training.

        Raises
        ------
        UsageError
            If `epochs` is not a whole number of at least 0.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN. The weights return to those after the
            last good epoch.
        WorkerLost
            If one of the `workers` is gone. The weights return too.
        """
        require_whole(0, epochs=epochs)
        self._callbacks = list(callbacks)
        warn_of_hooks_never_called(self._callbacks)
        steps = self.batches.steps + (self.batches.remainder > 0)
        everyone = keras.callbacks.CallbackList(
            self._callbacks, model=self.model, epochs=epochs, steps=steps, verbose=0
        )
        self.model.stop_training = False
        everyone.on_train_begin()
        self._callbacks_before = snapshot(self._callbacks)
        for callback, restored in zip(self._callbacks, self._callbacks_restored, strict=False):
            vars(callback).update(restored)
        self._callbacks_restored = []
        while self.epoch < epochs and not self.stopped:
            everyone.on_epoch_begin(self.epoch)
            if self.workers is not None:
                self.workers.next_epoch(self.epoch, self._variables())
            most = (
                epochs - self.epoch
                if stops_in is None
                else min(epochs - self.epoch, stops_in(self.history))
            )
            found = self._train_epochs(1 if self._callbacks else min(self._at_once, most))
            self.epoch += len(found)
            self.history += found
            for epoch, logs in enumerate(found, self.epoch - len(found)):
                everyone.on_epoch_end(epoch, dict(logs))
                if on_logs is not None:
                    on_logs(epoch + 1, dict(logs))
            self.stopped = bool(self.model.stop_training) or (
                stops_in is not None and not stops_in(self.history)
            )
        if self.epoch:  # an optimizer that averages weights now assigns the averages
            self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        everyone.on_train_end(dict(self.history[-1]) if self.history else None)
        return self

    def follow(self) -> None:
        """Do the part of this worker in the chief's `run`, until the chief has finished.

        Raises
        ------
        WorkerLost
            If one of the other workers is gone.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        assert self.workers is not None
        self.validation = self.measures = None  # only the chief validates
        while (epoch := self.workers.next_epoch(self.epoch, self._variables())) != OVER:
            self.workers.set_apart(self.model)
            self.epoch = epoch
            self._train_epochs(1)

    def state(self) -> dict[str, np.ndarray]:
        """Return all that resuming needs: weights, optimizer, random state, callbacks, history.

        After `restore`, a training made in the same way continues bit for bit. Put a callback that
        calls this last in the list. Numbers, texts and lists of arrays that callbacks set are kept,
        such as those of Keras's EarlyStopping and ReduceLROnPlateau.

        Returns
        -------
        dict of arrays
            Named arrays, which an .npz file can hold without pickle.
        """
        changed = self._callbacks_restored or changes(self._callbacks, self._callbacks_before)
        plain, arrays = pack(changed)
        stopped = self.stopped or bool(self.model.stop_training)
        progress = {
            "epoch": self.epoch,
            "history": self.history,
            "stopped": stopped,
            "callbacks": plain,
        }
        arrays |= {f"variable/{k}": v for k, v in enumerate(self._values())}
        return arrays | {PROGRESS: np.array(json.dumps(progress, default=np.generic.item))}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Restore a state.

        Parameters
        ----------
        state : dict of arrays
            Returned by `state`.

        Raises
        ------
        DataError
            If the state is of another model; nothing is changed then.
        """
        now = {f"variable/{k}": v for k, v in enumerate(self._values())}
        if PROGRESS not in state or _forms(now) != _forms(state):
            raise DataError(Fitting.OTHER_STATE)
        progress = json.loads(str(state[PROGRESS]))
        self.epoch, self.history, self.stopped = (
            progress["epoch"],
            progress["history"],
            progress["stopped"],
        )
        self._assign([state[name] for name in now])
        self._callbacks_restored = unpack(progress["callbacks"], state)

    def _train_epochs(self, count: int) -> list[Logs]:
        """Train `count` epochs and return logs; none if one fails, to repeat them singly."""
        if not self._calls:
            self._make_variables_of_graph()
        began, self._calls = time.perf_counter(), self._calls + 1
        try:
            done, steps, finite, arrays = self._epochs_graph(
                tf.constant(self.epoch), tf.constant(count)
            )
            done = int(done)
            if not finite:
                epoch, batch = self.epoch + done, int(steps)
                if epoch == 1:
                    raise TrainingFailed(Fitting.FIRST_NOT_FINITE, batch=batch)
                raise TrainingFailed(Fitting.NOT_FINITE, epoch=epoch, batch=batch, kept=epoch - 1)
            order = sorted(
                arrays, key=lambda name: (name.startswith("val_"), not name.endswith("loss"), name)
            )
            lists = [arrays[name].numpy().tolist() for name in order]
            each = [dict(zip(order, values, strict=True)) for values in zip(*lists, strict=True)]
            for logs in each:
                self._refuse(logs)
        except (
            BaseException
        ) as error:  # also Ctrl-C: the weights are always those after `epoch` epochs
            if (
                int(self._calls_begun) == self._calls
            ):  # otherwise the graph did not start, and `_good` is not current
                self._assign(self._good)
            self._calls_begun.assign(self._calls)
            if count > 1 and isinstance(error, TrainingFailed):
                self._at_once, self._seconds_at_once = 1, 0.0
                return []
            raise
        if self._calls > 1 and self._loops:  # the first call traces the graph
            self._at_once = max(
                1, int(self._seconds_at_once * done / (time.perf_counter() - began))
            )
        return each

    def _make_variables_of_graph(self) -> None:
        """Create the graph's variables for the current optimizer, after possible recompiling."""
        optimizer, weights = self.model.optimizer, self.model.trainable_variables
        if not optimizer.built:
            optimizer.build(weights)
        self._flat = FlatAdam(optimizer, weights) if can_flatten(optimizer, weights) else None
        self._good = [tf.Variable(v.value, trainable=False) for v in self._variables()]

    def _epochs_graph(self, first, count):
        """Return number of epochs begun, batches of the last, whether finite, and logs by name."""
        kept = [good.assign(v.value) for good, v in zip(self._good, self._variables(), strict=True)]
        with tf.control_dependencies([*kept, self._calls_begun.assign_add(1)]):
            if self._flat is not None:
                self._flat.begin()
            found = self._epochs(first, count)
            if self._flat is not None:
                self._flat.end()
            return found

    def _epochs(self, first, count):
        if not self._loops:
            steps, finite, logs = self._epoch(first)
            return (
                tf.constant(1),
                steps,
                finite,
                {name: tf.expand_dims(v, 0) for name, v in logs.items()},
            )
        arrays = {
            name: tf.TensorArray(v.dtype, count, element_shape=v.shape)
            for name, v in self._example.items()
        }

        def one(done, steps, finite, arrays):
            steps, finite, logs = self._epoch(first + done)
            return (
                done + 1,
                steps,
                finite,
                {name: array.write(done, logs[name]) for name, array in arrays.items()},
            )

        done, steps, finite, arrays = tf.while_loop(
            lambda done, steps, finite, arrays: (done < count) & finite,
            one,
            (tf.constant(0), tf.constant(0), tf.constant(True), arrays),
        )
        return done, steps, finite, {name: array.stack() for name, array in arrays.items()}

    def _epoch(self, epoch):
        self.model.reset_metrics()
        steps, total, loss = self._pass(self.batches, epoch, self._update, self._is_finite)
        finite = self._is_finite(total) & self._are_weights_finite()
        logs = self._get_metrics() | {"loss": loss}
        if self.validation is not None:
            self.model.reset_metrics()
            *_, loss = self._pass(self.validation, 0, self._test, lambda total: tf.constant(True))
            logs |= {f"val_{name}": v for name, v in (self._get_metrics() | {"loss": loss}).items()}
        if self.measures is not None:
            logs |= self.measures()
        return steps, finite, logs

    def _pass(
        self, batches: Batches, epoch: Any, answer: Callable, goes_on: Callable
    ) -> tuple[Any, Any, Any]:
        """Return the number of batches while `goes_on` holds, sum of losses, mean per epoch."""
        begun = batches.begin(epoch)

        def one(step, total, seen, size=batches.batch_size):
            x, y, sample_weight = batches.draw(begun, step, size)
            loss, y_pred = answer(x, y, sample_weight)
            self._update_metrics(x, y, y_pred, sample_weight)
            weight = tf.cast(self._size(size, sample_weight), total.dtype)
            return step + 1, total + weight * tf.cast(loss, total.dtype), seen + weight

        steps, total, seen = tf.while_loop(
            lambda step, total, seen: (step < batches.steps) & goes_on(total),
            one,
            (tf.constant(0), self._zero, tf.zeros((), self._zero.dtype)),
        )
        if batches.remainder:
            steps, total, seen = tf.cond(
                goes_on(total),
                lambda: one(steps, total, seen, batches.remainder),
                lambda: (steps, total, seen),
            )
        return steps, total, tf.math.divide_no_nan(total, seen)

    def _test(self, x, y, sample_weight):
        """Return the loss and the model's outputs."""
        y_pred = self.model(x, training=False)
        return self._loss(x, y, y_pred, sample_weight, training=False), y_pred

    def _update(self, x, y, sample_weight):
        """Take one gradient step; return the loss and the model's outputs."""
        loss, y_pred, gradients = self._differentiate(x, y, sample_weight)
        pairs = [
            (g, v)
            for g, v in zip(gradients, self.model.trainable_variables, strict=True)
            if g is not None
        ]
        gradients, variables = map(list, zip(*pairs, strict=True))
        if self.clip_norm is not None:
            gradients = self._clip(gradients, self.model.optimizer.scale_loss(self.clip_norm))
        if self._flat is not None and len(gradients) < len(self._flat.weights):
            self._flat = (
                None  # weights without a gradient: Keras's Adam skips them and their moments
            )
        if self._flat is None:
            self.model.optimizer.apply(gradients, variables)
        else:
            self._flat.apply(gradients)
        return loss, y_pred

    def _differentiate(self, x, y, sample_weight):
        """Return the loss, the model's outputs, and the gradients; None where the loss has none."""
        with tf.GradientTape() as tape:
            y_pred = self._answer(x)
            loss = self._loss(x, y, y_pred, sample_weight, training=True)
            scaled = self.model.optimizer.scale_loss(tf.reduce_sum(loss))
        gradients = tape.gradient(scaled, [v.value for v in self.model.trainable_variables])
        return loss, y_pred, [None if g is None else tf.convert_to_tensor(g) for g in gradients]

    def _make_variables(self) -> None:
        """Have Keras create variables of optimizer and metrics, outside the graph."""
        if not self.model.compiled:
            raise UsageError(Fitting.NOT_COMPILED)
        if type(self.model).train_step is not keras.Model.train_step:
            raise UsageError(Fitting.OWN_TRAIN_STEP)
        size = self.batches.batch_size if self.batches.steps else self.batches.remainder
        x, y, sample_weight = self.batches.draw(self.batches.begin(0), 0, size)
        if not self.model.built:
            self.model(x, training=False)
        if not self.model.trainable_variables:
            raise UsageError(Fitting.NO_WEIGHTS)
        if not self.model.optimizer.built:
            self.model.optimizer.build(self.model.trainable_variables)
        states = self._values()
        loss, y_pred = self._test(x, y, sample_weight)
        # half floats sum badly
        self._zero = tf.zeros_like(loss, "float64" if loss.dtype == "float64" else "float32")
        self._update_metrics(x, y, y_pred, sample_weight)
        example = self._get_metrics() | {"loss": self._zero}  # example of an epoch's logs
        if self.validation is not None:
            example |= {f"val_{name}": v for name, v in example.items()}
        if self.measures is not None:
            example |= self.measures()
        self._example = {name: tf.convert_to_tensor(v) for name, v in example.items()}
        self.model.reset_metrics()
        self._assign(states)

    def _variables(self) -> list:
        """List all variables that training changes: weights, random, optimizer, layer states."""
        states = [
            layer.states
            for layer in self.model._flatten_layers()
            if getattr(layer, "stateful", False)
        ]
        return [*self.model.variables, *self.model.optimizer.variables, *keras.tree.flatten(states)]

    def _values(self) -> list[np.ndarray]:
        values = [np.asarray(v.numpy()) for v in self._variables()]
        # NumPy cannot save bfloat16
        return [v.astype("float32") if v.dtype.name == "bfloat16" else v for v in values]

    def _assign(self, values: list[Any]) -> None:
        for variable, v in zip(self._variables(), values, strict=True):
            variable.assign(v)

    # Trainings of parallel networks and of streams override the following methods.

    def _answer(self, x) -> Any:
        return self.model(x, training=True)

    def _loss(self, x, y, y_pred, sample_weight, training: bool) -> Any:
        return self.model.compute_loss(x, y, y_pred, sample_weight, training=training)

    def _size(self, size, sample_weight) -> Any:
        """Return the weight of a batch's loss in that of the epoch."""
        return size

    def _clip(self, gradients, limit) -> list:
        return clip_by_norm(gradients, limit)

    def _update_metrics(self, x, y, y_pred, sample_weight) -> None:
        self.model.compute_metrics(x, y, y_pred, sample_weight)

    def _get_metrics(self) -> Logs:
        return dict(self.model.get_metrics_result())

    def _is_finite(self, loss):
        return tf.math.is_finite(loss)

    def _refuse(self, logs: Logs) -> None:
        """Raise TrainingFailed if an epoch with finite numbers has failed otherwise."""

    def _are_weights_finite(self):
        return tf.reduce_all(
            [tf.reduce_all(tf.math.is_finite(v.value)) for v in self.model.trainable_variables]
        )


def _graph(function: Callable, **options: Any) -> Any:
    """Return a function as one graph.

    AutoGraph would spend a second on translating sources whose loops and branches are TensorFlow's
    already.
    """
    # a partial is new to TensorFlow each time; it would warn of repeated tracing of a method
    return tf.function(partial(function), autograph=False, **options)


def _forms(state) -> dict:
    return {name: (v.shape, v.dtype) for name, v in state.items() if name.startswith("variable/")}
