"""Draw the original tutorial's cell as `docs/cell.svg`: ``python docs/figures/draw_cell.py``."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from glasscell.plots.style import COLOUR

COLUMN = {"i": 3.0, "f": 5.5, "z": 8.0, "o": 10.5}  # in the order of the weights
NAME = {"i": "input gate", "f": "forget gate", "z": "block input", "o": "output gate"}
INK, GREY = "#1a1a1a", "#666666"

WIDTH, HEIGHT = 14.4, 10.4
LEFT, RIGHT, CELL_WIDTH = 1.75, 11.75, 2.5
# bottom and height of the matrix's rows
KERNEL, RECURRENT, BIAS = ((2.9, 0.9), (2.0, 0.9), (1.55, 0.45))
ACTIVATION, WRITE, KEEP, MEMORY = 5.0, 6.3, 7.6, 9.2  # heights of the elements above the matrix
DELAY = 0.65  # height of the feedback path
STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",  # so that it looks the same with any fonts
    "svg.hashsalt": "glasscell",
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "dejavusans",
    "font.size": 12,
}


def draw(path: Path) -> None:
    """Write the figure to `path`; the extension determines the format."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH * 0.72, HEIGHT * 0.72))
        ax = figure.add_axes(
            (0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal", frame_on=False
        )
        ax.set_axis_off()
        ax.add_patch(
            FancyBboxPatch(
                (0.1, 0.1),
                WIDTH - 0.2,
                HEIGHT - 0.2,
                boxstyle="round,pad=0,rounding_size=0.25",
                fc="white",
                ec="none",
            )
        )
        _matrix(ax)
        _inputs(ax)
        _gates(ax)
        _memory(ax)
        _output(ax)
        metadata = (
            {"Date": None, "Creator": "docs/figures/draw_cell.py"}
            if path.suffix == ".svg"
            else None
        )
        figure.savefig(path, transparent=True, metadata=metadata)


def _matrix(ax: Axes) -> None:
    for bottom, height in (KERNEL, RECURRENT, BIAS):
        for gate, x in COLUMN.items():
            ax.add_patch(
                Rectangle(
                    (x - CELL_WIDTH / 2, bottom),
                    CELL_WIDTH,
                    height,
                    fc=_tint(COLOUR[gate]),
                    ec="white",
                    lw=2,
                )
            )
    for gate, x in COLUMN.items():
        _text(ax, x, KERNEL[0] + KERNEL[1] / 2, f"${gate}$", size=15)
        _text(ax, x, RECURRENT[0] + RECURRENT[1] / 2, f"${gate}$", size=15)
        _text(ax, x, BIAS[0] + BIAS[1] / 2, f"${gate}$", size=12)
    rows = ((KERNEL, "kernel", "$D × 4H$"), (RECURRENT, "recurrent kernel", "$H × 4H$"))
    for (bottom, height), name, shape in rows:
        _text(ax, RIGHT + 0.15, bottom + height / 2 + 0.16, name, ha="left", size=11)
        _text(ax, RIGHT + 0.15, bottom + height / 2 - 0.17, shape, ha="left", size=11, colour=GREY)
    _text(ax, RIGHT + 0.15, BIAS[0] + BIAS[1] / 2, "bias", ha="left", size=11)
    _text(ax, RIGHT + 0.68, BIAS[0] + BIAS[1] / 2, "$4H$", ha="left", size=11, colour=GREY)
    _text(
        ax,
        (LEFT + RIGHT) / 2,
        BIAS[0] - 0.32,
        "$a\\ =\\ x_t$ · kernel + $h_{t-1}$ · recurrent kernel + bias",
        size=11,
        colour=GREY,
    )


def _inputs(ax: Axes) -> None:
    for label, (bottom, height) in (("$x_t$", KERNEL), ("$h_{t-1}$", RECURRENT)):
        y = bottom + height / 2
        _text(ax, 0.7, y, label, size=16)
        _arrow(ax, (1.2, y), (LEFT, y))


def _gates(ax: Axes) -> None:
    top = KERNEL[0] + KERNEL[1]
    for gate, x in COLUMN.items():
        _arrow(ax, (x, top), (x, ACTIVATION - 0.42), COLOUR[gate])
        _text(ax, x + 0.12, top + 0.32, f"$a_{gate}$", ha="left", size=12, colour=GREY)
        _node(
            ax,
            x,
            ACTIVATION,
            "tanh" if gate == "z" else "$σ$",
            COLOUR[gate],
            12 if gate == "z" else 16,
        )
        _text(ax, x + 0.52, ACTIVATION + 0.14, f"${gate}$", ha="left", size=15)
        _text(ax, x + 0.52, ACTIVATION - 0.2, NAME[gate], ha="left", size=11, colour=GREY)
    x_i, x_f, x_z, x_o = COLUMN.values()
    up = ACTIVATION + 0.42
    _line(ax, [(x_i, up), (x_i, WRITE), (x_f - 0.14, WRITE)], COLOUR["i"])
    _bridge(ax, x_f, WRITE, COLOUR["i"])
    _arrow(ax, (x_f + 0.14, WRITE), (x_z - 0.32, WRITE), COLOUR["i"])
    _arrow(ax, (x_f, up), (x_f, KEEP - 0.32), COLOUR["f"])
    _arrow(ax, (x_z, up), (x_z, WRITE - 0.32), COLOUR["z"])
    _arrow(ax, (x_o, up), (x_o, MEMORY - 0.32), COLOUR["o"])


def _memory(ax: Axes) -> None:
    _, x_f, x_z, _ = COLUMN.values()
    _arrow(ax, (x_z, WRITE + 0.3), (x_z, KEEP - 0.32))
    _arrow(ax, (x_z, KEEP + 0.3), (x_z, MEMORY - 0.42), lw=3)
    _line(ax, [(x_z - 0.55, MEMORY), (x_f, MEMORY), (x_f, MEMORY - 0.3)], INK, lw=3)
    _arrow(ax, (x_f, MEMORY - 0.2), (x_f, KEEP + 0.32), lw=3)
    _arrow(ax, (x_f + 0.3, KEEP), (x_z - 0.32, KEEP), lw=3)
    _operator(ax, x_z, WRITE, "×", COLOUR["i"])
    _operator(ax, x_f, KEEP, "×", COLOUR["f"])
    _operator(ax, x_z, KEEP, "+", INK)
    ax.add_patch(Rectangle((x_z - 0.55, MEMORY - 0.4), 1.1, 0.8, fc="#e6e6e6", ec=INK, lw=2))
    _text(ax, x_z, MEMORY, "$c_t$", size=17)
    _text(ax, x_z, MEMORY + 0.68, "memory cell", size=11, colour=GREY)
    _text(ax, x_f - 0.25, MEMORY - 0.1, "$c_{t-1}$", ha="right", size=15)
    _text(ax, x_f - 0.25, MEMORY - 0.48, "one step later", ha="right", size=11, colour=GREY)
    _text(ax, x_z + 0.45, WRITE, "write  $i · z$", ha="left")
    _text(ax, x_f - 0.45, KEEP, "keep  $f · c_{t-1}$", ha="right")


def _output(ax: Axes) -> None:
    _, _, x_z, x_o = COLUMN.values()
    x_φ = (x_z + x_o) / 2 + 0.12
    _arrow(ax, (x_z + 0.55, MEMORY), (x_φ - 0.42, MEMORY))
    _node(ax, x_φ, MEMORY, "$φ$", INK, 16)
    _text(ax, x_φ, MEMORY - 0.68, "identity\nor tanh", size=11, colour=GREY, va="top")
    _arrow(ax, (x_φ + 0.4, MEMORY), (x_o - 0.32, MEMORY))
    _operator(ax, x_o, MEMORY, "×", COLOUR["o"])
    _text(ax, x_o, MEMORY + 0.68, "show  $o · φ(c_t)$")
    _arrow(ax, (x_o + 0.3, MEMORY), (13.5, MEMORY))
    _text(ax, 13.9, MEMORY, "$h_t$", size=16)
    y = RECURRENT[0] + RECURRENT[1] / 2
    _line(
        ax,
        [(13.9, MEMORY - 0.4), (13.9, DELAY), (0.75, DELAY), (0.75, y - 0.5)],
        GREY,
        lw=1.5,
        ls=(0, (4, 3)),
    )
    _arrow(ax, (0.75, y - 0.5), (0.75, y - 0.3), GREY, lw=1.5)
    _text(ax, (LEFT + RIGHT) / 2, DELAY, " one step later ", size=11, colour=GREY, box=True)


def _tint(colour: str) -> tuple[float, ...]:
    return tuple(1 - 0.4 * (1 - part) for part in to_rgb(colour))


def _text(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    size=12.0,
    colour=INK,
    ha="center",
    va="center",
    box=False,
) -> None:
    back = {"fc": "white", "ec": "none", "pad": 1} if box else None
    ax.text(x, y, text, size=size, color=colour, ha=ha, va=va, linespacing=1.1, bbox=back, zorder=5)


def _node(ax: Axes, x: float, y: float, text: str, colour: str, size: float) -> None:
    ax.add_patch(Circle((x, y), 0.4, fc="white", ec=colour, lw=2.5, zorder=3))
    _text(ax, x, y, text, size=size)


def _operator(ax: Axes, x: float, y: float, sign: str, colour: str) -> None:
    ax.add_patch(
        Circle(
            (x, y), 0.3, fc=_tint(colour) if colour != INK else "#e6e6e6", ec=colour, lw=2, zorder=3
        )
    )
    for dx, dy in ((1, 1), (1, -1)) if sign == "×" else ((1.4, 0), (0, 1.4)):
        r = 0.1
        ax.plot([x - r * dx, x + r * dx], [y - r * dy, y + r * dy], color=INK, lw=2, zorder=5)


def _line(ax: Axes, points: list[tuple[float, float]], colour: str, lw=2.0, ls: Any = "-") -> None:
    ax.plot(
        *zip(*points, strict=True),
        color=colour,
        lw=lw,
        ls=ls,
        solid_joinstyle="round",
        solid_capstyle="butt",
    )


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], colour=INK, lw=2.0
) -> None:
    style = {"arrowstyle": "-|>", "mutation_scale": 10 + 2 * lw, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(
        FancyArrowPatch(
            start, end, color=colour, lw=lw, capstyle="butt", joinstyle="miter", **style
        )
    )


def _bridge(ax: Axes, x: float, y: float, colour: str) -> None:
    """Draw a bridge of a horizontal line over a vertical one."""
    ax.add_patch(Arc((x, y), 0.28, 0.28, theta1=0, theta2=180, color=colour, lw=2))


if __name__ == "__main__":
    draw(Path(__file__).parents[1] / "cell.svg")
