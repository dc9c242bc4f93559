"""Synthetic tasks that require memory, generated from a seed: functions returning `Sequences`."""

from itertools import product

import numpy as np

from glasscell.data.problems import reber
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.errors import UsageError

ORDER_SYMBOLS = tuple("EBabcdXY")


def adding(n: int, steps: int = 100, seed: int = 0) -> Sequences:
    """Make the adding problem: two of many numbers are marked, and the target is their sum.

    As Hochreiter & Schmidhuber (1997, section 5.4): between `steps` and 1.1·`steps` steps of a
    number in [−1, 1] and a marker. The markers of the first and last step are −1. X1, among the
    first ten numbers, and X2, among the first half, have marker 1. The target is 0.5 + (X1 + X2) /
    4; an X1 at the first step counts as 0.

    >>> adding(3, seed=1).channels
    ('value', 'marker')
    """
    if steps < 20:
        raise UsageError(Reading.TOO_FEW, what="steps", found=steps, least=20)
    rng = np.random.default_rng(seed)
    lengths = rng.integers(steps, steps + steps // 10, n, endpoint=True)
    x = np.zeros((n, int(lengths.max()), 2), np.float32)
    x[..., 0] = rng.uniform(-1, 1, x.shape[:2])
    x[np.arange(x.shape[1]) >= lengths[:, None]] = np.nan
    first, early = rng.integers(0, 10, n), steps // 2 - 1
    second = np.floor(rng.random(n) * (early - (first < early))).astype(int)
    second += second >= first  # distinct from the first
    every = np.arange(n)
    x[every, 0, 1] = x[every, lengths - 1, 1] = -1
    x[every, first, 1] = x[every, second, 1] = 1
    counted = np.sum(
        [np.where(t == 0, 0.0, x[every, t, 0].astype(float)) for t in (first, second)], axis=0
    )
    return Sequences(
        x, lengths, 0.5 + counted / 4, ("value", "marker"), every.astype(str), name="adding"
    )


def temporal_order(n: int, relevant: int = 2, seed: int = 0) -> Sequences:
    """Make the temporal order problem: classify the order of X and Y.

    As Hochreiter & Schmidhuber (1997, section 5.6, experiments 6a and 6b): 100 to 110 symbols, E
    first, B last, random a, b, c, d between them. X or Y replaces one in each of two (6a) or three
    (6b) places; the class is their order.

    >>> temporal_order(100).classes
    ('XX', 'XY', 'YX', 'YY')
    """
    rng = np.random.default_rng(seed)
    places = ((10, 20), (50, 60)) if relevant == 2 else ((10, 20), (33, 43), (66, 76))
    lengths, every = rng.integers(100, 110, n, endpoint=True), np.arange(n)
    words = rng.integers(
        ORDER_SYMBOLS.index("a"), ORDER_SYMBOLS.index("d"), (n, 110), endpoint=True
    )
    words[:, 0], words[every, lengths - 1] = ORDER_SYMBOLS.index("E"), ORDER_SYMBOLS.index("B")
    y_not_x = rng.integers(0, 2, (n, relevant))
    for place, bounds in enumerate(places):
        words[every, rng.integers(*bounds, n, endpoint=True)] = (
            ORDER_SYMBOLS.index("X") + y_not_x[:, place]
        )
    labels = np.array(orders(relevant))[y_not_x @ 2 ** np.arange(relevant)[::-1]]
    return _one_hot(words, lengths, labels, ORDER_SYMBOLS, "temporal_order")


def orders(relevant: int) -> tuple[str, ...]:
    """Return the classes of the temporal order problem, sorted.

    >>> orders(2)
    ('XX', 'XY', 'YX', 'YY')
    """
    return tuple("".join(order) for order in product("XY", repeat=relevant))


def embedded_reber(n: int, seed: int = 0) -> Sequences:
    """Make strings of the embedded Reber grammar; the class is the second-to-last symbol.

    A string is B, then T or P, then a string of the Reber grammar, then the same T or P, then E.
    The series ends before the second T or P: the label, which only the second symbol of the series
    reveals.

    >>> embedded_reber(100).classes
    ('P', 'T')
    """
    rng, nodes, pieces = np.random.default_rng(seed), np.full(n, reber.START), []
    while (
        not pieces or not reber.CLOSING[np.concatenate(pieces, axis=1)[:, :, 1]].any(axis=1).all()
    ):
        symbols, visited = reber.walk(nodes, 30, rng)
        pieces.append(np.stack([symbols, visited[:, 1:]], axis=2))
        nodes = visited[:, -1]
    words, after = np.moveaxis(np.concatenate(pieces, axis=1), 2, 0)
    lengths = reber.CLOSING[after].argmax(axis=1) + 1
    labels = np.array(reber.SYMBOLS)[words[:, 1]]
    return _one_hot(words[:, : lengths.max()], lengths, labels, reber.SYMBOLS, "embedded_reber")


def _one_hot(
    words: np.ndarray, lengths: np.ndarray, labels: np.ndarray, symbols: tuple[str, ...], name: str
) -> Sequences:
    x = np.eye(len(symbols), dtype=np.float32)[words[:, : lengths.max()]]
    x[np.arange(x.shape[1]) >= lengths[:, None]] = np.nan
    return Sequences(x, lengths, labels, symbols, np.arange(len(x)).astype(str), name=name)
