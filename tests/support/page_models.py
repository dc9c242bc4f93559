"""Language models of random 16-bit weights, as the page for text has them, and float64 results."""

import numpy as np
from support import oracle
from support.random_networks import held

from glasscell.data.texts.alphabet import Alphabet
from glasscell.inference.cell import Layer, Weights
from glasscell.tasks.language.explanation import payload_of
from glasscell.tasks.language.numpy_model import LanguageModel
from glasscell.variants import GREFF

CHARACTERS = "\n " + "abcdefghijklmnopqrstuvwxyz\"'#().é"


def draw(seed, sizes=(12,), name="NP", E=5, characters=CHARACTERS):
    """Draw a language model: embedding table, layers (as in `random_networks`), output layer."""
    rng = np.random.default_rng(seed)
    C, width, layers = len(characters) + 2, E, []
    for H in sizes:
        layers.append(
            (
                name,
                False,
                {key: half(v) for key, v in oracle.random_weights(rng, width, H, name).items()},
            )
        )
        width = H
    kernel, bias = half(2 * rng.normal(size=(width, C))), half(rng.normal(size=C))
    return {
        "characters": characters,
        "table": half(rng.normal(size=(C, E))),
        "layers": layers,
        "read_out": (kernel, bias),
    }


def half(v):
    """Round to 16 bits, as float64."""
    return np.asarray(v, "float16").astype("float64")


def payload(model, text="", **more):
    """Write a model as the payload of a page."""
    about = {"run": "first", "reads": "letters", "name": "a text", "text": text}
    layers = tuple(
        Layer(Weights(**weights), GREFF[name], go_backwards=False)
        for name, _, weights in model["layers"]
    )
    plain = LanguageModel(Alphabet(model["characters"]), model["table"], layers, model["read_out"])
    return payload_of(plain, **(about | more))


def encode(model, text):
    """Return the symbols of a text, the boundary first."""
    known = {character: k for k, character in enumerate(model["characters"], 2)}
    return [0, *(known.get(character, 1) for character in text)]


def read(model, text, clamps=()):
    """Return each layer's states, dicts of z i f o c h (T + 1, H), and probabilities (T + 1, C)."""
    x, states = model["table"][encode(model, text)], []
    for n, layer in enumerate(model["layers"]):
        mine = [clamp for clamp in clamps if clamp["layer"] == n]
        states.append(held(x, np.ones(len(x), bool), *layer, mine))
        x = states[-1]["h"]
    kernel, bias = model["read_out"]
    p = np.exp(x @ kernel + bias)
    return states, p / p.sum(1, keepdims=True)


def bits(model, text, p):
    """Return the bits of each character, given the probabilities before each."""
    symbols = encode(model, text)
    return -np.log2(p[np.arange(len(text)), symbols[1:]])


def write(model, text, n, clamps=()):
    """Return the n likeliest characters after a text, one by one: no boundary, nothing rare."""
    written = ""
    for _ in range(n):
        p = read(model, text + written, clamps)[1][-1]
        written += model["characters"][int(np.argmax(p[2:]))]
    return written
