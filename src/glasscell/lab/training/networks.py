"""Networks side by side as one Keras model: a cell, and a linear read-out of h at every step; and their losses.

M networks side by side · N series · T time steps · D features · H units · C targets

Every weight has a leading axis (M, …); network m reads its own series and is as if it were alone. Losses are over what
is asked: a target that is NaN is not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.cell import Weights
from glasscell.lab.design.arms import Arm, read
from glasscell.lab.design.measures import WEIGHTS
from glasscell.lab.training import packing


class Networks(keras.Model):
    """M networks of one arm. In training, those with `streams` continue from the state after the last batch.

    Parameters
    ----------
    arm : Arm
    weights : mapping of arrays (M, …)
        As `start_weights` gives them.
    engine : str
        As in `engines.lstm`.
    streams : int, optional
        N of each batch, where a batch continues where the last one ended.

    Examples
    --------
    >>> weights = start_weights(Arm("full"), features=2, units=1, targets=1, seeds=[0, 1, 2])
    >>> Networks(Arm("full"), weights)(tf.ones((3, 5, 20, 2))).shape
    TensorShape([3, 5, 20, 1])
    """

    def __init__(self, arm: Arm, weights: Mapping[str, np.ndarray], engine: str = "auto", streams: int | None = None):
        super().__init__()
        self.arm, self.engine, self.parts = arm, engine, {}
        for name, v in weights.items():
            self.parts[name] = self.add_weight(shape=v.shape, name=name)
            self.parts[name].assign(v)
        self.state: list[Any] = []
        if streams is not None:
            zeros = enumerate(self.fresh(streams))
            self.state = [self.add_weight(shape=v.shape, trainable=False, name=f"state_{k}") for k, v in zeros]
            self.begin_streams()

    def fresh(self, streams: int) -> list[Any]:
        """Return the state before the first step of so many streams: h and c, (M, N, H); with FGR i, f and o, too."""
        models, units, _ = self.parts["recurrent_kernel"].shape
        has_gates = self.arm.step is None and self.arm.variant.full_gate_recurrence
        return [tf.zeros((models, streams, units))] * (5 if has_gates else 2)

    def begin_streams(self) -> None:
        """Forget the state."""
        for v in self.state:
            v.assign(tf.zeros(v.shape))

    def call(self, x, training=False):
        """Return what the networks answer at every step of x (M, N, T, D): (M, N, T, C)."""
        goes_on = training and self.state
        answers, state = self.follow(x, [v.value for v in self.state] if goes_on else None)
        if goes_on:
            for variable, v in zip(self.state, state, strict=True):
                variable.assign(v)
        return answers

    def follow(self, x, state=None):
        """Return the answers to x (M, N, T, D), read from a state on as of `fresh`, or from zeros; and the last one."""
        part, read_out, shift = self.split()
        sound = packing.sound({**part, "read_out": read_out, "read_out_bias": shift})
        if self.arm.step is None:
            h, state = packing.lstm(x, Weights(**part), sound, self.arm.variant, self.engine, state)
        else:
            h, state = read(self.arm.step, x, state, **part)
        M, N, T, H = (int(size) for size in h.shape)  # pyright: ignore
        answers = tf.matmul(tf.reshape(h, (M, N * T, H)), read_out) + tf.expand_dims(shift, 1)
        return tf.reshape(answers, (M, N, T, answers.shape[-1])), state

    def split(self) -> tuple[dict[str, Any], Any, Any]:
        """Return the weights of the cell by name, and those of the read-out and its bias, as tensors."""
        part = {name: v.value for name, v in self.parts.items()}
        return part, part.pop("read_out"), part.pop("read_out_bias")

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights by name."""
        return {name: np.asarray(v.numpy()) for name, v in self.parts.items()}


