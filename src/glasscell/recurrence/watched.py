"""The cell over time, watched: the readable loop, with every gate of every step kept, and held at will.

N series · T time steps · D features · H units; arrays (N, T, …)
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from glasscell.cell import STANDARD, Gates, Held, State, Variant, Weights
from glasscell.recurrence import loop


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
    go_backwards: bool = False,
    **options: Any,
) -> tuple[tf.Tensor, State, Seen]:
    """Read the series x (N, T, D) as `loop.lstm` does, whose options these are, and return all that was seen, too.

    Parameters
    ----------
    held : mapping from "z", "i", "f" or "o" to Held, optional
        Gates to hold: where and at what, both broadcast against (N, T, H), time in the order of the series. Where a
        coupled cell's i is held, f is 1 minus that, unless f is held there, too.

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
    options |= {"initial_state": initial_state, "mask": mask, "go_backwards": go_backwards}
    hold = _held_at(held, tf.shape(x)[1], x.dtype, variant.coupled, go_backwards) if held else None
    output, state, steps = loop.read(x, weights, variant, **options, held=hold, watched="zifoch")
    steps = {letter: tf.reverse(v, [1]) if go_backwards else v for letter, v in steps.items()}
    c_start = tf.zeros_like(state.c) + (0 if initial_state is None else initial_state.c)
    if mask is None:
        return output, state, Seen(**steps, c_start=c_start, mask=tf.ones(tf.shape(x)[:2], tf.bool))
    unseen = tf.constant(float("nan"), x.dtype)
    steps |= {gate: tf.where(tf.expand_dims(mask, -1), steps[gate], unseen) for gate in Gates._fields}
    return output, state, Seen(**steps, c_start=c_start, mask=mask)


def overlay(below: Held | None, above: Held) -> Held:
    """Return what is held where both may hold: what is above hides what is below.

    >>> overlay(Held([True, True], 0.0), Held([False, True], 1.0)).value.numpy().tolist()
    [0.0, 1.0]
    """
    if below is None:
        return above
    return Held(tf.logical_or(below.where, above.where), tf.where(above.where, above.value, below.value))


def _held_at(held: Mapping[str, Held], length, dtype, coupled: bool, go_backwards: bool) -> Callable[[Any], dict]:
    """Return a function of t for what is held at the t-th step read: by gate, where and at what (N or 1, H or 1)."""
    gates = {gate: Held(_with_axes(one.where, tf.bool), _with_axes(one.value, dtype)) for gate, one in held.items()}
    if coupled and "i" in gates:
        rest = Held(gates["i"].where, 1 - gates["i"].value)
        gates["f"] = overlay(rest, gates["f"]) if "f" in gates else rest

    def at(t) -> dict[str, Held]:
        t = length - 1 - t if go_backwards else t
        return {gate: Held(*(v[:, tf.minimum(t, tf.shape(v)[1] - 1)] for v in one)) for gate, one in gates.items()}

    return at


def _with_axes(v, dtype):
    """Return v with three axes, the missing ones in front."""
    v = tf.cast(v, dtype)
    return tf.reshape(v, tf.concat([tf.ones([3 - tf.rank(v)], tf.int32), tf.shape(v)], 0))
