"""The problems of the lab: series, targets, errors and criteria for a solution. No TensorFlow.

N series · T time steps · D features · C targets · … leading axes

A target is NaN at a step without a target. Users see a problem as a task.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from glasscell.data.problems import gates, lags, reber
from glasscell.data.problems.gates import GATE_OF
from glasscell.data.sequences import Sequences
from glasscell.errors import UsageError
from glasscell.lab.design.measures import BITS, SQUARES, WRONG, Measure
from glasscell.lab.sentences import Lab

Wrong = Callable[[np.ndarray, np.ndarray], np.ndarray]
LONGEST_REBER = (
    60  # steps; the longest of 200,000 strings has 47; a longer one has no target at its end
)
ARCHIVE = "archive:"  # before the name of a data set
TEXT = "text"  # the standard library of the running Python; "text:PATH" is the text at PATH
TEXT_SETTINGS = {  # defaults of an experiment on a text
    "units": (64,),
    "equal": "weights",
    "learning_rates": (0.015, 0.03, 0.06),
    "seeds": 4,
    "length": (50,),
    "updates": 1500,
    "held_out": 4000,
}
QUICK_TEXT = {"units": (16,), "seeds": 2, "updates": 60, "held_out": 400}  # at most
T, P = (reber.SYMBOLS.index(symbol) for symbol in "TP")


@dataclass(frozen=True)
class Problem:
    """A problem.

    Parameters
    ----------
    make : callable
        Takes n, length, memories and a key, (seed, part, …), of whole numbers; returns x (n, T, D)
        and y (n, T, C), float32. For a finite data set, n counts only for the training part; other
        parts are returned whole.
    variance : callable, optional
        Maps the length to the targets' variance, if the error is the mean squared error over all
        targets.
    wrong : callable, optional
        If the error is the fraction of wrong predictions: maps predictions and targets (…, C) of
        the last step with a target to which are wrong, (…,).
    wrong_below : float
        A smaller fraction of wrong predictions counts as solved.
    steps : int, optional
        T, if the problem fixes it.
    streams : bool
        Whether a series is a stream without an end. The error is then the fraction of streams with
        a wrong prediction (grammar) or bits per character (text).
    text : corpora.Text, optional
        The text of a text problem: `make` returns symbol numbers, (n, T, 1), to be one-hot encoded,
        and training minimizes bits instead of squares.
    """

    name: str
    make: Callable[[int, int, int, Any], tuple[np.ndarray, np.ndarray]]
    variance: Callable[[int], float] | None = None
    wrong: Wrong | None = None
    wrong_below: float = 0.01
    steps: int | None = None
    streams: bool = False
    text: Any = None

    @property
    def measure(self) -> Measure:
        """The error measure."""
        if self.text is not None:
            return BITS
        return SQUARES if self.variance is not None else WRONG

    def sized(self, units: int, memories: int, length: int) -> tuple[int, int, int]:
        """Return units, memories and length as this problem uses them.

        >>> find_problem("write").sized(4, 2, 60), find_problem("temporal_order").sized(4, 2, 60)
        ((4, 2, 60), (4, 1, 110))
        """
        return units, memories if self.name in GATE_OF else 1, self.steps or length

    def limit(self, share: float, length: int) -> float | None:
        """Return the error that solves the problem: a fraction of the variance, or `wrong_below`.

        None for a text, which is never solved.

        >>> round(find_problem("erase").limit(0.02, 20), 4), find_problem("adding").limit(0.02, 100)
        (0.0067, 0.01)
        """
        if self.text is not None:
            return None
        return share * self.variance(length) if self.variance is not None else self.wrong_below

    def nothing(self, length: int) -> float:
        """Return the error of a network that has learned nothing.

        Such a network predicts 0, is always wrong, or gives all characters equal probability.

        >>> find_problem("temporal_order").nothing(100)
        1.0
        """
        if self.text is not None:
            return float(np.log2(self.text.symbols))
        return self.variance(length) if self.variance is not None else 1.0

    def error(self, answers: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the errors (…,) of predictions (…, N, T, C) for N series; NaN if not finite.

        >>> y = np.array([[[np.nan], [1.0]], [[np.nan], [0.0]]])
        >>> float(find_problem("adding").error(np.array([[[0.0], [1.02]], [[0.0], [0.1]]]), y))
        0.5
        """
        if self.wrong is None:
            asked = ~np.isnan(y)
            squares = np.square(answers.astype(np.float64) - y, where=asked, out=np.zeros(y.shape))
            return squares.sum(axis=(-3, -2, -1)) / asked.sum(axis=(-3, -2, -1))
        asked = ~np.isnan(y[..., 0])
        last = y.shape[-2] - 1 - np.argmax(asked[..., ::-1], axis=-1)[..., None, None]
        answer, target = (np.take_along_axis(v, last, axis=-2)[..., 0, :] for v in (answers, y))
        counted = asked.any(axis=-1)
        share = (self.wrong(answer, target) & counted).sum(axis=-1) / counted.sum(axis=-1)
        return np.where(np.isfinite(answer).all(axis=(-2, -1)), share, np.nan)  # a failed network


