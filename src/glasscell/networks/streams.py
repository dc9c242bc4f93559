"""Predictions step by step: a network trained on whole series processes endless ones with states.

M streams · D channels · H units · C classes, or targets · k stride
"""

from collections.abc import Collection
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.cell import State
from glasscell.data.arrays import as_numbers
from glasscell.data.offsets import is_marked, marks_of
from glasscell.data.sentences import Reading
from glasscell.errors import UsageError
from glasscell.inference.bounds import require_finite_step
from glasscell.networks.anatomy import anatomy_of, bounds_of
from glasscell.networks.sentences import Networks
from glasscell.recurrence import engines
from glasscell.system.checks import require_whole


class Stream:
    """M parallel streams, processed one step at a time.

    The prediction after t steps equals that of `predict` for the first t steps as a series.

    Parameters
    ----------
    network : keras.Model
        Of `builder.build_network`, not bidirectional; or another of stacked LSTMs.
    streams : int
        M.
    prior : array (C,), optional
        Prediction before the first value, as in an estimator; by default the network's output for
        masked steps.
    offset : array (D,), optional
        Subtracted from the input in float64, as in an estimator.
    missing : collection of float
        Missing-value codes.

    Attributes
    ----------
    has_begun : bool array (M,)
        Which streams have had a value.

    >>> from glasscell.networks.builder import build_network
    >>> stream = Stream(build_network(3, 2), streams=4)
    >>> stream.step(np.ones((4, 3))).shape
    (4, 2)
    """

    def __init__(
        self,
        network: keras.Model,
        streams: int = 1,
        *,
        prior: np.ndarray | None = None,
        offset: np.ndarray | None = None,
        missing: Collection[float] = (),
    ):
        self._anatomy = anatomy = anatomy_of(network)
        if anatomy.reads_backwards:
            raise UsageError(Networks.BIDIRECTIONAL)
        if anatomy.strangers or not anatomy.readers:
            code = Networks.NO_STREAM if anatomy.strangers else Networks.NO_LSTM_TO_STREAM
            raise UsageError(
                code, name=network.name, layers=[layer.name for layer in anatomy.strangers]
            )
        require_whole(1, streams=streams)
        self.streams, self.features, self._bounds = (
            int(streams),
            network.input_shape[-1],
            bounds_of(network),
        )
        self.stride, self.prior, self.offset, self._marks = (
            anatomy.stride,
            prior,
            offset,
            marks_of(missing),
        )
        # a partial: see `prediction._graph`
        self._read = tf.function(partial(self._step), autograph=False)
        self.reset()

    def reset(self, which: Any = None) -> None:
        """Begin again: all streams, or those with the given numbers."""
        fresh = [tf.zeros((self.streams, size)) for size in self._state_sizes()]
        if which is None:
            self._states, self.has_begun = fresh, np.zeros(self.streams, bool)
            self._block = np.zeros((self.streams, 0, self.features), "float32")
            return
        if self._block.shape[1]:
            raise UsageError(Networks.WITHIN_STRIDE, steps=self._block.shape[1], stride=self.stride)
        begins = np.zeros((self.streams, 1), bool)
        begins[which] = True
        self.has_begun = self.has_begun & ~begins[:, 0]
        self._states = [
            tf.where(begins, new, old) for new, old in zip(fresh, self._states, strict=True)
        ]

    def step(self, x: Any) -> np.ndarray:
        """Process the next step of each stream, (M, D), and return the predictions so far, (M, C).

        NaN is a missing value. A step of nothing but NaN leaves the state unchanged; before its
        first value, a stream's prediction is `prior`.
        """
        with np.errstate(over="ignore"):
            x = raw = as_numbers(x, Reading.STEP())
            x = np.asarray(
                x if self.offset is None else np.subtract(x, self.offset, dtype="float64"),
                "float32",
            )
            x = (
                np.where(is_marked(raw, self._marks), np.float32(np.nan), x)
                if len(self._marks)
                else x
            )
        if x.shape != (self.streams, self.features):
            raise UsageError(
                Networks.STREAM_SHAPE, shape=x.shape, streams=self.streams, features=self.features
            )
        self._bounds.require_step(x)
        block = np.concatenate([self._block, x[:, None]], 1)
        answers, states = self._read(block, self._states)
        require_finite_step(answers.numpy())
        self._block = block
        if block.shape[1] == self.stride:
            self._states, self._block = states, block[:, :0]
        self.has_begun = self.has_begun | ~np.isnan(x).all(1)
        if self.prior is None:
            return answers.numpy()
        return np.where(
            self.has_begun[:, None], answers, self.prior.astype(answers.dtype.as_numpy_dtype)
        )

    def _step(self, block, states):
        anatomy, states, after, x = self._anatomy, list(states), [], block
        mask: Any = None
        if anatomy.shortening is not None:
            x = anatomy.shortening(x)
        if anatomy.scaling is not None:
            mask, x = anatomy.scaling.compute_mask(x), anatomy.scaling(x)
        # anatomy.noise is skipped: it acts only in training
        h: Any = None
        for layer in anatomy.lstms:
            before = [states.pop(0) for _ in layer.cell.state_size]
            _, state, _ = engines.read(
                x,
                layer.cell._weight_tensors(),
                layer.cell.variant,
                initial_state=State(before[0], before[1], tuple(before[2:])),
                mask=mask,
            )
            after += [state.h, state.c, *state.ifo]
            h = state.h
            x = h[:, None]
        answer = h
        if anatomy.pooling is not None:
            real = tf.ones_like(h[:, :1]) if mask is None else tf.cast(mask, h.dtype)
            total, count = states.pop(0) + h * real, states.pop(0) + real
            after += [total, count]
            mean = tf.math.divide_no_nan(total, count)
            answer = (
                mean if anatomy.ends_and_pooling is None else anatomy.ends_and_pooling([h, mean])
            )
        for layer in anatomy.head:
            answer = layer(answer)
        return answer, after

    def _state_sizes(self) -> list[int]:
        lstms = self._anatomy.lstms
        sizes = [size for layer in lstms for size in layer.cell.state_size]
        return sizes if self._anatomy.pooling is None else [*sizes, lstms[-1].units, 1]
