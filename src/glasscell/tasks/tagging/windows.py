"""Windows of long series, for training: cut anew in each epoch, so that they mix in a batch.

N series · T time steps · D channels · B batch size
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf


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
