"""Training on endless streams: a text is processed at many positions in parallel, keeping states.

N streams · T symbols of a piece · L symbols of the text
"""

from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import DataError
from glasscell.training.epoch_graph import Logs, Training
from glasscell.training.sentences import Fitting

LN2 = float(np.log(2.0))
PASSAGE = 2500  # symbols that stay together in `shuffle_passages`


class Reader(Protocol):
    """An object that processes streams piece by piece: the parts of a language model."""

    def fresh(self, streams: int) -> list[Any]:
        """Return the states before the first symbol."""
        ...

    def read(
        self, text: Any, states: list[Any], *, training: bool = False
    ) -> tuple[Any, list[Any]]:
        """Return logits (N, T, C) after each symbol of a piece (N, T), and the final states."""
        ...


class StreamBatches:
    """Pieces of N streams of one text: stream n begins at n·L/N, and wraps around at the end.

    Parameters
    ----------
    streams, piece, steps : int
        N; T; pieces in an epoch.

    >>> batches = StreamBatches(np.arange(20), streams=2, piece=3, steps=2)
    >>> x, y, _ = batches.draw(batches.begin(0), 1, 2)
    >>> x.numpy().tolist(), y.numpy().tolist()
    ([[3, 4, 5], [13, 14, 15]], [[4, 5, 6], [14, 15, 16]])
    """

    def __init__(self, text: np.ndarray, *, streams: int, piece: int, steps: int):
        if len(text) < streams * (piece + 1):
            raise DataError(
                Fitting.SHORT_TEXT,
                n=len(text),
                least=streams * (piece + 1),
                piece=piece,
                streams=streams,
            )
        self.text, self.batch_size, self.piece, self.steps, self.remainder = (
            tf.constant(text),
            streams,
            piece,
            steps,
            0,
        )
        self._starts = tf.constant(
            np.arange(streams, dtype="int64") * len(text) // streams, tf.int32
        )

    def begin(self, epoch: Any) -> Any:
        """Return the number of the epoch's first piece, counted from the start of the training."""
        return tf.cast(epoch, tf.int32) * self.steps

    def draw(self, first: Any, step: Any, size: int) -> tuple[Any, Any, None]:
        """Return piece number `step` of all streams, (N, T), and the same shifted by one symbol."""
        length = len(self.text)
        # in 64 bits: a long training on a large text would overflow before the modulo
        start = tf.cast(tf.cast(first + step, tf.int64) * self.piece % length, tf.int32)
        place = (self._starts[:, None] + start + tf.range(self.piece + 1)) % length
        symbols = tf.gather(self.text, place)
        return symbols[:, :-1], symbols[:, 1:], None


class StreamTraining(Training):
    """A training of a language model whose states are carried between pieces and saved.

    Parameters
    ----------
    model : keras.Model
        Compiled with `bits_per_symbol`.
    reader : Reader
        Its parts, which continue from given states.
    held_out : int array, optional
        A text for `val_loss`, divided into as many streams as fit, from fresh states.
    **options
        As in `Training`.
    """

    def __init__(
        self,
        model: keras.Model,
        reader: Reader,
        batches: StreamBatches,
        *,
        held_out: np.ndarray | None = None,
        **options: Any,
    ):
        self._reader = reader
        self._states = [
            keras.Variable(v, trainable=False) for v in reader.fresh(batches.batch_size)
        ]
        self._held_out = None if held_out is None else _streams_of(held_out, batches)
        measures = None if held_out is None else self._measure
        super().__init__(model, batches, measures=measures, **options)  # pyright: ignore[reportArgumentType]

    def _variables(self) -> list:
        return [*super()._variables(), *self._states]

    def _answer(self, x) -> Any:
        logits, after = self._reader.read(x, [v.value for v in self._states], training=True)
        for variable, state in zip(self._states, after, strict=True):
            variable.assign(state)
        return logits

    def _measure(self) -> Logs:
        assert self._held_out is not None
        pieces = self._held_out  # (pieces, N, T + 1)

        def add(piece, total, *states):
            logits, after = self._reader.read(pieces[piece, :, :-1], list(states))
            return piece + 1, total + tf.reduce_mean(bits(pieces[piece, :, 1:], logits)), *after

        fresh = self._reader.fresh(pieces.shape[1])
        count = len(pieces)
        _, total, *_ = tf.while_loop(
            lambda piece, *_: piece < count, add, (0, tf.zeros(()), *fresh)
        )
        return {"val_loss": total / count}


def shuffle_passages(text: np.ndarray, seed: int, passage: int = PASSAGE) -> np.ndarray:
    """Return a text with its passages in random order; a remainder stays at the end.

    Without this, consecutive updates would come from a few files, and the last files would dominate
    the result.

    `text` (L,).

    >>> shuffle_passages(np.arange(8), seed=3, passage=3).tolist()
    [3, 4, 5, 0, 1, 2, 6, 7]
    """
    count = len(text) // passage
    order = np.random.default_rng(seed).permutation(count)
    passages = text[: count * passage].reshape(count, passage)[order]
    return np.concatenate([passages.reshape(-1), text[count * passage :]])


def bits(text: Any, logits: Any) -> Any:
    """Return −log₂ of the probability of each symbol, (N, T): its length under a perfect code.

    `logits` (N, T, C).

    >>> bits(np.array([[0, 1]]), np.zeros((1, 2, 4), "float32")).numpy().tolist()
    [[2.0, 2.0]]
    """
    return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(text, tf.int32), logits) / LN2


def bits_per_symbol(text: Any, logits: Any) -> Any:
    """Return the mean of `bits` over the symbols of each stream, (N,): the loss.

    >>> bits_per_symbol(np.zeros((2, 3), "int32"), np.zeros((2, 3, 4), "float32")).numpy().tolist()
    [2.0, 2.0]
    """
    return tf.reduce_mean(bits(text, logits), -1)


def _streams_of(text: np.ndarray, batches: StreamBatches) -> Any:
    """Return a text as pieces of streams, (pieces, N, T + 1): at most ten, spread over the text."""
    piece = min(batches.piece, len(text) - 1)
    pieces = max(1, min(10, (len(text) - 1) // piece))
    streams = max(1, min(batches.batch_size, (len(text) - 1) // (pieces * piece)))
    starts = np.arange(streams) * (len(text) // streams)
    starts = np.minimum(starts, len(text) - 1 - pieces * piece)
    place = starts[None, :, None] + piece * np.arange(pieces)[:, None, None] + np.arange(piece + 1)
    return tf.constant(text[place])
