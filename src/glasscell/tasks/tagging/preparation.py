"""A tagger's training, put together: the network, its scaling and schedule, and the windows that it reads.

N series · T time steps · D channels · C classes
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from glasscell.estimators.base import silent_softmax
from glasscell.networks.anatomy import anatomy_of
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.tasks.tagging.windows import NONE, StepTraining, WindowBatches
from glasscell.training.batches import weigh_classes
from glasscell.training.schedules import falling

MARGIN = 8  # a window has so many times the steps of one of its margins


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

    Parameters
    ----------
    x : list of float32 arrays (T_n, D)
        Without padding.
    y : list of int arrays (T_n,)
        Numbers of classes, −1 where a step is not labelled.
    classes : int
        C.
    window, batch_size : int
        As in `training.step_windows.WindowBatches`.
    learning_rate : float
        Adam's at the start; it comes down to a hundredth along a cosine, in so many epochs.
    epochs : int
    clip_norm : float, optional
    class_weight : dict or "balanced", optional
        Of the numbers of classes.
    seed : int
    held_out : (x, y), optional
        What `val_loss` and `val_accuracy` are of.
    **of_network
        As in `networks.tagger.build_tagging_network`.

    Examples
    --------
    >>> x, y = [np.eye(3, dtype="float32")[[0, 1, 2] * 9]], [np.array([0, 1, 0] * 9)]
    >>> how = {"window": 8, "batch_size": 2, "epochs": 2, "clip_norm": 1.0, "learning_rate": 0.01}
    >>> prepare_training(x, y, 2, **how, units=4).run(2).epoch
    2
    """
    longest = min(window, max(map(len, x)))
    network = build_tagging_network(x[0].shape[-1], classes, longest=longest, seed=seed, **of_network)
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


def weights_of(y: Sequence[np.ndarray], classes: int, class_weight: dict[int, float] | str | None) -> np.ndarray:
    """Return what a step of each class weighs, (C,); "balanced" gives all classes of y the same weight together.

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
