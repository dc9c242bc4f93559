"""Draw the figures of inside.md: run ``python docs/figures/draw_inside.py``.

It trains the network of the original tutorial first (ten seconds).
"""

import shutil
import tempfile
from pathlib import Path

from glasscell.settings.article import DigitsSettings
from glasscell.tasks.digits.explanation import explain
from glasscell.tasks.digits.training import train

PICTURES = ("gates", "memory", "origin", "evidence", "digits", "saturation", "by_class")
DOCS = Path(__file__).parents[1]


def draw(folder: Path = DOCS / "inside") -> None:
    """Write the figures into a folder."""
    with tempfile.TemporaryDirectory() as work:
        run = Path(train(DigitsSettings(), output_dir=Path(work), name="digits")["run"])
        explain(run)
        for name in PICTURES:
            shutil.copy(run / "explain" / f"{name}.png", folder / f"{name}.png")


if __name__ == "__main__":
    draw()
