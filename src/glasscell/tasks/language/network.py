"""A language model in Keras, and its training: symbols in, next symbol's logits out, with states.

N streams · T symbols of a piece · C symbols of the alphabet · E of the embedding · H units
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from glasscell.data.texts.alphabet import Alphabet, read_side_by_side
from glasscell.errors import UsageError
from glasscell.layers.lstm import LSTM
from glasscell.networks.builder import draw_lstm, draw_seed
from glasscell.networks.sentences import Networks
from glasscell.tasks.language.settings import UPDATES, is_long
from glasscell.training.optimizers import HeldThenFalling, Muon
from glasscell.training.streams import (
    LN2,
    StreamBatches,
    StreamTraining,
    bits,
    bits_per_symbol,
    shuffle_passages,
)
from glasscell.variants import Variant

States = list[Any]  # h and c, each (N, H), of each LSTM; with full gate recurrence i, f, o, too


class LanguageNetwork(NamedTuple):
    """The parts of a language model, from input to output. Made by `parts_of`.

    Parameters
    ----------
    dropouts : tuple of keras.layers.Dropout
        One after each LSTM, or none.
    read_out : keras.layers.Dense
        Output layer, which computes logits.
    """

    embedding: Any
    lstms: tuple[LSTM, ...]
    dropouts: tuple[Any, ...]
    read_out: Any

    def fresh(self, streams: int) -> States:
        """Return the states before the first symbol: zeros."""
        return [tf.zeros((streams, size)) for lstm in self.lstms for size in lstm.cell.state_size]

    def read(self, text: Any, states: States, *, training: bool = False) -> tuple[Any, States]:
        """Return logits (N, T, C) after each symbol of a piece (N, T), and the final states.

        >>> parts, text = parts_of(build_language_network(7, units=4)), np.array([[3, 1, 2, 6]])
        >>> whole, _ = parts.read(text, parts.fresh(1))
        >>> first, states = parts.read(text[:, :3], parts.fresh(1))
        >>> rest, _ = parts.read(text[:, 3:], states)
        >>> bool(np.allclose(whole[:, 3:], rest, atol=1e-6))
        True
        """
        h: Any = self.embedding(text)
        states, after = list(states), []
        for k, lstm in enumerate(self.lstms):
            before = [states.pop(0) for _ in lstm.cell.state_size]
            h, *here = lstm(h, initial_state=before, training=training)
            after += here
            if self.dropouts:
                h = self.dropouts[k](h, training=training)
        return self.read_out(h), after

    def bits_of(self, texts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return −log₂ of each symbol's probability in texts but the first, in parallel.

        `texts` (L,) → (L - 1,).

        >>> parts = parts_of(build_language_network(4, units=3))
        >>> [len(found) for found in parts.bits_of([np.array([0, 2, 3, 2]), np.array([0, 3])])]
        [3, 1]
        """

        def bits_in(piece: Any, states: States) -> tuple[Any, States]:
            logits, after = self.read(piece[:, :-1], states)
            return bits(piece[:, 1:], logits), after

        graph = tf.function(bits_in, autograph=False, reduce_retracing=True)

        def read(piece: np.ndarray, states: States | None) -> tuple[np.ndarray, States]:
            before = (
                self.fresh(len(piece))
                if states is None
                else [state[: len(piece)] for state in states]
            )
            found, after = graph(tf.constant(piece), before)
            return found.numpy(), after

        return read_side_by_side(texts, read)


