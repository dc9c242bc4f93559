"""Draw `docs/roofline.svg` from `speed-shapes.csv`: run ``python docs/figures/draw_roofline.py``.

T steps · N series · D features · H units
"""

import csv
from pathlib import Path

import matplotlib as mpl
import numpy as np
from draw_cell import COLOUR, GREY, INK, STYLE
from matplotlib.figure import Figure

# GFLOP/s as in docs/explanation/speed.md; GB/s of copying in NumPy; both cores
SGEMM, MEMORY = (460, 48)
TABLE = Path(__file__).parents[1] / "explanation/speed-shapes.csv"


def draw(path: Path) -> None:
    """Write the figure to `path`; the extension determines the format."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 4.6), layout="constrained")
        axes = figure.subplots()
        x = np.geomspace(3, 1500, 200)
        axes.plot(x, np.minimum(SGEMM, MEMORY * x), color=INK, linewidth=1.6)
        axes.plot(x, np.minimum(0.65 * SGEMM, MEMORY * x), color=GREY, linewidth=1, linestyle=":")
        axes.annotate(
            "large sgemm, 460 GFLOP/s",
            (1400, SGEMM),
            (0, 4),
            textcoords="offset points",
            ha="right",
        )
        axes.annotate(
            "65 % of it",
            (1400, 0.65 * SGEMM),
            (0, -13),
            textcoords="offset points",
            ha="right",
            color=GREY,
        )
        axes.annotate(
            "memory, 48 GB/s",
            (4.2, 4.2 * MEMORY),
            (-22, 6),
            textcoords="offset points",
            rotation=55,
        )
        for shape, speed in points():
            at = intensity(*shape)
            axes.plot(at, speed, "o", color=COLOUR["f"], markersize=7)
            words = "T {}, N {}, D {}, H {}".format(*shape)
            below = (0, -17) if shape[0] > 64 else (9, -4)  # so that no two labels overlap
            axes.annotate(
                words,
                (at, speed),
                below,
                textcoords="offset points",
                ha="center" if shape[0] > 64 else "left",
            )
        axes.set(xscale="log", yscale="log", xlim=(3, 1500), ylim=(90, 700))
        axes.set(
            xlabel="operations for each byte read or written",
            ylabel="GFLOP/s, forward and backward",
        )
        axes.set_yticks([100, 200, 300, 400, 600], ["100", "200", "300", "400", "600"], minor=False)
        axes.set_yticks([], minor=True)
        axes.set_xticks([3, 10, 30, 100, 300, 1000], ["3", "10", "30", "100", "300", "1000"])
        axes.set_xticks([], minor=True)
        metadata = (
            {"Date": None, "Creator": "docs/figures/draw_roofline.py"}
            if path.suffix == ".svg"
            else None
        )
        figure.savefig(path, metadata=metadata)


def points() -> list[tuple[tuple[int, int, int, int], float]]:
    """Return the shapes (T, N, D, H) of the table with their GFLOP/s."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shapes = [tuple(int(size) for size in row["T, N, D, H"].split(", ")) for row in rows]
    return [
        ((t, n, d, h), float(row["GFLOP/s"]))
        for (t, n, d, h), row in zip(shapes, rows, strict=True)
    ]


def intensity(T: int, N: int, D: int, H: int) -> float:
    """Return the operations per byte for a step of one series, if the weights stay in the cache.

    i, f, z, o, c, h are written in the forward pass and read in the backward pass. da overwrites
    them and is read once more. x is read three times.
    """
    return 3 * 8 * (D + H) * H / (4 * (6 + 6 + 4 + 4) * H + 4 * H + 12 * D)


if __name__ == "__main__":
    draw(Path(__file__).parents[1] / "roofline.svg")
