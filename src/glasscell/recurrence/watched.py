"""The watched cell over time: the readable loop with gates recorded, and optionally held.

N series · T time steps · D features · H units; arrays (N, T, …)
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from glasscell.cell import Gates, Held, State, Weights
from glasscell.recurrence import loop
from glasscell.recurrence.clamps import held_at
from glasscell.variants import STANDARD, Variant


class Seen(NamedTuple):
    """The recording of a call: z, i, f, o, c, h (N, T, H), in series order, and the initial c.

    At a masked step z, i, f and o are NaN, and c and h do not change. `c_start` is (N, H), `mask`
    (N, T).
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
    """Run the LSTM over x (N, T, D) as `loop.lstm` does, with its options; also return a recording.

    >>> x, weights = tf.ones((1, 3, 2)), Weights(tf.ones((2, 4)), tf.ones((1, 4)))
    >>> _, _, seen = watched_lstm(x, weights, held={"f": Held(True, 0.0)})
    >>> seen.f.numpy().ravel().tolist(), bool(tf.reduce_all(seen.c == seen.i * seen.z))
    ([0.0, 0.0, 0.0], True)
    """
    x = tf.convert_to_tensor(x)
    options |= {"initial_state": initial_state, "mask": mask, "go_backwards": go_backwards}
    hold = (
        held_at(held, tf.shape(x)[1], x.dtype, coupled=variant.coupled, go_backwards=go_backwards)
        if held
        else None
    )
    output, state, steps = loop.read(x, weights, variant, **options, held=hold, watched="zifoch")
    steps = {letter: tf.reverse(v, [1]) if go_backwards else v for letter, v in steps.items()}
    c_start = tf.zeros_like(state.c) + (0 if initial_state is None else initial_state.c)
    if mask is None:
        return output, state, Seen(**steps, c_start=c_start, mask=tf.ones(tf.shape(x)[:2], tf.bool))
    unseen = tf.constant(float("nan"), x.dtype)
    steps |= {
        gate: tf.where(tf.expand_dims(mask, -1), steps[gate], unseen) for gate in Gates._fields
    }
    return output, state, Seen(**steps, c_start=c_start, mask=mask)
