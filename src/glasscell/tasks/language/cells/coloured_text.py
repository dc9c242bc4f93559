"""Text coloured by what a unit holds after each character, as Karpathy, Johnson & Fei-Fei 2015 print it.

L characters
"""

import warnings
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import IO

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

WIDTH, ROWS = 88, 40  # characters of a line, and lines of a picture
COLOURS = "RdBu_r"  # blue is low, red is high
ENDS = 0.02, 0.98  # quantiles of what is shown in full colour: a few peaks would make the rest pale
SHOWN_NEWLINE = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"


def coloured_text(text: str, values: Sequence[float] | np.ndarray, title: str, *, width: int = WIDTH) -> Figure:
    r"""Draw a text, each character on the colour of its value; what is beyond `ROWS` lines is left out.

    Parameters
    ----------
    text : str
    values : array (L,)
        After each character.
    title : str
    width : int
        At which lines are wrapped.

    Examples
    --------
    >>> figure = coloured_text("ab\nc", [0.5, -0.5, 0.0, 1.0], "unit 3")
    >>> figure.axes[0].get_title(loc="left"), len(figure.axes[0].texts)
    ('unit 3', 4)
    """
    places = [place for place in lay_out(text, width) if place[0] < ROWS]
    rows = 1 + max((row for row, _ in places), default=0)
    grid = np.full((rows, width), np.nan)
    for (row, column), value in zip(places, values, strict=False):
        grid[row, column] = value
    low, high = ends_of(values)
    figure = Figure(figsize=(0.08 * width + 0.4, 0.17 * rows + 0.6), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(grid, cmap=COLOURS, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    for (row, column), character in zip(places, text, strict=False):
        shown = SHOWN_NEWLINE if character == "\n" else character
        dark = abs(2 * (grid[row, column] - low) / (high - low) - 1) > 0.7
        axes.text(
            column,
            row,
            "" if shown.isspace() else shown.replace("$", r"\$"),
            family="monospace",
            fontsize=8,
            ha="center",
            va="center",
            color="white" if dark else "#555" if character == "\n" else "black",
        )
    axes.set_title(title, loc="left", fontsize=9)
    axes.set_axis_off()
    return figure


def save_coloured(figure: Figure, file: Path | IO[bytes], kind: str) -> None:
    """Save a text that is drawn as "png" or "svg"; a letter that the font lacks becomes a box, without a warning.

    >>> from io import BytesIO
    >>> content = BytesIO()
    >>> save_coloured(coloured_text("a", [1.0], "unit 3"), content, "svg")
    >>> content.getvalue().startswith(b"<?xml")
    True
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+", UserWarning)
        figure.savefig(file, dpi=150, format=kind)


def coloured_html(text: str, values: Sequence[float] | np.ndarray, title: str) -> str:
    r"""Return a page of HTML with a text, each character on the colour of its value.

    Examples
    --------
    >>> page = coloured_html("a<", [1.0, -1.0], "unit 3")
    >>> "&lt;</span>" in page, page.count("<span")
    (True, 2)
    """
    colour, (low, high) = colormaps[COLOURS], ends_of(values)
    spans = []
    for character, value in zip(text, np.asarray(values, "float64"), strict=True):
        at = float(np.clip((value - low) / (high - low), 0, 1))
        ink = "#fff" if abs(2 * at - 1) > 0.7 else "#000"
        shown = f"{SHOWN_NEWLINE}\n" if character == "\n" else escape(character)
        spans.append(f'<span style="background:{to_hex(colour(at))};color:{ink}" title="{value:.3f}">{shown}</span>')
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f"<h1 style='font:bold 16px sans-serif'>{escape(title)}</h1>\n"
        f"<pre style='white-space:pre-wrap;font:13px/1.5 monospace;background:#fff;color:#000'>{''.join(spans)}</pre>\n"
        "</html>\n"
    )


def lay_out(text: str, width: int = WIDTH) -> list[tuple[int, int]]:
    r"""Return the row and column of each character, (L,): a newline stands at the end of its line.

    >>> lay_out("ab\nc", width=2)
    [(0, 0), (0, 1), (1, 0), (2, 0)]
    """
    places, row, column = [], 0, 0
    for character in text:
        if column == width:
            row, column = row + 1, 0
        places.append((row, column))
        row, column = (row + 1, 0) if character == "\n" else (row, column + 1)
    return places


def ends_of(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Return the values that are shown in full blue and in full red; never the same.

    >>> ends_of([0.5, 0.5]), ends_of([])
    ((0.0, 1.0), (0.0, 1.0))
    """
    if not len(values):
        return 0.0, 1.0
    low, high = (float(v) for v in np.quantile(np.asarray(values, "float64"), ENDS))
    return (low, high) if low < high else (low - 0.5, low + 0.5)
