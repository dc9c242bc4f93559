"""Parallel networks as one Keras model: a cell and a linear output layer at every step; losses.

M parallel networks · N series · T time steps · D features · H units · C targets

G networks packed into one · P = ⌈M/G⌉ packs

Every weight has a leading axis (M, …); network m processes its own series, independently of the
rest. Losses ignore targets that are NaN.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.lab.design.cell_arms import Arm, read
from glasscell.lab.design.measures import WEIGHTS
from glasscell.recurrence import engines
from glasscell.variants import Variant

LANES = 16  # of the kernel's vectors
LARGEST_WEIGHT = 1e4  # beyond it a network has failed; 0·∞ would spoil the others in its pack


class Networks(keras.Model):
    """M networks of one arm; in training, those with `streams` continue from the last state.

    Parameters
    ----------
    weights : mapping of arrays (M, …)
        As returned by `start_weights`.
    engine : str
        As in `engines.lstm`.
    streams : int, optional
        N of each batch, if each batch continues the streams of the last.

    >>> weights = start_weights(Arm("full"), features=2, units=1, targets=1, seeds=[0, 1, 2])
    >>> Networks(Arm("full"), weights)(tf.ones((3, 5, 20, 2))).shape
    TensorShape([3, 5, 20, 1])
    """

    def __init__(
        self,
        arm: Arm,
        weights: Mapping[str, np.ndarray],
        engine: str = "auto",
        streams: int | None = None,
    ):
        super().__init__()
        self.arm, self.engine, self.parts = arm, engine, {}
        for name, v in weights.items():
            self.parts[name] = self.add_weight(shape=v.shape, name=name)
            self.parts[name].assign(v)
        self.state: list[Any] = []
        if streams is not None:
            zeros = enumerate(self.fresh(streams))
            self.state = [
                self.add_weight(shape=v.shape, trainable=False, name=f"state_{k}") for k, v in zeros
            ]
            self.begin_streams()

    def fresh(self, streams: int) -> list[Any]:
        """Return the initial state for N streams: h and c, (M, N, H); with FGR also i, f and o."""
        models, units, _ = self.parts["recurrent_kernel"].shape
        has_gates = self.arm.step is None and self.arm.variant.full_gate_recurrence
        return [tf.zeros((models, streams, units))] * (5 if has_gates else 2)

    def begin_streams(self) -> None:
        """Reset the state to zeros."""
        for v in self.state:
            v.assign(tf.zeros(v.shape))

    def call(self, x, training=False):
        """Return the outputs at every step of x (M, N, T, D): (M, N, T, C)."""
        goes_on = training and self.state
        answers, state = self.follow(x, [v.value for v in self.state] if goes_on else None)
        if goes_on:
            for variable, v in zip(self.state, state, strict=True):
                variable.assign(v)
        return answers

    def follow(self, x, state=None):
        """Return outputs for x (M, N, T, D) from a `fresh` state or zeros, and the last state."""
        part, read_out, shift = self.split()
        sound = find_sound({**part, "read_out": read_out, "read_out_bias": shift})
        if self.arm.step is None:
            h, state = read_packed(x, Weights(**part), sound, self.arm.variant, self.engine, state)
        else:
            h, state = read(self.arm.step, x, state, **part)
        M, N, T, H = (int(size) for size in h.shape)  # pyright: ignore
        answers = tf.matmul(tf.reshape(h, (M, N * T, H)), read_out) + tf.expand_dims(shift, 1)
        return tf.reshape(answers, (M, N, T, answers.shape[-1])), state

    def split(self) -> tuple[dict[str, Any], Any, Any]:
        """Return the cell's weights by name, and the output layer's weights and bias: tensors."""
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
    """Draw the initial weights of networks, each from its own seed.

    Kernels are Glorot-uniform, where a matrix of four blocks counts as one, as in Keras. Biases are
    0, except for the forget gate. The output layer starts at 0 and so takes the sign that z's
    weights need. If it is drawn, too, half of the one-unit networks with contradictory signs get
    stuck: in *write* at rate 0.03, 26 of 53, and none of the 47 others.

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
            bias[network, units : 2 * units] = (
                spans if arm.forget_bias == "chrono" else arm.forget_bias
            )
            bias[network, :units] = -spans if arm.forget_bias == "chrono" else 0
    read_out = np.zeros((len(seeds), units + 1, targets), np.float32)
    weights = {name: np.stack(v) for name, v in drawn.items()} | {"bias": bias}
    return weights | {"read_out": read_out[:, :units], "read_out_bias": read_out[:, units]}


class SquaredError(keras.losses.Loss):
    """The mean squared error over all targets that are not NaN.

    >>> y = tf.constant([[[1.0, np.nan], [3.0, np.nan]]])
    >>> float(tf.reduce_mean(SquaredError().call(y, tf.zeros((1, 2, 2)))))
    5.0
    """

    def call(self, y_true, y_pred):
        """Return errors (M, …); the mean over all but the first axis is each network's."""
        asked = tf.math.logical_not(tf.math.is_nan(y_true))
        error = tf.square(tf.where(asked, y_true - y_pred, 0.0))
        share = tf.reduce_mean(
            tf.cast(asked, tf.float32), axis=range(1, len(y_true.shape)), keepdims=True
        )
        return error / share


