"""Hypotheses about what a unit of a language model encodes after each character, also a user's.

T characters

A hypothesis assigns a number, or True or False, to every character of a text. The value at t
describes the state after reading character t: a closing quote itself is already outside the quotes.
"""

import inspect
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError, UsageError


class Hypothesis(NamedTuple):
    """A property that may be known after each character of a text.

    Parameters
    ----------
    name : str
        Valid as the name of a function.
    mark : function of a text, to an array (T,) of bool or float64
        NaN at characters, and None for a text, that it does not judge.
    is_yes_no : bool or None
        Whether all values are true or false; None if to be inferred from the values.
    words : str
        Description in a sentence without the final period.

    >>> vowel = Hypothesis(
    ...     "vowel",
    ...     lambda text: np.array([c in "aeiou" for c in text]),
    ...     True,
    ...     "A vowel was just read",
    ... )
    >>> vowel.mark("once").tolist()
    [True, False, False, True]
    """

    name: str
    mark: Callable[[str], np.ndarray | None]
    is_yes_no: bool | None
    words: str


class Marked(NamedTuple):
    """Values of a hypothesis on concatenated texts: (T,), float64, NaN where it does not judge."""

    name: str
    values: np.ndarray
    is_yes_no: bool


def mark_texts(hypotheses: Sequence[Hypothesis], texts: Mapping[str, str]) -> list[Marked]:
    """Evaluate hypotheses on texts and concatenate the results.

    For each text, all hypotheses are evaluated before the next text: those about Python use one
    parse.

    >>> odd = Hypothesis(
    ...     "odd",
    ...     lambda text: np.arange(len(text)) % 2 if text.isascii() else None,
    ...     None,
    ...     "An odd place",
    ... )
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
            part.append(
                np.full(len(text), np.nan) if found is None else np.asarray(found, "float64")
            )
    return [_marked(one, np.concatenate(part)) for one, part in zip(hypotheses, parts, strict=True)]


def _marked(hypothesis: Hypothesis, values: np.ndarray) -> Marked:
    is_yes_no = hypothesis.is_yes_no
    if is_yes_no is None:
        is_yes_no = bool(np.isin(values[~np.isnan(values)], (0, 1)).all())
    return Marked(hypothesis.name, values, is_yes_no)


def choose(hypotheses: Sequence[Hypothesis], names: Sequence[str]) -> list[Hypothesis]:
    """Return the hypotheses with these names, in this order.

    >>> from glasscell.tasks.language.text_marks import TEXT_MARKS
    >>> [one.name for one in choose(TEXT_MARKS, ["quotes", "column"])]
    ['quotes', 'column']
    """
    known = {one.name: one for one in hypotheses}
    if unknown := [name for name in names if name not in known]:
        raise UsageError(Texts.NO_HYPOTHESIS, name=unknown[0], known=[*known])
    return [known[name] for name in names]


def read_hypotheses(path: Path) -> list[Hypothesis]:
    """Return the hypotheses of a Python file: its public functions, or those in its `__all__`.

    Each is called with a text of T characters, and returns T numbers or booleans; NaN where it does
    not judge.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "mine.py")
    >>> _ = path.write_text("def vowel(text): return [c in 'aeiou' for c in text]")
    >>> (vowel,) = read_hypotheses(path)
    >>> vowel.name, vowel.words, vowel.mark("once").tolist()
    ('vowel', 'vowel, of mine.py', [1.0, 0.0, 0.0, 1.0])
    """
    functions = _functions(path, _run(path))
    if not functions:
        raise DataError(Texts.NO_FUNCTION, file=path)
    return [
        Hypothesis(
            name,
            partial(_mark, path, function),
            None,
            words[0].rstrip(".") or f"{name}, of {path.name}",
        )
        for name, function in functions.items()
        if (words := (inspect.getdoc(function) or "").split("\n"))
    ]


def _run(path: Path) -> ModuleType:
    """Run a file as a module, without writing a compiled file."""
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        raise DataError(Texts.NO_HYPOTHESES_FILE, file=path) from None
    except OSError as error:
        raise DataError(Texts.UNREADABLE_HYPOTHESES, file=path, words=error.strerror) from error
    module = ModuleType(f"hypotheses_of_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # required by dataclasses, for example
    try:
        exec(compile(source, str(path), "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise DataError(Texts.NOT_IMPORTED, file=path, words=_in_words(error, path)) from error
    return module


def _functions(path: Path, module: ModuleType) -> dict[str, Callable[[str], Any]]:
    """Return the functions of a module's `__all__`, or all its public functions, by name."""
    named = getattr(module, "__all__", None)
    if named is None:
        found = {name: thing for name, thing in vars(module).items() if inspect.isfunction(thing)}
        return {
            name: f
            for name, f in found.items()
            if name[0] != "_" and f.__module__ == module.__name__
        }
    if not isinstance(named, (list, tuple)) or not all(isinstance(name, str) for name in named):
        raise DataError(Texts.ALL_IS_NO_LIST, file=path, found=f"{named!r:.40}")
    functions: dict[str, Any] = {name: getattr(module, name, None) for name in named}
    if odd := [name for name, function in functions.items() if not callable(function)]:
        raise DataError(Texts.NOT_A_FUNCTION, file=path, name=odd[0])
    return functions


def _mark(path: Path, function: Callable[[str], Any], text: str) -> np.ndarray:
    """Return the result of a user's function, (T,) float64."""
    whose = {"name": str(getattr(function, "__name__", function)), "path": path}
    try:
        found = function(text)
    except (Exception, SystemExit) as error:
        raise DataError(Texts.FAILED, **whose, words=_in_words(error, path)) from error
    try:
        values = np.asarray(found)
    except ValueError:  # lists of different lengths
        values = np.array(None)
    if values.ndim == 0 or (values.dtype.kind not in "buif" and values.size):
        raise DataError(Texts.RETURNED, **whose, found=f"{found!r:.40}")
    if values.shape != (len(text),):
        raise DataError(Texts.OTHER_SHAPE, **whose, shape=values.shape, n=len(text))
    for at in np.flatnonzero(np.isinf(values))[:1]:
        raise DataError(Texts.INFINITE, **whose, value=float(values[at]), character=at)
    return values.astype("float64")


def _in_words(error: BaseException, path: Path) -> str:
    """Return the name of an error, the last line of the file in its traceback, and its message."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    message = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:200]
    return (
        f"{type(error).__name__}{f' in line {line}' if line else ''}"
        f"{f' ({message})' if message else ''}"
    )
