"""Synthetic tasks that ask for memory, made from a seed: each a function that returns `Sequences`."""

import numpy as np

from glasscell.data.sequences import Sequences
from glasscell.errors import UsageError

REBER = {  # node: the symbols that lead on, and where to
    0: (("B", 1),), 1: (("T", 2), ("P", 3)), 2: (("S", 2), ("X", 4)), 3: (("T", 3), ("V", 5)), 4: (("X", 3), ("S", 6)),
    5: (("P", 4), ("V", 6)), 6: (("E", None),),
}  # fmt: skip
REBER_SYMBOLS = tuple("BTPSXVE")
ORDER_SYMBOLS = tuple("EBabcdXY")


def adding(n: int, steps: int = 100, seed: int = 0) -> Sequences:
    """Make the adding problem: two of many numbers are marked, and their sum is asked for.

    As Hochreiter & Schmidhuber (1997, section 5.4): between `steps` and 1.1·`steps` steps of a number in [−1, 1] and
    a marker; the markers of the first and last step are −1, those of the two numbers X1 (among the first ten) and X2
    (among the first half) are 1. The target is 0.5 + (X1 + X2) / 4; an X1 at the first step counts as 0.

    Parameters
    ----------
    n : int
        N.
    steps : int
        At least 20.
    seed : int

    Returns
    -------
    Sequences
        Channels value and marker.

    Raises
    ------
    UsageError
        If there are too few steps.

    Examples
    --------
    >>> adding(3, seed=1).channels
    ('value', 'marker')
    """
    _at_least("steps", steps, 20)
    rng = np.random.default_rng(seed)
    series, y = [], []
    for length in rng.integers(steps, steps + steps // 10, n, endpoint=True):
        value, marker = rng.uniform(-1, 1, length).astype(np.float32), np.zeros(length, np.float32)
        first = rng.integers(10)
        second = rng.choice([t for t in range(steps // 2 - 1) if t != first])
        marker[[0, -1]] = -1
        marker[[first, second]] = 1
        counted = [0.0 if t == 0 else float(value[t]) for t in (first, second)]
        series.append(np.stack([value, marker], axis=1))
        y.append(0.5 + sum(counted) / 4)
    return Sequences.from_list(series, y, ("value", "marker"), name="adding")


def temporal_order(n: int, relevant: int = 2, seed: int = 0) -> Sequences:
    """Make the temporal order problem: the order in which X and Y came.

    As Hochreiter & Schmidhuber (1997, section 5.6, experiments 6a and 6b): 100 to 110 symbols, E first, B last,
    between them a, b, c, d at random but for an X or Y in each of two (6a) or three (6b) places. The class is their
    order.

    Parameters
    ----------
    n : int
        N.
    relevant : {2, 3}
    seed : int

    Returns
    -------
    Sequences
        One channel a symbol; labels such as "XY".

    Raises
    ------
    UsageError
        If `relevant` is neither 2 nor 3.

    Examples
    --------
    >>> temporal_order(100).classes
    ('XX', 'XY', 'YX', 'YY')
    """
    if relevant not in (2, 3):
        raise UsageError(f"relevant={relevant!r}: expected 2 (experiment 6a) or 3 (experiment 6b)")
    rng = np.random.default_rng(seed)
    places = ((10, 20), (50, 60)) if relevant == 2 else ((10, 20), (33, 43), (66, 76))
    words, labels = [], []
    for length in rng.integers(100, 110, n, endpoint=True):
        word = ["E", *rng.choice(list("abcd"), length - 2), "B"]
        label = rng.choice(["X", "Y"], relevant)
        for (low, high), symbol in zip(places, label, strict=True):
            word[rng.integers(low, high, endpoint=True)] = str(symbol)
        words.append(word)
        labels.append("".join(label))
    return _one_hot(words, labels, ORDER_SYMBOLS, "temporal_order")


def embedded_reber(n: int, seed: int = 0) -> Sequences:
    """Make strings of the embedded Reber grammar, and ask for the last but one symbol.

    A string is B, then T or P, then a string of the Reber grammar, then the same T or P, then E. The series ends
    before the second T or P: the label, which the second symbol of the series alone gives away.

    Parameters
    ----------
    n : int
        N.
    seed : int

    Returns
    -------
    Sequences
        One channel a symbol, lengths from 7 up; labels "T" and "P".

    Examples
    --------
    >>> embedded_reber(100).classes
    ('P', 'T')
    """
    rng = np.random.default_rng(seed)
    words, labels = [], []
    for label in rng.choice(["T", "P"], n):
        word, node = ["B", str(label)], 0
        while node is not None:
            symbol, node = REBER[node][rng.integers(len(REBER[node]))]
            word.append(symbol)
        words.append(word)
        labels.append(str(label))
    return _one_hot(words, labels, REBER_SYMBOLS, "embedded_reber")


def parity(n: int, steps: int = 20, seed: int = 0) -> Sequences:
    """Make series of zeros and ones, and ask whether the number of ones is odd.

    Parameters
    ----------
    n : int
        N.
    steps : int
        Of the longest; the shortest have half as many.
    seed : int

    Returns
    -------
    Sequences
        Labels "even" and "odd".

    Raises
    ------
    UsageError
        If there are too few steps.

    Examples
    --------
    >>> parity(100).classes
    ('even', 'odd')
    """
    _at_least("steps", steps, 1)
    rng = np.random.default_rng(seed)
    series = [rng.integers(0, 2, length) for length in rng.integers((steps + 1) // 2, steps, n, endpoint=True)]
    return Sequences.from_list(series, [("even", "odd")[bits.sum() % 2] for bits in series], ("bit",), name="parity")


def _one_hot(words: list[list[str]], labels: list[str], symbols: tuple[str, ...], name: str) -> Sequences:
    one_hot = np.eye(len(symbols), dtype=np.float32)
    series = [one_hot[[symbols.index(symbol) for symbol in word]] for word in words]
    return Sequences.from_list(series, labels, symbols, name=name)


def _at_least(what: str, value: int, least: int) -> None:
    if value < least:
        raise UsageError(f"{what}={value!r}: expected at least {least}")
