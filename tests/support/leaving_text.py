"""Language models of random weights, and texts for them."""

import numpy as np
from scipy.special import softmax

from glasscell.data.texts.alphabet import Alphabet
from glasscell.tasks.language.export import ExportableLanguageModel
from glasscell.tasks.language.network import build_language_network
from glasscell.tasks.language.numpy_model import plain_language_model

# of one to four bytes in UTF-8, and what C might misunderstand
CHARACTERS = "".join(sorted('\n "*/\\?aeé€😀'))


def leaving_language_model(
    characters=CHARACTERS, *, units=(5, 3), symbols="characters", seed=0, **more
):
    """Return a language model that leaves, of random weights, biases and peepholes."""
    alphabet = Alphabet(characters)
    network = build_language_network(len(alphabet), units=units, embedding=4, seed=seed, **more)
    rng = np.random.default_rng(seed)
    for weight in network.weights:
        if weight.dtype == "float32":
            weight.assign(rng.normal(size=weight.shape) * (0.6 if "kernel" in weight.path else 0.4))
    return ExportableLanguageModel(network, alphabet, symbols)


def some_text(leaving, length=300, seed=0):
    """Return a text of an alphabet's characters, and some that are not in it."""
    rng = np.random.default_rng(seed)
    return "".join(rng.choice([*leaving.alphabet.characters, "ß", "X"], length))


def bits_of(leaving, text):
    """Return what NumPy has for the mean bits of a text's symbols."""
    symbols = np.concatenate([[0], leaving.alphabet.encode(text)])
    logits, _ = plain_language_model(leaving.network, leaving.alphabet).read(symbols[None, :-1])
    return -np.log2(
        softmax(logits.astype("float64"), -1)[0, np.arange(len(symbols) - 1), symbols[1:]]
    ).mean()
