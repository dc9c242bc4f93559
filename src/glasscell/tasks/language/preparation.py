"""A language model's training, put together: the network, its schedule, and the streams in which a text is read.

L symbols of a text · C symbols of the alphabet
"""

from typing import Any

import keras
import numpy as np

from glasscell.tasks.language.network import build_language_network, parts_of
from glasscell.tasks.language.settings import UPDATES, is_long
from glasscell.training.muon import Muon
from glasscell.training.schedules import HeldThenFalling
from glasscell.training.streams import LN2, StreamBatches, StreamTraining, bits_per_symbol, shuffle_passages


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
    """Return the training of a new language model, whose loss is bits per symbol.

    Parameters
    ----------
    numbers : int array (L,)
        Of the text's symbols.
    symbols : int
        C.
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
    seed : int
    held_out : int array, optional
        As in `training.streams.StreamTraining`.
    **of_network
        As in `networks.language.build_language_network`.

    Raises
    ------
    DataError
        If the text is too short for a piece of each stream.

    Examples
    --------
    >>> how = {"streams": 2, "piece": 5, "updates": 10, "learning_rate": 0.01, "clip_norm": 1.0, "seed": 0}
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