class CrossEntropy(keras.losses.Loss):
    """The negative log2 of the softmax probability of the target, 1 of C: bits per symbol.

    >>> y = tf.constant([[[0.0, 1.0], [np.nan, np.nan]]])
    >>> float(tf.reduce_mean(CrossEntropy().call(y, tf.zeros((1, 2, 2)))))
    1.0
    """

    def call(self, y_true, y_pred):
        """Return bits (M, …); the mean over all but the first axis is each network's."""
        asked = tf.reduce_all(tf.math.is_finite(y_true), axis=-1)
        targets = tf.where(asked[..., None], y_true, 0.0)
        bits = tf.nn.softmax_cross_entropy_with_logits(targets, y_pred) / np.float32(np.log(2.0))
        share = tf.reduce_mean(
            tf.cast(asked, tf.float32), axis=range(1, len(asked.shape)), keepdims=True
        )
        # without a target the value is 0, but the gradient is not
        return tf.where(asked, bits, 0.0) / share


def find_sound(parts: dict[str, Any]) -> Any:
    """Return which networks have only finite weights up to 10,000: (M,), bool; parts are (M, …).

    >>> find_sound(
    ...     {"bias": tf.constant([[1.0, 2.0], [float("nan"), 2.0], [-1e5, 0.0]])}
    ... ).numpy().tolist()
    [True, False, False]
    """
    return tf.reduce_all(
        [
            tf.reduce_all(abs(v) <= LARGEST_WEIGHT, axis=range(1, len(v.shape)))
            for v in parts.values()
        ],
        axis=0,
    )


def read_packed(
    x: Any,
    weights: Weights,
    sound: Any,
    variant: Variant,
    engine: str = "auto",
    initial_state: Any = None,
) -> Any:
    """Run M networks on the series x (M, N, T, D), like `engines.lstm` with `return_sequences`.

    The kernel takes as long for one unit as for sixteen. So G networks become one of G·H units. Its
    block-diagonal matrices add exact zeros from the other networks to each sum.

    `weights` (M, …), `sound` (M,), `initial_state` (M, N, H) → (M, N, T, H).

    >>> weights = {
    ...     "kernel": tf.random.normal((5, 2, 4)),
    ...     "recurrent_kernel": tf.random.normal((5, 1, 4)),
    ... }
    >>> weights |= {"bias": tf.zeros((5, 4))}
    >>> x = tf.random.normal((5, 3, 7, 2))
    >>> alone, _ = engines.lstm(x, **weights, return_sequences=True)
    >>> packed, _ = read_packed(x, Weights(**weights), find_sound(weights), Variant())
    >>> bool(tf.reduce_max(abs(alone - packed)) < 1e-6)
    True
    """
    M, N, T, D = (int(size) for size in x.shape)
    H = int(weights.recurrent_kernel.shape[-2])  # pyright: ignore
    G = min(max(LANES // H, 1), M)
    P = -(-M // G)

    def grouped(v):
        """Return v (M, …) as (P, G, …), with zeros for failed networks and to fill packs."""
        v = tf.where(tf.reshape(sound, (M, *[1] * (len(v.shape) - 1))), v, tf.zeros_like(v))
        v = tf.pad(v, [[0, P * G - M], *[[0, 0]] * (len(v.shape) - 1)])
        return tf.reshape(v, (P, G, *v.shape[1:]))

    def merged(v):
        """Return states (M, N, H) as states of the packs, (P, N, G·H)."""
        return tf.reshape(tf.transpose(grouped(v), (0, 2, 1, 3)), (P, N, G * H))

    def parted(v):
        """Return outputs of packs (P, N, …, G·H) as (M, N, …, H)."""
        v = tf.reshape(v, (P, -1, G, H))
        v = tf.reshape(tf.transpose(v, (0, 2, 1, 3)), (P * G, N, -1, H))[:M]
        return tf.where(tf.reshape(sound, (M, 1, 1, 1)), v, float("nan"))

    packed = Weights(
        kernel=_diagonal(grouped(weights.kernel), 4),
        recurrent_kernel=_diagonal(grouped(weights.recurrent_kernel), 4),
        bias=tf.reshape(_side_by_side(grouped(weights.bias[:, None]), 4), (P, 4 * G * H)),
        peephole_kernel=None
        if not variant.peepholes
        else _side_by_side(grouped(weights.peephole_kernel), 1),
        gate_kernel=None
        if not variant.full_gate_recurrence
        else _diagonal(grouped(weights.gate_kernel), 3),
    )
    x = tf.reshape(tf.transpose(grouped(x), (0, 2, 3, 1, 4)), (P, N, T, G * D))
    if initial_state is not None:
        h, c, *ifo = (merged(v) for v in initial_state)
        initial_state = State(h, c, tuple(ifo))
    h, after, _ = engines.read(
        x, packed, variant, engine=engine, initial_state=initial_state, return_sequences=True
    )
    return parted(h), tuple(parted(v)[:, :, 0] for v in (after.h, after.c, *after.ifo))


def _side_by_side(v, blocks: int):
    """Return rows (P, G, R, blocks·H) as (P, R, blocks·G·H): units side by side in each block."""
    P, G, R, width = v.shape
    v = tf.reshape(v, (P, G, R, blocks, width // blocks))
    return tf.reshape(tf.transpose(v, (0, 2, 3, 1, 4)), (P, R, G * width))


def _diagonal(v, blocks: int):
    """Return matrices (P, G, rows, blocks·H) as (P, G·rows, blocks·G·H), diagonal in each block.

    The rows of a gate_kernel are in blocks, too: i, f, o.
    """
    P, G, rows, width = v.shape
    row_blocks = 3 if blocks == 3 else 1
    v = tf.reshape(v, (P, G, row_blocks, rows // row_blocks, blocks, 1, width // blocks))
    v = v * tf.reshape(tf.eye(G), (1, G, 1, 1, 1, G, 1))  # (P, G, row blocks, rows, blocks, G, H)
    return tf.reshape(
        tf.transpose(v, (0, 2, 1, 3, 4, 5, 6)), (P, G * rows, blocks * G * (width // blocks))
    )
