"""A language model in the format keras: Keras's own layers, states in and out.

N texts in parallel · T symbols of a piece · C symbols of the alphabet · H units
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.texts.alphabet import Alphabet
from glasscell.errors import UsageError
from glasscell.exporters.keras import copy_of
from glasscell.exporters.sentences import Exporters
from glasscell.networks.opening import open_keras
from glasscell.tasks.language.network import parts_of

layers: Any = keras.layers


def write(
    network: keras.Model, alphabet: Alphabet, path: Path, *, with_glasscell: bool = False
) -> None:
    """Write a language model as a .keras file."""
    if path.suffix != ".keras":
        raise UsageError(Exporters.KERAS_NAME, file=path.name)
    model = network if with_glasscell else language_in_plain_keras(network)
    model.save(path, include_optimizer=False)


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return probabilities (N, T, C) of the next symbol for texts (N, T), by the file at `path`.

    If it has states, the text is processed in two pieces, which also tests them.
    """
    model: Any = open_keras(path, compile=False)
    if not isinstance(model.output, dict):
        return np.asarray(keras.ops.softmax(model(text, training=False)))
    states = {
        v.name: np.zeros((len(text), v.shape[1]), "float32")
        for v in model.inputs
        if v.name != "text"
    }
    found = []
    for piece in np.array_split(text, 2, axis=1):
        answer = model({"text": piece, **states}, training=False)
        states = {name: np.asarray(answer[f"{name}_next"]) for name in states}
        found.append(np.asarray(answer["probabilities"]))
    return np.concatenate(found, axis=1)


def language_in_plain_keras(network: keras.Model) -> keras.Model:
    """Return the same network with Keras's own layers and with states as inputs and outputs.

    It takes a dict of `text`, int (N, T), and the states h_1, c_1 and so on, (N, H). It returns a
    dict of `probabilities` (N, T, C), and h_1_next, c_1_next and so on.

    >>> from glasscell.tasks.language.network import build_language_network
    >>> sorted(language_in_plain_keras(build_language_network(4, units=3)).output)
    ['c_1_next', 'h_1_next', 'probabilities']
    """
    parts = parts_of(network)
    inputs: dict[str, Any] = {"text": keras.Input((None,), dtype="int32", name="text")}
    embedding = layers.Embedding(
        parts.embedding.input_dim, parts.embedding.output_dim, name="embedding"
    )
    read_out = layers.Dense(parts.read_out.units, "softmax", name="read_out")
    pairs, answers = [(embedding, parts.embedding), (read_out, parts.read_out)], {}
    h: Any = embedding(inputs["text"])
    for k, lstm in enumerate(parts.lstms, 1):
        copy = copy_of(lstm)
        before: list[Any] = [keras.Input((lstm.units,), name=f"{letter}_{k}") for letter in "hc"]
        h, *after = copy(h, initial_state=before)
        inputs |= {state.name: state for state in before}
        answers |= {f"{letter}_{k}_next": state for letter, state in zip("hc", after, strict=True)}
        pairs.append((copy, lstm))
    plain = keras.Model(inputs, {"probabilities": read_out(h), **answers}, name=network.name)
    for copy, original in pairs:
        copy.set_weights(original.get_weights())
    return plain
