"""A language model as a SavedModel, with the inputs and outputs of its ONNX file.

N texts in parallel · T symbols of a piece · C symbols of the alphabet · H units
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.data.texts.alphabet import Alphabet
from glasscell.exporters.savedmodel import read_by_loop
from glasscell.tasks.language.network import LanguageNetwork, parts_of

LETTERS = "hcifo"  # of the states of an LSTM


def write(network: keras.Model, alphabet: Alphabet, path: Path) -> None:
    """Write a language model as a folder; its `serve` takes `text`, int64 (N, T), and states.

    The other inputs are the states h_1, c_1 of the first LSTM and so on, float32 (N, H). They are
    zeros before a text's first symbol, the boundary 0. Outputs are `probabilities` and `logits`,
    (N, T, C), and h_1_next, c_1_next and so on.
    """
    copy = read_by_loop(network)
    module: Any = tf.Module()
    module.weights = [weight.value for weight in copy.weights]  # saved with the function
    module.serve = tf.function(reading(parts_of(copy)), autograph=False)
    serve = module.serve.get_concrete_function(**specs_of(parts_of(copy)))
    tf.saved_model.save(module, str(path), dict.fromkeys(("serve", "serving_default"), serve))


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return probabilities (N, T, C) of the next symbol for texts (N, T), by the folder at `path`.

    The text is processed in two pieces, which also tests the states.
    """
    serve = tf.saved_model.load(str(path)).signatures["serve"]  # pyright: ignore
    sizes = {
        name: spec.shape[1]
        for name, spec in serve.structured_input_signature[1].items()
        if name != "text"
    }

    def ask(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {
            name: v.numpy()
            for name, v in serve(**{name: tf.constant(v) for name, v in inputs.items()}).items()
        }

    pieces = np.array_split(np.asarray(text, "int64"), 2, axis=1)
    return np.concatenate([*read_on(ask, pieces, sizes)], axis=1)


def read_on(
    ask: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]],
    pieces: Iterable[np.ndarray],
    sizes: Mapping[str, int],
) -> Iterator[np.ndarray]:
    """Yield the probabilities after each symbol of pieces (N, T), passing on states of `sizes`."""
    states: dict[str, np.ndarray] | None = None
    for piece in pieces:
        states = states or {
            name: np.zeros((len(piece), size), "float32") for name, size in sizes.items()
        }
        found = ask({"text": piece, **states})
        states = {name: found[f"{name}_next"] for name in sizes}
        yield found["probabilities"]


def reading(parts: LanguageNetwork) -> Callable[..., dict[str, Any]]:
    """Return a function from `text` and states to `probabilities`, `logits` and next states."""
    names = names_of_states(parts)

    def read(text: Any, **states: Any) -> dict[str, Any]:
        logits, after = parts.read(text, [states[name] for name in names])
        found = {f"{name}_next": state for name, state in zip(names, after, strict=True)}
        return {"probabilities": tf.nn.softmax(logits), "logits": logits, **found}

    return read


def names_of_states(parts: LanguageNetwork) -> list[str]:
    """Return the names of the LSTMs' states: h_1, c_1, and so on."""
    return [
        f"{letter}_{k}"
        for k, lstm in enumerate(parts.lstms, 1)
        for letter in LETTERS[: len(lstm.cell.state_size)]
    ]


def specs_of(
    parts: LanguageNetwork, batch: int | None = None, steps: int | None = None
) -> dict[str, tf.TensorSpec]:
    """Return shapes and dtypes of the inputs by name; None is dynamic."""
    sizes = [size for lstm in parts.lstms for size in lstm.cell.state_size]
    states = zip(names_of_states(parts), sizes, strict=True)
    return {
        "text": tf.TensorSpec((batch, steps), "int64", name="text"),
        **{name: tf.TensorSpec((batch, size), "float32", name=name) for name, size in states},
    }