def start_weights(
    arm: Arm,
    features: int,
    units: int,
    targets: int,
    seeds: Sequence[int],
    longest: int = 2,
) -> dict[str, Any]:
    """Draw the weights that networks start with, those of each from its own seed.

    Glorot and Bengio's uniform weights, where a matrix of four blocks counts as one, as in Keras; biases 0, but for the
    forget gate's. The read-out starts at 0 and so takes the sign that z's weights need. Where it was drawn, too,
    half of the one-unit networks whose two signs contradicted each other got stuck: in *write*, at the rate .03, 26 of
    53, and none of the 47 others.

    Parameters
    ----------
    arm : Arm
        Its `forget_bias` "chrono" draws the forget gates' biases as log U[1, T − 1], and gives the input gates −1 times
        that (Tallec & Ollivier 2018).
    features, units, targets : int
        D, H and C.
    seeds : sequence of M int
    longest : int
        T, for "chrono".

    Examples
    --------
    >>> weights = start_weights(Arm("full"), features=2, units=3, targets=1, seeds=[7, 8, 7])
    >>> weights["kernel"].shape, bool((weights["kernel"][0] == weights["kernel"][2]).all())
    ((3, 2, 12), True)
    """
    variant, width = arm.variant, arm.blocks * units
    shapes = {"kernel": (features, width), "recurrent_kernel": (units, width)}
    if variant.peepholes:
        shapes["peephole_kernel"] = (3, units)
    if variant.full_gate_recurrence:
        shapes["gate_kernel"] = (3 * units, 3 * units)
    drawn: dict[str, list] = {name: [] for name in shapes}
    bias = np.zeros((len(seeds), width), np.float32)
    for network, seed in enumerate(seeds):
        rng = np.random.default_rng([seed, WEIGHTS])
        for name, shape in shapes.items():
            limit = np.sqrt(6 / sum(shape))
            drawn[name].append(rng.uniform(-limit, limit, shape).astype(np.float32))
        if arm.blocks == 4:
            spans = np.log(rng.uniform(1, max(longest - 1, 1), units))
            bias[network, units : 2 * units] = spans if arm.forget_bias == "chrono" else arm.forget_bias
            bias[network, :units] = -spans if arm.forget_bias == "chrono" else 0
    read_out = np.zeros((len(seeds), units + 1, targets), np.float32)
    weights = {name: np.stack(v) for name, v in drawn.items()} | {"bias": bias}
    return weights | {"read_out": read_out[:, :units], "read_out_bias": read_out[:, units]}


class SquaredError(keras.losses.Loss):
    """The mean squared error over what is asked: a target that is NaN is not.

    >>> y = tf.constant([[[1.0, np.nan], [3.0, np.nan]]])
    >>> float(tf.reduce_mean(SquaredError().call(y, tf.zeros((1, 2, 2)))))
    5.0
    """

    def call(self, y_true, y_pred):
        """Return errors (M, …) whose mean over all but the first axis is each network's."""
        asked = tf.math.logical_not(tf.math.is_nan(y_true))
        error = tf.square(tf.where(asked, y_true - y_pred, 0.0))
        share = tf.reduce_mean(tf.cast(asked, tf.float32), axis=range(1, len(y_true.shape)), keepdims=True)
        return error / share


class CrossEntropy(keras.losses.Loss):
    """Minus the binary logarithm of the softmax probability of what came, 1 of C: bits per symbol.

    >>> y = tf.constant([[[0.0, 1.0], [np.nan, np.nan]]])
    >>> float(tf.reduce_mean(CrossEntropy().call(y, tf.zeros((1, 2, 2)))))
    1.0
    """

    def call(self, y_true, y_pred):
        """Return bits (M, …) whose mean over all but the first axis is each network's."""
        asked = tf.reduce_all(tf.math.is_finite(y_true), axis=-1)
        targets = tf.where(asked[..., None], y_true, 0.0)
        bits = tf.nn.softmax_cross_entropy_with_logits(targets, y_pred) / np.float32(np.log(2.0))
        share = tf.reduce_mean(tf.cast(asked, tf.float32), axis=range(1, len(asked.shape)), keepdims=True)
        return tf.where(asked, bits, 0.0) / share  # where nothing came, its value is 0, but its gradient is not
