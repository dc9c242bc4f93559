"""One time step of an LSTM in NumPy, as `glasscell.cell` has it in TensorFlow.

N series · D features · H units

x (N, D) · h, c (N, H) · kernel (D, 4H), recurrent_kernel (H, 4H), bias (4H,): blocks in the order i, f, z, o
peephole_kernel (3, H): rows i, f, o · gate_kernel (3H, 3H): from the last step's [i f o]
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from glasscell.variants import Variant


class Weights(NamedTuple):
    """What a cell has learned, as in the legend above; None for what it does not have."""

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None = None
    peephole_kernel: np.ndarray | None = None
    gate_kernel: np.ndarray | None = None


class Held(NamedTuple):
    """Where a gate is held, bool (N, H) or (H,), and at what value, of the same shape or one number."""

    where: np.ndarray
    value: np.ndarray | float


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1/(1 + e⁻ˣ), written so that nothing overflows.

    >>> sigmoid(np.array([-1000.0, 0.0]))
    array([0. , 0.5])
    """
    return 0.5 + 0.5 * np.tanh(0.5 * x)


ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1).astype(x.dtype),
    "relu": lambda x: np.maximum(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
}


def advance(
    a: np.ndarray,
    state: tuple[np.ndarray, ...],
    weights: Weights,
    variant: Variant,
    held: Mapping[str, Held] | None = None,
) -> tuple[np.ndarray, ...]:
    """Return the next state, given a = x·kernel + bias (N, 4H): h and c, and with full gate recurrence i, f, o, too.

    The gates z, i, f and o stay put where they are `held`.

    >>> weights = Weights(np.ones((2, 4)), np.ones((1, 4)))
    >>> h, c = advance(np.ones((1, 2)) @ weights.kernel, (np.zeros((1, 1)),) * 2, weights, Variant())
    >>> print(f"c {c[0, 0]:.3f}  h {h[0, 0]:.3f}")
    c 0.849  h 0.608
    """
    names: list[str] = [variant.input_activation, variant.gate_activation, variant.output_activation]  # pyright: ignore
    φ_in, σ, φ_out = (ACTIVATIONS[name] for name in names)
    h, c, *ifo = state
    a_i, a_f, a_z, a_o = np.split(a + h @ weights.recurrent_kernel, 4, axis=-1)
    if weights.gate_kernel is not None:
        r_i, r_f, r_o = np.split(np.concatenate(ifo, -1) @ weights.gate_kernel, 3, axis=-1)
        a_i, a_f, a_o = a_i + r_i, a_f + r_f, a_o + r_o
    if weights.peephole_kernel is not None:
        p_i, p_f, p_o = weights.peephole_kernel
        a_i, a_f = a_i + p_i * c, a_f + p_f * c
    one = np.ones_like(a_z)
    z = φ_in(a_z)
    i = σ(a_i) if variant.input_gate else one
    f = σ(a_f) if variant.forget_gate else one
    f = 1 - i if variant.coupled else f
    if held is not None:
        z, i, f = hold(z, held.get("z")), hold(i, held.get("i")), hold(f, held.get("f"))
    c = f * c + i * z
    if weights.peephole_kernel is not None:
        a_o = a_o + p_o * c
    o = σ(a_o) if variant.output_gate else one
    if held is not None:
        o = hold(o, held.get("o"))
    h = o * φ_out(c)
    return (h, c, i, f, o) if variant.full_gate_recurrence else (h, c)


def hold(gate: np.ndarray, held: Held | None) -> np.ndarray:
    """Return the gate with the value of `held` where it is held.

    >>> hold(np.array([0.5, 0.25], "float32"), Held(np.array([True, False]), 1.0)).tolist()
    [1.0, 0.25]
    """
    return gate if held is None else np.where(held.where, np.asarray(held.value, gate.dtype), gate)
