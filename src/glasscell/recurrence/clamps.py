"""Clamps in the loop: gates held at a value at some steps, for some units.

N series · T time steps · H units
"""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from glasscell.cell import Held


def held_at(
    held: Mapping[str, Held], length: Any, dtype: tf.DType, *, coupled: bool, go_backwards: bool
) -> Callable[[Any], dict[str, Held]]:
    """Return a function for `loop.read`: for step t, by gate, where it is held and at what value.

    >>> at = held_at(
    ...     {"f": Held([[[False], [True]]], 0.5)}, 2, tf.float32, coupled=False, go_backwards=True
    ... )
    >>> bool(at(0)["f"].where), bool(at(1)["f"].where), at(0)["f"].value.numpy()
    (True, False, array([[0.5]], dtype=float32))
    """
    gates = {
        gate: Held(_with_axes(one.where, tf.bool), _with_axes(one.value, dtype))
        for gate, one in held.items()
    }
    if coupled and "i" in gates:
        rest = Held(gates["i"].where, 1 - gates["i"].value)
        gates["f"] = overlay(rest, gates["f"]) if "f" in gates else rest

    def at(t) -> dict[str, Held]:
        t = length - 1 - t if go_backwards else t
        return {
            gate: Held(*(v[:, tf.minimum(t, tf.shape(v)[1] - 1)] for v in one))
            for gate, one in gates.items()
        }

    return at


def overlay(below: Held | None, above: Held) -> Held:
    """Return both holds combined; `above` takes precedence.

    >>> overlay(Held([True, True], 0.0), Held([False, True], 1.0)).value.numpy().tolist()
    [0.0, 1.0]
    """
    if below is None:
        return above
    return Held(
        tf.logical_or(below.where, above.where), tf.where(above.where, above.value, below.value)
    )


def _with_axes(v, dtype):
    """Return v with three axes, adding missing ones in front."""
    v = tf.cast(v, dtype)
    return tf.reshape(v, tf.concat([tf.ones([3 - tf.rank(v)], tf.int32), tf.shape(v)], 0))
