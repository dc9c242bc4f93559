"""Marks of a text as a drawing, so that a test can show the text and below it what is marked."""

from itertools import pairwise

import numpy as np


def drawn(values: np.ndarray) -> str:
    """Return marks as text: # and . for yes and no, digits for depths.

    >>> drawn(np.array([True, False])), drawn(np.array([0.0, 2.0]))
    ('#.', '02')
    """
    return "".join(".#"[int(v)] if values.dtype == bool else str(int(v)) for v in values)


def drawn_lines(values: np.ndarray, text: str) -> list[str]:
    """Return the drawing line by line, each with the mark of its newline last."""
    lengths = [len(line) for line in text.splitlines(keepends=True)]
    drawing, ends = drawn(values), np.cumsum([0, *lengths])
    return [drawing[start:end] for start, end in pairwise(ends)]
