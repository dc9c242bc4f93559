"""One time step of an LSTM: the equations, nothing else.

N series in a batch · D features of one step · H units
… leading axes: one network, or many side by side

x (…, N, D)  the input of this step      kernel            (…, D, 4H)
h (…, N, H)  hidden state, the output    recurrent_kernel  (…, H, 4H)
c (…, N, H)  memory cell                 bias              (…, 4H)
z block input · i input gate · f forget gate · o output gate, each (…, N, H)
4H: blocks in the order i, f, z, o, four small networks of one shape, computed as one matrix
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from glasscell.variants import STANDARD, Activation, Variant


class Weights(NamedTuple):
    """The weights of a cell: tensors as in the legend above, or None for those that it lacks.

    `peephole_kernel` (…, 3, H), rows i, f, o, belongs to a variant with peepholes, and
    `gate_kernel` (…, 3H, 3H), from the last step's [i f o] to this one's, to one with full gate
    recurrence.
    """

    kernel: tf.Tensor
    recurrent_kernel: tf.Tensor
    bias: Any = None
    peephole_kernel: Any = None
    gate_kernel: Any = None


class State(NamedTuple):
    """The state that a cell passes on to its next step.

    Parameters
    ----------
    h : tensor (…, N, H)
        Hidden state, the output.
    c : tensor (…, N, H)
        Memory cell.
    ifo : tuple of tensors (…, N, H)
        i, f and o with full gate recurrence; empty otherwise.
    """

    h: tf.Tensor
    c: tf.Tensor
    ifo: tuple[tf.Tensor, ...] = ()


class Gates(NamedTuple):
    """The block input and the gates of a cell at one step.

    Parameters
    ----------
    z : tensor (…, N, H)
        Block input.
    i, f, o : tensor (…, N, H)
        Input, forget and output gate.
    """

    z: tf.Tensor
    i: tf.Tensor
    f: tf.Tensor
    o: tf.Tensor


class Held(NamedTuple):
    """The positions where a gate is held, and the values; both broadcast against the gate."""

    where: Any
    value: Any


def activation(name: Activation | None) -> Callable[..., Any]:
    """Return the activation for a Keras name; return a callable as it is."""
    plain = {"tanh": tf.tanh, "sigmoid": tf.sigmoid, "linear": tf.identity}
    if callable(name) or name in plain:
        return plain.get(name, name)  # pyright: ignore
    from keras import activations  # only for the rarer names: the equations need no Keras

    return activations.get(name)


def check_weights(weights: Weights, variant: Variant) -> None:
    """Raise ValueError if `weights` has a part that `variant` does not, or the other way round.

    >>> check_weights(Weights(tf.ones((2, 4)), tf.ones((1, 4))), STANDARD)
    """
    found = (weights.peephole_kernel is not None, weights.gate_kernel is not None)
    if found != (variant.peepholes, variant.full_gate_recurrence):
        raise ValueError(
            "peephole_kernel goes with a variant with peepholes, gate_kernel with full gate "
            "recurrence"
        )


def step(
    x: tf.Tensor,
    state: State,
    kernel: tf.Tensor,
    recurrent_kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    variant: Variant = STANDARD,
    peephole_kernel: tf.Tensor | None = None,
    gate_kernel: tf.Tensor | None = None,
) -> tuple[State, Gates]:
    """Compute one time step.

    N series · D features · H units. Leading axes (…) are networks computed side by side. All
    tensors have the same float dtype.

    Parameters
    ----------
    x : tensor (…, N, D)
        Input of this step.
    state : State
        State after the previous step.
    kernel : tensor (…, D, 4H)
        Weights of x, with blocks in the order i, f, z, o.
    recurrent_kernel : tensor (…, H, 4H)
        Weights of h, in the same order.
    bias : tensor (…, 4H), optional
        Bias, in the same order.
    variant : Variant
        Structure of the cell.
    peephole_kernel : tensor (…, 3, H), optional
        Weights of c for i, f and o, if `variant` has peepholes.
    gate_kernel : tensor (…, 3H, 3H), optional
        Weights of the previous i, f and o, if `variant` has full gate recurrence.

    Returns
    -------
    state : State
        State after this step.
    gates : Gates
        z, i, f and o of this step.

    Raises
    ------
    ValueError
        If `peephole_kernel` or `gate_kernel` is missing for `variant`, or given for one without it.

    Examples
    --------
    >>> import glasscell
    >>> import tensorflow as tf
    >>> x, zero = tf.ones((1, 2)), tf.zeros((1, 1))
    >>> state, gates = glasscell.step(
    ...     x, glasscell.State(zero, zero), tf.ones((2, 4)), tf.ones((1, 4))
    ... )
    >>> z, i, c, h = (v[0, 0] for v in (gates.z, gates.i, state.c, state.h))
    >>> print(f"z {z:.3f}  i {i:.3f}  c {c:.3f}  h {h:.3f}")
    z 0.964  i 0.881  c 0.849  h 0.608
    """
    a = tf.matmul(x, kernel) + tf.matmul(state.h, recurrent_kernel)
    if bias is not None:
        a += tf.expand_dims(bias, -2)
    return advance(
        a, state, Weights(kernel, recurrent_kernel, bias, peephole_kernel, gate_kernel), variant
    )


def advance(
    a: tf.Tensor,
    state: State,
    weights: Weights,
    variant: Variant = STANDARD,
    held: Mapping[str, Held] | None = None,
) -> tuple[State, Gates]:
    """Do the rest of a `step` from a = x·kernel + h·recurrent_kernel + bias, with gates `held`."""
    check_weights(weights, variant)
    φ_in, σ, φ_out = map(
        activation, (variant.input_activation, variant.gate_activation, variant.output_activation)
    )
    a_i, a_f, a_z, a_o = tf.split(a, 4, axis=-1)
    if variant.full_gate_recurrence:
        r_i, r_f, r_o = tf.split(  # each (…, N, H), from the last step's gates
            tf.matmul(tf.concat(state.ifo, axis=-1), weights.gate_kernel), 3, axis=-1
        )
        a_i, a_f, a_o = a_i + r_i, a_f + r_f, a_o + r_o
    if variant.peepholes:
        # each (…, 1, H): a unit sees its own c only
        p_i, p_f, p_o = tf.split(weights.peephole_kernel, 3, axis=-2)
        a_i, a_f = a_i + p_i * state.c, a_f + p_f * state.c

    one = tf.ones_like(a_z)
    z = φ_in(a_z)
    i = σ(a_i) if variant.input_gate else one
    f = σ(a_f) if variant.forget_gate else one
    f = 1 - i if variant.coupled else f
    if held is not None:
        z, i, f = hold(z, held.get("z")), hold(i, held.get("i")), hold(f, held.get("f"))
    c = f * state.c + i * z
    if variant.peepholes:
        a_o += p_o * c
    o = σ(a_o) if variant.output_gate else one
    if held is not None:
        o = hold(o, held.get("o"))
    h = o * φ_out(c)
    return State(h, c, (i, f, o) if variant.full_gate_recurrence else ()), Gates(z, i, f, o)


def hold(gate: Any, held: Held | None) -> Any:
    """Return the gate with the value of `held` where it is held.

    >>> hold(tf.constant([0.5, 0.25]), Held([True, False], 1.0)).numpy().tolist()
    [1.0, 0.25]
    """
    return gate if held is None else tf.where(held.where, held.value, gate)
