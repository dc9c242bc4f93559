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


class Held(NamedTuple):
    """Where a gate or the memory is held rather than computed, and at what, each (H,), or (N, H)."""

    where: np.ndarray
    value: np.ndarray


def advance(
    a: np.ndarray,
    state: tuple[np.ndarray, ...],
    weights: Weights,
    variant: Variant,
    held: Mapping[str, Held] | None = None,
) -> tuple[np.ndarray, ...]:
    """Return the next state, given a = x·kernel + bias (N, 4H): h and c, and with full gate recurrence i, f, o, too.

    What is `held`, of z, i, f, o and c, stays put; of coupled gates f follows i, unless it is held itself.

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
    held = held or {}
    z = _hold(φ_in(a_z), held.get("z"))
    i = _hold(σ(a_i) if variant.input_gate else one, held.get("i"))
    f = σ(a_f) if variant.forget_gate else one
    f = _hold(1 - i if variant.coupled else f, held.get("f"))
    c = _hold(f * c + i * z, held.get("c"))
    if weights.peephole_kernel is not None:
        a_o = a_o + p_o * c
    o = _hold(σ(a_o) if variant.output_gate else one, held.get("o"))
    h = o * φ_out(c)
    return (h, c, i, f, o) if variant.full_gate_recurrence else (h, c)


def _hold(computed: np.ndarray, held: Held | None) -> np.ndarray:
    return computed if held is None else np.where(held.where, held.value, computed)
