"""A language model's weights by name and a description, readable with NumPy alone, as `interop.npz` has networks."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.special import softmax

from glasscell.data.texts.alphabet import Alphabet
from glasscell.interop.npz import weights_of
from glasscell.interop.plain.network import FORM
from glasscell.system.files import to_npz
from glasscell.tasks.language.network import parts_of
from glasscell.tasks.language.plain import LanguageModel, language_model_of, read_language_model


def write(network: keras.Model, alphabet: Alphabet, path: Path) -> None:
    """Write a language model as an npz file, which `plain` reads."""
    path.write_bytes(to_npz(arrays_of(network, alphabet)))


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return how likely the file at `path` says each symbol is after each of a text (N, T): (N, T, C)."""
    return softmax(read_language_model(path).read(text)[0], -1)


def arrays_of(network: keras.Model, alphabet: Alphabet) -> dict[str, np.ndarray]:
    """Return the weights of a language model by name, float32, and the description, "about".

    Raises
    ------
    UsageError
        If the network is no language model.

    Examples
    --------
    >>> from glasscell.tasks.language.network import build_language_network
    >>> sorted(arrays_of(build_language_network(4, units=3), Alphabet("ab")))[:4]
    ['about', 'embedding', 'lstm_1/bias', 'lstm_1/kernel']
    """
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
    return {name: np.asarray(v, "float32") for name, v in arrays.items()} | {"about": np.array(json.dumps(about))}


def plain_language_model(network: keras.Model, alphabet: Alphabet) -> LanguageModel:
    """Return a language model as what is read from such a file.

    >>> from glasscell.tasks.language.network import build_language_network
    >>> plain_language_model(build_language_network(4, units=3), Alphabet("ab")).read(np.array([[2, 3]]))[0].shape
    (1, 2, 4)
    """
    arrays = arrays_of(network, alphabet)
    return language_model_of(arrays, json.loads(str(arrays["about"])))
