"""A language model's training, put together: the network, its schedule, and the streams in which a text is read.

L symbols of a text · C symbols of the alphabet
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from glasscell.networks.language import build_language_network, parts_of
from glasscell.settings.text import UPDATES, is_long
from glasscell.training.muon import Muon
from glasscell.training.schedules import HeldThenFalling
from glasscell.training.streams import LN2, StreamBatches, StreamTraining, bits_per_symbol, shuffle_passages
from glasscell.variants import Variant


def prepare_training(
    numbers: np.ndarray,
    symbols: int,
    *,
    units: int | Sequence[int],
    embedding: int,
    dropout: float,
    variant: Variant | str | None,
    streams: int,
    piece: int,
    learning_rate: float,
    updates: int,
    clip_norm: float | None,
    seed: int,
    engine: str = "auto",
    steps: int = UPDATES,
    held_out: np.ndarray | None = None,
) -> StreamTraining:
    """Return the training of a new language model, whose loss is bits per symbol.

    Parameters
    ----------
    numbers : int array (L,)
        Of the text's symbols.
    symbols : int
        C.
    units, embedding, dropout, variant, engine, seed
        As in `networks.language.build_language_network`.
    streams, piece : int
        As in `training.streams.StreamBatches`.
    learning_rate : float
        Of Muon, or of Adam where the text is short, for the first half of the updates; then it falls to 0.
    updates : int
        In all epochs.
    clip_norm : float, optional
        The largest norm of the gradient, as if the loss were in nats, as it is elsewhere.
    steps : int
        Updates in an epoch.
    held_out : int array, optional
        As in `training.streams.StreamTraining`.

    Raises
    ------
    DataError
        If the text is too short for a piece of each stream.

    Examples
    --------
    >>> sizes = {"units": 4, "embedding": 3, "streams": 2, "piece": 5, "updates": 10}
    >>> how = {"dropout": 0.0, "variant": None, "learning_rate": 0.01, "clip_norm": 1.0, "seed": 0}
    >>> prepare_training(np.arange(40) % 5, 5, **sizes, **how, steps=10).run(1).epoch
    1
    """
    network = build_language_network(
        symbols, units=units, embedding=embedding, dropout=dropout, variant=variant, engine=engine, seed=seed
    )
    rate: Any = HeldThenFalling(learning_rate, updates)
    optimizer = Muon(rate) if is_long(len(numbers)) else keras.optimizers.Adam(rate)
    numbers = shuffle_passages(numbers, seed) if is_long(len(numbers)) else numbers
    network.compile(optimizer, bits_per_symbol)  # pyright: ignore
    batches = StreamBatches(numbers, streams=streams, piece=piece, steps=steps)
    norm = None if clip_norm is None else clip_norm / LN2
    return StreamTraining(network, parts_of(network), batches, held_out=held_out, clip_norm=norm)
