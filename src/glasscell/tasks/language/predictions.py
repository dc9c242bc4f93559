"""How surprised a language model is by other texts, without TensorFlow: bits per character of each.

n texts that go on · T symbols of a piece
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.texts.alphabet import RARE
from glasscell.data.texts.origins import read_texts
from glasscell.data.texts.side_by_side import read_side_by_side
from glasscell.facts import reported
from glasscell.tasks.language.opened import open_run
from glasscell.tasks.language.plain import LanguageModel
from glasscell.tasks.language.report import interval_of
from glasscell.tasks.language.sentences import TextRuns

PIECE = 200  # symbols read at once, of each text


def evaluate(path: Path, file: str, *, encoding: str | None = None) -> dict[str, Any]:
    """Return how many bits per character a language model needs for other texts, each read from its beginning.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
        As in `origins.read_texts`.
    encoding : str, optional
        By default the run's own.

    Returns
    -------
    dict
        "bits_per_character" of n, its interval, "texts" with each one's, and "n_unknown": of how many the run knows no
        more than that they are rare, so that the bits to tell which are not counted.

    Raises
    ------
    UsageError, DataError
    """
    run = open_run(path)
    model, settings = run.model, run.settings
    texts, notes = read_texts(file, encoding=encoding or settings.encoding, symbols=settings.symbols)
    is_known = os.path.abspath(file) == settings.data  # noqa: PTH100  as in config.toml, without ..
    numbers = [model.alphabet.encode_whole(text) for _, text in texts]
    bits = [found.astype("float64") for found in bits_of(model, numbers)]
    unknown = sum(int((row == RARE).sum()) for row in numbers)
    n = sum(len(found) for found in bits)
    return {
        "run": str(path),
        "data": file,
        "task": "text",
        "symbols": settings.symbols,
        "bits_per_character": sum(float(found.sum()) for found in bits) / n,
        "intervals": {"bits_per_character": interval_of(bits)},
        "n": n,
        "n_unknown": unknown,
        "texts": [
            {"text": text.name, "characters": len(found), "bits_per_character": float(found.mean())}
            for text, found in zip(texts, bits, strict=True)
        ],
        **reported(
            notes,
            [
                *([TextRuns.TRAINED_ON_IT.warning()] if is_known else []),
                *([TextRuns.UNKNOWN_THERE.warning(n=unknown)] if unknown else []),
            ],
        ),
    }


def bits_of(model: LanguageModel, texts: list[np.ndarray]) -> list[np.ndarray]:
    """Return the bits of each symbol but the first of texts, as `reader.bits_of` of the same network.

    Parameters
    ----------
    model : LanguageModel
    texts : list of int arrays (L,)
        Each begins with the boundary, which nothing is expected of.

    Examples
    --------
    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.arrays import plain_language_model
    >>> from glasscell.tasks.language.network import build_language_network
    >>> model = plain_language_model(build_language_network(4, units=3), Alphabet("ab"))
    >>> [len(found) for found in bits_of(model, [np.array([0, 2, 3, 2]), np.array([0, 3])])]
    [3, 1]
    """

    def read(piece: np.ndarray, states: Any) -> tuple[np.ndarray, Any]:
        before = None if states is None else [tuple(v[: len(piece)] for v in state) for state in states]
        logits, after = model.read(piece[:, :-1], before)
        logits -= logits.max(-1, keepdims=True)
        of_all = np.log(np.exp(logits).sum(-1))
        of_each = np.take_along_axis(logits, piece[:, 1:, None], -1)[..., 0]
        return (of_all - of_each) / np.float32(np.log(2)), after

    return read_side_by_side(texts, PIECE, read)
