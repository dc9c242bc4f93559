"""The tagging network and its training: raw series in, class probabilities at each step out.

Long series are cut into windows for training.

N series · T time steps · D channels · H units · C classes · B batch size
"""

from collections.abc import Collection, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.estimators.base import silent_softmax
from glasscell.layers.preprocessing import Scaling
from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.builder import draw_seed, read_in_time
from glasscell.settings.setting import check_parameters
from glasscell.settings.shared import OF_NETWORKS
from glasscell.tasks.tagging.data import NONE
from glasscell.training.batches import weigh_classes
from glasscell.training.epoch_graph import Training
from glasscell.training.optimizers import falling
from glasscell.variants import Variant

MARGIN = 8  # ratio of a window to one of its margins, in steps


def build_tagging_network(
    features: int,
    classes: int,
    *,
    units: int | Sequence[int] = 64,
    bidirectional: bool = False,
    variant: Variant | str | None = None,
    dropout: float = 0.0,
    noise: float = 0.0,
    forget_bias: float | str = 1.0,
    longest: int = 1,
    engine: str = "auto",
    seed: int = 0,
) -> keras.Model:
    """Return a network from series (N, T, D), padded with NaN, to probabilities (N, T, C).

    >>> network = build_tagging_network(3, 2, units=4, bidirectional=True)
    >>> network(np.ones((5, 7, 3), "float32")).shape
    TensorShape([5, 7, 2])
    """
    given = {"units": units, "bidirectional": bidirectional, "dropout": dropout, "noise": noise}
    check_parameters(given | {"forget_bias": forget_bias}, OF_NETWORKS)
    rng = np.random.default_rng(seed)
    series = keras.Input((None, features), name="series")
    h: Any = Scaling(name="scaling")(series)
    if noise > 0:
        h = keras.layers.GaussianNoise(noise, seed=draw_seed(rng), name="noise")(h)
    h, _ = read_in_time(
        h,
        list(units) if isinstance(units, Collection) else [units],
        bidirectional=bidirectional,
        variant=variant,
        dropout=dropout,
        forget_bias=forget_bias,
        longest=longest,
        engine=engine,
        rng=rng,
    )
    if dropout > 0:
        h = keras.layers.Dropout(dropout, seed=draw_seed(rng), name="dropout")(h)
    initializer: Any = keras.initializers.GlorotUniform(draw_seed(rng))
    answer = keras.layers.Dense(
        classes, "softmax", kernel_initializer=initializer, name="read_out"
    )(h)
    return keras.Model(series, answer, name="tagger")


