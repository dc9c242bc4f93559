"""A language model as arrays: what `network.build_language_network` makes, without Keras, and with units held.

N streams · T symbols of a piece · C symbols of the alphabet · E of the embedding · H units
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from glasscell.data.texts.alphabet import Alphabet
from glasscell.inspection.typed_clamps import parse_clamp
from glasscell.interop.plain import cell
from glasscell.interop.plain.cell import Layer, State, layer_of
from glasscell.interop.plain.network import read_arrays
from glasscell.tasks.language.sentences import TextRuns

Pair = tuple[np.ndarray, np.ndarray]
GATES = ("z", "i", "f", "o", "c")


@dataclass(frozen=True)
class LanguageModel:
    """A language model as arrays. Made by `read_language_model`.

    Parameters
    ----------
    alphabet : Alphabet
    table : array (C, E)
        What each symbol is read as.
    layers : tuple of Layer
    read_out : (kernel, bias), (H, C) and (C,)

    Examples
    --------
    >>> from glasscell.variants import Variant
    >>> layer = Layer(cell.Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False)
    >>> model = LanguageModel(Alphabet("ab"), np.ones((4, 1), "f"), (layer,), (np.ones((1, 4), "f"), np.zeros(4, "f")))
    >>> logits, states = model.read(np.array([[2, 3, 2]]))
    >>> logits.shape, states[0][0].shape
    ((1, 3, 4), (1, 1))
    """

    alphabet: Alphabet
    table: np.ndarray
    layers: tuple[Layer, ...]
    read_out: tuple[np.ndarray, np.ndarray]

    def read(self, text: np.ndarray, states: list[State] | None = None) -> tuple[np.ndarray, list[State]]:
        """Read on: return logits (N, T, C) after each symbol of a piece (N, T), int, and the states after the last.

        The states are as they were returned; without any it begins.
        """
        h, after = self.table[text], []
        for k, layer in enumerate(self.layers):
            read, state = layer.read(h, None, None if states is None else states[k])
            assert read is not None
            h = read
            after.append(state)
        kernel, bias = self.read_out
        return h @ kernel + bias, after

    @property
    def sizes(self) -> list[int]:
        """H of each layer."""
        return [layer.units for layer in self.layers]

    def fresh(self, streams: int) -> list[State]:
        """Return the states before the first symbol: zeros."""
        return [layer.fresh(streams) for layer in self.layers]

    def step(
        self, symbols: np.ndarray, states: list[State], held: Mapping[int, Mapping[str, Pair]] | None = None
    ) -> tuple[np.ndarray, list[State]]:
        """Read one symbol of each stream, (N,); return logits (N, C) and the states after it, by NumPy alone.

        By the number of a layer and the name of a gate, or c, `held` says where it is held rather than computed, bool
        (N, H), and at what, (N, H).
        """
        h, after = self.table[symbols], []
        for k, layer in enumerate(self.layers):
            here = {name: cell.Held(*pair) for name, pair in (held or {}).get(k, {}).items()}
            state = cell.advance(layer.project(h), states[k], layer.weights, layer.variant, {**layer.held, **here})
            h = state[0]
            after.append(state)
        kernel, bias = self.read_out
        return h @ kernel + bias, after


def read_language_model(path: Path) -> LanguageModel:
    """Return the language model in a file that holds what `arrays.arrays_of` returns.

    Raises
    ------
    DataError
        If it is missing, damaged, or of a later form.
    """
    return read_arrays(path, _tried, TextRuns.DAMAGED)


def language_model_of(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> LanguageModel:
    """Return the language model that arrays by name and their description make."""
    layers = tuple(layer_of(arrays, f"lstm_{k}", variant) for k, variant in enumerate(about["variants"], 1))
    read_out = arrays["read_out/kernel"], arrays["read_out/bias"]
    return LanguageModel(Alphabet(about["characters"]), arrays["embedding"], layers, read_out)


def _tried(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> LanguageModel:
    model = language_model_of(arrays, about)
    if model.read(np.zeros((1, 1), "int32"))[0].shape != (1, 1, len(model.alphabet)):
        raise ValueError(f"its output does not have the {len(model.alphabet)} symbols of its alphabet")
    return model


class Hold(NamedTuple):
    """Units of a layer, and at what their gates z, i, f, o or their memory c are held.

    Parameters
    ----------
    layer : int
        From 0 up.
    units : tuple of int
        From 0 up.
    values : dict from str to float
    """

    layer: int
    units: tuple[int, ...]
    values: dict[str, float]


def parse_hold(text: str, sizes: Sequence[int]) -> Hold:
    """Return what is to be held, as `typed_clamps.parse_clamp` reads it, given H of each layer.

    >>> parse_hold("lstm_1 unit 17 f=1 i=0", [64])
    Hold(layer=0, units=(17,), values={'f': 1.0, 'i': 0.0})
    """
    names = {f"lstm_{k}": size for k, size in enumerate(sizes, 1)}
    found = parse_clamp(text, names, GATES)
    return Hold(list(names).index(found.layer), found.units, found.values)


def hold(model: LanguageModel, holds: Sequence[Hold]) -> LanguageModel:
    """Return a language model in which units are held; where two say it of the same gate, the later one does.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.arrays import plain_language_model
    >>> from glasscell.tasks.language.network import build_language_network
    >>> model = plain_language_model(build_language_network(4, units=3), Alphabet("ab"))
    >>> _, ((h, c),) = hold(model, [Hold(0, (1,), {"c": 0.5})]).read(np.array([[2, 3]]))
    >>> float(c[0, 1])
    0.5
    """
    layers = []
    for k, layer in enumerate(model.layers):
        held = dict(layer.held)
        units = layer.units
        for one in (one for one in holds if one.layer == k):
            at = one.values
            at = {"f": 1 - at["i"], **at} if layer.variant.coupled and "i" in at else at
            for name, value in at.items():
                where, values = (v.copy() for v in held.get(name, (np.zeros(units, bool), np.zeros(units, "float32"))))
                where[list(one.units)], values[list(one.units)] = True, value
                held[name] = cell.Held(where, values)
        layers.append(replace(layer, held=held))
    return replace(model, layers=tuple(layers))
