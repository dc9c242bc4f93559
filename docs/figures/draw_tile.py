"""Draw the kernel's register tile as `docs/tile.svg`: run ``python docs/figures/draw_tile.py``."""

from pathlib import Path

import matplotlib as mpl
from draw_cell import COLOUR, GREY, INK, STYLE
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

GATES = ("i", "f", "z", "o")
ROWS, UNITS, K = 6, 16, 10  # of the tile, and the drawn part of x and h
ROW, UNIT, STEP = 0.42, 0.115, 0.3  # sizes in the figure
LEFT, BOTTOM = 4.4, 1.1  # of the tile
GAP = 0.45


def draw(path: Path) -> None:
    """Write the figure to `path`; the extension determines the format."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(11.2, 6.6))
        ax = figure.add_axes(
            (0, 0, 1, 1), xlim=(0, 13.9), ylim=(0, 8.2), aspect="equal", frame_on=False
        )
        ax.set_axis_off()
        ax.add_patch(Rectangle((0, 0), 13.9, 8.2, fc="white", ec="none"))
        _inputs(ax)
        _weights(ax)
        _sums(ax)
        _result(ax)
        metadata = (
            {"Date": None, "Creator": "docs/figures/draw_tile.py"}
            if path.suffix == ".svg"
            else None
        )
        figure.savefig(path, metadata=metadata)


def _inputs(ax: Axes) -> None:
    left = LEFT - GAP - K * STEP
    for row in range(ROWS):
        for k in range(K):
            colour = "#dddddd" if k < 3 else "#bbbbbb"
            ax.add_patch(
                Rectangle((left + k * STEP, BOTTOM + row * ROW), STEP, ROW, fc=colour, ec="white")
            )
    chosen = left + 6 * STEP
    ax.add_patch(Rectangle((chosen, BOTTOM), STEP, ROWS * ROW, fc="none", ec=INK, lw=1.6))
    _text(ax, left + 1.5 * STEP, BOTTOM + ROWS * ROW + 0.25, "x", size=14)
    _text(ax, left + 6.5 * STEP, BOTTOM + ROWS * ROW + 0.25, "h", size=14)
    _text(ax, left + K * STEP / 2, BOTTOM - 0.32, "six series, one step", size=11)
    _text(ax, left + K * STEP / 2, BOTTOM - 0.7, "at k: six single numbers", size=10, colour=GREY)


def _weights(ax: Axes) -> None:
    bottom = BOTTOM + ROWS * ROW + GAP + 0.35
    for g, gate in enumerate(GATES):
        for k in range(K):
            y = bottom + (K - 1 - k) * STEP
            strength = 0.45 if k < 3 else 0.6
            box = (LEFT + g * UNITS * UNIT, y)
            ax.add_patch(
                Rectangle(
                    box, UNITS * UNIT, STEP, fc=_tint(COLOUR[gate], strength), ec="white", lw=0.6
                )
            )
        _text(
            ax,
            LEFT + (g + 0.5) * UNITS * UNIT,
            bottom + K * STEP + 0.22,
            gate,
            size=15,
            colour=COLOUR[gate],
        )
    edges = [LEFT + unit * UNIT for unit in range(4 * UNITS)]
    ax.vlines(edges, bottom, bottom + K * STEP, colors="white", lw=0.5)
    ax.add_patch(
        Rectangle((LEFT, bottom + 3 * STEP), 4 * UNITS * UNIT, STEP, fc="none", ec=INK, lw=1.6)
    )
    right = LEFT + 4 * UNITS * UNIT + 0.15
    _text(ax, right, bottom + 8.5 * STEP, "kernel", ha="left", size=11)
    _text(ax, right, bottom + 5.5 * STEP, "recurrent", ha="left", size=11)
    _text(ax, right, bottom + 4.7 * STEP - 0.1, "kernel", ha="left", size=11)
    _text(ax, right, bottom + 2.9 * STEP, "at k: four", ha="left", size=10, colour=GREY)
    _text(ax, right, bottom + 1.8 * STEP, "vectors", ha="left", size=10, colour=GREY)
    _text(
        ax,
        LEFT - 0.2,
        bottom + 5 * STEP,
        "one panel:\nthe weights of\nsixteen units",
        ha="right",
        size=11,
    )


def _sums(ax: Axes) -> None:
    for g, gate in enumerate(GATES):
        for row in range(ROWS):
            box = (LEFT + g * UNITS * UNIT, BOTTOM + row * ROW)
            ax.add_patch(
                Rectangle(box, UNITS * UNIT, ROW, fc=_tint(COLOUR[gate], 0.85), ec="white", lw=1.6)
            )
            _text(
                ax,
                box[0] + UNITS * UNIT / 2,
                box[1] + ROW / 2,
                f"$a_{gate}$",
                size=11,
                colour="white",
            )
    _text(ax, LEFT + 2 * UNITS * UNIT, BOTTOM - 0.32, "24 vectors of sums, in registers", size=11)
    text = "at k: 24 multiply-adds"
    _text(ax, LEFT + 2 * UNITS * UNIT, BOTTOM - 0.7, text, size=10, colour=GREY)


def _result(ax: Axes) -> None:
    right = LEFT + 4 * UNITS * UNIT
    middle = BOTTOM + ROWS * ROW / 2
    ax.add_patch(
        FancyArrowPatch(
            (right + 0.1, middle),
            (right + 0.7, middle),
            arrowstyle="-|>",
            mutation_scale=14,
            color=INK,
        )
    )
    _text(ax, right + 0.75, middle + 0.2, "c, h", ha="left", size=13)
    _text(ax, right + 0.75, middle - 0.25, "of 6 × 16", ha="left", size=10, colour=GREY)


def _tint(colour: str, strength: float) -> tuple[float, ...]:
    return tuple(1 - strength * (1 - part) for part in to_rgb(colour))


def _text(
    ax: Axes, x: float, y: float, text: str, size: float = 11, ha: str = "center", colour: str = INK
) -> None:
    ax.text(x, y, text, ha=ha, va="center", fontsize=size, color=colour)


if __name__ == "__main__":
    draw(Path(__file__).parents[1] / "tile.svg")
