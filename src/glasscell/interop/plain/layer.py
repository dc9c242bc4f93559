"""An LSTM that reads series without TensorFlow: by the kernel's core, or by NumPy where the core cannot.

N series · T time steps · D features · H units
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from glasscell.interop.plain import cell
from glasscell.recurrence.kernel import core
from glasscell.variants import Variant

State = tuple[np.ndarray, ...]  # h and c, each (N, H); with full gate recurrence i, f, o, too


@dataclass(frozen=True)
class Layer:
    """An LSTM that reads in one direction: its weights, what its cell is made of, and what of it is held.

    Examples
    --------
    >>> layer = Layer(cell.Weights(np.ones((2, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False)
    >>> h, state = layer.read(np.ones((1, 3, 2), "f"))
    >>> h.shape, bool((h[:, -1] == state[0]).all())
    ((1, 3, 1), True)
    """

    weights: cell.Weights
    variant: Variant
    go_backwards: bool
    held: Mapping[str, cell.Held] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """H."""
        return len(self.weights.recurrent_kernel)

    @cached_property
    def obstacle(self) -> str | None:
        """Why NumPy reads, which takes as long as TensorFlow's loop; None where the kernel's core does."""
        return "the core holds no gates" if self.held else core.obstacle(self.variant)

    @cached_property
    def _reader(self) -> core.Reader:
        return core.Reader(self.variant, *self.weights[:4], go_backwards=self.go_backwards)

    def read(
        self, x: np.ndarray, mask: np.ndarray | None = None, state: State | None = None, *, only_last: bool = False
    ) -> tuple[np.ndarray | None, State]:
        """Return h of every step in the order of reading, (N, T, H), and the state after the last.

        Parameters
        ----------
        x : array (N, T, D)
            Finite at masked steps, too.
        mask : bool array (N, T), optional
            At a step where it is False the state stays as it was.
        state : optional
            As it was returned; zeros where not given.
        only_last : bool
            Whether h of every step is not wanted: then it is None.
        """
        if self.obstacle is not None:
            # small products one after another: a second thread of BLAS would be waited for far longer than it helps
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
        """Return the state before the first step of so many series: zeros."""
        return (np.zeros((n, self.units), "float32"),) * (5 if self.variant.full_gate_recurrence else 2)

    def _read_by_numpy(self, x: np.ndarray, mask: np.ndarray | None, state: State | None) -> tuple[np.ndarray, State]:
        a, steps = self.project(x), range(x.shape[1])
        state = self.fresh(len(x)) if state is None else state
        outputs = np.empty((len(x), len(steps), self.units), "float32")
        for k, t in enumerate(reversed(steps) if self.go_backwards else steps):
            after = cell.advance(a[:, t], state, self.weights, self.variant, self.held)
            if mask is not None:
                after = tuple(np.where(mask[:, t, None], new, old) for new, old in zip(after, state, strict=True))
            state = after
            outputs[:, k] = state[0]
        return outputs, state


def layer_of(
    arrays: Mapping[str, np.ndarray], name: str, variant: Mapping[str, Any], *, go_backwards: bool = False
) -> Layer:
    """Return the layer whose weights are arrays NAME/kernel and so on, given the fields of its variant."""
    weights: Any = [arrays.get(f"{name}/{part}") for part in cell.Weights._fields]
    return Layer(cell.Weights(*weights), Variant(**variant), go_backwards)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
