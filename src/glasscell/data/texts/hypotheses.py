"""Hypotheses about text: what a unit of a language model may know after each character.

T characters

A hypothesis marks every character of a text with a number, or with yes or no. The mark at t is about what has been read
once t has been: the closing quote itself is no longer inside quotes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError, UsageError


class Hypothesis(NamedTuple):
    """What may be known after each character of a text.

    Parameters
    ----------
    name : str
        As a function could be called.
    mark : function of a text, to an array (T,) of bool or float64
        NaN where it does not judge; None for a text that it cannot judge at all.
    is_yes_no : bool or None
        Whether all marks are yes or no; None where only the marks tell.
    words : str
        What it says, in a sentence without its full stop.

    Examples
    --------
    >>> vowel = Hypothesis("vowel", lambda text: np.array([c in "aeiou" for c in text]), True, "A vowel was just read")
    >>> vowel.mark("once").tolist()
    [True, False, False, True]
    """

    name: str
    mark: Callable[[str], np.ndarray | None]
    is_yes_no: bool | None
    words: str


class Marked(NamedTuple):
    """The marks of a hypothesis on texts one after the other: values (T,), float64, NaN where it does not judge."""

    name: str
    values: np.ndarray
    is_yes_no: bool


def mark_texts(hypotheses: Sequence[Hypothesis], texts: Mapping[str, str]) -> list[Marked]:
    """Return the marks of hypotheses on texts, one after the other.

    All are asked about a text before the next: those about Python have the parsing of it in common.

    Parameters
    ----------
    hypotheses : sequence of Hypothesis
    texts : dict
        From the name of a text, which errors give, to the text.

    Returns
    -------
    list of Marked
        Values (T,), T the length of all texts together; NaN throughout those that it cannot judge. Yes or no, where the
        hypothesis leaves it open, if no other mark than 0 and 1 was given.

    Raises
    ------
    DataError
        If a user's own hypothesis fails.

    Examples
    --------
    >>> odd = Hypothesis("odd", lambda text: np.arange(len(text)) % 2 if text.isascii() else None, None, "An odd place")
    >>> (marked,) = mark_texts([odd], {"a.txt": "abc", "b.txt": "é"})
    >>> marked.values, marked.is_yes_no
    (array([ 0.,  1.,  0., nan]), True)
    """
    parts = [[np.zeros(0)] for _ in hypotheses]
    for name, text in texts.items():
        for part, hypothesis in zip(parts, hypotheses, strict=True):
            try:
                found = hypothesis.mark(text)
            except DataError as error:
                raise error.of(name) from error
            part.append(np.full(len(text), np.nan) if found is None else np.asarray(found, "float64"))
    return [_marked(one, np.concatenate(part)) for one, part in zip(hypotheses, parts, strict=True)]


def _marked(hypothesis: Hypothesis, values: np.ndarray) -> Marked:
    is_yes_no = hypothesis.is_yes_no
    if is_yes_no is None:
        is_yes_no = bool(np.isin(values[~np.isnan(values)], (0, 1)).all())
    return Marked(hypothesis.name, values, is_yes_no)


def choose(hypotheses: Sequence[Hypothesis], names: Sequence[str]) -> list[Hypothesis]:
    """Return the hypotheses that are named, in the order of the names.

    Raises
    ------
    UsageError
        If there is none of a name.

    Examples
    --------
    >>> from glasscell.data.texts.text_marks import TEXT_MARKS
    >>> [one.name for one in choose(TEXT_MARKS, ["quotes", "column"])]
    ['quotes', 'column']
    """
    known = {one.name: one for one in hypotheses}
    for name in names:
        if name not in known:
            raise UsageError(Texts.NO_HYPOTHESIS, name=name, known=[*known])
    return [known[name] for name in names]
