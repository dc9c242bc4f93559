"""The call of the native operation: converts arguments like those of `engines.lstm` to its form.

T time steps · N series · D features · H units · … leading axes: one network, or many side by side
"""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from glasscell.cell import State, Weights, check_weights
from glasscell.recurrence.context import is_recorded
from glasscell.recurrence.kernel import library
from glasscell.variants import STANDARD, Variant


def lstm(
    x: tf.Tensor,
    weights: Weights,
    variant: Variant = STANDARD,
    *,
    initial_state: State | None = None,
    mask: tf.Tensor | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    input_keep: Sequence[tf.Tensor] | None = None,
    recurrent_keep: Sequence[tf.Tensor] | None = None,
) -> tuple[tf.Tensor, State]:
    """Run the LSTM over x if `support` knows no obstacle or misfit; otherwise as in `loop.lstm`.

    >>> x, weights = tf.ones((1, 3, 2)), Weights(tf.ones((2, 4)), tf.ones((1, 4)))
    >>> h, state = lstm(x, weights, return_sequences=True) if library.load()[0] else ([0], None)
    >>> len(h)
    1
    """
    check_weights(weights, variant)
    if initial_state is not None and initial_state.ifo:
        raise ValueError(
            "initial_state needs i, f and o for a variant with full gate recurrence, and only "
            "for such"
        )
    absent = tf.constant([], tf.float32)
    if mask is not None:
        mask = tf.convert_to_tensor(mask)
        if not (mask.shape.is_fully_defined() and mask.shape == x.shape[:-1]):
            mask = tf.broadcast_to(mask, tf.shape(x)[:-1])  # one row may apply to all series
        x = tf.where(tf.expand_dims(mask, -1), x, tf.zeros_like(x))  # pyright: ignore
    if input_keep is not None and len(input_keep) == 1:
        x, input_keep = x * tf.expand_dims(input_keep[0], -3 if time_major else -2), None
    if recurrent_keep is not None and len(recurrent_keep) == 1:
        recurrent_keep = list(recurrent_keep) * 4
    axis = -2 if time_major else -3  # of the series in x
    units = weights.recurrent_kernel.shape[-2]
    h0, c0 = [absent] * 2
    if initial_state is not None:
        h0, c0 = [_for_each_series(v, x, axis, units) for v in initial_state[:2]]
    output, h, c, _ = library.load()[0].glasscell_lstm(
        x=x,
        kernel=weights.kernel,
        recurrent_kernel=weights.recurrent_kernel,
        bias=absent if weights.bias is None else weights.bias,
        peephole_kernel=absent if weights.peephole_kernel is None else weights.peephole_kernel,
        h0=h0,
        c0=c0,
        mask=tf.constant([], tf.bool) if mask is None else mask,
        input_keep=absent
        if input_keep is None
        else tf.stack([_for_each_series(v, x, axis, x.shape[-1]) for v in input_keep]),
        recurrent_keep=absent
        if recurrent_keep is None
        else tf.stack([_for_each_series(v, x, axis, units) for v in recurrent_keep]),
        time_major=time_major,
        go_backwards=go_backwards,
        return_sequences=return_sequences,
        zero_output_for_mask=zero_output_for_mask,
        input_gate=variant.input_gate,
        forget_gate=variant.forget_gate,
        output_gate=variant.output_gate,
        coupled=variant.coupled,
        input_activation=variant.input_activation,
        gate_activation=variant.gate_activation,
        output_activation=variant.output_activation,
        threads=library.threads(),
        save=is_recorded(),
        name="lstm",
    )
    if not tf.executing_eagerly():
        state = [*x.shape[:-3], x.shape[axis], units]
        output.set_shape([*x.shape[:-1], units] if return_sequences else state)
        for v in (h, c):
            v.set_shape(state)
    return output, State(h, c)


def _for_each_series(v, x, axis: int, size: Any) -> tf.Tensor:
    """Broadcast v to (…, N, size): one row may apply to all series, on `axis` of x."""
    shape = [*x.shape[:-3], x.shape[axis], size]
    v = tf.convert_to_tensor(v)
    if None not in shape and v.shape.as_list() == shape:
        return v
    dynamic = tf.shape(x)
    return tf.broadcast_to(v, tf.concat([dynamic[:-3], [dynamic[axis], size]], 0))
