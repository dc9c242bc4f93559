"""What people hand to an estimator in place of arrays of series, and how to make arrays of it."""

from collections.abc import Sequence
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.formats.sources import naming
from glasscell.data.frames import refuse_levels
from glasscell.errors import UsageError


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
        raise UsageError(
            f"X is the text {_start(X)}, not series; if it names a file: series = glasscell.data.read({_start(X)}), "
            "then pass series.x and series.y"
        )
    if hasattr(X, "lengths") and hasattr(X, "channels"):
        raise UsageError("X is Sequences, as glasscell.data.read returns them; pass their arrays: X.x and X.y")
    if isinstance(X, dict) and not hasattr(X, "toarray"):  # as a sparse matrix is, which scikit-learn refuses
        raise UsageError("X is a dict; pass its series as a list of arrays (T, D), such as list(X.values())")
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
    ...     print(str(error).split(";")[0])
    y mixes kinds of labels: y[0] is the number 1, y[1] is the text '1'
    """
    labels = np.asarray(y, object)  # not np.ndim(y): an array-like need not answer to other functions of NumPy
    if labels.ndim == 0 or getattr(getattr(y, "dtype", None), "kind", "O") != "O":
        return
    labels = labels.ravel()
    found: dict[str, int] = {}
    for n in np.flatnonzero(~np.asarray(pd.isna(labels))).tolist():
        found.setdefault(_kind_of(labels[n]), n)
    if len(found) > 1:
        called = {kind: f"y[{n}]" if names is None else names[n] for kind, n in found.items()}
        said = ", ".join(
            f"{called[kind]} is the {kind} {_start(labels[n]) if kind == 'text' else labels[n]}"
            for kind, n in found.items()
        )
        raise UsageError(
            f"y mixes kinds of labels: {said}; convert them to one kind, such as [str(label) for label in y]"
        )


def _kind_of(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "truth value"
    return "text" if isinstance(label, str) else "number" if isinstance(label, Number) else type(label).__name__


def _refuse_first(first: Any) -> None:
    if isinstance(first, dict):
        raise UsageError(
            f"series 0 is a dict with {', '.join(map(repr, list(first)[:5]))}: pass a list of arrays (T, D), such as "
            f"[np.array(one[{next(iter(first), 'values')!r}]) for one in X]"
        )
    if isinstance(first, str | bytes):
        text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
        if text.lstrip().startswith(("{", "[")):
            mend = "it is JSON: pass [np.array(json.loads(line)) for line in X], or what of each object is the series"
        elif any(mark in text.strip() for mark in ",; \t:") and not any(letter.isalpha() for letter in text):
            mend = "pass numbers, such as [np.array(text.split(','), float) for text in X]"
        else:
            mend = "if it names a file: pass [glasscell.data.read(file).x[0] for file in X]"
        raise UsageError(f"series 0 is the text {_start(text)}, not an array of numbers; {mend}")


def _refuse_lying(X: Any) -> None:
    """Refuse series (D, T) of unequal T."""
    shapes = [np.shape(one) for one in X if isinstance(one, np.ndarray) and one.ndim == 2]
    if len(shapes) < len(X) or any(shape[0] != shapes[0][0] for shape in shapes):
        return
    other = next((n for n, shape in enumerate(shapes) if shape[1] != shapes[0][1]), None)
    if other is not None:
        raise UsageError(
            f"series {other} has the shape {shapes[other]}, but the first {shapes[0]}: expected (T, D), with as many "
            "channels in each; if time is their last axis, as aeon stores series (D, T), pass [v.T for v in X]"
        )


def _start(text: Any) -> str:
    text = str(text)
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
