"""A language model of `network.build_language_network` as arrays, evaluated with NumPy only.

Files have the form of `exporters.npz`.

N streams · T symbols of a piece · C symbols of the alphabet · E of the embedding · H units
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.texts.alphabet import Alphabet, read_side_by_side
from glasscell.inference import cell
from glasscell.inference.cell import Layer, State, layer_of
from glasscell.inference.network import FORM, read_arrays
from glasscell.system.files import to_npz
from glasscell.tasks.language.sentences import TextRuns

Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class LanguageModel:
    """A language model as arrays. Made by `read_language_model`.

    Parameters
    ----------
    table : array (C, E)
        Embedding of each symbol.

    >>> from glasscell.variants import Variant
    >>> layer = Layer(
    ...     cell.Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False
    ... )
    >>> model = LanguageModel(
    ...     Alphabet("ab"), np.ones((4, 1), "f"), (layer,), (np.ones((1, 4), "f"), np.zeros(4, "f"))
    ... )
    >>> logits, states = model.read(np.array([[2, 3, 2]]))
    >>> logits.shape, states[0][0].shape
    ((1, 3, 4), (1, 1))
    """

    alphabet: Alphabet
    table: np.ndarray
    layers: tuple[Layer, ...]
    read_out: tuple[np.ndarray, np.ndarray]

    def read(
        self, text: np.ndarray, states: list[State] | None = None
    ) -> tuple[np.ndarray, list[State]]:
        """Return logits (N, T, C) after each symbol of a piece (N, T), int, and the final states.

        `states` are those after the previous piece; by default the initial ones.
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
        self,
        symbols: np.ndarray,
        states: list[State],
        held: Mapping[int, Mapping[str, Pair]] | None = None,
    ) -> tuple[np.ndarray, list[State]]:
        """Return logits (N, C) and states after one symbol of each stream, (N,), with NumPy only.

        `held` has clamps by number of the layer and name of the gate, or c: where, bool (N, H), and
        the values, (N, H).
        """
        h, after = self.table[symbols], []
        for k, layer in enumerate(self.layers):
            here = {name: cell.Held(*pair) for name, pair in (held or {}).get(k, {}).items()}
            state = cell.advance(
                layer.project(h), states[k], layer.weights, layer.variant, {**layer.held, **here}
            )
            h = state[0]
            after.append(state)
        kernel, bias = self.read_out
        return h @ kernel + bias, after

    def bits_of(self, texts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return each symbol's bits in texts but the first, as `network.LanguageNetwork.bits_of`.

        `texts` (L,).
        """

        def read(piece: np.ndarray, states: Any) -> tuple[np.ndarray, Any]:
            before = (
                None
                if states is None
                else [tuple(v[: len(piece)] for v in state) for state in states]
            )
            logits, after = self.read(piece[:, :-1], before)
            logits -= logits.max(-1, keepdims=True)
            of_all = np.log(np.exp(logits).sum(-1))
            of_each = np.take_along_axis(logits, piece[:, 1:, None], -1)[..., 0]
            return (of_all - of_each) / np.float32(np.log(2)), after

        return read_side_by_side(texts, read)


def read_language_model(path: Path) -> LanguageModel:
    """Return the language model in a file with the result of `arrays_of`."""
    return read_arrays(path, _tried, TextRuns.DAMAGED)


def language_model_of(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> LanguageModel:
    """Return the language model given by arrays, by name, and their description."""
    layers = tuple(
        layer_of(arrays, f"lstm_{k}", variant) for k, variant in enumerate(about["variants"], 1)
    )
    read_out = arrays["read_out/kernel"], arrays["read_out/bias"]
    return LanguageModel(Alphabet(about["characters"]), arrays["embedding"], layers, read_out)


def _tried(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> LanguageModel:
    model = language_model_of(arrays, about)
    if model.read(np.zeros((1, 1), "int32"))[0].shape != (1, 1, len(model.alphabet)):
        raise ValueError(
            f"its output does not have the {len(model.alphabet)} symbols of its alphabet"
        )
    return model


def write(network: Any, alphabet: Alphabet, path: Path) -> None:
    """Write a language model as an npz file for `read_language_model`."""
    path.write_bytes(to_npz(arrays_of(network, alphabet)))


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return probabilities (N, T, C) of the next symbol for texts (N, T), by the file at `path`."""
    # not above: a slow import, which `glasscell write` does not need
    from scipy.special import softmax

    return softmax(read_language_model(path).read(text)[0], -1)


def arrays_of(network: Any, alphabet: Alphabet) -> dict[str, np.ndarray]:
    """Return the weights of a language model by name, float32, and their description, "about".

    >>> from glasscell.tasks.language.network import build_language_network
    >>> sorted(arrays_of(build_language_network(4, units=3), Alphabet("ab")))[:4]
    ['about', 'embedding', 'lstm_1/bias', 'lstm_1/kernel']
    """
    from glasscell.exporters.npz import weights_of  # not above: these import TensorFlow
    from glasscell.tasks.language.network import parts_of

    parts = parts_of(network)
    arrays: dict[str, Any] = {"embedding": parts.embedding.embeddings}
    for k, lstm in enumerate(parts.lstms, 1):
        arrays |= weights_of(lstm, f"lstm_{k}")
    arrays |= {"read_out/kernel": parts.read_out.kernel, "read_out/bias": parts.read_out.bias}
    about = {
        "form": FORM,
        "characters": alphabet.characters,
        "variants": [dataclasses.asdict(lstm.variant) for lstm in parts.lstms],
    }
    return {name: np.asarray(v, "float32") for name, v in arrays.items()} | {
        "about": np.array(json.dumps(about))
    }


def plain_language_model(network: Any, alphabet: Alphabet) -> LanguageModel:
    """Return a Keras language model as arrays, without a file.

    >>> from glasscell.tasks.language.network import build_language_network
    >>> plain_language_model(build_language_network(4, units=3), Alphabet("ab")).read(
    ...     np.array([[2, 3]])
    ... )[0].shape
    (1, 2, 4)
    """
    arrays = arrays_of(network, alphabet)
    return language_model_of(arrays, json.loads(str(arrays["about"])))