def build_language_network(
    symbols: int,
    *,
    units: int | Sequence[int] = 256,
    embedding: int = 64,
    dropout: float = 0.0,
    variant: Variant | str | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> keras.Model:
    """Return a network from symbols (N, T), int, to logits (N, T, C) of the next symbol.

    >>> build_language_network(7, units=[4, 3])(np.ones((2, 5), "int32")).shape
    TensorShape([2, 5, 7])
    """
    rng = np.random.default_rng(seed)
    rows: Any = keras.initializers.RandomNormal(stddev=1.0, seed=draw_seed(rng))
    text = keras.Input((None,), dtype="int32", name="text")
    h: Any = keras.layers.Embedding(
        symbols, embedding, embeddings_initializer=rows, name="embedding"
    )(text)
    for k, size in enumerate([units] if isinstance(units, int) else units, 1):
        how: dict[str, Any] = {"variant": variant, "engine": engine, "name": f"lstm_{k}"}
        h, *_ = draw_lstm(size, rng, return_sequences=True, return_state=True, **how)(h)
        if dropout > 0:
            h = keras.layers.Dropout(dropout, seed=draw_seed(rng), name=f"dropout_{k}")(h)
    initializer: Any = keras.initializers.GlorotUniform(draw_seed(rng))
    logits = keras.layers.Dense(symbols, kernel_initializer=initializer, name="read_out")(h)
    return keras.Model(text, logits, name="language_network")


def parts_of(network: keras.Model) -> LanguageNetwork:
    """Return the parts of a language model.

    >>> [lstm.units for lstm in parts_of(build_language_network(7, units=[4, 3])).lstms]
    [4, 3]
    """
    kinds: Any = keras.layers
    layers = [layer for layer in network.layers if not isinstance(layer, kinds.InputLayer)]
    embedding, *between, read_out = layers if len(layers) > 2 else [None] * 3
    lstms = tuple(layer for layer in between if isinstance(layer, LSTM))
    dropouts = tuple(layer for layer in between if isinstance(layer, kinds.Dropout))
    order = (
        [layer for pair in zip(lstms, dropouts, strict=False) for layer in pair]
        if dropouts
        else list(lstms)
    )
    is_read = isinstance(embedding, kinds.Embedding) and isinstance(read_out, kinds.Dense)
    if not is_read or not lstms or order != between:
        raise UsageError(Networks.NO_LANGUAGE_MODEL, name=network.name)
    return LanguageNetwork(embedding, lstms, dropouts, read_out)


class LanguageReader:
    """A language network and its alphabet, with the `read` of `numpy_model.LanguageModel`.

    Parameters
    ----------
    network : keras.Model
        Of `build_language_network`.

    >>> reader = LanguageReader(build_language_network(4, units=3), Alphabet("ab"))
    >>> logits, states = reader.read(np.array([[0, 2, 3]]))
    >>> logits.shape, reader.read(np.array([[2]]), states)[0].shape
    ((1, 3, 4), (1, 1, 4))
    """

    def __init__(self, network: keras.Model, alphabet: Alphabet):
        self.alphabet, self._parts = alphabet, parts_of(network)
        self._graph = tf.function(self._parts.read, autograph=False, reduce_retracing=True)

    def read(self, text: np.ndarray, states: States | None = None) -> tuple[np.ndarray, States]:
        """Return logits (N, T, C) after each symbol of a piece (N, T), int, and the final states.

        `states` are those after the previous piece; by default the initial ones.
        """
        states = self._parts.fresh(len(text)) if states is None else states
        logits, after = self._graph(tf.constant(text, tf.int32), states)
        return logits.numpy(), after


def prepare_training(
    numbers: np.ndarray,
    symbols: int,
    *,
    streams: int,
    piece: int,
    learning_rate: float,
    updates: int,
    clip_norm: float | None,
    seed: int,
    steps: int = UPDATES,
    held_out: np.ndarray | None = None,
    **of_network: Any,
) -> StreamTraining:
    """Return the training of a new language model, with a loss in bits per symbol.

    `numbers` (L,).

    >>> how = {
    ...     "streams": 2,
    ...     "piece": 5,
    ...     "updates": 10,
    ...     "learning_rate": 0.01,
    ...     "clip_norm": 1.0,
    ...     "seed": 0,
    ... }
    >>> prepare_training(np.arange(40) % 5, 5, **how, steps=10, units=4, embedding=3).run(1).epoch
    1
    """
    network = build_language_network(symbols, seed=seed, **of_network)
    rate: Any = HeldThenFalling(float(learning_rate), updates)
    optimizer = Muon(rate) if is_long(len(numbers)) else keras.optimizers.Adam(rate)
    numbers = shuffle_passages(numbers, seed) if is_long(len(numbers)) else numbers
    network.compile(optimizer, bits_per_symbol)  # pyright: ignore
    batches = StreamBatches(numbers, streams=streams, piece=piece, steps=steps)
    norm = None if clip_norm is None else clip_norm / LN2
    return StreamTraining(network, parts_of(network), batches, held_out=held_out, clip_norm=norm)