class WindowBatches:
    """Windows of series: each labeled step is scored once per epoch; a series that fits is one.

    A longer series is cut at random places in each epoch. The scored steps of a window have a
    margin on both sides, so that each is predicted in context. Windows overlap, and no states are
    carried between them, since a bidirectional network cannot carry states backwards. So windows of
    all series, from all their parts, mix in a batch.

    Parameters
    ----------
    y : list of int arrays (T_n,)
        Class numbers; −1 for an unlabeled step.
    window : int
        Maximum number of steps in a window.
    margin : int
        Steps at either end of a window that are processed but not scored; there are none at the
        ends of a series.
    batch_size : int
        B, windows per batch.
    shuffle : bool
        Whether to draw cuts and order for each epoch, from the seed and the epoch's number only.

    >>> x, y = [np.arange(5.0)[:, None]], [np.array([0, 1, -1, 1, 0])]
    >>> batches = WindowBatches(x, y, np.ones(2), window=4, margin=1, batch_size=9, shuffle=False)
    >>> x, y, weight = batches.draw(batches.begin(0), 0, 4)
    >>> x[..., 0].numpy().tolist()
    [[0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]
    >>> weight.numpy().tolist()
    [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]
    """

    def __init__(
        self,
        x: Sequence[np.ndarray],
        y: Sequence[np.ndarray],
        class_weight: np.ndarray,
        *,
        window: int,
        margin: int,
        batch_size: int,
        shuffle: bool = True,
        seed: int = 0,
    ):
        lengths = np.array([len(v) for v in x], "int32")
        self.window, self.margin, self.scored = (
            min(window, int(lengths.max())),
            margin,
            window - 2 * margin,
        )
        is_cut = lengths > window
        count = np.where(is_cut, -(-lengths // self.scored) + 1, 1)
        series = np.repeat(np.arange(len(x)), count)
        self.samples = len(series)
        self.batch_size, self.shuffle, self.seed = min(batch_size, self.samples), shuffle, seed
        self.steps, self.remainder = divmod(self.samples, self.batch_size)
        flat = np.concatenate(y).astype("int32")
        # class −1 indexes the last, 0
        weight = np.append(class_weight, 0.0).astype("float32")[flat]
        self._x, self._y, self._weight = (
            tf.constant(v) for v in (np.concatenate(x).astype("float32"), flat, weight)
        )
        starts = np.cumsum(lengths) - lengths
        self._series, self._lengths, self._starts, self._is_cut, self._place = (
            tf.constant(v, "bool" if v.dtype == bool else "int32")
            for v in (
                series,
                lengths,
                starts,
                is_cut,
                np.concatenate([np.arange(n) for n in count]),
            )
        )

    def begin(self, epoch: Any) -> tuple[Any, Any]:
        """Return this epoch's order of windows, and by how many steps each series' cuts shift."""
        order, phase = tf.range(self.samples), tf.zeros_like(self._lengths)
        if self.shuffle:
            seed: Any = [self.seed, epoch]
            order = tf.random.experimental.stateless_shuffle(order, seed)  # pyright: ignore
            drawn = tf.random.stateless_uniform(
                tf.shape(phase), seed, maxval=self.scored, dtype="int32"
            )
            phase = tf.where(self._is_cut, drawn, 0)
        return order, phase

    def draw(self, begun: tuple[Any, Any], step: Any, size: Any) -> tuple[Any, Any, Any]:
        """Return x (B, T, D), y (B, T) and each step's weight (B, T), 0 if it is not scored."""
        order, phase = begun
        index = tf.slice(order, [step * self.batch_size], [size])
        series = tf.gather(self._series, index)
        length = tf.gather(self._lengths, series)[:, None]
        is_cut = tf.gather(self._is_cut, series)[:, None]
        first = (
            self.scored * tf.gather(self._place, index)[:, None] - tf.gather(phase, series)[:, None]
        )
        begins = tf.where(
            is_cut, tf.clip_by_value(first - self.margin, 0, tf.maximum(length - self.window, 0)), 0
        )
        steps = begins + tf.range(self.window)
        is_there = steps < length
        at = tf.gather(self._starts, series)[:, None] + tf.minimum(steps, length - 1)
        x = tf.where(
            is_there[..., None], tf.gather(self._x, at), tf.constant(np.nan, self._x.dtype)
        )
        is_scored = is_there & (~is_cut | ((steps >= first) & (steps < first + self.scored)))
        weight = tf.where(is_scored, tf.gather(self._weight, at), 0.0)
        end = tf.reduce_max(tf.where(is_cut, self.window, tf.minimum(length, self.window)))
        return x[:, :end], tf.maximum(tf.gather(self._y, at), 0)[:, :end], weight[:, :end]


class StepTraining(Training):
    """A training whose loss is the mean over the scored steps, without padding and unlabeled steps.

    Parameters are those of `Training`; the model returns probabilities (N, T, C).
    """

    def _loss(self, x, y, y_pred, sample_weight, training: bool) -> Any:
        return mean_loss(y, y_pred, sample_weight)

    def _size(self, size, sample_weight) -> Any:
        return tf.reduce_sum(sample_weight)


def mean_loss(y: Any, answers: Any, weight: Any) -> Any:
    """Return the mean cross entropy of probabilities (N, T, C) for y (N, T), weighted by (N, T).

    >>> float(
    ...     mean_loss(
    ...         np.array([[0, 1]]),
    ...         np.array([[[0.5, 0.5], [0.9, 0.1]]], "f"),
    ...         np.array([[2.0, 0.0]], "f"),
    ...     )
    ... )
    0.6931471824645996
    """
    of_each = keras.losses.sparse_categorical_crossentropy(y, answers)
    return tf.math.divide_no_nan(tf.reduce_sum(weight * of_each), tf.reduce_sum(weight))


def prepare_training(
    x: Sequence[np.ndarray],
    y: Sequence[np.ndarray],
    classes: int,
    *,
    window: int,
    learning_rate: float,
    epochs: int,
    batch_size: int,
    clip_norm: float | None,
    class_weight: dict[int, float] | str | None = None,
    seed: int = 0,
    held_out: tuple[Sequence[np.ndarray], Sequence[np.ndarray]] | None = None,
    **of_network: Any,
) -> StepTraining:
    """Return the training of a new tagger.

    `held_out` (x, y).

    >>> x, y = [np.eye(3, dtype="float32")[[0, 1, 2] * 9]], [np.array([0, 1, 0] * 9)]
    >>> how = {"window": 8, "batch_size": 2, "epochs": 2, "clip_norm": 1.0, "learning_rate": 0.01}
    >>> prepare_training(x, y, 2, **how, units=4).run(2).epoch
    2
    """
    longest = min(window, max(map(len, x)))
    network = build_tagging_network(
        x[0].shape[-1], classes, longest=longest, seed=seed, **of_network
    )
    scaling: Any = anatomy_of(network).scaling
    scaling.adapt(np.concatenate(x))
    size: dict[str, Any] = {"window": window, "margin": window // MARGIN, "batch_size": batch_size}
    batches: Any = WindowBatches(x, y, weights_of(y, classes, class_weight), **size, seed=seed)
    optimizer: Any = keras.optimizers.Adam(falling(learning_rate, epochs, batches))
    network.compile(optimizer, "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    watched: Any = None
    if held_out is not None:
        watched = WindowBatches(*held_out, np.ones(classes), **size, shuffle=False)
    with silent_softmax():
        return StepTraining(network, batches, validation=watched, clip_norm=clip_norm)


def weights_of(
    y: Sequence[np.ndarray], classes: int, class_weight: dict[int, float] | str | None
) -> np.ndarray:
    """Return the weight of a step of each class, (C,); "balanced" gives classes equal totals.

    >>> weights_of([np.array([0, 0, 0, 1, -1])], 2, "balanced").round(2).tolist()
    [0.67, 2.0]
    """
    if class_weight is None:
        return np.ones(classes)
    labels = np.concatenate(y)
    present, first = np.unique(labels[labels != NONE], return_index=True)
    weights = np.ones(classes)
    weights[present] = weigh_classes(class_weight, labels[labels != NONE])[first]
    return weights