def find_problem(name: str) -> Problem:
    """Return the problem with a name.

    >>> x, y = find_problem("embedded_reber").make(5, 0, 1, (0, 1))
    >>> x.shape, y.shape
    ((5, 60, 7), (5, 60, 7))
    """
    if name in PROBLEMS:
        return PROBLEMS[name]
    from glasscell.lab.design import corpora  # here because it imports pandas and scikit-learn

    if name == TEXT or name.startswith(f"{TEXT}:"):
        text = corpora.read_text(name.partition(":")[2] or corpora.PYTHON)
        return Problem(name, text.draw, streams=True, text=text)
    if name.startswith(ARCHIVE) or name in ("digits_rows", "digits_pixels"):
        data = (
            corpora.archive(name.removeprefix(ARCHIVE))
            if name.startswith(ARCHIVE)
            else corpora.digits(name)
        )
        return Problem(
            name, data.draw, wrong=_another_class, wrong_below=0.05, steps=data.x.shape[1]
        )
    raise UsageError(Lab.NO_TASK, name=name, tasks=list(PROBLEMS), text=TEXT, archive=ARCHIVE)


def settings_of(names: Sequence[str]) -> dict[str, Any]:
    """Return the default settings of an experiment on these problems.

    >>> settings_of(("write", "erase"))
    {}
    """
    return (
        dict(TEXT_SETTINGS) if names and all(str(name).startswith(TEXT) for name in names) else {}
    )


def _adding(n: int, length: int, memories: int, key: Any) -> tuple[np.ndarray, np.ndarray]:
    sequences = lags.adding(n, length, key)
    return _asked_at_the_end(
        sequences, length + length // 10, np.asarray(sequences.y, np.float32)[:, None]
    )


def _temporal_order(
    relevant: int, n: int, length: int, memories: int, key: Any
) -> tuple[np.ndarray, np.ndarray]:
    sequences: Any = lags.temporal_order(n, relevant, key)
    orders = np.array(lags.orders(relevant))
    return _asked_at_the_end(
        sequences, 110, np.eye(len(orders), dtype=np.float32)[np.searchsorted(orders, sequences.y)]
    )


def _reber(n: int, length: int, memories: int, key: Any) -> tuple[np.ndarray, np.ndarray]:
    """Set each step's target to the next symbol, at the last step to the last but one symbol."""
    sequences: Any = lags.embedded_reber(n, key)
    end = np.eye(len(reber.SYMBOLS), dtype=np.float32)[np.where(sequences.y == "T", T, P)]
    x, y = _asked_at_the_end(sequences, LONGEST_REBER, end)
    follows = x[:, 1:].any(axis=-1, keepdims=True)
    y[:, :-1] = np.where(follows, x[:, 1:], y[:, :-1])
    return x, y


def _stream(n: int, length: int, memories: int, key: Any) -> tuple[np.ndarray, np.ndarray]:
    """Set the next symbol of a stream as the target of every step."""
    symbols, _ = reber.walk(np.full(n, reber.START), length + 1, np.random.default_rng(key))
    one_hot = np.eye(len(reber.SYMBOLS), dtype=np.float32)[symbols]
    return one_hot[:, :-1], one_hot[:, 1:]


def _asked_at_the_end(
    sequences: Sequences, steps: int, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return x (N, steps, D), zero-padded, and y, NaN except at the last step of each series."""
    n, longest, features = sequences.x.shape
    x = np.zeros((n, steps, features), np.float32)
    x[:, : min(longest, steps)] = np.nan_to_num(sequences.x[:, :steps])
    y = np.full((n, steps, target.shape[1]), np.nan, np.float32)
    whole = sequences.lengths <= steps
    y[np.flatnonzero(whole), sequences.lengths[whole] - 1] = target[whole]
    return x, y


def _far_off(limit: float) -> Wrong:
    return lambda answer, target: np.abs(answer - target).max(axis=-1) >= limit


def _other_of_two(answer: np.ndarray, target: np.ndarray) -> np.ndarray:
    return (answer[..., T] > answer[..., P]) != (target[..., T] > target[..., P])


def _another_class(answer: np.ndarray, target: np.ndarray) -> np.ndarray:
    return answer.argmax(axis=-1) != target.argmax(axis=-1)


PROBLEMS = {
    **{
        task: Problem(
            task, partial(gates.make_series, task), variance=partial(gates.variance, task)
        )
        for task in GATE_OF
    },
    # Hochreiter & Schmidhuber 1997: correct if the error is below 0.04, or below 0.3 at every
    # output
    "adding": Problem("adding", _adding, wrong=_far_off(0.04)),
    "temporal_order": Problem(
        "temporal_order", partial(_temporal_order, 2), wrong=_far_off(0.3), steps=110
    ),
    "temporal_order_3": Problem(
        "temporal_order_3", partial(_temporal_order, 3), wrong=_far_off(0.3), steps=110
    ),
    "embedded_reber": Problem("embedded_reber", _reber, wrong=_other_of_two, steps=LONGEST_REBER),
    # Gers et al. 2000: no error in any of ten streams
    "continual_reber": Problem(
        "continual_reber", _stream, wrong_below=1e-9, steps=LONGEST_REBER, streams=True
    ),
}
