"""A text that no network was trained on, read in streams: what its characters cost.

M networks side by side · N streams for each · T symbols read at once · C symbols of the alphabet
"""

from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST, VALIDATION
from glasscell.lab.design.tasks import find_task
from glasscell.lab.design.texts import STREAMS, stream_length, whole_pieces
from glasscell.lab.training.losses import CrossEntropy
from glasscell.lab.training.networks import Networks


def measure(
    networks: Networks, condition: Condition, experiment: Experiment
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Return bits per character of the text that networks are chosen by, and of the test, both (M,)."""
    validation, test = (follow_text(networks, condition, experiment, part) for part in (VALIDATION, TEST))
    return validation, test, {}


def follow_text(networks: Networks, condition: Condition, experiment: Experiment, part: int) -> np.ndarray:
    """Let networks read a held-out text, states carried on, and return the bits per character of each, (M,).

    All read the same forty streams, which lie evenly over it: together at most `held_out` times `length` symbols.

    Parameters
    ----------
    networks : Networks
    condition : Condition
    experiment : Experiment
    part : int
        `VALIDATION` or `TEST`.

    Returns
    -------
    float64 array (M,)
        NaN for a network whose answers are not finite.
    """
    task, models = find_task(condition.task), experiment.models
    x, y = task.make(STREAMS, stream_length(experiment.held_out, condition.length), 1, (0, part))
    at_once = min(condition.length, x.shape[1])
    read = whole_pieces(x.shape[1], condition.length)
    state: Any = networks.fresh(STREAMS)
    follow = tf.function(partial(_follow, networks))  # a partial: a lambda would seem to be traced again
    bits = np.zeros(models)
    for begun in range(0, read, at_once):
        now = slice(begun, begun + at_once)
        cost, state = follow(*(tf.constant(v[:, now, 0], tf.int32) for v in (x, y)), *state)
        bits += cost.numpy()
    return bits * at_once / read


def _follow(networks: Networks, x: Any, y: Any, *state: Any) -> Any:
    """Return the mean bits per character of N streams' piece, (M,), and the states after it."""
    symbols = networks.parts["read_out"].shape[-1]
    shape = (state[0].shape[0], *x.shape, symbols)
    x, y = (tf.broadcast_to(tf.one_hot(v, symbols), shape) for v in (x, y))
    answers, after = networks.follow(x, state)
    return tf.reduce_mean(CrossEntropy().call(y, answers), axis=(1, 2)), after
