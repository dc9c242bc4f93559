"""Language models of random weights, as arrays."""

import numpy as np

from glasscell.data.texts.alphabet import Alphabet
from glasscell.inference import cell
from glasscell.inference.cell import Layer
from glasscell.tasks.language.numpy_model import LanguageModel
from glasscell.variants import GREFF, Variant

LETTERS = "abcdef"


def random_model(rng, units=(5, 4), embedding=3, variant=None, scale=1.0):
    """Return a language model of the letters a to f, float32."""
    made = Variant() if variant is None else GREFF[variant]
    layers, features = [], embedding
    for size in units:

        def draw(*shape):
            return (scale * rng.normal(size=shape)).astype("float32")

        weights = cell.Weights(
            draw(features, 4 * size),
            draw(size, 4 * size),
            draw(4 * size),
            draw(3, size) if made.peepholes else None,
            draw(3 * size, 3 * size) if made.full_gate_recurrence else None,
        )
        layers.append(Layer(weights, made, go_backwards=False))
        features = size
    symbols = len(LETTERS) + 2
    table = rng.normal(size=(symbols, embedding)).astype("float32")
    read_out = (
        rng.normal(size=(features, symbols)).astype("float32"),
        rng.normal(size=symbols).astype("float32"),
    )
    return LanguageModel(Alphabet(LETTERS), table, tuple(layers), read_out)


def random_text(rng, length):
    """Return a text of so many symbols after the boundary, as numbers."""
    return np.concatenate([[0], rng.integers(2, 2 + len(LETTERS), size=length)]).astype("int32")
