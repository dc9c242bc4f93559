"""What people hand to an estimator in place of arrays of series, and how to make arrays of it."""

from collections.abc import Sequence
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.formats.sources import naming
from glasscell.data.frames import refuse_levels
from glasscell.errors import UsageError
from glasscell.estimators.sentences import Estimators
from glasscell.facts import cut

START = 41  # characters of a text that is quoted


def refuse_mistaken(X: Any) -> None:
    """Raise UsageError for what is no array of series, nor a list of arrays, and can be made one.

    Examples
    --------
    >>> refuse_mistaken([[1.0, 2.0], [3.0]])
    >>> refuse_mistaken({"a": [1.0, 2.0]})
    Traceback (most recent call last):
    glasscell.errors.UsageError: X is a dict; pass its series as a list of arrays (T, D), such as list(X.values())
    """
    if isinstance(X, pd.DataFrame):
        with naming("the data frame"):
            refuse_levels(X)
        return
    if isinstance(X, str) or hasattr(X, "__fspath__"):
        raise UsageError(Estimators.TEXT_FOR_X, found=cut(str(X), START))
    if hasattr(X, "lengths") and hasattr(X, "channels"):
        raise UsageError(Estimators.SEQUENCES_FOR_X)
    if isinstance(X, dict) and not hasattr(X, "toarray"):  # as a sparse matrix is, which scikit-learn refuses
        raise UsageError(Estimators.DICT_FOR_X)
    elif isinstance(X, list | tuple) and X:
        _refuse_first(X[0])
        _refuse_lying(X)
    elif isinstance(X, np.ndarray) and X.dtype.kind in "OUS" and X.size and isinstance(X.flat[0], str | bytes):
        _refuse_first(X.flat[0])


def refuse_mixed(y: Any, names: Sequence[str] | None = None) -> None:
    """Raise UsageError if labels are of several kinds: numbers, texts or truth values, of which NumPy makes one kind.

    Missing ones are passed over.

    Parameters
    ----------
    y : array-like
    names : sequence of str, optional
        What the labels are called; by default by their places in y.

    Examples
    --------
    >>> refuse_mixed([1, 2.5, None])
    >>> try:
    ...     refuse_mixed([1, "1"])
    ... except UsageError as error:
    ...     print(error.values["found"])
    ['y[0] is the number 1', "y[1] is the text '1'"]
    """
    labels = np.asarray(y, object)  # not np.ndim(y): an array-like need not answer to other functions of NumPy
    if labels.ndim == 0 or getattr(getattr(y, "dtype", None), "kind", "O") != "O":
        return
    labels = labels.ravel()
    found: dict[str, int] = {}
    for n in np.flatnonzero(~np.asarray(pd.isna(labels))).tolist():
        found.setdefault(_kind_of(labels[n]), n)
    if len(found) > 1:
        kinds = []
        for kind, n in found.items():
            code = Estimators.TEXT_OF_KIND if kind == "text" else Estimators.OF_KIND
            label, text = f"y[{n}]" if names is None else names[n], str(labels[n])
            kinds.append(code(label=label, kind=kind, found=cut(text, START) if kind == "text" else text))
        raise UsageError(Estimators.MIXED, found=kinds)


def _kind_of(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "truth value"
    return "text" if isinstance(label, str) else "number" if isinstance(label, Number) else type(label).__name__


def _refuse_first(first: Any) -> None:
    if isinstance(first, dict):
        raise UsageError(Estimators.DICT_FOR_SERIES, keys=list(first)[:5], first=next(iter(first), "values"))
    if isinstance(first, str | bytes):
        text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
        if text.lstrip().startswith(("{", "[")):
            mend = Estimators.IS_JSON()
        elif any(mark in text.strip() for mark in ",; \t:") and not any(letter.isalpha() for letter in text):
            mend = Estimators.IS_NUMBERS()
        else:
            mend = Estimators.IS_FILE()
        raise UsageError(Estimators.TEXT_FOR_SERIES, found=cut(text, START), mend=mend)


def _refuse_lying(X: Any) -> None:
    """Refuse series (D, T) of unequal T."""
    shapes = [np.shape(one) for one in X if isinstance(one, np.ndarray) and one.ndim == 2]
    if len(shapes) < len(X) or any(shape[0] != shapes[0][0] for shape in shapes):
        return
    other = next((n for n, shape in enumerate(shapes) if shape[1] != shapes[0][1]), None)
    if other is not None:
        raise UsageError(Estimators.TRANSPOSED, n=other, shape=shapes[other], first=shapes[0])
