"""What `cells` writes into a run: a table, a page of words, and the text coloured by each unit that knows something."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.texts.python_marks import PYTHON_MARKS
from glasscell.data.texts.text_marks import TEXT_MARKS
from glasscell.plots.coloured_text import coloured_html, coloured_text, save_coloured
from glasscell.runs.texts.cells import Cells, Known, table_of
from glasscell.runs.texts.opened import fingerprint_of
from glasscell.runs.texts.verdicts import CELLS_OF, IN_SHORT
from glasscell.system.files import storage_trouble, write_whole
from glasscell.system.markdown import to_table

FOLDER, SHOWN = "cells", 1800  # characters of a picture
PICTURES = ("png", "svg")
ABOUT = """\
A unit is chosen among all on one half of the texts; `score` is on the other half, which had no say (the area under the
ROC curve for yes and no, .5 by chance; the squared correlation for numbers, 0 by chance). `shifted` is what the best
of all units reaches when the hypothesis is shifted in time: what looking among so many gives by chance alone. p is
corrected for the number of hypotheses (Holm).
"""
HELD = """\
A score is no cause. So the unit's memory is held at its usual value outside of what it marks, in texts by which it was
not chosen: `bits inside` is what each character inside then costs more, with its 95 % interval by windows of text, and
`others` what it costs, at most, to hold one of {others} other units of about the same variance. It is called the cause
where it costs more than all of these, more inside than outside, and surely more than nothing.
"""


def write_files(path: Path, cells: Cells, name: str) -> list[str]:
    """Write cells.csv, cells.md and pictures into a run's folder, and of which network they are; return their names.

    Pictures of an earlier search are removed at the end, and nothing else that stands there.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    table = table_of(cells)
    with storage_trouble(path / FOLDER):
        return _write_files(path, cells, table, name)


def _write_files(path: Path, cells: Cells, table: pd.DataFrame, name: str) -> list[str]:
    folder = path / FOLDER
    folder.mkdir(exist_ok=True)
    before = _drawn_before(path)
    files = ["cells.csv", "cells.md"]
    pictures = []
    for one in cells.known:
        if not one.is_known:
            continue
        text, values = _passage(cells, one)
        title = f"{one.finding.name}: {one.place.name}, its memory c ({_score(one)})"
        figure = coloured_text(text, values, title)
        for ending in PICTURES:
            file = folder / f"{one.finding.name}.{ending}"
            write_whole(file, lambda part, figure=figure, ending=ending: save_coloured(figure, part, ending))
            files.append(f"{FOLDER}/{file.name}")
        write_whole(folder / f"{one.finding.name}.html", coloured_html(text, values, title))
        files.append(f"{FOLDER}/{one.finding.name}.html")
        pictures.append(f"![{title}]({FOLDER}/{one.finding.name}.png)")
    write_whole(path / "cells.md", to_markdown(cells, table, name, pictures))
    (path / CELLS_OF).unlink(missing_ok=True)  # where it is, the table is of that network
    write_whole(path / "cells.csv", table.to_csv(index=False))
    write_whole(path / CELLS_OF, fingerprint_of(path))
    for old in before - {path / file for file in files}:
        old.unlink(missing_ok=True)
    return files


def _drawn_before(path: Path) -> set[Path]:
    """Return the files that a search may have left: of all hypotheses of ours, and of those in cells.csv."""
    names = {one.name for one in (*TEXT_MARKS, *PYTHON_MARKS)}
    with suppress(OSError, ValueError):  # it is missing, or damaged
        names |= set(pd.read_csv(path / "cells.csv", usecols=["hypothesis"], dtype=str)["hypothesis"])
    return {
        path / FOLDER / f"{name}.{ending}"
        for name in names
        for ending in (*PICTURES, "html")
        if str(name).isidentifier()
    }


def to_markdown(cells: Cells, table: pd.DataFrame, name: str, pictures: list[str]) -> str:
    """Return what was found as Markdown."""
    lines = [f"# Which unit of {name} knows what", "", *(f"- {note}" for note in cells.notes), ABOUT]
    held = [one.cause for one in cells.known if one.cause is not None]
    lines += [HELD.format(others=len(held[0].others))] if held else []
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
            "verdict": [str(IN_SHORT[verdict]) for verdict in found["verdict"]],
        }
    )


def to_json_rows(cells: Cells) -> list[dict[str, Any]]:
    """Return the table as rows for JSON."""
    return json.loads(table_of(cells).to_json(orient="records"))  # pyright: ignore


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
