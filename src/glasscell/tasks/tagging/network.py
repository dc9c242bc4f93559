"""The tagging network and its training: raw series in, class probabilities at each step out.

N series · T time steps · D channels · H units · C classes
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
from glasscell.tasks.tagging.windows import WindowBatches
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
