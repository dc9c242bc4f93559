"""The cell over time while somebody looks on: the readable loop, with every gate of every step kept, and held at will.

N series · T time steps · D features · H units; arrays (N, T, …)
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from glasscell import cell
from glasscell.cell import STANDARD, State, Variant, Weights
from glasscell.recurrence import loop


class Held(NamedTuple):
    """Where a gate is held, and at what: both broadcast against (N, T, H), time in the order of the series."""

    where: Any
    value: Any


class Seen(NamedTuple):
    """What was seen of one call: z, i, f, o, c, h (N, T, H), time in the order of the series, and what c began with.

    At a step that is masked z, i, f and o are NaN, c and h what they were before. `c_start` is (N, H), `mask` (N, T).
    """

    z: tf.Tensor
    i: tf.Tensor
    f: tf.Tensor
    o: tf.Tensor
    c: tf.Tensor
    h: tf.Tensor
    c_start: tf.Tensor
    mask: tf.Tensor


def watched_lstm(
    x: tf.Tensor,
    weights: Weights,
    variant: Variant = STANDARD,
    *,
    held: Mapping[str, Held] | None = None,
    initial_state: State | None = None,
    mask: tf.Tensor | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
) -> tuple[tf.Tensor, State, Seen]:
    """Read the series x (N, T, D) as `engines.lstm` does, whose arguments these are, and tell all that was seen.

    Parameters
    ----------
    held : mapping from "z", "i", "f" or "o" to Held, optional
        Gates to hold. Where a coupled cell's i is held, f is 1 minus that.

    Returns
    -------
    output, state
        As of `engines.lstm`.
    seen : Seen

    Examples
    --------
    >>> x, weights = tf.ones((1, 3, 2)), Weights(tf.ones((2, 4)), tf.ones((1, 4)))
    >>> _, _, seen = watched_lstm(x, weights, held={"f": Held(True, 0.0)})
    >>> seen.f.numpy().ravel().tolist(), bool(tf.reduce_all(seen.c == seen.i * seen.z))
    ([0.0, 0.0, 0.0], True)
    """
    x = tf.convert_to_tensor(x)
    series, length, units = tf.shape(x)[0], tf.shape(x)[1], int(weights.recurrent_kernel.shape[0])  # pyright: ignore
    x = x if mask is None else tf.where(tf.expand_dims(mask, -1), x, tf.zeros_like(x))
    a = loop.project(tf.reshape(tf.transpose(x, (1, 0, 2)), [-1, x.shape[-1]]), weights.kernel)
    a = tf.reshape(a if weights.bias is None else a + weights.bias, [length, series, 4 * units])
    holds = {gate: _as_read(held_there, length, go_backwards) for gate, held_there in (held or {}).items()}
    start = _start(initial_state, series, units, x.dtype, variant)
    steps = _listed(_turn(a, go_backwards))
    masks = None if mask is None else _listed(_turn(tf.expand_dims(tf.transpose(mask), -1), go_backwards))
    kept = tf.TensorArray(x.dtype, size=length, element_shape=[start.c.shape[0], 6 * units])

    def body(t, state: State, kept):
        a_t = steps.read(t) + tf.matmul(state.h, weights.recurrent_kernel)
        hold = _hold_at(t, holds, variant.coupled)
        after, gates = cell.advance(a_t, state, weights, variant, hold)
        if masks is not None:
            is_real = masks.read(t)
            after = tf.nest.map_structure(lambda new, old: tf.where(is_real, new, old), after, state)
        for new, old in zip(tf.nest.flatten(after), tf.nest.flatten(state), strict=True):
            new.set_shape(old.shape)  # a loop's variables keep their shapes, also where TensorFlow loses sight of them
        return t + 1, after, kept.write(t, tf.concat([*gates, after.c, after.h], -1))  # one array: to write costs time

    _, state, kept = tf.while_loop(lambda t, *_: t < length, body, (tf.constant(0), start, kept))
    everything = tf.transpose(_turn(kept.stack(), go_backwards), (1, 0, 2))
    z, i, f, o, c, h = tf.split(everything, 6, axis=-1)
    real = tf.ones([series, length], tf.bool) if mask is None else mask
    if mask is not None:
        unseen = tf.constant(float("nan"), x.dtype)
        z, i, f, o = (tf.where(real[:, :, None], gate, unseen) for gate in (z, i, f, o))  # pyright: ignore
    seen = Seen(z, i, f, o, c, h, start.c, real)  # pyright: ignore
    return _output(h, real, state, return_sequences, go_backwards, zero_output_for_mask), state, seen


def _listed(v):
    """Return a list of v's steps, which a loop reads faster than it cuts them out."""
    return tf.TensorArray(v.dtype, size=tf.shape(v)[0], element_shape=v.shape[1:]).unstack(v)


def _hold_at(t, holds: Mapping[str, Callable[[Any], Held]], coupled: bool) -> Callable[..., Any]:
    """Return what `cell.advance` passes its gates through at step t."""

    def hold(**gates):
        if coupled and "i" in holds and "f" in gates:
            where, value = holds["i"](t)
            gates["f"] = tf.where(where, 1 - value, gates["f"])
        for name in gates.keys() & holds.keys():
            where, value = holds[name](t)
            gates[name] = tf.where(where, value, gates[name])
        return gates.values()

    return hold


def _as_read(held: Held, length, go_backwards: bool) -> Callable[[Any], Held]:
    """Return a function that gives what is held at the t-th step read, (N or 1, H or 1)."""
    where, value = (tf.convert_to_tensor(v) for v in (held.where, held.value))
    value = tf.cast(value, tf.float32) if value.dtype.is_integer else value
    parts = [tf.reshape(v, tf.concat([tf.ones([3 - tf.rank(v)], tf.int32), tf.shape(v)], 0)) for v in (where, value)]

    def at(t) -> Held:
        t = length - 1 - t if go_backwards else t
        return Held(*(v[:, tf.minimum(t, tf.shape(v)[1] - 1)] for v in parts))

    return at


def _start(initial_state, series, units: int, dtype, variant: Variant) -> State:
    zero = tf.zeros([series, units], dtype)
    zeros = State(zero, zero, (zero, zero, zero) if variant.full_gate_recurrence else ())
    return zeros if initial_state is None else tf.nest.map_structure(tf.add, zeros, State(*initial_state))


def _turn(v, go_backwards: bool):
    return tf.reverse(v, [0]) if go_backwards else v


def _output(h, real, state: State, return_sequences: bool, go_backwards: bool, zero_output_for_mask: bool):
    """Return what the layer shows: in the order of reading, and until the first real step (or at masked ones) zeros."""
    h, real = (tf.reverse(v, [1]) if go_backwards else v for v in (h, real))
    shown = real if zero_output_for_mask else tf.cumsum(tf.cast(real, tf.int32), 1) > 0
    h = tf.where(shown[..., None], h, tf.zeros_like(h))
    return h if return_sequences else h[:, -1]
