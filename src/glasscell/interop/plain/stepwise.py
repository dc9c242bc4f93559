"""Answers step by step without TensorFlow: endless series, whose states are carried along.

M streams · D channels · H units · C classes, or targets · k stride
"""

from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.interop.plain.layer import Layer, State
from glasscell.interop.plain.network import Network, prepare, read_out
from glasscell.interop.sentences import Interop
from glasscell.system.checks import require_whole


class Stream:
    """M streams read side by side, one step at a time.

    After t steps it answers what the network answers to the first t steps as a series; as `networks.streams.Stream`.

    Parameters
    ----------
    network : Network
        Not one that reads from the end, too.
    streams : int
        M.

    Attributes
    ----------
    has_begun : bool array (M,)
        Which streams have had a value.

    Raises
    ------
    UsageError
        If the network is bidirectional.

    Examples
    --------
    >>> from glasscell.interop.plain.cell import Weights
    >>> from glasscell.interop.plain.network import Meaning
    >>> from glasscell.variants import Variant
    >>> layer = Layer(Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False)
    >>> ones = np.ones((1, 1), "f"), np.zeros(1, "f")
    >>> stream = Stream(Network(1, None, ((layer,),), "last", ones, ("linear",), None, Meaning(("x",))))
    >>> print(" ".join(f"{stream.step([[1.0]])[0, 0]:.3f}" for _ in range(3)))
    0.370 0.651 0.789
    """

    def __init__(self, network: Network, streams: int = 1):
        if any(layer.go_backwards for reader in network.readers for layer in reader):
            raise UsageError(Interop.NO_END)
        require_whole(1, streams=streams)
        self._network, self.streams = network, int(streams)
        self._layers: list[Layer] = [reader[0] for reader in network.readers]
        self.reset()

    def reset(self) -> None:
        """Begin all streams again."""
        units = self._layers[-1].units
        self.has_begun = np.zeros(self.streams, bool)
        self._states: list[State | None] = [None] * len(self._layers)
        self._sum = np.zeros((self.streams, units), "float32"), np.zeros((self.streams, 1), "float32")
        self._block = np.zeros((self.streams, 0, len(self._network.meaning.channels)), "float32")

    def step(self, x: Any) -> np.ndarray:
        """Read the next step of each stream, (M, D), raw, and return what they are so far: (M, C).

        NaN stands where nothing was measured; a stream that has nothing but NaN does not move on, and before its first
        value answers the prior, if the network has one.

        Raises
        ------
        UsageError
            If x has another shape, or an infinite value.
        """
        x = self._network.meaning.centred(x)
        wanted = (self.streams, self._block.shape[2])
        if x.shape != wanted or np.isinf(x).any():
            code = Interop.STEP_SHAPE if x.shape != wanted else Interop.INFINITE_STEP
            raise UsageError(code, shape=x.shape, expected=wanted)
        self._block = np.concatenate([self._block, x[:, None]], 1)
        answers, states, total = self._read()
        if self._block.shape[1] == self._network.stride:
            self._states, self._sum, self._block = states, total, self._block[:, :0]
        self.has_begun = self.has_begun | ~np.isnan(x).all(1)
        if self._network.meaning.prior is None:
            return answers
        return np.where(self.has_begun[:, None], answers, self._network.meaning.prior_or_nan.astype(answers.dtype))

    def _read(self) -> tuple[np.ndarray, list[State | None], tuple[np.ndarray, np.ndarray]]:
        """Return the answers after the steps of this block, and the states and the sum of h as they are then."""
        x, mask = prepare(self._network, self._block)
        states: list[State | None] = []
        for layer, before in zip(self._layers, self._states, strict=True):
            _, state = layer.read(x, mask, before, only_last=True)
            states.append(state)
            x = state[0][:, None]
        h = x[:, 0]
        real = np.ones((len(h), 1), "float32") if mask is None else mask.astype("float32")
        total = self._sum[0] + h * real, self._sum[1] + real
        mean = total[0] / np.maximum(total[1], 1)
        parts = {"last": [h], "mean": [mean], "both": [h, mean]}[self._network.reads_out]
        return read_out(self._network, np.concatenate(parts, -1)), states, total
