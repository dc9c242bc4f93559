"""What `cells` writes into a run: a table, a page of words, and the text coloured by each unit that knows something."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.plots.coloured_text import coloured_html, coloured_text
from glasscell.runs.comparison import plain
from glasscell.runs.texts.cells import Cells, Known, table_of
from glasscell.runs.texts.opened import fingerprint_of
from glasscell.runs.texts.verdicts import CELLS_OF, IN_SHORT
from glasscell.system.files import write_whole
from glasscell.system.markdown import to_table

FOLDER, SHOWN = "cells", 1800  # characters of a picture
ABOUT = """\
A unit is chosen among all on one half of the texts; `score` is on the other half, which had no say (the area under the
ROC curve for yes and no, .5 by chance; the squared correlation for numbers, 0 by chance). `shifted` is what the best
of all units reaches when the hypothesis is shifted in time: what looking among so many gives by chance alone. p is
corrected for the number of hypotheses (Holm).

A score is no cause. So the unit's memory is held at its usual value outside of what it marks, in texts by which it was
not chosen: `bits inside` is what each character inside then costs more, with its 95 % interval by windows of text, and
`others` what it costs, at most, to hold one of twenty other units of about the same variance. It is called the cause
where it costs more than all of these, more inside than outside, and surely more than nothing.
"""


def write_files(path: Path, cells: Cells, name: str) -> list[str]:
    """Write cells.csv, cells.md and pictures into a run's folder, and of which network they are; return their names.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    table = table_of(cells)
    folder = path / FOLDER
    folder.mkdir(exist_ok=True)
    (path / CELLS_OF).unlink(missing_ok=True)
    for old in folder.iterdir():
        old.unlink()
    files = ["cells.csv", "cells.md"]
    write_whole(path / "cells.csv", table.to_csv(index=False))
    pictures = []
    for one in cells.known:
        if not one.is_known:
            continue
        text, values = _passage(cells, one)
        title = f"{one.finding.name}: {one.place.name}, its memory c ({_score(one)})"
        figure = coloured_text(text, values, title)
        for ending in ("png", "svg"):
            file = folder / f"{one.finding.name}.{ending}"
            write_whole(file, lambda part, figure=figure, ending=ending: figure.savefig(part, dpi=150, format=ending))
            files.append(f"{FOLDER}/{file.name}")
        write_whole(folder / f"{one.finding.name}.html", coloured_html(text, values, title))
        files.append(f"{FOLDER}/{one.finding.name}.html")
        pictures.append(f"![{title}]({FOLDER}/{one.finding.name}.png)")
    write_whole(path / "cells.md", to_markdown(cells, table, name, pictures))
    write_whole(path / CELLS_OF, fingerprint_of(path))  # last: all that stands there is of this network
    return files


def to_markdown(cells: Cells, table: pd.DataFrame, name: str, pictures: list[str]) -> str:
    """Return what was found as Markdown."""
    lines = [f"# Which unit of {name} knows what", "", *(f"- {note}" for note in cells.notes), ABOUT]
    lines += [to_table(short(table)), ""]
    lines += [f"- {one.name} was left out: {one.why}" for one in cells.left_out]
    return "\n".join([*lines, "", *(line for picture in pictures for line in (picture, "")), ""])


def short(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that a person reads first."""
    found = table.reindex(columns=[*table.columns, *({"bits_inside", "low", "high", "others_most"} - {*table.columns})])
    interval = [
        "" if np.isnan(low) else f"{inside:+.3f} ({low:+.3f} to {high:+.3f})".replace("-", "−")
        for inside, low, high in zip(found["bits_inside"], found["low"], found["high"], strict=True)
    ]
    return pd.DataFrame(
        {
            "hypothesis": found["hypothesis"],
            "unit": found["unit"],
            "": found["measure"].replace("R2", "R²"),
            "score": found["score"],
            "shifted": found["shifted_most"],
            "p": found["p_corrected"],
            "bits inside": interval,
            "others": found["others_most"],
            "verdict": found["verdict"].map(IN_SHORT),
        }
    )


def to_json_rows(cells: Cells) -> list[dict[str, Any]]:
    """Return the table as rows for JSON."""
    return plain(table_of(cells))


def _passage(cells: Cells, one: Known) -> tuple[str, np.ndarray]:
    """Return a passage of the texts in which the unit's memory changes most, and that memory."""
    unit = one.finding.unit
    best, most = (0, 0), -1.0
    for k, values in enumerate(cells.memories):
        for start in range(0, max(1, len(values) - SHOWN), SHOWN // 2):
            spread = float(values[start : start + SHOWN, unit].std())
            if spread > most and len(values) >= min(SHOWN, 300):
                best, most = (k, start), spread
    k, start = best
    here = slice(start, start + SHOWN)
    return cells.texts[k].text[here], cells.memories[k][here, unit]


def _score(one: Known) -> str:
    return f"{'AUC' if one.finding.is_yes_no else 'R²'} {one.finding.score:.3f}"
