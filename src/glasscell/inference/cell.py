"""An LSTM without TensorFlow: a step, as in `glasscell.cell`, and series, by kernel core or NumPy.

N series · T time steps · D features · H units

x (N, D) · h, c (N, H) · kernel (D, 4H), recurrent_kernel (H, 4H), bias (4H,): blocks in the order
i, f, z, o peephole_kernel (3, H): rows i, f, o · gate_kernel (3H, 3H): from the last step's [i f o]
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from glasscell.recurrence.kernel import core
from glasscell.variants import Variant


class Weights(NamedTuple):
    """Weights of a cell, as in the legend above; None for those that it does not have."""

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None = None
    peephole_kernel: np.ndarray | None = None
    gate_kernel: np.ndarray | None = None

    @classmethod
    def of(cls, layer: Any) -> "Weights":
        """Return the weights of an LSTM layer, glasscell's or Keras's, as float32."""
        parts = (getattr(layer.cell, name, None) for name in cls._fields)
        return cls(*(None if v is None else np.asarray(v, "float32") for v in parts))  # pyright: ignore


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1/(1 + e⁻ˣ), in a form that does not overflow.

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
    """Where a gate or the memory is clamped, not computed, and its value there: (H,) or (N, H)."""

    where: np.ndarray
    value: np.ndarray


def advance(
    a: np.ndarray,
    state: tuple[np.ndarray, ...],
    weights: Weights,
    variant: Variant,
    held: Mapping[str, Held] | None = None,
) -> tuple[np.ndarray, ...]:
    """Return the next state, given a = x·kernel + bias: h, c; i, f, o with full gate recurrence.

    `held` clamps z, i, f, o or c. With coupled gates f follows i, unless it is clamped itself.

    >>> weights = Weights(np.ones((2, 4)), np.ones((1, 4)))
    >>> h, c = advance(
    ...     np.ones((1, 2)) @ weights.kernel, (np.zeros((1, 1)),) * 2, weights, Variant()
    ... )
    >>> print(f"c {c[0, 0]:.3f}  h {h[0, 0]:.3f}")
    c 0.849  h 0.608
    """
    names: list[str] = [
        variant.input_activation,
        variant.gate_activation,
        variant.output_activation,
    ]  # pyright: ignore
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


State = tuple[np.ndarray, ...]  # h and c, each (N, H); with full gate recurrence i, f, o, too


@dataclass(frozen=True)
class Layer:
    """An LSTM in one direction: its weights, the variant of its cell, and its clamps.

    >>> layer = Layer(
    ...     Weights(np.ones((2, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False
    ... )
    >>> h, state = layer.read(np.ones((1, 3, 2), "f"))
    >>> h.shape, bool((h[:, -1] == state[0]).all())
    ((1, 3, 1), True)
    """

    weights: Weights
    variant: Variant
    go_backwards: bool
    held: Mapping[str, Held] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """H."""
        return len(self.weights.recurrent_kernel)

    @cached_property
    def obstacle(self) -> str | None:
        """Why NumPy is used, as slow as TensorFlow's loop; None where the kernel's core is."""
        return "the core holds no gates" if self.held else core.obstacle(self.variant)

    @cached_property
    def _reader(self) -> core.Reader:
        return core.Reader(self.variant, *self.weights[:4], go_backwards=self.go_backwards)

    def read(
        self,
        x: np.ndarray,
        mask: np.ndarray | None = None,
        state: State | None = None,
        *,
        only_last: bool = False,
    ) -> tuple[np.ndarray | None, State]:
        """Return h of every step, (N, T, H), in the layer's direction, and the final state.

        `x` (N, T, D), `mask` (N, T).
        """
        if self.obstacle is not None:
            # small products in sequence: waiting for a second BLAS thread takes far longer than it
            # saves
            with _blas().limit(limits=1, user_api="blas"):
                outputs, state = self._read_by_numpy(x, mask, state)
            return None if only_last else outputs, state
        before = None if state is None else (state[0], state[1])
        output, h, c = self._reader.read(x, mask, before, return_sequences=not only_last)
        return None if only_last else output, (h, c)

    def project(self, x: np.ndarray) -> np.ndarray:
        """Return x·kernel + bias, (…, 4H)."""
        a = x @ self.weights.kernel
        return a if self.weights.bias is None else a + self.weights.bias

    def fresh(self, n: int) -> State:
        """Return the initial state of n series: zeros."""
        return (np.zeros((n, self.units), "float32"),) * (
            5 if self.variant.full_gate_recurrence else 2
        )

    def _read_by_numpy(
        self, x: np.ndarray, mask: np.ndarray | None, state: State | None
    ) -> tuple[np.ndarray, State]:
        a, steps = self.project(x), range(x.shape[1])
        state = self.fresh(len(x)) if state is None else state
        outputs = np.empty((len(x), len(steps), self.units), "float32")
        for k, t in enumerate(reversed(steps) if self.go_backwards else steps):
            after = advance(a[:, t], state, self.weights, self.variant, self.held)
            if mask is not None:
                after = tuple(
                    np.where(mask[:, t, None], new, old)
                    for new, old in zip(after, state, strict=True)
                )
            state = after
            outputs[:, k] = state[0]
        return outputs, state


def layer_of(
    arrays: Mapping[str, np.ndarray],
    name: str,
    variant: Mapping[str, Any],
    *,
    go_backwards: bool = False,
) -> Layer:
    """Return the layer with the weights NAME/kernel and so on, given the fields of its variant."""
    weights: Any = [arrays.get(f"{name}/{part}") for part in Weights._fields]
    return Layer(Weights(*weights), Variant(**variant), go_backwards)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
